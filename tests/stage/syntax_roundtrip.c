/* Reads Rust files, prints their trees as source, reads that, and compares the trees.
 *
 *     syntax_roundtrip [--edition EDITION] [--no-parens] [--quiet] DIRECTORY|FILE ...
 *     syntax_roundtrip [--no-parens] --list LIST      lines `EDITION PATH`
 *     syntax_roundtrip [--edition EDITION] --print FILE
 *
 * The trees of all runs, the tokens of macros, the item tree and the doc comments must be the same
 * but for places.
 * The printed text printed again must be itself. With --no-parens the trees lose their parentheses
 * first, and the printer must put the needed ones back. Files with errors are counted and left
 * alone. Exit status 1 if a file is not the same. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "diag/diag_data.h"
#include "stage/syntax_file.h"

typedef struct {
    Edition edition;
    bool strips_parens, is_quiet;
    uint64_t same, different, with_errors, bytes, printed_bytes;
} Run;

/* ---- trees without places ---- */

/* An empty list is nowhere. */
static bool is_empty_list(const char *kind, const void *field)
{
    return str_ends_with(str_from_c(kind), STR("_list")) && ((const IdRange *)field)->count == 0;
}

static void clear_field(const char *kind, void *field)
{
    if (strcmp(kind, "ast_pos") == 0)
        *(AstPos *)field = 0;
    else if (strcmp(kind, "ast_ident") == 0)
        ((AstIdent *)field)->at = 0;
    else if (strcmp(kind, "range") == 0 || is_empty_list(kind, field))
        ((IdRange *)field)->start = 0;
}

#define F(kind, CType, name) clear_field(#kind, &node->name);
#define NODE_CLEAR(Node, KIND, U, l, FIELDS) \
    case KIND##_##U: {                       \
        Node##_##l *node = &whole->as.l;     \
        (void)node;                          \
        FIELDS break;                        \
    }

static void expr_clear(AstExpr *whole)
{
    whole->lo = whole->hi = 0;
    switch ((AstExprKind)whole->kind) {
#define NODE(U, l, FIELDS) NODE_CLEAR(AstExpr, AST_EXPR, U, l, FIELDS)
#include "ast/ast_expr.def"
    case AST_EXPR_NONE:
    case AST_EXPR_KIND_COUNT:
        break;
    }
}

static void pat_clear(AstPat *whole)
{
    whole->lo = whole->hi = 0;
    switch ((AstPatKind)whole->kind) {
#define NODE(U, l, FIELDS) NODE_CLEAR(AstPat, AST_PAT, U, l, FIELDS)
#include "ast/ast_pat.def"
    case AST_PAT_NONE:
    case AST_PAT_KIND_COUNT:
        break;
    }
}

static void ty_clear(AstTy *whole)
{
    whole->lo = whole->hi = 0;
    switch ((AstTyKind)whole->kind) {
#define NODE(U, l, FIELDS) NODE_CLEAR(AstTy, AST_TY, U, l, FIELDS)
#include "ast/ast_ty.def"
    case AST_TY_NONE:
    case AST_TY_KIND_COUNT:
        break;
    }
}

static void stmt_clear(AstStmt *whole)
{
    whole->lo = whole->hi = 0;
    switch ((AstStmtKind)whole->kind) {
#define NODE(U, l, FIELDS) NODE_CLEAR(AstStmt, AST_STMT, U, l, FIELDS)
#include "ast/ast_stmt.def"
    case AST_STMT_NONE:
    case AST_STMT_KIND_COUNT:
        break;
    }
}

static void item_clear(AstItem *whole)
{
    whole->lo = whole->hi = 0;
    switch ((AstItemKind)whole->kind) {
#define NODE(U, l, FIELDS) NODE_CLEAR(AstItem, AST_ITEM, U, l, FIELDS)
#include "ast/ast_item.def"
    case AST_ITEM_NONE:
    case AST_ITEM_KIND_COUNT:
        break;
    }
}

/* The records; the last one, the whole, has arrays and is done below. */
#define P(kind, CType, items, count)
#define N(kind, CType, items, count)
#define RECORD(CType, lower, FIELDS)                        \
    RSC_MAYBE_UNUSED static void lower##_clear(CType *node) \
    {                                                       \
        FIELDS                                              \
    }
#include "ast/ast_record.def"
#undef P
#undef N
#undef F

#define CLEAR_ALL(array, count, clear)        \
    for (uint32_t i = 1; i < ast->count; i++) \
        clear(&ast->array[i]);

static void clear_places(Ast *ast)
{
    CLEAR_ALL(exprs, expr_count, expr_clear)
    CLEAR_ALL(pats, pat_count, pat_clear)
    CLEAR_ALL(tys, ty_count, ty_clear)
    CLEAR_ALL(stmts, stmt_count, stmt_clear)
    CLEAR_ALL(items, item_count, item_clear)
    CLEAR_ALL(blocks, block_count, ast_block_clear)
    CLEAR_ALL(paths, path_count, ast_path_clear)
    CLEAR_ALL(segments, segment_count, ast_segment_clear)
    CLEAR_ALL(arg_lists, args_count, ast_args_clear)
    CLEAR_ALL(generic_args, generic_arg_count, ast_generic_arg_clear)
    CLEAR_ALL(lifetimes, lifetime_count, ast_lifetime_clear)
    CLEAR_ALL(generics, generics_count, ast_generics_clear)
    CLEAR_ALL(generic_params, generic_param_count, ast_generic_param_clear)
    CLEAR_ALL(predicates, where_count, ast_where_clear)
    CLEAR_ALL(bounds, bound_count, ast_bound_clear)
    CLEAR_ALL(arms, arm_count, ast_arm_clear)
    CLEAR_ALL(branches, branch_count, ast_branch_clear)
    CLEAR_ALL(field_inits, field_init_count, ast_field_init_clear)
    CLEAR_ALL(field_pats, field_pat_count, ast_field_pat_clear)
    CLEAR_ALL(lets, let_count, ast_let_clear)
    CLEAR_ALL(closures, closure_count, ast_closure_clear)
    CLEAR_ALL(params, param_count, ast_param_clear)
    CLEAR_ALL(fn_headers, fn_header_count, ast_fn_header_clear)
    CLEAR_ALL(fn_ptrs, fn_ptr_count, ast_fn_ptr_clear)
    CLEAR_ALL(field_defs, field_def_count, ast_field_def_clear)
    CLEAR_ALL(variants, variant_count, ast_variant_clear)
    CLEAR_ALL(visibilities, vis_count, ast_vis_clear)
    CLEAR_ALL(attrs, attr_count, ast_attr_clear)
    CLEAR_ALL(macro_calls, macro_call_count, ast_macro_call_clear)
    CLEAR_ALL(use_trees, use_tree_count, ast_use_tree_clear)
    CLEAR_ALL(builtins, builtin_count, ast_builtin_clear)
    for (uint32_t i = 0; i < ast->ident_count; i++)
        ast->idents[i].at = 0;
}

/* Node becomes what is in its parentheses. */
static void strip_parens(Ast *ast)
{
    for (uint32_t i = 1; i < ast->expr_count; i++) {
        while (ast->exprs[i].kind == AST_EXPR_PAREN)
            ast->exprs[i] = ast->exprs[ast->exprs[i].as.paren.inner.v];
    }
    for (uint32_t i = 1; i < ast->ty_count; i++) {
        while (ast->tys[i].kind == AST_TY_PAREN)
            ast->tys[i] = ast->tys[ast->tys[i].as.paren.inner.v];
    }
    for (uint32_t i = 1; i < ast->pat_count; i++) {
        while (ast->pats[i].kind == AST_PAT_PAREN)
            ast->pats[i] = ast->pats[ast->pats[i].as.paren.inner.v];
    }
}

/* ---- comparison ---- */

static bool same_tokens(const TokenRun *a, IdRange of_a, const TokenRun *b, IdRange of_b)
{
    for (uint32_t i = 0; i < of_a.count && of_a.count == of_b.count; i++) {
        if (!token_matches(a->tokens[of_a.start + i], b->tokens[of_b.start + i]))
            return false;
    }
    return of_a.count == of_b.count;
}

/* The tokens that trees refer to. */
static bool same_args(const SyntaxFile *a, const SyntaxFile *b, uint32_t item, Anchor anchor)
{
    const Ast *x = &a->trees[item][anchor], *y = &b->trees[item][anchor];
    const TokenRun *of_x = &a->runs[item][anchor], *of_y = &b->runs[item][anchor];
    bool same = x->attr_count == y->attr_count && x->macro_call_count == y->macro_call_count;
    for (uint32_t i = 1; same && i < x->attr_count; i++)
        same = same_tokens(of_x, x->attrs[i].args, of_y, y->attrs[i].args);
    for (uint32_t i = 1; same && i < x->macro_call_count; i++)
        same = same_tokens(of_x, x->macro_calls[i].args, of_y, y->macro_calls[i].args);
    return same;
}

/* The identities of items without a name come from their tokens, commas at the end of lists
 * included: the second tree's items get those of the first. */
static void take_identities(const SyntaxFile *first, SyntaxFile *second)
{
    for (uint32_t i = 0; i < second->data->tree.count; i++) {
        for (int a = 0; a < ANCHOR_COUNT; a++) {
            Ast *ast = &second->trees[i][a];
            for (uint32_t s = 1; s < ast->stmt_count; s++) {
                uint32_t index;
                bool is_item = ast->stmts[s].kind == AST_STMT_ITEM &&
                               partition_find(second->data, ast->stmts[s].as.item.item, &index);
                if (is_item)
                    ast->stmts[s].as.item.item = first->data->tree.items[index].id;
            }
        }
    }
    for (uint32_t i = 0; i < second->data->tree.count; i++)
        second->data->tree.items[i].id = first->data->tree.items[i].id;
}

static void clear_tree(const ItemTree *tree)
{
    for (uint32_t i = 0; i < tree->count; i++)
        tree->items[i].name_at = 0;
    for (uint32_t i = 0; i < tree->segment_count; i++)
        tree->segments[i].at = 0;
    for (uint32_t i = 0; i < tree->variant_count; i++)
        tree->variants[i].at = 0;
    for (uint32_t i = 0; i < tree->use_count; i++)
        tree->uses[i].at_lo = tree->uses[i].at_hi = 0;
}

static Fp fingerprint(const SyntaxFile *f, const ValueInfo *info, const void *value)
{
    Encoder e;
    encoder_init(&e, NULL, f->interners, ENCODE_CANONICAL);
    info->encode(&e, value);
    Fp fp = encoder_fingerprint(&e, 0);
    encoder_release(&e);
    return fp;
}

/* From the roots: what was in parentheses is still in the arrays. */
static bool same_dump(const SyntaxFile *a, const Ast *x, const Ast *y)
{
    Text first, second;
    text_init(&first, NULL);
    text_init(&second, NULL);
    ast_dump_text(a->interners, x, false, &first);
    ast_dump_text(a->interners, y, false, &second);
    bool same = str_eq(text_str(&first), text_str(&second));
    text_release(&first);
    text_release(&second);
    return same;
}

static bool same_run(const Run *run, const SyntaxFile *a, const SyntaxFile *b, uint32_t item,
                     Anchor anchor)
{
    IdRange whole = { 0, a->runs[item][anchor].count };
    Ast *x = &a->trees[item][anchor], *y = &b->trees[item][anchor];
    if (!syntax_file_has_tree(a, item, anchor))
        return same_tokens(&a->runs[item][anchor], whole, &b->runs[item][anchor],
                           (IdRange){ 0, b->runs[item][anchor].count });
    if (!same_args(a, b, item, anchor))
        return false;
    clear_places(x);
    clear_places(y);
    if (run->strips_parens)
        return same_dump(a, x, y);
    return fp_eq(fingerprint(a, &value_info_Ast, x), fingerprint(b, &value_info_Ast, y));
}

static const FileToken *next_doc(const SyntaxFile *f, uint32_t *at)
{
    while (*at < f->tokens.count) {
        const FileToken *token = &f->tokens.tokens[(*at)++];
        if (token_class((TokenKind)token->kind) == TOKEN_CLASS_DOC)
            return token;
    }
    return NULL;
}

/* The doc comments, in order. */
static bool same_docs(const SyntaxFile *a, const SyntaxFile *b)
{
    uint32_t at_a = 0, at_b = 0;
    for (;;) {
        const FileToken *x = next_doc(a, &at_a), *y = next_doc(b, &at_b);
        if (!x || !y)
            return x == y;
        Str text_x = { a->text.data + x->lo + 3, x->hi - x->lo - 3 };
        Str text_y = { b->text.data + y->lo + 3, y->hi - y->lo - 3 };
        if (x->kind != y->kind || !str_eq(text_x, text_y))
            return false;
    }
}

/* "" if everything is the same. */
static const char *difference(const Run *run, const SyntaxFile *a, SyntaxFile *b)
{
    static const char *const anchors[] = { "attributes", "header", "body" };
    if (b->errors.count)
        return arena_printf(b->arena, "what is printed has an error: %s",
                            diag_code_message((DiagCode)b->errors.items[0].code));
    if (a->data->tree.count != b->data->tree.count)
        return "another number of items";
    take_identities(a, b);
    for (uint32_t i = 0; i < a->data->tree.count; i++) {
        for (int anchor = 0; anchor < ANCHOR_COUNT; anchor++) {
            if (same_run(run, a, b, i, (Anchor)anchor))
                continue;
            Text path;
            text_init(&path, b->arena);
            item_path_text(a->interners, a->data->tree.items[i].id, &path);
            return arena_printf(b->arena, "the %s of %s", anchors[anchor], path.data);
        }
    }
    clear_tree(&a->data->tree);
    clear_tree(&b->data->tree);
    if (!same_docs(a, b))
        return "the doc comments";
    bool same = fp_eq(fingerprint(a, &value_info_ItemTree, &a->data->tree),
                      fingerprint(b, &value_info_ItemTree, &b->data->tree));
    return same ? "" : "the item tree";
}

static void strip_all(const SyntaxFile *f)
{
    for (uint32_t i = 0; i < f->data->tree.count; i++) {
        for (int a = 0; a < ANCHOR_COUNT; a++)
            strip_parens(&f->trees[i][a]);
    }
}

static const char *compare(Run *run, Interners *interners, Arena *arena, Str text)
{
    SyntaxFile first, second;
    Text printed, again;
    syntax_file_read(&first, interners, arena, text, run->edition);
    if (first.errors.count)
        return NULL;
    if (run->strips_parens)
        strip_all(&first);
    text_init(&printed, arena);
    syntax_file_print(&first, &printed);
    run->printed_bytes += printed.bytes;
    syntax_file_read(&second, interners, arena, text_str(&printed), run->edition);
    text_init(&again, arena);
    if (second.errors.count == 0 && !run->strips_parens) {
        syntax_file_print(&second, &again);
        if (!str_eq(text_str(&printed), text_str(&again)))
            return "the text printed again";
    }
    if (run->strips_parens)
        strip_all(&second);
    return difference(run, &first, &second);
}

static Str read_text(Arena *arena, const char *path)
{
    Str text;
    Status status = file_read(path, arena, 1u << 30, &text, NULL);
    if (!status_ok(status)) {
        fprintf(stderr, "%s\n", status_text(status, arena));
        exit(2);
    }
    Str mark = STR("\xef\xbb\xbf");
    if (str_starts_with(text, mark))
        text = (Str){ text.data + mark.bytes, text.bytes - mark.bytes };
    return text;
}

static void check_file(Run *run, const char *path)
{
    Arena *arena = arena_new(NULL);
    Interners *interners = interners_new();
    Str text = read_text(arena, path);
    const char *found = compare(run, interners, arena, text);
    run->bytes += text.bytes;
    if (!found) {
        run->with_errors++;
        if (!run->is_quiet)
            printf("%s: has errors\n", path);
    } else if (*found) {
        run->different++;
        printf("%s: differs: %s\n", path, found);
    } else {
        run->same++;
    }
    arena_free(arena);
    interners_free(interners);
}

/* ---- files ---- */

static void check_tree(Run *run, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        perror(path);
        exit(2);
    }
    if (!S_ISDIR(st.st_mode)) {
        if (str_ends_with(str_from_c(path), STR(".rs")))
            check_file(run, path);
        return;
    }
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            char below[4096];
            snprintf(below, sizeof below, "%s/%s", path, entries[i]->d_name);
            check_tree(run, below);
        }
        free(entries[i]);
    }
    free(entries);
}

static Edition edition_of(const char *text)
{
    static const char *const names[] = { "2015", "2018", "2021", "2024" };
    for (unsigned i = 0; i < ARRAY_COUNT(names); i++) {
        if (strncmp(text, names[i], 4) == 0)
            return (Edition)i;
    }
    fprintf(stderr, "syntax_roundtrip: no edition: %s\n", text);
    exit(2);
}

static void check_list(Run *run, const char *path)
{
    FILE *list = fopen(path, "r");
    char line[4096];
    if (!list) {
        perror(path);
        exit(2);
    }
    while (fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = 0;
        run->edition = edition_of(line);
        check_file(run, line + 5);
    }
    fclose(list);
}

static void print_file(const Run *run, const char *path)
{
    SyntaxFile file;
    Text out;
    Arena *arena = arena_new(NULL);
    Interners *interners = interners_new();
    syntax_file_read(&file, interners, arena, read_text(arena, path), run->edition);
    if (run->strips_parens)
        strip_all(&file);
    text_init(&out, arena);
    syntax_file_print(&file, &out);
    fwrite(out.data, 1, out.bytes, stdout);
    arena_free(arena);
    interners_free(interners);
}

int main(int argc, char **argv)
{
    Run run = { .edition = EDITION_2024 };
    bool prints = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--no-parens") == 0)
            run.strips_parens = true;
        else if (strcmp(argv[i], "--quiet") == 0)
            run.is_quiet = true;
        else if (strcmp(argv[i], "--print") == 0)
            prints = true;
        else if (strcmp(argv[i], "--edition") == 0 && i + 1 < argc)
            run.edition = edition_of(argv[++i]);
        else if (strcmp(argv[i], "--list") == 0 && i + 1 < argc)
            check_list(&run, argv[++i]);
        else if (prints)
            print_file(&run, argv[i]);
        else
            check_tree(&run, argv[i]);
    }
    if (prints)
        return 0;
    printf("%llu files the same, %llu different, %llu with errors; %llu bytes read, %llu printed\n",
           (unsigned long long)run.same, (unsigned long long)run.different,
           (unsigned long long)run.with_errors, (unsigned long long)run.bytes,
           (unsigned long long)run.printed_bytes);
    return run.different > 0;
}
