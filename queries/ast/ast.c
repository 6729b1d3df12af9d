/* What is generated from the AST's tables: encode, decode, walk, dump; and the names of its small
 * enumerations. */
#include "ast/ast.h"

/* ---- names ---- */

#define X(U, text) text,
static const char *const unary_op_texts[] = { AST_UNARY_OP_TABLE(X) };
static const char *const binary_op_texts[] = { AST_BINARY_OP_TABLE(X) };
static const char *const block_mode_texts[] = { AST_BLOCK_MODE_TABLE(X) };
static const char *const args_style_texts[] = { AST_ARGS_STYLE_TABLE(X) };
static const char *const arg_kind_texts[] = { AST_ARG_KIND_TABLE(X) };
static const char *const param_kind_texts[] = { AST_PARAM_KIND_TABLE(X) };
static const char *const bound_kind_texts[] = { AST_BOUND_KIND_TABLE(X) };
static const char *const self_kind_texts[] = { AST_SELF_KIND_TABLE(X) };
static const char *const safety_texts[] = { AST_SAFETY_TABLE(X) };
static const char *const capture_texts[] = { AST_CAPTURE_TABLE(X) };
static const char *const ctor_texts[] = { AST_CTOR_TABLE(X) };
static const char *const vis_kind_texts[] = { AST_VIS_KIND_TABLE(X) };
static const char *const delimiter_texts[] = { AST_DELIMITER_TABLE(X) };
static const char *const use_kind_texts[] = { AST_USE_KIND_TABLE(X) };
static const char *const macro_style_texts[] = { AST_MACRO_STYLE_TABLE(X) };
static const char *const fragment_texts[] = { AST_FRAGMENT_TABLE(X) };
#undef X

const char *ast_unary_op_text(AstUnaryOp op)
{
    rsc_assert((unsigned)op < AST_UNARY_COUNT);
    return unary_op_texts[op];
}

const char *ast_binary_op_text(AstBinaryOp op)
{
    rsc_assert((unsigned)op < AST_BINARY_COUNT);
    return binary_op_texts[op];
}

const char *ast_fragment_text(AstFragment fragment)
{
    rsc_assert((unsigned)fragment < AST_FRAGMENT_COUNT);
    return fragment_texts[fragment];
}

TokenSpan ast_span(ItemId item, Anchor anchor, AstPos lo, AstPos hi)
{
    uint32_t below = (1u << AST_POS_SHIFT) - 1;
    TokenSpan span = { .item = item, .anchor = anchor, .lo = lo >> AST_POS_SHIFT };
    span.hi = (hi + below) >> AST_POS_SHIFT;
    span.sub_lo = lo & below;
    span.sub_hi = hi & below;
    return span;
}

/* ---- field kinds ---- */

/* `7`, or `7.1` for a place inside a token. */
static void print_pos(IrDump *dump, const char *field, AstPos pos)
{
    Text text;
    text_init(&text, NULL);
    text_addf(&text, "%u", pos >> AST_POS_SHIFT);
    if (pos & ((1u << AST_POS_SHIFT) - 1))
        text_addf(&text, ".%u", pos & ((1u << AST_POS_SHIFT) - 1));
    ir_print_scalar(dump, field, text_str(&text), dump->json);
    text_release(&text);
}

static void print_ident(IrDump *dump, const char *field, const AstIdent *ident)
{
    Text text;
    text_init(&text, NULL);
    if (sym_id_is_none(ident->name))
        text_add_c(&text, "none");
    if (ident->flags & TOKEN_RAW)
        text_add_c(&text, "r#");
    text_add(&text, sym_text(dump->interners, ident->name));
    if (ident->mark)
        text_addf(&text, "#%u", ident->mark);
    ir_print_scalar(dump, field, text_str(&text), true);
    text_release(&text);
}

static void encode_ident(Encoder *e, const AstIdent *ident)
{
    encode_interned(e, INTERN_sym, ident->name.v);
    encode_u32(e, ident->mark);
    encode_u32(e, ident->at);
    encode_u8(e, ident->kind);
    encode_u8(e, ident->flags);
}

static AstIdent decode_ident(Decoder *d)
{
    AstIdent ident = { .name = sym_id_make(decode_interned(d, INTERN_sym)) };
    ident.mark = decode_u32(d);
    ident.at = decode_u32(d);
    ident.kind = decode_u8(d);
    ident.flags = decode_u8(d);
    return ident;
}

IR_SCALAR_KIND(ast_pos, AstPos, encode_u32(e, *v), *v = decode_u32(d), print_pos(dump, name, *v))
IR_SCALAR_KIND(ast_ident, AstIdent, encode_ident(e, v), *v = decode_ident(d),
               print_ident(dump, name, v))
IR_SCALAR_KIND(token_kind, uint8_t, encode_u8(e, *v),
               *v = (uint8_t)ir_read_index(d, TOKEN_KIND_COUNT),
               ir_print_scalar(dump, name, str_from_c(token_kind_name((TokenKind)*v)), true))
IR_ENUM_KIND(ast_unary_op, uint8_t, unary_op_texts, ARRAY_COUNT(unary_op_texts))
IR_ENUM_KIND(ast_binary_op, uint8_t, binary_op_texts, ARRAY_COUNT(binary_op_texts))
IR_ENUM_KIND(ast_block_mode, uint8_t, block_mode_texts, ARRAY_COUNT(block_mode_texts))
IR_ENUM_KIND(ast_args_style, uint8_t, args_style_texts, ARRAY_COUNT(args_style_texts))
IR_ENUM_KIND(ast_arg_kind, uint8_t, arg_kind_texts, ARRAY_COUNT(arg_kind_texts))
IR_ENUM_KIND(ast_param_kind, uint8_t, param_kind_texts, ARRAY_COUNT(param_kind_texts))
IR_ENUM_KIND(ast_bound_kind, uint8_t, bound_kind_texts, ARRAY_COUNT(bound_kind_texts))
IR_ENUM_KIND(ast_self_kind, uint8_t, self_kind_texts, ARRAY_COUNT(self_kind_texts))
IR_ENUM_KIND(ast_safety, uint8_t, safety_texts, ARRAY_COUNT(safety_texts))
IR_ENUM_KIND(ast_capture, uint8_t, capture_texts, ARRAY_COUNT(capture_texts))
IR_ENUM_KIND(ast_ctor, uint8_t, ctor_texts, ARRAY_COUNT(ctor_texts))
IR_ENUM_KIND(ast_vis_kind, uint8_t, vis_kind_texts, ARRAY_COUNT(vis_kind_texts))
IR_ENUM_KIND(ast_delimiter, uint8_t, delimiter_texts, ARRAY_COUNT(delimiter_texts))
IR_ENUM_KIND(ast_use_kind, uint8_t, use_kind_texts, ARRAY_COUNT(use_kind_texts))
IR_ENUM_KIND(ast_macro_style, uint8_t, macro_style_texts, ARRAY_COUNT(macro_style_texts))

#define IR_POOL Ast
IR_CHILD_KIND(ast_expr, AstExprId, "expr", exprs, expr_count)
IR_CHILD_KIND(ast_pat, AstPatId, "pat", pats, pat_count)
IR_CHILD_KIND(ast_ty, AstTyId, "ty", tys, ty_count)
IR_CHILD_KIND(ast_stmt, AstStmtId, "stmt", stmts, stmt_count)
IR_CHILD_KIND(ast_item, AstItemId, "item", items, item_count)
IR_CHILD_KIND(ast_block, AstBlockId, "block", blocks, block_count)
IR_CHILD_KIND(ast_path, AstPathId, "path", paths, path_count)
IR_CHILD_KIND(ast_segment, AstSegmentId, "segment", segments, segment_count)
IR_CHILD_KIND(ast_args, AstArgsId, "args", arg_lists, args_count)
IR_CHILD_KIND(ast_generic_arg, AstGenericArgId, "generic_arg", generic_args, generic_arg_count)
IR_CHILD_KIND(ast_lifetime, AstLifetimeId, "lifetime", lifetimes, lifetime_count)
IR_CHILD_KIND(ast_generics, AstGenericsId, "generics", generics, generics_count)
IR_CHILD_KIND(ast_generic_param, AstGenericParamId, "generic_param", generic_params,
              generic_param_count)
IR_CHILD_KIND(ast_where, AstWhereId, "where", predicates, where_count)
IR_CHILD_KIND(ast_bound, AstBoundId, "bound", bounds, bound_count)
IR_CHILD_KIND(ast_arm, AstArmId, "arm", arms, arm_count)
IR_CHILD_KIND(ast_branch, AstBranchId, "branch", branches, branch_count)
IR_CHILD_KIND(ast_field_init, AstFieldInitId, "field_init", field_inits, field_init_count)
IR_CHILD_KIND(ast_field_pat, AstFieldPatId, "field_pat", field_pats, field_pat_count)
IR_CHILD_KIND(ast_let, AstLetId, "let", lets, let_count)
IR_CHILD_KIND(ast_closure, AstClosureId, "closure", closures, closure_count)
IR_CHILD_KIND(ast_param, AstParamId, "param", params, param_count)
IR_CHILD_KIND(ast_fn_header, AstFnHeaderId, "fn_header", fn_headers, fn_header_count)
IR_CHILD_KIND(ast_fn_ptr, AstFnPtrId, "fn_ptr", fn_ptrs, fn_ptr_count)
IR_CHILD_KIND(ast_field_def, AstFieldDefId, "field_def", field_defs, field_def_count)
IR_CHILD_KIND(ast_variant, AstVariantId, "variant", variants, variant_count)
IR_CHILD_KIND(ast_vis, AstVisId, "vis", visibilities, vis_count)
IR_CHILD_KIND(ast_attr, AstAttrId, "attr", attrs, attr_count)
IR_CHILD_KIND(ast_macro_call, AstMacroCallId, "macro_call", macro_calls, macro_call_count)
IR_CHILD_KIND(ast_use_tree, AstUseTreeId, "use_tree", use_trees, use_tree_count)
IR_CHILD_KIND(ast_builtin, AstBuiltinId, "builtin", builtins, builtin_count)
IR_LIST_KIND(ast_arm_list, ast_arm, AstArmId, lists, list_count)
IR_LIST_KIND(ast_branch_list, ast_branch, AstBranchId, lists, list_count)
IR_LIST_KIND(ast_attr_list, ast_attr, AstAttrId, lists, list_count)
IR_LIST_KIND(ast_bound_list, ast_bound, AstBoundId, lists, list_count)
IR_LIST_KIND(ast_expr_list, ast_expr, AstExprId, lists, list_count)
IR_LIST_KIND(ast_field_def_list, ast_field_def, AstFieldDefId, lists, list_count)
IR_LIST_KIND(ast_field_init_list, ast_field_init, AstFieldInitId, lists, list_count)
IR_LIST_KIND(ast_field_pat_list, ast_field_pat, AstFieldPatId, lists, list_count)
IR_LIST_KIND(ast_generic_arg_list, ast_generic_arg, AstGenericArgId, lists, list_count)
IR_LIST_KIND(ast_generic_param_list, ast_generic_param, AstGenericParamId, lists, list_count)
IR_LIST_KIND(ast_param_list, ast_param, AstParamId, lists, list_count)
IR_LIST_KIND(ast_pat_list, ast_pat, AstPatId, lists, list_count)
IR_LIST_KIND(ast_segment_list, ast_segment, AstSegmentId, lists, list_count)
IR_LIST_KIND(ast_stmt_list, ast_stmt, AstStmtId, lists, list_count)
IR_LIST_KIND(ast_ty_list, ast_ty, AstTyId, lists, list_count)
IR_LIST_KIND(ast_use_tree_list, ast_use_tree, AstUseTreeId, lists, list_count)
IR_LIST_KIND(ast_variant_list, ast_variant, AstVariantId, lists, list_count)
IR_LIST_KIND(ast_where_list, ast_where, AstWhereId, lists, list_count)

/* A run of pool->idents. */
static void print_idents(IrDump *dump, const char *field, IdRange range)
{
    const Ast *pool = dump->pool;
    if (dump->children)
        return;
    ir_print_scalars_begin(dump, field);
    for (uint32_t i = 0; i < range.count; i++)
        print_ident(dump, NULL, &pool->idents[range.start + i]);
    ir_print_scalars_end(dump);
}

IR_SCALAR_KIND(ast_ident_list, IdRange, (encode_u32(e, v->start), encode_u32(e, v->count)),
               *v = ir_read_run(d, ((const Ast *)pool)->ident_count), print_idents(dump, name, *v))

/* ---- the tables ---- */

#define IR_TABLE  "ast/ast_expr.def"
#define IR_NODE   AstExpr
#define IR_KIND   AST_EXPR
#define IR_PREFIX ast_expr
#define IR_COMMON F(ast_pos, AstPos, lo) F(ast_pos, AstPos, hi)
#include "base/ir_define.h"
#define IR_TABLE  "ast/ast_pat.def"
#define IR_NODE   AstPat
#define IR_KIND   AST_PAT
#define IR_PREFIX ast_pat
#define IR_COMMON F(ast_pos, AstPos, lo) F(ast_pos, AstPos, hi)
#include "base/ir_define.h"
#define IR_TABLE  "ast/ast_ty.def"
#define IR_NODE   AstTy
#define IR_KIND   AST_TY
#define IR_PREFIX ast_ty
#define IR_COMMON F(ast_pos, AstPos, lo) F(ast_pos, AstPos, hi)
#include "base/ir_define.h"
#define IR_TABLE  "ast/ast_stmt.def"
#define IR_NODE   AstStmt
#define IR_KIND   AST_STMT
#define IR_PREFIX ast_stmt
#define IR_COMMON F(ast_pos, AstPos, lo) F(ast_pos, AstPos, hi)
#include "base/ir_define.h"
#define IR_TABLE  "ast/ast_item.def"
#define IR_NODE   AstItem
#define IR_KIND   AST_ITEM
#define IR_PREFIX ast_item
#define IR_COMMON F(ast_pos, AstPos, lo) F(ast_pos, AstPos, hi)
#include "base/ir_define.h"

#define IR_TABLE "ast/ast_record.def"
#include "base/ir_records_define.h"

/* ---- the whole ---- */

static void item_text(const Interners *interners, InternKind kind, uint32_t id, Text *out)
{
    if (kind == INTERN_item)
        item_path_text(interners, item_id_make(id), out);
}

void ast_dump_text(const Interners *interners, const Ast *ast, bool json, Text *out)
{
    IrDump dump = {
        .out = out, .interners = interners, .pool = ast, .json = json, .interned_text = item_text
    };
    ast_dump(&dump, NULL, ast);
    text_add_char(out, '\n');
}

static void value_encode(Encoder *e, const void *value)
{
    ast_encode(e, value);
}

static void value_decode(Decoder *d, void *value)
{
    ast_decode(d, value, value);
}

static const Ast ast_error = { .has_error = true };
const ValueInfo value_info_Ast = { "Ast", sizeof(Ast), value_encode, value_decode, &ast_error };

/* Made by the million. */
_Static_assert(sizeof(AstExpr) <= 36, "an expression is small");
_Static_assert(sizeof(AstSegment) <= 28, "a path segment is small");
