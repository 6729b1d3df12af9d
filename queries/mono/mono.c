/* Instances, and what a generic body means in one. */
#include "lower/lower.h"
#include "mono/mono_priv.h"

/* ---- interning ------------------------------------------------------------------------------- */

InstanceId instance_intern(Interners *in, InstanceRecord record)
{
    return instance_id_make(intern(in, INTERN_instance, &record, sizeof record));
}

InstanceRecord instance_record(const Interners *in, InstanceId instance)
{
    size_t bytes = 0;
    const InstanceRecord *record = intern_record(in, INTERN_instance, instance.v, &bytes);
    rsc_assert(bytes == sizeof *record);
    return *record;
}

InstanceId instance_of_const(Interners *in, ConstKey key)
{
    return instance_intern(in,
                           (InstanceRecord){ MONO_CONST, key.def.v, key.args.v, 0, key.promoted });
}

static void encode_instance(Encoder *e, const void *record, size_t bytes)
{
    const InstanceRecord *instance = record;
    rsc_assert(bytes == sizeof *instance);
    encode_u32(e, instance->kind);
    encode_interned(e, INTERN_def, instance->def);
    encode_interned(e, INTERN_args, instance->args);
    encode_interned(e, INTERN_ty, instance->ty);
    encode_u32(e, instance->promoted);
}

static uint32_t decode_instance(Decoder *d)
{
    InstanceRecord record = { .kind = decode_u32(d) };
    record.def = decode_interned(d, INTERN_def);
    record.args = decode_interned(d, INTERN_args);
    record.ty = decode_interned(d, INTERN_ty);
    record.promoted = decode_u32(d);
    if (record.kind == MONO_NONE || record.kind > MONO_ENTRY)
        decoder_fail(d);
    return d->failed ? 0 : instance_intern(d->interners, record).v;
}

const InternInfo intern_info_instance = { "instance", encode_instance, decode_instance };

void instance_text(const Interners *in, InstanceId instance, Text *out)
{
    static const char *const shims[] = {
        "", "", "", "", "drop ", "clone shim ", "reify shim ", "C entry for "
    };
    InstanceRecord record = instance_record(in, instance);
    text_add_c(out, shims[record.kind]);
    if (record.ty != 0)
        ty_text(in, ty_id_make(record.ty), out);
    if (record.def != 0)
        def_qualified_text(in, def_id_make(record.def), out);
    if (record.args != 0 && args_get(in, args_id_make(record.args)).count > 0) {
        text_add(out, STR("::<"));
        args_text(in, args_id_make(record.args), out);
        text_add_char(out, '>');
    }
    if (record.promoted != 0)
        text_addf(out, "::promoted#%u", record.promoted);
}

/* ---- facts about definitions ----------------------------------------------------------------- */

DefId mono_module_of(const Interners *in, DefId def)
{
    for (;;) {
        DefKind kind = def_kind(in, def);
        if (kind == DEF_MOD || kind == DEF_CRATE)
            return def;
        def = def_parent(in, def);
    }
}

DefId mono_lang_item(Job *job, DefId crate, const char *name)
{
    LangItemKey key = { crate, sym_intern_c(job_interners(job), name) };
    return q_lang_item(job, key)->def;
}

static bool has_attributes(DefKind kind)
{
    return kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_FOREIGN_FN || kind == DEF_STATIC ||
           kind == DEF_FOREIGN_STATIC;
}

void codegen_attrs_provide(Job *job, DefId key, CodegenAttrs *out)
{
    DefKind kind = def_kind(job_interners(job), key);
    if (!has_attributes(kind))
        return;
    const HirItem *item = q_hir_item(job, key);
    bool is_foreign = kind == DEF_FOREIGN_FN || kind == DEF_FOREIGN_STATIC;
    if (!sym_id_is_none(item->export_name))
        out->symbol = item->export_name;
    else if (is_foreign && !sym_id_is_none(item->link_name))
        out->symbol = item->link_name;
    else if (is_foreign || item->no_mangle)
        out->symbol = def_name(job_interners(job), key);
    out->is_root = !is_foreign && (item->no_mangle || !sym_id_is_none(item->export_name));
    out->intrinsic = item->rustc_intrinsic;
    out->lang_item = item->lang_item;
    out->track_caller = item->track_caller;
    out->is_inline = item->is_inline;
    out->is_cold = item->is_cold;
    out->is_mut = item->is_mut;
}

/* ---- what generic code means in an instance -------------------------------------------------- */

TyId mono_ty(Job *job, TyId ty, ArgsId outer)
{
    return ty_evaluated(job, normalize_substituted(job, typing_env_mono(), ty, outer));
}

static ArgsId mono_args(Job *job, ArgsId args, ArgsId outer)
{
    ArgsId substituted = args_substitute(job_interners(job), args, outer);
    return args_evaluated(job, normalize_args(job, typing_env_mono(), substituted));
}

MonoCallee mono_callee(Job *job, DefId def, ArgsId args, ArgsId outer)
{
    Interners *in = job_interners(job);
    ResolvedInstance resolved =
        instance_resolve(job, typing_env_mono(), def, mono_args(job, args, outer));
    MonoCallee callee = { .kind = resolved.kind, .def = resolved.def, .args = resolved.args };
    if (resolved.kind == INSTANCE_ITEM) {
        callee.instance = instance_of_fn(in, resolved.def, resolved.args);
    } else if (resolved.kind == INSTANCE_CLONE_SHIM) {
        TyId self_ty = arg_ty(args_get(in, resolved.args).items[0]);
        callee.instance = instance_intern(in, (InstanceRecord){ .kind = MONO_CLONE_SHIM,
                                                                .def = resolved.def.v,
                                                                .args = resolved.args.v,
                                                                .ty = self_ty.v });
    }
    return callee;
}

const MirBody *mono_body(Job *job, InstanceId instance)
{
    InstanceRecord record = instance_record(job_interners(job), instance);
    if (record.kind != MONO_FN)
        return NULL;
    return q_mir_optimized(job, def_id_make(record.def));
}

FnSig mono_fn_sig(Job *job, DefId def, ArgsId args, Arena *arena)
{
    FnSig sig = normalize_fn_sig(job, typing_env_mono(), q_fn_sig(job, def), args, arena);
    for (uint32_t i = 0; i < sig.input_count; i++)
        sig.inputs[i] = ty_evaluated(job, sig.inputs[i]);
    sig.output = ty_evaluated(job, sig.output);
    return sig;
}

/* Drop glue takes the address of the value; a clone shim a reference to it. */
static FnSig shim_sig(Interners *in, const InstanceRecord *record, Arena *arena)
{
    TyId ty = ty_id_make(record->ty);
    bool is_drop = record->kind == MONO_DROP_GLUE;
    FnSig sig = { .input_count = 1, .abi = ABI_RUST };
    sig.inputs = arena_alloc_array(arena, 1, sizeof(TyId));
    sig.inputs[0] = is_drop ? ty_ptr(in, ty, true) : ty_ref(in, region_erased(in), ty, false);
    sig.output = is_drop ? ty_unit(in) : ty;
    return sig;
}

FnAbi mono_fn_abi(Job *job, InstanceId instance, Arena *arena)
{
    Interners *in = job_interners(job);
    InstanceRecord record = instance_record(in, instance);
    rsc_assert(record.kind != MONO_STATIC && record.kind != MONO_CONST);
    bool is_shim = record.kind == MONO_DROP_GLUE || record.kind == MONO_CLONE_SHIM;
    DefId def = def_id_make(record.def);
    FnSig sig = is_shim ? shim_sig(in, &record, arena)
                        : mono_fn_sig(job, def, args_id_make(record.args), arena);
    FnAbi abi = fn_abi(job, &sig, NULL, 0, arena);
    abi.has_caller_location = record.kind == MONO_FN && q_codegen_attrs(job, def)->track_caller;
    return abi;
}

/* ---- constants ------------------------------------------------------------------------------- */

static MonoConst mono_const_error(void)
{
    return (MonoConst){ .is_error = true };
}

static MonoConst mono_const_value(Job *job, ConstKey key)
{
    MonoConst result = { .is_value = true, .key = key, .value = q_const_value(job, key) };
    if (result.value->state != CONST_VALUE_OK)
        return mono_const_error();
    return result;
}

static MonoConst mono_ty_const(Job *job, ConstId konst, ArgsId outer)
{
    Interners *in = job_interners(job);
    ConstRecord record = const_get(in, const_substitute(in, konst, outer));
    if (record.kind == CONST_VALUE)
        return (MonoConst){ .bits = uint128_make(record.low, record.high) };
    if (record.kind != CONST_UNEVALUATED)
        return mono_const_error();
    ArgsId args = mono_args(job, args_id_make(record.name_or_args), args_empty(in));
    return mono_const_value(job, (ConstKey){ def_id_make(record.index_or_def), args, 0 });
}

MonoConst mono_const(Job *job, const MirConst *constant, DefId owner, ArgsId outer)
{
    if (constant->kind == MIR_CONST_TY_CONST)
        return mono_ty_const(job, constant->konst, outer);
    if (constant->kind == MIR_CONST_PROMOTED)
        return mono_const_value(job, (ConstKey){ owner, outer, constant->promoted });
    rsc_assert(constant->kind == MIR_CONST_ITEM);
    ResolvedInstance resolved = instance_resolve(job, typing_env_mono(), constant->def,
                                                 mono_args(job, constant->args, outer));
    if (resolved.kind != INSTANCE_ITEM)
        return mono_const_error();
    return mono_const_value(job, (ConstKey){ resolved.def, resolved.args, 0 });
}

bool mono_const_needs_memory(Job *job, const ConstValue *value)
{
    const Layout *layout = q_layout_of(job, value->ty);
    if (layout_is_zero_sized(layout))
        return false;
    return layout->cls == LAYOUT_MEMORY || value->alloc_count > 1;
}
