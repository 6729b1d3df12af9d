#include "unit/engine/toy.h"

#include <ctype.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- keys ---- */

static void unit_key_encode(Encoder *e, const QueryKey *key)
{
    encode_u8(e, (uint8_t)key->words[0]);
}
static void unit_key_decode(Decoder *d, QueryKey *key)
{
    key->words[0] = decode_u8(d);
}
static void unit_key_describe(const Interners *interners, const QueryKey *key, Text *out)
{
    (void)interners, (void)key;
    text_add_c(out, "()");
}

static SheetKey sheet_of(const QueryKey *key)
{
    SheetKey sheet;
    memcpy(&sheet, key, sizeof sheet);
    return sheet;
}
static void sheet_key_encode(Encoder *e, const QueryKey *key)
{
    encode_interned(e, INTERN_sym, sheet_of(key).sheet.v);
}
static void sheet_key_decode(Decoder *d, QueryKey *key)
{
    SheetKey sheet = { sym_id_make(decode_interned(d, INTERN_sym)) };
    memcpy(key, &sheet, sizeof sheet);
}
static void sheet_key_describe(const Interners *interners, const QueryKey *key, Text *out)
{
    text_add(out, sym_text(interners, sheet_of(key).sheet));
}

static CellKey cell_of(const QueryKey *key)
{
    CellKey cell;
    memcpy(&cell, key, sizeof cell);
    return cell;
}
static void cell_key_encode(Encoder *e, const QueryKey *key)
{
    encode_interned(e, INTERN_sym, cell_of(key).sheet.v);
    encode_interned(e, INTERN_sym, cell_of(key).name.v);
}
static void cell_key_decode(Decoder *d, QueryKey *key)
{
    CellKey cell;
    cell.sheet = sym_id_make(decode_interned(d, INTERN_sym));
    cell.name = sym_id_make(decode_interned(d, INTERN_sym));
    memcpy(key, &cell, sizeof cell);
}
static void cell_key_describe(const Interners *interners, const QueryKey *key, Text *out)
{
    text_add(out, sym_text(interners, cell_of(key).sheet));
    text_add_c(out, "::");
    text_add(out, sym_text(interners, cell_of(key).name));
}

static const KeyInfo key_info_UnitKey = { "unit", unit_key_encode, unit_key_decode,
                                          unit_key_describe };
static const KeyInfo key_info_SheetKey = { "sheet", sheet_key_encode, sheet_key_decode,
                                           sheet_key_describe };
static const KeyInfo key_info_CellKey = { "cell", cell_key_encode, cell_key_decode,
                                          cell_key_describe };

/* ---- values ---- */

static void text_value_encode(Encoder *e, const void *value)
{
    const TextValue *v = value;
    encode_bool(e, v->present);
    encode_str(e, v->text);
}
static Str decode_owned(Decoder *d)
{
    Str s = decode_str(d);
    return (Str){ arena_copy_str(d->arena, s), s.bytes };
}
static void text_value_decode(Decoder *d, void *value)
{
    TextValue *v = value;
    v->present = decode_bool(d);
    v->text = decode_owned(d);
}

static void names_encode(Encoder *e, const void *value)
{
    const NamesValue *v = value;
    encode_u32(e, v->names.count);
    for (uint32_t i = 0; i < v->names.count; i++)
        encode_interned(e, INTERN_sym, v->names.items[i].v);
}
static void names_decode(Decoder *d, void *value)
{
    NamesValue *v = value;
    v->names.count = decode_count(d, 1);
    SymId *items = arena_alloc_array(d->arena, v->names.count, sizeof *items);
    for (uint32_t i = 0; i < v->names.count; i++)
        items[i] = sym_id_make(decode_interned(d, INTERN_sym));
    v->names.items = items;
}

static void tokens_encode(Encoder *e, const void *value)
{
    (void)e, (void)value;
    RSC_UNREACHABLE(); /* QF_NO_HASH */
}
static void tokens_decode(Decoder *d, void *value)
{
    (void)d, (void)value;
    RSC_UNREACHABLE();
}

static void number_encode(Encoder *e, const void *value)
{
    const NumberValue *v = value;
    encode_u64(e, v->number);
    encode_bool(e, v->found);
    encode_str(e, v->note);
}
static void number_decode(Decoder *d, void *value)
{
    NumberValue *v = value;
    v->number = decode_u64(d);
    v->found = decode_bool(d);
    v->note = decode_owned(d);
}

static void target_encode(Encoder *e, const void *value)
{
    const TargetValue *v = value;
    encode_interned(e, INTERN_sym, v->cell.sheet.v);
    encode_interned(e, INTERN_sym, v->cell.name.v);
}
static void target_decode(Decoder *d, void *value)
{
    TargetValue *v = value;
    v->cell.sheet = sym_id_make(decode_interned(d, INTERN_sym));
    v->cell.name = sym_id_make(decode_interned(d, INTERN_sym));
}

static const TextValue text_error = { { "", 0 }, false };
static const NamesValue names_error = { { NULL, 0 } };
static const TokensValue tokens_error = { NULL, 0, { { NULL, 0 } } };
static const NumberValue number_error = { 666, false, { "", 0 } };
static const TargetValue target_error = { { { 0 }, { 0 } } };

static const ValueInfo value_info_TextValue = { "text", sizeof(TextValue), text_value_encode,
                                                text_value_decode, &text_error };
static const ValueInfo value_info_NamesValue = { "names", sizeof(NamesValue), names_encode,
                                                 names_decode, &names_error };
static const ValueInfo value_info_TokensValue = { "tokens", sizeof(TokensValue), tokens_encode,
                                                  tokens_decode, &tokens_error };
static const ValueInfo value_info_NumberValue = { "number", sizeof(NumberValue), number_encode,
                                                  number_decode, &number_error };
static const ValueInfo value_info_TargetValue = { "target", sizeof(TargetValue), target_encode,
                                                  target_decode, &target_error };

/* ---- providers ---- */

static bool str_is(Str s, const char *text)
{
    return str_eq(s, str_from_c(text));
}

static Str next_word(Str *rest)
{
    while (rest->bytes && *rest->data == ' ')
        rest->data++, rest->bytes--;
    Str word = { rest->data, 0 };
    while (rest->bytes && *rest->data != ' ')
        rest->data++, rest->bytes--, word.bytes++;
    return word;
}

static Str next_line(Str *rest)
{
    Str line = { rest->data, 0 };
    while (rest->bytes && *rest->data != '\n')
        rest->data++, rest->bytes--, line.bytes++;
    if (rest->bytes)
        rest->data++, rest->bytes--;
    return line;
}

VEC_TYPE(LineVec, line_vec, TokenLine)
VEC_TYPE(SymVec, sym_vec, SymId)

static void sheet_tokens_impl(Job *job, SheetKey key, TokensValue *out)
{
    const TextValue *text = q_sheet_text(job, key);
    LineVec lines;
    SymVec includes;
    line_vec_init(&lines, job_out(job));
    sym_vec_init(&includes, job_out(job));
    Str rest = text->text;
    for (uint32_t number = 1; rest.bytes; number++) {
        Str line = next_line(&rest);
        Str word = next_word(&line);
        if (str_is(word, "include")) {
            sym_vec_push(&includes, sym_intern(job_interners(job), next_word(&line)));
        } else if (word.bytes && !str_is(word, "--")) {
            next_word(&line);
            Str formula = { arena_copy_str(job_out(job), line), line.bytes };
            line_vec_push(&lines,
                          (TokenLine){ sym_intern(job_interners(job), word), number, formula });
        }
    }
    out->lines = lines.items;
    out->count = lines.count;
    out->includes.names = (SymSlice){ includes.items, includes.count };
}

static void sheet_names_impl(Job *job, SheetKey key, NamesValue *out)
{
    const TokensValue *tokens = q_sheet_tokens(job, key);
    SymVec names;
    sym_vec_init(&names, job_out(job));
    for (uint32_t i = 0; i < tokens->count; i++) {
        bool twice = false;
        for (uint32_t k = 0; k < names.count; k++)
            twice |= sym_id_eq(names.items[k], tokens->lines[i].name);
        if (!twice)
            sym_vec_push(&names, tokens->lines[i].name);
        else
            job_side_result(job, STR("a name is defined twice"));
    }
    out->names = (SymSlice){ names.items, names.count };
}

static void sheet_includes_impl(Job *job, SheetKey key, NamesValue *out)
{
    const TokensValue *tokens = q_sheet_tokens(job, key);
    SymSlice names = tokens->includes.names;
    out->names.items = arena_copy(job_out(job), names.items, names.count * sizeof(SymId));
    out->names.count = names.count;
}

static const TokenLine *find_line(const TokensValue *tokens, SymId name)
{
    for (uint32_t i = 0; i < tokens->count; i++) {
        if (sym_id_eq(tokens->lines[i].name, name))
            return &tokens->lines[i];
    }
    return NULL;
}

static void cell_formula_impl(Job *job, CellKey key, TextValue *out)
{
    const TokenLine *line = find_line(q_sheet_tokens(job, (SheetKey){ key.sheet }), key.name);
    if (!line)
        return;
    out->present = true;
    out->text = (Str){ arena_copy_str(job_out(job), line->formula), line->formula.bytes };
    if (line->formula.bytes == 0)
        job_side_result(job, STR("a formula is empty"));
}

static void cell_line_impl(Job *job, CellKey key, NumberValue *out)
{
    const TokenLine *line = find_line(q_sheet_tokens(job, (SheetKey){ key.sheet }), key.name);
    out->found = line != NULL;
    out->number = line ? line->line : 0;
}

static void cell_target_impl(Job *job, CellKey key, TargetValue *out)
{
    if (q_cell_formula(job, key)->present) {
        out->cell = key;
        return;
    }
    const NamesValue *includes = q_sheet_includes(job, (SheetKey){ key.sheet });
    for (uint32_t i = 0; i < includes->names.count; i++) {
        CellKey there = { includes->names.items[i], key.name };
        out->cell = q_cell_target(job, there)->cell;
        if (!sym_id_is_none(out->cell.name))
            return;
    }
}

typedef struct {
    Job *job;
    CellKey cell;
    Str rest;
    uint32_t depth;
} Evaluation;

static CellKey find_cell(Evaluation *e, Str name)
{
    CellKey key = { e->cell.sheet, sym_intern(job_interners(e->job), name) };
    CellKey found = q_cell_target(e->job, key)->cell;
    if (sym_id_is_none(found.name)) {
        Text text;
        text_init(&text, job_scratch(e->job));
        text_add_c(&text, "undefined ");
        text_add(&text, name);
        job_side_result(e->job, text_str(&text));
    }
    return found;
}

static uint64_t number_of(const NumberValue *value)
{
    return value->found ? value->number : 0;
}

static uint64_t evaluate(Evaluation *e);

static void skip(Evaluation *e)
{
    Str word = next_word(&e->rest);
    int operands = 0;
    if (str_is(word, "+") || str_is(word, "*"))
        operands = 2;
    else if (str_is(word, "?"))
        operands = 3;
    else if (str_is(word, "!") || str_is(word, "#") || str_is(word, "%") || str_is(word, "@"))
        operands = 1;
    while (operands-- > 0)
        skip(e);
}

static uint64_t evaluate_choice(Evaluation *e)
{
    uint64_t condition = evaluate(e);
    if (!condition)
        skip(e);
    uint64_t chosen = evaluate(e);
    if (condition)
        skip(e);
    return chosen;
}

static uint64_t evaluate_warning(Evaluation *e)
{
    char text[64];
    uint64_t number = evaluate(e);
    snprintf(text, sizeof text, "warning %llu", (unsigned long long)number);
    job_side_result(e->job, str_from_c(text));
    return number;
}

static uint64_t evaluate_attempt(Evaluation *e)
{
    ToyAttempt *attempt = job_service(e->job, SERVICE_LINK);
    if (!attempt)
        return 1;
    atomic_fetch_add(&attempt->attempts, 1);
    while (engine_waiting_workers(attempt->engine) < attempt->waiting)
        sched_yield();
    job_give_up(e->job, STR("no linker"));
    return 1;
}

static uint64_t evaluate_impure(Evaluation *e)
{
    ToyMeddler *meddler = job_service(e->job, SERVICE_CODEGEN);
    if (!meddler)
        return 1;
    if (meddler->meddle)
        meddler->meddle(e->job, meddler->context);
    return 100 + atomic_fetch_add(&meddler->calls, 1);
}

static uint64_t evaluate_word(Evaluation *e, Str word)
{
    CellKey cell;
    if (word.bytes && isdigit((unsigned char)word.data[0])) {
        uint64_t number = 0;
        for (size_t i = 0; i < word.bytes; i++)
            number = number * 10 + (uint64_t)(word.data[i] - '0');
        return number;
    }
    cell = find_cell(e, word);
    return sym_id_is_none(cell.name) ? 0 : number_of(q_cell_value(e->job, cell));
}

static uint64_t evaluate(Evaluation *e)
{
    if (e->depth++ > 200)
        return 0;
    Str word = next_word(&e->rest);
    if (str_is(word, "+") || str_is(word, "*")) {
        uint64_t left = evaluate(e);
        uint64_t right = evaluate(e);
        return str_is(word, "+") ? left + right : left * right;
    }
    if (str_is(word, "?"))
        return evaluate_choice(e);
    if (str_is(word, "!"))
        return evaluate_warning(e);
    if (str_is(word, "~"))
        return evaluate_attempt(e);
    if (str_is(word, "$"))
        return evaluate_impure(e);
    if (str_is(word, "^"))
        abort();
    if (str_is(word, "#")) {
        SheetKey sheet = { sym_intern(job_interners(e->job), next_word(&e->rest)) };
        return number_of(q_sheet_sum(e->job, sheet));
    }
    if (str_is(word, "%") || str_is(word, "@")) {
        CellKey cell = find_cell(e, next_word(&e->rest));
        if (sym_id_is_none(cell.name))
            return 0;
        return number_of(str_is(word, "%") ? q_cell_parity(e->job, cell)
                                           : q_cell_line(e->job, cell));
    }
    return evaluate_word(e, word);
}

static void cell_value_impl(Job *job, CellKey key, NumberValue *out)
{
    const TextValue *formula = q_cell_formula(job, key);
    if (!formula->present)
        return;
    Evaluation e = { job, key, formula->text, 0 };
    out->found = true;
    out->number = evaluate(&e);
    size_t letters = formula->text.bytes * (size_t)(out->number % 40);
    char *note = arena_alloc(job_out(job), letters);
    memset(note, 'x', letters);
    out->note = (Str){ note, letters };
}

static void cell_parity_impl(Job *job, CellKey key, NumberValue *out)
{
    const NumberValue *value = q_cell_value(job, key);
    out->found = value->found;
    out->number = value->number & 1;
}

typedef struct {
    SymId sheet;
    const SymId *names;
    uint64_t *numbers;
} SumCall;

static void sum_cell(Job *job, uint32_t index, void *argument)
{
    const SumCall *call = argument;
    call->numbers[index] =
        number_of(q_cell_value(job, (CellKey){ call->sheet, call->names[index] }));
}

static void sheet_sum_impl(Job *job, SheetKey key, NumberValue *out)
{
    const NamesValue *names = q_sheet_names(job, key);
    uint32_t count = names->names.count;
    SumCall call = { key.sheet, names->names.items,
                     arena_alloc_zeroed(job_scratch(job), count * sizeof(uint64_t)) };
    job_parallel_for(job, count, sum_cell, &call);
    out->found = true;
    for (uint32_t i = 0; i < count; i++)
        out->number += call.numbers[i];
}

static void add_sheet(Job *job, uint32_t index, void *argument)
{
    const SumCall *call = argument;
    call->numbers[index] = number_of(q_sheet_sum(job, (SheetKey){ call->names[index] }));
}

static void everything_impl(Job *job, UnitKey key, NumberValue *out)
{
    const NamesValue *sheets = q_sheet_list(job, key);
    uint32_t count = sheets->names.count;
    SumCall call = { { 0 },
                     sheets->names.items,
                     arena_alloc_zeroed(job_scratch(job), count * sizeof(uint64_t)) };
    job_parallel_for(job, count, add_sheet, &call);
    out->found = true;
    for (uint32_t i = 0; i < count; i++)
        out->number = out->number * 31 + call.numbers[i];
}

/* ---- the table ---- */

#define TOY_PROVIDE(name, Key, Value, flags)                             \
    void name##_provide(Job *job, Key key, Value *out)                   \
    {                                                                    \
        name##_impl(job, key, out);                                      \
    }                                                                    \
    static void name##_wrap(Job *job, const QueryKey *packed, void *out) \
    {                                                                    \
        Key key;                                                         \
        memcpy(&key, packed, sizeof key);                                \
        name##_provide(job, key, out);                                   \
    }
#define TOY_NOTHING(name, Key, Value, flags)
TOY_QUERIES(TOY_PROVIDE, TOY_NOTHING)

#define TOY_ROW(name, Key, Value, flags) \
    { #name, &key_info_##Key, &value_info_##Value, (flags), "", name##_wrap },
#define TOY_INPUT_ROW(name, Key, Value, flags) \
    { #name, &key_info_##Key, &value_info_##Value, (flags) | QF_INPUT, "", NULL },
static const QueryInfo toy_queries[] = { TOY_QUERIES(TOY_ROW, TOY_INPUT_ROW) };

/* ---- the disk ---- */

static ToySheet *disk_find(const ToyDisk *disk, const char *name)
{
    for (uint32_t i = 0; i < disk->count; i++) {
        if (strcmp(disk->sheets[i].name, name) == 0)
            return (ToySheet *)&disk->sheets[i];
    }
    return NULL;
}

void toy_disk_write(ToyDisk *disk, const char *name, const char *text)
{
    ToySheet *sheet = disk_find(disk, name);
    if (!sheet) {
        rsc_assert(disk->count < TOY_SHEETS_MAX);
        sheet = &disk->sheets[disk->count++];
        snprintf(sheet->name, sizeof sheet->name, "%s", name);
        sheet->text = NULL;
    }
    char *copy = heap_alloc(strlen(text) + 1);
    memcpy(copy, text, strlen(text) + 1);
    heap_free(sheet->text);
    sheet->text = copy;
}

void toy_disk_remove(ToyDisk *disk, const char *name)
{
    ToySheet *sheet = disk_find(disk, name);
    if (!sheet)
        return;
    heap_free(sheet->text);
    sheet->text = NULL;
}

const char *toy_disk_read(const ToyDisk *disk, const char *name)
{
    const ToySheet *sheet = disk_find(disk, name);
    return sheet ? sheet->text : NULL;
}

void toy_disk_release(ToyDisk *disk)
{
    for (uint32_t i = 0; i < disk->count; i++)
        heap_free(disk->sheets[i].text);
    *disk = (ToyDisk){ .count = 0 };
}

/* ---- the engine ---- */

static void load_sheet(void *context, Engine *engine, QueryKind kind, const QueryKey *key,
                       Arena *out_arena, void *out)
{
    const Toy *toy = context;
    TextValue *value = out;
    (void)engine;
    if (kind != Q_sheet_text)
        return;
    const char *text = toy_disk_read(toy->disk, sym_text(toy->interners, sheet_of(key).sheet).data);
    if (!text)
        return;
    value->present = true;
    value->text = (Str){ arena_copy_str(out_arena, str_from_c(text)), strlen(text) };
}

static void add_bug(void *context, Str line)
{
    Toy *toy = context;
    pthread_mutex_lock(&toy->bugs_lock);
    text_add(&toy->bugs, line);
    text_add_char(&toy->bugs, '\n');
    pthread_mutex_unlock(&toy->bugs_lock);
}

static void report_cycle(Job *job, const CycleMember *members, uint32_t count)
{
    Text text;
    text_init(&text, job_scratch(job));
    text_add_c(&text, "cycle:");
    for (uint32_t i = 0; i < count; i++) {
        text_addf(&text, " %s ", toy_queries[members[i].kind].name);
        toy_queries[members[i].kind].key->describe(job_interners(job), &members[i].key, &text);
    }
    job_side_result(job, text_str(&text));
}

void toy_open(Toy *toy, const ToyDisk *disk, ToyConfig config)
{
    *toy = (Toy){ .interners = interners_new(), .disk = disk };
    text_init(&toy->bugs, NULL);
    pthread_mutex_init(&toy->bugs_lock, NULL);
    EngineConfig engine = {
        .queries = toy_queries,
        .query_count = TOY_QUERY_COUNT,
        .interners = toy->interners,
        .threads = config.threads ? config.threads : 1,
        .input = { .load = load_sheet, .context = toy },
        .store = config.store ? &memory_store_ops : NULL,
        .store_context = config.store,
        .verify = config.verify,
        .history_per_node = config.history,
        .memory_budget_bytes = config.budget,
        .depth_limit = config.depth_limit,
        .stack_bytes = config.stack,
        .keep_revisions = config.keep_revisions,
        .report = add_bug,
        .report_context = toy,
    };
    toy->engine = engine_new(&engine);
    engine_set_cycle_handler(toy->engine, report_cycle);
    if (config.store && !config.load_late)
        engine_load(toy->engine);
}

void toy_close(Toy *toy)
{
    engine_free(toy->engine);
    interners_free(toy->interners);
    text_release(&toy->bugs);
    pthread_mutex_destroy(&toy->bugs_lock);
}

SheetKey toy_sheet(Toy *toy, const char *sheet)
{
    return (SheetKey){ sym_intern_c(toy->interners, sheet) };
}

CellKey toy_cell(Toy *toy, const char *sheet, const char *name)
{
    return (CellKey){ sym_intern_c(toy->interners, sheet), sym_intern_c(toy->interners, name) };
}

typedef struct {
    QueryKey keys[64];
    uint32_t count;
} InputKeys;

static void add_text_input(void *context, QueryKind kind, const QueryKey *key, Fp fp)
{
    InputKeys *keys = context;
    (void)fp;
    if (kind == Q_sheet_text) {
        rsc_assert(keys->count < ARRAY_COUNT(keys->keys));
        keys->keys[keys->count++] = *key;
    }
}

static void set_list(Toy *toy)
{
    SymId names[TOY_SHEETS_MAX];
    NamesValue list = { { names, 0 } };
    for (uint32_t i = 0; i < toy->disk->count; i++) {
        if (toy->disk->sheets[i].text)
            names[list.names.count++] = sym_intern_c(toy->interners, toy->disk->sheets[i].name);
    }
    QueryKey key = { { 0, 0 } };
    engine_input_set(toy->engine, Q_sheet_list, &key, &list, DURABILITY_MEDIUM);
}

uint32_t toy_update(Toy *toy)
{
    return toy_update_for(toy, NULL);
}

uint32_t toy_update_for(Toy *toy, EngineRequest *owner)
{
    InputKeys keys = { .count = 0 };
    engine_for_each_input(toy->engine, add_text_input, &keys);
    engine_revision_begin(toy->engine);
    engine_revision_owner(toy->engine, owner);
    set_list(toy);
    for (uint32_t i = 0; i < keys.count; i++)
        engine_input_reload(toy->engine, Q_sheet_text, &keys.keys[i]);
    return engine_revision_end(toy->engine);
}

uint32_t toy_update_sheet(Toy *toy, const char *sheet)
{
    SheetKey key = toy_sheet(toy, sheet);
    QueryKey packed = { { 0, 0 } };
    memcpy(&packed, &key, sizeof key);
    engine_revision_begin(toy->engine);
    engine_input_reload(toy->engine, Q_sheet_text, &packed);
    return engine_revision_end(toy->engine);
}

typedef struct {
    CellKey cell;
    uint64_t number;
} CellCall;

static void cell_root(Job *job, void *argument)
{
    CellCall *call = argument;
    call->number = q_cell_value(job, call->cell)->number;
}

ToyRun toy_value(Toy *toy, const char *sheet, const char *name)
{
    CellCall call = { toy_cell(toy, sheet, name), 0 };
    ToyRun run = { .request = engine_request_new(toy->engine) };
    engine_request_keep_reached(run.request);
    run.complete = engine_request_run(run.request, cell_root, &call);
    run.number = call.number;
    return run;
}

static void everything_root(Job *job, void *argument)
{
    *(uint64_t *)argument = q_everything(job, (UnitKey){ 0 })->number;
}

bool toy_run_everything(Toy *toy, EngineRequest *request, uint64_t *number)
{
    (void)toy;
    engine_request_keep_reached(request);
    return engine_request_run(request, everything_root, number);
}

ToyRun toy_everything(Toy *toy)
{
    ToyRun run = { .request = engine_request_new(toy->engine) };
    run.complete = toy_run_everything(toy, run.request, &run.number);
    return run;
}

/* ---- what a user sees ---- */

typedef struct {
    Toy *toy;
    Text *out;
} Dump;

static void dump_node(void *context, QueryKind kind, const QueryKey *key, Fp key_fp, Fp value_fp)
{
    const Dump *dump = context;
    text_addf(dump->out, "%s ", toy_queries[kind].name);
    toy_queries[kind].key->describe(dump->toy->interners, key, dump->out);
    text_addf(dump->out, " %s %s\n", fp_hex(key_fp).text, fp_hex(value_fp).text);
}

static void dump_side(void *context, QueryKind kind, const QueryKey *key, Str bytes)
{
    const Dump *dump = context;
    text_addf(dump->out, "%s ", toy_queries[kind].name);
    toy_queries[kind].key->describe(dump->toy->interners, key, dump->out);
    text_addf(dump->out, ": %.*s\n", (int)bytes.bytes, bytes.data);
}

void toy_dump(Toy *toy, EngineRequest *request, Text *out)
{
    Dump dump = { toy, out };
    engine_request_reached(request, dump_node, &dump);
    engine_request_side_results(request, dump_side, &dump);
}

uint64_t toy_executed(EngineRequest *request, QueryKind kind)
{
    return engine_request_counters(request, NULL)[kind].executed;
}

uint64_t toy_executed_all(EngineRequest *request)
{
    uint64_t total = 0;
    for (QueryKind kind = 0; kind < TOY_QUERY_COUNT; kind++)
        total += toy_executed(request, kind);
    return total;
}
