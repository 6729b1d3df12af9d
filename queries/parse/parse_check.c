/* Parts that an item must or must not have where it stands. Grammar allows them all, so that macros
 * may take them. */
#include "parse/parse_priv.h"

ItemShape item_shape(const Interners *interners, ItemId item)
{
    PathRecord record = item_record(interners, item);
    ItemShape shape = { .kind = (uint8_t)record.kind };
    if (record.kind < DEF_KIND_COUNT)
        shape.parent = (uint8_t)item_record(interners, item_id_make(record.parent)).kind;
    return shape;
}

/* A part that must be there is missing: kind and parent (0: any other than those of earlier rows),
 * the message, and what to write. */
typedef struct {
    uint8_t kind, parent;
    const char *message, *suggestion, *replacement;
} MissingPart;

static const MissingPart missing_parts[] = {
    { DEF_FN, 0, "free function without a body", "provide a definition for the function",
      " { <body> }" },
    { DEF_ASSOC_FN, DEF_IMPL, "associated function in `impl` without body",
      "provide a definition for the function", " { <body> }" },
    { DEF_CONST, 0, "free constant item without body", "provide a definition for the constant",
      " = <expr>;" },
    { DEF_ASSOC_CONST, DEF_IMPL, "associated constant in `impl` without body",
      "provide a definition for the constant", " = <expr>;" },
    { DEF_STATIC, 0, "free static item without body", "provide a definition for the static",
      " = <expr>;" },
    { DEF_TYPE_ALIAS, 0, "free type alias without body", "provide a definition for the type",
      " = <type>;" },
    { DEF_ASSOC_TYPE, DEF_IMPL, "associated type in `impl` without body",
      "provide a definition for the type", " = <type>;" },
};

typedef struct {
    uint8_t kind;
    const char *message;
} ExtraPart;

/* Items of extern blocks. */
static const ExtraPart extra_parts[] = {
    { DEF_FOREIGN_FN, "incorrect function inside `extern` block" },
    { DEF_FOREIGN_STATIC, "incorrect `static` inside `extern` block" },
    { DEF_TYPE_ALIAS, "incorrect `type` inside `extern` block" },
};

/* An attribute of the name stands in the run. */
static bool has_attribute(const ParseContext *context, const TokenRun *run, Str name)
{
    for (uint32_t i = 0; i + 1 < run->count; i++) {
        bool is_first =
            run->tokens[i].kind == TOKEN_OPEN_BRACKET && run->tokens[i + 1].kind == TOKEN_IDENT;
        if (is_first && str_eq(sym_text(context->interners, run->tokens[i + 1].text), name))
            return true;
    }
    return false;
}

static AstIdent item_name(const AstItem *item)
{
    if (item->kind == AST_ITEM_FN)
        return item->as.fn.name;
    if (item->kind == AST_ITEM_CONST)
        return item->as.const_.name;
    return item->kind == AST_ITEM_STATIC ? item->as.static_.name : item->as.type_alias.name;
}

/* A type alias has its type in the header; for the others a `;` ends the header if nothing comes
 * after it. */
static bool has_part(const AstItem *item, const TokenRun *header)
{
    if (item->kind == AST_ITEM_TYPE_ALIAS)
        return !ast_ty_id_is_none(item->as.type_alias.ty_or_none);
    return header->count == 0 || header->tokens[header->count - 1].kind != TOKEN_SEMI;
}

static void report_missing(SyntaxErrorVec *errors, ItemShape shape, const Ast *ast,
                           const AstItem *item)
{
    const AstVis *vis = ast_vis(ast, ast->vis);
    AstPos lo = vis->kind == AST_VIS_INHERITED ? item->lo : vis->lo;
    for (size_t i = 0; i < ARRAY_COUNT(missing_parts); i++) {
        const MissingPart *part = &missing_parts[i];
        if (part->kind != shape.kind || (part->parent && part->parent != shape.parent))
            continue;
        SyntaxError *error = syntax_error_add(errors, DIAG_CODE_parse_free_item_body, lo, item->hi);
        syntax_error_arg(errors, error, str_from_c(part->message));
        error->is_late = true;
        error->suggestion = part->suggestion;
        error->suggestion_lo = item->hi - (1u << AST_POS_SHIFT);
        error->suggestion_hi = item->hi;
        error->replacement = part->replacement;
        error->applicability = APPLICABLE_PLACEHOLDERS;
    }
}

static void report_extra(SyntaxErrorVec *errors, ItemShape shape, const AstItem *item)
{
    AstIdent name = item_name(item);
    AstPos hi = ast_pos((name.at >> AST_POS_SHIFT) + 1, 0);
    for (size_t i = 0; i < ARRAY_COUNT(extra_parts); i++) {
        if (extra_parts[i].kind != shape.kind)
            continue;
        SyntaxError *error = syntax_error_add(errors, DIAG_CODE_parse_free_item_body, name.at, hi);
        syntax_error_arg(errors, error, str_from_c(extra_parts[i].message));
        error->is_late = true;
        error->primary_label = "cannot have a body";
        error->note =
            "for more information, visit https://doc.rust-lang.org/std/keyword.extern.html";
    }
}

void parse_check_parts(const ParseContext *context, ItemShape shape, const TokenRun *attributes,
                       const TokenRun *header, const Ast *ast, SyntaxErrorVec *errors)
{
    const AstItem *item = ast_item(ast, ast->item);
    bool may_have_part = item->kind == AST_ITEM_FN || item->kind == AST_ITEM_CONST ||
                         item->kind == AST_ITEM_STATIC || item->kind == AST_ITEM_TYPE_ALIAS;
    if (!may_have_part)
        return;
    bool is_foreign = shape.parent == DEF_FOREIGN_MOD, is_there = has_part(item, header);
    if (is_foreign && item->kind == AST_ITEM_CONST) {
        AstIdent name = item->as.const_.name;
        SyntaxError *error = syntax_error_add(errors, DIAG_CODE_parse_foreign_const, name.at,
                                              ast_pos((name.at >> AST_POS_SHIFT) + 1, 0));
        error->note =
            "for more information, visit https://doc.rust-lang.org/std/keyword.extern.html";
    } else if (is_foreign && is_there) {
        report_extra(errors, shape, item);
    } else if (!is_foreign && !is_there &&
               !has_attribute(context, attributes, STR("rustc_intrinsic"))) {
        report_missing(errors, shape, ast, item);
    }
}
