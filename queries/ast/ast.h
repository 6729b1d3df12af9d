/* AST: the syntax of one token run (an item's attributes, header or body, or a piece of an
 * expansion), before names.
 *
 * An Ast is flat: nodes of each kind in an array, referenced by 32-bit ids (0 none; entry 0
 * is never touched and need not be memory of its own), lists as runs of ids in `lists`. Each node
 * has lo and hi, places in the run it was parsed from. Macro calls and attributes refer to their
 * argument tokens by index in that run, so whoever reads an Ast holds the run as well. Items inside
 * bodies are not in it: the run has a TOKEN_ITEM in their place, the Ast an ITEM statement. */
#ifndef RSCC_AST_AST_H
#define RSCC_AST_AST_H

#include "base/ir_table.h"
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
ID_TYPE(AstBranchId, ast_branch_id)
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

/* A place in a run: 16 * token index + bytes into that token (not 0 only where the grammar splits
 * one: the second `>` of `>>`). A node is [lo, hi); its hi is the place behind its last token, so
 * 16 * (index + 1) unless that was split. */
typedef uint32_t AstPos;
enum { AST_POS_SHIFT = 4, AST_TOKENS_MAX = (1 << 28) - 1 };
static inline AstPos ast_pos(uint32_t token, uint32_t bytes)
{
    return token << AST_POS_SHIFT | bytes;
}
/* The tokens that [lo, hi) touches and the part of them that is meant, in item and anchor. */
TokenSpan ast_span(ItemId item, Anchor anchor, AstPos lo, AstPos hi);

/* A word with its hygiene mark. name none: not written. TOKEN_RAW in flags if it was written with
 * r#. */
typedef struct {
    SymId name;
    uint32_t mark;
    AstPos at;
    uint8_t kind; /* TokenKind: tells `self`, `crate`, `super`, `Self`, `$crate`, `_` from
                     identifiers */
    uint8_t flags;
} AstIdent;

#define AST_UNARY_OP_TABLE(X) X(NEG, "-") X(NOT, "!") X(DEREF, "*")
#define AST_BINARY_OP_TABLE(X) \
    X(ADD, "+")                \
    X(SUB, "-")                \
    X(MUL, "*")                \
    X(DIV, "/")                \
    X(REM, "%")                \
    X(BIT_AND, "&")            \
    X(BIT_OR, "|")             \
    X(BIT_XOR, "^")            \
    X(SHL, "<<")               \
    X(SHR, ">>")               \
    X(EQ, "==")                \
    X(NE, "!=")                \
    X(LT, "<")                 \
    X(LE, "<=")                \
    X(GT, ">")                 \
    X(GE, ">=")                \
    X(AND, "&&")               \
    X(OR, "||")
#define AST_BLOCK_MODE_TABLE(X) \
    X(PLAIN, "plain")           \
    X(UNSAFE, "unsafe")         \
    X(CONST, "const") X(ASYNC, "async") X(GEN, "gen") X(ASYNC_GEN, "async gen") X(TRY, "try")
#define AST_ARGS_STYLE_TABLE(X) X(ANGLE, "<>") X(PAREN, "()") X(RETURN, "(..)")
#define AST_ARG_KIND_TABLE(X) \
    X(LIFETIME, "lifetime")   \
    X(TYPE, "type")           \
    X(CONST, "const") X(EQ_TYPE, "eq type") X(EQ_CONST, "eq const") X(BOUND, "bound")
#define AST_PARAM_KIND_TABLE(X) X(LIFETIME, "lifetime") X(TYPE, "type") X(CONST, "const")
#define AST_BOUND_KIND_TABLE(X) X(TRAIT, "trait") X(OUTLIVES, "outlives") X(USE, "use")
#define AST_SELF_KIND_TABLE(X) \
    X(NONE, "none") X(VALUE, "self") X(REF, "&self") X(REF_MUT, "&mut self") X(TYPED, "self: T")
#define AST_SAFETY_TABLE(X) X(DEFAULT, "default") X(UNSAFE, "unsafe") X(SAFE, "safe")
/* What a closure or an async block does with the variables that it uses. */
#define AST_CAPTURE_TABLE(X) X(NEEDED, "as needed") X(MOVE, "move") X(USE, "use")
#define AST_CTOR_TABLE(X)    X(STRUCT, "{}") X(TUPLE, "()") X(UNIT, "unit")
#define AST_VIS_KIND_TABLE(X) \
    X(INHERITED, "inherited") \
    X(PUB, "pub")             \
    X(CRATE, "pub(crate)") X(SELF, "pub(self)") X(SUPER, "pub(super)") X(IN, "pub(in)")
#define AST_DELIMITER_TABLE(X)   X(NONE, "none") X(PAREN, "()") X(BRACKET, "[]") X(BRACE, "{}")
#define AST_USE_KIND_TABLE(X)    X(SIMPLE, "simple") X(GLOB, "glob") X(NESTED, "nested")
#define AST_MACRO_STYLE_TABLE(X) X(SEMI, ";") X(BRACES, "{}") X(NO_BRACES, "none")
/* What a macro parameter, or the place of a macro call, takes. X(UPPER, fragment specifier or
 * description) */
#define AST_FRAGMENT_TABLE(X)     \
    X(BLOCK, "block")             \
    X(EXPR, "expr")               \
    X(EXPR_2021, "expr_2021")     \
    X(IDENT, "ident")             \
    X(ITEM, "item")               \
    X(LIFETIME, "lifetime")       \
    X(LITERAL, "literal")         \
    X(META, "meta")               \
    X(PAT, "pat")                 \
    X(PAT_PARAM, "pat_param")     \
    X(PATH, "path")               \
    X(STMT, "stmt")               \
    X(TT, "tt")                   \
    X(TY, "ty")                   \
    X(VIS, "vis")                 \
    X(ITEMS, "items")             \
    X(TRAIT_ITEMS, "trait items") \
    X(IMPL_ITEMS, "impl items") X(FOREIGN_ITEMS, "foreign items") X(STMTS, "statements")

#define X(U, text) AST_UNARY_##U,
typedef enum { AST_UNARY_OP_TABLE(X) AST_UNARY_COUNT } AstUnaryOp;
#undef X
#define X(U, text) AST_BINARY_##U,
typedef enum { AST_BINARY_OP_TABLE(X) AST_BINARY_COUNT } AstBinaryOp;
#undef X
#define X(U, text) AST_BLOCK_##U,
typedef enum { AST_BLOCK_MODE_TABLE(X) AST_BLOCK_MODE_COUNT } AstBlockMode;
#undef X
#define X(U, text) AST_ARGS_##U,
typedef enum { AST_ARGS_STYLE_TABLE(X) AST_ARGS_STYLE_COUNT } AstArgsStyle;
#undef X
#define X(U, text) AST_ARG_##U,
typedef enum { AST_ARG_KIND_TABLE(X) AST_ARG_KIND_COUNT } AstArgKind;
#undef X
#define X(U, text) AST_PARAM_##U,
typedef enum { AST_PARAM_KIND_TABLE(X) AST_PARAM_KIND_COUNT } AstParamKind;
#undef X
#define X(U, text) AST_BOUND_##U,
typedef enum { AST_BOUND_KIND_TABLE(X) AST_BOUND_KIND_COUNT } AstBoundKind;
#undef X
#define X(U, text) AST_SELF_##U,
typedef enum { AST_SELF_KIND_TABLE(X) AST_SELF_KIND_COUNT } AstSelfKind;
#undef X
#define X(U, text) AST_SAFETY_##U,
typedef enum { AST_SAFETY_TABLE(X) AST_SAFETY_COUNT } AstSafety;
#undef X
#define X(U, text) AST_CAPTURE_##U,
typedef enum { AST_CAPTURE_TABLE(X) AST_CAPTURE_COUNT } AstCapture;
#undef X
#define X(U, text) AST_CTOR_##U,
typedef enum { AST_CTOR_TABLE(X) AST_CTOR_COUNT } AstCtor;
#undef X
#define X(U, text) AST_VIS_##U,
typedef enum { AST_VIS_KIND_TABLE(X) AST_VIS_COUNT } AstVisKind;
#undef X
#define X(U, text) AST_DELIMITER_##U,
typedef enum { AST_DELIMITER_TABLE(X) AST_DELIMITER_COUNT } AstDelimiter;
#undef X
#define X(U, text) AST_USE_##U,
typedef enum { AST_USE_KIND_TABLE(X) AST_USE_COUNT } AstUseKind;
#undef X
#define X(U, text) AST_MACRO_##U,
typedef enum { AST_MACRO_STYLE_TABLE(X) AST_MACRO_STYLE_COUNT } AstMacroStyle;
#undef X
#define X(U, text) AST_FRAGMENT_##U,
typedef enum { AST_FRAGMENT_TABLE(X) AST_FRAGMENT_COUNT } AstFragment;
#undef X

const char *ast_unary_op_text(AstUnaryOp op);
const char *ast_binary_op_text(AstBinaryOp op);
const char *ast_fragment_text(AstFragment fragment);

/* AstBound.modifiers */
enum {
    AST_BOUND_MAYBE = 1,        /* `?` */
    AST_BOUND_NEGATIVE = 2,     /* `!` */
    AST_BOUND_ALWAYS_CONST = 4, /* `const` */
    AST_BOUND_MAYBE_CONST = 8,  /* `[const]` or `~const` */
    AST_BOUND_ASYNC = 16,
};

/* What walking visits. */
enum {
    IR_LOCAL_ast_expr = IR_LOCAL_FIRST,
    IR_LOCAL_ast_pat,
    IR_LOCAL_ast_ty,
    IR_LOCAL_ast_stmt,
    IR_LOCAL_ast_item,
    IR_LOCAL_ast_block,
    IR_LOCAL_ast_path,
    IR_LOCAL_ast_segment,
    IR_LOCAL_ast_args,
    IR_LOCAL_ast_generic_arg,
    IR_LOCAL_ast_lifetime,
    IR_LOCAL_ast_generics,
    IR_LOCAL_ast_generic_param,
    IR_LOCAL_ast_where,
    IR_LOCAL_ast_bound,
    IR_LOCAL_ast_arm,
    IR_LOCAL_ast_branch,
    IR_LOCAL_ast_field_init,
    IR_LOCAL_ast_field_pat,
    IR_LOCAL_ast_let,
    IR_LOCAL_ast_closure,
    IR_LOCAL_ast_param,
    IR_LOCAL_ast_fn_header,
    IR_LOCAL_ast_fn_ptr,
    IR_LOCAL_ast_field_def,
    IR_LOCAL_ast_variant,
    IR_LOCAL_ast_vis,
    IR_LOCAL_ast_attr,
    IR_LOCAL_ast_macro_call,
    IR_LOCAL_ast_use_tree,
    IR_LOCAL_ast_builtin,
};

#define IR_TABLE  "ast/ast_expr.def"
#define IR_NODE   AstExpr
#define IR_KIND   AST_EXPR
#define IR_PREFIX ast_expr
#define IR_COMMON F(ast_pos, AstPos, lo) F(ast_pos, AstPos, hi)
#include "base/ir_declare.h"
#define IR_TABLE  "ast/ast_pat.def"
#define IR_NODE   AstPat
#define IR_KIND   AST_PAT
#define IR_PREFIX ast_pat
#define IR_COMMON F(ast_pos, AstPos, lo) F(ast_pos, AstPos, hi)
#include "base/ir_declare.h"
#define IR_TABLE  "ast/ast_ty.def"
#define IR_NODE   AstTy
#define IR_KIND   AST_TY
#define IR_PREFIX ast_ty
#define IR_COMMON F(ast_pos, AstPos, lo) F(ast_pos, AstPos, hi)
#include "base/ir_declare.h"
#define IR_TABLE  "ast/ast_stmt.def"
#define IR_NODE   AstStmt
#define IR_KIND   AST_STMT
#define IR_PREFIX ast_stmt
#define IR_COMMON F(ast_pos, AstPos, lo) F(ast_pos, AstPos, hi)
#include "base/ir_declare.h"
#define IR_TABLE  "ast/ast_item.def"
#define IR_NODE   AstItem
#define IR_KIND   AST_ITEM
#define IR_PREFIX ast_item
#define IR_COMMON F(ast_pos, AstPos, lo) F(ast_pos, AstPos, hi)
#include "base/ir_declare.h"

/* An Ast is mostly pairs of a pointer and a count, one per kind of node: there are three for every
 * item, so they have no padding between them. Everything else in these records has four bytes or
 * fewer and stands as it would anyway. */
#pragma pack(push, 4)
#define IR_TABLE "ast/ast_record.def"
#define IR_RECORD_TYPES
#include "base/ir_records_declare.h"
#pragma pack(pop)

extern const ValueInfo value_info_Ast;

/* ast_expr(ast, id), ast_block(ast, id), ...: the node of an id that is not none. */
#define AST_ACCESSOR(Node, lower, array, count)                  \
    static inline const Node *lower(const Ast *ast, Node##Id id) \
    {                                                            \
        rsc_debug_assert(id.v != 0 && id.v < ast->count);        \
        return &ast->array[id.v];                                \
    }
AST_ACCESSOR(AstExpr, ast_expr, exprs, expr_count)
AST_ACCESSOR(AstPat, ast_pat, pats, pat_count)
AST_ACCESSOR(AstTy, ast_ty, tys, ty_count)
AST_ACCESSOR(AstStmt, ast_stmt, stmts, stmt_count)
AST_ACCESSOR(AstItem, ast_item, items, item_count)
AST_ACCESSOR(AstBlock, ast_block, blocks, block_count)
AST_ACCESSOR(AstPath, ast_path, paths, path_count)
AST_ACCESSOR(AstSegment, ast_segment, segments, segment_count)
AST_ACCESSOR(AstArgs, ast_args, arg_lists, args_count)
AST_ACCESSOR(AstGenericArg, ast_generic_arg, generic_args, generic_arg_count)
AST_ACCESSOR(AstLifetime, ast_lifetime, lifetimes, lifetime_count)
AST_ACCESSOR(AstGenerics, ast_generics, generics, generics_count)
AST_ACCESSOR(AstGenericParam, ast_generic_param, generic_params, generic_param_count)
AST_ACCESSOR(AstWhere, ast_where, predicates, where_count)
AST_ACCESSOR(AstBound, ast_bound, bounds, bound_count)
AST_ACCESSOR(AstArm, ast_arm, arms, arm_count)
AST_ACCESSOR(AstBranch, ast_branch, branches, branch_count)
AST_ACCESSOR(AstFieldInit, ast_field_init, field_inits, field_init_count)
AST_ACCESSOR(AstFieldPat, ast_field_pat, field_pats, field_pat_count)
AST_ACCESSOR(AstLet, ast_let, lets, let_count)
AST_ACCESSOR(AstClosure, ast_closure, closures, closure_count)
AST_ACCESSOR(AstParam, ast_param, params, param_count)
AST_ACCESSOR(AstFnHeader, ast_fn_header, fn_headers, fn_header_count)
AST_ACCESSOR(AstFnPtr, ast_fn_ptr, fn_ptrs, fn_ptr_count)
AST_ACCESSOR(AstFieldDef, ast_field_def, field_defs, field_def_count)
AST_ACCESSOR(AstVariant, ast_variant, variants, variant_count)
AST_ACCESSOR(AstVis, ast_vis, visibilities, vis_count)
AST_ACCESSOR(AstAttr, ast_attr, attrs, attr_count)
AST_ACCESSOR(AstMacroCall, ast_macro_call, macro_calls, macro_call_count)
AST_ACCESSOR(AstUseTree, ast_use_tree, use_trees, use_tree_count)
AST_ACCESSOR(AstBuiltin, ast_builtin, builtins, builtin_count)
#undef AST_ACCESSOR

/* The i-th entry of a list, as a bare id: wrap it in the id type that the field's kind names. */
static inline uint32_t ast_list_at(const Ast *ast, IdRange list, uint32_t i)
{
    rsc_debug_assert(i < list.count && list.start + i < ast->list_count);
    return ast->lists[list.start + i];
}

/* Whether every id that must name a node does, and places are in order; what is wrong is added to
 * problems. */
bool ast_validate(const Ast *ast, Text *problems);
/* The tree from its roots, one node a line; or as JSON. */
void ast_dump_text(const Interners *interners, const Ast *ast, bool json, Text *out);

#endif
