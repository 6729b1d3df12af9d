/* Private to parse: the parser's state and its parts.
 *
 * Recursive descent over one token run. An error makes the parser `failed`: it then sees the end of
 * the run everywhere, so that every loop ends, until a statement (or the run) is given up and the
 * failure is taken back. What may come next is gathered in `expected` by every test that fails, and
 * emptied by every token taken: that is what messages list. */
#ifndef RSCC_PARSE_PARSE_PRIV_H
#define RSCC_PARSE_PARSE_PRIV_H

#include "parse/parse.h"

/* Expressions, types, patterns and blocks nest at most this deep. A level costs about 1 KiB of
 * stack in an optimised build and 8 KiB under AddressSanitizer, so the deepest tree fits in 16 MiB.
 */
enum { PARSE_DEPTH_MAX = 1500 };

/* The end of the run, and what a failed parser sees. */
enum { PARSE_END = TOKEN_KIND_COUNT };

/* What `expected` holds besides kinds of tokens. */
typedef enum {
    EXPECT_IDENT = TOKEN_KIND_COUNT + 1,
    EXPECT_LIFETIME,
    EXPECT_PATH,
    EXPECT_TYPE,
    EXPECT_CONST,
    EXPECT_OPERATOR,
    EXPECT_COUNT,
} Expectation;

/* Restrictions on the expression being parsed. */
enum {
    EXPR_STATEMENT = 1,         /* a block-like expression ends the statement */
    EXPR_NO_STRUCT_LITERAL = 2, /* conditions: `{` begins the block */
    EXPR_ALLOW_LET = 4,         /* conditions */
    EXPR_GUARD = 16,            /* of a match arm: `let` may stand beside `&&` in every edition */
    EXPR_CONST = 8,             /* a constant argument: `>` ends it */
};

/* X(CamelCase, lower, array of Ast) */
#define PARSE_NODE_TABLE(X)                        \
    X(Expr, expr, exprs)                           \
    X(Pat, pat, pats)                              \
    X(Ty, ty, tys)                                 \
    X(Stmt, stmt, stmts)                           \
    X(Item, item, items)                           \
    X(Block, block, blocks)                        \
    X(Path, path, paths)                           \
    X(Segment, segment, segments)                  \
    X(Args, args, arg_lists)                       \
    X(GenericArg, generic_arg, generic_args)       \
    X(Lifetime, lifetime, lifetimes)               \
    X(Generics, generics, generics)                \
    X(GenericParam, generic_param, generic_params) \
    X(Where, where, predicates)                    \
    X(Bound, bound, bounds)                        \
    X(Arm, arm, arms)                              \
    X(Branch, branch, branches)                    \
    X(FieldInit, field_init, field_inits)          \
    X(FieldPat, field_pat, field_pats)             \
    X(Let, let, lets)                              \
    X(Closure, closure, closures)                  \
    X(Param, param, params)                        \
    X(FnHeader, fn_header, fn_headers)             \
    X(FnPtr, fn_ptr, fn_ptrs)                      \
    X(FieldDef, field_def, field_defs)             \
    X(Variant, variant, variants)                  \
    X(Vis, vis, visibilities)                      \
    X(Attr, attr, attrs)                           \
    X(MacroCall, macro_call, macro_calls)          \
    X(UseTree, use_tree, use_trees)                \
    X(Builtin, builtin, builtins)

#define X(Node, lower, array) VEC_TYPE(Ast##Node##Vec, ast_##lower##_vec, Ast##Node)
PARSE_NODE_TABLE(X)
#undef X
VEC_TYPE(AstIdentVec, ast_ident_vec, AstIdent)

typedef struct {
    const ParseContext *context;
    const Token *tokens;
    uint32_t count;
    uint32_t at;    /* current token */
    uint32_t sub;   /* bytes of it that are taken: it was split */
    uint32_t kind;  /* of what is left of it: TokenKind or PARSE_END */
    AstPos prev_hi; /* behind the token taken last */
    uint8_t prev_kind;
    uint32_t restrictions;
    uint32_t end_kind; /* what stands behind the run: TokenKind, or PARSE_END for the end of
                          everything */
    ItemShape shape;   /* of the item whose header it is */
    uint32_t depth;
    bool failed;
    bool is_muted;    /* trouble in the run is reported already: say no more */
    bool is_given_up; /* nesting too deep: no recovery */
    bool has_error;
    bool is_broken; /* something was skipped after an error */
    uint64_t expected[(EXPECT_COUNT + 63) / 64];
    SyntaxErrorVec *errors;
    SyntaxErrorVec dropped; /* takes what is muted */
#define X(Node, lower, array) Ast##Node##Vec array;
    PARSE_NODE_TABLE(X)
#undef X
    AstIdentVec idents;
    U32Vec lists;
    U32Vec stack; /* ids of lists under construction */
} Parser;

#define X(Node, lower, array) Ast##Node##Id parse_push_##lower(Parser *p, Ast##Node node);
PARSE_NODE_TABLE(X)
#undef X

/* ---- parse_cursor.c
 * ------------------------------------------------------------------------------ */
void parser_init(Parser *p, const ParseContext *context, const TokenRun *run, uint32_t at,
                 SyntaxErrorVec *errors);
/* Moves the arrays into the context's arena. */
void parser_finish(Parser *p, Ast *ast);

static inline AstPos parse_pos(const Parser *p)
{
    return ast_pos(p->at, p->sub);
}
static inline const Token *parse_token(const Parser *p)
{
    return &p->tokens[p->at];
}
static inline bool parse_is(const Parser *p, TokenKind kind)
{
    return p->kind == (uint32_t)kind;
}
/* The kind of the n-th token behind the current one. */
uint32_t parse_peek(const Parser *p, uint32_t n);
/* The index of the n-th token behind the current one; count if there is none. */
uint32_t parse_peek_index(const Parser *p, uint32_t n);
void parse_advance(Parser *p);
static inline void parse_expect_more(Parser *p, uint32_t expectation)
{
    p->expected[expectation / 64] |= UINT64_C(1) << expectation % 64;
}
/* Is it the kind? If not, it is expected. */
static inline bool parse_check(Parser *p, TokenKind kind)
{
    if (parse_is(p, kind))
        return true;
    parse_expect_more(p, kind);
    return false;
}
/* An opening delimiter, whichever. */
bool parse_check_delimiter(Parser *p);
static inline bool parse_eat(Parser *p, TokenKind kind)
{
    if (!parse_check(p, kind))
        return false;
    parse_advance(p);
    return true;
}
/* `>` of `>>`: takes the part if the token begins with it. */
bool parse_check_part(Parser *p, TokenKind kind);
bool parse_eat_part(Parser *p, TokenKind kind);
/* Takes it, or fails. */
bool parse_expect(Parser *p, TokenKind kind);
bool parse_expect_part(Parser *p, TokenKind kind);
/* `;`: a missing one at the end of a line is reported, and read as if it were there. */
bool parse_expect_semi(Parser *p);
/* May the current word be an identifier? */
bool parse_is_ident(const Parser *p);
bool parse_kind_is_ident(const Parser *p, uint32_t kind);
/* Takes an identifier, or fails with "expected identifier". */
AstIdent parse_ident(Parser *p);
/* The current token as an identifier, whatever it is; takes it. */
AstIdent parse_take_word(Parser *p);
/* Jumps to a token. */
void parse_jump(Parser *p, uint32_t at);
/* The index of the token that closes the tree at `at`. */
uint32_t parse_close_of(const Parser *p, uint32_t at);
/* Around what a macro parameter stood for: takes the opening delimiter, and then the closing one,
 * the index of which the first returns. What is between must be nothing but the fragment. */
uint32_t parse_fragment_enter(Parser *p);
void parse_fragment_leave(Parser *p, uint32_t close);
static inline bool parse_is_fragment(const Parser *p, AstFragment fragment)
{
    return parse_is(p, TOKEN_OPEN_FRAGMENT) && parse_token(p)->flags == (uint8_t)fragment;
}

/* Goes one level deeper; false (and failed) at the limit. Every true needs a parse_leave. */
bool parse_enter(Parser *p);
static inline void parse_leave(Parser *p)
{
    p->depth--;
}

/* Lists under construction. */
static inline uint32_t parse_list_begin(const Parser *p)
{
    return p->stack.count;
}
static inline void parse_list_add(Parser *p, uint32_t id)
{
    u32_vec_push(&p->stack, id);
}
IdRange parse_list_end(Parser *p, uint32_t begin);
/* `element, element, ..` with or without a comma at the end (*ends_in_comma, unless NULL), and
 * `close`, which is expected and taken. The id of an element is what `element` returns. */
typedef uint32_t (*ListElementFn)(Parser *p);
IdRange parse_comma_list(Parser *p, TokenKind close, ListElementFn element, bool *ends_in_comma);

/* ---- parse_error.c
 * ------------------------------------------------------------------------------- */
/* An error at [lo, hi); the parser goes on. */
SyntaxError *parse_error(Parser *p, DiagCode code, AstPos lo, AstPos hi);
/* The same for what rustc looks at behind expansion: the syntax is right, what it says is not. */
SyntaxError *parse_error_late(Parser *p, DiagCode code, AstPos lo, AstPos hi);
void parse_error_arg(Parser *p, SyntaxError *error, Str arg);
/* With one argument. */
SyntaxError *parse_error_with(Parser *p, DiagCode code, AstPos lo, AstPos hi, const char *arg);
/* "`x`", "keyword `fn`", "`<eof>`": the current token. */
Str parse_found(Parser *p);
/* "expected one of ..., found ...": everything in `expected`. Fails. */
SyntaxError *parse_fail_expected(Parser *p);
/* "expected <what>, found <token>" with the label "expected <what>". Fails. */
SyntaxError *parse_fail(Parser *p, const char *what);
/* Is there a line break before the token? Known only where the context can tell. */
bool parse_line_breaks(const Parser *p, uint32_t at);
AstPos parse_token_hi(const Parser *p);

/* ---- the grammar
 * --------------------------------------------------------------------------------- */
/* parse_attr.c */
IdRange parse_outer_attributes(Parser *p);
IdRange parse_inner_attributes(Parser *p);
/* The attributes of a run: outer and inner. */
IdRange parse_all_attributes(Parser *p);
/* `path`, `path = value`, `path(..)`. */
AstAttrId parse_meta(Parser *p, bool is_inner, AstPos lo);
IdRange parse_no_list(void);

/* parse_path.c */
typedef enum {
    PATH_EXPR,   /* generic arguments behind `::` only */
    PATH_TYPE,   /* behind the name */
    PATH_MODULE, /* none */
} PathStyle;
AstPathId parse_path(Parser *p, PathStyle style);
/* `<T>::a`, `<T as Trait>::a`. */
AstPathId parse_qualified_path(Parser *p, PathStyle style);
bool parse_is_path_start(const Parser *p);
bool parse_is_path_segment(const Parser *p, uint32_t kind);
AstSegmentId parse_segment(Parser *p, PathStyle style);
AstArgsId parse_angle_args(Parser *p);
/* Behind the path and `!`: the arguments. */
AstMacroCallId parse_macro_args(Parser *p, AstPathId path, AstPos lo);
/* The tokens between the delimiters of the tree at the current token, which is taken. */
AstDelimiter parse_delimited(Parser *p, IdRange *args);

/* parse_ty.c */
AstTyId parse_ty(Parser *p);
AstTyId parse_ty_no_plus(Parser *p);
/* `pin`, before `mut` or `const` in a reference. */
bool parse_eat_pin(Parser *p);
/* `-> T`, or none. */
AstTyId parse_return_ty(Parser *p, bool allow_plus);
bool parse_may_begin_ty(const Parser *p);
AstLifetimeId parse_lifetime(Parser *p);
/* The same in front of a loop or behind `break`. */
AstLifetimeId parse_label(Parser *p);

/* parse_generics.c */
AstGenericsId parse_generic_params(Parser *p);
/* Adds the predicates of a where clause to generics made before. */
void parse_where_clause(Parser *p, AstGenericsId generics);
/* `for<'a>`; nothing if there is none. */
IdRange parse_for_params(Parser *p);
IdRange parse_bounds(Parser *p);
bool parse_may_begin_bound(const Parser *p);
AstBoundId parse_trait_bound(Parser *p, AstPos lo, IdRange for_params, uint8_t modifiers);

/* parse_pat.c */
AstPatId parse_pat(Parser *p);     /* with alternatives */
AstPatId parse_pat_one(Parser *p); /* without */

/* parse_expr.c */
AstExprId parse_expr(Parser *p);
AstExprId parse_expr_restricted(Parser *p, uint32_t restrictions);
/* Of `let` in a condition: `&&` and `||` end it. */
AstExprId parse_expr_scrutinee(Parser *p);
/* Operators behind a first operand. */
AstExprId parse_expr_rest(Parser *p, AstExprId lhs, uint32_t min_power);
AstExprId parse_postfix_rest(Parser *p, AstExprId base, AstPos lo);
bool parse_may_begin_expr(const Parser *p);
bool parse_needs_semi(const Parser *p, AstExprId expr);
AstPos parse_expr_lo(const Parser *p, AstExprId expr);
AstExprId parse_literal_or_minus(Parser *p);
bool parse_is_literal(const Parser *p);
/* The current token is the index of a tuple's field if it is a number: it has no suffix. */
void parse_check_index(Parser *p);
AstExprId parse_expr_error(Parser *p, AstPos lo);

/* parse_atom.c */
AstExprId parse_atom(Parser *p);
AstExprId parse_literal(Parser *p);
AstExprId parse_call_args(Parser *p, AstExprId callee, AstPos lo);
IdRange parse_expr_list(Parser *p, TokenKind close);
AstExprId parse_const_block(Parser *p);
AstExprId parse_path_expr(Parser *p, AstPathId path, AstPos lo);
/* parse_control.c */
AstExprId parse_if(Parser *p);
AstExprId parse_while(Parser *p, AstLifetimeId label, AstPos lo);
AstExprId parse_for(Parser *p, AstLifetimeId label, AstPos lo);
AstExprId parse_loop(Parser *p, AstLifetimeId label, AstPos lo);
AstExprId parse_match(Parser *p);
AstExprId parse_match_rest(Parser *p, AstExprId scrutinee, bool is_postfix, AstPos lo);
AstExprId parse_labeled(Parser *p);
AstExprId parse_closure(Parser *p);
bool parse_is_closure(const Parser *p);
AstCapture parse_capture(Parser *p);
AstExprId parse_block_expr(Parser *p, AstBlockMode mode, AstCapture capture, AstLifetimeId label,
                           AstPos lo);

/* parse_stmt.c */
AstBlockId parse_block(Parser *p);
IdRange parse_stmts(Parser *p, uint32_t close);

/* parse_item.c */
typedef enum { PARAMS_FN, PARAMS_FN_PTR } ParamStyle; /* names may be left out in pointers */
IdRange parse_params(Parser *p, ParamStyle style, bool *is_variadic);
/* Before a type `pub (A)` restricts nothing: the parentheses are the type's. */
AstVisId parse_visibility(Parser *p, bool is_before_type);
AstFnHeader parse_fn_qualifiers(Parser *p);
/* A header run: the item and its visibility. */
void parse_header(Parser *p, ItemShape shape, Ast *ast);
/* A body run of an item of the kind. */
void parse_body(Parser *p, DefKind kind, Ast *ast);

#endif
