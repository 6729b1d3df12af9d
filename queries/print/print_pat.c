/* Patterns. */
#include "print/print_priv.h"

#define IR_TABLE           "ast/ast_pat.def"
#define IR_NODE            AstPat
#define IR_KIND            AST_PAT
#define IR_DISPATCH        print_pat
#define IR_DISPATCH_RETURN void
#define IR_DISPATCH_PARAMS Printer *p
#define IR_DISPATCH_ARGS   p
#define IR_DISPATCH_VOID
#include "base/ir_dispatch_define.h"

void print_pat(Printer *p, AstPatId id)
{
    const AstPat *pat = ast_pat(p->ast, id);
    print_docs(p, pat->lo);
    p->lo = pat->lo;
    p->hi = pat->hi;
    print_pat_dispatch(p, pat);
}

static void print_pat_unless(Printer *p, AstPatId id, bool has_parens)
{
    if (has_parens)
        print_kind(p, TOKEN_OPEN_PAREN);
    print_pat(p, id);
    if (has_parens)
        print_kind(p, TOKEN_CLOSE_PAREN);
}

void print_pat_one(Printer *p, AstPatId id)
{
    AstPatKind kind = (AstPatKind)ast_pat(p->ast, id)->kind;
    print_pat_unless(p, id, kind == AST_PAT_OR || kind == AST_PAT_GUARD);
}

/* Behind `&`: a range would be ambiguous, unless it is of the old form. */
static void print_pat_operand(Printer *p, AstPatId id)
{
    const AstPat *pat = ast_pat(p->ast, id);
    bool is_range = pat->kind == AST_PAT_RANGE && !pat->as.range.is_three_dots;
    print_pat_unless(p, id, is_range || pat->kind == AST_PAT_OR || pat->kind == AST_PAT_GUARD);
}

static void print_pats(Printer *p, IdRange list)
{
    for (uint32_t i = 0; i < list.count; i++) {
        print_comma(p, i);
        print_pat(p, ast_pat_id_make(ast_list_at(p->ast, list, i)));
    }
}

/* ---- kinds ---- */

void print_pat_error(Printer *p, const AstPat_error *node)
{
    (void)node;
    print_run(p, p->lo >> AST_POS_SHIFT, p->hi >> AST_POS_SHIFT);
}

void print_pat_wild(Printer *p, const AstPat_wild *node)
{
    (void)node;
    print_kind(p, TOKEN_KW_UNDERSCORE);
}

void print_pat_rest(Printer *p, const AstPat_rest *node)
{
    (void)node;
    print_kind(p, TOKEN_DOT_DOT);
}

void print_pat_never(Printer *p, const AstPat_never *node)
{
    (void)node;
    print_kind(p, TOKEN_NOT);
}

void print_pat_ident(Printer *p, const AstPat_ident *node)
{
    print_word_if(p, node->is_mut, TOKEN_KW_MUT);
    print_word_if(p, node->by_ref, TOKEN_KW_REF);
    print_word_if(p, node->ref_mut, TOKEN_KW_MUT);
    print_ident(p, node->name);
    if (ast_pat_id_is_none(node->sub_or_none))
        return;
    print_spaced(p, TOKEN_AT);
    print_pat_one(p, node->sub_or_none);
}

void print_pat_expr(Printer *p, const AstPat_expr *node)
{
    print_expr(p, node->expr);
}

void print_pat_path(Printer *p, const AstPat_path *node)
{
    print_path(p, node->path, PRINT_PATH_EXPR);
}

void print_pat_tuple(Printer *p, const AstPat_tuple *node)
{
    IdRange list = node->elements;
    print_kind(p, TOKEN_OPEN_PAREN);
    print_pats(p, list);
    bool is_rest =
        list.count == 1 &&
        ast_pat(p->ast, ast_pat_id_make(ast_list_at(p->ast, list, 0)))->kind == AST_PAT_REST;
    if (list.count == 1 && !is_rest)
        print_kind(p, TOKEN_COMMA);
    print_kind(p, TOKEN_CLOSE_PAREN);
}

void print_pat_paren(Printer *p, const AstPat_paren *node)
{
    print_pat_unless(p, node->inner, true);
}

void print_pat_tuple_struct(Printer *p, const AstPat_tuple_struct *node)
{
    print_path(p, node->path, PRINT_PATH_EXPR);
    print_kind(p, TOKEN_OPEN_PAREN);
    print_pats(p, node->elements);
    print_kind(p, TOKEN_CLOSE_PAREN);
}

static void print_field_pat(Printer *p, AstFieldPatId id)
{
    const AstFieldPat *field = ast_field_pat(p->ast, id);
    print_docs(p, field->lo);
    print_attrs(p, field->attrs);
    if (!field->is_shorthand) {
        print_ident(p, field->name);
        print_word(p, TOKEN_COLON);
    }
    print_pat(p, field->pat);
}

void print_pat_struct_(Printer *p, const AstPat_struct_ *node)
{
    bool is_empty = node->fields.count == 0 && !node->has_rest;
    print_path(p, node->path, PRINT_PATH_EXPR);
    print_space(p);
    print_kind(p, TOKEN_OPEN_BRACE);
    if (!is_empty)
        print_space(p);
    for (uint32_t i = 0; i < node->fields.count; i++) {
        print_comma(p, i);
        print_field_pat(p, ast_field_pat_id_make(ast_list_at(p->ast, node->fields, i)));
    }
    if (node->has_rest) {
        print_comma(p, node->fields.count);
        print_kind(p, TOKEN_DOT_DOT);
    }
    if (!is_empty)
        print_space(p);
    print_kind(p, TOKEN_CLOSE_BRACE);
}

void print_pat_ref(Printer *p, const AstPat_ref *node)
{
    if (p->out.last.kind == TOKEN_AND)
        print_joint(p, TOKEN_AND); /* `&&x` is two */
    else
        print_kind(p, TOKEN_AND);
    print_word_if(p, node->is_mut, TOKEN_KW_MUT);
    const AstPat *inner = ast_pat(p->ast, node->pat);
    if (inner->kind == AST_PAT_IDENT && inner->as.ident.is_mut && !node->is_mut)
        print_pat_unless(p, node->pat, true); /* `&(mut x)` */
    else
        print_pat_operand(p, node->pat);
}

void print_pat_box(Printer *p, const AstPat_box *node)
{
    print_word(p, TOKEN_KW_BOX);
    print_pat_operand(p, node->pat);
}

void print_pat_range(Printer *p, const AstPat_range *node)
{
    if (!ast_expr_id_is_none(node->low_or_none))
        print_expr(p, node->low_or_none);
    print_kind(p, node->is_three_dots ? TOKEN_DOT_DOT_DOT
                  : node->inclusive   ? TOKEN_DOT_DOT_EQ
                                      : TOKEN_DOT_DOT);
    if (!ast_expr_id_is_none(node->high_or_none))
        print_expr(p, node->high_or_none);
}

void print_pat_or(Printer *p, const AstPat_or *node)
{
    for (uint32_t i = 0; i < node->alternatives.count; i++) {
        if (i > 0)
            print_spaced(p, TOKEN_OR);
        print_pat_one(p, ast_pat_id_make(ast_list_at(p->ast, node->alternatives, i)));
    }
}

void print_pat_slice(Printer *p, const AstPat_slice *node)
{
    print_kind(p, TOKEN_OPEN_BRACKET);
    print_pats(p, node->elements);
    print_kind(p, TOKEN_CLOSE_BRACKET);
}

void print_pat_guard(Printer *p, const AstPat_guard *node)
{
    print_pat(p, node->pat);
    print_spaced(p, TOKEN_KW_IF);
    print_expr(p, node->condition);
}

void print_pat_macro_call(Printer *p, const AstPat_macro_call *node)
{
    print_macro_call(p, node->call);
}
