/* `rscc why`: what the last command executed, told as what changed and what had to be done because
 * of it. `-v` lists the queries themselves, one a line; an ITEM narrows to what is about it, each
 * with the chain of reasons. */
#include "codegen/codegen.h"
#include "consteval/consteval.h"
#include "driver/driver_priv.h"
#include "expand/expand.h"
#include "mir/mir.h"

enum { SUBJECTS_SHOWN = 6, CHAIN_MAX = 64, STAGE_COLUMNS = 17 };

typedef struct {
    CommandHandle *command;
    const Interners *interners;
    const TraceEntry *entries;
    uint32_t count;
    Map by_node; /* TraceEntry's kind and key -> index */
    Text out;
} Why;

typedef struct {
    QueryKind kind;
    QueryKey key;
} NodeName;

static NodeName node_name(QueryKind kind, const QueryKey *key)
{
    NodeName name;
    memset(&name, 0, sizeof name);
    name.kind = kind;
    name.key = *key;
    return name;
}

static void key_text(const Why *why, QueryKind kind, const QueryKey *key, Text *out)
{
    query_registry[kind].key->describe(why->interners, key, out);
}

/* ---- reasons
 * ---------------------------------------------------------------------------------------- */

static const TraceEntry *find_entry(const Why *why, QueryKind kind, const QueryKey *key)
{
    NodeName name = node_name(kind, key);
    const uint32_t *index = map_find(&why->by_node, &name);
    return index ? &why->entries[*index] : NULL;
}

/* The executed node that a chain of reasons begins with. */
static const TraceEntry *root_of(const Why *why, const TraceEntry *entry)
{
    for (int i = 0; i < CHAIN_MAX && entry->reason == WHY_DEPENDENCY; i++) {
        const TraceEntry *cause = find_entry(why, entry->cause_kind, &entry->cause_key);
        if (!cause)
            break;
        entry = cause;
    }
    return entry;
}

/* "the body of `f` in src/main.rs changed": what a person did to a file. */
static void root_text(const Why *why, const TraceEntry *root, Text *out)
{
    static const struct {
        QueryKind kind;
        const char *head, *tail;
    } facts[] = {
        { Q_item_body, "the body of `", "` changed" },
        { Q_item_header, "the declaration of `", "` changed" },
        { Q_item_attributes, "the attributes of `", "` changed" },
        { Q_item_base, "`", "` moved within its file" },
        { Q_span_map, "the layout of `", "` changed" },
        { Q_file_items, "items were added, removed or renamed in `", "`" },
        { Q_file_partition, "the text of `", "` changed" },
        { Q_file_tokens, "the text of `", "` changed" },
    };
    if (root->reason == WHY_NEW) {
        text_add_c(out, "done for the first time");
        return;
    }
    if (root->reason == WHY_VALUE_NEEDED) {
        text_add_c(out, "needed again, and not kept");
        return;
    }
    /* An input that no query executes for: a file's text, a manifest, an option. */
    QueryKind kind = root->reason == WHY_DEPENDENCY ? root->cause_kind : root->kind;
    const QueryKey *key = root->reason == WHY_DEPENDENCY ? &root->cause_key : &root->key;
    for (size_t i = 0; i < ARRAY_COUNT(facts); i++) {
        if (facts[i].kind != kind)
            continue;
        text_add_c(out, facts[i].head);
        key_text(why, kind, key, out);
        text_add_c(out, facts[i].tail);
        return;
    }
    bool is_project = kind == Q_crate_info || kind == Q_crate_cfgs || kind == Q_workspace_crates;
    text_add_c(out, is_project ? "a manifest or an option of the command changed: " : "changed: ");
    text_add_c(out, query_registry[kind].name);
    text_add_char(out, ' ');
    key_text(why, kind, key, out);
}

/* ---- what was done
 * ---------------------------------------------------------------------------------- */

/* The work that users know of, in order of the pipeline. */
typedef struct {
    QueryKind kind;
    const char *stage;
} StageOfKind;
static const StageOfKind stages[] = {
    { Q_expansion_full, "macro call" },
    { Q_item_check, "item check" },
    { Q_typeck, "type check" },
    { Q_mir_optimized, "MIR" },
    { Q_const_value, "constant" },
    { Q_static_value, "constant" },
    { Q_shard_object, "machine code" },
    { Q_location_table, "panic locations" },
    { Q_binary, "link" },
};

static void def_text(const Why *why, DefId def, Text *out)
{
    QueryKey key = { { def.v, 0 } };
    key_info_DefId.describe(why->interners, &key, out);
}

/* What a person knows of a key: no hashes, no options. */
static void subject_text(const Why *why, const TraceEntry *entry, Text *out)
{
    if (entry->kind == Q_shard_object) {
        ShardObjectKey key;
        memcpy(&key, &entry->key, sizeof key);
        text_add_c(out, "module ");
        def_text(why, key.module, out);
    } else if (entry->kind == Q_location_table) {
        LocationKey key;
        memcpy(&key, &entry->key, sizeof key);
        QueryKey file = { { key.file.v, 0 } };
        key_info_FileId.describe(why->interners, &file, out);
    } else if (entry->kind == Q_binary) {
        BinaryKey key;
        memcpy(&key, &entry->key, sizeof key);
        def_text(why, key.crate, out);
    } else {
        size_t start = out->bytes;
        key_text(why, entry->kind, &entry->key, out);
        const char *hash = memrchr(out->data + start, '#', out->bytes - start);
        if (entry->kind == Q_expansion_full && hash) /* of the call's tokens */
            out->bytes = (size_t)(hash - out->data);
    }
}

static void add_subjects(Why *why, const StageOfKind *stage, const uint32_t *roots, uint32_t root)
{
    uint32_t shown = 0, more = 0;
    for (uint32_t i = 0; i < why->count; i++) {
        if (roots[i] != root || why->entries[i].kind != stage->kind)
            continue;
        if (shown++ >= SUBJECTS_SHOWN) {
            more++;
            continue;
        }
        text_addf(&why->out, "    %-*s", STAGE_COLUMNS, shown == 1 ? stage->stage : "");
        subject_text(why, &why->entries[i], &why->out);
        text_add_char(&why->out, '\n');
    }
    if (more)
        text_addf(&why->out, "    %-*sand %u more\n", STAGE_COLUMNS, "", more);
}

/* One paragraph: a reason and what was done because of it. Reasons without such work are a line
 * each. */
static void add_group(Why *why, const uint32_t *roots, uint32_t root)
{
    text_add_c(&why->out, "\n");
    size_t start = why->out.bytes;
    root_text(why, &why->entries[root], &why->out);
    if (why->out.data[start] >= 'a' && why->out.data[start] <= 'z')
        why->out.data[start] = (char)(why->out.data[start] - 'a' + 'A');
    text_add_c(&why->out, "\n");
    for (size_t i = 0; i < ARRAY_COUNT(stages); i++)
        add_subjects(why, &stages[i], roots, root);
}

static bool is_shown(const TraceEntry *entry)
{
    for (size_t i = 0; i < ARRAY_COUNT(stages); i++) {
        if (stages[i].kind == entry->kind)
            return true;
    }
    return false;
}

/* Facts that changed although nothing had to be done because of them: so that every edit is named.
 */
static bool is_edit(const TraceEntry *entry)
{
    return entry->reason == WHY_EAGER && entry->changed &&
           (entry->kind == Q_item_body || entry->kind == Q_item_header ||
            entry->kind == Q_item_attributes || entry->kind == Q_file_items);
}

/* roots[i]: index of the entry that stands for the reason of entry i. Reasons that read alike are
 * one. */
static uint32_t *find_roots(Why *why)
{
    uint32_t *roots = arena_alloc_array(why->command->arena, why->count, sizeof *roots);
    Map by_text;
    map_init(&by_text, why->command->arena, sizeof(Fp));
    Text text;
    text_init(&text, why->command->arena);
    for (uint32_t i = 0; i < why->count; i++) {
        text_clear(&text);
        root_text(why, root_of(why, &why->entries[i]), &text);
        Fp fp = fp_of_bytes(text.data, text.bytes, 0);
        bool existed;
        uint32_t *first = map_put(&by_text, &fp, &existed);
        if (!existed)
            *first = (uint32_t)(root_of(why, &why->entries[i]) - why->entries);
        roots[i] = *first;
    }
    return roots;
}

static void add_story(Why *why)
{
    uint32_t *roots = find_roots(why);
    bool *is_worth = arena_alloc_zeroed(why->command->arena, why->count * sizeof *is_worth);
    for (uint32_t i = 0; i < why->count; i++)
        is_worth[roots[i]] |= is_shown(&why->entries[i]) || is_edit(&why->entries[i]);
    for (uint32_t i = 0; i < why->count; i++) {
        if (is_worth[i])
            add_group(why, roots, i);
    }
}

static uint32_t executed_of(const Why *why, QueryKind kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < why->count; i++)
        count += why->entries[i].kind == kind && why->entries[i].reason != WHY_VALUE_NEEDED;
    return count;
}

static void add_reused(Why *why, const LastCommand *last)
{
    uint32_t typeck = executed_of(why, Q_typeck), shards = executed_of(why, Q_shard_object);
    if (last->bodies)
        text_addf(&why->out, "\nReused: %u of %u type checks",
                  last->bodies > typeck ? last->bodies - typeck : 0, last->bodies);
    if (last->bodies && last->shards)
        text_addf(&why->out, ", %u of %u units of machine code",
                  last->shards > shards ? last->shards - shards : 0, last->shards);
    text_add_c(&why->out, last->bodies ? "\n" : "");
}

/* ---- one item
 * --------------------------------------------------------------------------------------- */

static bool is_about(const Why *why, const TraceEntry *entry, Str wanted)
{
    Text text;
    text_init(&text, why->command->arena);
    key_text(why, entry->kind, &entry->key, &text);
    return text.bytes && memmem(text.data, text.bytes, wanted.data, wanted.bytes);
}

static void add_chain(Why *why, const TraceEntry *entry)
{
    trace_node_text(why->interners, entry->kind, &entry->key, &why->out);
    text_add_char(&why->out, '\n');
    for (int i = 0; i < CHAIN_MAX && entry->reason == WHY_DEPENDENCY; i++) {
        text_add_c(&why->out, "    because ");
        trace_node_text(why->interners, entry->cause_kind, &entry->cause_key, &why->out);
        text_add_c(&why->out, " changed\n");
        const TraceEntry *cause = find_entry(why, entry->cause_kind, &entry->cause_key);
        if (!cause)
            return;
        entry = cause;
    }
    text_add_c(&why->out, "    because ");
    trace_reason_text(why->interners, entry, &why->out);
    text_add_char(&why->out, '\n');
}

/* ---- the command
 * ------------------------------------------------------------------------------------- */

static void tell(Why *why, const LastCommand *last, Str wanted)
{
    bool all = options_has(&why->command->options, OPTION_VERBOSE);
    bool any = false;
    for (uint32_t i = 0; (all || wanted.bytes) && i < why->count; i++) {
        if (wanted.bytes && !is_about(why, &why->entries[i], wanted))
            continue;
        any = true;
        if (all)
            trace_line_text(why->interners, &why->entries[i], &why->out);
        else
            add_chain(why, &why->entries[i]);
    }
    if (all && !wanted.bytes)
        text_addf(&why->out, "verify steps: %llu\n", (unsigned long long)last->verify_steps);
    if (any || all)
        return;
    if (wanted.bytes) {
        text_addf(&why->out, "`%.*s` executed nothing about `%.*s`\n", (int)last->words.bytes,
                  last->words.data, (int)wanted.bytes, wanted.data);
        return;
    }
    text_addf(&why->out, "`%.*s` executed %u quer%s in %.2fs\n", (int)last->words.bytes,
              last->words.data, why->count, why->count == 1 ? "y" : "ies",
              (double)last->elapsed_ns / 1e9);
    if (why->count) {
        add_story(why);
        add_reused(why, last);
        text_add_c(
            &why->out,
            "\nSee `rscc why ITEM` for the reasons of one item, `rscc why -v` for every query.\n");
    }
}

CommandResult command_why(CommandHandle *command)
{
    Workspace *w = command->workspace;
    Str wanted =
        command->options.positionals.count ? command->options.positionals.items[0] : STR("");
    Why why = { .command = command, .interners = w->interners };
    text_init(&why.out, command->arena);
    pthread_mutex_lock(&w->last_lock);
    LastCommand *last = &w->last;
    if (last->arena) {
        why.entries = last->entries.items;
        why.count = last->entries.count;
        map_init(&why.by_node, command->arena, sizeof(NodeName));
        for (uint32_t i = 0; i < why.count; i++) {
            NodeName name = node_name(why.entries[i].kind, &why.entries[i].key);
            bool existed;
            uint32_t *index = map_put(&why.by_node, &name, &existed);
            if (!existed)
                *index = i;
        }
        tell(&why, last, wanted);
    } else {
        text_add_c(&why.out,
                   "no command has run since the compiler was started: nothing is remembered\n");
    }
    pthread_mutex_unlock(&w->last_lock);
    message_write(command, STREAM_STDOUT, why.out.bytes ? text_str(&why.out) : STR(""));
    return (CommandResult){ .exit_code = 0 };
}
