/* Items: attributes, header, and the body or what is inside, by the item tree. */
#include "print/print_priv.h"

#define IR_TABLE           "ast/ast_item.def"
#define IR_NODE            AstItem
#define IR_KIND            AST_ITEM
#define IR_DISPATCH        print_item
#define IR_DISPATCH_RETURN void
#define IR_DISPATCH_PARAMS Printer *p
#define IR_DISPATCH_ARGS   p
#define IR_DISPATCH_VOID
#include "base/ir_dispatch_define.h"

static void print_item(Printer *p, uint32_t item);

/* ---- parts ---- */

PrintPart print_enter(Printer *p, uint32_t item, Anchor anchor)
{
    const PrintSource *source = p->source;
    PrintPart saved = { p->ast, p->run, p->item, p->anchor };
    p->ast = source->ast(source->context, item, anchor);
    p->run = source->tokens(source->context, item, anchor);
    p->item = item;
    p->anchor = anchor;
    return saved;
}

void print_leave(Printer *p, PrintPart part)
{
    p->ast = part.ast;
    p->run = part.run;
    p->item = part.item;
    p->anchor = part.anchor;
}

static const Item *current_item(const Printer *p)
{
    return &p->source->tree->items[p->item];
}

/* The attributes before the item, or those inside it. */
static void print_item_attrs(Printer *p, uint32_t item, bool is_inner)
{
    PrintPart saved = print_enter(p, item, ANCHOR_ATTRIBUTES);
    IdRange attrs = p->ast->attributes, wanted = { attrs.start, 0 };
    for (uint32_t i = 0; i < attrs.count; i++) {
        AstAttrId id = ast_attr_id_make(ast_list_at(p->ast, attrs, i));
        if (ast_attr(p->ast, id)->is_inner == is_inner)
            wanted = (IdRange){ wanted.count ? wanted.start : attrs.start + i, wanted.count + 1 };
    }
    print_attr_lines(p, wanted);
    print_leave(p, saved);
}

/* `{` what is inside `}` */
static void print_children(Printer *p, uint32_t item);

static void print_inner(Printer *p)
{
    uint32_t item = p->item;
    print_open_brace(p);
    print_item_attrs(p, item, true);
    print_children(p, item);
    print_close_brace(p);
}

/* Before a brace: on a line of its own behind a where clause. */
static void print_where_brace(Printer *p, AstGenericsId generics)
{
    if (!print_where(p, generics))
        print_space(p);
}

/* Behind what may end in a where clause, which ends in a comma and the end of the line. */
static void print_where_semi(Printer *p, AstGenericsId generics)
{
    print_where(p, generics);
    print_kind(p, TOKEN_SEMI);
}

static void print_generics(Printer *p, AstGenericsId id)
{
    IdRange params = ast_generics(p->ast, id)->params;
    if (params.count)
        print_generic_params(p, params);
}

/* ---- fields ---- */

static void print_field(Printer *p, AstFieldDefId id, bool is_named)
{
    const AstFieldDef *field = ast_field_def(p->ast, id);
    if (is_named)
        print_attr_lines(p, field->attrs);
    else
        print_attrs(p, field->attrs);
    print_docs(p, ast_vis(p->ast, field->vis)->lo);
    print_visibility(p, field->vis);
    print_word_if(p, field->is_unsafe, TOKEN_KW_UNSAFE);
    if (is_named) {
        print_ident(p, field->name);
        print_word(p, TOKEN_COLON);
    }
    print_ty(p, field->ty);
    if (!ast_expr_id_is_none(field->default_or_none)) {
        print_spaced(p, TOKEN_EQ);
        print_expr(p, field->default_or_none);
    }
}

static void print_named_fields(Printer *p, IdRange fields)
{
    print_open_brace(p);
    for (uint32_t i = 0; i < fields.count; i++) {
        print_field(p, ast_field_def_id_make(ast_list_at(p->ast, fields, i)), true);
        print_kind(p, TOKEN_COMMA);
        print_line(p);
    }
    print_close_brace(p);
}

static void print_tuple_fields(Printer *p, IdRange fields)
{
    print_kind(p, TOKEN_OPEN_PAREN);
    for (uint32_t i = 0; i < fields.count; i++) {
        print_comma(p, i);
        print_field(p, ast_field_def_id_make(ast_list_at(p->ast, fields, i)), false);
    }
    print_kind(p, TOKEN_CLOSE_PAREN);
}

static void print_variant(Printer *p, AstVariantId id)
{
    const AstVariant *variant = ast_variant(p->ast, id);
    print_attr_lines(p, variant->attrs);
    print_docs(p, ast_vis(p->ast, variant->vis)->lo);
    print_visibility(p, variant->vis);
    print_ident(p, variant->name);
    if (variant->ctor == AST_CTOR_STRUCT) {
        print_space(p);
        print_named_fields(p, variant->fields);
    } else if (variant->ctor == AST_CTOR_TUPLE) {
        print_tuple_fields(p, variant->fields);
    }
    if (!ast_expr_id_is_none(variant->discriminant_or_none)) {
        print_spaced(p, TOKEN_EQ);
        print_expr(p, variant->discriminant_or_none);
    }
    print_kind(p, TOKEN_COMMA);
    print_line(p);
}

/* ---- bodies ---- */

static void print_fn_body(Printer *p)
{
    PrintPart saved = print_enter(p, p->item, ANCHOR_BODY);
    if (!ast_expr_id_is_none(p->ast->expr))
        print_expr(p, p->ast->expr);
    print_leave(p, saved);
}

/* ` = value;` */
static void print_value_body(Printer *p)
{
    PrintPart saved = print_enter(p, p->item, ANCHOR_BODY);
    if (!ast_expr_id_is_none(p->ast->expr)) {
        print_spaced(p, TOKEN_EQ);
        print_expr(p, p->ast->expr);
    }
    print_leave(p, saved);
    print_kind(p, TOKEN_SEMI);
}

static void print_raw_body(Printer *p)
{
    PrintPart saved = print_enter(p, p->item, ANCHOR_BODY);
    print_run(p, 0, p->run->count);
    print_leave(p, saved);
}

/* ---- kinds ---- */

void print_item_error(Printer *p, const AstItem_error *node)
{
    (void)node;
    print_run(p, 0, p->run->count);
}

void print_item_fn(Printer *p, const AstItem_fn *node)
{
    const AstFnHeader *header = ast_fn_header(p->ast, node->header);
    print_fn_qualifiers(p, header);
    print_word(p, TOKEN_KW_FN);
    print_ident(p, node->name);
    print_generics(p, node->generics);
    print_params(p, node->params);
    print_return_ty(p, node->output_or_none, true);
    if (header->has_body) {
        print_where_brace(p, node->generics);
        print_fn_body(p);
    } else {
        print_where_semi(p, node->generics);
    }
}

void print_item_struct_(Printer *p, const AstItem_struct_ *node)
{
    print_word(p, TOKEN_KW_STRUCT);
    print_ident(p, node->name);
    print_generics(p, node->generics);
    if (node->ctor == AST_CTOR_STRUCT) {
        print_where_brace(p, node->generics);
        print_named_fields(p, node->fields);
        return;
    }
    if (node->ctor == AST_CTOR_TUPLE)
        print_tuple_fields(p, node->fields);
    print_where_semi(p, node->generics);
}

void print_item_union_(Printer *p, const AstItem_union_ *node)
{
    print_word(p, TOKEN_KW_UNION);
    print_ident(p, node->name);
    print_generics(p, node->generics);
    print_where_brace(p, node->generics);
    print_named_fields(p, node->fields);
}

void print_item_enum_(Printer *p, const AstItem_enum_ *node)
{
    print_word(p, TOKEN_KW_ENUM);
    print_ident(p, node->name);
    print_generics(p, node->generics);
    print_where_brace(p, node->generics);
    print_open_brace(p);
    for (uint32_t i = 0; i < node->variants.count; i++)
        print_variant(p, ast_variant_id_make(ast_list_at(p->ast, node->variants, i)));
    print_close_brace(p);
}

void print_item_trait(Printer *p, const AstItem_trait *node)
{
    print_word_if(p, node->is_const, TOKEN_KW_CONST);
    print_word_if(p, node->is_unsafe, TOKEN_KW_UNSAFE);
    print_word_if(p, node->is_auto, TOKEN_KW_AUTO);
    print_word(p, TOKEN_KW_TRAIT);
    print_ident(p, node->name);
    print_generics(p, node->generics);
    print_colon_bounds(p, node->bounds);
    print_where_brace(p, node->generics);
    print_inner(p);
}

void print_item_trait_alias(Printer *p, const AstItem_trait_alias *node)
{
    print_word_if(p, node->is_const, TOKEN_KW_CONST);
    print_word(p, TOKEN_KW_TRAIT);
    print_ident(p, node->name);
    print_generics(p, node->generics);
    print_spaced(p, TOKEN_EQ);
    print_bounds(p, node->bounds);
    print_where_semi(p, node->generics);
}

/* The where clause may stand before `=`, as it did once, or behind the type. */
static bool has_leading_where(const Printer *p, const AstItem_type_alias *node)
{
    IdRange predicates = ast_generics(p->ast, node->generics)->predicates;
    if (predicates.count == 0 || ast_ty_id_is_none(node->ty_or_none))
        return false;
    AstWhereId first = ast_where_id_make(ast_list_at(p->ast, predicates, 0));
    return ast_where(p->ast, first)->lo < ast_ty(p->ast, node->ty_or_none)->lo;
}

void print_item_type_alias(Printer *p, const AstItem_type_alias *node)
{
    bool is_where_first = has_leading_where(p, node);
    print_word_if(p, node->is_default, TOKEN_KW_DEFAULT);
    print_word(p, TOKEN_KW_TYPE);
    print_ident(p, node->name);
    print_generics(p, node->generics);
    print_colon_bounds(p, node->bounds);
    if (is_where_first)
        print_where(p, node->generics);
    if (!ast_ty_id_is_none(node->ty_or_none)) {
        print_spaced(p, TOKEN_EQ);
        print_ty(p, node->ty_or_none);
    }
    if (is_where_first)
        print_kind(p, TOKEN_SEMI);
    else
        print_where_semi(p, node->generics);
}

void print_item_impl(Printer *p, const AstItem_impl *node)
{
    print_word_if(p, node->is_default, TOKEN_KW_DEFAULT);
    print_word_if(p, node->is_unsafe, TOKEN_KW_UNSAFE);
    print_kind(p, TOKEN_KW_IMPL);
    print_generics(p, node->generics);
    print_space(p);
    print_word_if(p, node->is_const, TOKEN_KW_CONST);
    if (node->is_negative)
        print_kind(p, TOKEN_NOT);
    if (!ast_path_id_is_none(node->trait_or_none)) {
        print_path(p, node->trait_or_none, PRINT_PATH_TYPE);
        print_spaced(p, TOKEN_KW_FOR);
    }
    print_ty(p, node->self_ty);
    print_where_brace(p, node->generics);
    print_inner(p);
}

void print_item_const_(Printer *p, const AstItem_const_ *node)
{
    print_word_if(p, node->is_default, TOKEN_KW_DEFAULT);
    print_word(p, TOKEN_KW_CONST);
    print_ident(p, node->name);
    print_generics(p, node->generics);
    if (!ast_ty_id_is_none(node->ty_or_none)) {
        print_word(p, TOKEN_COLON);
        print_ty(p, node->ty_or_none);
    }
    print_where(p, node->generics);
    print_value_body(p);
}

void print_item_static_(Printer *p, const AstItem_static_ *node)
{
    print_word_if(p, node->safety == AST_SAFETY_UNSAFE, TOKEN_KW_UNSAFE);
    print_word_if(p, node->safety == AST_SAFETY_SAFE, TOKEN_KW_SAFE);
    print_word(p, TOKEN_KW_STATIC);
    print_word_if(p, node->is_mut, TOKEN_KW_MUT);
    print_ident(p, node->name);
    if (!ast_ty_id_is_none(node->ty_or_none)) {
        print_word(p, TOKEN_COLON);
        print_ty(p, node->ty_or_none);
    }
    print_value_body(p);
}

void print_item_mod(Printer *p, const AstItem_mod *node)
{
    print_word_if(p, node->is_unsafe, TOKEN_KW_UNSAFE);
    print_word(p, TOKEN_KW_MOD);
    print_ident(p, node->name);
    if (node->is_inline) {
        print_space(p);
        print_inner(p);
    } else {
        print_kind(p, TOKEN_SEMI);
    }
}

void print_item_foreign_mod(Printer *p, const AstItem_foreign_mod *node)
{
    print_word_if(p, node->is_unsafe, TOKEN_KW_UNSAFE);
    print_word(p, TOKEN_KW_EXTERN);
    if (!sym_id_is_none(node->abi)) {
        print_symbol(p, TOKEN_STR, node->abi);
        print_space(p);
    }
    print_inner(p);
}

static void print_rename(Printer *p, AstIdent rename)
{
    if (sym_id_is_none(rename.name))
        return;
    print_spaced(p, TOKEN_KW_AS);
    print_ident(p, rename);
}

static void print_use_tree(Printer *p, AstUseTreeId id)
{
    const AstUseTree *tree = ast_use_tree(p->ast, id);
    if (!ast_path_id_is_none(tree->prefix_or_none)) {
        print_path(p, tree->prefix_or_none, PRINT_PATH_TYPE);
        bool has_segments = ast_path(p->ast, tree->prefix_or_none)->segments.count > 0;
        if (tree->kind != AST_USE_SIMPLE && has_segments)
            print_kind(p, TOKEN_PATH_SEP);
    }
    if (tree->kind == AST_USE_SIMPLE) {
        print_rename(p, tree->rename);
    } else if (tree->kind == AST_USE_GLOB) {
        print_kind(p, TOKEN_STAR);
    } else {
        print_kind(p, TOKEN_OPEN_BRACE);
        for (uint32_t i = 0; i < tree->children.count; i++) {
            print_comma(p, i);
            print_use_tree(p, ast_use_tree_id_make(ast_list_at(p->ast, tree->children, i)));
        }
        print_kind(p, TOKEN_CLOSE_BRACE);
    }
}

void print_item_use(Printer *p, const AstItem_use *node)
{
    print_word(p, TOKEN_KW_USE);
    print_use_tree(p, node->tree);
    print_kind(p, TOKEN_SEMI);
}

void print_item_extern_crate(Printer *p, const AstItem_extern_crate *node)
{
    print_word(p, TOKEN_KW_EXTERN);
    print_word(p, TOKEN_KW_CRATE);
    print_ident(p, node->name);
    print_rename(p, node->rename);
    print_kind(p, TOKEN_SEMI);
}

void print_item_macro(Printer *p, const AstItem_macro *node)
{
    print_kind(p, node->is_macro_rules ? TOKEN_KW_MACRO_RULES : TOKEN_KW_MACRO);
    if (node->is_macro_rules)
        print_kind(p, TOKEN_NOT);
    print_space(p);
    print_ident(p, node->name);
    bool has_params = !node->is_macro_rules;
    PrintPart saved = print_enter(p, p->item, ANCHOR_BODY);
    if (!has_params || (p->run->count && p->run->tokens[0].kind == TOKEN_OPEN_BRACE))
        print_space(p);
    print_leave(p, saved);
    print_raw_body(p);
}

void print_item_macro_call(Printer *p, const AstItem_macro_call *node)
{
    print_path(p, node->path, PRINT_PATH_TYPE);
    print_kind(p, TOKEN_NOT);
    PrintPart saved = print_enter(p, p->item, ANCHOR_BODY);
    if (p->run->count && p->run->tokens[0].kind == TOKEN_OPEN_BRACE)
        print_space(p);
    print_leave(p, saved);
    print_raw_body(p);
}

/* ---- items ---- */

/* What was reported for what it looks like: its tokens. */
static void print_as_tokens(Printer *p, uint32_t item)
{
    for (int anchor = 0; anchor < ANCHOR_COUNT; anchor++) {
        PrintPart saved = print_enter(p, item, (Anchor)anchor);
        print_run(p, 0, p->run->count);
        print_space(p);
        print_leave(p, saved);
    }
}

static void print_item(Printer *p, uint32_t item)
{
    uint32_t saved_child = p->child;
    p->child = item + 1;
    if (p->source->tree->items[item].flags & ITEM_IS_ERROR) {
        print_as_tokens(p, item);
    } else {
        print_item_attrs(p, item, false);
        PrintPart saved = print_enter(p, item, ANCHOR_HEADER);
        print_docs(p, 0);
        print_visibility(p, p->ast->vis);
        print_item_dispatch(p, ast_item(p->ast, p->ast->item));
        print_leave(p, saved);
    }
    p->child = saved_child;
}

/* Of what one line is enough for, those of one kind stand together. */
static bool is_short(const Item *item)
{
    DefKind kind = (DefKind)item->kind;
    bool is_value = kind == DEF_CONST || kind == DEF_STATIC || kind == DEF_ASSOC_CONST ||
                    kind == DEF_FOREIGN_STATIC || kind == DEF_TYPE_ALIAS || kind == DEF_ASSOC_TYPE;
    return kind == DEF_USE || kind == DEF_EXTERN_CRATE || is_value ||
           (kind == DEF_MOD && !(item->flags & ITEM_IS_INLINE)) || kind == DEF_FOREIGN_FN;
}

static void print_children(Printer *p, uint32_t item)
{
    const ItemTree *tree = p->source->tree;
    uint32_t end = tree->items[item].end;
    for (uint32_t child = item + 1; child < end; child = tree->items[child].end) {
        print_item(p, child);
        uint32_t next = tree->items[child].end;
        print_line(p);
        bool is_close = next < end && is_short(&tree->items[child]) &&
                        tree->items[child].kind == tree->items[next].kind;
        if (next < end && !is_close)
            print_tokens_gap(&p->out, PRINT_GAP_BLANK);
    }
    print_last_docs(p, item);
}

/* They come in the order of the tree. */
void print_nested(Printer *p, ItemId item)
{
    const ItemTree *tree = p->source->tree;
    uint32_t end = current_item(p)->end, child = p->child;
    for (uint32_t tries = 0; tries < 2; tries++, child = p->item + 1) {
        for (; child < end; child = tree->items[child].end) {
            if (!item_id_eq(tree->items[child].id, item))
                continue;
            p->child = tree->items[child].end;
            print_item(p, child);
            return;
        }
    }
}

void print_source(const PrintSource *source, uint32_t item, Arena *scratch, Text *out)
{
    Printer p = { .source = source, .place = { .next = TOKEN_EOF } };
    print_tokens_init(&p.out, source->interners, scratch, out);
    if (item == 0) {
        print_item_attrs(&p, 0, true);
        print_tokens_gap(&p.out, PRINT_GAP_BLANK);
        print_children(&p, 0);
    } else {
        print_item(&p, item);
    }
    print_tokens_finish(&p.out);
}
