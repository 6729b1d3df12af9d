/* Does an impl give what its trait asks, and nothing else: E0046, E0050, E0053, E0185, E0186,
 * E0407, E0437, E0438, E0201, E0204; is it `unsafe` as its trait is: E0199, E0200. */
#include "check/check_priv.h"
#include "expand/expand.h"
#include "resolve/resolve_path.h"

static DiagSpan at(DefId def)
{
    return diag_at((Span){ def, 0 });
}

static const char *name_of(Job *job, SymId name)
{
    return sym_text(job_interners(job), name).data;
}

static const AssocItem *find_item(const AssocItems *items, SymId name, uint8_t kind)
{
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->items[i].kind == kind && sym_id_eq(items->items[i].name, name))
            return &items->items[i];
    }
    return NULL;
}

static const char *trait_name(Job *job, DefId trait_def)
{
    return name_of(job, def_name(job_interners(job), trait_def));
}

/* ---- items the trait does not have ---- */

static void report_not_member(Job *job, const AssocItem *item, DefId trait_def)
{
    DiagCode code = item->kind == DEF_ASSOC_FN     ? DIAG_CODE_method_not_in_trait
                    : item->kind == DEF_ASSOC_TYPE ? DIAG_CODE_type_not_in_trait
                                                   : DIAG_CODE_const_not_in_trait;
    Diag *diag = diag_new(job, code, resolve_def_span(job, item->def));
    diag_argf(diag, "%s", name_of(job, item->name));
    diag_argf(diag, "%s", trait_name(job, trait_def));
    diag_primary_label(diag, "not a member of trait `%s`", trait_name(job, trait_def));
    diag_emit(job, diag);
}

/* ---- items given twice ---- */

static bool check_once(Job *job, const AssocItems *given, const AssocItem *item,
                       const AssocItem *asked)
{
    const AssocItem *first = find_item(given, item->name, item->kind);
    if (first == item)
        return true;
    Diag *diag = diag_new(job, DIAG_CODE_impl_item_twice, resolve_def_span(job, item->def));
    diag_argf(diag, "%s", name_of(job, item->name));
    diag_primary_label(diag, "duplicate definition");
    diag_label(diag, resolve_def_span(job, first->def), "previous definition here");
    diag_label(diag, resolve_def_span(job, asked->def), "item in trait");
    diag_emit(job, diag);
    return false;
}

/* ---- items the impl does not have ---- */

static bool check_missing(Job *job, DefId impl, const AssocItems *given, const AssocItems *wanted)
{
    Text names;
    text_init(&names, job_scratch(job));
    Diag *diag = NULL;
    for (uint32_t i = 0; i < wanted->count; i++) {
        const AssocItem *item = &wanted->items[i];
        if (item->has_default || find_item(given, item->name, item->kind))
            continue;
        text_addf(&names, "%s`%s`", names.bytes ? ", " : "", name_of(job, item->name));
    }
    if (names.bytes == 0)
        return true;
    diag = diag_new(job, DIAG_CODE_missing_trait_items, resolve_def_span(job, impl));
    diag_arg(diag, text_str(&names));
    diag_primary_label(diag, "missing %s in implementation", names.data);
    for (uint32_t i = 0; i < wanted->count; i++) {
        const AssocItem *item = &wanted->items[i];
        if (!item->has_default && !find_item(given, item->name, item->kind))
            diag_label(diag, at(item->def), "`%s` from trait", name_of(job, item->name));
    }
    diag_emit(job, diag);
    return false;
}

/* ---- signatures ---- */

static bool check_self(Job *job, const AssocItem *given, const AssocItem *wanted)
{
    if (given->has_self == wanted->has_self)
        return true;
    Diag *diag =
        diag_new(job, given->has_self ? DIAG_CODE_self_not_in_trait : DIAG_CODE_self_not_in_impl,
                 at(given->def));
    diag_argf(diag, "%s", name_of(job, given->name));
    diag_primary_label(diag, given->has_self ? "`self` used in impl" : "expected `self` in impl");
    diag_label(diag, at(wanted->def),
               given->has_self ? "trait method declared without `self`" : "`self` used in trait");
    diag_emit(job, diag);
    return false;
}

static bool check_count(Job *job, DefId trait_def, const AssocItem *given, const AssocItem *wanted,
                        uint32_t given_count, uint32_t wanted_count)
{
    if (given_count == wanted_count)
        return true;
    Diag *diag = diag_new(job, DIAG_CODE_method_parameter_count, at(given->def));
    diag_argf(diag, "%s", name_of(job, given->name));
    diag_argf(diag, "%u parameter%s", given_count, given_count == 1 ? "" : "s");
    diag_argf(diag, "%s::%s", trait_name(job, trait_def), name_of(job, wanted->name));
    diag_argf(diag, "%u", wanted_count);
    diag_primary_label(diag, "expected %u parameter%s, found %u", wanted_count,
                       wanted_count == 1 ? "" : "s", given_count);
    diag_label(diag, at(wanted->def), "trait requires %u parameter%s", wanted_count,
               wanted_count == 1 ? "" : "s");
    diag_emit(job, diag);
    return false;
}

/* The trait's arguments in this impl, followed by the method's own parameters as parameters of the
 * impl's method. */
static ArgsId trait_method_args(Job *job, const ImplHeader *header, DefId given, DefId wanted)
{
    Interners *in = job_interners(job);
    ArgSlice trait_args = args_get(in, header->trait_ref.args);
    const Generics *own = q_generics_of(job, given), *asked = q_generics_of(job, wanted);
    uint32_t count = trait_args.count + asked->param_count;
    GenericArg *args = arena_alloc_array(job_scratch(job), count, sizeof *args);
    for (uint32_t i = 0; i < trait_args.count; i++)
        args[i] = trait_args.items[i];
    for (uint32_t i = 0; i < asked->param_count; i++) {
        const GenericParam *param = i < own->param_count ? &own->params[i] : &asked->params[i];
        GenericArg arg = arg_of_region(region_erased(in));
        if (param->kind == GENERIC_TYPE) {
            Ty ty = { .kind = TY_PARAM };
            ty.as.param.index = param->index;
            ty.as.param.name = param->name;
            arg = arg_of_ty(ty_intern(in, &ty));
        } else if (param->kind == GENERIC_CONST) {
            arg = arg_of_const(const_intern(in, (ConstRecord){ .kind = CONST_PARAM,
                                                               .ty = param->const_ty.v,
                                                               .index_or_def = param->index,
                                                               .name_or_args = param->name.v }));
        }
        args[trait_args.count + i] = arg;
    }
    return args_intern(in, args, count);
}

static void report_type(Job *job, const AssocItem *given, const AssocItem *wanted, TyId found,
                        TyId expected)
{
    Diag *diag = diag_new(job, DIAG_CODE_method_incompatible, at(given->def));
    diag_argf(diag, "%s", name_of(job, given->name));
    Str expected_text = ty_text_in(job_interners(job), expected, job_scratch(job));
    Str found_text = ty_text_in(job_interners(job), found, job_scratch(job));
    diag_primary_label(diag, "expected `%.*s`, found `%.*s`", (int)expected_text.bytes,
                       expected_text.data, (int)found_text.bytes, found_text.data);
    diag_span_note(diag, at(wanted->def), "type in trait");
    diag_emit(job, diag);
}

static uint32_t type_param_count(Job *job, DefId item)
{
    const Generics *generics = q_generics_of(job, item);
    uint32_t count = 0;
    for (uint32_t i = 0; i < generics->param_count; i++)
        count += generics->params[i].kind == GENERIC_TYPE;
    return count;
}

static bool check_type_params(Job *job, const AssocItem *given, const AssocItem *wanted)
{
    uint32_t found = type_param_count(job, given->def), asked = type_param_count(job, wanted->def);
    if (found == asked)
        return true;
    Diag *diag = diag_new(job, DIAG_CODE_method_type_param_count, at(given->def));
    diag_argf(diag, "%s", name_of(job, given->name));
    diag_argf(diag, "%u type parameter%s", found, found == 1 ? "" : "s");
    diag_argf(diag, "%u type parameter%s", asked, asked == 1 ? "" : "s");
    diag_primary_label(diag, "found %u type parameter%s", found, found == 1 ? "" : "s");
    diag_label(diag, at(wanted->def), "expected %u type parameter%s", asked, asked == 1 ? "" : "s");
    diag_emit(job, diag);
    return false;
}

static bool check_const(Job *job, DefId impl, const AssocItem *given, const AssocItem *wanted)
{
    TypingEnv env = { given->def, def_crate(job_interners(job), impl), TYPING_CHECK };
    TyId asked = normalize_substituted(job, env, q_type_of(job, wanted->def)->ty,
                                       q_impl_header(job, impl)->trait_ref.args);
    TyId found = normalize_ty(job, env, q_type_of(job, given->def)->ty);
    if (ty_id_eq(asked, found) || ty_get(job_interners(job), asked)->has_error ||
        ty_get(job_interners(job), found)->has_error)
        return true;
    Str asked_text = ty_text_in(job_interners(job), asked, job_scratch(job));
    Str found_text = ty_text_in(job_interners(job), found, job_scratch(job));
    Diag *diag = diag_new(job, DIAG_CODE_const_incompatible, at(given->def));
    diag_argf(diag, "%s", name_of(job, given->name));
    diag_primary_label(diag, "expected `%.*s`, found `%.*s`", (int)asked_text.bytes,
                       asked_text.data, (int)found_text.bytes, found_text.data);
    diag_span_note(diag, at(wanted->def), "type in trait");
    diag_emit(job, diag);
    return false;
}

static bool check_signature(Job *job, DefId impl, const AssocItem *given, const AssocItem *wanted)
{
    const ImplHeader *header = q_impl_header(job, impl);
    Arena *arena = job_scratch(job);
    TypingEnv env = { given->def, def_crate(job_interners(job), impl), TYPING_CHECK };
    const FnSig *own = q_fn_sig(job, given->def), *asked = q_fn_sig(job, wanted->def);
    if (own->is_unread || asked->is_unread)
        return false;
    if (!check_self(job, given, wanted) || !check_type_params(job, given, wanted) ||
        !check_count(job, header->trait_ref.trait_def, given, wanted, own->input_count,
                     asked->input_count))
        return false;
    if (q_generics_of(job, given->def)->param_count != q_generics_of(job, wanted->def)->param_count)
        return true; /* another number of early-bound lifetimes is no error; of types, the body's
                        check reports */
    FnSig asked_here = normalize_fn_sig(
        job, env, asked, trait_method_args(job, header, given->def, wanted->def), arena);
    FnSig own_here = normalize_fn_sig(job, env, own, args_identity(job, given->def), arena);
    for (uint32_t i = 0; i <= own->input_count; i++) {
        TyId found = i < own->input_count ? own_here.inputs[i] : own_here.output;
        TyId expected = i < own->input_count ? asked_here.inputs[i] : asked_here.output;
        const Ty *f = ty_get(job_interners(job), found), *e = ty_get(job_interners(job), expected);
        if (f->has_error || e->has_error || ty_id_eq(found, expected))
            continue;
        report_type(job, given, wanted, found, expected);
        return false;
    }
    return true;
}

/* ---- Copy ---- */

static bool check_copy_impl(Job *job, DefId impl, const ImplHeader *header)
{
    Interners *in = job_interners(job);
    LangItemKey key = { def_crate(in, impl), sym_intern(in, STR("copy")) };
    if (!def_id_eq(q_lang_item(job, key)->def, header->trait_ref.trait_def) || header->is_negative)
        return true;
    const Ty *self = ty_get(in, header->self_ty);
    if (self->kind != TY_ADT)
        return true;
    TypingEnv env = { impl, def_crate(in, impl), TYPING_CHECK };
    const AdtDef *adt = q_adt_def(job, self->as.adt.def);
    for (uint32_t v = 0; v < adt->variant_count; v++) {
        for (uint32_t f = 0; f < adt->variants[v].field_count; f++) {
            TyId ty =
                normalize_substituted(job, env, adt->variants[v].fields[f].ty, self->as.adt.args);
            if (ty_get(in, ty)->has_error || ty_is_copy(job, env, ty))
                continue;
            Diag *diag = diag_new(job, DIAG_CODE_copy_not_allowed, at(impl));
            diag_label(diag, at(adt->variants[v].fields[f].def),
                       "this field does not implement `Copy`");
            diag_emit(job, diag);
            return false;
        }
    }
    return true;
}

/* ---- unsafe ---- */

static Str trait_text(Job *job, TraitRef trait_ref)
{
    Text text;
    text_init(&text, job_scratch(job));
    text_add_c(&text, trait_name(job, trait_ref.trait_def));
    ArgSlice args = args_get(job_interners(job), trait_ref.args);
    if (args.count > 1)
        args_text(job_interners(job),
                  args_intern(job_interners(job), args.items + 1, args.count - 1), &text);
    return text_str(&text);
}

/* `unsafe impl<#[may_dangle] T> Drop`: the impl promises something, not the trait. Only where an
 * `unsafe` is not the trait's. */
static bool has_may_dangle(Job *job, DefId impl)
{
    const Ast *ast = q_header_ast(job, q_def_item(job, impl)->item);
    for (uint32_t i = 1; i < ast->generic_param_count; i++) {
        if (expand_attr_find(job_interners(job), ast, ast->generic_params[i].attrs, "may_dangle"))
            return true;
    }
    return false;
}

/* A negative impl promises nothing, so there is nothing that could be unsafe. */
static bool check_negative_safety(Job *job, DefId impl)
{
    if (!q_item_facts(job, impl)->is_unsafe)
        return true;
    diag_emit(job, diag_new(job, DIAG_CODE_unsafe_negative_impl, resolve_def_span(job, impl)));
    return false;
}

static bool check_safety(Job *job, DefId impl, const ImplHeader *header)
{
    if (header->is_negative)
        return check_negative_safety(job, impl);
    bool is_unsafe = q_item_facts(job, impl)->is_unsafe;
    bool asks_unsafe = q_item_facts(job, header->trait_ref.trait_def)->is_unsafe;
    if (is_unsafe == asks_unsafe || (is_unsafe && has_may_dangle(job, impl)))
        return true;
    Str text = trait_text(job, header->trait_ref);
    DiagCode code = asks_unsafe ? DIAG_CODE_impl_not_unsafe : DIAG_CODE_impl_of_safe_trait;
    Diag *diag = diag_arg(diag_new(job, code, resolve_def_span(job, impl)), text);
    if (asks_unsafe)
        diag_note(diag,
                  "the trait `%.*s` enforces invariants that the compiler can't check. Review the "
                  "trait documentation and make sure this implementation upholds those invariants "
                  "before adding the `unsafe` keyword",
                  (int)text.bytes, text.data);
    diag_emit(job, diag);
    return false;
}

bool check_impl(Job *job, DefId impl)
{
    const ImplHeader *header = q_impl_header(job, impl);
    if (!header->is_trait_impl || def_id_is_none(header->trait_ref.trait_def))
        return true;
    const AssocItems *given = q_assoc_items(job, impl);
    const AssocItems *wanted = q_assoc_items(job, header->trait_ref.trait_def);
    bool ok = check_safety(job, impl, header);
    ok &= header->is_negative || check_missing(job, impl, given, wanted);
    for (uint32_t i = 0; i < given->count; i++) {
        const AssocItem *item = &given->items[i];
        const AssocItem *asked = find_item(wanted, item->name, item->kind);
        if (!asked) {
            report_not_member(job, item, header->trait_ref.trait_def);
            ok = false;
        } else if (!check_once(job, given, item, asked)) {
            ok = false;
        } else if (item->kind == DEF_ASSOC_FN) {
            ok &= check_signature(job, impl, item, asked);
        } else if (item->kind == DEF_ASSOC_CONST) {
            ok &= check_const(job, impl, item, asked);
        }
    }
    return check_copy_impl(job, impl, header) && ok;
}
