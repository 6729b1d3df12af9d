/* The link as a tree of pure functions: shard objects -> group objects -> executable. */
#include "link/link.h"

#include <string.h>

#include "link/link_merge.h"

/* ---- running the linker ---------------------------------------------------------------------- */

typedef struct {
    Job *job;
    StrVec arguments;
    StrVec inputs;
} LinkPlan;

static void plan_init(LinkPlan *plan, Job *job)
{
    plan->job = job;
    str_vec_init(&plan->arguments, job_scratch(job));
    str_vec_init(&plan->inputs, job_scratch(job));
}

static void add_argument(LinkPlan *plan, const char *text)
{
    str_vec_push(&plan->arguments, str_from_c(text));
}

static void add_input(LinkPlan *plan, Str bytes)
{
    if (bytes.bytes == 0)
        return;
    add_argument(plan, arena_printf(job_scratch(plan->job), "@in:%u", plan->inputs.count));
    str_vec_push(&plan->inputs, bytes);
}

static void add_files(LinkPlan *plan, const LinkFile *files, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        str_vec_push(&plan->arguments, files[i].path);
}

static void report(Job *job, Str text)
{
    while (text.bytes > 0 && text.data[text.bytes - 1] == '\n')
        text.bytes--;
    diag_emit(job, diag_arg(diag_new(job, DIAG_CODE_linking_failed, diag_nowhere()), text));
}

/* False if lld refused (no output, and it said why), which is reported, or if there is no linker to
 * be had, which is no answer: next time there may be one. */
static bool run_plan(LinkPlan *plan, Str *output)
{
    Job *job = plan->job;
    const LinkOps *link = job_service(job, SERVICE_LINK);
    Str said = { "", 0 };
    Status status = link->run(link->context, plan->arguments.items, plan->arguments.count,
                              plan->inputs.items, plan->inputs.count, job_out(job), output, &said);
    if (status_ok(status) && output->bytes > 0)
        return true;
    if (status_ok(status))
        report(job, said);
    else
        job_give_up(job, str_from_c(arena_printf(job_scratch(job), "linking failed: %s",
                                                 status_text(status, job_scratch(job)))));
    *output = (Str){ "", 0 };
    return false;
}

/* ---- groups ---------------------------------------------------------------------------------- */

typedef struct {
    const GroupShards *shards;
    OptionsId options;
    const ObjectCode **objects;
} GroupObjects;

static void ask_object(Job *job, uint32_t index, void *argument)
{
    GroupObjects *g = argument;
    const ShardKey *shard = &g->shards->shards[index];
    ShardObjectKey key = { shard->crate, shard->module, shard->path_generic, g->options };
    g->objects[index] = q_shard_object(job, key);
}

/* For what link_merge does not understand. */
static bool merge_by_linker(Job *job, const Str *objects, uint32_t count, Str *out)
{
    LinkPlan plan;
    plan_init(&plan, job);
    add_argument(&plan, "-r");
    add_argument(&plan, "--threads=1");
    for (uint32_t i = 0; i < count; i++)
        add_input(&plan, objects[i]);
    add_argument(&plan, "-o");
    add_argument(&plan, "@out");
    return run_plan(&plan, out);
}

static bool merge(Job *job, const ObjectCode *const *objects, uint32_t count, Str *out)
{
    Str *inputs = arena_alloc_array(job_scratch(job), count, sizeof *inputs);
    for (uint32_t i = 0; i < count; i++)
        inputs[i] = objects[i]->bytes;
    Str symbol;
    switch (link_merge(inputs, count, job_scratch(job), job_out(job), out, &symbol)) {
    case LINK_MERGE_DONE:
        return true;
    case LINK_MERGE_UNSUPPORTED:
        return merge_by_linker(job, inputs, count, out);
    case LINK_MERGE_DUPLICATE:
        report(job, str_from_c(arena_printf(job_scratch(job), "duplicate symbol: %.*s",
                                            (int)symbol.bytes, symbol.data)));
        return false;
    }
    RSC_UNREACHABLE();
}

void group_object_provide(Job *job, GroupObjectKey key, ObjectCode *out)
{
    GroupObjects group = { .options = key.options };
    group.shards = q_group_shards(job, (GroupKey){ key.crate, 0, key.path });
    uint32_t count = group.shards->count;
    group.objects = arena_alloc_array(job_scratch(job), count, sizeof *group.objects);
    job_parallel_for(job, count, ask_object, &group);
    for (uint32_t i = 0; i < count; i++)
        out->has_error = out->has_error || group.objects[i]->has_error;
    if (!out->has_error && !job_cancelled(job) && count > 0)
        out->has_error = !merge(job, group.objects, count, &out->bytes);
}

/* ---- groups of location tables ----------------------------------------------------------------
 *
 * A table is small, and the final link pays for each object. */

enum { LOCATION_GROUP_FILES = 32 };

/* How many leading bits of a file's fingerprint choose its group. */
static uint32_t location_group_bits(uint32_t file_count)
{
    uint32_t bits = 0;
    while (bits < 16 && file_count > (uint32_t)LOCATION_GROUP_FILES << bits)
        bits++;
    return bits;
}

static uint32_t location_group_of(const Interners *in, FileId file, uint32_t bits)
{
    uint64_t fp = intern_fingerprint(in, INTERN_file, file.v).hi;
    return 1u << bits | (bits ? (uint32_t)(fp >> (64 - bits)) : 0);
}

typedef struct {
    LocationKey *tables;
    const ObjectCode **objects;
    uint32_t count;
} LocationTables;

static void ask_table(Job *job, uint32_t index, void *argument)
{
    LocationTables *t = argument;
    t->objects[index] = q_location_table(job, t->tables[index]);
}

void location_group_provide(Job *job, LocationGroupKey key, ObjectCode *out)
{
    const LocationFiles *files = q_location_files(job, key.crate);
    uint32_t bits = location_group_bits(files->count);
    LocationTables t = { 0 };
    t.tables = arena_alloc_array(job_scratch(job), files->count, sizeof *t.tables);
    t.objects = arena_alloc_array(job_scratch(job), files->count, sizeof *t.objects);
    for (uint32_t i = 0; i < files->count; i++) {
        if (location_group_of(job_interners(job), files->files[i], bits) == key.path)
            t.tables[t.count++] = (LocationKey){ key.crate, files->files[i] };
    }
    job_parallel_for(job, t.count, ask_table, &t);
    for (uint32_t i = 0; i < t.count; i++)
        out->has_error = out->has_error || t.objects[i]->has_error;
    if (!out->has_error && !job_cancelled(job) && t.count > 0)
        out->has_error = !merge(job, t.objects, t.count, &out->bytes);
}

/* ---- executables ----------------------------------------------------------------------------- */

typedef struct {
    BinaryKey key;
    const GroupList *groups;
    ShardObjectKey *units; /* with optimisation: one per module and kind */
    uint32_t object_count, location_count;
    uint32_t location_base;     /* path of the first group of location tables */
    const ObjectCode **objects; /* groups or units, then groups of location tables */
} BinaryParts;

static void ask_part(Job *job, uint32_t index, void *argument)
{
    BinaryParts *p = argument;
    if (index >= p->object_count) {
        uint32_t path = p->location_base + index - p->object_count;
        p->objects[index] = q_location_group(job, (LocationGroupKey){ p->key.crate, path });
    } else if (p->units) {
        p->objects[index] = q_shard_object(job, p->units[index]);
    } else {
        GroupObjectKey key = { p->key.crate, p->key.options, p->groups->paths[index] };
        p->objects[index] = q_group_object(job, key);
    }
}

/* Optimised code is compiled a module at a time: the root of each module's trie. */
static void find_units(Job *job, BinaryParts *p)
{
    const CollectedItems *all = q_collected_items(job, p->key.crate);
    p->units = arena_alloc_array(job_scratch(job), all->shard_count, sizeof *p->units);
    p->object_count = 0;
    for (uint32_t i = 0; i < all->shard_count; i++) {
        const MonoShard *shard = &all->shards[i];
        ShardObjectKey unit = { p->key.crate, shard->module, 1u << 1 | shard->is_generic,
                                p->key.options };
        const ShardObjectKey *last = &p->units[p->object_count ? p->object_count - 1 : 0];
        bool is_same = p->object_count > 0 && memcmp(last, &unit, sizeof unit) == 0;
        if (!is_same)
            p->units[p->object_count++] = unit;
    }
}

static void add_common(LinkPlan *plan, const LinkEnvironment *environment, bool optimize)
{
    static const char *const fixed[] = { "-m",
                                         "elf_x86_64",
                                         "-pie",
                                         "--hash-style=gnu",
                                         "--build-id=none",
                                         "--eh-frame-hdr",
                                         "-z",
                                         "relro",
                                         "-z",
                                         "now",
                                         "--dynamic-linker" };
    for (size_t i = 0; i < ARRAY_COUNT(fixed); i++)
        add_argument(plan, fixed[i]);
    str_vec_push(&plan->arguments, environment->dynamic_linker);
    if (optimize) {
        add_argument(plan, "--gc-sections");
        add_argument(plan, "-O1");
    } else {
        add_argument(plan, "-O0");
        add_argument(plan, "--threads=1");
    }
    add_argument(plan, "-o");
    add_argument(plan, "@out");
}

static bool gather(Job *job, BinaryParts *p)
{
    p->groups = q_group_list(job, p->key.crate);
    if (p->groups->has_error)
        return false;
    bool optimize = options_record(job_interners(job), p->key.options).opt_level > 0;
    p->object_count = p->groups->count;
    if (optimize)
        find_units(job, p);
    const LocationFiles *files = q_location_files(job, p->key.crate);
    p->location_base = p->location_count = 1u << location_group_bits(files->count);
    uint32_t count = p->object_count + p->location_count;
    p->objects = arena_alloc_array(job_scratch(job), count, sizeof *p->objects);
    job_parallel_for(job, count, ask_part, p);
    for (uint32_t i = 0; i < count; i++) {
        if (p->objects[i]->has_error)
            return false;
    }
    return !job_cancelled(job);
}

void binary_provide(Job *job, BinaryKey key, Binary *out)
{
    BinaryParts parts = { .key = key };
    out->bytes = (Str){ "", 0 };
    out->has_error = !gather(job, &parts);
    if (out->has_error)
        return;
    const LinkEnvironment *environment = q_link_environment(job, (WorkspaceKey){ 0 });
    if (environment->missing.bytes > 0) {
        report(job, str_from_c(arena_printf(job_scratch(job), "cannot find %.*s",
                                            (int)environment->missing.bytes,
                                            environment->missing.data)));
        out->has_error = true;
        return;
    }
    LinkPlan plan;
    plan_init(&plan, job);
    add_common(&plan, environment, parts.units != NULL);
    add_files(&plan, environment->start_files, environment->start_file_count);
    for (uint32_t i = 0; i < parts.object_count + parts.location_count; i++)
        add_input(&plan, parts.objects[i]->bytes);
    add_argument(&plan, "--as-needed");
    add_files(&plan, environment->libraries, environment->library_count);
    add_files(&plan, environment->end_files, environment->end_file_count);
    out->has_error = !run_plan(&plan, &out->bytes);
}

void binary_digest_provide(Job *job, BinaryKey key, BinaryDigest *out)
{
    const Binary *binary = q_binary(job, key);
    out->has_error = binary->has_error;
    out->size = binary->bytes.bytes;
    out->fp = fp_of_bytes(binary->bytes.data, binary->bytes.bytes, 0);
}
