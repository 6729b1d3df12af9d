/* The function that a program begins with. */
#include "base/codec.h"
#include "check/check_priv.h"
#include "expand/expand.h"
#include "lex/lex.h"
#include "project/project.h"
#include "resolve/resolve.h"
#include "resolve/resolve_path.h"

/* Behind the last token of the crate's root file, where rustc points too: any edit of that file
 * makes this execute again, but only while `main` is missing. */
static void report_missing(Job *job, DefId crate)
{
    const CrateInfo *info = q_crate_info(job, crate);
    const FileTokens *tokens = q_file_tokens(job, info->root_file);
    if (!tokens->has_text || tokens->is_cut)
        return; /* an error already */
    Str path = sym_text(job_interners(job), file_record(job_interners(job), info->root_file).path);
    DiagSpan span = diag_nowhere();
    if (tokens->count) {
        uint32_t end = tokens->tokens[tokens->count - 1].hi;
        span = diag_at_file(info->root_file, end, end);
    }
    Diag *diag = diag_new(job, DIAG_CODE_main_not_found, span);
    diag_arg(diag, sym_text(job_interners(job), info->name));
    if (tokens->count)
        diag_primary_label(diag, "consider adding a `main` function to `%.*s`", (int)path.bytes,
                           path.data);
    else
        diag_note(diag, "consider adding a `main` function to `%.*s`", (int)path.bytes, path.data);
    diag_emit(job, diag);
}

/* ---- the type of `main` ---- */

typedef struct {
    Job *job;
    DefId def;
    ItemId item;
    const Ast *ast; /* of the header */
} MainFn;

static DiagSpan main_span(const MainFn *fn, AstPos lo, AstPos hi)
{
    return diag_at_tokens(expand_span(fn->job, fn->item, ANCHOR_HEADER, lo, hi));
}

static void report_generics(const MainFn *fn, const AstGenerics *generics)
{
    Diag *diag =
        diag_new(fn->job, DIAG_CODE_main_generic, main_span(fn, generics->lo, generics->hi));
    diag_emit(fn->job, diag_primary_label(diag, "`main` cannot have generic parameters"));
}

static void report_output(const MainFn *fn, TyId output, AstTyId written)
{
    const AstTy *ty = &fn->ast->tys[written.v];
    Diag *diag = diag_new(fn->job, DIAG_CODE_main_output, main_span(fn, ty->lo, ty->hi));
    diag_arg(diag, ty_text_in(job_interners(fn->job), output, job_scratch(fn->job)));
    diag_primary_label(diag, "`main` can only return types that implement `Termination`");
    diag_emit(fn->job, diag_help(diag, "consider using `()`, or a `Result`"));
}

static void report_type(const MainFn *fn, const FnSig *sig)
{
    Diag *diag = diag_new(fn->job, DIAG_CODE_main_type, resolve_def_span(fn->job, fn->def));
    if (sig->is_unsafe)
        diag_primary_label(diag, "expected safe fn, found unsafe fn");
    else if (sig->abi != ABI_RUST)
        diag_primary_label(diag, "expected \"Rust\" fn, found \"%s\" fn", ty_abi_names[sig->abi]);
    else
        diag_primary_label(diag, "incorrect number of function parameters");
    Str found = ty_text_in(job_interners(fn->job),
                           ty_fn_ptr(job_interners(fn->job), job_scratch(fn->job), sig),
                           job_scratch(fn->job));
    diag_note(diag, "expected signature `fn()`\n   found signature `%.*s`", (int)found.bytes,
              found.data);
    diag_emit(fn->job, diag);
}

/* A core without the trait allows what its `start` takes: `()`. */
static bool may_be_returned(Job *job, DefId main_fn, TyId output)
{
    Interners *in = job_interners(job);
    DefId crate = def_crate(in, main_fn);
    LangItemKey key = { crate, sym_intern_c(in, "termination") };
    DefId termination = q_lang_item(job, key)->def;
    if (def_id_is_none(termination) || ty_is_unit(in, output) || ty_is_error(in, output))
        return ty_is_unit(in, output) || ty_is_error(in, output) || ty_is_never(in, output);
    GenericArg self = arg_of_ty(output);
    TraitRef goal = { termination, args_intern(in, &self, 1) };
    return trait_goal_holds(job, (TypingEnv){ main_fn, crate, TYPING_CHECK }, goal);
}

/* E0131, E0277, E0580. */
static bool main_type_is_right(Job *job, DefId def)
{
    MainFn fn = { job, def, q_def_item(job, def)->item, NULL };
    fn.ast = item_id_is_none(fn.item) ? NULL : q_header_ast(job, fn.item);
    if (!fn.ast || !fn.ast->item.v || ast_item(fn.ast, fn.ast->item)->kind != AST_ITEM_FN)
        return false; /* reported */
    const AstItem_fn *node = &ast_item(fn.ast, fn.ast->item)->as.fn;
    const AstGenerics *generics = &fn.ast->generics[node->generics.v];
    const FnSig *sig = q_fn_sig(job, def);
    if (generics->params.count)
        report_generics(&fn, generics);
    else if (!may_be_returned(job, def, sig->output))
        report_output(&fn, sig->output, node->output_or_none);
    else if (sig->input_count || sig->is_unsafe || sig->abi != ABI_RUST)
        report_type(&fn, sig);
    else
        return true;
    return false;
}

static bool is_bin(const Interners *in, const Ast *ast, const AstAttr *attr)
{
    const AstExpr *value = attr->value_or_none.v ? ast_expr(ast, attr->value_or_none) : NULL;
    return value && value->kind == AST_EXPR_LITERAL &&
           str_eq(sym_text(in, value->as.literal.text), STR("\"bin\""));
}

/* Attributes of the crate after which it would not be a program that begins with `main`. */
static bool has_other_entry(Job *job, DefId crate)
{
    const Interners *in = job_interners(job);
    ItemId root = item_root_of_file(job_interners(job), q_crate_info(job, crate)->root_file);
    const Ast *ast = q_attributes_ast(job, root);
    const AstAttr *attr = expand_attr_find(in, ast, ast->attributes, "no_main");
    const AstAttr *type = expand_attr_find(in, ast, ast->attributes, "crate_type");
    const char *feature = "the attribute `#![no_main]`";
    if (!attr && type && !is_bin(in, ast, type)) {
        attr = type;
        feature = "the attribute `#![crate_type]` in place of `--crate-type`";
    }
    if (attr)
        diag_unsupported(job, diag_at_tokens(ast_span(root, ANCHOR_ATTRIBUTES, attr->lo, attr->hi)),
                         feature);
    return attr != NULL;
}

void entry_fn_provide(Job *job, DefId crate, EntryFn *out)
{
    *out = (EntryFn){ def_id_none() };
    if (q_crate_info(job, crate)->kind != TARGET_BIN || has_other_entry(job, crate))
        return;
    ScopeNameKey key = { crate, sym_intern_c(job_interners(job), "main"), NAMESPACE_VALUE };
    const ScopeName *name = q_scope_name(job, key);
    if (name->is_found && name->res.kind == RES_DEF &&
        def_kind(job_interners(job), name->res.def) == DEF_FN) {
        if (main_type_is_right(job, name->res.def))
            out->def = name->res.def;
    } else {
        report_missing(job, crate);
    }
}

static void entry_fn_encode(Encoder *e, const void *value)
{
    encode_interned(e, INTERN_def, ((const EntryFn *)value)->def.v);
}
static void entry_fn_decode(Decoder *d, void *value)
{
    ((EntryFn *)value)->def = def_id_make(decode_interned(d, INTERN_def));
}
static const EntryFn entry_fn_error = { { 0 } };
const ValueInfo value_info_EntryFn = { "EntryFn", sizeof(EntryFn), entry_fn_encode, entry_fn_decode,
                                       &entry_fn_error };
