/* Words of messages: what a resolution is called, where a definition is shown, the nearest name. */
#include "resolve/resolve_path.h"
#include "resolve/resolve_priv.h"

TokenSpan item_tokens_span(Job *job, ItemId item, uint32_t lo, uint32_t hi)
{
    return expand_span(job, item, ANCHOR_HEADER, ast_pos(lo, 0), ast_pos(hi, 0));
}

TokenSpan resolve_head_span(Job *job, ItemId item)
{
    const TokenRun *header = parse_tokens(job, item, ANCHOR_HEADER);
    uint32_t end = 0;
    while (end < header->count && header->tokens[end].kind != TOKEN_OPEN_BRACE &&
           header->tokens[end].kind != TOKEN_KW_WHERE && header->tokens[end].kind != TOKEN_SEMI)
        end++;
    return item_tokens_span(job, item, 0, end);
}

TokenSpan item_head_span(Job *job, ItemId item)
{
    return resolve_head_span(job, item);
}

DiagSpan resolve_def_span(Job *job, DefId def)
{
    Interners *in = job_interners(job);
    DefKind kind = def_kind(in, def);
    if (kind == DEF_CRATE)
        return diag_nowhere();
    if (kind == DEF_CTOR)
        return resolve_def_span(job, def_parent(in, def));
    if (kind == DEF_VARIANT || kind == DEF_FIELD || kind == DEF_TYPE_PARAM ||
        kind == DEF_CONST_PARAM || kind == DEF_LIFETIME_PARAM)
        return diag_at((Span){ def, 0 });
    ItemId item = q_def_item(job, def)->item;
    return item_id_is_none(item) ? diag_nowhere() : diag_at_tokens(resolve_head_span(job, item));
}

/* ---- kinds ---- */

static const char *struct_text(AstCtor ctor)
{
    return ctor == AST_CTOR_TUPLE  ? "tuple struct"
           : ctor == AST_CTOR_UNIT ? "unit struct"
                                   : "struct";
}

static AstCtor struct_ctor(Job *job, DefId def)
{
    ItemId item = q_def_item(job, def)->item;
    const ItemTree *tree = item_id_is_none(item) ? NULL : q_item_subtree(job, item);
    return tree && tree->count > 1 ? (AstCtor)tree->items[1].ctor : AST_CTOR_STRUCT;
}

const char *resolve_res_text(Job *job, Res res)
{
    Interners *in = job_interners(job);
    if (res.kind == RES_DEF && def_kind(in, res.def) == DEF_CTOR) {
        DefId parent = def_parent(in, res.def);
        return def_kind(in, parent) == DEF_VARIANT ? "variant"
                                                   : struct_text(struct_ctor(job, parent));
    }
    return res_kind_text(in, res);
}

const char *res_kind_text(const Interners *in, Res res)
{
    switch ((ResKind)res.kind) {
    case RES_DEF: {
        DefKind kind = def_kind(in, res.def);
        if (kind == DEF_ASSOC_FN)
            return "associated function";
        return kind == DEF_CTOR ? "constructor" : def_kind_text(kind);
    }
    case RES_LOCAL:
        return "local variable";
    case RES_PRIMITIVE:
        return "builtin type";
    case RES_SELF_TYPE:
        return "self type";
    case RES_SELF_CTOR:
        return "self constructor";
    case RES_ERROR:
    case RES_KIND_COUNT:
        return "unresolved item";
    }
    RSC_UNREACHABLE();
}

Str resolve_module_text(Job *job, DefId module, DefId own_crate, const char *root)
{
    Interners *in = job_interners(job);
    Text text;
    text_init(&text, job_scratch(job));
    if (def_id_eq(module, own_crate)) {
        text_add_c(&text, root);
        return text_str(&text);
    }
    text_add_char(&text, '`');
    if (def_id_eq(def_crate(in, module), own_crate))
        def_path_text(in, module, &text);
    else
        def_qualified_text(in, module, &text);
    text_add_char(&text, '`');
    return text_str(&text);
}

/* ---- nearest names ---- */

enum { SUGGEST_NAME_MAX = 64 };

static uint32_t minimum(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Damerau-Levenshtein (restricted), in bytes; more than limit counts as limit + 1. */
static uint32_t edit_distance(Str a, Str b, uint32_t limit)
{
    uint32_t rows[3][SUGGEST_NAME_MAX + 1];
    uint32_t *before = rows[0], *last = rows[1], *now = rows[2];
    if (a.bytes > SUGGEST_NAME_MAX || b.bytes > SUGGEST_NAME_MAX)
        return limit + 1;
    for (uint32_t j = 0; j <= b.bytes; j++)
        last[j] = j, before[j] = 0;
    for (uint32_t i = 1; i <= a.bytes; i++) {
        now[0] = i;
        for (uint32_t j = 1; j <= b.bytes; j++) {
            uint32_t cost = a.data[i - 1] != b.data[j - 1];
            now[j] = minimum(minimum(last[j] + 1, now[j - 1] + 1), last[j - 1] + cost);
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1])
                now[j] = minimum(now[j], before[j - 2] + 1);
        }
        uint32_t *spare = before;
        before = last, last = now, now = spare;
    }
    return last[b.bytes];
}

static bool equal_ignoring_case(Str a, Str b)
{
    bool equal = a.bytes == b.bytes;
    for (size_t i = 0; i < a.bytes && equal; i++) {
        char x = a.data[i], y = b.data[i];
        x = x >= 'A' && x <= 'Z' ? (char)(x | 32) : x;
        y = y >= 'A' && y <= 'Z' ? (char)(y | 32) : y;
        equal = x == y;
    }
    return equal;
}

SymId resolve_suggest(const Interners *in, SymId wanted, const SymId *names, uint32_t count)
{
    Str text = sym_text(in, wanted);
    uint32_t limit = (uint32_t)(text.bytes < 3 ? 3 : text.bytes) / 3;
    SymId best = sym_id_none();
    uint32_t best_distance = limit + 1;
    for (uint32_t i = 0; i < count; i++) {
        Str name = sym_text(in, names[i]);
        if (sym_id_eq(names[i], wanted) || str_eq(name, STR("_")) ||
            (name.bytes && name.data[0] == '_' && name.bytes > 1 && name.data[1] == ' '))
            continue;
        uint32_t distance = equal_ignoring_case(text, name) ? 0 : edit_distance(text, name, limit);
        bool nearer =
            distance < best_distance || (distance == best_distance && !sym_id_is_none(best) &&
                                         str_compare(name, sym_text(in, best)) < 0);
        if (distance <= limit && nearer)
            best = names[i], best_distance = distance;
    }
    return best;
}
