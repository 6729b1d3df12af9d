/* What no arm matches: Maranget's algorithm over a matrix of patterns.
 *
 * A row is an arm's patterns for the places still to be looked at. The first place is looked at by
 * each constructor its type may have (with integers cut into ranges at the borders that rows name,
 * and slices into lengths): rows that admit the constructor go on with its fields in front.
 * Constructors that no row names are looked at together. A matrix without places is matched by its
 * first row; without rows, it is the witness. */
#include <stdlib.h>

#include "pat/pat_priv.h"

/* The algorithm is exponential at worst: past this many steps, or this deep, it gives up, and the
 * match is refused. */
enum { STEPS_MAX = 1 << 20, DEPTH_MAX = 12000 };

typedef struct {
    const Pat **pats; /* as many as the matrix has columns, first column first */
    bool has_guard;
} Row;
VEC_TYPE(RowVec, row_vec, Row)

typedef struct {
    const TyId *tys;
    uint32_t columns;
    RowVec rows;
    bool is_top; /* the first column is the scrutinee itself */
} Matrix;

/* A witness: patterns for the columns of a matrix, first column first. */
typedef struct {
    const Pat **pats;
} Witness;
VEC_TYPE(WitnessVec, witness_vec, Witness)
VEC_TYPE(CtorVec, ctor_vec, Ctor)

static WitnessVec witnesses(PatContext *cx, const Matrix *given);

/* ---- constructors of the first column ---- */

static bool ctor_covers(const Ctor *pat, const Ctor *ctor)
{
    if (pat->kind == CTOR_WILD)
        return true;
    if (ctor->kind == CTOR_MISSING || pat->kind != ctor->kind)
        return false;
    switch (ctor->kind) {
    case CTOR_SINGLE:
        return true;
    case CTOR_VARIANT:
        return pat->variant == ctor->variant;
    case CTOR_RANGE:
        return pat->low <= ctor->low && ctor->high <= pat->high;
    case CTOR_TEXT:
        return sym_id_eq(pat->text, ctor->text);
    case CTOR_SLICE: {
        uint32_t length = ctor->prefix + ctor->suffix, own = pat->prefix + pat->suffix;
        if (!pat->is_var)
            return !ctor->is_var && own == length;
        return own <= length;
    }
    case CTOR_WILD:
    case CTOR_MISSING:
    case CTOR_OR:
    case CTOR_OPAQUE:
        break;
    }
    return false;
}

static int compare_wide(const void *a, const void *b)
{
    Uint128 x = *(const Uint128 *)a, y = *(const Uint128 *)b;
    return (x > y) - (x < y);
}

/* Cuts a whole range at every border that a row names. Adjacent pieces that no row names are one.
 */
static void split_range(PatContext *cx, const Matrix *matrix, const Ctor *whole, CtorVec *present,
                        CtorVec *missing)
{
    Uint128 *starts =
        arena_alloc_array(cx->arena, (size_t)matrix->rows.count * 2 + 1, sizeof *starts);
    uint32_t count = 0;
    starts[count++] = whole->low;
    for (uint32_t i = 0; i < matrix->rows.count; i++) {
        const Ctor *ctor = &matrix->rows.items[i].pats[0]->ctor;
        if (ctor->kind != CTOR_RANGE)
            continue;
        if (ctor->low > whole->low && ctor->low <= whole->high)
            starts[count++] = ctor->low;
        if (ctor->high >= whole->low && ctor->high < whole->high)
            starts[count++] = ctor->high + 1;
    }
    qsort(starts, count, sizeof *starts, compare_wide);
    for (uint32_t i = 0; i < count; i++) {
        if (i + 1 < count && starts[i + 1] == starts[i])
            continue;
        Uint128 high = i + 1 < count ? starts[i + 1] - 1 : whole->high;
        Ctor piece = { .kind = CTOR_RANGE, .low = starts[i], .high = high };
        bool named = false;
        for (uint32_t r = 0; r < matrix->rows.count && !named; r++) {
            const Ctor *ctor = &matrix->rows.items[r].pats[0]->ctor;
            named = ctor->kind == CTOR_RANGE && ctor_covers(ctor, &piece);
        }
        Ctor *last = missing->count ? &missing->items[missing->count - 1] : NULL;
        if (!named && last && last->high + 1 == piece.low)
            last->high = piece.high;
        else
            ctor_vec_push(named ? present : missing, piece);
    }
}

static void split_variants(PatContext *cx, const Matrix *matrix, TyId ty, CtorVec *present,
                           CtorVec *missing)
{
    uint32_t count = ty_variant_count(cx, ty);
    for (uint32_t v = 0; v < count; v++) {
        Ctor ctor = { .kind = CTOR_VARIANT, .variant = v };
        bool named = false;
        for (uint32_t r = 0; r < matrix->rows.count && !named; r++) {
            const Ctor *row = &matrix->rows.items[r].pats[0]->ctor;
            named = row->kind == CTOR_VARIANT && row->variant == v;
        }
        if (named)
            ctor_vec_push(present, ctor);
        else if (!variant_is_uninhabited(cx, ty, v))
            ctor_vec_push(missing, ctor);
    }
}

/* Lengths up to the longest that a row names, one by one, and all longer ones together. */
static void split_slices(PatContext *cx, const Matrix *matrix, TyId ty, CtorVec *present,
                         CtorVec *missing)
{
    const Ty *t = ty_get(cx->interners, ty);
    uint32_t prefix = 0, suffix = 0, fixed = 0;
    for (uint32_t r = 0; r < matrix->rows.count; r++) {
        const Ctor *row = &matrix->rows.items[r].pats[0]->ctor;
        if (row->kind != CTOR_SLICE)
            continue;
        if (row->is_var) {
            prefix = row->prefix > prefix ? row->prefix : prefix;
            suffix = row->suffix > suffix ? row->suffix : suffix;
        } else if (row->prefix + 1 > fixed) {
            fixed = row->prefix + 1;
        }
    }
    ConstRecord length = { 0 };
    if (t->kind == TY_ARRAY)
        length = const_get(cx->interners, t->as.array.length);
    bool is_array = length.kind == CONST_VALUE && length.low <= 4096;
    uint32_t longest = prefix + suffix > fixed ? prefix + suffix : fixed;
    for (uint32_t n = is_array ? (uint32_t)length.low : 0;
         n <= (is_array ? (uint32_t)length.low : longest); n++) {
        Ctor ctor = { .kind = CTOR_SLICE, .prefix = n, .is_var = !is_array && n == longest };
        if (ctor.is_var && n >= suffix) {
            ctor.prefix = n - suffix;
            ctor.suffix = suffix;
        }
        bool named = false;
        for (uint32_t r = 0; r < matrix->rows.count && !named; r++) {
            const Ctor *row = &matrix->rows.items[r].pats[0]->ctor;
            named = row->kind == CTOR_SLICE && ctor_covers(row, &ctor);
        }
        ctor_vec_push(named ? present : missing, ctor);
    }
}

static void split_texts(const Matrix *matrix, CtorVec *present, CtorVec *missing)
{
    for (uint32_t r = 0; r < matrix->rows.count; r++) {
        const Ctor *row = &matrix->rows.items[r].pats[0]->ctor;
        bool seen = row->kind != CTOR_TEXT;
        for (uint32_t i = 0; i < present->count && !seen; i++)
            seen = sym_id_eq(present->items[i].text, row->text);
        if (!seen)
            ctor_vec_push(present, *row);
    }
    ctor_vec_push(missing, (Ctor){ .kind = CTOR_WILD });
}

static bool is_all_wild(const Matrix *matrix)
{
    for (uint32_t i = 0; i < matrix->rows.count; i++) {
        if (matrix->rows.items[i].pats[0]->ctor.kind != CTOR_WILD)
            return false;
    }
    return true;
}

/* Constructors that rows name, and those that the type has besides. Nobody looks into a type
 * without a pattern for it: types may nest without end. */
static void split_column(PatContext *cx, const Matrix *matrix, CtorVec *present, CtorVec *missing)
{
    TyId ty = matrix->tys[0];
    const Ty *t = ty_get(cx->interners, ty);
    Ctor whole[2];
    ctor_vec_init(present, cx->arena);
    ctor_vec_init(missing, cx->arena);
    bool is_listed = matrix->is_top && (matrix->rows.count == 0 || matrix->rows.items[0].has_guard);
    if (!is_listed && is_all_wild(matrix) && !ty_is_uninhabited(cx, ty)) {
        ctor_vec_push(missing, (Ctor){ .kind = CTOR_WILD });
        return;
    }
    uint32_t ranges = ty_ranges(cx, ty, whole);
    for (uint32_t i = 0; i < ranges; i++)
        split_range(cx, matrix, &whole[i], present, missing);
    if (ranges)
        return;
    if (t->kind == TY_ADT && q_adt_def(cx->job, t->as.adt.def)->kind == ADT_ENUM)
        split_variants(cx, matrix, ty, present, missing);
    else if (t->kind == TY_SLICE || t->kind == TY_ARRAY)
        split_slices(cx, matrix, ty, present, missing);
    else if (t->kind == TY_STR)
        split_texts(matrix, present, missing);
    else if (t->kind == TY_ADT || t->kind == TY_TUPLE || t->kind == TY_REF)
        ctor_vec_push(ty_is_uninhabited(cx, ty) ? missing : present, (Ctor){ .kind = CTOR_SINGLE });
    else if (t->kind != TY_NEVER)
        ctor_vec_push(missing, (Ctor){ .kind = CTOR_WILD });
    if (t->kind != TY_ADT && ty_is_uninhabited(cx, ty))
        ctor_vec_clear(missing);
    else if (present->count == 0 && missing->count == 1 && missing->items[0].kind == CTOR_SINGLE)
        ctor_vec_clear(missing);
}

/* ---- specialization ---- */

static void push_row(PatContext *cx, RowVec *rows, const Row *row, const Pat *const *front,
                     uint32_t front_count, uint32_t rest)
{
    const Pat **pats = arena_alloc_array(cx->arena, front_count + rest, sizeof *pats);
    for (uint32_t i = 0; i < front_count; i++)
        pats[i] = front[i];
    for (uint32_t i = 0; i < rest; i++)
        pats[front_count + i] = row->pats[1 + i];
    row_vec_push(rows, (Row){ pats, row->has_guard });
}

static const Pat *slice_element(PatContext *cx, const Pat *pat, const Ctor *ctor, uint32_t index,
                                TyId ty)
{
    uint32_t length = ctor->prefix + ctor->suffix;
    if (index < pat->ctor.prefix)
        return pat->fields[index];
    if (index >= length - pat->ctor.suffix)
        return pat->fields[pat->field_count - (length - index)];
    return pat_wild(cx, ty);
}

static void specialize_row(PatContext *cx, const Row *row, const Ctor *ctor, const TyId *tys,
                           uint32_t count, uint32_t rest, RowVec *out)
{
    const Pat *head = row->pats[0];
    if (!ctor_covers(&head->ctor, ctor))
        return;
    const Pat **front = arena_alloc_array(cx->arena, count, sizeof *front);
    for (uint32_t i = 0; i < count; i++) {
        if (head->ctor.kind == CTOR_WILD)
            front[i] = pat_wild(cx, tys[i]);
        else if (head->ctor.kind == CTOR_SLICE)
            front[i] = slice_element(cx, head, ctor, i, tys[i]);
        else
            front[i] = head->fields[i];
    }
    push_row(cx, out, row, front, count, rest);
}

static Matrix specialize(PatContext *cx, const Matrix *matrix, const Ctor *ctor,
                         uint32_t *field_count)
{
    TyId *fields;
    ctor_field_types(cx, matrix->tys[0], ctor, &fields, field_count);
    uint32_t rest = matrix->columns - 1;
    TyId *tys = arena_alloc_array(cx->arena, *field_count + rest, sizeof *tys);
    for (uint32_t i = 0; i < *field_count; i++)
        tys[i] = fields[i];
    for (uint32_t i = 0; i < rest; i++)
        tys[*field_count + i] = matrix->tys[1 + i];
    Matrix out = { .tys = tys, .columns = *field_count + rest };
    row_vec_init(&out.rows, cx->arena);
    for (uint32_t i = 0; i < matrix->rows.count; i++)
        specialize_row(cx, &matrix->rows.items[i], ctor, fields, *field_count, rest, &out.rows);
    return out;
}

/* Alternatives become rows of their own, in place. */
static void expand_or_patterns(PatContext *cx, Matrix *matrix)
{
    bool again = true;
    while (again) {
        again = false;
        RowVec rows;
        row_vec_init(&rows, cx->arena);
        for (uint32_t i = 0; i < matrix->rows.count; i++) {
            const Row *row = &matrix->rows.items[i];
            const Pat *head = row->pats[0];
            if (head->ctor.kind != CTOR_OR) {
                row_vec_push(&rows, *row);
                continue;
            }
            again = true;
            for (uint32_t a = 0; a < head->field_count; a++)
                push_row(cx, &rows, row, &head->fields[a], 1, matrix->columns - 1);
        }
        matrix->rows = rows;
    }
}

/* ---- witnesses ---- */

static const Pat *witness_of_ctor(PatContext *cx, const Ctor *ctor, TyId ty,
                                  const Pat *const *fields, uint32_t count)
{
    Pat *pat = arena_new_object(cx->arena, Pat);
    pat->ctor = *ctor;
    pat->ty = ty;
    pat->fields = arena_copy(cx->arena, fields, count * sizeof *fields);
    pat->field_count = count;
    return pat;
}

/* The fields in front of each witness become one pattern. */
static void apply_ctor(PatContext *cx, const Ctor *ctor, TyId ty, uint32_t field_count,
                       uint32_t rest, const WitnessVec *found, WitnessVec *out)
{
    for (uint32_t i = 0; i < found->count; i++) {
        const Pat **pats = arena_alloc_array(cx->arena, rest + 1, sizeof *pats);
        pats[0] = witness_of_ctor(cx, ctor, ty, found->items[i].pats, field_count);
        for (uint32_t r = 0; r < rest; r++)
            pats[1 + r] = found->items[i].pats[field_count + r];
        witness_vec_push(out, (Witness){ pats });
    }
}

/* Each missing constructor with wild fields, before each witness of the rest; one wildcard if no
 * constructor is named anywhere, except for the scrutinee itself, where the list is what helps. */
static void apply_missing(PatContext *cx, const Matrix *matrix, const CtorVec *missing,
                          bool none_present, const WitnessVec *found, WitnessVec *out)
{
    TyId ty = matrix->tys[0];
    bool one_wild = none_present && !matrix->is_top;
    uint32_t count = one_wild ? 1 : missing->count;
    for (uint32_t w = 0; w < found->count; w++) {
        for (uint32_t m = 0; m < count; m++) {
            const Pat **pats = arena_alloc_array(cx->arena, matrix->columns, sizeof *pats);
            Ctor ctor = one_wild ? (Ctor){ .kind = CTOR_WILD } : missing->items[m];
            TyId *tys;
            uint32_t fields;
            ctor_field_types(cx, ty, &ctor, &tys, &fields);
            const Pat **wild = arena_alloc_array(cx->arena, fields, sizeof *wild);
            for (uint32_t i = 0; i < fields; i++)
                wild[i] = pat_wild(cx, tys[i]);
            pats[0] = witness_of_ctor(cx, &ctor, ty, wild, fields);
            for (uint32_t r = 0; r + 1 < matrix->columns; r++)
                pats[1 + r] = found->items[w].pats[r];
            witness_vec_push(out, (Witness){ pats });
        }
    }
}

static WitnessVec witnesses_without_columns(PatContext *cx, const Matrix *matrix)
{
    WitnessVec out;
    witness_vec_init(&out, cx->arena);
    for (uint32_t i = 0; i < matrix->rows.count; i++) {
        if (!matrix->rows.items[i].has_guard)
            return out;
    }
    witness_vec_push(&out, (Witness){ NULL });
    return out;
}

static WitnessVec witnesses(PatContext *cx, const Matrix *matrix);

static WitnessVec witnesses_of_columns(PatContext *cx, const Matrix *given)
{
    WitnessVec out;
    witness_vec_init(&out, cx->arena);
    if (given->columns == 0)
        return witnesses_without_columns(cx, given);
    Matrix matrix = *given;
    expand_or_patterns(cx, &matrix);
    CtorVec present, missing;
    split_column(cx, &matrix, &present, &missing);
    for (uint32_t i = 0; i < present.count; i++) {
        uint32_t fields;
        Matrix inner = specialize(cx, &matrix, &present.items[i], &fields);
        WitnessVec found = witnesses(cx, &inner);
        apply_ctor(cx, &present.items[i], matrix.tys[0], fields, matrix.columns - 1, &found, &out);
    }
    if (missing.count) {
        uint32_t fields;
        Ctor any = { .kind = CTOR_MISSING };
        Matrix inner = specialize(cx, &matrix, &any, &fields);
        WitnessVec found = witnesses(cx, &inner);
        apply_missing(cx, &matrix, &missing, present.count == 0, &found, &out);
    }
    return out;
}

static WitnessVec witnesses(PatContext *cx, const Matrix *given)
{
    WitnessVec out;
    witness_vec_init(&out, cx->arena);
    if (++cx->steps > STEPS_MAX || cx->depth > DEPTH_MAX || job_cancelled(cx->job)) {
        cx->overflowed = true;
        return out;
    }
    cx->depth++;
    out = witnesses_of_columns(cx, given);
    cx->depth--;
    return out;
}

PatVec pat_witnesses(PatContext *cx, TyId ty, const PatArm *arms, uint32_t count)
{
    Matrix matrix = { .tys = &ty, .columns = 1, .is_top = true };
    row_vec_init(&matrix.rows, cx->arena);
    for (uint32_t i = 0; i < count; i++) {
        const Pat **pats = arena_alloc_array(cx->arena, 1, sizeof *pats);
        pats[0] = arms[i].pat;
        row_vec_push(&matrix.rows, (Row){ pats, arms[i].has_guard });
    }
    WitnessVec found = witnesses(cx, &matrix);
    PatVec out;
    pat_vec_init(&out, cx->arena);
    for (uint32_t i = 0; i < found.count && !cx->overflowed; i++)
        pat_vec_push(&out, found.items[i].pats[0]);
    return out;
}
