/* Attributes: of items as data that later stages ask for; of what stands in items. */
#include "lower/lower_priv.h"
#include "resolve/resolve_gates.h"

VEC_TYPE(TokenSpanVec, token_span_vec, TokenSpan)

typedef struct {
    Lower *l;
    ItemId item;
    const Ast *ast;
    const TokenRun *run;
    HirItem *out;
    TokenSpanVec hints; /* of `repr`, as written */
    uint32_t int_hints;
} Attributes;

static const AstAttr *find(const Attributes *a, const char *name)
{
    return expand_attr_find(a->l->in, a->ast, a->ast->attributes, name);
}

/* The unescaped text of `#[name = "text"]`; none if it has no such value. */
static SymId value_of(const Attributes *a, const char *name)
{
    const AstAttr *attr = find(a, name);
    if (!attr || attr->value_or_none.v == 0)
        return sym_id_none();
    const AstExpr *value = ast_expr(a->ast, attr->value_or_none);
    while (value->kind == AST_EXPR_PAREN) /* a macro's fragment */
        value = ast_expr(a->ast, value->as.paren.inner);
    LiteralValue read;
    if (value->kind != AST_EXPR_LITERAL ||
        !literal_value(a->l->in, a->l->scratch, (TokenKind)value->as.literal.kind,
                       value->as.literal.text, &read) ||
        read.kind != TOKEN_STR)
        return sym_id_none();
    return sym_intern(a->l->in, read.text);
}

static void report_repr(const Attributes *a, uint32_t at)
{
    Text text;
    text_init(&text, a->l->scratch);
    token_text(a->l->in, a->run->tokens[at], &text);
    Diag *diag = diag_new(
        a->l->job, DIAG_CODE_repr_unknown,
        diag_at_tokens(ast_span(a->item, ANCHOR_ATTRIBUTES, ast_pos(at, 0), ast_pos(at + 1, 0))));
    lower_emit(a->l, diag_arg(diag, text_str(&text)));
}

/* `(8)` behind a word; 0 if it is not there. */
static uint32_t repr_number(const Attributes *a, uint32_t *at, uint32_t end)
{
    const Token *tokens = a->run->tokens;
    LiteralValue read;
    bool is_number = *at + 2 < end && tokens[*at].kind == TOKEN_OPEN_PAREN &&
                     tokens[*at + 1].kind == TOKEN_INT &&
                     literal_value(a->l->in, a->l->scratch, TOKEN_INT, tokens[*at + 1].text, &read);
    if (!is_number)
        return 0;
    *at += 3;
    return read.high == 0 && read.low <= UINT32_MAX ? (uint32_t)read.low : 0;
}

static void report_align(const Attributes *a, uint32_t at, const char *why)
{
    Diag *diag = diag_new(
        a->l->job, DIAG_CODE_repr_align_invalid,
        diag_at_tokens(ast_span(a->item, ANCHOR_ATTRIBUTES, ast_pos(at, 0), ast_pos(at + 1, 0))));
    lower_emit(a->l, diag_argf(diag, "%s", why));
}

static uint32_t repr_alignment(const Attributes *a, uint32_t *at, uint32_t end)
{
    uint32_t before = *at, align = repr_number(a, at, end);
    if (*at == before) {
        if (before == end || a->run->tokens[before].kind == TOKEN_COMMA)
            report_align(a, before - 1, "`align` needs an argument");
    } else if (align == 0 || (align & (align - 1)) != 0) {
        report_align(a, before + 1, "not a power of two");
    } else if (align > 1u << 29) {
        report_align(a, before + 1, "larger than 2^29");
    } else {
        return align;
    }
    return 0;
}

/* What the hint is for: `is_packed` not enums, `is_int` enums only. */
static void check_target(const Attributes *a, TokenSpan hint, bool is_packed, bool is_int)
{
    bool is_enum = a->out->kind == DEF_ENUM;
    bool is_record = a->out->kind == DEF_STRUCT || a->out->kind == DEF_UNION;
    if ((is_enum && !is_packed) || (is_record && !is_int))
        return;
    const char *wanted = is_int      ? "an enum"
                         : is_packed ? "a struct or union"
                                     : "a struct, enum, or union";
    Diag *diag = diag_new(a->l->job, DIAG_CODE_repr_target, diag_at_tokens(hint));
    diag_argf(diag, "%s", wanted);
    lower_emit(a->l, diag_label(diag, diag_at_tokens(resolve_head_span(a->l->job, a->item)),
                                "not %s", wanted));
}

static void repr_word(Attributes *a, uint32_t *at, uint32_t end)
{
    uint32_t word = (*at)++;
    Str name = sym_text(a->l->in, a->run->tokens[word].text);
    uint8_t primitive;
    uint32_t ints = a->int_hints;
    if (str_eq(name, STR("C"))) {
        a->out->repr_c = true;
    } else if (str_eq(name, STR("transparent"))) {
        a->out->repr_transparent = true;
    } else if (str_eq(name, STR("packed"))) {
        a->out->repr_packed = true;
        uint32_t align = repr_number(a, at, end);
        if (align > 1)
            lower_emit(a->l, diag_arg(diag_new(a->l->job, DIAG_CODE_unsupported,
                                               diag_at_tokens(ast_span(a->item, ANCHOR_ATTRIBUTES,
                                                                       ast_pos(word, 0),
                                                                       ast_pos(*at, 0)))),
                                      STR("`repr(packed(N))` with N over 1")));
    } else if (str_eq(name, STR("align"))) {
        a->out->repr_align = repr_alignment(a, at, end);
    } else if (resolve_primitive(a->l->in, a->run->tokens[word].text, &primitive) &&
               primitive >= PRIMITIVE_I8 && primitive <= PRIMITIVE_USIZE) {
        a->out->repr_int = (uint8_t)(primitive + 1);
        a->int_hints++;
    } else {
        report_repr(a, word);
        return;
    }
    TokenSpan hint = ast_span(a->item, ANCHOR_ATTRIBUTES, ast_pos(word, 0), ast_pos(*at, 0));
    token_span_vec_push(&a->hints, hint);
    check_target(a, hint, str_eq(name, STR("packed")), a->int_hints > ints);
}

/* At all hints. */
static Diag *hints_diag(const Attributes *a, DiagCode code)
{
    Diag *diag = diag_new(a->l->job, code, diag_at_tokens(a->hints.items[0]));
    for (uint32_t i = 1; i < a->hints.count; i++)
        diag_primary_more(diag, diag_at_tokens(a->hints.items[i]), "%s", "");
    return diag;
}

static bool is_fieldless(const HirItem *item)
{
    for (uint32_t i = 0; i < item->variant_count; i++) {
        if (item->variants[i].ctor != AST_CTOR_UNIT)
            return false;
    }
    return item->kind == DEF_ENUM;
}

/* Hints that contradict each other or the item. */
static void check_repr(const Attributes *a, DiagSpan head)
{
    const HirItem *out = a->out;
    bool is_enum = out->kind == DEF_ENUM;
    if (a->hints.count == 0)
        return;
    if (out->repr_transparent && a->hints.count > 1) {
        Diag *diag = hints_diag(a, DIAG_CODE_repr_transparent_other);
        lower_emit(a->l, diag_argf(diag, "%s", def_kind_text((DefKind)out->kind)));
    }
    if (a->int_hints > 1 || (a->int_hints == 1 && out->repr_c && is_fieldless(out))) {
        Diag *diag = hints_diag(a, DIAG_CODE_repr_conflict);
        diag_note(diag, "for more information, see issue #68585 "
                        "<https://github.com/rust-lang/rust/issues/68585>");
        lower_emit(a->l, diag);
    }
    if (out->repr_packed && out->repr_align > 0)
        lower_emit(a->l, diag_new(a->l->job, DIAG_CODE_repr_packed_align, head));
    if (is_enum && out->variant_count == 0) {
        Diag *diag =
            diag_new(a->l->job, DIAG_CODE_repr_no_variants, diag_at_tokens(a->hints.items[0]));
        lower_emit(a->l, diag_label(diag, head, "zero-variant enum"));
    }
}

static void read_repr(Attributes *a)
{
    for (uint32_t i = 0; i < a->ast->attributes.count; i++) {
        IdRange one = { a->ast->attributes.start + i, 1 };
        const AstAttr *attr = expand_attr_find(a->l->in, a->ast, one, "repr");
        if (!attr)
            continue;
        uint32_t at = attr->args.start, end = at + attr->args.count;
        while (at < end) {
            if (a->run->tokens[at].kind == TOKEN_COMMA)
                at++;
            else
                repr_word(a, &at, end);
        }
    }
}

void lower_attributes(Lower *l, ItemId item, HirItem *out)
{
    Attributes a = { .l = l,
                     .item = item,
                     .ast = q_attributes_ast(l->job, item),
                     .run = parse_tokens(l->job, item, ANCHOR_ATTRIBUTES),
                     .out = out };
    if (a.ast->attributes.count == 0)
        return;
    token_span_vec_init(&a.hints, l->scratch);
    out->lang_item = value_of(&a, "lang");
    if (find(&a, "panic_handler"))
        out->lang_item = sym_intern_c(l->in, "panic_impl");
    out->link_name = value_of(&a, "link_name");
    out->export_name = value_of(&a, "export_name");
    out->no_mangle = find(&a, "no_mangle") != NULL;
    out->is_inline = find(&a, "inline") != NULL;
    out->is_cold = find(&a, "cold") != NULL;
    out->track_caller = find(&a, "track_caller") != NULL;
    if (find(&a, "rustc_intrinsic"))
        out->rustc_intrinsic = def_name(l->in, l->owner);
    read_repr(&a);
    check_repr(&a, diag_at_tokens(resolve_head_span(l->job, item)));
}

/* ---- inside of items ---- */

bool lower_is_configured(Lower *l, IdRange attrs, AstPos lo, AstPos hi)
{
    const Source *s = l->source;
    if (attrs.count == 0 ||
        expand_cfg_holds(l->job, l->place.crate, s->item, s->anchor, s->ast, s->run, attrs))
        return true;
    absent_node_vec_push(&l->absent, (AbsentNode){ s->ast, lo, hi });
    return false;
}

static bool is_absent(const Lower *l, AstPos at)
{
    for (uint32_t i = 0; i < l->absent.count; i++) {
        const AbsentNode *node = &l->absent.items[i];
        if (node->ast == l->source->ast && node->lo <= at && at < node->hi)
            return true;
    }
    return false;
}

void lower_check_attributes(Lower *l)
{
    const Ast *ast = l->source->ast;
    for (uint32_t i = 1; i < ast->attr_count; i++) {
        const AstAttr *attr = &ast->attrs[i];
        const AstPath *path = &ast->paths[attr->path.v];
        if (!is_absent(l, attr->lo))
            l->b->has_error |=
                !resolve_check_attribute(l->job, ast, attr, lower_at(l, path->lo, path->hi));
    }
}
