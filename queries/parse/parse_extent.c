/* Where an item begins and ends: a scan over token trees that looks at keywords, braces and
 * semicolons only. Reference: "Items". What is malformed inside is the parser's matter; here it
 * matters only where to go on. */
#include "parse/parse_partition.h"

/* ---- is it an item? ---- */

/* Behind `pub` with its restriction, or what was meant for one. */
static uint32_t skip_visibility(const Partitioner *p, uint32_t at)
{
    if (view_kind(p, at) != TOKEN_KW_PUB)
        return at;
    return view_kind(p, at + 1) == TOKEN_OPEN_PAREN ? view_skip(p, at + 1) : at + 1;
}

static bool is_one_of(TokenKind kind, const TokenKind *set, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (set[i] == kind)
            return true;
    }
    return false;
}

/* What a qualifier must be followed by to be one. */
static bool qualifies(const Partitioner *p, uint32_t at)
{
    static const TokenKind after_const[] = { TOKEN_KW_FN,     TOKEN_KW_UNSAFE, TOKEN_KW_ASYNC,
                                             TOKEN_KW_EXTERN, TOKEN_KW_GEN,    TOKEN_KW_TRAIT,
                                             TOKEN_KW_AUTO,   TOKEN_KW_IMPL,   TOKEN_KW_SAFE };
    static const TokenKind after_unsafe[] = { TOKEN_KW_FN,     TOKEN_KW_IMPL, TOKEN_KW_TRAIT,
                                              TOKEN_KW_EXTERN, TOKEN_KW_MOD,  TOKEN_KW_AUTO,
                                              TOKEN_KW_STATIC, TOKEN_KW_ASYNC };
    static const TokenKind after_async[] = { TOKEN_KW_FN, TOKEN_KW_UNSAFE, TOKEN_KW_EXTERN,
                                             TOKEN_KW_GEN, TOKEN_KW_SAFE };
    static const TokenKind after_default[] = { TOKEN_KW_FN,     TOKEN_KW_CONST, TOKEN_KW_TYPE,
                                               TOKEN_KW_UNSAFE, TOKEN_KW_ASYNC, TOKEN_KW_IMPL,
                                               TOKEN_KW_EXTERN, TOKEN_KW_STATIC };
    static const TokenKind after_safe[] = { TOKEN_KW_FN, TOKEN_KW_STATIC, TOKEN_KW_EXTERN };
    TokenKind kind = view_kind(p, at), next = view_kind(p, at + 1), then = view_kind(p, at + 2);
    if (kind == TOKEN_KW_CONST)
        return is_one_of(next, after_const, ARRAY_COUNT(after_const)) &&
               !(next == TOKEN_KW_ASYNC &&
                 !is_one_of(then, after_async, ARRAY_COUNT(after_async))) &&
               !(view_is_ident(p, at + 1) && then == TOKEN_COLON);
    if (kind == TOKEN_KW_UNSAFE)
        return is_one_of(next, after_unsafe, ARRAY_COUNT(after_unsafe));
    if (kind == TOKEN_KW_ASYNC || kind == TOKEN_KW_GEN)
        return is_one_of(next, after_async, ARRAY_COUNT(after_async)) &&
               !(next == TOKEN_KW_UNSAFE && then == TOKEN_OPEN_BRACE);
    if (kind == TOKEN_KW_DEFAULT)
        return is_one_of(next, after_default, ARRAY_COUNT(after_default));
    if (kind == TOKEN_KW_SAFE)
        return is_one_of(next, after_safe, ARRAY_COUNT(after_safe));
    return kind == TOKEN_KW_AUTO && next == TOKEN_KW_TRAIT;
}

/* `extern` with its optional string. */
static bool is_string(TokenKind kind)
{
    return kind == TOKEN_STR || kind == TOKEN_RAW_STR;
}

static uint32_t skip_abi(const Partitioner *p, uint32_t at)
{
    return is_string(view_kind(p, at + 1)) ? at + 2 : at + 1;
}

/* Behind the qualifiers of the keyword that tells the kind. */
static uint32_t skip_qualifiers(const Partitioner *p, uint32_t at)
{
    for (;;) {
        TokenKind after_abi = view_kind(p, skip_abi(p, at));
        if (qualifies(p, at))
            at++;
        else if (view_kind(p, at) == TOKEN_KW_EXTERN && after_abi == TOKEN_KW_FN)
            at = skip_abi(p, at);
        else
            return at;
    }
}

/* `static` begins a closure when this follows. */
static bool begins_closure(TokenKind kind)
{
    return kind == TOKEN_OR || kind == TOKEN_OR_OR || kind == TOKEN_KW_MOVE ||
           kind == TOKEN_KW_ASYNC || kind == TOKEN_KW_USE;
}

/* Behind the path at `at`: `a::b`, `::a`, `$crate::a`; `at` itself if there is none. */
static uint32_t skip_path(const Partitioner *p, uint32_t at)
{
    uint32_t next = view_kind(p, at) == TOKEN_PATH_SEP ? at + 1 : at;
    for (;;) {
        TokenKind kind = view_kind(p, next);
        bool is_segment = view_is_ident(p, next) || kind == TOKEN_KW_CRATE ||
                          kind == TOKEN_KW_SUPER || kind == TOKEN_KW_SELF_LOWER ||
                          kind == TOKEN_KW_DOLLAR_CRATE;
        if (!is_segment)
            return at;
        next++;
        if (view_kind(p, next) != TOKEN_PATH_SEP)
            return next;
        next++;
    }
}

static bool is_macro_call(const Partitioner *p, uint32_t at)
{
    uint32_t end = skip_path(p, at);
    return end > at && view_kind(p, end) == TOKEN_NOT &&
           token_class(view_kind(p, end + 1)) == TOKEN_CLASS_OPEN;
}

/* The kind that the keyword at `at` (behind visibility and qualifiers) tells. */
static DefKind keyword_kind(const Partitioner *p, uint32_t at, ItemContext context)
{
    TokenKind kind = view_kind(p, at), next = view_kind(p, at + 1);
    if (kind == TOKEN_KW_FN)
        return DEF_FN;
    if (kind == TOKEN_KW_STRUCT)
        return DEF_STRUCT;
    if (kind == TOKEN_KW_ENUM)
        return DEF_ENUM;
    if (kind == TOKEN_KW_TRAIT)
        return DEF_TRAIT;
    if (kind == TOKEN_KW_TYPE)
        return DEF_TYPE_ALIAS;
    if (kind == TOKEN_KW_MOD)
        return DEF_MOD;
    if (kind == TOKEN_KW_IMPL)
        return DEF_IMPL;
    if (kind == TOKEN_KW_USE)
        return next == TOKEN_OR || next == TOKEN_OR_OR ? DEF_NONE : DEF_USE;
    if (kind == TOKEN_KW_UNION && view_is_ident(p, at + 1))
        return DEF_UNION;
    if (kind == TOKEN_KW_CONST)
        return view_is_ident(p, at + 1) || next == TOKEN_KW_UNDERSCORE || next == TOKEN_KW_MUT
                   ? DEF_CONST
                   : DEF_NONE;
    if (kind == TOKEN_KW_STATIC)
        return begins_closure(next) && view_kind(p, at + 2) != TOKEN_COLON ? DEF_NONE : DEF_STATIC;
    if (kind == TOKEN_KW_EXTERN)
        return next == TOKEN_KW_CRATE                              ? DEF_EXTERN_CRATE
               : view_kind(p, skip_abi(p, at)) == TOKEN_OPEN_BRACE ? DEF_FOREIGN_MOD
                                                                   : DEF_NONE;
    if (kind == TOKEN_KW_MACRO_RULES && next == TOKEN_NOT && view_is_ident(p, at + 2))
        return DEF_MACRO;
    if (kind == TOKEN_KW_MACRO && view_is_ident(p, at + 1))
        return DEF_MACRO;
    return context != CONTEXT_BODY && is_macro_call(p, at) ? DEF_MACRO_CALL : DEF_NONE;
}

/* Tokens that begin an item wherever they stand between other tokens: where to stop when a `;` is
 * missing. */
static bool surely_starts_item(const Partitioner *p, uint32_t at)
{
    TokenKind kind = view_kind(p, at);
    if (kind == TOKEN_KW_FN)
        return view_is_ident(p, at + 1);
    if (kind == TOKEN_KW_USE)
        return view_kind(p, at + 1) != TOKEN_LT;
    if (kind == TOKEN_KW_CONST || kind == TOKEN_KW_STATIC) /* but not a constant parameter */
        return view_is_ident(p, at + 1) && view_kind(p, at + 2) == TOKEN_COLON &&
               view_kind(p, at - 1) != TOKEN_LT && view_kind(p, at - 1) != TOKEN_COMMA;
    return kind == TOKEN_KW_PUB || kind == TOKEN_KW_STRUCT || kind == TOKEN_KW_ENUM ||
           kind == TOKEN_KW_MOD || kind == TOKEN_KW_TRAIT || kind == TOKEN_KW_TYPE ||
           (kind == TOKEN_KW_MACRO_RULES && view_kind(p, at + 1) == TOKEN_NOT);
}

/* ---- how far does it go? ---- */

/* `Foo<{ N }>`, `Foo<A, { N }>`, `Foo<X = { N }>`, `const N: usize = { 1 }`. */
static bool is_const_argument(const Partitioner *p, uint32_t at, int angles)
{
    TokenKind before = view_kind(p, at - 1);
    return angles > 0 && (before == TOKEN_LT || before == TOKEN_COMMA || before == TOKEN_EQ);
}

typedef enum { STOP_BRACE = 1, STOP_EQ = 2 } StopAt;

/* Looks for `;`, or an opening brace or `=` if `stops` has them, outside of all brackets. *found:
 * the token it is, or what was met instead: the start of another item, or `end`. Gives whether it
 * was found. */
static bool find_stop(const Partitioner *p, uint32_t from, uint32_t end, uint32_t stops,
                      uint32_t *found)
{
    int angles = 0;
    for (uint32_t at = from; at < end;) {
        TokenKind kind = view_kind(p, at);
        *found = at;
        if (kind == TOKEN_SEMI)
            return true;
        if (token_class(kind) == TOKEN_CLASS_CLOSE)
            return false;
        if (kind == TOKEN_OPEN_BRACE && (stops & STOP_BRACE) && !is_const_argument(p, at, angles))
            return true;
        if (kind == TOKEN_EQ && (stops & STOP_EQ) && angles <= 0)
            return true;
        bool is_param = kind == TOKEN_KW_CONST && angles > 0;
        if (at > from && !is_param && surely_starts_item(p, at))
            return false;
        angles += view_angle_change(kind);
        at = view_skip(p, at);
        if ((kind == TOKEN_GE || kind == TOKEN_SHR_EQ) && (stops & STOP_EQ) && angles <= 0) {
            *found = at; /* `Vec<u8>= value`: the header ends inside the token */
            return true;
        }
    }
    *found = end;
    return false;
}

/* The item goes on to the `;` of its header. */
static void end_at_semi(const Partitioner *p, ItemExtent *e, uint32_t from, uint32_t end)
{
    uint32_t stop;
    bool is_complete = find_stop(p, from, end, 0, &stop);
    e->header_end = e->hi = is_complete ? stop + 1 : stop;
    e->stray = is_complete ? 0 : stop + 1;
}

static void end_fn(const Partitioner *p, ItemExtent *e, uint32_t end)
{
    uint32_t stop;
    bool is_complete = find_stop(p, e->keyword + 1, end, STOP_BRACE, &stop);
    if (!is_complete || view_kind(p, stop) == TOKEN_SEMI) {
        e->header_end = e->hi = is_complete ? stop + 1 : stop;
        e->stray = is_complete ? 0 : stop + 1;
        return;
    }
    e->header_end = e->body = stop;
    e->body_end = e->hi = view_skip(p, stop);
}

/* const and static: the value runs to the `;`. */
static void end_value(const Partitioner *p, ItemExtent *e, uint32_t end)
{
    uint32_t stop, semi;
    bool is_complete = find_stop(p, e->keyword + 1, end, STOP_EQ, &stop);
    if (!is_complete || view_kind(p, stop) == TOKEN_SEMI) {
        e->header_end = e->hi = is_complete ? stop + 1 : stop;
        e->stray = is_complete ? 0 : stop + 1;
        return;
    }
    e->header_end = e->body = stop;
    is_complete = find_stop(p, stop, end, 0, &semi);
    e->body_end = e->hi = is_complete ? semi + 1 : semi;
    e->stray = is_complete ? 0 : semi + 1;
}

/* struct, union, enum: `{..}` ends it, or `;`. */
static void end_data(const Partitioner *p, ItemExtent *e, uint32_t end)
{
    uint32_t stop;
    bool is_complete = find_stop(p, e->keyword + 1, end, STOP_BRACE, &stop);
    if (is_complete)
        e->header_end = e->hi = view_skip(p, stop);
    else
        e->header_end = e->hi = stop;
    e->stray = is_complete ? 0 : stop + 1;
}

/* mod, impl, trait, extern block: what is in the braces are children. */
static void end_container(const Partitioner *p, ItemExtent *e, uint32_t end)
{
    uint32_t stop;
    bool is_complete = find_stop(p, e->keyword + 1, end, STOP_BRACE, &stop);
    bool is_semi = is_complete && view_kind(p, stop) == TOKEN_SEMI;
    e->header_end = is_semi ? stop + 1 : stop;
    e->hi = is_complete ? view_skip(p, stop) : stop;
    e->stray = is_complete ? 0 : stop + 1;
    if (!is_complete || is_semi)
        return;
    e->inner = stop + 1;
    e->inner_end = e->hi - 1;
}

/* `m! (..);`, `macro_rules! m {..}`: `from` is the argument group if there is one. */
static void end_macro(const Partitioner *p, ItemExtent *e, uint32_t from, uint32_t end)
{
    e->header_end = e->body = e->body_end = e->hi = from;
    if (from >= end || token_class(view_kind(p, from)) != TOKEN_CLASS_OPEN) {
        e->stray = from + 1;
        return;
    }
    e->body_end = e->hi = view_skip(p, from);
    if (view_kind(p, from) == TOKEN_OPEN_BRACE)
        return;
    if (e->hi < end && view_kind(p, e->hi) == TOKEN_SEMI)
        e->body_end = ++e->hi;
}

/* `macro m($x) { .. }` or `macro m { .. }`. */
static void end_macro_2(const Partitioner *p, ItemExtent *e, uint32_t end)
{
    uint32_t at = e->keyword + 2;
    e->header_end = e->body = at;
    if (at < end && view_kind(p, at) == TOKEN_OPEN_PAREN)
        at = view_skip(p, at);
    bool is_complete = at < end && view_kind(p, at) == TOKEN_OPEN_BRACE;
    e->body_end = e->hi = is_complete ? view_skip(p, at) : at;
    e->stray = is_complete ? 0 : at + 1;
}

static void find_name(const Partitioner *p, ItemExtent *e)
{
    uint32_t at = e->keyword + 1;
    if (e->kind == DEF_IMPL || e->kind == DEF_USE || e->kind == DEF_FOREIGN_MOD ||
        e->kind == DEF_MACRO_CALL)
        return;
    if (e->kind == DEF_EXTERN_CRATE || e->is_macro_rules)
        at++;
    if (e->kind == DEF_STATIC && view_kind(p, at) == TOKEN_KW_MUT)
        at++;
    bool is_self = e->kind == DEF_EXTERN_CRATE && view_kind(p, at) == TOKEN_KW_SELF_LOWER;
    bool is_anonymous = e->kind == DEF_CONST && view_kind(p, at) == TOKEN_KW_UNDERSCORE;
    if (view_is_ident(p, at) || is_self || is_anonymous)
        e->name = at;
}

static void end_after_keyword(const Partitioner *p, ItemExtent *e, uint32_t end)
{
    end_at_semi(p, e, e->keyword + 1, end);
}

static void end_trait(const Partitioner *p, ItemExtent *e, uint32_t end)
{
    uint32_t stop;
    e->is_trait_alias = find_stop(p, e->keyword + 1, end, STOP_BRACE | STOP_EQ, &stop) &&
                        view_kind(p, stop) == TOKEN_EQ;
    if (e->is_trait_alias)
        end_at_semi(p, e, stop, end);
    else
        end_container(p, e, end);
}

static void end_macro_definition(const Partitioner *p, ItemExtent *e, uint32_t end)
{
    if (e->is_macro_rules)
        end_macro(p, e, e->keyword + 3, end);
    else
        end_macro_2(p, e, end);
}

static void end_macro_call(const Partitioner *p, ItemExtent *e, uint32_t end)
{
    end_macro(p, e, skip_path(p, e->keyword) + 1, end);
}

/* By kind: what keyword_kind gives. */
typedef void (*EndFn)(const Partitioner *p, ItemExtent *e, uint32_t end);
static const EndFn ends[DEF_KIND_COUNT] = {
    [DEF_FN] = end_fn,
    [DEF_CONST] = end_value,
    [DEF_STATIC] = end_value,
    [DEF_STRUCT] = end_data,
    [DEF_UNION] = end_data,
    [DEF_ENUM] = end_data,
    [DEF_TRAIT] = end_trait,
    [DEF_MOD] = end_container,
    [DEF_IMPL] = end_container,
    [DEF_FOREIGN_MOD] = end_container,
    [DEF_MACRO] = end_macro_definition,
    [DEF_MACRO_CALL] = end_macro_call,
    [DEF_TYPE_ALIAS] = end_after_keyword,
    [DEF_USE] = end_after_keyword,
    [DEF_EXTERN_CRATE] = end_after_keyword,
};

ItemExtent extent_find(const Partitioner *p, uint32_t at, uint32_t end, ItemContext context)
{
    ItemExtent e = { .context = context, .lo = at };
    e.header = view_skip_attributes(p, at, end);
    if (e.header >= end)
        return e;
    e.vis_end = skip_visibility(p, e.header);
    e.keyword = skip_qualifiers(p, e.vis_end);
    if (e.keyword >= end)
        return e;
    e.kind = keyword_kind(p, e.keyword, context);
    if (e.kind == DEF_NONE)
        return e;
    e.is_macro_rules = e.kind == DEF_MACRO && view_kind(p, e.keyword) == TOKEN_KW_MACRO_RULES;
    find_name(p, &e);
    ends[e.kind](p, &e, end);
    return e;
}
