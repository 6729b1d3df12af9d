/* A module: declarations by symbol, global data, passes, object code. */
#include <llvm-c/Analysis.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <string.h>

#include "codegen/codegen_priv.h"

/* ---- life ------------------------------------------------------------------------------------ */

static void open_types(CgModule *m)
{
    LLVMContextRef c = m->context;
    m->types = (CgTypes){
        .void_ = LLVMVoidTypeInContext(c),
        .i1 = LLVMInt1TypeInContext(c),
        .i8 = LLVMInt8TypeInContext(c),
        .i16 = LLVMInt16TypeInContext(c),
        .i32 = LLVMInt32TypeInContext(c),
        .i64 = LLVMInt64TypeInContext(c),
        .i128 = LLVMInt128TypeInContext(c),
        .f32 = LLVMFloatTypeInContext(c),
        .f64 = LLVMDoubleTypeInContext(c),
        .ptr = LLVMPointerTypeInContext(c, 0),
    };
}

static void set_flag(CgModule *m, const char *name, uint32_t value)
{
    LLVMMetadataRef data = LLVMValueAsMetadata(LLVMConstInt(m->types.i32, value, 0));
    LLVMAddModuleFlag(m->module, LLVMModuleFlagBehaviorWarning, name, strlen(name), data);
}

void cg_module_open(CgModule *m, Job *job, const CodegenOptions *options)
{
    *m = (CgModule){
        .job = job, .in = job_interners(job), .arena = job_scratch(job), .options = *options
    };
    SymId cpu = sym_id_make(options->target_cpu);
    m->cpu = sym_id_is_none(cpu) ? "x86-64" : sym_text(m->in, cpu).data;
    CodegenPool *pool = job_service(job, SERVICE_CODEGEN);
    m->machine = codegen_pool_take(pool, options, m->cpu);
    m->context = LLVMContextCreate();
    LLVMContextSetDiscardValueNames(m->context, 1);
    m->module = LLVMModuleCreateWithNameInContext("", m->context);
    m->builder = LLVMCreateBuilderInContext(m->context);
    open_types(m);
    LLVMTargetDataRef data = LLVMCreateTargetDataLayout(m->machine);
    LLVMSetModuleDataLayout(m->module, data);
    LLVMDisposeTargetData(data);
    char *triple = LLVMGetTargetMachineTriple(m->machine);
    LLVMSetTarget(m->module, triple);
    LLVMDisposeMessage(triple);
    set_flag(m, "PIC Level", 2);
    set_flag(m, "PIE Level", 2);
    map_init(&m->strings, m->arena, sizeof(SymId));
}

void cg_module_close(CgModule *m)
{
    LLVMDisposeBuilder(m->builder);
    LLVMDisposeModule(m->module);
    LLVMContextDispose(m->context);
    codegen_pool_give(job_service(m->job, SERVICE_CODEGEN), &m->options, m->cpu, m->machine);
}

/* ---- declarations ---------------------------------------------------------------------------- */

static const char *symbol_of(CgModule *m, InstanceId instance)
{
    return sym_text(m->in, q_symbol_name(m->job, instance)->symbol).data;
}

void cg_set_section(CgModule *m, LLVMValueRef global, const char *prefix)
{
    size_t bytes = 0;
    const char *name = LLVMGetValueName2(global, &bytes);
    LLVMSetSection(global, arena_printf(m->arena, "%s%.*s", prefix, (int)bytes, name));
}

static bool is_foreign(const CgModule *m, const InstanceRecord *record)
{
    if (record->def == 0)
        return false;
    DefKind kind = def_kind(m->in, def_id_make(record->def));
    return kind == DEF_FOREIGN_FN || kind == DEF_FOREIGN_STATIC;
}

static void fn_attributes(CgModule *m, LLVMValueRef fn, const InstanceRecord *record)
{
    if (is_foreign(m, record))
        return;
    /* Unwind tables serve debuggers and backtraces; nothing unwinds through this code. */
    cg_fn_attribute(m, fn, "nounwind", 0);
    cg_fn_attribute(m, fn, "uwtable", 2);
    cg_fn_attribute_text(m, fn, "probe-stack", "inline-asm");
    cg_fn_attribute_text(m, fn, "target-cpu", m->cpu);
    if (record->kind != MONO_FN)
        return;
    const CodegenAttrs *attrs = q_codegen_attrs(m->job, def_id_make(record->def));
    if (attrs->is_cold)
        cg_fn_attribute(m, fn, "cold", 0);
    if (attrs->is_inline && !cg_is_fast(m))
        cg_fn_attribute(m, fn, "inlinehint", 0);
    if (m->options.opt_level >= OPT_LEVEL_SIZE)
        cg_fn_attribute(m, fn, "optsize", 0);
    if (m->options.opt_level == OPT_LEVEL_MIN_SIZE)
        cg_fn_attribute(m, fn, "minsize", 0);
}

LLVMValueRef cg_function(CgModule *m, InstanceId instance)
{
    const char *symbol = symbol_of(m, instance);
    LLVMValueRef fn = LLVMGetNamedFunction(m->module, symbol);
    if (fn)
        return fn;
    InstanceRecord record = instance_record(m->in, instance);
    FnAbi abi = mono_fn_abi(m->job, instance, m->arena);
    fn = LLVMAddFunction(m->module, symbol, cg_fn_type(m, &abi));
    if (!is_foreign(m, &record))
        LLVMSetVisibility(fn, LLVMHiddenVisibility);
    cg_fn_abi_attributes(m, &abi, fn, false);
    fn_attributes(m, fn, &record);
    return fn;
}

LLVMValueRef cg_function_pointer(CgModule *m, InstanceId instance)
{
    InstanceRecord record = instance_record(m->in, instance);
    bool takes_location =
        record.kind == MONO_FN && q_codegen_attrs(m->job, def_id_make(record.def))->track_caller;
    if (takes_location)
        record.kind = MONO_REIFY_SHIM;
    return cg_function(m, instance_intern(m->in, record));
}

/* Data is declared as bytes without a size: its users know the type of what they load. */
static LLVMValueRef declare_data(CgModule *m, const char *symbol, bool is_ours)
{
    LLVMValueRef global = LLVMGetNamedGlobal(m->module, symbol);
    if (global)
        return global;
    global = LLVMAddGlobal(m->module, m->types.i8, symbol);
    if (is_ours)
        LLVMSetVisibility(global, LLVMHiddenVisibility);
    return global;
}

LLVMValueRef cg_static(CgModule *m, DefId def)
{
    InstanceRecord record = { MONO_STATIC, def.v, args_empty(m->in).v, 0, 0 };
    InstanceId instance = instance_intern(m->in, record);
    return declare_data(m, symbol_of(m, instance), !is_foreign(m, &record));
}

static const char *alloc_symbol(CgModule *m, InstanceId home, uint32_t index)
{
    bool is_static = instance_record(m->in, home).kind == MONO_STATIC;
    if (is_static && index == 0)
        return symbol_of(m, home);
    return arena_printf(m->arena, "%s.%u", symbol_of(m, home), index);
}

LLVMValueRef cg_const_memory(CgModule *m, InstanceId instance, uint32_t index)
{
    return declare_data(m, alloc_symbol(m, instance, index), true);
}

LLVMValueRef cg_intrinsic(CgModule *m, const char *name, LLVMTypeRef *overloads, uint32_t count)
{
    unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    rsc_assert(id != 0);
    return LLVMGetIntrinsicDeclaration(m->module, id, overloads, count);
}

/* ---- texts ----------------------------------------------------------------------------------- */

static void push_string(CgModule *m, LLVMValueRef global)
{
    struct CgGlobals *all = &m->string_globals;
    if (all->count == all->capacity)
        all->items =
            vec_grow(m->arena, all->items, &all->capacity, all->count + 1, sizeof *all->items);
    all->items[all->count++] = global;
}

LLVMValueRef cg_string(CgModule *m, SymId text, bool with_nul)
{
    bool existed = false;
    /* A C string and a Rust string of equal text share bytes only if both end in NUL. */
    SymId key = sym_id_make(text.v * 2 + with_nul);
    uint32_t *index = map_put(&m->strings, &key, &existed);
    if (existed)
        return m->string_globals.items[*index];
    *index = m->string_globals.count;
    Str bytes = sym_text(m->in, text);
    LLVMValueRef data = LLVMConstStringInContext2(m->context, bytes.data, bytes.bytes, !with_nul);
    LLVMValueRef global = LLVMAddGlobal(m->module, LLVMTypeOf(data), "");
    LLVMSetInitializer(global, data);
    LLVMSetLinkage(global, LLVMPrivateLinkage);
    LLVMSetUnnamedAddress(global, LLVMGlobalUnnamedAddr);
    LLVMSetGlobalConstant(global, 1);
    LLVMSetAlignment(global, 1);
    push_string(m, global);
    return global;
}

/* ---- data of statics and constants ----------------------------------------------------------- */

static LLVMValueRef relocation_target(CgModule *m, InstanceId home, const Relocation *r)
{
    switch ((RelocationKind)r->kind) {
    case RELOCATION_ALLOC:
        return cg_const_memory(m, home, r->alloc);
    case RELOCATION_STATIC:
        return cg_static(m, r->def);
    case RELOCATION_FN:
        return cg_function_pointer(m, instance_of_fn(m->in, r->def, r->args));
    }
    RSC_UNREACHABLE();
}

static uint64_t read_bytes(const uint8_t *bytes, uint32_t count)
{
    uint64_t value = 0;
    for (uint32_t i = count; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

static LLVMValueRef relocated_pointer(CgModule *m, InstanceId home, const ConstAlloc *alloc,
                                      const Relocation *r)
{
    LLVMValueRef target = relocation_target(m, home, r);
    uint64_t addend = read_bytes(alloc->bytes + r->offset, TARGET_POINTER_BYTES);
    if (addend == 0)
        return target;
    LLVMValueRef index = LLVMConstInt(m->types.i64, addend, 0);
    return LLVMConstGEP2(m->types.i8, target, &index, 1);
}

static LLVMValueRef byte_run(CgModule *m, const ConstAlloc *alloc, uint64_t start, uint64_t end)
{
    return LLVMConstStringInContext2(m->context, (const char *)alloc->bytes + start, end - start,
                                     1);
}

/* A packed struct of runs of bytes and pointers. */
static LLVMValueRef alloc_initializer(CgModule *m, InstanceId home, const ConstAlloc *alloc)
{
    LLVMValueRef *parts =
        arena_alloc_array(m->arena, 2ull * alloc->relocation_count + 1, sizeof *parts);
    uint32_t count = 0;
    uint64_t at = 0;
    for (uint32_t i = 0; i < alloc->relocation_count; i++) {
        const Relocation *r = &alloc->relocations[i];
        if (r->offset > at)
            parts[count++] = byte_run(m, alloc, at, r->offset);
        parts[count++] = relocated_pointer(m, home, alloc, r);
        at = r->offset + TARGET_POINTER_BYTES;
    }
    if (at < alloc->size || count == 0)
        parts[count++] = byte_run(m, alloc, at, alloc->size);
    return LLVMConstStructInContext(m->context, parts, count, 1);
}

static bool is_all_zero(const ConstAlloc *alloc)
{
    for (uint64_t i = 0; i < alloc->size; i++) {
        if (alloc->bytes[i] != 0)
            return false;
    }
    return alloc->relocation_count == 0;
}

static const char *data_section(const ConstAlloc *alloc)
{
    if (alloc->is_mutable)
        return is_all_zero(alloc) ? ".bss." : ".data.";
    return alloc->relocation_count ? ".data.rel.ro." : ".rodata.";
}

/* A declaration made earlier by a user in the same module has another type: it is replaced. */
static void define_alloc(CgModule *m, InstanceId home, const ConstAlloc *alloc, uint32_t index)
{
    const char *symbol = alloc_symbol(m, home, index);
    LLVMValueRef data = alloc_initializer(m, home, alloc);
    LLVMValueRef declared = LLVMGetNamedGlobal(m->module, symbol);
    LLVMValueRef global = LLVMAddGlobal(m->module, LLVMTypeOf(data), "");
    if (declared) {
        LLVMReplaceAllUsesWith(declared, global);
        LLVMDeleteGlobal(declared);
    }
    LLVMSetValueName2(global, symbol, strlen(symbol));
    LLVMSetInitializer(global, data);
    LLVMSetVisibility(global, LLVMHiddenVisibility);
    LLVMSetAlignment(global, alloc->align);
    LLVMSetGlobalConstant(global, !alloc->is_mutable);
    cg_set_section(m, global, data_section(alloc));
}

void cg_define_data(CgModule *m, InstanceId instance)
{
    InstanceRecord record = instance_record(m->in, instance);
    DefId def = def_id_make(record.def);
    ConstKey key = { def, args_id_make(record.args), record.promoted };
    const ConstValue *value =
        record.kind == MONO_STATIC ? q_static_value(m->job, def) : q_const_value(m->job, key);
    if (value->state != CONST_VALUE_OK) {
        m->has_error = true;
        return;
    }
    for (uint32_t i = 0; i < value->alloc_count; i++)
        define_alloc(m, instance, &value->allocs[i], i);
}

LLVMValueRef cg_alloc_scalar(CgModule *m, const ConstValue *value, InstanceId home, uint32_t alloc,
                             uint64_t offset, const LayoutScalar *scalar)
{
    const ConstAlloc *memory = &value->allocs[alloc];
    rsc_assert(offset + scalar->bytes <= memory->size);
    for (uint32_t i = 0; i < memory->relocation_count; i++) {
        if (memory->relocations[i].offset != offset)
            continue;
        LLVMValueRef pointer = relocated_pointer(m, home, memory, &memory->relocations[i]);
        return scalar->kind == SCALAR_POINTER ? pointer : LLVMConstPtrToInt(pointer, m->types.i64);
    }
    Uint128 bits = read_bytes(memory->bytes + offset, scalar->bytes < 8 ? scalar->bytes : 8);
    if (scalar->bytes == 16)
        bits |= (Uint128)read_bytes(memory->bytes + offset + 8, 8) << 64;
    LLVMValueRef number = cg_int_const(m, cg_int_type(m, scalar->bytes), bits);
    if (scalar->kind == SCALAR_FLOAT)
        return LLVMConstBitCast(number, cg_scalar_type(m, scalar));
    if (scalar->kind == SCALAR_POINTER)
        return LLVMConstIntToPtr(number, m->types.ptr);
    return number;
}

/* ---- definitions and passes ------------------------------------------------------------------ */

static void define(CgModule *m, InstanceId instance)
{
    switch ((MonoKind)instance_record(m->in, instance).kind) {
    case MONO_FN:
        cg_define_function(m, instance);
        return;
    case MONO_STATIC:
    case MONO_CONST:
        cg_define_data(m, instance);
        return;
    case MONO_CLONE_SHIM:
        cg_define_clone_shim(m, instance);
        return;
    case MONO_REIFY_SHIM:
        cg_define_reify_shim(m, instance);
        return;
    case MONO_ENTRY:
        cg_define_entry(m, instance);
        return;
    case MONO_DROP_GLUE: /* mono_uses has an error for it */
    case MONO_NONE:
        m->has_error = true;
        return;
    }
}

void cg_module_define(CgModule *m, const InstanceId *instances, uint32_t count)
{
    for (uint32_t i = 0; i < count && !job_cancelled(m->job); i++)
        define(m, instances[i]);
}

static void verify(CgModule *m)
{
#if defined(RSCC_DEBUG_ASSERTS) || defined(RSCC_EXPENSIVE_CHECKS)
    char *message = NULL;
    if (!LLVMVerifyModule(m->module, LLVMReturnStatusAction, &message)) {
        LLVMDisposeMessage(message);
        return;
    }
    char *text = LLVMPrintModuleToString(m->module);
    assert_fail(arena_printf(m->arena, "%s\n%s", message, text), __FILE__, __LINE__, __func__);
#else
    (void)m;
#endif
}

static const char *pipeline(uint32_t opt_level)
{
    static const char *const names[] = { NULL,          "default<O1>", "default<O2>",
                                         "default<O3>", "default<Os>", "default<Oz>" };
    rsc_assert(opt_level < ARRAY_COUNT(names));
    return names[opt_level];
}

void cg_module_finish(CgModule *m)
{
    if (m->has_error)
        return;
    verify(m);
    const char *passes = pipeline(m->options.opt_level);
    if (!passes)
        return;
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef error = LLVMRunPasses(m->module, passes, m->machine, options);
    LLVMDisposePassBuilderOptions(options);
    if (error)
        RSC_BUG("the pass pipeline does not parse");
}
