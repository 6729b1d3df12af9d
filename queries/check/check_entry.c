/* The function that a program begins with. */
#include "base/codec.h"
#include "check/check_priv.h"
#include "lex/lex.h"
#include "project/project.h"
#include "resolve/resolve.h"

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

void entry_fn_provide(Job *job, DefId crate, EntryFn *out)
{
    *out = (EntryFn){ def_id_none() };
    if (q_crate_info(job, crate)->kind != TARGET_BIN)
        return;
    ScopeNameKey key = { crate, sym_intern_c(job_interners(job), "main"), NAMESPACE_VALUE };
    const ScopeName *name = q_scope_name(job, key);
    if (name->is_found && name->res.kind == RES_DEF &&
        def_kind(job_interners(job), name->res.def) == DEF_FN)
        out->def = name->res.def;
    else
        report_missing(job, crate);
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
