/* Transcription: a rule's right side with its variables replaced by what they matched.
 *
 * Tokens of the macro's own text get the expansion's mark on top of the one they have in the
 * definition; what matched keeps its marks. A fragment other than `ident`, `lifetime` and `tt`
 * comes out between OPEN_FRAGMENT and CLOSE_FRAGMENT: it stays one thing. */
#include "expand/expand_priv.h"

typedef struct {
    Transcription *t;
    const MacroBindings *bindings;
    uint32_t iterations[MACRO_NESTING_MAX + 1]; /* of the repetitions around, outermost first */
    uint32_t depth;
    Map marks; /* (table, mark) -> mark here */
} Writer;

/* ---- marks ---- */

enum { TABLE_INPUT, TABLE_DEFINITION, TABLE_NEW };

static uint32_t mark_intern(Writer *w, HygieneMark mark)
{
    MarkVec *marks = &w->t->marks;
    for (uint32_t i = 1; i < marks->count; i++) {
        if (call_id_eq(marks->items[i].call, mark.call) && marks->items[i].parent == mark.parent)
            return i;
    }
    return mark_vec_push(marks, mark);
}

/* The mark here that means what `mark` means in the other table. */
static uint32_t mark_import(Writer *w, const MarkTable *table, uint32_t which, uint32_t mark)
{
    if (mark == 0 || !table || mark >= table->count)
        return 0;
    uint32_t key[2] = { which, mark };
    uint32_t *known = map_find(&w->marks, key);
    if (known)
        return *known;
    HygieneMark there = table->marks[mark];
    uint32_t made =
        mark_intern(w, (HygieneMark){ .call = there.call,
                                      .parent = mark_import(w, table, which, there.parent) });
    *map_put(&w->marks, key, NULL) = made;
    return made;
}

static uint32_t mark_fresh(Writer *w, uint32_t mark)
{
    uint32_t key[2] = { TABLE_NEW, mark };
    uint32_t *known = map_find(&w->marks, key);
    if (known)
        return *known;
    uint32_t parent = mark_import(w, w->t->definition_marks, TABLE_DEFINITION, mark);
    uint32_t made = mark_intern(w, (HygieneMark){ .call = w->t->call, .parent = parent });
    *map_put(&w->marks, key, NULL) = made;
    return made;
}

/* ---- output ---- */

static void put(Writer *w, Token token, TokenSpan origin)
{
    Transcription *t = w->t;
    if (t->tokens.count >= EXPANSION_TOKENS_MAX) {
        if (!t->is_error)
            diag_unsupported(t->job, diag_at_tokens(expand_call_span(t->job, t->call)),
                             "an expansion to more than 1048576 tokens");
        t->is_error = true;
        return;
    }
    token_vec_push(&t->tokens, token);
    token_span_vec_push(&t->origins, origin);
}

static TokenSpan body_origin(const Writer *w, uint32_t at)
{
    TokenSpan span = macro_body_span(w->t->macro_item, at, at + 1);
    span.call = w->t->call;
    return span;
}

static void put_own(Writer *w, Token token, uint32_t at)
{
    token.mark = mark_fresh(w, token.mark);
    put(w, token, body_origin(w, at));
}

static bool is_transparent(AstFragment fragment)
{
    return fragment == AST_FRAGMENT_IDENT || fragment == AST_FRAGMENT_LIFETIME ||
           fragment == AST_FRAGMENT_TT;
}

/* One fragment already, from a macro around this one. */
static bool is_group(const MacroInput *input, uint32_t lo, uint32_t hi)
{
    return lo < hi && input->tokens[lo].kind == TOKEN_OPEN_FRAGMENT &&
           token_tree_end(input->tokens, input->count, lo) == hi;
}

static void put_capture(Writer *w, AstFragment fragment, const Capture *leaf)
{
    const MacroInput *input = w->t->input;
    bool wrap =
        !is_transparent(fragment) && leaf->lo < leaf->hi && !is_group(input, leaf->lo, leaf->hi);
    if (wrap)
        put(w, (Token){ .kind = TOKEN_OPEN_FRAGMENT, .flags = (uint8_t)fragment },
            input->origins[leaf->lo]);
    for (uint32_t i = leaf->lo; i < leaf->hi && !w->t->is_error; i++) {
        Token token = input->tokens[i];
        token.mark = mark_import(w, w->t->input_marks, TABLE_INPUT, token.mark);
        put(w, token, input->origins[i]);
    }
    if (wrap)
        put(w, (Token){ .kind = TOKEN_CLOSE_FRAGMENT, .flags = (uint8_t)fragment },
            input->origins[leaf->hi - 1]);
}

/* ---- variables ---- */

static const MacroBinding *binding_find(const Writer *w, const MacroTree *tree)
{
    for (uint32_t i = 0; i < w->bindings->count; i++) {
        const MacroBinding *binding = &w->bindings->items[i];
        if (sym_id_eq(binding->name, tree->name) && binding->mark == tree->mark)
            return binding;
    }
    return NULL;
}

/* What the variable stands for in the iterations we are in; a list if it repeats deeper than that.
 */
static const Capture *capture_here(const Writer *w, const MacroBinding *binding)
{
    const Capture *capture = binding->root;
    for (uint32_t i = 0; i < w->depth && !capture->is_leaf; i++)
        capture = capture->items[w->iterations[i]];
    return capture;
}

static void put_variable(Writer *w, const MacroTree *tree)
{
    const MacroBinding *binding = binding_find(w, tree);
    if (!binding) {
        /* Not a variable of this rule: it stands for itself. */
        const TokenRun *body = parse_tokens(w->t->job, w->t->macro_item, ANCHOR_BODY);
        put_own(w, tree->token, tree->at);
        put_own(w, body->tokens[tree->at + 1], tree->at + 1);
        return;
    }
    const Capture *capture = capture_here(w, binding);
    if (capture->is_leaf) {
        put_capture(w, (AstFragment)binding->fragment, capture);
        return;
    }
    Diag *diag = diag_new(w->t->job, DIAG_CODE_macro_still_repeating,
                          diag_at_tokens(macro_body_span(w->t->macro_item, tree->at, tree->end)));
    diag_emit(w->t->job, diag_arg(diag, sym_text(job_interners(w->t->job), tree->name)));
    w->t->is_error = true;
}

/* ---- repetitions ---- */

typedef struct {
    const MacroBinding *by; /* the variable that sets the count; NULL: none yet */
    uint32_t count;
    const MacroBinding *other; /* one that disagrees */
    uint32_t other_count;
} RepeatCount;

static void count_repeats(const Writer *w, IdRange trees, RepeatCount *out)
{
    for (uint32_t i = 0; i < trees.count; i++) {
        const MacroTree *tree = &w->t->macro->trees[trees.start + i];
        const MacroBinding *binding =
            tree->kind == MACRO_TREE_VARIABLE ? binding_find(w, tree) : NULL;
        const Capture *capture = binding ? capture_here(w, binding) : NULL;
        count_repeats(w, tree->children, out);
        if (!capture || capture->is_leaf)
            continue;
        if (!out->by) {
            out->by = binding;
            out->count = capture->count;
        } else if (out->count != capture->count && !out->other) {
            out->other = binding;
            out->other_count = capture->count;
        }
    }
}

static void report_repetition(Writer *w, const MacroTree *tree, const RepeatCount *count)
{
    Transcription *t = w->t;
    Interners *in = job_interners(t->job);
    const TokenRun *body = parse_tokens(t->job, t->macro_item, ANCHOR_BODY);
    uint32_t end = token_tree_end(body->tokens, body->count, tree->at + 1);
    DiagSpan span = diag_at_tokens(macro_body_span(t->macro_item, tree->at + 1, end));
    t->is_error = true;
    if (!count->by) {
        diag_emit(t->job, diag_new(t->job, DIAG_CODE_macro_repeats_nothing, span));
        return;
    }
    Str a = sym_text(in, count->by->name), b = sym_text(in, count->other->name);
    Diag *diag = diag_new(t->job, DIAG_CODE_macro_repeats_differ, span);
    diag_arg(diag, a);
    diag_argf(diag, "%u time%s", count->count, count->count == 1 ? "" : "s");
    diag_arg(diag, b);
    diag_argf(diag, "%u time%s", count->other_count, count->other_count == 1 ? "" : "s");
    diag_emit(t->job, diag);
}

static void put_trees(Writer *w, IdRange trees);

static void put_repetition(Writer *w, const MacroTree *tree)
{
    RepeatCount count = { 0 };
    count_repeats(w, tree->children, &count);
    if (!count.by || count.other) {
        report_repetition(w, tree, &count);
        return;
    }
    uint32_t depth = w->depth++;
    for (uint32_t i = 0; i < count.count && !w->t->is_error; i++) {
        w->iterations[depth] = i;
        if (i > 0 && tree->has_separator)
            put_own(w, tree->token, tree->end - 2);
        put_trees(w, tree->children);
    }
    w->depth = depth;
}

static void put_tree(Writer *w, const MacroTree *tree)
{
    switch ((MacroTreeKind)tree->kind) {
    case MACRO_TREE_TOKEN:
        put_own(w, tree->token, tree->at);
        return;
    case MACRO_TREE_CRATE: {
        Token token = tree->token;
        token.kind = TOKEN_KW_DOLLAR_CRATE;
        token.text = sym_intern_c(job_interners(w->t->job), "$crate");
        put_own(w, token, tree->at + 1);
        return;
    }
    case MACRO_TREE_DELIMITED:
        put_own(w, tree->token, tree->at);
        put_trees(w, tree->children);
        put_own(w, tree->close, tree->end - 1);
        return;
    case MACRO_TREE_VARIABLE:
        put_variable(w, tree);
        return;
    case MACRO_TREE_REPETITION:
        put_repetition(w, tree);
        return;
    case MACRO_TREE_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

static void put_trees(Writer *w, IdRange trees)
{
    for (uint32_t i = 0; i < trees.count && !w->t->is_error; i++)
        put_tree(w, &w->t->macro->trees[trees.start + i]);
}

void macro_transcribe(Transcription *t, const MacroRule *rule, const MacroBindings *bindings)
{
    Writer w = { .t = t, .bindings = bindings };
    map_init(&w.marks, job_scratch(t->job), 2 * sizeof(uint32_t));
    mark_vec_push(&t->marks, (HygieneMark){ .parent = 0 });
    put_trees(&w, rule->transcriber);
}
