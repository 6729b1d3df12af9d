/* The queries: shard to object, instances to text; and the options. */
#include "codegen/codegen_priv.h"

/* ---- options --------------------------------------------------------------------------------- */

OptionsId options_intern(Interners *in, CodegenOptions options)
{
    return options_id_make(intern(in, INTERN_options, &options, sizeof options));
}

CodegenOptions options_record(const Interners *in, OptionsId options)
{
    size_t bytes = 0;
    const CodegenOptions *record = intern_record(in, INTERN_options, options.v, &bytes);
    rsc_assert(bytes == sizeof *record);
    return *record;
}

CodegenOptions codegen_options_dev(void)
{
    return (CodegenOptions){ .opt_level = 0,
                             .debug_info = DEBUGINFO_FULL,
                             .overflow_checks = 1,
                             .panic_strategy = PANIC_UNWIND };
}

CodegenOptions codegen_options_release(void)
{
    return (CodegenOptions){ .opt_level = 3, .panic_strategy = PANIC_UNWIND };
}

static void encode_options(Encoder *e, const void *record, size_t bytes)
{
    const CodegenOptions *options = record;
    rsc_assert(bytes == sizeof *options);
    encode_u32(e, options->opt_level);
    encode_u32(e, options->debug_info);
    encode_u32(e, options->overflow_checks);
    encode_u32(e, options->panic_strategy);
    encode_interned(e, INTERN_sym, options->target_cpu);
}

static uint32_t decode_options(Decoder *d)
{
    CodegenOptions options = { .opt_level = decode_u32(d) };
    options.debug_info = decode_u32(d);
    options.overflow_checks = decode_u32(d);
    options.panic_strategy = decode_u32(d);
    options.target_cpu = decode_interned(d, INTERN_sym);
    if (options.opt_level > OPT_LEVEL_MIN_SIZE || options.debug_info > DEBUGINFO_FULL ||
        options.overflow_checks > 1 || options.panic_strategy > PANIC_UNWIND)
        decoder_fail(d);
    return d->failed ? 0 : options_intern(d->interners, options).v;
}

const InternInfo intern_info_options = { "options", encode_options, decode_options };

/* ---- objects --------------------------------------------------------------------------------- */

static void report_failure(CgModule *m, char *message)
{
    Diag *diag = diag_new(m->job, DIAG_CODE_codegen_failed, diag_nowhere());
    diag_emit(m->job, diag_argf(diag, "%s", message));
    LLVMDisposeMessage(message);
    m->has_error = true;
}

static Str emit(CgModule *m, LLVMCodeGenFileType type, Arena *arena)
{
    LLVMMemoryBufferRef buffer = NULL;
    char *message = NULL;
    if (LLVMTargetMachineEmitToMemoryBuffer(m->machine, m->module, type, &message, &buffer)) {
        report_failure(m, message);
        return (Str){ "", 0 };
    }
    size_t bytes = LLVMGetBufferSize(buffer);
    Str text = { arena_copy(arena, LLVMGetBufferStart(buffer), bytes), bytes };
    LLVMDisposeMemoryBuffer(buffer);
    return text;
}

void shard_object_provide(Job *job, ShardObjectKey key, ObjectCode *out)
{
    ShardKey shard = { key.crate, key.module, key.path_generic };
    const ShardItems *items = q_shard_items(job, shard);
    CodegenOptions options = options_record(job_interners(job), key.options);
    CgModule m;
    cg_module_open(&m, job, &options);
    cg_module_define(&m, items->instances, items->count);
    if (!m.has_error && !job_cancelled(job)) {
        cg_module_finish(&m);
        out->bytes = emit(&m, LLVMObjectFile, job_out(job));
    }
    out->has_error = m.has_error;
    cg_module_close(&m);
}

static void add_ir_text(CgModule *m, Text *out)
{
    char *text = LLVMPrintModuleToString(m->module);
    text_add_c(out, text);
    LLVMDisposeMessage(text);
}

bool codegen_text(Job *job, const InstanceId *instances, uint32_t count, OptionsId options,
                  CodegenText what, bool optimized, Text *out)
{
    CodegenOptions record = options_record(job_interners(job), options);
    CgModule m;
    cg_module_open(&m, job, &record);
    cg_module_define(&m, instances, count);
    if (!m.has_error && (optimized || what == CODEGEN_TEXT_ASM))
        cg_module_finish(&m);
    if (!m.has_error && what == CODEGEN_TEXT_LLVM_IR)
        add_ir_text(&m, out);
    else if (!m.has_error)
        text_add(out, emit(&m, LLVMAssemblyFile, job_scratch(job)));
    bool ok = !m.has_error;
    cg_module_close(&m);
    return ok;
}
