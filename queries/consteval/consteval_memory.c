#include <string.h>

#include "consteval/consteval_priv.h"

/* Of one allocation, and of all that were made fresh. */
enum { ALLOCATION_MAX_BYTES = 1 << 30, MEMORY_MAX_BYTES = 1 << 30 };

/* ---- making ---------------------------------------------------------------------------------- */

static AllocRef push_alloc(Machine *m, Alloc alloc)
{
    if (m->allocs.count == 0)
        alloc_vec_push(&m->allocs, (Alloc){ .is_dead = true });
    memory_pointer_vec_init(&alloc.pointers, m->arena);
    return alloc_vec_push(&m->allocs, alloc);
}

static Alloc *alloc_at(const Machine *m, AllocRef ref)
{
    return alloc_vec_at(&m->allocs, ref);
}

static uint32_t size_class(uint64_t size)
{
    uint32_t class = 0;
    while (((uint64_t)1 << class) < size)
        class ++;
    return class;
}

static AllocRef take_free(Machine *m, uint32_t class)
{
    U32Vec *free = &m->free[class];
    return free->count ? u32_vec_pop(free) : 0;
}

static AllocRef push_fresh(Machine *m, uint32_t class)
{
    Alloc fresh = { .kind = ALLOC_MEMORY, .capacity = (uint64_t)1 << class };
    fresh.bytes = arena_alloc_zeroed(m->arena, fresh.capacity);
    fresh.init = arena_alloc_zeroed(m->arena, fresh.capacity);
    m->bytes += fresh.capacity + sizeof fresh;
    return push_alloc(m, fresh);
}

AllocRef memory_new(Machine *m, uint64_t size, uint32_t align)
{
    uint32_t class = size_class(size > ALLOCATION_MAX_BYTES ? 0 : size);
    AllocRef ref = take_free(m, class);
    if (ref == 0)
        ref = push_fresh(m, class);
    if (size > ALLOCATION_MAX_BYTES || m->bytes > MEMORY_MAX_BYTES) {
        eval_fail(m, "tried to allocate more memory than available to compiler");
        size = 0;
    }
    Alloc *alloc = alloc_at(m, ref);
    alloc->size = size;
    alloc->align = align;
    alloc->is_dead = alloc->is_exposed = false;
    memory_reset(m, ref);
    return ref;
}

AllocRef memory_new_temporary(Machine *m, uint64_t size, uint32_t align)
{
    AllocRef ref = memory_new(m, size, align);
    u32_vec_push(&m->temporaries, ref);
    return ref;
}

void memory_reset(Machine *m, AllocRef ref)
{
    Alloc *alloc = alloc_at(m, ref);
    memset(alloc->init, 0, alloc->size);
    memset(alloc->bytes, 0, alloc->size);
    alloc->pointers.count = 0;
}

/* What nobody can point to is used again; the rest stays dead, so that a dangling pointer is found
 * out. */
void memory_release(Machine *m, AllocRef ref)
{
    Alloc *alloc = alloc_at(m, ref);
    alloc->is_dead = true;
    if (!alloc->is_exposed)
        u32_vec_push(&m->free[size_class(alloc->capacity)], ref);
}

static AllocRef find_named(const Machine *m, AllocKind kind, DefId def, ArgsId args)
{
    for (uint32_t i = 1; i < m->allocs.count; i++) {
        const Alloc *alloc = &m->allocs.items[i];
        if (alloc->kind == kind && def_id_eq(alloc->def, def) && args_id_eq(alloc->args, args))
            return i;
    }
    return 0;
}

AllocRef memory_of_static(Machine *m, DefId def)
{
    AllocRef found = find_named(m, ALLOC_STATIC, def, args_id_none());
    return found ? found : push_alloc(m, (Alloc){ .kind = ALLOC_STATIC, .def = def });
}

AllocRef memory_of_fn(Machine *m, DefId def, ArgsId args)
{
    AllocRef found = find_named(m, ALLOC_FN, def, args);
    return found ? found : push_alloc(m, (Alloc){ .kind = ALLOC_FN, .def = def, .args = args });
}

/* ---- access ---------------------------------------------------------------------------------- */

static void import_bytes(Machine *m, AllocRef ref, const ConstValue *value, uint32_t index,
                         const AllocRef *refs);

/* A static's contents come with the first access. */
static void load_static(Machine *m, AllocRef ref)
{
    DefId def = alloc_at(m, ref)->def;
    if (def_kind(m->in, def) == DEF_FOREIGN_STATIC) {
        eval_fail(m, "cannot access extern static `%s`",
                  sym_text(m->in, def_name(m->in, def)).data);
        return;
    }
    const ConstValue *value = q_static_value(m->job, def);
    if (value->state != CONST_VALUE_OK) {
        eval_stop(m);
        return;
    }
    AllocRef *refs = arena_alloc_array(m->arena, value->alloc_count, sizeof *refs);
    refs[0] = ref;
    for (uint32_t i = 1; i < value->alloc_count; i++)
        refs[i] = memory_new(m, value->allocs[i].size, value->allocs[i].align);
    Alloc *alloc = alloc_at(m, ref);
    alloc->size = alloc->capacity = value->allocs[0].size;
    alloc->align = value->allocs[0].align;
    alloc->bytes = arena_alloc_zeroed(m->arena, alloc->size);
    alloc->init = arena_alloc_zeroed(m->arena, alloc->size);
    alloc->is_mutable = value->allocs[0].is_mutable;
    for (uint32_t i = 0; i < value->alloc_count; i++)
        import_bytes(m, refs[i], value, i, refs);
}

/* What a constant is must not depend on when it is evaluated; an initialiser of a static runs
 * before anything writes. */
static bool is_out_of_reach(const Machine *m, const Alloc *alloc, uint64_t bytes)
{
    return alloc->kind == ALLOC_STATIC && alloc->is_mutable && bytes > 0 &&
           def_kind(m->in, m->root) != DEF_STATIC;
}

/* The allocation, if [offset, offset + bytes) may be accessed. */
static Alloc *access(Machine *m, AllocRef ref, uint64_t offset, uint64_t bytes)
{
    if (m->has_error)
        return NULL;
    if (ref == 0) {
        eval_fail(m,
                  "memory access failed: attempting to access %llu byte%s, but got 0x%llx[noalloc] "
                  "which is a dangling pointer",
                  (unsigned long long)bytes, bytes == 1 ? "" : "s", (unsigned long long)offset);
        return NULL;
    }
    Alloc *alloc = alloc_at(m, ref);
    if (alloc->kind == ALLOC_STATIC && !alloc->bytes)
        load_static(m, ref);
    alloc = alloc_at(m, ref);
    if (m->has_error)
        return NULL;
    if (alloc->kind == ALLOC_FN) {
        eval_fail(m, "accessing a function as memory");
        return NULL;
    }
    if (is_out_of_reach(m, alloc, bytes)) {
        eval_fail(m, "constant accesses mutable global memory");
        return NULL;
    }
    if (alloc->is_dead) {
        eval_fail(m,
                  "memory access failed: the memory has been freed, so this pointer is dangling");
        return NULL;
    }
    if (offset > alloc->size || bytes > alloc->size - offset) {
        eval_fail(m,
                  "memory access failed: attempting to access %llu byte%s at offset %llu of an "
                  "allocation of %llu bytes",
                  (unsigned long long)bytes, bytes == 1 ? "" : "s", (unsigned long long)offset,
                  (unsigned long long)alloc->size);
        return NULL;
    }
    return alloc;
}

static uint32_t first_pointer(const Alloc *alloc, uint64_t offset)
{
    uint32_t i = 0;
    while (i < alloc->pointers.count && alloc->pointers.items[i].offset < offset)
        i++;
    return i;
}

static bool overlaps(const MemoryPointer *p, uint64_t offset, uint64_t bytes)
{
    return p->offset < offset + bytes && offset < p->offset + TARGET_POINTER_BYTES;
}

/* Pointers that a write covers are gone; one that is cut leaves its other bytes uninitialised. */
static void clear_pointers(Alloc *alloc, uint64_t offset, uint64_t bytes)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < alloc->pointers.count; i++) {
        MemoryPointer p = alloc->pointers.items[i];
        if (!overlaps(&p, offset, bytes)) {
            alloc->pointers.items[kept++] = p;
            continue;
        }
        memset(alloc->init + p.offset, 0, TARGET_POINTER_BYTES);
    }
    alloc->pointers.count = kept;
}

static void insert_pointer(Alloc *alloc, uint64_t offset, AllocRef target)
{
    uint32_t at = first_pointer(alloc, offset);
    memory_pointer_vec_push(&alloc->pointers, (MemoryPointer){ offset, target });
    for (uint32_t i = alloc->pointers.count - 1; i > at; i--)
        alloc->pointers.items[i] = alloc->pointers.items[i - 1];
    alloc->pointers.items[at] = (MemoryPointer){ offset, target };
}

static bool all_initialised(const Alloc *alloc, uint64_t offset, uint64_t bytes)
{
    for (uint64_t i = 0; i < bytes; i++) {
        if (!alloc->init[offset + i])
            return false;
    }
    return true;
}

Scalar memory_read(Machine *m, AllocRef ref, uint64_t offset, uint32_t bytes)
{
    Scalar value = { 0, 0 };
    const Alloc *alloc = access(m, ref, offset, bytes);
    if (!alloc)
        return value;
    if (!all_initialised(alloc, offset, bytes)) {
        eval_fail(m, "using uninitialized data, but this operation requires initialized memory");
        return value;
    }
    for (uint32_t i = bytes; i-- > 0;)
        value.bits = value.bits << 8 | alloc->bytes[offset + i];
    uint32_t at = first_pointer(alloc, offset);
    bool is_pointer = at < alloc->pointers.count && alloc->pointers.items[at].offset == offset &&
                      bytes == TARGET_POINTER_BYTES;
    if (is_pointer)
        value.alloc = alloc->pointers.items[at].target;
    else if (at < alloc->pointers.count && overlaps(&alloc->pointers.items[at], offset, bytes))
        eval_fail(m, "unable to turn pointer into raw bytes");
    return value;
}

void memory_write(Machine *m, AllocRef ref, uint64_t offset, uint32_t bytes, Scalar value)
{
    Alloc *alloc = access(m, ref, offset, bytes);
    if (!alloc)
        return;
    if (alloc->kind == ALLOC_STATIC) {
        eval_fail(m, "modifying a static's initial value from another static's initializer");
        return;
    }
    clear_pointers(alloc, offset, bytes);
    for (uint32_t i = 0; i < bytes; i++)
        alloc->bytes[offset + i] = (uint8_t)(value.bits >> (8 * i));
    memset(alloc->init + offset, 1, bytes);
    if (value.alloc == 0)
        return;
    rsc_assert(bytes == TARGET_POINTER_BYTES);
    alloc_at(m, value.alloc)->is_exposed = true;
    insert_pointer(alloc, offset, value.alloc);
}

/* Whole pointers move; pieces of one cannot. */
static void copy_pointers(Machine *m, Alloc *to, uint64_t to_offset, const MemoryPointer *pointers,
                          uint32_t count, uint64_t from_offset, uint64_t bytes)
{
    for (uint32_t i = 0; i < count; i++) {
        const MemoryPointer *p = &pointers[i];
        if (!overlaps(p, from_offset, bytes))
            continue;
        bool whole =
            p->offset >= from_offset && p->offset + TARGET_POINTER_BYTES <= from_offset + bytes;
        if (!whole) {
            eval_fail(m, "unable to copy parts of a pointer");
            return;
        }
        insert_pointer(to, p->offset - from_offset + to_offset, p->target);
    }
}

void memory_copy(Machine *m, AllocRef to_ref, uint64_t to_offset, AllocRef from_ref,
                 uint64_t from_offset, uint64_t bytes)
{
    if (bytes == 0)
        return;
    const Alloc *from = access(m, from_ref, from_offset, bytes);
    Alloc *to = from ? access(m, to_ref, to_offset, bytes) : NULL;
    if (!to)
        return;
    if (to->kind == ALLOC_STATIC) {
        eval_fail(m, "modifying a static's initial value from another static's initializer");
        return;
    }
    from = alloc_at(m, from_ref);
    const MemoryPointer *pointers =
        arena_copy(m->arena, from->pointers.items, from->pointers.count * sizeof(MemoryPointer));
    uint32_t count = from->pointers.count;
    clear_pointers(to, to_offset, bytes);
    memmove(to->bytes + to_offset, from->bytes + from_offset, bytes);
    memmove(to->init + to_offset, from->init + from_offset, bytes);
    if (count)
        copy_pointers(m, to, to_offset, pointers, count, from_offset, bytes);
}

/* ---- other constants' values ----------------------------------------------------------------- */

static void import_bytes(Machine *m, AllocRef ref, const ConstValue *value, uint32_t index,
                         const AllocRef *refs)
{
    const ConstAlloc *source = &value->allocs[index];
    Alloc *alloc = alloc_at(m, ref);
    memcpy(alloc->bytes, source->bytes, source->size);
    memset(alloc->init, 1, source->size);
    for (uint32_t i = 0; i < source->relocation_count; i++) {
        const Relocation *r = &source->relocations[i];
        AllocRef target = 0;
        if (r->kind == RELOCATION_ALLOC)
            target = refs[r->alloc];
        else if (r->kind == RELOCATION_STATIC)
            target = memory_of_static(m, r->def);
        else
            target = memory_of_fn(m, r->def, r->args);
        alloc_at(m, target)->is_exposed = true;
        insert_pointer(alloc_at(m, ref), r->offset, target);
    }
}

AllocRef memory_import(Machine *m, ConstKey key)
{
    bool existed = false;
    uint32_t *known = map_put(&m->imported, &key, &existed);
    if (existed)
        return *known;
    const ConstValue *value = q_const_value(m->job, key);
    if (value->state != CONST_VALUE_OK) {
        m->is_too_generic = m->is_too_generic || value->state == CONST_VALUE_TOO_GENERIC;
        eval_stop(m);
        return 0;
    }
    AllocRef *refs = arena_alloc_array(m->arena, value->alloc_count, sizeof *refs);
    for (uint32_t i = 0; i < value->alloc_count; i++) {
        refs[i] = memory_new(m, value->allocs[i].size, value->allocs[i].align);
        alloc_at(m, refs[i])->is_exposed = true; /* never used again for something else */
    }
    for (uint32_t i = 0; i < value->alloc_count; i++)
        import_bytes(m, refs[i], value, i, refs);
    *map_put(&m->imported, &key, NULL) = refs[0];
    return refs[0];
}

/* ---- the result ------------------------------------------------------------------------------ */

VEC_TYPE(ConstAllocVec, const_alloc_vec, ConstAlloc)

typedef struct {
    Machine *m;
    ConstAllocVec out;
    U32Vec sources; /* AllocRef by number in the value */
    Map numbers;    /* AllocRef -> number */
    bool is_mutable;
} Export;

static uint32_t number_of(Export *x, AllocRef ref)
{
    bool existed = false;
    uint32_t *number = map_put(&x->numbers, &ref, &existed);
    if (!existed)
        *number = u32_vec_push(&x->sources, ref);
    return *number;
}

static Relocation export_pointer(Export *x, const MemoryPointer *p)
{
    const Alloc *target = alloc_at(x->m, p->target);
    Relocation r = { .offset = p->offset, .def = target->def, .args = target->args };
    if (target->kind == ALLOC_STATIC)
        r.kind = RELOCATION_STATIC;
    else if (target->kind == ALLOC_FN)
        r.kind = RELOCATION_FN;
    else
        r = (Relocation){ .offset = p->offset,
                          .kind = RELOCATION_ALLOC,
                          .alloc = number_of(x, p->target) };
    if (target->kind == ALLOC_MEMORY && target->is_dead)
        eval_fail(x->m, "encountered a dangling reference (use-after-free)");
    return r;
}

static void export_alloc(Export *x, AllocRef ref)
{
    Arena *arena = job_out(x->m->job);
    const Alloc *alloc = alloc_at(x->m, ref);
    ConstAlloc copy = { .size = alloc->size,
                        .align = alloc->align,
                        .is_mutable = x->is_mutable && x->out.count == 0,
                        .relocation_count = alloc->pointers.count };
    copy.bytes = arena_copy(arena, alloc->bytes, alloc->size);
    for (uint64_t i = 0; i < alloc->size; i++)
        copy.bytes[i] = alloc->init[i] ? copy.bytes[i] : 0;
    copy.relocations = arena_alloc_array(arena, copy.relocation_count, sizeof *copy.relocations);
    for (uint32_t i = 0; i < copy.relocation_count; i++)
        copy.relocations[i] = export_pointer(x, &alloc->pointers.items[i]);
    const_alloc_vec_push(&x->out, copy);
}

void memory_export(Machine *m, AllocRef root, TyId ty, bool is_mutable, ConstValue *out)
{
    Export x = { .m = m, .is_mutable = is_mutable };
    const_alloc_vec_init(&x.out, job_out(m->job));
    u32_vec_init(&x.sources, m->arena);
    map_init(&x.numbers, m->arena, sizeof(AllocRef));
    number_of(&x, root);
    for (uint32_t i = 0; i < x.sources.count && !m->has_error; i++)
        export_alloc(&x, x.sources.items[i]);
    *out = (ConstValue){ .state = m->has_error ? CONST_VALUE_ERROR : CONST_VALUE_OK,
                         .ty = ty,
                         .allocs = x.out.items,
                         .alloc_count = m->has_error ? 0 : x.out.count };
}
