/* Matching: decision trees.
 *
 * A candidate is a list of (place, pattern) pairs that must all match; an arm has one, or several
 * after its or-patterns are spread out: at once those outside of variants and slices, the others
 * when their test is next. The first pair of the first candidate chooses a test; each following
 * candidate goes to the one branch of the test it can match in, until one could match in several:
 * from there on candidates are tried after the test, on every way that found no match. So no
 * candidate is copied, and the code is linear in the patterns. That some candidate matches in the
 * end was checked before (pattern_check). */
#include "mir/mir_priv.h"

typedef struct {
    MirPlaceId place;
    const Pat *pat;
} MatchPair;
VEC_TYPE(MatchPairVec, match_pair_vec, MatchPair)

typedef struct {
    HirLocalId local;
    MirPlaceId source;
    uint8_t mode;
    uint32_t span;
} Binding;
VEC_TYPE(BindingVec, binding_vec, Binding)

typedef struct {
    MatchPairVec pairs; /* what is left to test */
    BindingVec bindings;
    uint32_t arm;
    bool has_guard;
    uint32_t span;
    MirBlockId matched; /* all tests passed; none: not reachable */
    MirBlockId next;    /* where to go if the guard says no */
} Candidate;
VEC_TYPE(CandidateVec, candidate_vec, Candidate *)

enum { CANDIDATES_MAX = 4096 };

/* Places are made once each, so that equal places have equal ids. */
typedef struct {
    uint32_t base, kind, index, from_end, variant_or_length;
} SubplaceKey;

typedef struct {
    MirBuild *b;
    Map subplaces;
    CandidateVec *all; /* those that may be a leaf */
    uint32_t span;
} Match;

/* ---- places ---------------------------------------------------------------------------------- */

static MirPlaceId subplace(Match *m, MirPlaceId base, MirProjection projection)
{
    SubplaceKey key = { base.v, projection.kind, projection.index, projection.from_end,
                        projection.min_length };
    bool existed = false;
    uint32_t *id = map_put(&m->subplaces, &key, &existed);
    if (!existed)
        *id = mir_edit_project(&m->b->edit, base, projection).v;
    return mir_place_id_make(*id);
}

static MirPlaceId field_of(Match *m, MirPlaceId base, const FieldPat *field)
{
    return subplace(
        m, base,
        (MirProjection){ .kind = MIR_PROJECT_FIELD, .index = field->index, .ty = field->ty });
}

static MirPlaceId slice_element(Match *m, MirPlaceId base, const Pat *pat, uint32_t i)
{
    bool from_end = i >= pat->front;
    bool is_array = ty_kind(m->b->in, pat->ty) == TY_ARRAY;
    MirProjection p = { .kind = MIR_PROJECT_CONSTANT_INDEX,
                        .index = from_end ? pat->field_count - i : i,
                        .from_end = from_end,
                        .min_length = pat->field_count };
    if (from_end && is_array) { /* the length is known: count from the front */
        const Ty *ty = ty_get(m->b->in, pat->ty);
        ConstRecord length = const_get(m->b->in, const_evaluate(m->b->job, ty->as.array.length));
        p.index = (uint32_t)length.low - p.index;
        p.from_end = false;
    }
    return subplace(m, base, p);
}

static MirPlaceId slice_rest(Match *m, MirPlaceId base, const Pat *pat)
{
    bool is_array = ty_kind(m->b->in, pat->ty) == TY_ARRAY;
    uint32_t behind = pat->field_count - pat->front;
    MirProjection p = { .kind = MIR_PROJECT_SUBSLICE,
                        .index = pat->front,
                        .min_length = behind,
                        .from_end = true,
                        .ty = pat->sub->ty };
    if (is_array) {
        const Ty *ty = ty_get(m->b->in, pat->ty);
        ConstRecord length = const_get(m->b->in, const_evaluate(m->b->job, ty->as.array.length));
        p.min_length = (uint32_t)length.low - behind;
        p.from_end = false;
    }
    return subplace(m, base, p);
}

/* ---- candidates ------------------------------------------------------------------------------ */

static Candidate *new_candidate(Match *m, uint32_t arm, bool has_guard, uint32_t span)
{
    Candidate *c = arena_new_object(m->b->arena, Candidate);
    match_pair_vec_init(&c->pairs, m->b->arena);
    binding_vec_init(&c->bindings, m->b->arena);
    c->arm = arm;
    c->has_guard = has_guard;
    c->span = span;
    return c;
}

static Candidate *copy_candidate(Match *m, const Candidate *from)
{
    Candidate *c = new_candidate(m, from->arm, from->has_guard, from->span);
    match_pair_vec_append(&c->pairs, from->pairs.items, from->pairs.count);
    binding_vec_append(&c->bindings, from->bindings.items, from->bindings.count);
    return c;
}

static void append_candidates(CandidateVec *to, Candidate *const *items, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        candidate_vec_push(to, items[i]);
}

static void push_pair(Candidate *c, MirPlaceId place, const Pat *pat)
{
    match_pair_vec_push(&c->pairs, (MatchPair){ place, pat });
}

/* An array's pattern cannot fail by its length. */
static bool slice_always_fits(Match *m, const Pat *pat)
{
    return ty_kind(m->b->in, pat->ty) == TY_ARRAY || (pat->has_rest && pat->field_count == 0);
}

static void open_slice(Match *m, Candidate *c, MirPlaceId place, const Pat *pat)
{
    for (uint32_t i = 0; i < pat->field_count; i++)
        push_pair(c, slice_element(m, place, pat, i), pat->fields[i].pat);
    if (pat->sub)
        push_pair(c, slice_rest(m, place, pat), pat->sub);
}

static void open_variant(Match *m, Candidate *c, MirPlaceId place, const Pat *pat)
{
    MirPlaceId variant =
        subplace(m, place, (MirProjection){ .kind = MIR_PROJECT_DOWNCAST, .index = pat->variant });
    for (uint32_t i = 0; i < pat->field_count; i++)
        push_pair(c, field_of(m, variant, &pat->fields[i]), pat->fields[i].pat);
}

/* Takes a pair that cannot fail apart: its parts are pushed. False if it needs a test. */
static bool open_pair(Match *m, Candidate *c, MatchPair pair)
{
    const Pat *pat = pair.pat;
    switch ((PatKind)pat->kind) {
    case PAT_ANY:
        return true;
    case PAT_BIND:
        binding_vec_push(&c->bindings, (Binding){ pat->local, pair.place, pat->mode, pat->span });
        if (pat->sub)
            push_pair(c, pair.place, pat->sub);
        return true;
    case PAT_FIELDS:
        for (uint32_t i = 0; i < pat->field_count; i++)
            push_pair(c, field_of(m, pair.place, &pat->fields[i]), pat->fields[i].pat);
        return true;
    case PAT_DEREF:
        push_pair(c, subplace(m, pair.place, (MirProjection){ .kind = MIR_PROJECT_DEREF }),
                  pat->sub);
        return true;
    case PAT_VARIANT:
        if (pat->variant_count != 1)
            return false;
        open_variant(m, c, pair.place, pat);
        return true;
    case PAT_SLICE:
        if (!slice_always_fits(m, pat))
            return false;
        open_slice(m, c, pair.place, pat);
        return true;
    case PAT_VALUE:
    case PAT_ITEM:
    case PAT_RANGE:
    case PAT_ALTERNATIVES:
        return false;
    }
    RSC_UNREACHABLE();
}

/* Until only tests and or-patterns are left. Keeps the order of pairs. */
static void simplify(Match *m, Candidate *c)
{
    MatchPairVec tests;
    match_pair_vec_init(&tests, m->b->arena);
    for (uint32_t i = 0; i < c->pairs.count; i++) {
        MatchPair pair = c->pairs.items[i];
        if (!open_pair(m, c, pair))
            match_pair_vec_push(&tests, pair);
    }
    c->pairs = tests;
}

/* One candidate per combination of alternatives. */
static void spread(Match *m, Candidate *c, CandidateVec *out)
{
    simplify(m, c);
    for (uint32_t i = 0; i < c->pairs.count; i++) {
        MatchPair pair = c->pairs.items[i];
        if (pair.pat->kind != PAT_ALTERNATIVES)
            continue;
        for (uint32_t k = 0; k < pair.pat->alternative_count; k++) {
            if (out->count > CANDIDATES_MAX)
                return;
            Candidate *one = copy_candidate(m, c);
            one->pairs.items[i].pat = pair.pat->alternatives[k];
            spread(m, one, out);
        }
        return;
    }
    candidate_vec_push(out, c);
}

/* Without the candidate if it becomes too many. */
static void add_spread(Match *m, Candidate *c, CandidateVec *out)
{
    uint32_t before = out->count;
    spread(m, c, out);
    if (out->count <= CANDIDATES_MAX && m->all->count <= CANDIDATES_MAX)
        return;
    out->count = before;
    if (!m->b->has_error)
        build_unsupported(m->b, c->span, "a match with more than 4096 alternatives");
}

static void add_arm(Match *m, uint32_t arm, bool has_guard, MirPlaceId place, const Pat *pat)
{
    Candidate *c = new_candidate(m, arm, has_guard, pat->span);
    push_pair(c, place, pat);
    add_spread(m, c, m->all);
}

/* ---- tests ----------------------------------------------------------------------------------- */

typedef enum { TEST_VARIANT, TEST_VALUE, TEST_ITEM, TEST_RANGE, TEST_LENGTH } TestKind;
typedef struct {
    TestKind kind;
    MirPlaceId place;
    const Pat *pat; /* of the first candidate */
    /* Branches: by value for VARIANT and VALUE; [0] yes, [1] no for the others. The last one is
     * `otherwise`. */
    Uint128 *values;
    CandidateVec *branches;
    uint32_t value_count;
} Test;

static TestKind test_kind(const Pat *pat)
{
    if (pat->kind == PAT_VARIANT)
        return TEST_VARIANT;
    if (pat->kind == PAT_VALUE)
        return TEST_VALUE;
    if (pat->kind == PAT_ITEM)
        return TEST_ITEM;
    return pat->kind == PAT_RANGE ? TEST_RANGE : TEST_LENGTH;
}

static MatchPair *pair_at(const Candidate *c, MirPlaceId place)
{
    for (uint32_t i = 0; i < c->pairs.count; i++) {
        if (mir_place_id_eq(c->pairs.items[i].place, place))
            return &c->pairs.items[i];
    }
    return NULL;
}

static Uint128 switch_value(const Pat *pat)
{
    return pat->kind == PAT_VARIANT ? pat->variant : pat->low;
}

static bool has_value(const Test *test, Uint128 value, uint32_t *index)
{
    for (uint32_t i = 0; i < test->value_count; i++) {
        if (test->values[i] == value) {
            *index = i;
            return true;
        }
    }
    return false;
}

/* Values that candidates ask for at the place, as far as they can be sorted by this test. */
static void collect_values(Match *m, Test *test, Candidate *const *candidates, uint32_t count)
{
    test->values = arena_alloc_array(m->b->arena, count, sizeof *test->values);
    uint8_t wanted = test->kind == TEST_VARIANT ? PAT_VARIANT : PAT_VALUE;
    for (uint32_t i = 0; i < count; i++) {
        const MatchPair *pair = pair_at(candidates[i], test->place);
        if (!pair)
            break;
        uint32_t index;
        if (pair->pat->kind == wanted && !has_value(test, switch_value(pair->pat), &index))
            test->values[test->value_count++] = switch_value(pair->pat);
    }
}

/* Order of the numbers that bits stand for. */
static bool less(const Match *m, TyId ty, Uint128 a, Uint128 b)
{
    if (ty_kind(m->b->in, ty) != TY_INT)
        return a < b;
    uint32_t bits = mir_scalar_bits(m->b->in, ty);
    return uint128_sign_extend(a, bits) < uint128_sign_extend(b, bits);
}

static bool in_range(const Match *m, const Pat *range, Uint128 value)
{
    return !less(m, range->ty, value, range->low) && !less(m, range->ty, range->high, value);
}

static bool range_has_values(const Match *m, const Test *test, const Pat *range)
{
    for (uint32_t i = 0; i < test->value_count; i++) {
        if (in_range(m, range, test->values[i]))
            return true;
    }
    return false;
}

static void drop_pair(Candidate *c, MirPlaceId place)
{
    uint32_t at = (uint32_t)(pair_at(c, place) - c->pairs.items);
    for (uint32_t i = at + 1; i < c->pairs.count; i++)
        c->pairs.items[i - 1] = c->pairs.items[i];
    c->pairs.count--;
}

#define BRANCH_NONE UINT32_MAX /* no enumerator: those are int */

static uint32_t sort_by_value(Match *m, const Test *test, Candidate *c, const Pat *pat)
{
    uint32_t index;
    if (pat->kind == PAT_RANGE)
        return range_has_values(m, test, pat) ? BRANCH_NONE : test->value_count;
    if (pat->kind != PAT_VALUE && pat->kind != PAT_VARIANT)
        return BRANCH_NONE;
    if (!has_value(test, switch_value(pat), &index))
        return test->value_count;
    drop_pair(c, test->place);
    if (pat->kind == PAT_VARIANT) {
        open_variant(m, c, test->place, pat);
        simplify(m, c);
    }
    return index;
}

static uint32_t sort_by_range(Match *m, const Test *test, Candidate *c, const Pat *pat)
{
    const Pat *range = test->pat;
    if (pat->kind == PAT_VALUE)
        return in_range(m, range, pat->low) ? BRANCH_NONE : 1;
    if (pat->kind != PAT_RANGE)
        return BRANCH_NONE;
    if (pat->low == range->low && pat->high == range->high) {
        drop_pair(c, test->place);
        return 0;
    }
    bool apart = less(m, pat->ty, pat->high, range->low) || less(m, pat->ty, range->high, pat->low);
    return apart ? 1 : BRANCH_NONE;
}

static uint32_t sort_by_length(Match *m, const Test *test, Candidate *c, const Pat *pat)
{
    const Pat *tested = test->pat;
    if (pat->kind != PAT_SLICE)
        return BRANCH_NONE;
    bool same = pat->has_rest == tested->has_rest && pat->field_count == tested->field_count;
    if (same) {
        drop_pair(c, test->place);
        open_slice(m, c, test->place, pat);
        simplify(m, c);
        return 0;
    }
    bool never = !pat->has_rest && (tested->has_rest ? pat->field_count < tested->field_count
                                                     : pat->field_count != tested->field_count);
    bool too_long = pat->has_rest && !tested->has_rest && pat->field_count > tested->field_count;
    return never || too_long ? 1 : BRANCH_NONE;
}

/* The branch that the candidate goes to, its pair taken apart; BRANCH_NONE: it could match in
 * several. */
static uint32_t sort_candidate(Match *m, const Test *test, Candidate *c)
{
    const MatchPair *pair = pair_at(c, test->place);
    if (!pair)
        return BRANCH_NONE;
    const Pat *pat = pair->pat;
    switch (test->kind) {
    case TEST_VARIANT:
    case TEST_VALUE:
        return sort_by_value(m, test, c, pat);
    case TEST_ITEM:
        if (pat != test->pat)
            return BRANCH_NONE;
        drop_pair(c, test->place);
        return 0;
    case TEST_RANGE:
        return sort_by_range(m, test, c, pat);
    case TEST_LENGTH:
        return sort_by_length(m, test, c, pat);
    }
    RSC_UNREACHABLE();
}

/* ---- code for tests -------------------------------------------------------------------------- */

static MirOperandId temp_operand(Match *m, TyId ty, MirRvalueId rvalue)
{
    MirPlaceId place = build_place_of(m->b, build_local(m->b, ty, m->span));
    build_assign(m->b, place, rvalue, m->span);
    return mir_edit_move(&m->b->edit, place, m->span);
}

static MirOperandId compare(Match *m, BinaryOp op, MirOperandId lhs, MirOperandId rhs)
{
    return temp_operand(m, build_bool(m->b), mir_edit_binary(&m->b->edit, op, lhs, rhs));
}

static void switch_on_variant(Match *m, const Test *test, const MirBlockId *blocks)
{
    MirBuild *b = m->b;
    const AdtDef *adt = q_adt_def(b->job, ty_get(b->in, test->pat->ty)->as.adt.def);
    TyId number = adt_discriminant_ty(b->in, adt);
    MirRvalue_discriminant discriminant = { .place = test->place, .ty = number };
    MirOperandId operand =
        temp_operand(m, number,
                     mir_edit_rvalue(&b->edit, (MirRvalue){ .kind = MIR_RVALUE_DISCRIMINANT,
                                                            .as.discriminant = discriminant }));
    MirSwitchTarget *targets = arena_alloc_array(b->arena, test->value_count, sizeof *targets);
    for (uint32_t i = 0; i < test->value_count; i++) {
        Uint128 value = adt_discriminant(b->job, adt, (uint32_t)test->values[i]);
        targets[i] = (MirSwitchTarget){ uint128_low(value), uint128_high(value), blocks[i] };
    }
    mir_edit_switch(&b->edit, b->block, operand, targets, test->value_count,
                    blocks[test->value_count], build_source(b, m->span));
}

static void switch_on_value(Match *m, const Test *test, const MirBlockId *blocks)
{
    MirBuild *b = m->b;
    MirSwitchTarget *targets = arena_alloc_array(b->arena, test->value_count, sizeof *targets);
    for (uint32_t i = 0; i < test->value_count; i++)
        targets[i] = (MirSwitchTarget){ uint128_low(test->values[i]), uint128_high(test->values[i]),
                                        blocks[i] };
    mir_edit_switch(&b->edit, b->block, mir_edit_copy(&b->edit, test->place, m->span), targets,
                    test->value_count, blocks[test->value_count], build_source(b, m->span));
}

static void test_range(Match *m, const Test *test, MirBlockId yes, MirBlockId no)
{
    MirBuild *b = m->b;
    const Pat *range = test->pat;
    MirOperandId low = mir_edit_scalar(&b->edit, range->ty, range->low, m->span);
    MirOperandId high = mir_edit_scalar(&b->edit, range->ty, range->high, m->span);
    MirBlockId above = build_new_block(b);
    MirOperandId value = mir_edit_copy(&b->edit, test->place, m->span);
    build_branch(b, compare(m, BINARY_LE, low, value), above, no, m->span);
    b->block = above;
    value = mir_edit_copy(&b->edit, test->place, m->span);
    build_branch(b, compare(m, BINARY_LE, value, high), yes, no, m->span);
}

static void test_length(Match *m, const Test *test, MirBlockId yes, MirBlockId no)
{
    MirBuild *b = m->b;
    TyId usize = build_usize(b);
    MirOperandId length =
        temp_operand(m, usize,
                     mir_edit_rvalue(&b->edit, (MirRvalue){ .kind = MIR_RVALUE_LEN,
                                                            .as.len.place = test->place }));
    MirOperandId wanted = mir_edit_scalar(&b->edit, usize, test->pat->field_count, m->span);
    BinaryOp op = test->pat->has_rest ? BINARY_GE : BINARY_EQ;
    build_branch(b, compare(m, op, length, wanted), yes, no, m->span);
}

static void emit_test(Match *m, const Test *test, const MirBlockId *blocks)
{
    MirBuild *b = m->b;
    switch (test->kind) {
    case TEST_VARIANT:
        switch_on_variant(m, test, blocks);
        return;
    case TEST_VALUE:
        switch_on_value(m, test, blocks);
        return;
    case TEST_ITEM: {
        MirOperandId value = mir_edit_copy(&b->edit, test->place, m->span);
        MirOperandId wanted = mir_edit_const(&b->edit, test->pat->constant, m->span);
        build_branch(b, compare(m, BINARY_EQ, value, wanted), blocks[0], blocks[1], m->span);
        return;
    }
    case TEST_RANGE:
        test_range(m, test, blocks[0], blocks[1]);
        return;
    case TEST_LENGTH:
        test_length(m, test, blocks[0], blocks[1]);
        return;
    }
}

/* ---- the tree -------------------------------------------------------------------------------- */

/* Tests the candidates from the cursor on; the cursor ends where none of them matched. */
static void match_candidates(Match *m, Candidate *const *candidates, uint32_t count);

static void match_first(Match *m, Candidate *const *candidates, uint32_t count)
{
    MirBuild *b = m->b;
    Candidate *first = candidates[0];
    first->matched = b->block;
    b->block = build_new_block(b); /* without a guard nothing goes there */
    first->next = b->block;
    match_candidates(m, candidates + 1, count - 1);
}

static void match_test(Match *m, Candidate *const *candidates, uint32_t count)
{
    MirBuild *b = m->b;
    MatchPair pair = candidates[0]->pairs.items[0];
    Test test = { .kind = test_kind(pair.pat), .place = pair.place, .pat = pair.pat };
    bool is_switch = test.kind == TEST_VARIANT || test.kind == TEST_VALUE;
    if (is_switch)
        collect_values(m, &test, candidates, count);
    uint32_t branch_count = is_switch ? test.value_count + 1 : 2, sorted = 0;
    test.branches = arena_alloc_array(b->arena, branch_count, sizeof *test.branches);
    for (uint32_t i = 0; i < branch_count; i++)
        candidate_vec_init(&test.branches[i], b->arena);
    for (; sorted < count; sorted++) {
        uint32_t branch = sort_candidate(m, &test, candidates[sorted]);
        if (branch == BRANCH_NONE)
            break;
        candidate_vec_push(&test.branches[branch], candidates[sorted]);
    }
    rsc_assert(sorted > 0);
    MirBlockId rest = build_new_block(b);
    MirBlockId *blocks = arena_alloc_array(b->arena, branch_count, sizeof *blocks);
    for (uint32_t i = 0; i < branch_count; i++)
        blocks[i] = test.branches[i].count ? build_new_block(b) : rest;
    emit_test(m, &test, blocks);
    for (uint32_t i = 0; i < branch_count; i++) {
        if (test.branches[i].count == 0)
            continue;
        b->block = blocks[i];
        match_candidates(m, test.branches[i].items, test.branches[i].count);
        build_goto(b, rest, m->span);
    }
    b->block = rest;
    match_candidates(m, candidates + sorted, count - sorted);
}

/* The first candidate's next pair is an or-pattern that stood in a variant or slice. */
static void match_spread(Match *m, Candidate *const *candidates, uint32_t count)
{
    CandidateVec list;
    candidate_vec_init(&list, m->b->arena);
    add_spread(m, candidates[0], &list);
    append_candidates(m->all, list.items, list.count);
    append_candidates(&list, candidates + 1, count - 1);
    match_candidates(m, list.items, list.count);
}

static void match_candidates(Match *m, Candidate *const *candidates, uint32_t count)
{
    if (count == 0)
        return;
    if (candidates[0]->pairs.count == 0)
        match_first(m, candidates, count);
    else if (candidates[0]->pairs.items[0].pat->kind == PAT_ALTERNATIVES)
        match_spread(m, candidates, count);
    else
        match_test(m, candidates, count);
}

/* The list grows while its first ones are matched. */
static void match_all(Match *m)
{
    CandidateVec first;
    candidate_vec_init(&first, m->b->arena);
    append_candidates(&first, m->all->items, m->all->count);
    match_candidates(m, first.items, first.count);
}

/* ---- binding --------------------------------------------------------------------------------- */

static void bind_one(Match *m, const Binding *binding)
{
    MirBuild *b = m->b;
    MirPlaceId target = build_place_of(b, b->locals[binding->local.v]);
    if (binding->mode == 0) {
        build_assign_operand(b, target, build_consume(b, binding->source, binding->span),
                             binding->span);
        return;
    }
    MirBorrowKind kind = binding->mode == 2 ? MIR_BORROW_MUT : MIR_BORROW_SHARED;
    build_assign(b, target, mir_edit_ref(&b->edit, kind, binding->source), binding->span);
}

static void bind_all(Match *m, const Candidate *c)
{
    for (uint32_t i = 0; i < c->bindings.count; i++)
        bind_one(m, &c->bindings.items[i]);
}

/* In a guard nothing is moved yet: what will be bound by value is seen through a reference. */
static void bind_for_guard(Match *m, const Candidate *c)
{
    MirBuild *b = m->b;
    for (uint32_t i = 0; i < c->bindings.count; i++) {
        const Binding *binding = &c->bindings.items[i];
        if (binding->mode != 0) {
            bind_one(m, binding);
            continue;
        }
        TyId ty = mir_edit_place_ty(&b->edit, binding->source);
        TyId reference = ty_ref(b->in, region_erased(b->in), ty, false);
        MirLocalId local = build_local(b, reference, binding->span);
        build_assign(b, build_place_of(b, local),
                     mir_edit_ref(&b->edit, MIR_BORROW_SHARED, binding->source), binding->span);
        b->guard_refs[binding->local.v] = local;
    }
}

static void unbind_guard(Match *m, const Candidate *c)
{
    for (uint32_t i = 0; i < c->bindings.count; i++)
        m->b->guard_refs[c->bindings.items[i].local.v] = mir_local_id_none();
}

static void bind_after_guard(Match *m, const Candidate *c)
{
    for (uint32_t i = 0; i < c->bindings.count; i++) {
        if (c->bindings.items[i].mode == 0)
            bind_one(m, &c->bindings.items[i]);
    }
}

static void storage_live(Match *m, const Candidate *c)
{
    for (uint32_t i = 0; i < c->bindings.count; i++) {
        MirLocalId local = m->b->locals[c->bindings.items[i].local.v];
        build_statement(
            m->b,
            (MirStatement){ .kind = MIR_STATEMENT_STORAGE_LIVE, .as.storage_live.local = local },
            c->bindings.items[i].span);
    }
}

static void storage_dead(Match *m, const Candidate *c)
{
    for (uint32_t i = c->bindings.count; i-- > 0;) {
        MirLocalId local = m->b->locals[c->bindings.items[i].local.v];
        build_statement(
            m->b,
            (MirStatement){ .kind = MIR_STATEMENT_STORAGE_DEAD, .as.storage_dead.local = local },
            c->bindings.items[i].span);
    }
}

/* ---- patterns outside of match ----------------------------------------------------------------
 */

static Match new_match(MirBuild *b, uint32_t span)
{
    Match m = { .b = b, .span = span, .all = arena_new_object(b->arena, CandidateVec) };
    candidate_vec_init(m.all, b->arena);
    map_init(&m.subplaces, b->arena, sizeof(SubplaceKey));
    return m;
}

/* Where only one variant can exist its test is not needed, though the pattern names it. */
static void force_open(Match *m, Candidate *c)
{
    while (c->pairs.count > 0) {
        MatchPair pair = c->pairs.items[0];
        drop_pair(c, pair.place);
        if (pair.pat->kind == PAT_VARIANT)
            open_variant(m, c, pair.place, pair.pat);
        else if (pair.pat->kind == PAT_SLICE)
            open_slice(m, c, pair.place, pair.pat);
        simplify(m, c);
    }
}

static bool has_alternatives(const Pat *pat)
{
    bool found = pat->kind == PAT_ALTERNATIVES || (pat->sub && has_alternatives(pat->sub));
    for (uint32_t i = 0; i < pat->field_count; i++)
        found = found || has_alternatives(pat->fields[i].pat);
    return found;
}

void build_irrefutable(MirBuild *b, HirPatId id, MirPlaceId place)
{
    const Pat *pat = build_pat(b, id);
    if (has_alternatives(pat)) { /* `let (A(x) | B(x)) = e;`: which one is to be found out */
        Exit never = { build_new_block(b), build_depth(b) };
        build_refutable(b, id, place, never, pat->span);
        MirBlockId matched = b->block;
        b->block = never.block;
        mir_edit_terminate(&b->edit, b->block,
                           (MirTerminator){ .kind = MIR_TERMINATOR_UNREACHABLE },
                           build_source(b, pat->span));
        b->block = matched;
        return;
    }
    Match m = new_match(b, pat->span);
    Candidate *c = new_candidate(&m, 0, false, pat->span);
    push_pair(c, place, pat);
    simplify(&m, c);
    force_open(&m, c);
    bind_all(&m, c);
}

void build_refutable(MirBuild *b, HirPatId id, MirPlaceId place, Exit otherwise, uint32_t span)
{
    Match m = new_match(b, span);
    add_arm(&m, 0, false, place, build_pat(b, id));
    match_all(&m);
    build_exit(b, otherwise, span);
    MirBlockId join = build_new_block(b);
    for (uint32_t i = 0; i < m.all->count; i++) {
        const Candidate *c = m.all->items[i];
        if (mir_block_id_is_none(c->matched))
            continue;
        b->block = c->matched;
        bind_all(&m, c);
        build_goto(b, join, span);
    }
    b->block = join;
}

/* ---- match ----------------------------------------------------------------------------------- */

static bool has_let(const MirBuild *b, HirExprId id)
{
    const HirExpr *e = hir_expr(b->hir, id);
    if (e->kind == HIR_EXPR_LET)
        return true;
    return e->kind == HIR_EXPR_BINARY && e->as.binary.op == BINARY_AND &&
           (has_let(b, e->as.binary.lhs) || has_let(b, e->as.binary.rhs));
}

/* From where the candidate's tests passed to the arm's body. */
static void leaf(Match *m, const Candidate *c, const HirArm *arm, MirBlockId body)
{
    MirBuild *b = m->b;
    if (mir_block_id_is_none(c->matched))
        return;
    MirBlockId binding = build_new_block(b);
    b->block = c->matched;
    MirTerminator edge = { .kind = MIR_TERMINATOR_FALSE_EDGE,
                           .as.false_edge = { .real = binding, .imaginary = c->next } };
    mir_edit_terminate(&b->edit, b->block, edge, build_source(b, c->span));
    b->block = binding;
    storage_live(m, c);
    if (!c->has_guard) {
        bind_all(m, c);
        build_goto(b, body, c->span);
        return;
    }
    MirBlockId refused = build_new_block(b);
    bind_for_guard(m, c);
    uint32_t outer = build_begin_temps(b);
    build_condition(b, arm->guard_or_none, (Exit){ refused, build_depth(b) - 1 });
    unbind_guard(m, c);
    build_end_temps(b, outer, c->span);
    bind_after_guard(m, c);
    build_goto(b, body, c->span);
    b->block = refused;
    storage_dead(m, c);
    build_goto(b, c->next, c->span);
}

static void arm_body(MirBuild *b, MirPlaceId destination, const HirArm *arm, MirBlockId body,
                     MirBlockId after)
{
    b->block = body;
    build_into(b, destination, adjusted(b, arm->body));
    build_pop_scope(b, arm->span);
    build_goto(b, after, arm->span);
}

/* The scope of an arm's bindings is open while its leaves and its body are built; the bindings die
 * with it. */
static void build_arm(Match *m, MirPlaceId destination, const HirArm *arm, uint32_t index,
                      MirBlockId after)
{
    MirBuild *b = m->b;
    const CandidateVec *candidates = m->all;
    MirBlockId body = build_new_block(b);
    uint32_t outer_temps = b->temp_depth;
    for (uint32_t i = 0; i < candidates->count; i++) {
        if (candidates->items[i]->arm == index)
            leaf(m, candidates->items[i], arm, body);
    }
    build_push_scope(b);
    b->temp_depth = build_depth(b);
    for (uint32_t i = 0; i < candidates->count; i++) {
        const Candidate *c = candidates->items[i];
        if (c->arm != index || mir_block_id_is_none(c->matched))
            continue;
        for (uint32_t k = 0; k < c->bindings.count; k++)
            build_schedule(b, b->locals[c->bindings.items[k].local.v], build_depth(b),
                           c->bindings.items[k].span);
        break; /* all leaves bind the same */
    }
    arm_body(b, destination, arm, body, after);
    b->temp_depth = outer_temps;
}

void build_match(MirBuild *b, MirPlaceId destination, HirExprId id, const HirExpr_match *node)
{
    uint32_t span = build_span(b, id);
    MirPlaceId place = build_as_place(b, adjusted(b, node->scrutinee));
    build_fake_read(b, MIR_FAKE_READ_MATCHED_PLACE, place, span);
    Match m = new_match(b, span);
    for (uint32_t i = 0; i < node->arms.count; i++) {
        const HirArm *arm = &b->hir->arms[node->arms.start + i];
        bool has_guard = !hir_expr_id_is_none(arm->guard_or_none);
        if (has_guard && has_let(b, arm->guard_or_none))
            build_unsupported(b, arm->span, "an `if let` guard");
        build_declare_bindings(b, arm->pat, 0, false);
        add_arm(&m, i, has_guard, place, build_pat(b, arm->pat));
    }
    match_all(&m);
    mir_edit_terminate(&b->edit, b->block, (MirTerminator){ .kind = MIR_TERMINATOR_UNREACHABLE },
                       build_source(b, span));
    MirBlockId after = build_new_block(b);
    for (uint32_t i = 0; i < node->arms.count; i++)
        build_arm(&m, destination, &b->hir->arms[node->arms.start + i], i, after);
    b->block = after;
}
