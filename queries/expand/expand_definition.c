/* Definitions of macro_rules macros: from the tokens between the braces to rules. */
#include "expand/expand_priv.h"

VEC_TYPE(TreeVec, tree_vec, MacroTree)
VEC_TYPE(RuleVec, rule_vec, MacroRule)

typedef struct {
    Job *job;
    Interners *in;
    ItemId item;
    const Token *tokens;
    uint32_t count;
    TreeVec trees;
    RuleVec rules;
    bool is_matcher;
    bool is_error;
} Definer;

TokenSpan macro_body_span(ItemId macro, uint32_t lo, uint32_t hi)
{
    return (TokenSpan){ .item = macro, .anchor = ANCHOR_BODY, .lo = lo, .hi = hi };
}

/* `macro_rules! name` */
TokenSpan macro_head_span(ItemId macro)
{
    return (TokenSpan){ .item = macro, .anchor = ANCHOR_HEADER, .lo = 0, .hi = 3 };
}

static Diag *definition_error(Definer *d, DiagCode code, uint32_t lo, uint32_t hi)
{
    d->is_error = true;
    return diag_new(d->job, code, diag_at_tokens(macro_body_span(d->item, lo, hi)));
}

/* The place behind the token before `after`. */
static DiagSpan behind(const Definer *d, uint32_t after)
{
    Text text;
    text_init(&text, job_scratch(d->job));
    token_text(d->in, d->tokens[after - 1], &text);
    TokenSpan span = macro_body_span(d->item, after - 1, after);
    span.sub_lo = span.sub_hi = (uint32_t)text.bytes;
    return diag_at_tokens(span);
}

static Diag *arg_token(Definer *d, Diag *diag, uint32_t at)
{
    Text text;
    text_init(&text, job_scratch(d->job));
    token_text(d->in, d->tokens[at], &text);
    return diag_arg(diag, text_str(&text));
}

bool macro_token_is_word(Token token)
{
    switch (token_class(token.kind)) {
    case TOKEN_CLASS_IDENT:
    case TOKEN_CLASS_WEAK:
    case TOKEN_CLASS_EDITION_KEYWORD:
        return true;
    case TOKEN_CLASS_KEYWORD:
        return token.kind != TOKEN_KW_UNDERSCORE;
    case TOKEN_CLASS_LIFETIME:
    case TOKEN_CLASS_LITERAL:
    case TOKEN_CLASS_DOC:
    case TOKEN_CLASS_OPEN:
    case TOKEN_CLASS_CLOSE:
    case TOKEN_CLASS_PUNCT:
    case TOKEN_CLASS_SPECIAL:
        return false;
    }
    RSC_UNREACHABLE();
}

/* ---- fragments ---- */

static const char fragment_help[] =
    "valid fragment specifiers are `ident`, `block`, `stmt`, `expr`, `pat`, `ty`, `lifetime`, "
    "`literal`, `path`, `meta`, `tt`, `item` and `vis`, along with `expr_2021` and `pat_param` for "
    "edition compatibility";

/* The fragment a specifier names; false if it names none. */
static bool fragment_of(Str name, uint8_t *fragment)
{
    for (uint8_t f = 0; f <= AST_FRAGMENT_VIS; f++) {
        if (str_eq(name, str_from_c(ast_fragment_text((AstFragment)f)))) {
            *fragment = f;
            return true;
        }
    }
    return false;
}

/* `:fragment` behind `$name` at [at, after). After an error the variable takes any token tree. */
static uint32_t parse_specifier(Definer *d, uint32_t at, uint32_t after, uint32_t hi,
                                MacroTree *tree)
{
    tree->fragment = AST_FRAGMENT_TT;
    if (after + 1 >= hi || d->tokens[after].kind != TOKEN_COLON ||
        !macro_token_is_word(d->tokens[after + 1])) {
        Diag *diag = definition_error(d, DIAG_CODE_macro_fragment_missing, at, after);
        diag_note(diag, "fragment specifiers must be provided");
        diag_help(diag, "%s", fragment_help);
        diag_suggest(diag, behind(d, after), STR(":spec"), APPLICABLE_PLACEHOLDERS,
                     "try adding a specifier here");
        diag_emit(d->job, diag);
        return after;
    }
    Str name = sym_text(d->in, d->tokens[after + 1].text);
    if (!fragment_of(name, &tree->fragment)) {
        Diag *diag = definition_error(d, DIAG_CODE_macro_fragment_invalid, at, after + 2);
        diag_emit(d->job, diag_help(diag_arg(diag, name), "%s", fragment_help));
    }
    return after + 2;
}

/* ---- trees ---- */

static IdRange parse_trees(Definer *d, uint32_t lo, uint32_t hi, uint32_t depth);

static bool repetition_op(Token token, uint8_t *op)
{
    if (token.kind == TOKEN_STAR)
        *op = MACRO_OP_ANY;
    else if (token.kind == TOKEN_PLUS)
        *op = MACRO_OP_SOME;
    else if (token.kind == TOKEN_QUESTION)
        *op = MACRO_OP_OPTIONAL;
    else
        return false;
    return true;
}

/* Behind the `)` of `$( .. )`: an operator, or a separator and an operator. */
static uint32_t parse_operator(Definer *d, uint32_t at, uint32_t hi, MacroTree *tree)
{
    if (at < hi && repetition_op(d->tokens[at], &tree->op))
        return at + 1;
    bool has_separator = at < hi && token_class(d->tokens[at].kind) != TOKEN_CLASS_OPEN;
    if (has_separator && at + 1 < hi && repetition_op(d->tokens[at + 1], &tree->op)) {
        tree->has_separator = true;
        tree->token = d->tokens[at];
        if (tree->op == MACRO_OP_OPTIONAL)
            diag_emit(d->job, definition_error(d, DIAG_CODE_macro_optional_separator, at, at + 1));
        return at + 2;
    }
    uint32_t lo = has_separator ? at : tree->at + 1;
    diag_emit(d->job,
              definition_error(d, DIAG_CODE_macro_operator_missing, lo, at + has_separator));
    return at + has_separator;
}

static bool may_be_empty(const Definer *d, const MacroTree *tree)
{
    for (uint32_t i = 0; i < tree->children.count; i++) {
        const MacroTree *child = &d->trees.items[tree->children.start + i];
        bool is_empty =
            (child->kind == MACRO_TREE_VARIABLE && child->fragment == AST_FRAGMENT_VIS) ||
            (child->kind == MACRO_TREE_REPETITION && child->op != MACRO_OP_SOME);
        if (!is_empty)
            return false;
    }
    return true;
}

/* `$( .. ) sep op` at the `$`. */
static uint32_t parse_repetition(Definer *d, uint32_t at, uint32_t hi, uint32_t depth,
                                 MacroTree *tree)
{
    uint32_t close = token_tree_end(d->tokens, hi, at + 1) - 1;
    tree->kind = MACRO_TREE_REPETITION;
    tree->children = parse_trees(d, at + 2, close, depth + 1);
    uint32_t end = parse_operator(d, close + 1, hi, tree);
    if (d->is_matcher && !tree->has_separator && may_be_empty(d, tree))
        diag_emit(d->job, definition_error(d, DIAG_CODE_macro_empty_repetition, at + 1, close + 1));
    return end;
}

/* At a `$`. */
static uint32_t parse_dollar(Definer *d, uint32_t at, uint32_t hi, uint32_t depth, MacroTree *tree)
{
    if (at + 1 < hi && d->tokens[at + 1].kind == TOKEN_OPEN_PAREN)
        return parse_repetition(d, at, hi, depth, tree);
    if (at + 1 < hi && macro_token_is_word(d->tokens[at + 1])) {
        Token name = d->tokens[at + 1];
        if (name.kind == TOKEN_KW_CRATE) {
            tree->kind = MACRO_TREE_CRATE;
            tree->token = name;
            return at + 2;
        }
        tree->kind = MACRO_TREE_VARIABLE;
        tree->token = d->tokens[at];
        tree->name = name.text;
        tree->mark = name.mark;
        return d->is_matcher ? parse_specifier(d, at, at + 2, hi, tree) : at + 2;
    }
    bool is_expression = at + 1 < hi && (d->tokens[at + 1].kind == TOKEN_OPEN_BRACE ||
                                         d->tokens[at + 1].kind == TOKEN_DOLLAR);
    if (is_expression) {
        d->is_error = true;
        diag_unsupported(d->job, diag_at_tokens(macro_body_span(d->item, at, at + 2)),
                         "a macro metavariable expression");
    }
    return at + 1;
}

static uint32_t parse_one(Definer *d, uint32_t at, uint32_t hi, uint32_t depth, MacroTree *tree)
{
    Token token = d->tokens[at];
    tree->kind = MACRO_TREE_TOKEN;
    tree->token = token;
    tree->at = at;
    uint32_t end = at + 1;
    if (token.kind == TOKEN_DOLLAR) {
        end = parse_dollar(d, at, hi, depth, tree);
    } else if (token_class(token.kind) == TOKEN_CLASS_OPEN) {
        end = token_tree_end(d->tokens, hi, at);
        tree->kind = MACRO_TREE_DELIMITED;
        tree->close = d->tokens[end - 1];
        tree->children = parse_trees(d, at + 1, end - 1, depth + 1);
    }
    tree->end = end;
    return end;
}

/* A doc comment stands for the attribute it means. */
static void push_doc(Definer *d, TreeVec *out, uint32_t at)
{
    TokenVec tokens;
    TokenSpanVec origins;
    token_vec_init(&tokens, job_scratch(d->job));
    token_span_vec_init(&origins, job_scratch(d->job));
    macro_input_add(d->in, &tokens, &origins, d->tokens[at], macro_body_span(d->item, at, at + 1));
    for (uint32_t i = 0; i < tokens.count; i++)
        tree_vec_push(
            out, (MacroTree){
                     .kind = MACRO_TREE_TOKEN, .token = tokens.items[i], .at = at, .end = at + 1 });
}

static IdRange parse_trees(Definer *d, uint32_t lo, uint32_t hi, uint32_t depth)
{
    if (depth > MACRO_NESTING_MAX) {
        if (!d->is_error)
            diag_unsupported(d->job, diag_at_tokens(macro_body_span(d->item, lo, lo + 1)),
                             "a macro definition nested this deep");
        d->is_error = true;
        return (IdRange){ 0, 0 };
    }
    TreeVec children;
    tree_vec_init(&children, job_scratch(d->job));
    while (lo < hi) {
        if (token_class(d->tokens[lo].kind) == TOKEN_CLASS_DOC) {
            push_doc(d, &children, lo++);
            continue;
        }
        MacroTree tree = { 0 };
        lo = parse_one(d, lo, hi, depth, &tree);
        tree_vec_push(&children, tree);
    }
    IdRange range = { d->trees.count, children.count };
    tree_vec_append(&d->trees, children.items, children.count);
    return range;
}

/* ---- rules ---- */

static void check_duplicates(Definer *d, const TreeVec *seen, const MacroTree *tree)
{
    for (uint32_t i = 0; i < seen->count; i++) {
        const MacroTree *first = &seen->items[i];
        if (!sym_id_eq(first->name, tree->name) || first->mark != tree->mark)
            continue;
        Diag *diag = definition_error(d, DIAG_CODE_macro_duplicate_binding, tree->at, tree->end);
        diag_primary_label(diag, "duplicate binding");
        diag_label(diag, diag_at_tokens(macro_body_span(d->item, first->at, first->end)),
                   "previous binding");
        diag_emit(d->job, diag);
        return;
    }
}

static void collect_variables(Definer *d, IdRange trees, TreeVec *seen)
{
    for (uint32_t i = 0; i < trees.count; i++) {
        MacroTree tree = d->trees.items[trees.start + i];
        if (tree.kind == MACRO_TREE_VARIABLE) {
            check_duplicates(d, seen, &tree);
            tree_vec_push(seen, tree);
        }
        collect_variables(d, tree.children, seen);
    }
}

static IdRange parse_side(Definer *d, uint32_t open, uint32_t end, bool is_matcher)
{
    d->is_matcher = is_matcher;
    return parse_trees(d, open + 1, end - 1, 0);
}

/* `matcher => transcriber` at `at`; gives the index behind it. */
static uint32_t parse_rule(Definer *d, uint32_t at, uint32_t hi)
{
    if (token_class(d->tokens[at].kind) != TOKEN_CLASS_OPEN) {
        diag_emit(d->job, definition_error(d, DIAG_CODE_macro_matcher_not_delimited, at, at + 1));
        return hi;
    }
    MacroRule rule = { .matcher_at = at };
    uint32_t arrow = token_tree_end(d->tokens, hi, at);
    rule.matcher = parse_side(d, at, arrow, true);
    TreeVec seen;
    tree_vec_init(&seen, job_scratch(d->job));
    collect_variables(d, rule.matcher, &seen);
    if (arrow >= hi || d->tokens[arrow].kind != TOKEN_FAT_ARROW) {
        bool is_end = arrow >= hi;
        DiagSpan span =
            is_end ? behind(d, arrow) : diag_at_tokens(macro_body_span(d->item, arrow, arrow + 1));
        d->is_error = true;
        Diag *diag = diag_new(d->job, DIAG_CODE_macro_arrow_missing, span);
        if (is_end)
            diag_arg(diag, STR("end of macro arguments"));
        else
            diag_argf(diag, "`%s`", token_spelling(d->tokens[arrow].kind));
        diag_emit(d->job, diag_primary_label(diag, "expected `=>`"));
        return hi;
    }
    uint32_t body = arrow + 1;
    if (body >= hi) {
        d->is_error = true;
        Diag *diag = diag_new(d->job, DIAG_CODE_macro_ended, behind(d, body));
        diag_emit(d->job, diag_primary_label(diag, "expected right-hand side of macro rule"));
        return hi;
    }
    if (token_class(d->tokens[body].kind) != TOKEN_CLASS_OPEN) {
        diag_emit(d->job, definition_error(d, DIAG_CODE_macro_rhs_not_delimited, body, body + 1));
        return hi;
    }
    uint32_t end = token_tree_end(d->tokens, hi, body);
    rule.transcriber = parse_side(d, body, end, false);
    rule_vec_push(&d->rules, rule);
    return end;
}

static void parse_rules(Definer *d, uint32_t lo, uint32_t hi)
{
    if (lo == hi) {
        d->is_error = true;
        diag_emit(d->job, diag_new(d->job, DIAG_CODE_macro_no_rules,
                                   diag_at_tokens(macro_head_span(d->item))));
    }
    while (lo < hi) {
        lo = parse_rule(d, lo, hi);
        if (lo < hi && d->tokens[lo].kind != TOKEN_SEMI) {
            Diag *diag = definition_error(d, DIAG_CODE_macro_semicolon_missing, lo, lo + 1);
            diag_emit(d->job, diag_primary_label(arg_token(d, diag, lo), "expected `;`"));
            return;
        }
        lo++;
    }
}

/* ---- the query ---- */

static void finish(Definer *d, MacroDefinition *out)
{
    Arena *arena = job_out(d->job);
    out->is_error = d->is_error;
    out->tree_count = d->trees.count;
    out->trees = arena_copy(arena, d->trees.items, d->trees.count * sizeof(MacroTree));
    out->rule_count = d->rules.count;
    out->rules = arena_copy(arena, d->rules.items, d->rules.count * sizeof(MacroRule));
}

void macro_definition_provide(Job *job, ItemId item, MacroDefinition *out)
{
    Interners *in = job_interners(job);
    out->name = sym_id_make(item_record(in, item).name);
    if (expand_has_attribute(job, item, "rustc_builtin_macro")) {
        out->is_builtin = true;
        return;
    }
    const TokenRun *header = parse_tokens(job, item, ANCHOR_HEADER);
    const TokenRun *body = parse_tokens(job, item, ANCHOR_BODY);
    for (uint32_t i = 0; i < header->count; i++)
        out->is_macro_item |= header->tokens[i].kind == TOKEN_KW_MACRO;
    if (out->is_macro_item || body->count < 2) {
        out->is_error = true;
        return;
    }
    Definer d = { .job = job, .in = in, .item = item, .tokens = body->tokens };
    d.count = token_tree_end(body->tokens, body->count, 0);
    tree_vec_init(&d.trees, job_scratch(job));
    rule_vec_init(&d.rules, job_scratch(job));
    parse_rules(&d, 1, d.count - 1);
    finish(&d, out);
}
