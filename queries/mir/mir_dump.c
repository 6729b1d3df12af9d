/* The text form of a body. Two bodies with the same text do the same. */
#include "base/wide.h"
#include "mir/mir.h"

typedef struct {
    Interners *in;
    const MirBody *body;
    Text *out;
} Dump;

/* ---- places ---------------------------------------------------------------------------------- */

/* What a projection puts before the text of its base, outermost projection first. */
static void dump_place_open(Dump *d, const MirProjection *projection)
{
    switch ((MirProjectionKind)projection->kind) {
    case MIR_PROJECT_DEREF:
        text_add(d->out, STR("(*"));
        return;
    case MIR_PROJECT_FIELD:
    case MIR_PROJECT_DOWNCAST:
        text_add_char(d->out, '(');
        return;
    case MIR_PROJECT_INDEX:
    case MIR_PROJECT_CONSTANT_INDEX:
    case MIR_PROJECT_SUBSLICE:
        return;
    }
}

static void dump_place_close(Dump *d, const MirProjection *p)
{
    const char *minus = p->from_end ? "-" : "";
    switch ((MirProjectionKind)p->kind) {
    case MIR_PROJECT_DEREF:
        text_add_char(d->out, ')');
        return;
    case MIR_PROJECT_FIELD:
        text_addf(d->out, ".%u: ", p->index);
        ty_text(d->in, p->ty, d->out);
        text_add_char(d->out, ')');
        return;
    case MIR_PROJECT_INDEX:
        text_addf(d->out, "[_%u]", p->local.v);
        return;
    case MIR_PROJECT_CONSTANT_INDEX:
        text_addf(d->out, "[%s%u of %u]", minus, p->index, p->min_length);
        return;
    case MIR_PROJECT_SUBSLICE:
        text_addf(d->out, "[%u:%s%u]", p->index, minus, p->min_length);
        return;
    case MIR_PROJECT_DOWNCAST:
        text_addf(d->out, " as variant#%u)", p->index);
        return;
    }
}

static void dump_place(Dump *d, MirPlaceId id)
{
    const MirPlace *place = &d->body->places[id.v];
    const MirProjection *steps = d->body->projections + place->projections.start;
    for (uint32_t i = place->projections.count; i-- > 0;)
        dump_place_open(d, &steps[i]);
    text_addf(d->out, "_%u", place->local.v);
    for (uint32_t i = 0; i < place->projections.count; i++)
        dump_place_close(d, &steps[i]);
}

/* ---- constants ------------------------------------------------------------------------------- */

static void dump_char(Dump *d, uint64_t scalar)
{
    if (scalar >= ' ' && scalar < 127 && scalar != '\'' && scalar != '\\')
        text_addf(d->out, "'%c'", (int)scalar);
    else
        text_addf(d->out, "'\\u{%x}'", (unsigned)scalar);
}

static void dump_scalar(Dump *d, const MirConst *c)
{
    Uint128 bits = uint128_make(c->low, c->high);
    TyKind kind = ty_kind(d->in, c->ty);
    if (kind == TY_BOOL) {
        text_add_c(d->out, c->low ? "true" : "false");
        return;
    }
    if (kind == TY_CHAR) {
        dump_char(d, c->low);
        return;
    }
    if (kind == TY_INT)
        text_add_int128(d->out, uint128_sign_extend(bits, mir_scalar_bits(d->in, c->ty)));
    else if (kind == TY_FLOAT)
        text_addf(d->out, "0x%llx", (unsigned long long)c->low);
    else
        text_add_uint128(d->out, bits);
    text_add_char(d->out, '_');
    ty_text(d->in, c->ty, d->out);
}

static void dump_text_const(Dump *d, const char *prefix, SymId text)
{
    text_add_c(d->out, prefix);
    text_add_json_string(d->out, sym_text(d->in, text));
}

static void dump_item(Dump *d, DefId def, ArgsId args)
{
    def_path_text(d->in, def, d->out);
    if (args.v != 0 && args_get(d->in, args).count > 0) {
        text_add(d->out, STR("::"));
        args_text(d->in, args, d->out);
    }
}

static void dump_zero_sized(Dump *d, TyId id)
{
    const Ty *ty = ty_get(d->in, id);
    if (ty->kind == TY_FN_DEF)
        dump_item(d, ty->as.fn_def.def, ty->as.fn_def.args);
    else
        ty_text(d->in, id, d->out);
}

static void dump_ty_const(Dump *d, ConstId konst)
{
    ConstRecord record = const_get(d->in, konst);
    switch ((ConstKind)record.kind) {
    case CONST_VALUE:
        text_add_uint128(d->out, uint128_make(record.low, record.high));
        return;
    case CONST_PARAM:
        text_add(d->out, sym_text(d->in, sym_id_make(record.name_or_args)));
        return;
    case CONST_UNEVALUATED:
        def_path_text(d->in, def_id_make(record.index_or_def), d->out);
        return;
    case CONST_NONE:
    case CONST_INFER:
    case CONST_ERROR:
        text_add(d->out, STR("{const error}"));
        return;
    }
}

static void dump_const(Dump *d, const MirConst *c)
{
    text_add(d->out, STR("const "));
    switch ((MirConstKind)c->kind) {
    case MIR_CONST_SCALAR:
        dump_scalar(d, c);
        return;
    case MIR_CONST_ZERO_SIZED:
        dump_zero_sized(d, c->ty);
        return;
    case MIR_CONST_STR:
        dump_text_const(d, "", c->text);
        return;
    case MIR_CONST_BYTE_STR:
        dump_text_const(d, "b", c->text);
        return;
    case MIR_CONST_C_STR:
        dump_text_const(d, "c", c->text);
        return;
    case MIR_CONST_ITEM:
        dump_item(d, c->def, c->args);
        return;
    case MIR_CONST_STATIC_REF:
        text_add(d->out, STR("{static "));
        def_path_text(d->in, c->def, d->out);
        text_add_char(d->out, '}');
        return;
    case MIR_CONST_TY_CONST:
        dump_ty_const(d, c->konst);
        return;
    case MIR_CONST_PROMOTED:
        text_addf(d->out, "promoted#%u", c->promoted);
        return;
    }
}

static void dump_operand(Dump *d, MirOperandId id)
{
    const MirOperand *operand = &d->body->operands[id.v];
    if (operand->kind == MIR_OPERAND_CONST) {
        dump_const(d, &operand->constant);
        return;
    }
    text_add_c(d->out, operand->kind == MIR_OPERAND_COPY ? "copy " : "move ");
    dump_place(d, operand->place);
}

static void dump_operands(Dump *d, IdRange list)
{
    for (uint32_t i = 0; i < list.count; i++) {
        text_add_c(d->out, i ? ", " : "");
        dump_operand(d, mir_operand_id_make(d->body->lists[list.start + i]));
    }
}

/* ---- rvalues --------------------------------------------------------------------------------- */

static const char *binary_name(uint8_t op)
{
    static const char *const names[] = { "Add",   "Sub",    "Mul", "Div", "Rem", "BitAnd",
                                         "BitOr", "BitXor", "Shl", "Shr", "Eq",  "Ne",
                                         "Lt",    "Le",     "Gt",  "Ge",  "And", "Or" };
    return names[op];
}

static const char *unary_name(uint8_t op)
{
    static const char *const names[] = { "Neg", "Not", "Deref" };
    return names[op];
}

static const char *cast_name(uint8_t cast)
{
    static const char *const names[] = {
        "IntToInt",  "IntToFloat",     "FloatToInt",     "FloatToFloat", "PtrToPtr",
        "PtrExpose", "PtrFromExposed", "FnPtrToPtr",     "ReifyFn",      "UnsafeFn",
        "ClosureFn", "MutToConst",     "ArrayToPointer", "Unsize",       "Transmute",
    };
    return names[cast];
}

static void dump_binary(Dump *d, const char *prefix, uint8_t op, MirOperandId lhs, MirOperandId rhs)
{
    text_addf(d->out, "%s%s(", prefix, binary_name(op));
    dump_operand(d, lhs);
    text_add(d->out, STR(", "));
    dump_operand(d, rhs);
    text_add_char(d->out, ')');
}

static void dump_aggregate(Dump *d, const MirRvalue_aggregate *a)
{
    bool is_tuple = a->aggregate == MIR_AGGREGATE_TUPLE;
    bool is_array = a->aggregate == MIR_AGGREGATE_ARRAY;
    if (!is_tuple && !is_array)
        ty_text(d->in, a->ty, d->out);
    if (a->variant != MIR_VARIANT_NONE)
        text_addf(d->out, "::variant#%u", a->variant);
    if (a->union_field != MIR_VARIANT_NONE)
        text_addf(d->out, "::field#%u", a->union_field);
    text_add_char(d->out, is_array ? '[' : '(');
    dump_operands(d, a->operands);
    text_add_c(d->out, is_array ? "]" : is_tuple && a->operands.count == 1 ? ",)" : ")");
}

static void dump_call_like(Dump *d, const char *name, MirPlaceId place)
{
    text_addf(d->out, "%s(", name);
    dump_place(d, place);
    text_add_char(d->out, ')');
}

static void dump_borrow(Dump *d, const MirRvalue_ref *r)
{
    static const char *const prefixes[] = { "&", "&fake ", "&mut ", "&two_phase mut " };
    text_add_c(d->out, prefixes[r->borrow]);
    dump_place(d, r->place);
}

static void dump_rvalue(Dump *d, MirRvalueId id)
{
    const MirRvalue *r = &d->body->rvalues[id.v];
    switch ((MirRvalueKind)r->kind) {
    case MIR_RVALUE_USE:
        dump_operand(d, r->as.use.operand);
        return;
    case MIR_RVALUE_REPEAT:
        text_add_char(d->out, '[');
        dump_operand(d, r->as.repeat.operand);
        text_add(d->out, STR("; "));
        dump_ty_const(d, r->as.repeat.count);
        text_add_char(d->out, ']');
        return;
    case MIR_RVALUE_REF:
        dump_borrow(d, &r->as.ref);
        return;
    case MIR_RVALUE_RAW_PTR:
        text_add_c(d->out, r->as.raw_ptr.is_mut ? "&raw mut " : "&raw const ");
        dump_place(d, r->as.raw_ptr.place);
        return;
    case MIR_RVALUE_LEN:
        dump_call_like(d, "Len", r->as.len.place);
        return;
    case MIR_RVALUE_CAST:
        dump_operand(d, r->as.cast.operand);
        text_add(d->out, STR(" as "));
        ty_text(d->in, r->as.cast.ty, d->out);
        text_addf(d->out, " (%s)", cast_name(r->as.cast.cast));
        return;
    case MIR_RVALUE_BINARY:
        dump_binary(d, "", r->as.binary.op, r->as.binary.lhs, r->as.binary.rhs);
        return;
    case MIR_RVALUE_CHECKED_BINARY:
        dump_binary(d, "Checked", r->as.checked_binary.op, r->as.checked_binary.lhs,
                    r->as.checked_binary.rhs);
        return;
    case MIR_RVALUE_UNARY:
        text_addf(d->out, "%s(", unary_name(r->as.unary.op));
        dump_operand(d, r->as.unary.operand);
        text_add_char(d->out, ')');
        return;
    case MIR_RVALUE_DISCRIMINANT:
        dump_call_like(d, "discriminant", r->as.discriminant.place);
        return;
    case MIR_RVALUE_AGGREGATE:
        dump_aggregate(d, &r->as.aggregate);
        return;
    case MIR_RVALUE_NONE:
    case MIR_RVALUE_KIND_COUNT:
        return;
    }
}

/* ---- statements ------------------------------------------------------------------------------ */

static void dump_statement(Dump *d, const MirStatement *s)
{
    static const char *const causes[] = { "let", "match_guard", "matched_place", "index" };
    text_add(d->out, STR("        "));
    switch ((MirStatementKind)s->kind) {
    case MIR_STATEMENT_ASSIGN:
        dump_place(d, s->as.assign.place);
        text_add(d->out, STR(" = "));
        dump_rvalue(d, s->as.assign.rvalue);
        break;
    case MIR_STATEMENT_SET_DISCRIMINANT:
        dump_call_like(d, "discriminant", s->as.set_discriminant.place);
        text_addf(d->out, " = variant#%u", s->as.set_discriminant.variant);
        break;
    case MIR_STATEMENT_STORAGE_LIVE:
        text_addf(d->out, "StorageLive(_%u)", s->as.storage_live.local.v);
        break;
    case MIR_STATEMENT_STORAGE_DEAD:
        text_addf(d->out, "StorageDead(_%u)", s->as.storage_dead.local.v);
        break;
    case MIR_STATEMENT_FAKE_READ:
        text_addf(d->out, "FakeRead(%s, ", causes[s->as.fake_read.cause]);
        dump_place(d, s->as.fake_read.place);
        text_add_char(d->out, ')');
        break;
    case MIR_STATEMENT_ASCRIBE_USER_TYPE:
        text_add(d->out, STR("AscribeUserType("));
        dump_place(d, s->as.ascribe_user_type.place);
        text_addf(d->out, ", user_type#%u)", s->as.ascribe_user_type.user_type);
        break;
    case MIR_STATEMENT_NOP:
        text_add(d->out, STR("nop"));
        break;
    case MIR_STATEMENT_NONE:
    case MIR_STATEMENT_KIND_COUNT:
        break;
    }
    text_add(d->out, STR(";\n"));
}

/* ---- terminators ----------------------------------------------------------------------------- */

static void dump_unwind(Dump *d, MirBlockId unwind)
{
    if (unwind.v == MIR_UNWIND_CONTINUE)
        text_add(d->out, STR("unwind continue]"));
    else
        text_addf(d->out, "unwind: bb%u]", unwind.v);
}

static void dump_switch(Dump *d, const MirTerminator_switch_int *s)
{
    text_add(d->out, STR("switchInt("));
    dump_operand(d, s->discriminant);
    text_add(d->out, STR(") -> ["));
    for (uint32_t i = 0; i < s->targets.count; i++) {
        const MirSwitchTarget *target = &d->body->switch_targets[s->targets.start + i];
        text_add_uint128(d->out, uint128_make(target->low, target->high));
        text_addf(d->out, ": bb%u, ", target->target.v);
    }
    text_addf(d->out, "otherwise: bb%u]", s->otherwise.v);
}

static void dump_call(Dump *d, const MirTerminator_call *c)
{
    dump_place(d, c->destination);
    text_add(d->out, STR(" = "));
    dump_operand(d, c->function);
    text_add_char(d->out, '(');
    dump_operands(d, c->args);
    text_add(d->out, STR(") -> ["));
    if (c->target_or_none.v != 0)
        text_addf(d->out, "return: bb%u, ", c->target_or_none.v);
    dump_unwind(d, c->unwind);
}

static void dump_assert(Dump *d, const MirTerminator_assert_ *a)
{
    text_add_c(d->out, a->expected ? "assert(" : "assert(!");
    dump_operand(d, a->condition);
    text_addf(d->out, ", \"%s\"", mir_assert_message((MirAssertKind)a->message));
    if (a->message_args.count > 0)
        text_add(d->out, STR(", "));
    dump_operands(d, a->message_args);
    text_addf(d->out, ") -> [success: bb%u, ", a->target.v);
    dump_unwind(d, a->unwind);
}

static void dump_terminator(Dump *d, const MirTerminator *t)
{
    text_add(d->out, STR("        "));
    switch ((MirTerminatorKind)t->kind) {
    case MIR_TERMINATOR_GOTO:
        text_addf(d->out, "goto -> bb%u", t->as.goto_.target.v);
        break;
    case MIR_TERMINATOR_SWITCH_INT:
        dump_switch(d, &t->as.switch_int);
        break;
    case MIR_TERMINATOR_RETURN:
        text_add(d->out, STR("return"));
        break;
    case MIR_TERMINATOR_UNWIND_RESUME:
        text_add(d->out, STR("resume"));
        break;
    case MIR_TERMINATOR_UNREACHABLE:
        text_add(d->out, STR("unreachable"));
        break;
    case MIR_TERMINATOR_DROP:
        dump_call_like(d, "drop", t->as.drop.place);
        text_addf(d->out, " -> [return: bb%u, ", t->as.drop.target.v);
        dump_unwind(d, t->as.drop.unwind);
        break;
    case MIR_TERMINATOR_CALL:
        dump_call(d, &t->as.call);
        break;
    case MIR_TERMINATOR_ASSERT:
        dump_assert(d, &t->as.assert_);
        break;
    case MIR_TERMINATOR_FALSE_EDGE:
        text_addf(d->out, "falseEdge -> [real: bb%u, imaginary: bb%u]", t->as.false_edge.real.v,
                  t->as.false_edge.imaginary.v);
        break;
    case MIR_TERMINATOR_FALSE_UNWIND:
        text_addf(d->out, "falseUnwind -> [real: bb%u, ", t->as.false_unwind.real.v);
        dump_unwind(d, t->as.false_unwind.unwind);
        break;
    case MIR_TERMINATOR_NONE:
    case MIR_TERMINATOR_KIND_COUNT:
        break;
    }
    text_add(d->out, STR(";\n"));
}

/* ---- bodies ---------------------------------------------------------------------------------- */

static void dump_signature(Dump *d)
{
    const MirBody *body = d->body;
    for (uint32_t i = 0; i < body->argument_count; i++) {
        text_addf(d->out, "%s_%u: ", i ? ", " : "", i + 2);
        ty_text(d->in, body->locals[i + 2].ty, d->out);
    }
    text_add(d->out, STR(") -> "));
    ty_text(d->in, body->locals[MIR_RETURN_LOCAL.v].ty, d->out);
    text_add(d->out, STR(" {\n"));
}

static void dump_local(Dump *d, uint32_t index)
{
    const MirLocal *local = &d->body->locals[index];
    text_addf(d->out, "    let %s_%u: ", local->is_mut ? "mut " : "", index);
    ty_text(d->in, local->ty, d->out);
    text_add_char(d->out, ';');
    if (!sym_id_is_none(local->name)) {
        text_add(d->out, STR(" // "));
        text_add(d->out, sym_text(d->in, local->name));
    }
    text_add_char(d->out, '\n');
}

static void dump_block(Dump *d, uint32_t index)
{
    const MirBlock *block = &d->body->blocks[index];
    text_addf(d->out, "\n    bb%u%s: {\n", index, block->is_cleanup ? " (cleanup)" : "");
    for (uint32_t i = 0; i < block->statements.count; i++)
        dump_statement(d, &d->body->statements[block->statements.start + i]);
    dump_terminator(d, &block->terminator);
    text_add(d->out, STR("    }\n"));
}

static void dump_body(Interners *in, const MirBody *body, Text *out)
{
    Dump d = { in, body, out };
    dump_signature(&d);
    for (uint32_t i = MIR_RETURN_LOCAL.v; i < body->local_count; i++)
        dump_local(&d, i);
    for (uint32_t i = 1; i < body->block_count; i++)
        dump_block(&d, i);
    text_add(out, STR("}\n"));
}

void mir_dump(Interners *in, const MirBody *body, Text *out)
{
    if (body->has_error) {
        text_add(out, STR("// not built: see the errors\n"));
        return;
    }
    text_add(out, STR("fn "));
    def_path_text(in, body->owner, out);
    text_add_char(out, '(');
    dump_body(in, body, out);
    for (uint32_t i = 0; i < body->promoted_count; i++) {
        text_addf(out, "\npromoted#%u in ", i + 1);
        def_path_text(in, body->owner, out);
        text_add_char(out, '(');
        dump_body(in, &body->promoteds[i], out);
    }
}
