/* Matching a call's arguments against a rule's matcher.
 *
 * The matcher becomes a program for a nondeterministic automaton with captures (Thompson's
 * construction, simulated in step as in Pike's machine): all ways to read the input advance
 * together, one token at a time. macro_rules demands that a fragment
 * (`$x:expr`) be the only way to go on when it is parsed: then there is nothing to come back to.
 * Cost: tokens x program. */
#include <string.h>

#include "expand/expand_priv.h"

typedef enum {
    OP_TOKEN,    /* one token, equal to `token` */
    OP_FRAGMENT, /* a fragment for variable a */
    OP_FORK,     /* a first, then b */
    OP_JUMP,     /* a */
    OP_ENTER,    /* variables [a, b) get an empty list of captures */
    OP_LEAVE,    /* their lists are whole */
    OP_DONE,
} OpKind;
typedef struct {
    OpKind kind;
    uint32_t a, b;
    Token token;
    const MacroTree *tree; /* what it stands for, for messages */
    bool is_separator;
} Op;
VEC_TYPE(OpVec, op_vec, Op)

/* Captures of one way to read the input: a list shared with the ways it came from, newest first. */
typedef struct Event Event;
struct Event {
    const Event *before;
    OpKind kind; /* FRAGMENT, ENTER, LEAVE */
    uint32_t a, b;
    uint32_t lo, hi;
};
typedef struct {
    uint32_t pc;
    const Event *events;
} Thread;
VEC_TYPE(ThreadVec, thread_vec, Thread)

typedef struct {
    const ParseContext *parse;
    const MacroDefinition *macro;
    TokenRun run;
    OpVec program;
    U32Vec variables; /* MacroTree index by variable */
    ThreadVec now;    /* threads at a token, a fragment or the end */
    ThreadVec next;   /* threads behind the current token */
    uint32_t *seen;   /* by pc: the step in which a thread got there */
    uint32_t step;
    bool is_ambiguous; /* two ways met in one place: two readings of the same tokens */
    const Op *last;    /* looked at last and not the end */
} Matcher;

/* ---- compiling ---- */

static uint32_t emit(Matcher *m, Op op)
{
    return op_vec_push(&m->program, op);
}

static void compile(Matcher *m, IdRange trees);

static void compile_token(Matcher *m, Token token, const MacroTree *tree, bool is_separator)
{
    emit(m, (Op){ .kind = OP_TOKEN, .token = token, .tree = tree, .is_separator = is_separator });
}

/*   enter; [fork body, end;] body: ..; fork again, end; again: separator; jump body; end: leave */
static void compile_repetition(Matcher *m, const MacroTree *tree)
{
    uint32_t enter = emit(m, (Op){ .kind = OP_ENTER, .tree = tree });
    uint32_t first = m->variables.count;
    uint32_t skip = UINT32_MAX, end_fork = UINT32_MAX;
    if (tree->op != MACRO_OP_SOME)
        skip = emit(m, (Op){ .kind = OP_FORK, .tree = tree });
    uint32_t body = m->program.count;
    compile(m, tree->children);
    if (tree->op != MACRO_OP_OPTIONAL) {
        end_fork = emit(m, (Op){ .kind = OP_FORK, .tree = tree });
        m->program.items[end_fork].a = m->program.count;
        if (tree->has_separator)
            compile_token(m, tree->token, tree, true);
        emit(m, (Op){ .kind = OP_JUMP, .a = body, .tree = tree });
    }
    uint32_t end =
        emit(m, (Op){ .kind = OP_LEAVE, .a = first, .b = m->variables.count, .tree = tree });
    if (skip != UINT32_MAX) {
        m->program.items[skip].a = body;
        m->program.items[skip].b = end;
    }
    if (end_fork != UINT32_MAX)
        m->program.items[end_fork].b = end;
    m->program.items[enter].a = first;
    m->program.items[enter].b = m->variables.count;
}

static void compile_tree(Matcher *m, uint32_t index)
{
    const MacroTree *tree = &m->macro->trees[index];
    switch ((MacroTreeKind)tree->kind) {
    case MACRO_TREE_TOKEN:
        compile_token(m, tree->token, tree, false);
        return;
    case MACRO_TREE_CRATE: {
        Token token = tree->token;
        token.kind = TOKEN_KW_DOLLAR_CRATE;
        compile_token(m, token, tree, false);
        return;
    }
    case MACRO_TREE_DELIMITED:
        compile_token(m, tree->token, tree, false);
        compile(m, tree->children);
        compile_token(m, tree->close, tree, false);
        return;
    case MACRO_TREE_VARIABLE:
        emit(m, (Op){ .kind = OP_FRAGMENT, .a = u32_vec_push(&m->variables, index), .tree = tree });
        return;
    case MACRO_TREE_REPETITION:
        compile_repetition(m, tree);
        return;
    case MACRO_TREE_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

static void compile(Matcher *m, IdRange trees)
{
    for (uint32_t i = 0; i < trees.count; i++)
        compile_tree(m, trees.start + i);
}

/* ---- threads ---- */

static const Event *event_new(Matcher *m, const Event *before, OpKind kind, uint32_t a, uint32_t b)
{
    Event *event = arena_alloc(m->parse->scratch, sizeof *event);
    *event = (Event){ .before = before, .kind = kind, .a = a, .b = b };
    return event;
}

/* Follows what consumes nothing from a thread on; where it waits for input it joins `now`. Forks
 * are taken first branch first. */
static void follow(Matcher *m, Thread start)
{
    ThreadVec stack;
    thread_vec_init(&stack, m->parse->scratch);
    thread_vec_push(&stack, start);
    while (stack.count > 0) {
        Thread thread = thread_vec_pop(&stack);
        const Op *op = &m->program.items[thread.pc];
        if (m->seen[thread.pc] == m->step) {
            m->is_ambiguous = true;
            continue;
        }
        m->seen[thread.pc] = m->step;
        if (op->kind == OP_FORK) {
            thread_vec_push(&stack, (Thread){ op->b, thread.events });
            thread_vec_push(&stack, (Thread){ op->a, thread.events });
        } else if (op->kind == OP_JUMP) {
            thread_vec_push(&stack, (Thread){ op->a, thread.events });
        } else if (op->kind == OP_ENTER || op->kind == OP_LEAVE) {
            const Event *event = event_new(m, thread.events, op->kind, op->a, op->b);
            thread_vec_push(&stack, (Thread){ thread.pc + 1, event });
        } else {
            thread_vec_push(&m->now, thread);
            if (op->kind != OP_DONE)
                m->last = op;
        }
    }
}

/* ---- one step ---- */

static bool token_fits(const Op *op, Token token)
{
    return op->kind == OP_TOKEN && token_matches(op->token, token);
}

/* Threads that can read the token go to `next`; threads whose fragment may begin here are left
 * first in `now`. */
static uint32_t sort_threads(Matcher *m, uint32_t at)
{
    uint32_t fragments = 0;
    thread_vec_clear(&m->next);
    for (uint32_t i = 0; i < m->now.count; i++) {
        Thread thread = m->now.items[i];
        const Op *op = &m->program.items[thread.pc];
        if (token_fits(op, m->run.tokens[at]))
            thread_vec_push(&m->next, (Thread){ thread.pc + 1, thread.events });
        else if (op->kind == OP_FRAGMENT &&
                 parse_fragment_may_start(m->parse->interners, &m->run, at,
                                          (AstFragment)op->tree->fragment, m->parse->edition))
            m->now.items[fragments++] = thread;
    }
    return fragments;
}

static Str ambiguity_text(Matcher *m, uint32_t fragments)
{
    Text text;
    text_init(&text, m->parse->scratch);
    Str macro = sym_text(m->parse->interners, m->macro->name);
    text_addf(&text,
              "local ambiguity when calling macro `%.*s`: multiple parsing options: built-in NTs ",
              (int)macro.bytes, macro.data);
    for (uint32_t i = 0; i < fragments; i++) {
        const MacroTree *tree = m->program.items[m->now.items[i].pc].tree;
        Str name = sym_text(m->parse->interners, tree->name);
        text_addf(&text, "%s%s ('%.*s')", i ? " or " : "",
                  ast_fragment_text((AstFragment)tree->fragment), (int)name.bytes, name.data);
    }
    if (m->next.count > 0)
        text_addf(&text, " or %u other option%s", m->next.count, m->next.count == 1 ? "" : "s");
    text_add_char(&text, '.');
    return text_str(&text);
}

/* Parses the only fragment that can begin at `at`; gives the index behind it. */
static uint32_t read_fragment(Matcher *m, uint32_t at, MatchResult *result)
{
    Thread thread = m->now.items[0];
    const Op *op = &m->program.items[thread.pc];
    Ast ast;
    memset(&ast, 0, sizeof ast);
    uint32_t end = parse_fragment(m->parse, &m->run, at, (AstFragment)op->tree->fragment, &ast,
                                  &result->errors);
    if (result->errors.count > 0) {
        result->state = MATCH_ERROR;
        return at;
    }
    Event *event = arena_alloc(m->parse->scratch, sizeof *event);
    *event =
        (Event){ .before = thread.events, .kind = OP_FRAGMENT, .a = op->a, .lo = at, .hi = end };
    thread_vec_clear(&m->next);
    thread_vec_push(&m->next, (Thread){ thread.pc + 1, event });
    return end;
}

static void advance(Matcher *m)
{
    thread_vec_clear(&m->now);
    m->step++;
    for (uint32_t i = 0; i < m->next.count; i++)
        follow(m, m->next.items[i]);
}

/* ---- captures ---- */

static Capture *capture_add(Arena *arena, Capture *list, Capture item)
{
    Capture *made = arena_copy(arena, &item, sizeof item);
    if (list->count == list->capacity)
        list->items =
            vec_grow(arena, list->items, &list->capacity, list->count + 1, sizeof(Capture *));
    list->items[list->count++] = made;
    return made;
}

/* Per variable the lists that are open, innermost last. The first has one element, the variable's
 * capture. */
VEC_TYPE(CaptureStack, capture_stack, Capture *)

static Capture *innermost(const CaptureStack *open)
{
    return open->items[open->count - 1];
}

static void replay_event(Matcher *m, const Event *event, CaptureStack *variables)
{
    Arena *arena = m->parse->scratch;
    if (event->kind == OP_FRAGMENT) {
        Capture leaf = { .is_leaf = true, .lo = event->lo, .hi = event->hi };
        capture_add(arena, innermost(&variables[event->a]), leaf);
        return;
    }
    for (uint32_t i = event->a; i < event->b; i++) {
        CaptureStack *open = &variables[i];
        if (event->kind == OP_LEAVE)
            capture_stack_pop(open);
        else
            capture_stack_push(open, capture_add(arena, innermost(open), (Capture){ 0 }));
    }
}

static void replay(Matcher *m, const Event *last, CaptureStack *variables)
{
    uint32_t count = 0;
    for (const Event *e = last; e; e = e->before)
        count++;
    const Event **events = arena_alloc_array(m->parse->scratch, count, sizeof *events);
    uint32_t at = count;
    for (const Event *e = last; e; e = e->before)
        events[--at] = e;
    for (uint32_t i = 0; i < count; i++)
        replay_event(m, events[i], variables);
}

static MacroBindings bindings_make(Matcher *m, const Event *events)
{
    Arena *arena = m->parse->scratch;
    uint32_t count = m->variables.count;
    CaptureStack *variables = arena_alloc_array(arena, count, sizeof *variables);
    for (uint32_t i = 0; i < count; i++) {
        capture_stack_init(&variables[i], arena);
        capture_stack_push(&variables[i], arena_new_object(arena, Capture));
    }
    replay(m, events, variables);
    MacroBindings bindings = { arena_alloc_array(arena, count, sizeof(MacroBinding)), count };
    for (uint32_t i = 0; i < count; i++) {
        const MacroTree *tree = &m->macro->trees[m->variables.items[i]];
        Capture *whole = variables[i].items[0];
        rsc_assert(whole->count == 1);
        bindings.items[i] = (MacroBinding){ .name = tree->name,
                                            .mark = tree->mark,
                                            .fragment = tree->fragment,
                                            .root = whole->items[0] };
    }
    return bindings;
}

/* ---- the whole ---- */

static void finish(Matcher *m, uint32_t at, MatchResult *result)
{
    result->at = at;
    for (uint32_t i = 0; i < m->now.count; i++) {
        Thread thread = m->now.items[i];
        if (m->program.items[thread.pc].kind != OP_DONE)
            continue;
        if (m->is_ambiguous) {
            result->state = MATCH_ERROR;
            result->ambiguity = STR("ambiguity: multiple successful parses");
            return;
        }
        result->state = MATCH_OK;
        result->bindings = bindings_make(m, thread.events);
        return;
    }
}

static void run(Matcher *m, MatchResult *result)
{
    uint32_t at = 0;
    while (at < m->run.count) {
        uint32_t fragments = sort_threads(m, at);
        result->at = at;
        if (fragments == 0 && m->next.count == 0)
            return;
        if (fragments == 1 && m->next.count == 0) {
            at = read_fragment(m, at, result);
            if (result->state == MATCH_ERROR)
                return;
        } else if (fragments > 0) {
            result->state = MATCH_ERROR;
            result->ambiguity = ambiguity_text(m, fragments);
            return;
        } else {
            at++;
        }
        advance(m);
    }
    finish(m, at, result);
}

MatchResult macro_match(const ParseContext *parse, const MacroDefinition *macro,
                        const MacroRule *rule, const MacroInput *input)
{
    Matcher m = { .parse = parse, .macro = macro, .run = { input->tokens, input->count } };
    op_vec_init(&m.program, parse->scratch);
    u32_vec_init(&m.variables, parse->scratch);
    thread_vec_init(&m.now, parse->scratch);
    thread_vec_init(&m.next, parse->scratch);
    compile(&m, rule->matcher);
    emit(&m, (Op){ .kind = OP_DONE });
    m.seen = arena_alloc_zeroed(parse->scratch, m.program.count * sizeof *m.seen);
    MatchResult result = { .state = MATCH_FAILED };
    syntax_error_vec_init(&result.errors, parse->scratch);
    thread_vec_push(&m.next, (Thread){ 0, NULL });
    advance(&m);
    run(&m, &result);
    if (result.state == MATCH_FAILED && m.last) {
        result.expected = m.last->tree;
        result.expected_separator = m.last->is_separator;
    }
    return result;
}
