/* Linker symbols: v0 mangling (RFC 2603, rustc book "v0 Symbol Format"), demangled by the stock
 * tools.
 *
 * A crate's disambiguator is a hash of its package's name and version, so that symbols do not
 * depend on where a package lies, and of the sort of target: a package's library and program may
 * have one name. */
#include <string.h>

#include "mono/mono_priv.h"
#include "project/project.h"

/* Levels of a type (TY_DEPTH_MAX), each of which may be a path in modules, impls and functions. */
enum { MANGLE_DEPTH_MAX = 4096 };

/* A path, type or constant that was written before, for back references. */
typedef struct {
    uint32_t kind; /* 'p' path of (def, args), 't' type, 'k' constant */
    uint32_t id, args;
} Seen;

typedef struct {
    Job *job;
    Interners *in;
    Text out; /* behind "_R" */
    Map seen; /* Seen -> position + 1 */
    uint32_t depth;
} Mangle;

static void mangle_ty(Mangle *m, TyId ty);
static void mangle_path(Mangle *m, DefId def, ArgsId args);

/* ---- numbers and names ----------------------------------------------------------------------- */

static void add_base62(Mangle *m, uint64_t value)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (value > 0) {
        char text[11];
        uint32_t at = sizeof text;
        uint64_t rest = value - 1;
        do {
            text[--at] = digits[rest % 62];
            rest /= 62;
        } while (rest > 0);
        text_add(&m->out, (Str){ text + at, sizeof text - at });
    }
    text_add_char(&m->out, '_');
}

static void add_disambiguator(Mangle *m, uint64_t value)
{
    if (value == 0)
        return;
    text_add_char(&m->out, 's');
    add_base62(m, value - 1);
}

/* ---- Punycode (RFC 3492) for names beyond ASCII ---------------------------------------------- */

enum { PUNY_BASE = 36, PUNY_TMIN = 1, PUNY_TMAX = 26, PUNY_SKEW = 38, PUNY_DAMP = 700 };

static uint32_t puny_adapt(uint32_t delta, uint32_t points, bool first)
{
    delta = first ? delta / PUNY_DAMP : delta / 2;
    delta += delta / points;
    uint32_t k = 0;
    for (; delta > ((PUNY_BASE - PUNY_TMIN) * PUNY_TMAX) / 2; k += PUNY_BASE)
        delta /= PUNY_BASE - PUNY_TMIN;
    return k + (PUNY_BASE - PUNY_TMIN + 1) * delta / (delta + PUNY_SKEW);
}

static char puny_digit(uint32_t value)
{
    return (char)(value < 26 ? 'a' + value : '0' + (value - 26));
}

static void puny_number(Text *out, uint32_t delta, uint32_t bias)
{
    for (uint32_t k = PUNY_BASE;; k += PUNY_BASE) {
        uint32_t t = k <= bias ? PUNY_TMIN : k >= bias + PUNY_TMAX ? PUNY_TMAX : k - bias;
        if (delta < t)
            break;
        text_add_char(out, puny_digit(t + (delta - t) % (PUNY_BASE - t)));
        delta = (delta - t) / (PUNY_BASE - t);
    }
    text_add_char(out, puny_digit(delta));
}

static uint32_t smallest_from(const uint32_t *points, uint32_t count, uint32_t floor)
{
    uint32_t best = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        if (points[i] >= floor && points[i] < best)
            best = points[i];
    }
    return best;
}

static void puny_encode(Text *out, const uint32_t *points, uint32_t count)
{
    uint32_t handled = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (points[i] < 128) {
            text_add_char(out, (char)points[i]);
            handled++;
        }
    }
    uint32_t basic = handled, next = 128, delta = 0, bias = 72;
    if (basic > 0)
        text_add_char(out, '_'); /* v0's separator, where Punycode has a hyphen */
    while (handled < count) {
        uint32_t least = smallest_from(points, count, next);
        delta += (least - next) * (handled + 1);
        next = least;
        for (uint32_t i = 0; i < count; i++) {
            if (points[i] < next)
                delta++;
            if (points[i] != next)
                continue;
            puny_number(out, delta, bias);
            bias = puny_adapt(delta, handled + 1, handled == basic);
            delta = 0;
            handled++;
        }
        delta++;
        next++;
    }
}

static void add_identifier(Mangle *m, Str name)
{
    Arena *arena = job_scratch(m->job);
    uint32_t *points = arena_alloc_array(arena, name.bytes, sizeof *points);
    uint32_t count = 0;
    bool is_ascii = true;
    for (size_t at = 0; at < name.bytes; count++) {
        uint32_t step = utf8_decode(name.data + at, name.bytes - at, &points[count]);
        rsc_assert(step > 0);
        is_ascii = is_ascii && points[count] < 128;
        at += step;
    }
    Text puny;
    text_init(&puny, arena);
    if (!is_ascii) {
        puny_encode(&puny, points, count);
        text_add_char(&m->out, 'u');
        name = text_str(&puny);
    }
    text_addf(&m->out, "%zu", name.bytes);
    bool looks_like_number =
        name.bytes > 0 && ((name.data[0] >= '0' && name.data[0] <= '9') || name.data[0] == '_');
    if (looks_like_number)
        text_add_char(&m->out, '_');
    text_add(&m->out, name);
}

/* ---- back references ------------------------------------------------------------------------- */

/* True if the thing was written before: a reference to it has been written instead. */
static bool add_back_reference(Mangle *m, Seen seen)
{
    bool existed = false;
    uint32_t *position = map_put(&m->seen, &seen, &existed);
    if (existed) {
        text_add_char(&m->out, 'B');
        add_base62(m, *position - 1);
        return true;
    }
    *position = (uint32_t)m->out.bytes + 1;
    return false;
}

/* ---- types ----------------------------------------------------------------------------------- */

static char primitive_code(const Ty *ty)
{
    static const char ints[] = "aslxni", uints[] = "htmyoj";
    if (ty->kind == TY_BOOL)
        return 'b';
    if (ty->kind == TY_CHAR)
        return 'c';
    if (ty->kind == TY_STR)
        return 'e';
    if (ty->kind == TY_NEVER)
        return 'z';
    if (ty->kind == TY_INT)
        return ints[ty->as.int_.width];
    if (ty->kind == TY_UINT)
        return uints[ty->as.uint.width];
    if (ty->kind == TY_FLOAT && ty->as.float_.width == FLOAT_32)
        return 'f';
    if (ty->kind == TY_FLOAT && ty->as.float_.width == FLOAT_64)
        return 'd';
    return 0;
}

static void mangle_const(Mangle *m, ConstId konst)
{
    ConstRecord record = const_get(m->in, konst);
    if (record.kind != CONST_VALUE) {
        text_add_char(&m->out, 'p');
        return;
    }
    if (add_back_reference(m, (Seen){ 'k', konst.v, 0 }))
        return;
    TyId ty = ty_id_make(record.ty);
    mangle_ty(m, ty);
    Uint128 bits = uint128_make(record.low, record.high);
    if (ty_kind(m->in, ty) == TY_INT) {
        Int128 value = uint128_sign_extend(bits, mir_scalar_bits(m->in, ty));
        if (value < 0)
            text_add_char(&m->out, 'n');
        bits = value < 0 ? -(Uint128)value : (Uint128)value;
    }
    if (uint128_high(bits))
        text_addf(&m->out, "%llx%016llx_", (unsigned long long)uint128_high(bits),
                  (unsigned long long)uint128_low(bits));
    else
        text_addf(&m->out, "%llx_", (unsigned long long)uint128_low(bits));
}

static void mangle_abi(Mangle *m, Abi abi)
{
#define X(U, name) name,
    static const char *const names[] = { ABI_TABLE(X) };
#undef X
    text_add_char(&m->out, 'K');
    if (abi == ABI_C) {
        text_add_char(&m->out, 'C');
        return;
    }
    char name[32];
    size_t bytes = strlen(names[abi]);
    rsc_assert(bytes < sizeof name);
    for (size_t i = 0; i < bytes; i++)
        name[i] = names[abi][i] == '-' ? '_' : names[abi][i];
    add_identifier(m, (Str){ name, bytes });
}

static void mangle_fn_ptr(Mangle *m, const Ty_fn_ptr *fn)
{
    text_add_char(&m->out, 'F');
    if (fn->is_unsafe)
        text_add_char(&m->out, 'U');
    if (fn->abi != ABI_RUST)
        mangle_abi(m, (Abi)fn->abi);
    ArgSlice parts = args_get(m->in, fn->inputs_and_output);
    for (uint32_t i = 0; i + 1 < parts.count; i++)
        mangle_ty(m, arg_ty(parts.items[i]));
    if (fn->is_variadic)
        text_add_char(&m->out, 'v');
    text_add_char(&m->out, 'E');
    mangle_ty(m, arg_ty(parts.items[parts.count - 1]));
}

static void mangle_tuple(Mangle *m, ArgsId elements)
{
    ArgSlice args = args_get(m->in, elements);
    text_add_char(&m->out, 'T');
    for (uint32_t i = 0; i < args.count; i++)
        mangle_ty(m, arg_ty(args.items[i]));
    text_add_char(&m->out, 'E');
}

static void mangle_compound(Mangle *m, const Ty *ty)
{
    if (ty->kind == TY_REF) {
        text_add_char(&m->out, ty->as.ref.is_mut ? 'Q' : 'R');
        mangle_ty(m, ty->as.ref.pointee);
    } else if (ty->kind == TY_PTR) {
        text_add_char(&m->out, ty->as.ptr.is_mut ? 'O' : 'P');
        mangle_ty(m, ty->as.ptr.pointee);
    } else if (ty->kind == TY_SLICE) {
        text_add_char(&m->out, 'S');
        mangle_ty(m, ty->as.slice.element);
    } else if (ty->kind == TY_ARRAY) {
        text_add_char(&m->out, 'A');
        mangle_ty(m, ty->as.array.element);
        mangle_const(m, ty->as.array.length);
    } else if (ty->kind == TY_TUPLE) {
        mangle_tuple(m, ty->as.tuple.elements);
    } else if (ty->kind == TY_FN_PTR) {
        mangle_fn_ptr(m, &ty->as.fn_ptr);
    } else {
        text_add_char(&m->out, 'p');
    }
}

static void mangle_ty(Mangle *m, TyId id)
{
    const Ty *ty = ty_get(m->in, id);
    char code = primitive_code(ty);
    if (ty_is_unit(m->in, id))
        code = 'u';
    if (code) {
        text_add_char(&m->out, code);
        return;
    }
    rsc_assert(m->depth < MANGLE_DEPTH_MAX);
    m->depth++;
    if (ty->kind == TY_ADT)
        mangle_path(m, ty->as.adt.def, ty->as.adt.args);
    else if (ty->kind == TY_FN_DEF)
        mangle_path(m, ty->as.fn_def.def, ty->as.fn_def.args);
    else if (ty->kind == TY_FOREIGN)
        mangle_path(m, ty->as.foreign.def, args_empty(m->in));
    else if (!add_back_reference(m, (Seen){ 't', id.v, 0 }))
        mangle_compound(m, ty);
    m->depth--;
}

/* ---- paths ----------------------------------------------------------------------------------- */

static char path_namespace(DefKind kind)
{
    switch (kind) {
    case DEF_FN:
    case DEF_ASSOC_FN:
    case DEF_CONST:
    case DEF_STATIC:
    case DEF_ASSOC_CONST:
    case DEF_FOREIGN_FN:
    case DEF_FOREIGN_STATIC:
    case DEF_CONST_PARAM:
        return 'v';
    case DEF_CLOSURE:
        return 'C';
    case DEF_CTOR:
        return 'c';
    case DEF_ANON_CONST:
        return 'k';
    case DEF_FOREIGN_MOD:
        return 'F';
    case DEF_NONE:
    case DEF_CRATE:
    case DEF_MOD:
    case DEF_STRUCT:
    case DEF_ENUM:
    case DEF_UNION:
    case DEF_VARIANT:
    case DEF_FIELD:
    case DEF_TRAIT:
    case DEF_TYPE_ALIAS:
    case DEF_IMPL:
    case DEF_ASSOC_TYPE:
    case DEF_TYPE_PARAM:
    case DEF_LIFETIME_PARAM:
    case DEF_USE:
    case DEF_EXTERN_CRATE:
    case DEF_MACRO:
    case DEF_MACRO_CALL:
    case DEF_GLOBAL_ASM:
    case DEF_KIND_COUNT:
    case ITEM_ROOT_FILE:
    case ITEM_ROOT_CALL:
        return 't';
    }
    RSC_UNREACHABLE();
}

static void mangle_crate(Mangle *m, DefId crate)
{
    const CrateInfo *info = q_crate_info(m->job, crate);
    Str package = sym_text(m->in, info->package_name);
    Str version = sym_text(m->in, info->package_version);
    Fp fp = fp_combine(fp_of_bytes(package.data, package.bytes, 1),
                       fp_of_bytes(version.data, version.bytes, 2));
    if (info->kind != TARGET_LIB)
        fp = fp_combine(fp, (Fp){ info->kind, 0 });
    text_add_char(&m->out, 'C');
    add_disambiguator(m, fp.lo >> 24 | 1); /* 40 bits */
    add_identifier(m, sym_text(m->in, info->name));
}

static uint32_t own_arg_start(Mangle *m, DefId def, uint32_t arg_count)
{
    uint32_t start = q_generics_of(m->job, def)->parent_count;
    return start < arg_count ? start : arg_count;
}

/* Regions are erased, and erased regions are not written. */
static bool has_args(ArgSlice args, uint32_t from)
{
    for (uint32_t i = from; i < args.count; i++) {
        if (arg_kind(args.items[i]) != ARG_REGION)
            return true;
    }
    return false;
}

static void mangle_args(Mangle *m, ArgSlice args, uint32_t from)
{
    for (uint32_t i = from; i < args.count; i++) {
        ArgKind kind = arg_kind(args.items[i]);
        if (kind == ARG_TY)
            mangle_ty(m, arg_ty(args.items[i]));
        if (kind == ARG_CONST) {
            text_add_char(&m->out, 'K');
            mangle_const(m, arg_const(args.items[i]));
        }
    }
    text_add_char(&m->out, 'E');
}

static void mangle_impl(Mangle *m, DefId impl, ArgsId args)
{
    const ImplHeader *header = q_impl_header(m->job, impl);
    PathRecord record = def_record(m->in, impl);
    text_add_char(&m->out, header->is_trait_impl ? 'X' : 'M');
    add_disambiguator(m, record.disambiguator);
    mangle_path(m, def_parent(m->in, impl), args_empty(m->in));
    TypingEnv env = typing_env_mono();
    mangle_ty(m, normalize_substituted(m->job, env, header->self_ty, args));
    if (!header->is_trait_impl)
        return;
    ArgsId trait_args = args_substitute(m->in, header->trait_ref.args, args);
    mangle_path(m, header->trait_ref.trait_def, normalize_args(m->job, env, trait_args));
}

/* A trait as the parent of its item for a self type: <T as Trait>. */
static void mangle_trait_with_self(Mangle *m, DefId trait_def, ArgsId args)
{
    ArgSlice all = args_get(m->in, args);
    text_add_char(&m->out, 'Y');
    mangle_ty(m, arg_ty(all.items[0]));
    mangle_path(m, trait_def, args);
}

static void mangle_parent(Mangle *m, DefId parent, ArgsId args)
{
    DefKind kind = def_kind(m->in, parent);
    if (kind == DEF_IMPL)
        mangle_impl(m, parent, args);
    else if (kind == DEF_TRAIT && args_get(m->in, args).count > 0)
        mangle_trait_with_self(m, parent, args);
    else
        mangle_path(m, parent, args_empty(m->in));
}

static bool takes_parent_args(DefKind parent)
{
    return parent == DEF_IMPL || parent == DEF_TRAIT;
}

static void mangle_step(Mangle *m, DefId def, ArgsId args)
{
    PathRecord record = def_record(m->in, def);
    text_add_char(&m->out, 'N');
    text_add_char(&m->out, path_namespace((DefKind)record.kind));
    mangle_parent(m, def_parent(m->in, def), args);
    add_disambiguator(m, record.disambiguator);
    add_identifier(m, sym_text(m->in, sym_id_make(record.name)));
}

/* Own arguments of the definition: those of the impl or trait around it stand in its self type. */
static uint32_t path_args_start(Mangle *m, DefId def, ArgSlice args)
{
    DefKind kind = def_kind(m->in, def);
    if (kind == DEF_TRAIT)
        return args.count > 0 ? 1 : 0; /* Self was written before */
    if (kind == DEF_CTOR || kind == DEF_VARIANT)
        return 0;
    if (takes_parent_args(def_kind(m->in, def_parent(m->in, def))))
        return own_arg_start(m, def, args.count);
    return 0;
}

static void mangle_path(Mangle *m, DefId def, ArgsId args)
{
    if (add_back_reference(m, (Seen){ 'p', def.v, args.v }))
        return;
    if (def_kind(m->in, def) == DEF_CRATE) {
        mangle_crate(m, def);
        return;
    }
    rsc_assert(m->depth < MANGLE_DEPTH_MAX);
    m->depth++;
    ArgSlice list = args_get(m->in, args);
    uint32_t start = path_args_start(m, def, list);
    bool generic = has_args(list, start);
    if (generic)
        text_add_char(&m->out, 'I');
    if (def_kind(m->in, def) == DEF_IMPL)
        mangle_impl(m, def, args);
    else
        mangle_step(m, def, args);
    if (generic)
        mangle_args(m, list, start);
    m->depth--;
}

/* ---- instances ------------------------------------------------------------------------------- */

static void mangle_instance(Mangle *m, const InstanceRecord *record)
{
    DefId def = def_id_make(record->def);
    ArgsId args = record->args ? args_id_make(record->args) : args_empty(m->in);
    if (record->kind == MONO_REIFY_SHIM)
        text_add(&m->out, STR("NS"));
    mangle_path(m, def, args);
    if (record->kind == MONO_REIFY_SHIM)
        add_identifier(m, STR("reify"));
}

static SymId symbol_of_data(Job *job, InstanceId instance)
{
    Interners *in = job_interners(job);
    FpHex hex = fp_hex(intern_fingerprint(in, INTERN_instance, instance.v));
    return sym_intern_c(in, arena_printf(job_scratch(job), "__rscc_const.%s", hex.text));
}

SymId mono_mangle(Job *job, InstanceId instance)
{
    Interners *in = job_interners(job);
    InstanceRecord record = instance_record(in, instance);
    if (record.kind == MONO_CONST)
        return symbol_of_data(job, instance);
    if (record.kind == MONO_ENTRY)
        return sym_intern_c(in, "main");
    Mangle m = { .job = job, .in = in };
    text_init(&m.out, job_scratch(job));
    map_init(&m.seen, job_scratch(job), sizeof(Seen));
    mangle_instance(&m, &record);
    Text symbol;
    text_init(&symbol, job_scratch(job));
    text_add(&symbol, STR("_R"));
    text_add(&symbol, text_str(&m.out));
    return sym_intern(in, text_str(&symbol));
}

void symbol_name_provide(Job *job, InstanceId key, SymbolName *out)
{
    InstanceRecord record = instance_record(job_interners(job), key);
    bool may_be_fixed = record.kind == MONO_FN || record.kind == MONO_STATIC;
    if (may_be_fixed)
        out->symbol = q_codegen_attrs(job, def_id_make(record.def))->symbol;
    if (sym_id_is_none(out->symbol))
        out->symbol = mono_mangle(job, key);
}
