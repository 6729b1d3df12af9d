/* Arrays of a HIR body under construction: they grow in scratch memory, and are copied when they
 * are whole. */
#include "lower/lower_priv.h"

/* Entry 0 of what ids index is unused. */
void builder_init(Builder *b, Arena *scratch, DefId owner, uint32_t parity, TokenSpan name)
{
    *b = (Builder){ .owner = owner, .parity = parity };
#define INIT(vec, prefix, Type)      \
    prefix##_init(&b->vec, scratch); \
    prefix##_push(&b->vec, (Type){ 0 });
    INIT(exprs, hir_expr_vec, HirExpr)
    INIT(pats, hir_pat_vec, HirPat)
    INIT(tys, hir_ty_vec, HirTy)
    INIT(stmts, hir_stmt_vec, HirStmt)
    INIT(blocks, hir_block_vec, HirBlock)
    INIT(paths, hir_path_vec, HirPath)
    INIT(segments, hir_segment_vec, HirSegment)
    INIT(literals, hir_literal_vec, HirLiteral)
    INIT(lifetimes, hir_lifetime_vec, HirLifetime)
    INIT(locals, hir_local_vec, HirLocal)
#undef INIT
    hir_generic_arg_vec_init(&b->generic_args, scratch);
    hir_constraint_vec_init(&b->constraints, scratch);
    hir_arm_vec_init(&b->arms, scratch);
    hir_field_init_vec_init(&b->fields, scratch);
    hir_field_pat_vec_init(&b->field_pats, scratch);
    u32_vec_init(&b->lists, scratch);
    span_vec_init(&b->spans, scratch);
    if (parity == 0)
        span_vec_push(&b->spans, name);
}

HirBody builder_finish(const Builder *b, Arena *out)
{
    HirBody body = {
        .owner = b->owner,
        .has_error = b->has_error,
        .label_count = b->label_count,
    };
#define TAKE(vec, array, array_count)                                              \
    body.array = arena_copy(out, b->vec.items, b->vec.count * sizeof *body.array); \
    body.array_count = b->vec.count;
    TAKE(lists, lists, list_count)
    TAKE(exprs, exprs, expr_count)
    TAKE(pats, pats, pat_count)
    TAKE(tys, tys, ty_count)
    TAKE(stmts, stmts, stmt_count)
    TAKE(blocks, blocks, block_count)
    TAKE(paths, paths, path_count)
    TAKE(segments, segments, segment_count)
    TAKE(generic_args, generic_args, generic_arg_count)
    TAKE(constraints, constraints, constraint_count)
    TAKE(literals, literals, literal_count)
    TAKE(lifetimes, lifetimes, lifetime_count)
    TAKE(locals, locals, local_count)
    TAKE(arms, arms, arm_count)
    TAKE(fields, fields, field_count)
    TAKE(field_pats, field_pats, field_pat_count)
#undef TAKE
    return body;
}

TokenSpan *builder_spans(const Builder *b, Arena *out, uint32_t *count)
{
    *count = b->spans.count;
    return arena_copy(out, b->spans.items, b->spans.count * sizeof *b->spans.items);
}

IdRange builder_list(Builder *b, const U32Vec *ids)
{
    IdRange range = { b->lists.count, ids->count };
    u32_vec_append(&b->lists, ids->items, ids->count);
    return range;
}
