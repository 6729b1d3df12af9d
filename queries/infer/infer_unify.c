/* Unification: makes two types equal. The structural part is generated from ty_kinds.def. */
#include "infer/infer.h"
#include "infer/infer_priv.h"

static bool unify(Infer *infer, TyId a, TyId b);
static bool unify_args(Infer *infer, ArgsId a, ArgsId b);
static bool unify_const(Infer *infer, ConstId a, ConstId b);

/* ---- variables ---- */

/* Two classes become one; the value, if any, is bound by the caller first. */
static void unite(Infer *infer, uint32_t table, uint32_t a, uint32_t b)
{
    bool diverging = infer_variable(infer, table, a)->is_diverging ||
                     infer_variable(infer, table, b)->is_diverging;
    if (infer_variable(infer, table, a)->rank < infer_variable(infer, table, b)->rank) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    Variable *root = infer_touch(infer, table, a);
    if (root->rank == infer_variable(infer, table, b)->rank)
        root->rank++;
    root->is_diverging = diverging;
    infer_touch(infer, table, b)->parent = a + 1;
}

typedef struct {
    const Infer *infer;
    uint32_t variable; /* a root of the table */
    uint32_t table;
} Occurs;

static WalkAction occurs_visit(void *context, GenericArg arg);

/* A variable in whose value this walk has found nothing yet is not looked into again. */
static WalkAction occurs_in_value(const Occurs *occurs, TyId variable, TyId value)
{
    const Infer *infer = occurs->infer;
    const Ty *record = ty_get(infer->in, variable);
    if (record->as.infer.kind == INFER_TY) {
        uint32_t root = infer_root(infer, INFER_TY, record->as.infer.variable), unused;
        if (infer_walk_seen(infer, root, &unused))
            return WALK_SKIP;
        infer_walk_note(infer, root, 0);
    }
    bool is_absent = arg_walk(infer->in, arg_of_ty(value), occurs_visit, (void *)(uintptr_t)occurs);
    return is_absent ? WALK_SKIP : WALK_STOP;
}

static WalkAction occurs_visit(void *context, GenericArg arg)
{
    const Occurs *occurs = context;
    const Infer *infer = occurs->infer;
    if (arg_kind(arg) != ARG_TY)
        return WALK_INTO;
    const Ty *ty = ty_get(infer->in, arg_ty(arg));
    if (!ty->has_infer)
        return WALK_SKIP;
    if (ty->kind != TY_INFER)
        return WALK_INTO;
    TyId known = infer_shallow(infer, arg_ty(arg));
    ty = ty_get(infer->in, known);
    if (ty->kind != TY_INFER)
        return occurs_in_value(occurs, arg_ty(arg), known);
    bool found = ty->as.infer.kind == occurs->table && ty->as.infer.variable == occurs->variable;
    return found ? WALK_STOP : WALK_SKIP;
}

static bool occurs_in(const Infer *infer, uint32_t table, uint32_t variable, TyId ty)
{
    Occurs occurs = { infer, variable, table };
    infer_walk_begin(infer);
    return !arg_walk(infer->in, arg_of_ty(ty), occurs_visit, &occurs);
}

static bool kind_accepts(InferKind kind, TyKind value)
{
    if (kind == INFER_INT)
        return value == TY_INT || value == TY_UINT;
    return kind == INFER_TY || value == TY_FLOAT;
}

/* variable is a root without a value, ty no variable. */
static bool bind(Infer *infer, const Ty_infer *variable, TyId ty)
{
    if (!kind_accepts((InferKind)variable->kind, ty_kind(infer->in, ty)) ||
        (ty_get(infer->in, ty)->has_infer &&
         occurs_in(infer, variable->kind, variable->variable, ty)))
        return false;
    infer_touch(infer, variable->kind, variable->variable)->value = ty.v;
    return true;
}

/* Variables of two kinds: a general one comes to stand for an integer or float one. */
static bool unify_variables(Infer *infer, const Ty_infer *a, TyId a_ty, const Ty_infer *b,
                            TyId b_ty)
{
    if (a->kind == b->kind) {
        unite(infer, a->kind, a->variable, b->variable);
        return true;
    }
    if (a->kind != INFER_TY && b->kind != INFER_TY)
        return false;
    const Ty_infer *general = a->kind == INFER_TY ? a : b;
    infer_touch(infer, INFER_TY, general->variable)->value = (a->kind == INFER_TY ? b_ty : a_ty).v;
    return true;
}

/* ---- structure ---- */

#define SAME_u8(x, y)     ((x) == (y))
#define SAME_u32(x, y)    ((x) == (y))
#define SAME_bool(x, y)   ((x) == (y))
#define SAME_sym(x, y)    ((x).v == (y).v)
#define SAME_def(x, y)    ((x).v == (y).v)
#define SAME_ty(x, y)     unify(infer, x, y)
#define SAME_args(x, y)   unify_args(infer, x, y)
#define SAME_region(x, y) true
#define SAME_konst(x, y)  unify_const(infer, x, y)

static bool unify_structure(Infer *infer, const Ty *a, const Ty *b)
{
    switch ((TyKind)a->kind) {
#define F(field_kind, CType, name)            \
    if (!SAME_##field_kind(x->name, y->name)) \
        return false;
#define TY(U, l, FIELDS)                             \
    case TY_##U: {                                   \
        const Ty_##l *x RSC_MAYBE_UNUSED = &a->as.l; \
        const Ty_##l *y RSC_MAYBE_UNUSED = &b->as.l; \
        FIELDS                                       \
        return true;                                 \
    }
#include "ty/ty_kinds.def"
#undef F
    case TY_NONE:
    case TY_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

/* A variable becomes an error too, of whatever sort it is: nobody is to ask for its type. */
static bool unify_error(Infer *infer, const Ty *a, const Ty *b)
{
    const Ty *variable = a->kind == TY_INFER ? a : b;
    if (variable->kind == TY_INFER)
        infer_touch(infer, variable->as.infer.kind, variable->as.infer.variable)->value =
            ty_error(infer->in).v;
    return true;
}

static bool unify(Infer *infer, TyId a, TyId b)
{
    a = infer_shallow(infer, a);
    b = infer_shallow(infer, b);
    if (ty_id_eq(a, b))
        return true;
    const Ty *x = ty_get(infer->in, a), *y = ty_get(infer->in, b);
    if (x->kind == TY_ERROR || y->kind == TY_ERROR)
        return unify_error(infer, x, y);
    if (x->kind == TY_INFER && y->kind == TY_INFER)
        return unify_variables(infer, &x->as.infer, a, &y->as.infer, b);
    if (x->kind == TY_INFER)
        return bind(infer, &x->as.infer, b);
    if (y->kind == TY_INFER)
        return bind(infer, &y->as.infer, a);
    return x->kind == y->kind && unify_structure(infer, x, y);
}

static bool unify_arg(Infer *infer, GenericArg a, GenericArg b)
{
    if (arg_kind(a) != arg_kind(b))
        return false;
    switch (arg_kind(a)) {
    case ARG_TY:
        return unify(infer, arg_ty(a), arg_ty(b));
    case ARG_REGION:
        return true;
    case ARG_CONST:
        return unify_const(infer, arg_const(a), arg_const(b));
    }
    RSC_UNREACHABLE();
}

static bool unify_args(Infer *infer, ArgsId a, ArgsId b)
{
    if (args_id_eq(a, b))
        return true;
    ArgSlice x = args_get(infer->in, a), y = args_get(infer->in, b);
    if (x.count != y.count)
        return false;
    for (uint32_t i = 0; i < x.count; i++) {
        if (!unify_arg(infer, x.items[i], y.items[i]))
            return false;
    }
    return true;
}

/* ---- constants ---- */

static bool unify_evaluated(Infer *infer, ConstId a, ConstId b)
{
    ConstRecord x = const_get(infer->in, const_evaluate(infer->job, a));
    ConstRecord y = const_get(infer->in, const_evaluate(infer->job, b));
    if (x.kind == CONST_ERROR || y.kind == CONST_ERROR)
        return true;
    if (x.kind == CONST_VALUE && y.kind == CONST_VALUE)
        return x.low == y.low && x.high == y.high;
    return x.kind == CONST_UNEVALUATED && y.kind == CONST_UNEVALUATED &&
           x.index_or_def == y.index_or_def &&
           unify_args(infer, args_id_make(x.name_or_args), args_id_make(y.name_or_args));
}

static bool unify_const(Infer *infer, ConstId a, ConstId b)
{
    a = infer_shallow_const(infer, a);
    b = infer_shallow_const(infer, b);
    if (const_id_eq(a, b))
        return true;
    ConstRecord x = const_get(infer->in, a), y = const_get(infer->in, b);
    if (x.kind == CONST_INFER && y.kind == CONST_INFER)
        unite(infer, TABLE_CONST, x.index_or_def, y.index_or_def);
    else if (x.kind == CONST_INFER)
        infer_touch(infer, TABLE_CONST, x.index_or_def)->value = b.v;
    else if (y.kind == CONST_INFER)
        infer_touch(infer, TABLE_CONST, y.index_or_def)->value = a.v;
    else
        return unify_evaluated(infer, infer_resolve_const(infer, a), infer_resolve_const(infer, b));
    return true;
}

/* ---- all or nothing ---- */

static bool settle(Infer *infer, InferSnapshot snapshot, bool keep)
{
    if (keep)
        infer_commit(infer, snapshot);
    else
        infer_rollback(infer, snapshot);
    return keep;
}

bool infer_unify(Infer *infer, TyId a, TyId b)
{
    InferSnapshot snapshot = infer_snapshot(infer);
    return settle(infer, snapshot, unify(infer, a, b));
}

bool infer_unify_args(Infer *infer, ArgsId a, ArgsId b)
{
    InferSnapshot snapshot = infer_snapshot(infer);
    return settle(infer, snapshot, unify_args(infer, a, b));
}

bool infer_unify_const(Infer *infer, ConstId a, ConstId b)
{
    InferSnapshot snapshot = infer_snapshot(infer);
    return settle(infer, snapshot, unify_const(infer, a, b));
}

bool infer_can_unify(Infer *infer, TyId a, TyId b)
{
    InferSnapshot snapshot = infer_snapshot(infer);
    bool can = unify(infer, a, b);
    infer_rollback(infer, snapshot);
    return can;
}
