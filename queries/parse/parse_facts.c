/* What the item tree says of an item beyond its tokens: facts from attributes, visibility, names,
 * use trees, variants. Whatever is malformed is passed over in silence: the parser reports it when
 * it reads the header. */
#include <string.h>

#include "parse/parse_partition.h"

/* ---- attributes ---- */

typedef struct {
    Str name;
    uint32_t flags; /* ITEM_ bits */
} AttributeFact;

#define NAME(name) { name, sizeof(name) - 1 }

/* Attributes that mean something to the item tree. */
static const AttributeFact attribute_facts[] = {
    { NAME("cfg"), ITEM_HAS_CFG },
    { NAME("cfg_attr"), ITEM_HAS_CFG_ATTR },
    { NAME("derive"), ITEM_HAS_DERIVE },
    { NAME("derive_const"), ITEM_HAS_DERIVE },
    { NAME("export_name"), ITEM_USED },
    { NAME("lang"), 0 },
    { NAME("link_section"), ITEM_USED },
    { NAME("macro_export"), ITEM_MACRO_EXPORT },
    { NAME("macro_use"), ITEM_MACRO_USE },
    { NAME("no_mangle"), ITEM_NO_MANGLE },
    { NAME("panic_handler"), 0 },
    { NAME("path"), ITEM_HAS_PATH },
    { NAME("proc_macro"), ITEM_PROC_MACRO },
    { NAME("proc_macro_attribute"), ITEM_PROC_MACRO },
    { NAME("proc_macro_derive"), ITEM_PROC_MACRO },
    { NAME("test"), ITEM_TEST },
    { NAME("used"), ITEM_USED },
};

/* Other attributes of the language; those that begin with rustc_ are too. */
static const Str builtin_attributes[] = {
    NAME("allow"),
    NAME("allow_internal_unsafe"),
    NAME("allow_internal_unstable"),
    NAME("alloc_error_handler"),
    NAME("automatically_derived"),
    NAME("cfi_encoding"),
    NAME("cold"),
    NAME("collapse_debuginfo"),
    NAME("const_eval_limit"),
    NAME("const_trait"),
    NAME("core"),
    NAME("coverage"),
    NAME("crate_name"),
    NAME("crate_type"),
    NAME("debugger_visualizer"),
    NAME("default_lib_allocator"),
    NAME("define_opaque"),
    NAME("deny"),
    NAME("deprecated"),
    NAME("deprecated_safe"),
    NAME("do_not_recommend"),
    NAME("doc"),
    NAME("expect"),
    NAME("feature"),
    NAME("ffi_const"),
    NAME("ffi_pure"),
    NAME("forbid"),
    NAME("fundamental"),
    NAME("global_allocator"),
    NAME("ignore"),
    NAME("inline"),
    NAME("instruction_set"),
    NAME("link"),
    NAME("link_name"),
    NAME("link_ordinal"),
    NAME("linkage"),
    NAME("loop_match"),
    NAME("marker"),
    NAME("may_dangle"),
    NAME("must_not_suspend"),
    NAME("must_use"),
    NAME("naked"),
    NAME("needs_allocator"),
    NAME("needs_panic_runtime"),
    NAME("no_builtins"),
    NAME("no_core"),
    NAME("no_implicit_prelude"),
    NAME("no_link"),
    NAME("no_main"),
    NAME("no_sanitize"),
    NAME("no_start"),
    NAME("no_std"),
    NAME("non_exhaustive"),
    NAME("omit_gdb_pretty_printer_section"),
    NAME("optimize"),
    NAME("panic_runtime"),
    NAME("patchable_function_entry"),
    NAME("pointee"),
    NAME("prelude_import"),
    NAME("profiler_runtime"),
    NAME("recursion_limit"),
    NAME("reexport_test_harness_main"),
    NAME("repr"),
    NAME("sanitize"),
    NAME("should_panic"),
    NAME("splat"),
    NAME("stable"),
    NAME("start"),
    NAME("target_feature"),
    NAME("test_runner"),
    NAME("thread_local"),
    NAME("track_caller"),
    NAME("transparent"),
    NAME("type_const"),
    NAME("type_length_limit"),
    NAME("unix_sigpipe"),
    NAME("unstable"),
    NAME("unstable_feature_bound"),
    NAME("unsafe"),
    NAME("warn"),
    NAME("windows_subsystem"),
};

#undef NAME

/* Every attribute of every item is looked up; what tells most names apart is their length. */
static const AttributeFact *find_fact(Str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(attribute_facts); i++) {
        if (str_eq(attribute_facts[i].name, name))
            return &attribute_facts[i];
    }
    return NULL;
}

bool parse_attribute_is_builtin(Str name)
{
    if (find_fact(name) || str_starts_with(name, STR("rustc_")) ||
        str_starts_with(name, STR("rustfmt::")) || str_starts_with(name, STR("clippy::")) ||
        str_starts_with(name, STR("diagnostic::")) || str_starts_with(name, STR("miri::")) ||
        str_starts_with(name, STR("rust_analyzer::")))
        return true;
    for (size_t i = 0; i < ARRAY_COUNT(builtin_attributes); i++) {
        if (str_eq(builtin_attributes[i], name))
            return true;
    }
    return false;
}

static bool is_attribute_word(const Partitioner *p, uint32_t at)
{
    return view_is_ident(p, at) || token_class(view_kind(p, at)) == TOKEN_CLASS_KEYWORD;
}

/* Behind the path; its words joined by `::` in *name. */
static uint32_t attribute_path(Partitioner *p, uint32_t at, uint32_t end, SymId *name)
{
    if (at < end && is_attribute_word(p, at) && view_kind(p, at + 1) != TOKEN_PATH_SEP &&
        !is_attribute_word(p, at + 1)) {
        *name = view_token(p, at)->text;
        return at + 1;
    }
    Text text;
    text_init(&text, p->scratch);
    for (; at < end; at++) {
        TokenKind kind = view_kind(p, at);
        if (kind == TOKEN_PATH_SEP)
            text_add_c(&text, "::");
        else if (is_attribute_word(p, at))
            text_add(&text, sym_text(p->input->interners, view_token(p, at)->text));
        else
            break;
    }
    *name = text.bytes ? sym_intern(p->input->interners, text_str(&text)) : sym_id_none();
    return at;
}

/* The unescaped string of `= "value"`. */
static SymId attribute_value(Partitioner *p, uint32_t at, uint32_t end)
{
    LiteralValue value;
    if (at + 1 >= end || view_kind(p, at) != TOKEN_EQ)
        return sym_id_none();
    const Token *token = view_token(p, at + 1);
    bool is_string = token->kind == TOKEN_STR || token->kind == TOKEN_RAW_STR;
    if (!is_string || !literal_value(p->input->interners, p->scratch, (TokenKind)token->kind,
                                     token->text, &value))
        return sym_id_none();
    return sym_intern(p->input->interners, value.text);
}

/* The contents of one attribute's brackets. */
static void attribute_fact(Partitioner *p, Item *item, uint32_t at, uint32_t end)
{
    if (view_kind(p, at) == TOKEN_KW_UNSAFE && view_kind(p, at + 1) == TOKEN_OPEN_PAREN) {
        end = p->partners[at + 1];
        at += 2;
    }
    SymId name;
    at = attribute_path(p, at, end, &name);
    if (sym_id_is_none(name))
        return;
    sym_id_vec_push(&p->attrs, name);
    Str text = sym_text(p->input->interners, name);
    const AttributeFact *fact = find_fact(text);
    if (fact)
        item->flags |= fact->flags;
    else if (!parse_attribute_is_builtin(text))
        item->flags |= ITEM_HAS_UNKNOWN_ATTR;
    if (str_eq(text, STR("path")))
        item->path_attr = attribute_value(p, at, end);
    else if (str_eq(text, STR("lang")))
        item->lang = attribute_value(p, at, end);
    else if (str_eq(text, STR("panic_handler")))
        item->lang = sym_intern_c(p->input->interners, "panic_impl");
}

void facts_attributes(Partitioner *p, Item *item, uint32_t lo, uint32_t hi)
{
    for (uint32_t at = lo; at < hi; at = view_skip(p, at)) {
        if (view_kind(p, at) == TOKEN_OPEN_BRACKET)
            attribute_fact(p, item, at + 1, p->partners[at]);
    }
}

/* ---- paths as data ---- */

static bool is_path_word(const Partitioner *p, uint32_t at)
{
    TokenKind kind = view_kind(p, at);
    return view_is_ident(p, at) || kind == TOKEN_KW_CRATE || kind == TOKEN_KW_SUPER ||
           kind == TOKEN_KW_SELF_LOWER || kind == TOKEN_KW_SELF_UPPER ||
           kind == TOKEN_KW_DOLLAR_CRATE;
}

/* Places in the item tree count the header run's tokens; the header's run starts at
 * p->tokens[header_run]. A view token's place is how many tokens of the run stand before it. */
static uint32_t header_place(const Partitioner *p, IdRange run, uint32_t at)
{
    uint32_t source = p->view[at], low = run.start, high = run.start + run.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (p->sources.items[middle] < source)
            low = middle + 1;
        else
            high = middle;
    }
    return low - run.start;
}

static void push_segment(Partitioner *p, IdRange run, uint32_t at)
{
    const Token *token = view_token(p, at);
    item_segment_vec_push(&p->segments, (ItemSegment){ .name = token->text,
                                                       .mark = token->mark,
                                                       .at = header_place(p, run, at),
                                                       .kind = token->kind });
}

/* ---- visibility ---- */

static void facts_visibility(Partitioner *p, Item *item, const ItemExtent *e, IdRange run)
{
    if (view_kind(p, e->header) != TOKEN_KW_PUB)
        return;
    item->vis = AST_VIS_PUB;
    if (e->vis_end == e->header + 1)
        return;
    TokenKind first = view_kind(p, e->header + 2);
    item->vis = first == TOKEN_KW_CRATE   ? AST_VIS_CRATE
                : first == TOKEN_KW_SUPER ? AST_VIS_SUPER
                : first == TOKEN_KW_IN    ? AST_VIS_IN
                                          : AST_VIS_SELF;
    item->vis_path.start = p->segments.count;
    for (uint32_t at = e->header + 2; at < e->vis_end; at++) {
        if (is_path_word(p, at))
            push_segment(p, run, at);
    }
    item->vis_path.count = p->segments.count - item->vis_path.start;
}

/* ---- use ---- */

enum { USE_DEPTH_MAX = 64, USE_SEGMENTS_MAX = 256 };

typedef struct {
    Partitioner *p;
    IdRange run;
    bool is_global;
    uint32_t prefix[USE_SEGMENTS_MAX]; /* view tokens of the segments read so far */
    uint32_t prefix_count;
    bool is_too_large; /* said once a declaration */
} UseReader;

static void report_too_large(UseReader *u, uint32_t at, const char *feature)
{
    if (!u->is_too_large) {
        SyntaxError *error = view_error(u->p, DIAG_CODE_unsupported, at, at + 1);
        syntax_error_arg(u->p->errors, error, str_from_c(feature));
    }
    u->is_too_large = true;
}

static ItemUse *push_use(UseReader *u, uint32_t lo)
{
    Partitioner *p = u->p;
    ItemUse use = { .is_global = u->is_global, .at_lo = header_place(p, u->run, lo) };
    use.path.start = p->segments.count;
    for (uint32_t i = 0; i < u->prefix_count; i++)
        push_segment(p, u->run, u->prefix[i]);
    use.path.count = u->prefix_count;
    uint32_t index = item_use_vec_push(&p->uses, use);
    return &p->uses.items[index];
}

/* Segments joined by `::`; gives the place behind them and behind a last `::`. */
static uint32_t read_use_path(UseReader *u, uint32_t at, uint32_t end)
{
    Partitioner *p = u->p;
    while (at < end && is_path_word(p, at)) {
        if (u->prefix_count == USE_SEGMENTS_MAX) {
            report_too_large(u, at, "a `use` path of more than 256 segments");
            return end;
        }
        u->prefix[u->prefix_count++] = at++;
        if (view_kind(p, at) != TOKEN_PATH_SEP)
            return at;
        at++;
    }
    return at;
}

static uint32_t read_rename(UseReader *u, ItemUse *use, uint32_t at)
{
    if (view_kind(u->p, at) != TOKEN_KW_AS)
        return at;
    if (!view_is_ident(u->p, at + 1) && view_kind(u->p, at + 1) != TOKEN_KW_UNDERSCORE)
        return at + 1;
    use->rename = view_token(u->p, at + 1)->text;
    use->rename_mark = view_token(u->p, at + 1)->mark;
    return at + 2;
}

/* `a::b as c`: the last segment `self` in a list stands for the list's path. */
static uint32_t read_use_leaf(UseReader *u, uint32_t lo, uint32_t at, bool in_list)
{
    bool is_self = in_list && u->prefix_count > 1 &&
                   view_kind(u->p, u->prefix[u->prefix_count - 1]) == TOKEN_KW_SELF_LOWER;
    if (is_self)
        u->prefix_count--;
    ItemUse *use = push_use(u, lo);
    use->is_self = is_self;
    at = read_rename(u, use, at);
    use->at_hi = header_place(u->p, u->run, at);
    return at;
}

/* Recursion is bounded by USE_DEPTH_MAX; deeper trees have no leaves. */
static uint32_t read_use_tree(UseReader *u, uint32_t at, uint32_t end,
                              uint32_t depth) // NOLINT(misc-no-recursion)
{
    Partitioner *p = u->p;
    uint32_t lo = at, own_prefix = u->prefix_count;
    if (view_kind(p, at) == TOKEN_PATH_SEP) {
        u->is_global |= u->prefix_count == 0;
        at++;
    }
    at = read_use_path(u, at, end);
    bool is_leaf = at == lo || view_kind(p, at - 1) != TOKEN_PATH_SEP;
    if (at < end && view_kind(p, at) == TOKEN_STAR) {
        ItemUse *use = push_use(u, lo);
        use->is_glob = true;
        use->at_hi = header_place(p, u->run, ++at);
    } else if (at < end && view_kind(p, at) == TOKEN_OPEN_BRACE) {
        uint32_t close = p->partners[at++];
        if (depth == USE_DEPTH_MAX)
            report_too_large(u, at, "nesting of `use` trees more than 64 deep");
        if (at == close && u->prefix_count > 0)
            push_use(u, lo)->is_empty = true;
        while (at < close && depth < USE_DEPTH_MAX) {
            uint32_t next = read_use_tree(u, at, close, depth + 1);
            while (next < close && view_kind(p, next) != TOKEN_COMMA)
                next = view_skip(p, next);
            at = next + 1;
        }
        at = close + 1;
    } else if (is_leaf && u->prefix_count > own_prefix && !u->is_too_large) {
        at = read_use_leaf(u, lo, at, depth > 0);
    }
    u->prefix_count = own_prefix;
    return at;
}

static void facts_use(Partitioner *p, Item *item, const ItemExtent *e, IdRange run)
{
    UseReader reader = { .p = p, .run = run };
    item->uses.start = p->uses.count;
    read_use_tree(&reader, e->keyword + 1, e->header_end, 0);
    item->uses.count = p->uses.count - item->uses.start;
    p->runs.items[p->runs.count - 1].is_reported = reader.is_too_large;
}

/* ---- data types ---- */

/* The first `{`, `(` or `;` outside of angle brackets behind the name. */
static uint32_t find_fields(const Partitioner *p, const ItemExtent *e)
{
    int angles = 0;
    uint32_t at = e->keyword + 1;
    while (at < e->header_end) {
        TokenKind kind = view_kind(p, at);
        bool is_field_list =
            kind == TOKEN_OPEN_BRACE || kind == TOKEN_SEMI || kind == TOKEN_OPEN_PAREN;
        if ((is_field_list && angles <= 0) || kind == TOKEN_KW_WHERE)
            break;
        angles += view_angle_change(kind);
        at = view_skip(p, at);
    }
    if (view_kind(p, at) == TOKEN_KW_WHERE) {
        /* Fields in parentheses come before `where`, so this is braces or nothing. */
        while (at < e->header_end && view_kind(p, at) != TOKEN_SEMI &&
               (view_kind(p, at) != TOKEN_OPEN_BRACE || p->partners[at] + 1 != e->header_end))
            at = view_skip(p, at);
    }
    return at;
}

static AstCtor ctor_of(TokenKind fields)
{
    return fields == TOKEN_OPEN_BRACE   ? AST_CTOR_STRUCT
           : fields == TOKEN_OPEN_PAREN ? AST_CTOR_TUPLE
                                        : AST_CTOR_UNIT;
}

static bool has_cfg(Partitioner *p, uint32_t lo, uint32_t hi)
{
    for (uint32_t at = lo; at < hi; at = view_skip(p, at)) {
        if (view_kind(p, at) != TOKEN_OPEN_BRACKET || !view_is_ident(p, at + 1))
            continue;
        Str name = sym_text(p->input->interners, view_token(p, at + 1)->text);
        if (str_eq(name, STR("cfg")) || str_eq(name, STR("cfg_attr")))
            return true;
    }
    return false;
}

/* Behind the comma after the variant, whose discriminant may hold commas in generic arguments. */
static uint32_t skip_variant(const Partitioner *p, uint32_t at, uint32_t end)
{
    int angles = 0;
    while (at < end && (view_kind(p, at) != TOKEN_COMMA || angles > 0)) {
        TokenKind kind = view_kind(p, at);
        bool opens = kind == TOKEN_LT && view_kind(p, at - 1) == TOKEN_PATH_SEP;
        angles += opens || (kind == TOKEN_LT && angles > 0);
        angles -= angles > 0 ? (kind == TOKEN_GT) + 2 * (kind == TOKEN_SHR) : 0;
        at = view_skip(p, at);
    }
    return at < end ? at + 1 : end;
}

static void facts_variants(Partitioner *p, Item *item, const ItemExtent *e, IdRange run)
{
    uint32_t open = find_fields(p, e);
    item->variants.start = p->variants.count;
    if (open >= e->header_end || view_kind(p, open) != TOKEN_OPEN_BRACE)
        return;
    uint32_t end = p->partners[open];
    for (uint32_t at = open + 1; at < end; at = skip_variant(p, at, end)) {
        uint32_t name = view_skip_attributes(p, at, end);
        ItemVariant variant = { .has_cfg = has_cfg(p, at, name) };
        if (view_kind(p, name) == TOKEN_KW_PUB)
            name++;
        if (!view_is_ident(p, name))
            continue;
        variant.name = view_token(p, name)->text;
        variant.mark = view_token(p, name)->mark;
        variant.at = header_place(p, run, name);
        variant.ctor = (uint8_t)ctor_of(view_kind(p, name + 1));
        item_variant_vec_push(&p->variants, variant);
    }
    item->variants.count = p->variants.count - item->variants.start;
}

/* ---- functions and impls ---- */

/* `self`, `mut self`, `&self`, `&'a mut self`: the first parameter, behind its attributes. */
static bool has_self(const Partitioner *p, const ItemExtent *e)
{
    uint32_t at = find_fields(p, e);
    if (view_kind(p, at) != TOKEN_OPEN_PAREN)
        return false;
    uint32_t end = p->partners[at];
    at = view_skip_attributes(p, at + 1, end);
    if (view_kind(p, at) == TOKEN_AND)
        at++;
    if (view_kind(p, at) == TOKEN_LIFETIME)
        at++;
    if (view_kind(p, at) == TOKEN_IDENT && view_kind(p, at + 2) == TOKEN_KW_SELF_LOWER)
        at++; /* `&pin mut self` */
    if (view_kind(p, at) == TOKEN_KW_MUT || view_kind(p, at) == TOKEN_KW_CONST)
        at++;
    return view_kind(p, at) == TOKEN_KW_SELF_LOWER && view_kind(p, at + 1) != TOKEN_PATH_SEP;
}

static void facts_impl(const Partitioner *p, Item *item, const ItemExtent *e)
{
    int angles = 0;
    for (uint32_t at = e->keyword + 1; at < e->header_end; at = view_skip(p, at)) {
        TokenKind kind = view_kind(p, at);
        bool is_binder = view_kind(p, at + 1) == TOKEN_LT; /* `for<'a>` */
        if (kind == TOKEN_NOT && angles == 0)
            item->flags |= ITEM_IS_NEGATIVE;
        if (kind == TOKEN_KW_FOR && angles == 0 && !is_binder)
            item->flags |= ITEM_HAS_TRAIT;
        if (kind == TOKEN_KW_WHERE)
            return;
        angles += view_angle_change(kind);
    }
}

static bool calls_macro(const Partitioner *p, uint32_t lo, uint32_t hi)
{
    for (uint32_t at = lo; at < hi; at++) {
        if (token_class(view_kind(p, at)) == TOKEN_CLASS_OPEN && view_is_macro_input(p, at))
            return true;
    }
    return false;
}

static void facts_of_kind(Partitioner *p, Item *item, const ItemExtent *e, IdRange run)
{
    if (e->kind == DEF_USE)
        facts_use(p, item, e, run);
    else if (e->kind == DEF_ENUM)
        facts_variants(p, item, e, run);
    else if (e->kind == DEF_STRUCT)
        item->ctor = (uint8_t)ctor_of(view_kind(p, find_fields(p, e)));
    else if (e->kind == DEF_IMPL)
        facts_impl(p, item, e);
    else if (e->kind == DEF_FN && has_self(p, e))
        item->flags |= ITEM_HAS_SELF;
    else if (e->kind == DEF_MOD && e->inner)
        item->flags |= ITEM_IS_INLINE;
    if (e->kind != DEF_MACRO_CALL)
        return;
    item->path.start = p->segments.count;
    for (uint32_t at = e->keyword; at < e->header_end; at++) {
        if (is_path_word(p, at))
            push_segment(p, run, at);
    }
    item->path.count = p->segments.count - item->path.start;
}

void facts_header(Partitioner *p, Item *item, const ItemExtent *e)
{
    IdRange run = p->runs.items[p->items.count - 1].anchors[ANCHOR_HEADER];
    facts_visibility(p, item, e, run);
    item->name_at = e->name ? header_place(p, run, e->name) : 0;
    if (e->name) {
        item->name = view_token(p, e->name)->text;
        item->name_mark = view_token(p, e->name)->mark;
    }
    bool has_value = e->kind == DEF_FN || e->kind == DEF_CONST || e->kind == DEF_STATIC;
    if (has_value && e->body_end > e->body)
        item->flags |= ITEM_HAS_BODY;
    if (has_value && calls_macro(p, e->body, e->body_end))
        item->flags |= ITEM_BODY_CALLS_MACRO;
    item->flags |= e->is_macro_rules ? ITEM_IS_MACRO_RULES : 0;
    item->flags |= e->is_trait_alias ? ITEM_IS_TRAIT_ALIAS : 0;
    bool is_renamed = e->kind == DEF_EXTERN_CRATE && e->name &&
                      view_kind(p, e->name + 1) == TOKEN_KW_AS && e->name + 2 < e->header_end;
    if (is_renamed)
        item->rename = view_token(p, e->name + 2)->text;
    facts_of_kind(p, item, e, run);
}
