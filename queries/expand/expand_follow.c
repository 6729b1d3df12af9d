/* What may stand behind a fragment in a matcher.
 *
 * The syntax of expressions, types and the like grows with the language, so that a matcher may have
 * behind them only what can never be a part of them (the Reference, "Macro Follow-Set Ambiguity
 * Formal Specification"): every token that some input could have there is looked at. */
#include "expand/expand_priv.h"

/* A token that the matcher may have in a place: a tree's first, its separator, its last. */
typedef enum { PART_FIRST, PART_SEPARATOR, PART_CLOSE } TreePart;
typedef struct {
    const MacroTree *tree;
    TreePart part;
} NextToken;
VEC_TYPE(NextVec, next_vec, NextToken)

typedef struct {
    Job *job;
    Interners *in;
    ItemId item;
    const MacroDefinition *macro;
    bool has_or_patterns; /* `$x:pat` takes alternatives: from edition 2021 */
    bool is_error;
} Follow;

/* ---- the rules ---- */

typedef enum { FOLLOW_ANY, FOLLOW_EXPR, FOLLOW_PAT, FOLLOW_PAT_PARAM, FOLLOW_TY, FOLLOW_VIS } Rule;

static const char *const allowed_texts[] = {
    [FOLLOW_EXPR] = "`=>`, `,` or `;`",
    [FOLLOW_PAT] = "`=>`, `,`, `=`, `if` or `in`",
    [FOLLOW_PAT_PARAM] = "`=>`, `,`, `=`, `|`, `if` or `in`",
    [FOLLOW_TY] = "`{`, `[`, `=>`, `,`, `>`, `=`, `:`, `;`, `|`, `as` or `where`",
    [FOLLOW_VIS] = "`,`, an ident or a type",
};

static Rule rule_of(const Follow *f, const MacroTree *tree)
{
    uint8_t fragment = tree->fragment;
    if (tree->kind != MACRO_TREE_VARIABLE)
        return FOLLOW_ANY;
    if (fragment == AST_FRAGMENT_EXPR || fragment == AST_FRAGMENT_EXPR_2021 ||
        fragment == AST_FRAGMENT_STMT)
        return FOLLOW_EXPR;
    if (fragment == AST_FRAGMENT_PAT && f->has_or_patterns)
        return FOLLOW_PAT;
    if (fragment == AST_FRAGMENT_PAT || fragment == AST_FRAGMENT_PAT_PARAM)
        return FOLLOW_PAT_PARAM;
    if (fragment == AST_FRAGMENT_PATH || fragment == AST_FRAGMENT_TY)
        return FOLLOW_TY;
    return fragment == AST_FRAGMENT_VIS ? FOLLOW_VIS : FOLLOW_ANY;
}

static bool may_begin_type(Token token)
{
    static const uint8_t kinds[] = { TOKEN_OPEN_PAREN, TOKEN_OPEN_BRACKET, TOKEN_NOT,
                                     TOKEN_STAR,       TOKEN_AND,          TOKEN_AND_AND,
                                     TOKEN_QUESTION,   TOKEN_LIFETIME,     TOKEN_LT,
                                     TOKEN_SHL,        TOKEN_PATH_SEP };
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        if (token.kind == kinds[i])
            return true;
    }
    return false;
}

static bool token_may_follow(Rule rule, Token token)
{
    bool is_separator = token.kind == TOKEN_FAT_ARROW || token.kind == TOKEN_COMMA;
    switch (rule) {
    case FOLLOW_ANY:
        return true;
    case FOLLOW_EXPR:
        return is_separator || token.kind == TOKEN_SEMI;
    case FOLLOW_PAT:
    case FOLLOW_PAT_PARAM:
        return is_separator || token.kind == TOKEN_EQ || token.kind == TOKEN_KW_IF ||
               token.kind == TOKEN_KW_IN || (token.kind == TOKEN_OR && rule == FOLLOW_PAT_PARAM);
    case FOLLOW_TY:
        return is_separator || token.kind == TOKEN_OPEN_BRACE || token.kind == TOKEN_OPEN_BRACKET ||
               token.kind == TOKEN_GT || token.kind == TOKEN_SHR || token.kind == TOKEN_EQ ||
               token.kind == TOKEN_COLON || token.kind == TOKEN_SEMI || token.kind == TOKEN_OR ||
               token.kind == TOKEN_KW_AS || token.kind == TOKEN_KW_WHERE;
    case FOLLOW_VIS:
        if (macro_token_is_word(token) || token.kind == TOKEN_KW_UNDERSCORE)
            return token.kind != TOKEN_KW_PRIV;
        return token.kind == TOKEN_COMMA || may_begin_type(token);
    }
    RSC_UNREACHABLE();
}

/* What a parameter before it was given stands there as one piece. */
static bool may_follow(Rule rule, NextToken next)
{
    if (next.part == PART_CLOSE || next.tree->token.kind == TOKEN_OPEN_FRAGMENT)
        return true;
    if (next.part != PART_FIRST || next.tree->kind != MACRO_TREE_VARIABLE)
        return token_may_follow(rule, next.tree->token);
    uint8_t fragment = next.tree->fragment;
    if (rule == FOLLOW_TY)
        return fragment == AST_FRAGMENT_BLOCK;
    return rule == FOLLOW_VIS && (fragment == AST_FRAGMENT_IDENT || fragment == AST_FRAGMENT_TY ||
                                  fragment == AST_FRAGMENT_PATH);
}

/* ---- messages ---- */

static DiagSpan variable_span(const Follow *f, const MacroTree *variable)
{
    return diag_at_tokens(macro_body_span(f->item, variable->at, variable->end));
}

static DiagSpan next_span(const Follow *f, NextToken next)
{
    if (next.part == PART_FIRST && next.tree->kind == MACRO_TREE_VARIABLE)
        return variable_span(f, next.tree);
    uint32_t at = next.part == PART_FIRST ? next.tree->at : next.tree->end - 2;
    return diag_at_tokens(macro_body_span(f->item, at, at + 1));
}

static void add_next_text(const Follow *f, NextToken next, Text *text)
{
    if (next.part == PART_FIRST && next.tree->kind == MACRO_TREE_VARIABLE)
        text_addf(text, "$%s:%s", sym_text(f->in, next.tree->name).data,
                  ast_fragment_text((AstFragment)next.tree->fragment));
    else
        token_text(f->in, next.tree->token, text);
}

static void report(Follow *f, const MacroTree *variable, Rule rule, NextToken next, bool is_alone)
{
    const char *name = sym_text(f->in, variable->name).data;
    const char *fragment = ast_fragment_text((AstFragment)variable->fragment);
    Text text;
    text_init(&text, job_scratch(f->job));
    add_next_text(f, next, &text);
    f->is_error = true;
    Diag *diag = diag_new(f->job, DIAG_CODE_macro_follow, next_span(f, next));
    diag_argf(diag, "$%s:%s", name, fragment);
    diag_arg(diag, is_alone ? STR("is") : STR("may be"));
    diag_arg(diag, text_str(&text));
    diag_argf(diag, "%s", fragment);
    diag_primary_label(diag, "not allowed after `%s` fragments", fragment);
    diag_note(diag, "allowed there are: %s", allowed_texts[rule]);
    if (rule == FOLLOW_PAT && next.tree->token.kind == TOKEN_OR) {
        const char *narrow = arena_printf(job_scratch(f->job), "$%s:pat_param", name);
        diag_suggest(diag, variable_span(f, variable), str_from_c(narrow), APPLICABLE_MAYBE,
                     "try a `pat_param` fragment specifier instead");
    }
    diag_emit(f->job, diag);
}

/* ---- matchers ---- */

static const MacroTree *tree_at(const Follow *f, IdRange trees, uint32_t i)
{
    return &f->macro->trees[trees.start + i];
}

/* Do both say the same about what stands before them? */
static bool is_same_next(NextToken a, NextToken b)
{
    bool is_variable = a.tree->kind == MACRO_TREE_VARIABLE && a.part == PART_FIRST;
    if (a.part != b.part ||
        is_variable != (b.tree->kind == MACRO_TREE_VARIABLE && b.part == PART_FIRST))
        return false;
    return is_variable ? a.tree->fragment == b.tree->fragment
                       : a.tree->token.kind == b.tree->token.kind &&
                             sym_id_eq(a.tree->token.text, b.tree->token.text);
}

/* One of a sort is enough, so that a list is as long as the matcher has sorts of tokens. */
static void add_next(NextVec *out, NextToken next)
{
    for (uint32_t i = 0; i < out->count; i++) {
        if (is_same_next(out->items[i], next))
            return;
    }
    next_vec_push(out, next);
}

static void push_next(NextVec *out, const MacroTree *tree, TreePart part)
{
    add_next(out, (NextToken){ tree, part });
}

/* Adds what the trees may begin with; true: they may also match nothing. As deep as they nest. */
static bool add_first(const Follow *f, IdRange trees, NextVec *out)
{
    for (uint32_t i = 0; i < trees.count; i++) {
        const MacroTree *tree = tree_at(f, trees, i);
        if (tree->kind != MACRO_TREE_REPETITION) {
            push_next(out, tree, PART_FIRST);
            return false;
        }
        bool is_empty = add_first(f, tree->children, out);
        if (is_empty && tree->has_separator)
            push_next(out, tree, PART_SEPARATOR);
        if (!is_empty && tree->op == MACRO_OP_SOME)
            return false;
    }
    return true;
}

static void add_all(NextVec *out, const NextVec *more)
{
    for (uint32_t i = 0; i < more->count; i++)
        add_next(out, more->items[i]);
}

static void check_variable(Follow *f, const MacroTree *variable, Rule rule, const NextVec *next)
{
    for (uint32_t i = 0; i < next->count && rule != FOLLOW_ANY; i++) {
        if (!may_follow(rule, next->items[i]))
            report(f, variable, rule, next->items[i], next->count == 1);
    }
}

static void check_trees(Follow *f, IdRange trees, const NextVec *behind);

/* A tree before `rest`, behind which comes what `behind` has. */
static void check_tree(Follow *f, const MacroTree *tree, IdRange rest, const NextVec *behind)
{
    Rule rule = rule_of(f, tree);
    NextVec next;
    next_vec_init(&next, job_scratch(f->job));
    if (tree->kind == MACRO_TREE_DELIMITED) {
        push_next(&next, tree, PART_CLOSE);
        check_trees(f, tree->children, &next);
    } else if (tree->kind == MACRO_TREE_REPETITION || rule != FOLLOW_ANY) {
        if (add_first(f, rest, &next))
            add_all(&next, behind);
        check_variable(f, tree, rule, &next);
        if (tree->kind == MACRO_TREE_REPETITION && tree->has_separator)
            push_next(&next, tree, PART_SEPARATOR);
        check_trees(f, tree->children, &next);
    }
}

static void check_trees(Follow *f, IdRange trees, const NextVec *behind)
{
    for (uint32_t i = 0; i < trees.count; i++) {
        IdRange rest = { trees.start + i + 1, trees.count - i - 1 };
        check_tree(f, tree_at(f, trees, i), rest, behind);
    }
}

bool expand_check_macro(Job *job, DefId crate, ItemId macro)
{
    const MacroDefinition *definition = q_macro_definition(job, macro);
    Follow f = { .job = job, .in = job_interners(job), .item = macro, .macro = definition };
    f.has_or_patterns = q_crate_info(job, crate)->edition >= EDITION_2021;
    NextVec nothing;
    next_vec_init(&nothing, job_scratch(job));
    for (uint32_t i = 0; i < definition->rule_count; i++)
        check_trees(&f, definition->rules[i].matcher, &nothing);
    return !definition->is_error && !f.is_error;
}
