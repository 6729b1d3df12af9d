/* Attributes that may stand only in a crate that asks for an unstable feature (E0658), and those
 * that are none. */
#include "resolve/resolve_gates.h"

#include "expand/expand.h"
#include "resolve/resolve_path.h"

/* rustc's words. `issue`: 0: none. */
typedef struct {
    const char *name, *feature, *message;
    uint32_t issue;
} GatedAttribute;

#define EXPERIMENTAL(name, feature, issue) \
    { name, feature, "the `#[" name "]` attribute is an experimental feature", issue }
static const GatedAttribute gated_attributes[] = {
    EXPERIMENTAL("coverage", "coverage_attribute", 84605),
    EXPERIMENTAL("ffi_const", "ffi_const", 58328),
    EXPERIMENTAL("ffi_pure", "ffi_pure", 58329),
    EXPERIMENTAL("fundamental", "fundamental", 29635),
    EXPERIMENTAL("linkage", "linkage", 29603),
    EXPERIMENTAL("marker", "marker_trait_attr", 29864),
    EXPERIMENTAL("needs_allocator", "allocator_internals", 0),
    EXPERIMENTAL("no_core", "no_core", 29639),
    EXPERIMENTAL("optimize", "optimize_attribute", 54882),
    { "allow_internal_unstable", "allow_internal_unstable",
      "allow_internal_unstable side-steps feature gating and stability checks", 0 },
    { "may_dangle", "dropck_eyepatch",
      "`may_dangle` has unstable semantics and may be removed in the future", 34761 },
    { "lang", "lang_items", "lang items are subject to change", 0 },
    { "rustc_intrinsic", "intrinsics",
      "the `#[rustc_intrinsic]` attribute is used to declare intrinsics as function items", 0 },
    { "thread_local", "thread_local",
      "`#[thread_local]` is an experimental feature, and does not currently handle destructors",
      29594 },
};
#undef EXPERIMENTAL

/* Attributes of the compiler itself. */
static const GatedAttribute internal_attribute = { NULL, "rustc_attrs",
                                                   "use of an internal attribute", 0 };

static const GatedAttribute *find_gated(Str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(gated_attributes); i++) {
        if (str_eq(name, str_from_c(gated_attributes[i].name)))
            return &gated_attributes[i];
    }
    return str_starts_with(name, STR("rustc_")) ? &internal_attribute : NULL;
}

/* Names in the arguments of an attribute. */
static bool names(const Interners *in, const TokenRun *run, const AstAttr *attr, const char *word)
{
    for (uint32_t i = 0; i < attr->args.count; i++) {
        const Token *token = &run->tokens[attr->args.start + i];
        if (token->kind == TOKEN_IDENT && str_eq(sym_text(in, token->text), str_from_c(word)))
            return true;
    }
    return false;
}

bool resolve_has_feature(Job *job, DefId crate, const char *feature)
{
    Interners *in = job_interners(job);
    ItemId root = item_root_of_file(in, q_crate_info(job, crate)->root_file);
    if (item_id_is_none(root))
        return false;
    const Ast *ast = q_attributes_ast(job, root);
    const TokenRun *run = parse_tokens(job, root, ANCHOR_ATTRIBUTES);
    for (uint32_t i = 0; i < ast->attributes.count; i++) {
        IdRange one = { ast->attributes.start + i, 1 };
        const AstAttr *attr = expand_attr_find(in, ast, one, "feature");
        if (attr && names(in, run, attr, feature))
            return true;
    }
    return false;
}

static Diag *gate_diag(Job *job, DiagSpan span, const char *feature, uint32_t issue,
                       const char *message)
{
    Diag *diag = diag_new(job, DIAG_CODE_unstable_feature, span);
    diag_arg(diag, str_from_c(message));
    if (issue)
        diag_note(diag,
                  "see issue #%u <https://github.com/rust-lang/rust/issues/%u> for more "
                  "information",
                  issue, issue);
    return diag_help(diag, "add `#![feature(%s)]` to the crate attributes to enable", feature);
}

bool resolve_check_feature(Job *job, DefId crate, DiagSpan span, const char *feature,
                           uint32_t issue, const char *message)
{
    if (resolve_has_feature(job, crate, feature))
        return true;
    diag_emit(job, gate_diag(job, span, feature, issue, message));
    return false;
}

static DiagSpan attribute_span(ItemId item, const AstAttr *attr)
{
    return diag_at_tokens(ast_span(item, ANCHOR_ATTRIBUTES, attr->lo, attr->hi));
}

static void report_gated(Job *job, ItemId item, SymId name, const GatedAttribute *gated)
{
    const char *text = sym_text(job_interners(job), name).data;
    const Ast *ast = q_attributes_ast(job, item);
    for (uint32_t i = 0; i < ast->attributes.count; i++) {
        IdRange one = { ast->attributes.start + i, 1 };
        const AstAttr *attr = expand_attr_find(job_interners(job), ast, one, text);
        if (!attr)
            continue;
        Diag *diag = gate_diag(job, attribute_span(item, attr), gated->feature, gated->issue,
                               gated->message);
        if (!gated->name)
            diag_note(diag,
                      "the `#[%s]` attribute is an internal implementation detail that will never "
                      "be stable",
                      text);
        diag_emit(job, diag);
    }
}

static void report_unknown_path(Job *job, SymId first, DiagSpan span)
{
    Str name = sym_text(job_interners(job), first);
    Diag *diag = diag_new(job, DIAG_CODE_unresolved_module, span);
    diag_argf(diag, "module or crate `%.*s` in this scope", (int)name.bytes, name.data);
    diag_primary_label(diag, "use of unresolved module or unlinked crate `%.*s`", (int)name.bytes,
                       name.data);
    diag_emit(job, diag);
}

bool resolve_check_attribute(Job *job, const Ast *ast, const AstAttr *attr, DiagSpan path_span)
{
    Interners *in = job_interners(job);
    const AstPath *path = &ast->paths[attr->path.v];
    if (path->segments.count == 0)
        return true;
    SymId name = ast->segments[ast_list_at(ast, path->segments, 0)].name.name;
    bool is_path = path->segments.count > 1;
    const char *text =
        arena_printf(job_scratch(job), "%s%s", sym_text(in, name).data, is_path ? "::" : "");
    if (parse_attribute_is_builtin(str_from_c(text)))
        return true;
    if (is_path)
        report_unknown_path(job, name, path_span);
    else
        diag_emit(job, diag_arg(diag_new(job, DIAG_CODE_attribute_not_found, path_span),
                                sym_text(in, name)));
    return false;
}

static void report_unknown(Job *job, ItemId item)
{
    const Ast *ast = q_attributes_ast(job, item);
    for (uint32_t i = 0; i < ast->attributes.count; i++) {
        const AstAttr *attr = &ast->attrs[ast_list_at(ast, ast->attributes, i)];
        const AstPath *path = &ast->paths[attr->path.v];
        resolve_check_attribute(
            job, ast, attr, diag_at_tokens(ast_span(item, ANCHOR_ATTRIBUTES, path->lo, path->hi)));
    }
}

void resolve_check_attributes(Job *job, DefId crate, const ItemTree *tree, const Item *item)
{
    for (uint32_t i = 0; i < item->attrs.count; i++) {
        SymId name = tree->attrs[item->attrs.start + i];
        const GatedAttribute *gated = find_gated(sym_text(job_interners(job), name));
        if (gated && !resolve_has_feature(job, crate, gated->feature))
            report_gated(job, item->id, name, gated);
    }
    if (item->flags & ITEM_HAS_UNKNOWN_ATTR)
        report_unknown(job, item->id);
}

bool resolve_check_macro(Job *job, DefId crate, ItemId item)
{
    DiagSpan head = diag_at_tokens(resolve_head_span(job, item));
    if (!q_macro_definition(job, item)->is_macro_item)
        return expand_check_macro(job, crate, item);
    if (resolve_check_feature(job, crate, head, "decl_macro", 39412, "`macro` is experimental"))
        diag_unsupported(job, head, "a `macro` item");
    return false;
}
