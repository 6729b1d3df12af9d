/* The index of impls: from headers, by names alone. The trait's path and the head of the self type
 * are enough to tell most impls apart; what only types can tell is SIMPLIFIED_ANY and fits every
 * question. */
#include "resolve/resolve_path.h"
#include "resolve/resolve_priv.h"

VEC_TYPE(ImplEntryVec, impl_entry_vec, ImplEntry)

typedef struct {
    uint8_t kind;
    uint8_t detail;
    DefId def;
} Simplified;

enum { ALIAS_DEPTH_MAX = 16 };

typedef struct {
    Job *job;
    Interners *in;
    Place place;
    ItemId item;
    const Ast *ast;
    AstGenericsId generics;
    uint32_t depth; /* of type aliases */
} Header;

static Simplified simplified(SimplifiedKind kind, uint8_t detail, DefId def)
{
    return (Simplified){ (uint8_t)kind, detail, def };
}

static Simplified anything(void)
{
    return simplified(SIMPLIFIED_ANY, 0, def_id_none());
}

static bool is_parameter(const Header *h, SymId name)
{
    IdRange params = h->ast->generics[h->generics.v].params;
    for (uint32_t i = 0; i < params.count; i++) {
        if (sym_id_eq(h->ast->generic_params[ast_list_at(h->ast, params, i)].name.name, name))
            return true;
    }
    return false;
}

static ResolvedPath header_path(const Header *h, AstPathId path)
{
    const AstPath *node = &h->ast->paths[path.v];
    uint32_t count = node->segments.count;
    PathWord *words = arena_alloc_zeroed(job_scratch(h->job), count * sizeof *words);
    resolve_words(h->job, h->ast, path, h->item, h->place.crate, words);
    return resolve_path_or_primitive(h->job, &h->place, words, count, node->is_global,
                                     NAMESPACE_TYPE, NULL);
}

static Simplified simplify(const Header *h, AstTyId ty);

/* The type an alias stands for, from its own header. */
static Simplified simplify_alias(const Header *h, DefId alias)
{
    ItemId item = q_def_item(h->job, alias)->item;
    if (h->depth == ALIAS_DEPTH_MAX || item_id_is_none(item))
        return anything();
    Header inner = { .job = h->job,
                     .in = h->in,
                     .place = resolve_place(h->job, alias),
                     .item = item,
                     .depth = h->depth + 1 };
    const AstItem *node = resolve_header(h->job, item, &inner.ast);
    if (!node || node->kind != AST_ITEM_TYPE_ALIAS || node->as.type_alias.ty_or_none.v == 0)
        return anything();
    inner.generics = node->as.type_alias.generics;
    return simplify(&inner, node->as.type_alias.ty_or_none);
}

static Simplified simplify_path(const Header *h, AstPathId path)
{
    const AstPath *node = &h->ast->paths[path.v];
    if (node->qself_or_none.v || node->segments.count == 0)
        return anything();
    const AstSegment *first = &h->ast->segments[ast_list_at(h->ast, node->segments, 0)];
    if (is_parameter(h, first->name.name) || first->name.kind == TOKEN_KW_SELF_UPPER)
        return anything();
    ResolvedPath resolved = header_path(h, path);
    if (resolved.state != RESOLVED || resolved.resolved != node->segments.count)
        return anything();
    if (resolved.res.kind == RES_PRIMITIVE)
        return simplified(SIMPLIFIED_PRIMITIVE, resolved.res.primitive, def_id_none());
    if (resolved.res.kind != RES_DEF)
        return anything();
    DefKind kind = def_kind(h->in, resolved.res.def);
    if (kind == DEF_STRUCT || kind == DEF_ENUM || kind == DEF_UNION)
        return simplified(SIMPLIFIED_ADT, 0, resolved.res.def);
    return kind == DEF_TYPE_ALIAS ? simplify_alias(h, resolved.res.def) : anything();
}

static Simplified simplify(const Header *h, AstTyId id)
{
    const AstTy *ty = ast_ty(h->ast, id);
    switch ((AstTyKind)ty->kind) {
    case AST_TY_PATH:
        return simplify_path(h, ty->as.path.path);
    case AST_TY_PAREN:
        return simplify(h, ty->as.paren.inner);
    case AST_TY_REF:
        return simplified(SIMPLIFIED_REF, ty->as.ref.is_mut, def_id_none());
    case AST_TY_PTR:
        return simplified(SIMPLIFIED_PTR, ty->as.ptr.is_mut, def_id_none());
    case AST_TY_SLICE:
        return simplified(SIMPLIFIED_SLICE, 0, def_id_none());
    case AST_TY_ARRAY:
        return simplified(SIMPLIFIED_ARRAY, 0, def_id_none());
    case AST_TY_TUPLE:
        return simplified(SIMPLIFIED_TUPLE, (uint8_t)ty->as.tuple.elements.count, def_id_none());
    case AST_TY_FN_PTR:
        return simplified(SIMPLIFIED_FN, 0, def_id_none());
    case AST_TY_NEVER:
        return simplified(SIMPLIFIED_NEVER, 0, def_id_none());
    case AST_TY_NONE:
    case AST_TY_ERROR:
    case AST_TY_INFER:
    case AST_TY_TRAIT_OBJECT:
    case AST_TY_IMPL_TRAIT:
    case AST_TY_TYPEOF:
    case AST_TY_UNSAFE_BINDER:
    case AST_TY_PATTERN:
    case AST_TY_FIELD_OF:
    case AST_TY_MACRO_CALL:
        return anything();
    case AST_TY_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

static bool read_impl(Job *job, DefId impl, ImplEntry *entry)
{
    Interners *in = job_interners(job);
    ItemId item = q_def_item(job, impl)->item;
    const Ast *ast;
    const AstItem *node = resolve_header(job, item, &ast);
    if (!node || node->kind != AST_ITEM_IMPL)
        return false;
    Header h = { .job = job,
                 .in = in,
                 .place = resolve_place(job, impl),
                 .item = item,
                 .ast = ast,
                 .generics = node->as.impl.generics };
    *entry = (ImplEntry){ .impl = impl, .is_inherent = node->as.impl.trait_or_none.v == 0 };
    if (!entry->is_inherent) {
        ResolvedPath trait = header_path(&h, node->as.impl.trait_or_none);
        bool found = trait.state == RESOLVED && trait.res.kind == RES_DEF &&
                     def_kind(in, trait.res.def) == DEF_TRAIT;
        entry->trait_def = found ? trait.res.def : def_id_none();
    }
    Simplified self = simplify(&h, node->as.impl.self_ty);
    entry->kind = self.kind;
    entry->detail = self.detail;
    entry->def = self.def;
    return true;
}

void module_impls_provide(Job *job, DefId module, ImplIndex *out)
{
    Interners *in = job_interners(job);
    const ModuleDefs *defs = q_module_defs(job, module);
    DefWalk walk;
    def_walk_init(&walk, job, false, job_scratch(job));
    ImplEntryVec impls;
    impl_entry_vec_init(&impls, job_out(job));
    for (uint32_t i = 0; i < defs->count; i++)
        def_walk(&walk, &defs->defs[i]);
    for (uint32_t i = 0; i < walk.defs.count && !job_cancelled(job); i++) {
        ImplEntry entry;
        DefId def = walk.defs.items[i];
        if (def_kind(in, def) == DEF_IMPL && read_impl(job, def, &entry))
            impl_entry_vec_push(&impls, entry);
    }
    *out = (ImplIndex){ impls.items, impls.count };
}

void crate_impls_provide(Job *job, DefId crate, ImplIndex *out)
{
    const DefList *modules = q_crate_modules(job, crate);
    ImplEntryVec impls;
    impl_entry_vec_init(&impls, job_out(job));
    for (uint32_t i = 0; i < modules->count; i++) {
        const ImplIndex *here = q_module_impls(job, modules->items[i]);
        impl_entry_vec_append(&impls, here->impls, here->count);
    }
    *out = (ImplIndex){ impls.items, impls.count };
}

/* May an impl for `have` be one for `want`? */
static bool fits(const ImplEntry *have, uint8_t kind, uint8_t detail, DefId def)
{
    if (kind == SIMPLIFIED_ANY || have->kind == SIMPLIFIED_ANY)
        return true;
    return have->kind == kind && have->detail == detail && def_id_eq(have->def, def);
}

static void push_impl(DefList *list, DefId impl)
{
    list->items[list->count++] = impl;
}

void trait_impls_provide(Job *job, TraitImplsKey key, DefList *out)
{
    const ImplIndex *index = q_crate_impls(job, key.crate);
    out->items = arena_alloc_array(job_out(job), index->count, sizeof(DefId));
    for (uint32_t i = 0; i < index->count; i++) {
        const ImplEntry *impl = &index->impls[i];
        if (!impl->is_inherent && def_id_eq(impl->trait_def, key.trait_def) &&
            fits(impl, key.kind, key.detail, key.def))
            push_impl(out, impl->impl);
    }
}

void inherent_impls_provide(Job *job, InherentImplsKey key, DefList *out)
{
    const ImplIndex *index = q_crate_impls(job, key.crate);
    out->items = arena_alloc_array(job_out(job), index->count, sizeof(DefId));
    for (uint32_t i = 0; i < index->count; i++) {
        const ImplEntry *impl = &index->impls[i];
        if (impl->is_inherent && fits(impl, key.kind, key.detail, key.def))
            push_impl(out, impl->impl);
    }
}
