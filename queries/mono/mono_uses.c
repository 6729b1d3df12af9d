/* What the code or data of an instance refers to, and where its code may panic. */
#include "mono/mono_priv.h"

typedef struct {
    Job *job;
    Interners *in;
    const MirBody *body;
    DefId owner;
    ArgsId args;
    InstanceVec found;
    Map seen;
    bool has_error;
} Uses;

/* ---- collecting ------------------------------------------------------------------------------ */

static void add_instance(Uses *u, InstanceId instance)
{
    InstanceRecord record = instance_record(u->in, instance);
    DefKind kind = record.def ? def_kind(u->in, def_id_make(record.def)) : DEF_NONE;
    if (kind == DEF_FOREIGN_FN || kind == DEF_FOREIGN_STATIC)
        return; /* the linker finds them elsewhere */
    bool existed = false;
    map_put(&u->seen, &instance, &existed);
    if (!existed)
        instance_vec_push(&u->found, instance);
}

static void add_static(Uses *u, DefId def)
{
    InstanceRecord record = { MONO_STATIC, def.v, args_empty(u->in).v, 0, 0 };
    add_instance(u, instance_intern(u->in, record));
}

static bool takes_caller_location(Job *job, InstanceId instance)
{
    InstanceRecord record = instance_record(job_interners(job), instance);
    return record.kind == MONO_FN && q_codegen_attrs(job, def_id_make(record.def))->track_caller;
}

/* A function as a value: one with a caller location needs a shim that has none. */
static void add_fn_pointer(Uses *u, InstanceId instance)
{
    InstanceRecord record = instance_record(u->in, instance);
    if (takes_caller_location(u->job, instance))
        record.kind = MONO_REIFY_SHIM;
    add_instance(u, instance_intern(u->in, record));
}

static void add_relocations(Uses *u, const ConstAlloc *alloc)
{
    for (uint32_t i = 0; i < alloc->relocation_count; i++) {
        const Relocation *r = &alloc->relocations[i];
        if (r->kind == RELOCATION_STATIC)
            add_static(u, r->def);
        if (r->kind == RELOCATION_FN)
            add_fn_pointer(u, instance_of_fn(u->in, r->def, r->args));
    }
}

static void add_value(Uses *u, const ConstValue *value)
{
    if (value->state != CONST_VALUE_OK)
        u->has_error = true;
    for (uint32_t i = 0; i < value->alloc_count; i++)
        add_relocations(u, &value->allocs[i]);
}

static void report_recursion(Job *job, Span at, DefId def, ArgsId args)
{
    Interners *in = job_interners(job);
    Text text;
    text_init(&text, job_scratch(job));
    def_qualified_text(in, def, &text);
    if (args_get(in, args).count > 0) {
        text_add(&text, STR("::<"));
        args_text(in, args, &text);
        text_add_char(&text, '>');
    }
    enum { SHOWN_BYTES_MAX = 120 };
    Str shown = text_str(&text);
    bool is_long = shown.bytes > SHOWN_BYTES_MAX;
    if (is_long) {
        shown.bytes = SHOWN_BYTES_MAX;
        while ((shown.data[shown.bytes] & 0xC0) == 0x80) /* not within a character */
            shown.bytes--;
    }
    Diag *diag = diag_new(job, DIAG_CODE_recursion_limit, diag_at(at));
    diag_emit(job, diag_argf(diag, "%.*s%s", (int)shown.bytes, shown.data, is_long ? "..." : ""));
}

static void add_callee(Uses *u, TyId fn_ty, bool as_pointer, uint32_t span)
{
    const Ty *ty = ty_get(u->in, fn_ty);
    rsc_assert(ty->kind == TY_FN_DEF);
    MonoCallee callee = mono_callee(u->job, ty->as.fn_def.def, ty->as.fn_def.args, u->args);
    if (args_have_too_large(u->in, callee.args)) {
        report_recursion(u->job, (Span){ u->body->owner, span }, callee.def, ty->as.fn_def.args);
        u->has_error = true;
        return;
    }
    if (callee.kind == INSTANCE_FAILED)
        u->has_error = true;
    else if (callee.kind != INSTANCE_INTRINSIC && as_pointer)
        add_fn_pointer(u, callee.instance);
    else if (callee.kind != INSTANCE_INTRINSIC)
        add_instance(u, callee.instance);
}

static void add_const(Uses *u, const MirConst *constant)
{
    if (constant->kind == MIR_CONST_STATIC_REF)
        add_static(u, constant->def);
    bool is_evaluated = constant->kind == MIR_CONST_ITEM || constant->kind == MIR_CONST_TY_CONST ||
                        constant->kind == MIR_CONST_PROMOTED;
    if (!is_evaluated)
        return;
    MonoConst value = mono_const(u->job, constant, u->owner, u->args);
    u->has_error = u->has_error || value.is_error;
    if (!value.is_value)
        return;
    bool by_address = constant->kind == MIR_CONST_PROMOTED;
    if (by_address || mono_const_needs_memory(u->job, value.value))
        add_instance(u, instance_of_const(u->in, value.key));
    else
        add_value(u, value.value);
}

static void add_assert(Uses *u, const MirTerminator_assert_ *assertion)
{
    const char *name = mir_assert_lang_item((MirAssertKind)assertion->message);
    DefId panic = mono_lang_item(u->job, def_crate(u->in, u->owner), name);
    if (def_id_is_none(panic)) {
        diag_emit(u->job, diag_argf(diag_new(u->job, DIAG_CODE_missing_lang_item, diag_nowhere()),
                                    "%s", name));
        u->has_error = true;
        return;
    }
    add_instance(u, instance_of_fn(u->in, panic, args_empty(u->in)));
}

/* Where the type is known MIR is not built for it; this is what a type parameter stands for. */
static void add_drop(Uses *u, MirPlaceId place, uint32_t span)
{
    TyId ty = mono_ty(u->job, mir_place_ty(u->in, u->body, place).ty, u->args);
    if (!ty_needs_drop(u->job, typing_env_mono(), ty))
        return;
    if (!u->has_error)
        diag_unsupported(u->job, diag_at((Span){ u->body->owner, span }),
                         "a value whose type implements Drop");
    u->has_error = true;
    add_instance(u, instance_intern(u->in, (InstanceRecord){ .kind = MONO_DROP_GLUE, .ty = ty.v }));
}

static void visit_rvalue(Uses *u, const MirRvalue *rvalue)
{
    if (rvalue->kind != MIR_RVALUE_CAST || rvalue->as.cast.cast != MIR_CAST_REIFY_FN)
        return;
    add_callee(u, mir_operand_ty(u->in, u->body, rvalue->as.cast.operand), true, 0);
}

static void visit_terminator(Uses *u, const MirTerminator *terminator)
{
    if (terminator->kind == MIR_TERMINATOR_CALL) {
        TyId fn_ty = mir_operand_ty(u->in, u->body, terminator->as.call.function);
        if (ty_kind(u->in, fn_ty) == TY_FN_DEF)
            add_callee(u, fn_ty, false, terminator->span);
    }
    if (terminator->kind == MIR_TERMINATOR_ASSERT)
        add_assert(u, &terminator->as.assert_);
    if (terminator->kind == MIR_TERMINATOR_DROP)
        add_drop(u, terminator->as.drop.place, terminator->span);
}

static void visit_body(Uses *u)
{
    for (uint32_t i = 1; i < u->body->operand_count; i++) {
        if (u->body->operands[i].kind == MIR_OPERAND_CONST)
            add_const(u, &u->body->operands[i].constant);
    }
    for (uint32_t i = 1; i < u->body->rvalue_count; i++)
        visit_rvalue(u, &u->body->rvalues[i]);
    for (uint32_t i = 1; i < u->body->block_count; i++)
        visit_terminator(u, &u->body->blocks[i].terminator);
}

/* ---- one function per kind of instance --------------------------------------------------------
 */

/* Optimized bodies hold only what their blocks use, so their tables are what the instance uses. */
static void uses_of_fn(Uses *u, InstanceId instance)
{
    u->body = mono_body(u->job, instance);
    if (u->body->has_error)
        u->has_error = true;
    else
        visit_body(u);
}

/* C's main calls the `start` lang item on the crate's main function, or that function itself. */
static void uses_of_entry(Uses *u)
{
    InstanceId main_fn = instance_of_fn(u->in, u->owner, args_empty(u->in));
    DefId start = mono_lang_item(u->job, def_crate(u->in, u->owner), "start");
    if (!def_id_is_none(start)) {
        GenericArg output =
            arg_of_ty(mono_fn_sig(u->job, u->owner, args_empty(u->in), job_scratch(u->job)).output);
        add_instance(u, instance_of_fn(u->in, start, args_intern(u->in, &output, 1)));
    }
    add_fn_pointer(u, main_fn);
}

static void uses_of_clone_shim(Uses *u, const InstanceRecord *record)
{
    const Ty *ty = ty_get(u->in, ty_id_make(record->ty));
    ArgSlice elements = { 0 };
    GenericArg element;
    if (ty->kind == TY_TUPLE) {
        elements = args_get(u->in, ty->as.tuple.elements);
    } else if (ty->kind == TY_ARRAY) {
        element = arg_of_ty(ty->as.array.element);
        elements = (ArgSlice){ &element, 1 };
    }
    for (uint32_t i = 0; i < elements.count; i++) {
        ArgsId args = args_intern(u->in, &elements.items[i], 1);
        MonoCallee callee = mono_callee(u->job, u->owner, args, args_empty(u->in));
        if (callee.kind == INSTANCE_FAILED)
            u->has_error = true;
        else
            add_instance(u, callee.instance);
    }
}

static void uses_of_drop_glue(Uses *u)
{
    /* Types that need drop are refused where MIR is built. */
    u->has_error = true;
}

static void uses_of(Uses *u, InstanceId instance, const InstanceRecord *record)
{
    switch ((MonoKind)record->kind) {
    case MONO_FN:
        uses_of_fn(u, instance);
        return;
    case MONO_STATIC:
        add_value(u, q_static_value(u->job, u->owner));
        return;
    case MONO_CONST:
        add_value(u, q_const_value(u->job, (ConstKey){ u->owner, u->args, record->promoted }));
        return;
    case MONO_DROP_GLUE:
        uses_of_drop_glue(u);
        return;
    case MONO_CLONE_SHIM:
        uses_of_clone_shim(u, record);
        return;
    case MONO_REIFY_SHIM:
        add_instance(u, instance_of_fn(u->in, u->owner, u->args));
        return;
    case MONO_ENTRY:
        uses_of_entry(u);
        return;
    case MONO_NONE:
        break;
    }
    RSC_UNREACHABLE();
}

void mono_uses_provide(Job *job, InstanceId key, MonoUses *out)
{
    Interners *in = job_interners(job);
    InstanceRecord record = instance_record(in, key);
    Uses uses = { .job = job, .in = in, .owner = def_id_make(record.def) };
    uses.args = record.args ? args_id_make(record.args) : args_empty(in);
    instance_vec_init(&uses.found, job_out(job));
    map_init(&uses.seen, job_scratch(job), sizeof(InstanceId));
    uses_of(&uses, key, &record);
    *out = (MonoUses){ uses.found.items, uses.found.count, uses.has_error };
}

/* ---- instantiation without end ----------------------------------------------------------------
 */

static bool calls_instance(Job *job, const MirBody *body, const MirTerminator *terminator,
                           ArgsId outer, InstanceId used)
{
    Interners *in = job_interners(job);
    if (terminator->kind != MIR_TERMINATOR_CALL)
        return false;
    const Ty *ty = ty_get(in, mir_operand_ty(in, body, terminator->as.call.function));
    return ty->kind == TY_FN_DEF &&
           mono_callee(job, ty->as.fn_def.def, ty->as.fn_def.args, outer).instance.v == used.v;
}

void mono_report_recursion(Job *job, InstanceId user, InstanceId used)
{
    Interners *in = job_interners(job);
    InstanceRecord from = instance_record(in, user), to = instance_record(in, used);
    ArgsId outer = from.args ? args_id_make(from.args) : args_empty(in);
    Span at = { def_id_make(from.def), 0 };
    const MirBody *body = mono_body(job, user);
    for (uint32_t i = 1; body && i < body->block_count; i++) {
        const MirTerminator *terminator = &body->blocks[i].terminator;
        if (calls_instance(job, body, terminator, outer, used)) {
            at = (Span){ body->owner, terminator->span };
            break;
        }
    }
    report_recursion(job, at, def_id_make(to.def), args_id_make(to.args));
}

/* ---- panic sites ----------------------------------------------------------------------------- */

/* Generic code may call a function with a caller location in some instances only, so any call to a
 * trait's function counts. */
static bool may_name_location(Job *job, const MirBody *body, const MirTerminator *terminator)
{
    Interners *in = job_interners(job);
    if (terminator->kind == MIR_TERMINATOR_ASSERT)
        return true;
    if (terminator->kind != MIR_TERMINATOR_CALL)
        return false;
    const Ty *ty = ty_get(in, mir_operand_ty(in, body, terminator->as.call.function));
    if (ty->kind != TY_FN_DEF)
        return false;
    DefId def = ty->as.fn_def.def;
    if (def_kind(in, def_parent(in, def)) == DEF_TRAIT)
        return true;
    const CodegenAttrs *attrs = q_codegen_attrs(job, def);
    return attrs->track_caller || str_eq(sym_text(in, attrs->intrinsic), STR("caller_location"));
}

static void add_site(U32Vec *spans, uint32_t span)
{
    uint32_t at = 0;
    while (at < spans->count && spans->items[at] < span)
        at++;
    if (at < spans->count && spans->items[at] == span)
        return;
    u32_vec_push(spans, span);
    for (uint32_t i = spans->count - 1; i > at; i--)
        spans->items[i] = spans->items[i - 1];
    spans->items[at] = span;
}

void panic_sites_provide(Job *job, DefId key, PanicSites *out)
{
    U32Vec spans;
    u32_vec_init(&spans, job_out(job));
    const MirBody *body = q_mir_optimized(job, key);
    for (uint32_t i = 1; !body->has_error && i < body->block_count; i++) {
        const MirTerminator *terminator = &body->blocks[i].terminator;
        if (may_name_location(job, body, terminator))
            add_site(&spans, terminator->span);
    }
    /* A shim that stands for a function with a caller location names the function itself. */
    if (q_codegen_attrs(job, key)->track_caller)
        add_site(&spans, 0);
    *out = (PanicSites){ spans.items, spans.count };
}
