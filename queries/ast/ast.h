/* AST: the syntax of one token run (an item's attributes, header or body, or a piece of an expansion), before names.
 *
 * An Ast is flat: nodes of each kind in an array, referenced by 32-bit ids (0 none; entry 0 unused), lists as runs of ids in `lists`.
 * Each node has lo and hi, places in the run it was parsed from. Macro calls and attributes refer to their argument tokens by
 * index in that run, so whoever reads an Ast holds the run as well. Items inside bodies are not in it: the run has a
 * TOKEN_ITEM in their place, the Ast an ITEM statement. */
#ifndef RSCC_AST_AST_H
#define RSCC_AST_AST_H

#include "lex/lex.h"
#include "source/source.h"

ID_TYPE(AstExprId, ast_expr_id)
ID_TYPE(AstPatId, ast_pat_id)
ID_TYPE(AstTyId, ast_ty_id)
ID_TYPE(AstStmtId, ast_stmt_id)
ID_TYPE(AstItemId, ast_item_id)
ID_TYPE(AstBlockId, ast_block_id)
ID_TYPE(AstPathId, ast_path_id)
ID_TYPE(AstSegmentId, ast_segment_id)
ID_TYPE(AstArgsId, ast_args_id)
ID_TYPE(AstGenericArgId, ast_generic_arg_id)
ID_TYPE(AstLifetimeId, ast_lifetime_id)
ID_TYPE(AstGenericsId, ast_generics_id)
ID_TYPE(AstGenericParamId, ast_generic_param_id)
ID_TYPE(AstWhereId, ast_where_id)
ID_TYPE(AstBoundId, ast_bound_id)
ID_TYPE(AstArmId, ast_arm_id)
ID_TYPE(AstFieldInitId, ast_field_init_id)
ID_TYPE(AstFieldPatId, ast_field_pat_id)
ID_TYPE(AstLetId, ast_let_id)
ID_TYPE(AstClosureId, ast_closure_id)
ID_TYPE(AstParamId, ast_param_id)
ID_TYPE(AstFnHeaderId, ast_fn_header_id)
ID_TYPE(AstFnPtrId, ast_fn_ptr_id)
ID_TYPE(AstFieldDefId, ast_field_def_id)
ID_TYPE(AstVariantId, ast_variant_id)
ID_TYPE(AstVisId, ast_vis_id)
ID_TYPE(AstAttrId, ast_attr_id)
ID_TYPE(AstMacroCallId, ast_macro_call_id)
ID_TYPE(AstUseTreeId, ast_use_tree_id)
ID_TYPE(AstBuiltinId, ast_builtin_id)

/* A place in a run: 16 * token index + bytes into that token (not 0 only where the grammar splits one: the second `>` of `>>`).
 * A node is [lo, hi); its hi is the place behind its last token, so 16 * (index + 1) unless that was split. */
typedef uint32_t AstPos;
enum { AST_POS_SHIFT = 4, AST_TOKENS_MAX = (1 << 28) - 1 };
static inline AstPos ast_pos(uint32_t token, uint32_t bytes)
{
    return token << AST_POS_SHIFT | bytes;
}
/* The tokens that [lo, hi) touches and the part of them that is meant, in item and anchor. */
TokenSpan ast_span(ItemId item, Anchor anchor, AstPos lo, AstPos hi);

/* A word with its hygiene mark. name none: not written. TOKEN_RAW in flags if it was written with r#. */
typedef struct {
    SymId name;
    uint32_t mark;
    AstPos at;
    uint8_t kind; /* TokenKind: tells `self`, `crate`, `super`, `Self`, `$crate`, `_` from identifiers */
    uint8_t flags;
} AstIdent;

#define AST_UNARY_OP_TABLE(X) X(NEG, "-") X(NOT, "!") X(DEREF, "*")
/* X(UPPER, text, binding power: higher binds tighter) */
#define AST_BINARY_OP_TABLE(X) \
    X(ADD, "+", 10)            \
    X(SUB, "-", 10)            \
    X(MUL, "*", 11)            \
    X(DIV, "/", 11)            \
    X(REM, "%", 11)            \
    X(BIT_AND, "&", 8)         \
    X(BIT_OR, "|", 6)          \
    X(BIT_XOR, "^", 7)         \
    X(SHL, "<<", 9)            \
    X(SHR, ">>", 9)            \
    X(EQ, "==", 5)             \
    X(NE, "!=", 5)             \
    X(LT, "<", 5)              \
    X(LE, "<=", 5)             \
    X(GT, ">", 5)              \
    X(GE, ">=", 5)             \
    X(AND, "&&", 4)            \
    X(OR, "||", 3)
#define AST_BLOCK_MODE_TABLE(X) \
    X(PLAIN, "plain") X(UNSAFE, "unsafe") X(CONST, "const") X(ASYNC, "async") X(GEN, "gen") X(ASYNC_GEN, "async gen") X(TRY, "try")
#define AST_ARGS_STYLE_TABLE(X) X(ANGLE, "<>") X(PAREN, "()") X(RETURN, "(..)")
#define AST_ARG_KIND_TABLE(X)                                                         \
    X(LIFETIME, "lifetime") X(TYPE, "type") X(CONST, "const") X(EQ_TYPE, "eq type") \
        X(EQ_CONST, "eq const") X(BOUND, "bound")
#define AST_PARAM_KIND_TABLE(X) X(LIFETIME, "lifetime") X(TYPE, "type") X(CONST, "const")
#define AST_BOUND_KIND_TABLE(X) X(TRAIT, "trait") X(OUTLIVES, "outlives") X(USE, "use")
#define AST_SELF_KIND_TABLE(X) \
    X(NONE, "none") X(VALUE, "self") X(REF, "&self") X(REF_MUT, "&mut self") X(TYPED, "self: T")
#define AST_SAFETY_TABLE(X) X(DEFAULT, "default") X(UNSAFE, "unsafe") X(SAFE, "safe")
#define AST_CTOR_TABLE(X) X(STRUCT, "{}") X(TUPLE, "()") X(UNIT, "unit")
#define AST_VIS_KIND_TABLE(X) \
    X(INHERITED, "inherited") X(PUB, "pub") X(CRATE, "pub(crate)") X(SELF, "pub(self)") X(SUPER, "pub(super)") X(IN, "pub(in)")
#define AST_DELIMITER_TABLE(X) X(NONE, "none") X(PAREN, "()") X(BRACKET, "[]") X(BRACE, "{}")
#define AST_USE_KIND_TABLE(X) X(SIMPLE, "simple") X(GLOB, "glob") X(NESTED, "nested")
#define AST_MACRO_STYLE_TABLE(X) X(SEMI, ";") X(BRACES, "{}") X(NO_BRACES, "none")
/* What a macro parameter, or the place of a macro call, takes. X(UPPER, fragment specifier or description) */
#define AST_FRAGMENT_TABLE(X)                                                                         \
    X(BLOCK, "block") X(EXPR, "expr") X(EXPR_2021, "expr_2021") X(IDENT, "ident") X(ITEM, "item")     \
        X(LIFETIME, "lifetime") X(LITERAL, "literal") X(META, "meta") X(PAT, "pat")                   \
        X(PAT_PARAM, "pat_param") X(PATH, "path") X(STMT, "stmt") X(TT, "tt") X(TY, "ty") X(VIS, "vis") \
        X(ITEMS, "items") X(TRAIT_ITEMS, "trait items") X(IMPL_ITEMS, "impl items")                   \
        X(FOREIGN_ITEMS, "foreign items") X(STMTS, "statements")

#define X(U, ...) AST_UNARY_##U,
typedef enum { AST_UNARY_OP_TABLE(X) AST_UNARY_COUNT } AstUnaryOp;
#undef X
#define X(U, ...) AST_BINARY_##U,
typedef enum { AST_BINARY_OP_TABLE(X) AST_BINARY_COUNT } AstBinaryOp;
#undef X
#define X(U, ...) AST_BLOCK_##U,
typedef enum { AST_BLOCK_MODE_TABLE(X) AST_BLOCK_MODE_COUNT } AstBlockMode;
#undef X
#define X(U, ...) AST_ARGS_##U,
typedef enum { AST_ARGS_STYLE_TABLE(X) AST_ARGS_STYLE_COUNT } AstArgsStyle;
#undef X
#define X(U, ...) AST_ARG_##U,
typedef enum { AST_ARG_KIND_TABLE(X) AST_ARG_KIND_COUNT } AstArgKind;
#undef X
#define X(U, ...) AST_PARAM_##U,
typedef enum { AST_PARAM_KIND_TABLE(X) AST_PARAM_KIND_COUNT } AstParamKind;
#undef X
#define X(U, ...) AST_BOUND_##U,
typedef enum { AST_BOUND_KIND_TABLE(X) AST_BOUND_KIND_COUNT } AstBoundKind;
#undef X
#define X(U, ...) AST_SELF_##U,
typedef enum { AST_SELF_KIND_TABLE(X) AST_SELF_KIND_COUNT } AstSelfKind;
#undef X
#define X(U, ...) AST_SAFETY_##U,
typedef enum { AST_SAFETY_TABLE(X) AST_SAFETY_COUNT } AstSafety;
#undef X
#define X(U, ...) AST_CTOR_##U,
typedef enum { AST_CTOR_TABLE(X) AST_CTOR_COUNT } AstCtor;
#undef X
#define X(U, ...) AST_VIS_##U,
typedef enum { AST_VIS_KIND_TABLE(X) AST_VIS_COUNT } AstVisKind;
#undef X
#define X(U, ...) AST_DELIMITER_##U,
typedef enum { AST_DELIMITER_TABLE(X) AST_DELIMITER_COUNT } AstDelimiter;
#undef X
#define X(U, ...) AST_USE_##U,
typedef enum { AST_USE_KIND_TABLE(X) AST_USE_COUNT } AstUseKind;
#undef X
#define X(U, ...) AST_MACRO_##U,
typedef enum { AST_MACRO_STYLE_TABLE(X) AST_MACRO_STYLE_COUNT } AstMacroStyle;
#undef X
#define X(U, ...) AST_FRAGMENT_##U,
typedef enum { AST_FRAGMENT_TABLE(X) AST_FRAGMENT_COUNT } AstFragment;
#undef X

const char *ast_unary_op_text(AstUnaryOp op);
const char *ast_binary_op_text(AstBinaryOp op);
const char *ast_fragment_text(AstFragment fragment);

/* AstBound.modifiers */
enum {
    AST_BOUND_MAYBE = 1,       /* `?` */
    AST_BOUND_NEGATIVE = 2,    /* `!` */
    AST_BOUND_ALWAYS_CONST = 4, /* `const` */
    AST_BOUND_MAYBE_CONST = 8, /* `[const]` or `~const` */
    AST_BOUND_ASYNC = 16,
};

#include "ast/ast_nodes.h"

/* Arrays are indexed by id; entry 0 is unused. `root` says what was parsed. */
typedef struct {
    AstExpr *exprs; uint32_t expr_count;
    AstPat *pats;   uint32_t pat_count;
    AstTy *tys;     uint32_t ty_count;
    AstStmt *stmts; uint32_t stmt_count;
    AstItem *items; uint32_t item_count;
#define RECORD(Camel, lower, plural, FIELDS) \
    Ast##Camel *plural;                      \
    uint32_t lower##_count;
#include "ast/ast_record.def"
    AstIdent *idents; uint32_t ident_count; /* what ast_ident_list runs refer to, by index */
    uint32_t *lists; uint32_t list_count;
    AstItemId item;  /* of a header */
    AstVisId vis;    /* of a header: always there */
    AstExprId expr;  /* of a body: the function's block, the constant's value; EXPR */
    AstPatId pat;
    AstTyId ty;
    AstPathId path;
    IdRange stmts_root; /* STMTS, STMT: list of AstStmtId */
    IdRange attributes; /* of an attribute run: list of AstAttrId, in order as written */
    bool has_error;     /* something was reported */
} Ast;
extern const ValueInfo value_info_Ast;

static inline const AstExpr *ast_expr(const Ast *ast, AstExprId id)
{
    rsc_debug_assert(id.v < ast->expr_count);
    return &ast->exprs[id.v];
}
static inline const AstPat *ast_pat(const Ast *ast, AstPatId id)
{
    rsc_debug_assert(id.v < ast->pat_count);
    return &ast->pats[id.v];
}
static inline const AstTy *ast_ty(const Ast *ast, AstTyId id)
{
    rsc_debug_assert(id.v < ast->ty_count);
    return &ast->tys[id.v];
}
static inline const AstStmt *ast_stmt(const Ast *ast, AstStmtId id)
{
    rsc_debug_assert(id.v < ast->stmt_count);
    return &ast->stmts[id.v];
}
static inline const AstItem *ast_item(const Ast *ast, AstItemId id)
{
    rsc_debug_assert(id.v < ast->item_count);
    return &ast->items[id.v];
}
#define RECORD(Camel, lower, plural, FIELDS)                                             \
    static inline const Ast##Camel *ast_##lower(const Ast *ast, Ast##Camel##Id id) \
    {                                                                                    \
        rsc_debug_assert(id.v < ast->lower##_count);                                     \
        return &ast->plural[id.v];                                                       \
    }
#include "ast/ast_record.def"
/* The i-th entry of a list, as a bare id: wrap it in the id type that the field's kind names. */
static inline uint32_t ast_list_at(const Ast *ast, IdRange list, uint32_t i)
{
    rsc_debug_assert(i < list.count && list.start + i < ast->list_count);
    return ast->lists[list.start + i];
}

/* Indented text, one node a line. */
void ast_dump(const Interners *interners, const Ast *ast, Text *out);

#endif
