/* Arrays of a HIR body under construction. */
#include "lower/lower_priv.h"

/* Entry 0 of what ids index is unused. */
void builder_init(Builder *b, Arena *out, DefId owner, uint32_t parity, TokenSpan name)
{
    *b = (Builder){ .owner = owner, .parity = parity };
#define INIT(vec, prefix, Type)  \
    prefix##_init(&b->vec, out); \
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
    hir_generic_arg_vec_init(&b->generic_args, out);
    hir_constraint_vec_init(&b->constraints, out);
    hir_arm_vec_init(&b->arms, out);
    hir_field_init_vec_init(&b->fields, out);
    hir_field_pat_vec_init(&b->field_pats, out);
    u32_vec_init(&b->lists, out);
    span_vec_init(&b->spans, out);
    if (parity == 0)
        span_vec_push(&b->spans, name);
}

HirBody builder_finish(const Builder *b)
{
    return (HirBody){
        .owner = b->owner,
        .has_error = b->has_error,
        .label_count = b->label_count,
        .lists = b->lists.items,
        .list_count = b->lists.count,
        .exprs = b->exprs.items,
        .expr_count = b->exprs.count,
        .pats = b->pats.items,
        .pat_count = b->pats.count,
        .tys = b->tys.items,
        .ty_count = b->tys.count,
        .stmts = b->stmts.items,
        .stmt_count = b->stmts.count,
        .blocks = b->blocks.items,
        .block_count = b->blocks.count,
        .paths = b->paths.items,
        .path_count = b->paths.count,
        .segments = b->segments.items,
        .segment_count = b->segments.count,
        .generic_args = b->generic_args.items,
        .generic_arg_count = b->generic_args.count,
        .constraints = b->constraints.items,
        .constraint_count = b->constraints.count,
        .literals = b->literals.items,
        .literal_count = b->literals.count,
        .lifetimes = b->lifetimes.items,
        .lifetime_count = b->lifetimes.count,
        .locals = b->locals.items,
        .local_count = b->locals.count,
        .arms = b->arms.items,
        .arm_count = b->arms.count,
        .fields = b->fields.items,
        .field_count = b->fields.count,
        .field_pats = b->field_pats.items,
        .field_pat_count = b->field_pats.count,
    };
}

IdRange builder_list(Builder *b, const U32Vec *ids)
{
    IdRange range = { b->lists.count, ids->count };
    u32_vec_append(&b->lists, ids->items, ids->count);
    return range;
}
