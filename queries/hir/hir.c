/* HIR's mechanical part, generated from its tables: encode, decode, walk and dump of nodes, bodies
 * and item headers. */
#include "hir/hir.h"

/* ---- names ---- */

#define X(U, text, lang) text,
static const char *const unary_ops[] = { UNARY_OP_TABLE(X) };
#undef X
#define X(U, text, lang, assign, class) text,
static const char *const binary_ops[] = { BINARY_OP_TABLE(X) };
#undef X
#define X(U, text) text,
static const char *const res_kinds[] = { RES_KIND_TABLE(X) };
static const char *const loop_sources[] = { HIR_LOOP_SOURCE_TABLE(X) };
static const char *const arg_kinds[] = { HIR_ARG_TABLE(X) };
static const char *const literal_kinds[] = { HIR_LITERAL_TABLE(X) };
static const char *const lifetime_kinds[] = { HIR_LIFETIME_TABLE(X) };
static const char *const ctor_kinds[] = { HIR_CTOR_TABLE(X) };
static const char *const param_kinds[] = { HIR_PARAM_TABLE(X) };
#undef X
#define X(U, name, kind, width) name,
static const char *const primitives[] = { PRIMITIVE_TABLE(X) };
#undef X
#define X(U, l, text, ns) #l,
static const char *const def_kinds[] = { "none", DEF_KIND_TABLE(X) };
#undef X

const char *unary_op_text(UnaryOp op)
{
    rsc_assert(op < ARRAY_COUNT(unary_ops));
    return unary_ops[op];
}

/* ---- field kinds ---- */

static void print_flag(IrDump *dump, const char *name, bool v)
{
    if (v)
        ir_print_scalar(dump, name, STR("true"), false);
}

static void print_number(IrDump *dump, const char *name, uint64_t v)
{
    if (v)
        ir_print_number(dump, name, v);
}

/* UINT32_MAX: no `..`. */
static void print_rest(IrDump *dump, const char *name, uint32_t v)
{
    if (v != UINT32_MAX)
        ir_print_number(dump, name, v);
}

#define IR_POOL HirBody
/* A place: encoded, but no part of a dump. */
IR_SCALAR_KIND(hir_span, uint32_t, encode_u32(e, *v), *v = decode_u32(d),
               ((void)dump, (void)name, (void)v))
/* What most nodes do not have is printed only where it is there. */
IR_SCALAR_KIND(hir_flag, bool, encode_bool(e, *v), *v = decode_bool(d), print_flag(dump, name, *v))
IR_SCALAR_KIND(hir_number8, uint8_t, encode_u8(e, *v), *v = decode_u8(d),
               print_number(dump, name, *v))
IR_SCALAR_KIND(hir_number, uint32_t, encode_u32(e, *v), *v = decode_u32(d),
               print_number(dump, name, *v))
IR_SCALAR_KIND(hir_rest, uint32_t, encode_u32(e, *v + 1), *v = decode_u32(d) - 1,
               print_rest(dump, name, *v))
IR_ENUM_KIND(hir_unary_op, uint8_t, unary_ops, ARRAY_COUNT(unary_ops))
IR_ENUM_KIND(hir_binary_op, uint8_t, binary_ops, ARRAY_COUNT(binary_ops))
IR_ENUM_KIND(hir_res_kind, uint8_t, res_kinds, RES_KIND_COUNT)
IR_ENUM_KIND(hir_loop_source, uint8_t, loop_sources, HIR_LOOP_SOURCE_COUNT)
IR_ENUM_KIND(hir_arg_kind, uint8_t, arg_kinds, HIR_ARG_KIND_COUNT)
IR_ENUM_KIND(hir_literal_kind, uint8_t, literal_kinds, HIR_LITERAL_KIND_COUNT)
IR_ENUM_KIND(hir_lifetime_kind, uint8_t, lifetime_kinds, HIR_LIFETIME_KIND_COUNT)
IR_ENUM_KIND(hir_ctor_kind, uint8_t, ctor_kinds, HIR_CTOR_KIND_COUNT)
IR_ENUM_KIND(hir_param_kind, uint8_t, param_kinds, HIR_PARAM_KIND_COUNT)
IR_ENUM_KIND(hir_def_kind, uint32_t, def_kinds, DEF_KIND_COUNT)

IR_CHILD_KIND(hir_expr, HirExprId, "e", exprs, expr_count)
IR_CHILD_KIND(hir_pat, HirPatId, "p", pats, pat_count)
IR_CHILD_KIND(hir_ty, HirTyId, "t", tys, ty_count)
IR_CHILD_KIND(hir_stmt, HirStmtId, "s", stmts, stmt_count)
IR_CHILD_KIND(hir_block, HirBlockId, "b", blocks, block_count)
IR_CHILD_KIND(hir_path, HirPathId, "path", paths, path_count)
IR_CHILD_KIND(hir_segment, HirSegmentId, "seg", segments, segment_count)
IR_CHILD_KIND(hir_literal, HirLiteralId, "lit", literals, literal_count)
IR_CHILD_KIND(hir_lifetime, HirLifetimeId, "lt", lifetimes, lifetime_count)
IR_REF_KIND(hir_local, HirLocalId, "l", pool->local_count)
IR_REF_KIND(hir_label, HirLabelId, "label", pool->label_count + 1)
IR_REF_KIND(hir_pat_ref, HirPatId, "p", pool->pat_count)

IR_LIST_KIND(hir_expr_list, hir_expr, HirExprId, lists, list_count)
IR_LIST_KIND(hir_pat_list, hir_pat, HirPatId, lists, list_count)
IR_LIST_KIND(hir_ty_list, hir_ty, HirTyId, lists, list_count)
IR_LIST_KIND(hir_stmt_list, hir_stmt, HirStmtId, lists, list_count)
IR_RUN_KIND(hir_segment_run, hir_segment, segments, segment_count)
IR_RUN_KIND(hir_generic_arg_run, hir_generic_arg, generic_args, generic_arg_count)
IR_RUN_KIND(hir_constraint_run, hir_constraint, constraints, constraint_count)
IR_RUN_KIND(hir_arm_run, hir_arm, arms, arm_count)
IR_RUN_KIND(hir_field_run, hir_field, fields, field_count)
IR_RUN_KIND(hir_field_pat_run, hir_field_pat, field_pats, field_pat_count)

/* A resolution, as one scalar: `def app::f`, `local l1`, `primitive 3`. */
static inline void ir_encode_hir_res_text(Encoder *e, const Res *res)
{
    hir_res_encode(e, res);
}
static inline void ir_decode_hir_res_text(Decoder *d, const void *pool, Res *res)
{
    hir_res_decode(d, pool, res);
}
static inline void ir_walk_hir_res_text(const IrWalk *walk, const Res *res)
{
    hir_res_walk(walk, res);
}
static inline void ir_dump_hir_res_text(IrDump *dump, const char *name, const Res *res)
{
    Text text = { .arena = NULL };
    text_add_c(&text, res_kinds[res->kind]);
    if (res->kind == RES_LOCAL)
        text_addf(&text, " l%u", res->local.v);
    else if (res->kind == RES_PRIMITIVE)
        text_addf(&text, " %s", primitives[res->primitive]);
    else if (res->kind != RES_ERROR && dump->interned_text) {
        text_add_char(&text, ' ');
        dump->interned_text(dump->interners, INTERN_def, res->def.v, &text);
    }
    ir_print_scalar(dump, name, text_str(&text), true);
    text_release(&text);
}

/* Field definitions are in the item around the pool. */
static inline const HirItem *item_of_pool(const void *pool)
{
    return (const HirItem *)(const void *)((const char *)pool - offsetof(HirItem, nodes));
}
static inline void ir_encode_hir_field_def_run(Encoder *e, const IdRange *run)
{
    ir_encode_range(e, run);
}
static inline void ir_decode_hir_field_def_run(Decoder *d, const void *pool, IdRange *run)
{
    *run = ir_read_run(d, item_of_pool(pool)->field_def_count);
}
static inline void ir_walk_hir_field_def_run(const IrWalk *walk, const IdRange *run)
{
    const HirItem *item = item_of_pool(walk->pool);
    for (uint32_t i = 0; i < run->count; i++)
        hir_field_def_walk(walk, &item->field_defs[run->start + i]);
}
static inline void ir_dump_hir_field_def_run(IrDump *dump, const char *name, const IdRange *run)
{
    const HirItem *item = item_of_pool(dump->pool);
    if (!dump->children || run->count == 0)
        return;
    ir_print_list_begin(dump, name);
    for (uint32_t i = 0; i < run->count; i++)
        hir_field_def_dump(dump, NULL, &item->field_defs[run->start + i]);
    ir_print_list_end(dump);
}

/* The item's pool, a part of it. */
static inline void ir_encode_hir_pool(Encoder *e, const HirBody *nodes)
{
    hir_body_encode(e, nodes);
}
static inline void ir_decode_hir_pool(Decoder *d, const void *pool, HirBody *nodes)
{
    rsc_assert(pool == nodes);
    hir_body_decode(d, nodes, nodes);
}
static inline void ir_walk_hir_pool(const IrWalk *walk, const HirBody *nodes)
{
    hir_body_walk(walk, nodes);
}
static inline void ir_dump_hir_pool(IrDump *dump, const char *name, const HirBody *nodes)
{
    (void)dump, (void)name, (void)nodes;
}

/* ---- nodes ---- */

#define IR_TABLE  "hir/hir_expr.def"
#define IR_NODE   HirExpr
#define IR_KIND   HIR_EXPR
#define IR_PREFIX hir_expr
#define IR_COMMON F(hir_span, uint32_t, span)
#include "base/ir_define.h"

#define IR_TABLE  "hir/hir_pat.def"
#define IR_NODE   HirPat
#define IR_KIND   HIR_PAT
#define IR_PREFIX hir_pat
#define IR_COMMON F(hir_span, uint32_t, span)
#include "base/ir_define.h"

#define IR_TABLE  "hir/hir_ty.def"
#define IR_NODE   HirTy
#define IR_KIND   HIR_TY
#define IR_PREFIX hir_ty
#define IR_COMMON F(hir_span, uint32_t, span)
#include "base/ir_define.h"

#define IR_TABLE  "hir/hir_stmt.def"
#define IR_NODE   HirStmt
#define IR_KIND   HIR_STMT
#define IR_PREFIX hir_stmt
#define IR_COMMON F(hir_span, uint32_t, span)
#include "base/ir_define.h"

#define IR_TABLE "hir/hir_records.def"
#include "base/ir_records_define.h"

/* ---- values ---- */

static void body_encode(Encoder *e, const void *value)
{
    hir_body_encode(e, value);
}
static void body_decode(Decoder *d, void *value)
{
    hir_body_decode(d, value, value);
}
static const HirBody body_error = { .has_error = true };
const ValueInfo value_info_HirBody = { "HirBody", sizeof(HirBody), body_encode, body_decode,
                                       &body_error };

static void item_encode(Encoder *e, const void *value)
{
    hir_item_encode(e, value);
}
static void item_decode(Decoder *d, void *value)
{
    HirItem *item = value;
    hir_item_decode(d, &item->nodes, item);
}
static const HirItem item_error = { .nodes = { .has_error = true } };
const ValueInfo value_info_HirItem = { "HirItem", sizeof(HirItem), item_encode, item_decode,
                                       &item_error };

/* ---- copies: the arrays of a record, which hold no pointers themselves ---- */

#define F(kind, CType, name)
#define A(kind, CType, items, count) \
    self->items = arena_copy(arena, self->items, self->count * sizeof(CType));
#define P(kind, CType, items, count) A(kind, CType, items, count)
#define RECORD(T, l, FIELDS)                                    \
    RSC_MAYBE_UNUSED static void l##_own(Arena *arena, T *self) \
    {                                                           \
        (void)arena, (void)self;                                \
        FIELDS                                                  \
    }
#include "hir/hir_records.def"
#undef F
#undef A
#undef P

void hir_body_copy(Arena *arena, const HirBody *from, HirBody *to)
{
    *to = *from;
    hir_body_own(arena, to);
}

void hir_item_copy(Arena *arena, const HirItem *from, HirItem *to)
{
    *to = *from;
    hir_item_own(arena, to);
    hir_body_own(arena, &to->nodes);
}
