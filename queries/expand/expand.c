/* Executing macro calls: the rule that fits, transcribed; and the projections that others read. */
#include "expand/expand.h"

#include <string.h>

#include "expand/expand_priv.h"

/* ---- doc comments ---- */

static Token plain_token(TokenKind kind, uint32_t mark)
{
    return (Token){ .kind = (uint8_t)kind, .mark = mark };
}

/* The text as a string literal. */
static SymId string_literal(Interners *in, Str text)
{
    Text quoted;
    text_init(&quoted, NULL);
    text_add_char(&quoted, '"');
    for (size_t i = 0; i < text.bytes; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\')
            text_add_char(&quoted, '\\');
        text_add_char(&quoted, text.data[i]);
    }
    text_add_char(&quoted, '"');
    SymId sym = sym_intern(in, text_str(&quoted));
    text_release(&quoted);
    return sym;
}

void macro_input_add(Interners *interners, TokenVec *tokens, TokenSpanVec *origins, Token token,
                     TokenSpan origin)
{
    uint32_t before = tokens->count;
    if (token_class(token.kind) == TOKEN_CLASS_DOC) {
        token_vec_push(tokens, plain_token(TOKEN_POUND, token.mark));
        if (token.kind == TOKEN_DOC_INNER)
            token_vec_push(tokens, plain_token(TOKEN_NOT, token.mark));
        token_vec_push(tokens, plain_token(TOKEN_OPEN_BRACKET, token.mark));
        Token word = plain_token(TOKEN_IDENT, token.mark);
        word.text = sym_intern_c(interners, "doc");
        token_vec_push(tokens, word);
        token_vec_push(tokens, plain_token(TOKEN_EQ, token.mark));
        Token text = plain_token(TOKEN_STR, token.mark);
        text.text = string_literal(interners, sym_text(interners, token.text));
        token_vec_push(tokens, text);
        token_vec_push(tokens, plain_token(TOKEN_CLOSE_BRACKET, token.mark));
    } else {
        token_vec_push(tokens, token);
    }
    for (; before < tokens->count; before++)
        token_span_vec_push(origins, origin);
}

/* ---- one call ---- */

typedef struct {
    Job *job;
    Interners *in;
    CallId call;
    CallRecord record;
    const MacroDefinition *macro;
    MacroInput input;
    ParseContext parse;
} Run;

/* Of the names and calls around a call, as its key is written as deep as it is. */
enum { RECORDS_MAX = 448 };

/* How many expansions a call is inside of, itself included, and how many names its path has: both
 * bounded. */
static void call_depth(const Interners *in, CallId call, uint32_t *calls, uint32_t *records)
{
    *calls = *records = 0;
    while (!call_id_is_none(call)) {
        ++*calls;
        ItemId item = item_id_make(call_record(in, call).owner);
        PathRecord record = item_record(in, item);
        for (; record.kind != ITEM_ROOT_FILE && record.kind != ITEM_ROOT_CALL; ++*records)
            record = item_record(in, item_id_make(record.parent));
        call = record.kind == ITEM_ROOT_CALL ? call_id_make(record.parent) : call_id_none();
    }
}

static bool call_is_too_deep(const Interners *in, CallId call)
{
    uint32_t calls, records;
    call_depth(in, call, &calls, &records);
    return calls > EXPAND_RECURSION_LIMIT || 2 * calls + records >= RECORDS_MAX;
}

bool expand_budget_take(Job *job, ExpandBudget *budget, ItemId owner, CallId call)
{
    Interners *in = job_interners(job);
    if (budget->is_over)
        return false;
    if (item_record(in, item_root(in, owner)).kind != ITEM_ROOT_CALL)
        return true;
    budget->nested_calls++;
    budget->is_over = budget->nested_calls > EXPAND_NESTED_CALLS_MAX || call_is_too_deep(in, call);
    if (budget->nested_calls <= EXPAND_NESTED_CALLS_MAX)
        return true;
    diag_unsupported(job, diag_at_tokens(expand_call_span(job, call)),
                     "more than 65536 macro calls inside expansions");
    return false;
}

static bool is_too_deep(Run *r)
{
    if (!call_is_too_deep(r->in, r->call))
        return false;
    Diag *diag = diag_new(r->job, DIAG_CODE_macro_recursion,
                          diag_at_tokens(expand_call_span(r->job, r->call)));
    diag_arg(diag, sym_text(r->in, r->macro->name));
    Str name = sym_text(r->in, q_crate_info(r->job, def_id_make(r->record.crate))->name);
    diag_help(diag,
              "consider increasing the recursion limit by adding a `#![recursion_limit = \"%d\"]` "
              "attribute to your crate (`%.*s`)",
              2 * EXPAND_RECURSION_LIMIT, (int)name.bytes, name.data);
    diag_emit(r->job, diag);
    return true;
}

static ItemId macro_item(const Run *r)
{
    return item_id_make(r->record.macro);
}

static DiagSpan input_span(const Run *r, uint32_t at)
{
    if (at < r->input.count)
        return diag_at_tokens(r->input.origins[at]);
    if (r->input.count == 0)
        return diag_at_tokens(expand_call_span(r->job, r->call));
    /* Behind the last token. */
    TokenSpan span = r->input.origins[r->input.count - 1];
    Text text;
    text_init(&text, job_scratch(r->job));
    token_text(r->in, r->input.tokens[r->input.count - 1], &text);
    span.sub_lo = span.sub_hi = (uint32_t)text.bytes;
    return diag_at_tokens(span);
}

static void note_expected(Run *r, Diag *diag, const MatchResult *result)
{
    const MacroTree *tree = result->expected;
    uint32_t at = tree->at;
    Text text;
    text_init(&text, job_scratch(r->job));
    if (result->expected_separator)
        at = tree->end - 2;
    if (tree->kind == MACRO_TREE_VARIABLE) {
        Str name = sym_text(r->in, tree->name);
        diag_span_note(diag, diag_at_tokens(macro_body_span(macro_item(r), tree->at, tree->end)),
                       "while trying to match meta-variable `$%.*s:%s`", (int)name.bytes, name.data,
                       ast_fragment_text((AstFragment)tree->fragment));
        return;
    }
    token_text(r->in, tree->token, &text);
    bool is_keyword = token_class(tree->token.kind) == TOKEN_CLASS_KEYWORD;
    diag_span_note(diag, diag_at_tokens(macro_body_span(macro_item(r), at, at + 1)),
                   "while trying to match %s`%s`", is_keyword ? "keyword " : "", text.data);
}

static void report_no_rule(Run *r, const MatchResult *result)
{
    bool is_end = result->at >= r->input.count;
    DiagCode code = is_end ? DIAG_CODE_macro_unexpected_end : DIAG_CODE_macro_no_rule;
    Diag *diag = diag_new(r->job, code, input_span(r, result->at));
    if (!is_end) {
        Token token = r->input.tokens[result->at];
        Text text;
        text_init(&text, job_scratch(r->job));
        bool is_group = token.kind == TOKEN_OPEN_FRAGMENT;
        const char *prefix = token_class(token.kind) == TOKEN_CLASS_KEYWORD ? "keyword " : "";
        if (is_group)
            text_addf(&text, "`%s` metavariable", ast_fragment_text((AstFragment)token.flags));
        else {
            text_addf(&text, "%s`", prefix);
            token_text(r->in, token, &text);
            text_add_char(&text, '`');
        }
        diag_arg(diag, text_str(&text));
    }
    diag_primary_label(diag, is_end ? "missing tokens in macro arguments"
                                    : "no rules expected this token in macro call");
    diag_label(diag, diag_at_tokens(macro_head_span(macro_item(r))), "when calling this macro");
    if (result->expected)
        note_expected(r, diag, result);
    diag_emit(r->job, diag);
}

static void report_match_error(Run *r, const MatchResult *result)
{
    if (result->errors.count > 0) {
        TokenSpanList origins = { r->input.origins, r->input.count };
        parse_errors_emit(r->job, &result->errors, item_id_make(r->record.owner), ANCHOR_BODY,
                          &origins);
        return;
    }
    Diag *diag = diag_new(r->job, DIAG_CODE_macro_ambiguous, input_span(r, result->at));
    diag_emit(r->job, diag_arg(diag, result->ambiguity));
}

/* The first rule that matches; else reports the rule that came farthest. */
static const MacroRule *choose_rule(Run *r, MacroBindings *bindings)
{
    MatchResult best = { .state = MATCH_FAILED };
    bool has_best = false;
    for (uint32_t i = 0; i < r->macro->rule_count && !job_cancelled(r->job); i++) {
        MatchResult result = macro_match(&r->parse, r->macro, &r->macro->rules[i], &r->input);
        if (result.state == MATCH_OK) {
            *bindings = result.bindings;
            return &r->macro->rules[i];
        }
        if (result.state == MATCH_ERROR) {
            report_match_error(r, &result);
            return NULL;
        }
        if (!has_best || result.at > best.at)
            best = result;
        has_best = true;
    }
    report_no_rule(r, &best);
    return NULL;
}

static void transcribe(Run *r, const MacroRule *rule, const MacroBindings *bindings,
                       ExpansionFull *out)
{
    Transcription t = { .job = r->job,
                        .call = r->call,
                        .macro_item = macro_item(r),
                        .macro = r->macro,
                        .input = &r->input,
                        .input_marks = expand_item_marks(r->job, item_id_make(r->record.owner)),
                        .definition_marks = expand_item_marks(r->job, macro_item(r)) };
    token_vec_init(&t.tokens, job_out(r->job));
    token_span_vec_init(&t.origins, job_out(r->job));
    mark_vec_init(&t.marks, job_out(r->job));
    macro_transcribe(&t, rule, bindings);
    out->expansion.is_error = t.is_error;
    if (t.is_error)
        return;
    out->expansion.run = (TokenRun){ t.tokens.items, t.tokens.count };
    out->origins = (TokenSpanList){ t.origins.items, t.origins.count };
    out->marks = (MarkTable){ t.marks.items, t.marks.count };
}

static bool prepare_input(Run *r)
{
    const CallSite *site = expand_call_site(r->job, r->record);
    if (!site)
        return false;
    TokenVec tokens;
    TokenSpanVec origins;
    token_vec_init(&tokens, job_scratch(r->job));
    token_span_vec_init(&origins, job_scratch(r->job));
    expand_call_input(r->job, r->record, site, &tokens, &origins);
    r->input = (MacroInput){ tokens.items, origins.items, tokens.count };
    return true;
}

static void run_call(Run *r, ExpansionFull *out)
{
    if (r->macro->is_builtin) {
        Str name = sym_text(r->in, r->macro->name);
        diag_unsupported(r->job, diag_at_tokens(expand_call_span(r->job, r->call)),
                         arena_printf(job_scratch(r->job), "the built-in macro `%.*s!`",
                                      (int)name.bytes, name.data));
        return;
    }
    if (r->macro->is_macro_item)
        diag_unsupported(r->job, diag_at_tokens(expand_call_span(r->job, r->call)),
                         "a call of a `macro` item");
    if (r->macro->is_error || is_too_deep(r) || !prepare_input(r))
        return;
    MacroBindings bindings;
    const MacroRule *rule = choose_rule(r, &bindings);
    if (rule)
        transcribe(r, rule, &bindings, out);
}

void expansion_full_provide(Job *job, CallId call, ExpansionFull *out)
{
    Run r = { .job = job, .in = job_interners(job), .call = call };
    r.record = call_record(r.in, call);
    r.macro = q_macro_definition(job, macro_item(&r));
    r.parse =
        (ParseContext){ .interners = r.in,
                        .out = job_scratch(job),
                        .scratch = job_scratch(job),
                        .edition =
                            (Edition)q_crate_info(job, def_id_make(r.record.crate))->edition };
    out->expansion.fragment = (uint8_t)r.record.fragment;
    out->expansion.is_error = true;
    run_call(&r, out);
}

/* ---- projections ---- */

static TokenSpan *copy_spans(Job *job, const TokenSpanList *list)
{
    return arena_copy(job_out(job), list->items, list->count * sizeof(TokenSpan));
}

void expansion_provide(Job *job, CallId call, Expansion *out)
{
    *out = q_expansion_full(job, call)->expansion;
    out->run.tokens = arena_copy(job_out(job), out->run.tokens, out->run.count * sizeof(Token));
}

void expansion_origins_provide(Job *job, CallId call, TokenSpanList *out)
{
    *out = q_expansion_full(job, call)->origins;
    out->items = copy_spans(job, out);
}

void expansion_marks_provide(Job *job, CallId call, MarkTable *out)
{
    *out = q_expansion_full(job, call)->marks;
    out->marks = arena_copy(job_out(job), out->marks, out->count * sizeof(HygieneMark));
}

void expansion_ast_provide(Job *job, CallId call, Ast *out)
{
    Interners *in = job_interners(job);
    CallRecord record = call_record(in, call);
    const Expansion *expansion = q_expansion(job, call);
    if (expansion->is_error) {
        out->has_error = true;
        return;
    }
    ParseContext parse = { .interners = in,
                           .out = job_out(job),
                           .scratch = job_scratch(job),
                           .edition =
                               (Edition)q_crate_info(job, def_id_make(record.crate))->edition };
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, job_scratch(job));
    parse_whole(&parse, q_call_rest(job, call), (AstFragment)record.fragment, out, &errors);
    out->has_error |= errors.count > 0;
    if (errors.count > 0)
        parse_errors_emit(job, &errors, item_root_of_call(in, call), ANCHOR_BODY,
                          q_call_rest_origins(job, call));
}
