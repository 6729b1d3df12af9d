/* From roots to the set of items, and from the set to shards and groups.
 *
 * Everything is ordered by fingerprints and symbols, so the result does not depend on the order of
 * discovery. */
#include <stdlib.h>

#include "base/hash.h"
#include "check/check.h"
#include "lower/lower.h"
#include "mono/mono_priv.h"
#include "project/project.h"

VEC_TYPE(DefIdVec, def_id_vec, DefId)

/* A path has at most this many steps: more items than fit below are left in one shard. */
enum { SHARD_DEPTH_MAX = 30, GROUP_DEPTH_MAX = 62 };

/* How often a function may be reached through instances of itself: rustc's default recursion_limit.
 */
enum { INSTANTIATION_DEPTH_MAX = 128 };

/* ---- roots ----------------------------------------------------------------------------------- */

static bool add_entry(Job *job, DefId crate, InstanceVec *roots)
{
    Interners *in = job_interners(job);
    const CrateInfo *info = q_crate_info(job, crate);
    if (info->kind != TARGET_BIN)
        return true;
    DefId main_fn = q_entry_fn(job, crate)->def;
    if (def_id_is_none(main_fn))
        return false;
    InstanceRecord entry = { MONO_ENTRY, main_fn.v, args_empty(in).v, 0, 0 };
    instance_vec_push(roots, instance_intern(in, entry));
    return true;
}

static bool is_fixed_root(Job *job, DefId def)
{
    DefKind kind = def_kind(job_interners(job), def);
    bool may_be_root = kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_STATIC;
    return may_be_root && q_codegen_attrs(job, def)->is_root;
}

/* So that a definition more or less does not reach collected_items as long as nothing uses it. */
void crate_roots_provide(Job *job, DefId key, DefList *out)
{
    const DefList *bodies = q_crate_bodies(job, key);
    DefIdVec roots;
    def_id_vec_init(&roots, job_out(job));
    for (uint32_t i = 0; i < bodies->count; i++) {
        if (is_fixed_root(job, bodies->items[i]))
            def_id_vec_push(&roots, bodies->items[i]);
    }
    *out = (DefList){ roots.items, roots.count };
}

static void add_fixed_roots(Job *job, DefId crate, InstanceVec *roots)
{
    Interners *in = job_interners(job);
    const DefList *crates = q_visible_crates(job, crate);
    for (uint32_t i = 0; i < crates->count; i++) {
        const DefList *fixed = q_crate_roots(job, crates->items[i]);
        for (uint32_t k = 0; k < fixed->count; k++) {
            DefId def = fixed->items[k];
            MonoKind kind = def_kind(in, def) == DEF_STATIC ? MONO_STATIC : MONO_FN;
            InstanceRecord record = { kind, def.v, args_empty(in).v, 0, 0 };
            instance_vec_push(roots, instance_intern(in, record));
        }
    }
}

/* ---- the worklist ---------------------------------------------------------------------------- */

typedef struct {
    const InstanceId *instances;
    const MonoUses **uses;
} Frontier;

static void ask_uses(Job *job, uint32_t index, void *argument)
{
    Frontier *frontier = argument;
    frontier->uses[index] = q_mono_uses(job, frontier->instances[index]);
}

typedef struct {
    Job *job;
    InstanceVec *items;
    U32Vec users; /* per item: the item that was the first to use it, UINT32_MAX for a root */
    Map seen;
    bool ok;
} Collector;

/* An instance of the same function, among those through which this one was reached. */
static bool is_too_deep(const Collector *c, uint32_t user, InstanceId used)
{
    const Interners *in = job_interners(c->job);
    InstanceRecord record = instance_record(in, used);
    if (record.kind != MONO_FN || record.args == 0)
        return false;
    uint32_t depth = 0;
    for (; user != UINT32_MAX && depth <= INSTANTIATION_DEPTH_MAX; user = c->users.items[user])
        depth += instance_record(in, c->items->items[user]).def == record.def;
    return depth > INSTANTIATION_DEPTH_MAX;
}

static void add_item(Collector *c, uint32_t user, InstanceId instance)
{
    bool existed = false;
    map_put(&c->seen, &instance, &existed);
    if (existed)
        return;
    if (is_too_deep(c, user, instance)) {
        if (c->ok)
            mono_report_recursion(c->job, c->items->items[user], instance);
        c->ok = false;
        return;
    }
    instance_vec_push(c->items, instance);
    u32_vec_push(&c->users, user);
}

static void add_level(Collector *c, uint32_t start, uint32_t end)
{
    uint32_t count = end - start;
    Arena *scratch = job_scratch(c->job);
    Frontier frontier = { arena_copy(scratch, c->items->items + start, count * sizeof(InstanceId)),
                          arena_alloc_array(scratch, count, sizeof(const MonoUses *)) };
    job_parallel_for(c->job, count, ask_uses, &frontier);
    for (uint32_t i = 0; i < count; i++) {
        const MonoUses *uses = frontier.uses[i];
        c->ok = c->ok && !uses->has_error;
        for (uint32_t k = 0; k < uses->count; k++)
            add_item(c, start + i, uses->instances[k]);
    }
}

/* Breadth first, each level on all workers. False if something has an error. */
static bool collect(Job *job, const InstanceVec *roots, InstanceVec *items)
{
    Collector c = { .job = job, .items = items, .ok = true };
    u32_vec_init(&c.users, job_scratch(job));
    map_init(&c.seen, job_scratch(job), sizeof(InstanceId));
    for (uint32_t i = 0; i < roots->count; i++)
        add_item(&c, UINT32_MAX, roots->items[i]);
    for (uint32_t start = 0; start < items->count && !job_cancelled(job);) {
        uint32_t end = items->count;
        add_level(&c, start, end);
        start = end;
    }
    return c.ok;
}

/* ---- order ----------------------------------------------------------------------------------- */

typedef struct {
    MonoItem item;
    Str symbol;
    uint64_t module_hash; /* H(module, is_generic) */
} SortItem;

static bool has_type_args(const Interners *in, const InstanceRecord *record)
{
    if (record->ty != 0)
        return true;
    ArgSlice args = { 0 };
    if (record->args != 0)
        args = args_get(in, args_id_make(record->args));
    for (uint32_t i = 0; i < args.count; i++) {
        if (arg_kind(args.items[i]) != ARG_REGION)
            return true;
    }
    return false;
}

static SortItem sort_item(Job *job, DefId crate, InstanceId instance)
{
    Interners *in = job_interners(job);
    InstanceRecord record = instance_record(in, instance);
    SortItem sort = { .item = { .instance = instance } };
    sort.item.symbol = q_symbol_name(job, instance)->symbol;
    sort.symbol = sym_text(in, sort.item.symbol);
    sort.item.hash = fp_of_bytes(sort.symbol.data, sort.symbol.bytes, 0).lo;
    sort.item.module = record.def ? mono_module_of(in, def_id_make(record.def)) : crate;
    sort.item.is_generic = has_type_args(in, &record);
    Fp module = intern_fingerprint(in, INTERN_def, sort.item.module.v);
    sort.module_hash = fp_combine(module, (Fp){ sort.item.is_generic, 0 }).lo;
    return sort;
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_items(const void *left, const void *right)
{
    const SortItem *a = left, *b = right;
    int order = compare_u64(a->module_hash, b->module_hash);
    if (order == 0)
        order = compare_u64(a->item.hash, b->item.hash);
    return order ? order : str_compare(a->symbol, b->symbol);
}

/* ---- shards ---------------------------------------------------------------------------------- */

VEC_TYPE(MonoShardVec, mono_shard_vec, MonoShard)
VEC_TYPE(MonoGroupVec, mono_group_vec, MonoGroup)

typedef struct {
    const SortItem *items; /* sorted */
    uint32_t count;
    MonoShardVec shards;
    U32Vec shard_hashes; /* upper half of H(module, is_generic) */
    MonoGroupVec groups;
} MonoPartition;

static bool bit_at(uint64_t hash, uint32_t depth)
{
    return hash >> (63 - depth) & 1;
}

/* Items of [start, end) share the path. They are sorted by hash, so a node is a run. */
static void split_shard(MonoPartition *p, uint32_t start, uint32_t end, uint32_t path,
                        uint32_t depth)
{
    if (start == end)
        return;
    if (end - start <= MONO_SHARD_ITEMS || depth == SHARD_DEPTH_MAX) {
        const MonoItem *first = &p->items[start].item;
        MonoShard shard = { first->module, first->is_generic, path, { start, end - start } };
        mono_shard_vec_push(&p->shards, shard);
        u32_vec_push(&p->shard_hashes, (uint32_t)(p->items[start].module_hash >> 32));
        return;
    }
    uint32_t middle = start;
    while (middle < end && !bit_at(p->items[middle].item.hash, depth))
        middle++;
    split_shard(p, start, middle, path << 1, depth + 1);
    split_shard(p, middle, end, path << 1 | 1, depth + 1);
}

static void make_shards(MonoPartition *p)
{
    for (uint32_t start = 0, end; start < p->count; start = end) {
        const SortItem *first = &p->items[start];
        for (end = start + 1; end < p->count; end++) {
            if (p->items[end].item.module.v != first->item.module.v ||
                p->items[end].item.is_generic != first->item.is_generic)
                break;
        }
        split_shard(p, start, end, 1, 0);
    }
}

/* ---- groups ---------------------------------------------------------------------------------- */

/* A shard's place in the trie of groups: its module's hash, then its own path. */
static uint64_t shard_position(const MonoPartition *p, uint32_t index)
{
    uint32_t path = p->shards.items[index].path;
    uint32_t depth = 31 - (uint32_t)__builtin_clz(path);
    uint64_t bits = depth ? (uint64_t)(path ^ 1u << depth) << (32 - depth) : 0;
    return (uint64_t)p->shard_hashes.items[index] << 32 | bits;
}

static void split_group(MonoPartition *p, uint32_t start, uint32_t end, uint64_t path,
                        uint32_t depth)
{
    if (start == end)
        return;
    if (end - start <= MONO_GROUP_SHARDS || depth == GROUP_DEPTH_MAX) {
        mono_group_vec_push(&p->groups, (MonoGroup){ path, { start, end - start } });
        return;
    }
    uint32_t middle = start;
    while (middle < end && !bit_at(shard_position(p, middle), depth))
        middle++;
    split_group(p, start, middle, path << 1, depth + 1);
    split_group(p, middle, end, path << 1 | 1, depth + 1);
}

static void partition(Job *job, DefId crate, const InstanceVec *instances, CollectedItems *out)
{
    Arena *scratch = job_scratch(job);
    SortItem *sorted = arena_alloc_array(scratch, instances->count, sizeof *sorted);
    for (uint32_t i = 0; i < instances->count; i++)
        sorted[i] = sort_item(job, crate, instances->items[i]);
    qsort(sorted, instances->count, sizeof *sorted, compare_items);
    MonoPartition p = { .items = sorted, .count = instances->count };
    mono_shard_vec_init(&p.shards, job_out(job));
    u32_vec_init(&p.shard_hashes, scratch);
    mono_group_vec_init(&p.groups, job_out(job));
    make_shards(&p);
    split_group(&p, 0, p.shards.count, 1, 0);
    out->items = arena_alloc_array(job_out(job), p.count, sizeof(MonoItem));
    out->item_count = p.count;
    for (uint32_t i = 0; i < p.count; i++)
        out->items[i] = sorted[i].item;
    out->shards = p.shards.items;
    out->shard_count = p.shards.count;
    out->groups = p.groups.items;
    out->group_count = p.groups.count;
}

void collected_items_provide(Job *job, DefId key, CollectedItems *out)
{
    InstanceVec roots, items;
    instance_vec_init(&roots, job_scratch(job));
    instance_vec_init(&items, job_scratch(job));
    bool ok = add_entry(job, key, &roots);
    if (ok)
        add_fixed_roots(job, key, &roots);
    /* With errors the set is not worth keeping: its value is one that stays the same from error to
     * error. */
    out->has_error = !ok || !collect(job, &roots, &items);
    if (!out->has_error)
        partition(job, key, &items, out);
}

/* ---- projections ----------------------------------------------------------------------------- */

/* Items of a trie node: a leaf, or a node above leaves. */
void shard_items_provide(Job *job, ShardKey key, ShardItems *out)
{
    const CollectedItems *all = q_collected_items(job, key.crate);
    uint32_t path = key.path_generic >> 1;
    uint32_t depth = path ? 31 - (uint32_t)__builtin_clz(path) : 0;
    InstanceVec found;
    instance_vec_init(&found, job_out(job));
    for (uint32_t i = 0; i < all->shard_count; i++) {
        const MonoShard *shard = &all->shards[i];
        if (shard->module.v != key.module.v || shard->is_generic != (key.path_generic & 1))
            continue;
        uint32_t shard_depth = 31 - (uint32_t)__builtin_clz(shard->path);
        if (shard_depth < depth || shard->path >> (shard_depth - depth) != path)
            continue;
        for (uint32_t k = 0; k < shard->items.count; k++)
            instance_vec_push(&found, all->items[shard->items.start + k].instance);
    }
    *out = (ShardItems){ found.items, found.count };
}

void group_list_provide(Job *job, DefId key, GroupList *out)
{
    const CollectedItems *all = q_collected_items(job, key);
    out->has_error = all->has_error;
    out->count = all->group_count;
    out->paths = arena_alloc_array(job_out(job), out->count, sizeof(uint64_t));
    for (uint32_t i = 0; i < out->count; i++)
        out->paths[i] = all->groups[i].path;
}

void group_shards_provide(Job *job, GroupKey key, GroupShards *out)
{
    const CollectedItems *all = q_collected_items(job, key.crate);
    for (uint32_t i = 0; i < all->group_count; i++) {
        const MonoGroup *group = &all->groups[i];
        if (group->path != key.path)
            continue;
        out->count = group->shards.count;
        out->shards = arena_alloc_array(job_out(job), out->count, sizeof(ShardKey));
        for (uint32_t k = 0; k < out->count; k++)
            out->shards[k] = shard_key(key.crate, &all->shards[group->shards.start + k]);
    }
}
