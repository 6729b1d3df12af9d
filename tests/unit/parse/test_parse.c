/* Trees are compared as short texts: (+ a (* b c)). */
#include "unit/parse/syntax_fixture.h"

/* ---- trees as text ---- */

typedef struct {
    const Interners *interners;
    const Ast *ast;
    Text *out;
} Printer;

static void print_expr(Printer *p, AstExprId id);
static void print_ty(Printer *p, AstTyId id);
static void print_pat(Printer *p, AstPatId id);

static void print_sym(Printer *p, SymId sym)
{
    text_add(p->out, sym_text(p->interners, sym));
}

static void print_exprs(Printer *p, IdRange list)
{
    for (uint32_t i = 0; i < list.count; i++) {
        text_add_char(p->out, ' ');
        print_expr(p, ast_expr_id_make(ast_list_at(p->ast, list, i)));
    }
}

static void print_args(Printer *p, AstArgsId id)
{
    if (ast_args_id_is_none(id))
        return;
    const AstArgs *args = ast_args(p->ast, id);
    text_add_char(p->out, args->style == AST_ARGS_ANGLE ? '<' : '(');
    for (uint32_t i = 0; i < args->args.count; i++) {
        const AstGenericArg *arg =
            ast_generic_arg(p->ast, ast_generic_arg_id_make(ast_list_at(p->ast, args->args, i)));
        text_add_c(p->out, i ? "," : "");
        if (!sym_id_is_none(arg->name.name)) {
            print_sym(p, arg->name.name);
            text_add_char(p->out, arg->kind == AST_ARG_BOUND ? ':' : '=');
        }
        if (!ast_lifetime_id_is_none(arg->lifetime_or_none))
            print_sym(p, ast_lifetime(p->ast, arg->lifetime_or_none)->name.name);
        if (!ast_ty_id_is_none(arg->ty_or_none))
            print_ty(p, arg->ty_or_none);
        if (!ast_expr_id_is_none(arg->expr_or_none))
            print_expr(p, arg->expr_or_none);
    }
    text_add_char(p->out, args->style == AST_ARGS_ANGLE ? '>' : ')');
    if (!ast_ty_id_is_none(args->output_or_none)) {
        text_add_c(p->out, "->");
        print_ty(p, args->output_or_none);
    }
}

static void print_path(Printer *p, AstPathId id)
{
    const AstPath *path = ast_path(p->ast, id);
    if (!ast_ty_id_is_none(path->qself_or_none)) {
        text_add_c(p->out, "<");
        print_ty(p, path->qself_or_none);
        text_addf(p->out, "/%u>", path->qself_segments);
    }
    text_add_c(p->out, path->is_global ? "::" : "");
    for (uint32_t i = 0; i < path->segments.count; i++) {
        const AstSegment *segment =
            ast_segment(p->ast, ast_segment_id_make(ast_list_at(p->ast, path->segments, i)));
        text_add_c(p->out, i ? "::" : "");
        print_sym(p, segment->name.name);
        print_args(p, segment->args_or_none);
    }
}

static void print_stmt(Printer *p, AstStmtId id)
{
    const AstStmt *stmt = ast_stmt(p->ast, id);
    switch ((AstStmtKind)stmt->kind) {
    case AST_STMT_LET: {
        const AstLet *let = ast_let(p->ast, stmt->as.let.let);
        text_add_c(p->out, "(let ");
        print_pat(p, let->pat);
        if (!ast_expr_id_is_none(let->init_or_none)) {
            text_add_char(p->out, ' ');
            print_expr(p, let->init_or_none);
        }
        text_add_c(p->out, ast_block_id_is_none(let->else_or_none) ? ")" : " else)");
        return;
    }
    case AST_STMT_EXPR:
        print_expr(p, stmt->as.expr.expr);
        return;
    case AST_STMT_SEMI:
        print_expr(p, stmt->as.semi.expr);
        text_add_char(p->out, ';');
        return;
    case AST_STMT_MACRO:
        print_path(p, ast_macro_call(p->ast, stmt->as.macro.call)->path);
        text_add_c(p->out, stmt->as.macro.style == AST_MACRO_SEMI ? "!;" : "!{}");
        return;
    case AST_STMT_ITEM:
        text_add_c(p->out, "item");
        return;
    case AST_STMT_EMPTY:
        text_add_c(p->out, ";");
        return;
    case AST_STMT_ERROR:
        text_add_c(p->out, "ERROR");
        return;
    case AST_STMT_NONE:
    case AST_STMT_KIND_COUNT:
        break;
    }
    fail();
}

static void print_block(Printer *p, AstBlockId id)
{
    const AstBlock *block = ast_block(p->ast, id);
    text_add_c(p->out, "{");
    for (uint32_t i = 0; i < block->stmts.count; i++) {
        text_add_c(p->out, i ? " " : "");
        print_stmt(p, ast_stmt_id_make(ast_list_at(p->ast, block->stmts, i)));
    }
    text_add_c(p->out, "}");
}

static void print_two(Printer *p, const char *name, AstExprId a, AstExprId b)
{
    text_addf(p->out, "(%s ", name);
    print_expr(p, a);
    text_add_char(p->out, ' ');
    print_expr(p, b);
    text_add_char(p->out, ')');
}

static void print_one(Printer *p, const char *name, AstExprId a)
{
    text_addf(p->out, "(%s", name);
    if (!ast_expr_id_is_none(a)) {
        text_add_char(p->out, ' ');
        print_expr(p, a);
    }
    text_add_char(p->out, ')');
}

static void print_if(Printer *p, const AstExpr_if_ *node)
{
    for (uint32_t i = 0; i < node->branches.count; i++) {
        const AstBranch *branch =
            ast_branch(p->ast, ast_branch_id_make(ast_list_at(p->ast, node->branches, i)));
        text_add_c(p->out, i == 0 ? "(if " : " else if ");
        print_expr(p, branch->condition);
        print_block(p, branch->then_block);
    }
    if (!ast_block_id_is_none(node->else_or_none))
        print_block(p, node->else_or_none);
    text_add_c(p->out, ")");
}

static void print_control(Printer *p, const AstExpr *e)
{
    if (e->kind == AST_EXPR_IF) {
        print_if(p, &e->as.if_);
    } else if (e->kind == AST_EXPR_MATCH) {
        text_add_c(p->out, "(match ");
        print_expr(p, e->as.match.scrutinee);
        for (uint32_t i = 0; i < e->as.match.arms.count; i++) {
            const AstArm *arm =
                ast_arm(p->ast, ast_arm_id_make(ast_list_at(p->ast, e->as.match.arms, i)));
            text_add_char(p->out, ' ');
            print_pat(p, arm->pat);
            text_add_c(p->out, "=>");
            print_expr(p, arm->body_or_none);
        }
        text_add_c(p->out, ")");
    } else if (e->kind == AST_EXPR_WHILE) {
        text_add_c(p->out, "(while ");
        print_expr(p, e->as.while_.condition);
        print_block(p, e->as.while_.body);
        text_add_c(p->out, ")");
    } else {
        text_addf(p->out, "(%s)", ast_expr_kind_name((AstExprKind)e->kind).data);
    }
}

static void print_expr(Printer *p, AstExprId id)
{
    const AstExpr *e = ast_expr(p->ast, id);
    if (e->kind == AST_EXPR_LITERAL) {
        print_sym(p, e->as.literal.text);
    } else if (e->kind == AST_EXPR_PATH) {
        print_path(p, e->as.path.path);
    } else if (e->kind == AST_EXPR_UNARY) {
        print_one(p, ast_unary_op_text((AstUnaryOp)e->as.unary.op), e->as.unary.operand);
    } else if (e->kind == AST_EXPR_BINARY) {
        print_two(p, ast_binary_op_text((AstBinaryOp)e->as.binary.op), e->as.binary.lhs,
                  e->as.binary.rhs);
    } else if (e->kind == AST_EXPR_ASSIGN) {
        print_two(p, "=", e->as.assign.place, e->as.assign.value);
    } else if (e->kind == AST_EXPR_ASSIGN_OP) {
        print_two(
            p,
            arena_printf(p->out->arena, "%s=", ast_binary_op_text((AstBinaryOp)e->as.assign_op.op)),
            e->as.assign_op.place, e->as.assign_op.value);
    } else if (e->kind == AST_EXPR_REF) {
        print_one(p, e->as.ref.is_mut ? "&mut" : "&", e->as.ref.operand);
    } else if (e->kind == AST_EXPR_RAW_REF) {
        print_one(p, e->as.raw_ref.is_mut ? "&raw mut" : "&raw const", e->as.raw_ref.operand);
    } else if (e->kind == AST_EXPR_CALL) {
        text_add_c(p->out, "(call ");
        print_expr(p, e->as.call.callee);
        print_exprs(p, e->as.call.args);
        text_add_char(p->out, ')');
    } else if (e->kind == AST_EXPR_METHOD_CALL) {
        const AstSegment *segment = ast_segment(p->ast, e->as.method_call.segment);
        text_add_c(p->out, "(.");
        print_sym(p, segment->name.name);
        print_args(p, segment->args_or_none);
        text_add_char(p->out, ' ');
        print_expr(p, e->as.method_call.receiver);
        print_exprs(p, e->as.method_call.args);
        text_add_char(p->out, ')');
    } else if (e->kind == AST_EXPR_FIELD) {
        text_add_c(p->out, "(. ");
        print_expr(p, e->as.field.base);
        text_add_char(p->out, ' ');
        print_sym(p, e->as.field.name.name);
        text_add_char(p->out, ')');
    } else if (e->kind == AST_EXPR_INDEX) {
        print_two(p, "[]", e->as.index.base, e->as.index.index);
    } else if (e->kind == AST_EXPR_PAREN) {
        print_one(p, "paren", e->as.paren.inner);
    } else if (e->kind == AST_EXPR_TUPLE) {
        text_add_c(p->out, "(tuple");
        print_exprs(p, e->as.tuple.elements);
        text_add_char(p->out, ')');
    } else if (e->kind == AST_EXPR_ARRAY) {
        text_add_c(p->out, "(array");
        print_exprs(p, e->as.array.elements);
        text_add_char(p->out, ')');
    } else if (e->kind == AST_EXPR_REPEAT) {
        print_two(p, "repeat", e->as.repeat.element, e->as.repeat.length);
    } else if (e->kind == AST_EXPR_STRUCT) {
        text_add_c(p->out, "(struct ");
        print_path(p, e->as.struct_.path);
        text_addf(p->out, " %u%s)", e->as.struct_.fields.count,
                  e->as.struct_.has_rest ? " .." : "");
    } else if (e->kind == AST_EXPR_BLOCK) {
        print_block(p, e->as.block.block);
    } else if (e->kind == AST_EXPR_LET) {
        text_add_c(p->out, "(let ");
        print_pat(p, e->as.let.pat);
        text_add_char(p->out, ' ');
        print_expr(p, e->as.let.scrutinee);
        text_add_char(p->out, ')');
    } else if (e->kind == AST_EXPR_CLOSURE) {
        const AstClosure *closure = ast_closure(p->ast, e->as.closure.closure);
        text_addf(p->out, "(|%u| ", closure->params.count);
        print_expr(p, closure->body);
        text_add_char(p->out, ')');
    } else if (e->kind == AST_EXPR_BREAK) {
        print_one(p, "break", e->as.break_.value_or_none);
    } else if (e->kind == AST_EXPR_RETURN) {
        print_one(p, "return", e->as.return_.value_or_none);
    } else if (e->kind == AST_EXPR_AWAIT) {
        print_one(p, "await", e->as.await.operand);
    } else if (e->kind == AST_EXPR_TRY) {
        print_one(p, "?", e->as.try_.operand);
    } else if (e->kind == AST_EXPR_CAST) {
        text_add_c(p->out, "(as ");
        print_expr(p, e->as.cast.operand);
        text_add_char(p->out, ' ');
        print_ty(p, e->as.cast.ty);
        text_add_char(p->out, ')');
    } else if (e->kind == AST_EXPR_RANGE) {
        text_add_c(p->out, e->as.range.inclusive ? "(..=" : "(..");
        if (!ast_expr_id_is_none(e->as.range.low_or_none)) {
            text_add_c(p->out, " lo:");
            print_expr(p, e->as.range.low_or_none);
        }
        if (!ast_expr_id_is_none(e->as.range.high_or_none)) {
            text_add_c(p->out, " hi:");
            print_expr(p, e->as.range.high_or_none);
        }
        text_add_char(p->out, ')');
    } else if (e->kind == AST_EXPR_MACRO_CALL) {
        print_path(p, ast_macro_call(p->ast, e->as.macro_call.call)->path);
        text_add_char(p->out, '!');
    } else {
        print_control(p, e);
    }
}

static void print_bounds(Printer *p, IdRange bounds)
{
    for (uint32_t i = 0; i < bounds.count; i++) {
        const AstBound *bound =
            ast_bound(p->ast, ast_bound_id_make(ast_list_at(p->ast, bounds, i)));
        text_add_c(p->out, i ? "+" : "");
        text_add_c(p->out, bound->for_params.count ? "for " : "");
        text_add_c(p->out, bound->modifiers & AST_BOUND_MAYBE ? "?" : "");
        if (bound->kind == AST_BOUND_OUTLIVES)
            print_sym(p, ast_lifetime(p->ast, bound->lifetime_or_none)->name.name);
        else if (bound->kind == AST_BOUND_TRAIT)
            print_path(p, bound->path_or_none);
        else
            text_addf(p->out, "use%u", bound->captures.count);
    }
}

static void print_ty(Printer *p, AstTyId id)
{
    const AstTy *ty = ast_ty(p->ast, id);
    if (ty->kind == AST_TY_PATH) {
        print_path(p, ty->as.path.path);
    } else if (ty->kind == AST_TY_REF) {
        text_add_c(p->out, ty->as.ref.is_mut ? "&mut " : "&");
        print_ty(p, ty->as.ref.pointee);
    } else if (ty->kind == AST_TY_PTR) {
        text_add_c(p->out, ty->as.ptr.is_mut ? "*mut " : "*const ");
        print_ty(p, ty->as.ptr.pointee);
    } else if (ty->kind == AST_TY_TUPLE) {
        text_addf(p->out, "tuple%u", ty->as.tuple.elements.count);
    } else if (ty->kind == AST_TY_ARRAY) {
        text_add_c(p->out, "[");
        print_ty(p, ty->as.array.element);
        text_add_c(p->out, ";");
        print_expr(p, ty->as.array.length);
        text_add_c(p->out, "]");
    } else if (ty->kind == AST_TY_TRAIT_OBJECT) {
        text_add_c(p->out, ty->as.trait_object.has_dyn ? "dyn " : "bare ");
        print_bounds(p, ty->as.trait_object.bounds);
    } else if (ty->kind == AST_TY_IMPL_TRAIT) {
        text_add_c(p->out, "impl ");
        print_bounds(p, ty->as.impl_trait.bounds);
    } else if (ty->kind == AST_TY_FN_PTR) {
        const AstFnPtr *fn = ast_fn_ptr(p->ast, ty->as.fn_ptr.fn_ptr);
        text_addf(p->out, "fn%u%s", fn->params.count,
                  ast_fn_header(p->ast, fn->header)->is_variadic ? "..." : "");
        if (!ast_ty_id_is_none(fn->output_or_none)) {
            text_add_c(p->out, "->");
            print_ty(p, fn->output_or_none);
        }
    } else {
        text_add(p->out, ast_ty_kind_name((AstTyKind)ty->kind));
    }
}

static void print_pats(Printer *p, const char *name, IdRange list)
{
    text_addf(p->out, "(%s", name);
    for (uint32_t i = 0; i < list.count; i++) {
        text_add_char(p->out, ' ');
        print_pat(p, ast_pat_id_make(ast_list_at(p->ast, list, i)));
    }
    text_add_char(p->out, ')');
}

static void print_pat(Printer *p, AstPatId id)
{
    const AstPat *pat = ast_pat(p->ast, id);
    if (pat->kind == AST_PAT_IDENT) {
        text_add_c(p->out, pat->as.ident.by_ref ? "ref " : "");
        text_add_c(p->out, pat->as.ident.is_mut || pat->as.ident.ref_mut ? "mut " : "");
        print_sym(p, pat->as.ident.name.name);
        if (!ast_pat_id_is_none(pat->as.ident.sub_or_none)) {
            text_add_c(p->out, "@");
            print_pat(p, pat->as.ident.sub_or_none);
        }
    } else if (pat->kind == AST_PAT_EXPR) {
        print_expr(p, pat->as.expr.expr);
    } else if (pat->kind == AST_PAT_PATH) {
        print_path(p, pat->as.path.path);
    } else if (pat->kind == AST_PAT_TUPLE) {
        print_pats(p, "tuple", pat->as.tuple.elements);
    } else if (pat->kind == AST_PAT_SLICE) {
        print_pats(p, "slice", pat->as.slice.elements);
    } else if (pat->kind == AST_PAT_OR) {
        print_pats(p, "|", pat->as.or.alternatives);
    } else if (pat->kind == AST_PAT_TUPLE_STRUCT) {
        print_path(p, pat->as.tuple_struct.path);
        print_pats(p, "", pat->as.tuple_struct.elements);
    } else if (pat->kind == AST_PAT_REF) {
        text_add_c(p->out, "&");
        print_pat(p, pat->as.ref.pat);
    } else if (pat->kind == AST_PAT_PAREN) {
        text_add_c(p->out, "(paren ");
        print_pat(p, pat->as.paren.inner);
        text_add_c(p->out, ")");
    } else if (pat->kind == AST_PAT_RANGE) {
        text_add_c(p->out, pat->as.range.inclusive ? "(..=" : "(..");
        if (!ast_expr_id_is_none(pat->as.range.low_or_none)) {
            text_add_c(p->out, " lo:");
            print_expr(p, pat->as.range.low_or_none);
        }
        if (!ast_expr_id_is_none(pat->as.range.high_or_none)) {
            text_add_c(p->out, " hi:");
            print_expr(p, pat->as.range.high_or_none);
        }
        text_add_char(p->out, ')');
    } else if (pat->kind == AST_PAT_STRUCT) {
        print_path(p, pat->as.struct_.path);
        text_addf(p->out, "{%u%s}", pat->as.struct_.fields.count,
                  pat->as.struct_.has_rest ? ".." : "");
    } else {
        text_add(p->out, ast_pat_kind_name((AstPatKind)pat->kind));
    }
}

/* ---- comparing ---- */

static Ast parse(Syntax *s, const char *text, AstFragment fragment)
{
    TokenRun run = syntax_run(s, str_from_c(text));
    ParseContext context = syntax_context(s);
    Ast ast;
    parse_whole(&context, &run, fragment, &ast, &s->errors);
    return ast;
}

static void assert_tree(Syntax *s, AstFragment fragment, const char *text, const char *expected)
{
    Ast ast = parse(s, text, fragment);
    if (s->errors.count > 0)
        print_message("%s: %s\n", text, syntax_message(s, 0));
    assert_int_equal(s->errors.count, 0);
    assert_false(ast.has_error);
    Text out;
    text_init(&out, s->arena);
    Printer printer = { s->interners, &ast, &out };
    if (fragment == AST_FRAGMENT_TY)
        print_ty(&printer, ast.ty);
    else if (fragment == AST_FRAGMENT_PAT)
        print_pat(&printer, ast.pat);
    else if (fragment == AST_FRAGMENT_STMTS)
        for (uint32_t i = 0; i < ast.block_stmts.count; i++) {
            text_add_c(&out, i ? " " : "");
            print_stmt(&printer, ast_stmt_id_make(ast_list_at(&ast, ast.block_stmts, i)));
        }
    else
        print_expr(&printer, ast.expr);
    assert_string_equal(out.data, expected);
}

#define E(text, expected) assert_tree(s, AST_FRAGMENT_EXPR, text, expected)
#define T(text, expected) assert_tree(s, AST_FRAGMENT_TY, text, expected)
#define P(text, expected) assert_tree(s, AST_FRAGMENT_PAT, text, expected)
#define S(text, expected) assert_tree(s, AST_FRAGMENT_STMTS, text, expected)

static void precedence(void **state)
{
    Syntax *s = *state;
    E("a + b * c", "(+ a (* b c))");
    E("a * b + c", "(+ (* a b) c)");
    E("a - b - c", "(- (- a b) c)");
    E("a = b = c", "(= a (= b c))");
    E("a += b -= c", "(+= a (-= b c))");
    E("a || b && c == d | e ^ f & g << h + i * j as u8",
      "(|| a (&& b (== c (| d (^ e (& f (<< g (+ h (* i (as j u8))))))))))");
    E("a as u8 as u16 * b", "(* (as (as a u8) u16) b)");
    E("a < b as u8", "(< a (as b u8))");
    E("-a * b", "(* (- a) b)");
    E("!a.b()", "(! (.b a))");
    E("-a as u8", "(as (- a) u8)");
    E("&a + &mut b", "(+ (& a) (&mut b))");
    E("*a.b", "(* (. a b))");
    E("&&a", "(& (& a))");
    E("a & &b && &c", "(&& (& a (& b)) (& c))");
    E("a == b || c != d", "(|| (== a b) (!= c d))");
    E("a << b >> c", "(>> (<< a b) c)");
}

static void ranges(void **state)
{
    Syntax *s = *state;
    E("a..b", "(.. lo:a hi:b)");
    E("a + 1..b * 2", "(.. lo:(+ a 1) hi:(* b 2))");
    E("..", "(..)");
    E("..=b", "(..= hi:b)");
    E("a..", "(.. lo:a)");
    E("a = b..c", "(= a (.. lo:b hi:c))");
    E("a..b || c", "(.. lo:a hi:(|| b c))");
    E("f(..)", "(call f (..))");
    E("a[1..]", "([] a (.. lo:1))");
    S("for x in 0..n {}", "(for_)");
    S("match a.. {}", "(match (.. lo:a))");
}

static void fields_of_tuples(void **state)
{
    Syntax *s = *state;
    E("a.0.1.b", "(. (. (. a 0) 1) b)");
    E("a.0.0.0.0", "(. (. (. (. a 0) 0) 0) 0)");
    E("a.b.c(d)?.e[f](g)", "(call ([] (. (? (.c (. a b) d)) e) f) g)");
    E("a.b::<C, 3>(d)", "(.b<C,3> a d)");
    E("a.await?", "(? (await a))");
}

static void generic_brackets(void **state)
{
    Syntax *s = *state;
    E("f::<Vec<Vec<u8>>>(x)", "(call f<Vec<Vec<u8>>> x)");
    E("a < b", "(< a b)");
    E("a::<b>::c", "a<b>::c");
    E("(a < b) > c", "(> (paren (< a b)) c)");
    E("<T as U::V<W>>::f::<X>", "<T/2>U::V<W>::f<X>");
    E("<T>::f", "<T/0>f");
    E("<<T as A>::B as C>::D", "<<T/1>A::B/1>C::D");
    T("Foo<'a, u8, 3, { N }, -1, Item = u8, N = 4>", "Foo<'a,u8,3,{N},(- 1),Item=u8,N=4>");
}

static void closures_and_blocks(void **state)
{
    Syntax *s = *state;
    E("|a, b| a + b", "(|2| (+ a b))");
    E("|| |x| x", "(|0| (|1| x))");
    E("move |&a: &u8| -> u8 { a }", "(|1| {a})");
    E("f(|x| x, y)", "(call f (|1| x) y)");
    E("{ a; b }", "{a; b}");
    E("{ let x = 1; x }", "{(let x 1) x}");
    E("unsafe { a }", "{a}");
    E("if a { b } else if c { d } else { e }", "(if a{b} else if c{d}{e})");
    E("if let Some(x) = y && z { 1 }", "(if (&& (let Some( x) y) z){1})");
}

static void struct_literals(void **state)
{
    Syntax *s = *state;
    E("S { a: 1, b, ..c }", "(struct S 2 ..)");
    E("S {}", "(struct S 0)");
    E("a::B::<C> { 0: x }", "(struct a::B<C> 1)");
    S("if x == y { z }", "(if (== x y){z})");
    S("if (S {}) == y { z }", "(if (== (paren (struct S 0)) y){z})");
    S("match S { x => 1 }", "(match S x=>1)");
    S("while f(S { a: 1 }) { }", "(while (call f (struct S 1)){})");
    S("for x in y { }", "(for_)");
    S("if |x| S == y { }", "(if (|1| (== S y)){})");
}

static void statements(void **state)
{
    Syntax *s = *state;
    S("a; b", "a; b");
    S("if a {} -b", "(if a{}) (- b)");
    S("if a {} *b = c;", "(if a{}) (= (* b) c);");
    S("match a {} (b)", "(match a) (paren b)");
    S("{ a } [b]", "{a} (array b)");
    S("unsafe { a }.b();", "(.b {a});");
    S("match a {}?.b", "(. (? (match a)) b)");
    S("let x = if a { b } else { c } + d;", "(let x (+ (if a{b}{c}) d))");
    S("x = if a { b } else { c } + d;", "(= x (+ (if a{b}{c}) d));");
    S("let Some(x) = y else { return };", "(let Some( x) y else)");
    S("let x: Vec<u8>= y;", "(let x y)");
    S(";;", "; ;");
    S("m!(a); m!{a} m![a]; b", "m!; m!{} m!; b");
    S("m!{a}.b()", "(.b m!)");
    S("m!(a)", "m!");
    S("m!(a) + b", "(+ m! b)");
    S("loop {} while a {} b", "(loop) (while a{}) b");
    S("match x { A => {} B => b, C => {}, D if e => f }", "(match x A=>{} B=>b C=>{} D=>f)");
    S("async {}; x", "{}; x");
}

static void types(void **state)
{
    Syntax *s = *state;
    T("&'a mut T", "&mut T");
    T("&&T", "&&T");
    T("*const *mut T", "*const *mut T");
    T("[T; N + 1]", "[T;(+ N 1)]");
    T("(A, B)", "tuple2");
    T("(A,)", "tuple1");
    T("()", "tuple0");
    T("(A)", "paren");
    T("fn(A, b: B, ...) -> C", "fn3...->C");
    T("for<'a> unsafe extern \"C\" fn(&'a A)", "fn1");
    T("dyn A + 'a + for<'b> B<'b> + ?C", "dyn A+'a+for B<'b>+?C");
    T("impl Fn(A, B) -> C + Send", "impl Fn(A,B)->C+Send");
    T("Vec<Vec<Vec<A>>>", "Vec<Vec<Vec<A>>>");
    T("Box<dyn A<B=C>>", "Box<dyn A<B=C>>");
    T("<A as B>::C", "<A/1>B::C");
    T("::a::b<'static>", "::a::b<'static>");
    T("impl A + use<'a, T>", "impl A+use2");
    T("!", "never");
    T("_", "infer");
    T("m!(x)", "macro_call");
}

static void patterns(void **state)
{
    Syntax *s = *state;
    P("x", "x");
    P("ref mut x @ Some(_)", "ref mut x@Some( wild)");
    P("mut x", "mut x");
    P("A | B | (C | D)", "(| A B (paren (| C D)))");
    P("| A | B", "(| A B)");
    P("(a, .., b)", "(tuple a rest b)");
    P("(..)", "(tuple rest)");
    P("[a, b @ .., c]", "(slice a b@rest c)");
    P("&&x", "&&x");
    P("&mut x", "&x");
    P("1..=2", "(..= lo:1 hi:2)");
    P("-1..2", "(.. lo:(- 1) hi:2)");
    P("..=9", "(..= hi:9)");
    P("1..", "(.. lo:1)");
    P("a::B..=C", "(..= lo:a::B hi:C)");
    P("a::B(x, y)", "a::B( x y)");
    P("S { a, b: c, ref d, .. }", "S{3..}");
    P("<T>::X", "<T/0>X");
    P("\"s\"", "\"s\"");
    P("m!()", "macro_call");
    P("[1.., x]", "(slice (.. lo:1) x)");
}

/* ---- errors ---- */

static void assert_messages(Syntax *s, AstFragment fragment, const char *text,
                            const char *const *messages)
{
    Ast ast = parse(s, text, fragment);
    uint32_t count = 0;
    for (; messages[count]; count++) {
        assert_true(count < s->errors.count);
        assert_string_equal(syntax_message(s, count), messages[count]);
    }
    assert_int_equal(s->errors.count, count);
    assert_true(ast.has_error);
}

#define ERRORS(fragment, text, ...) \
    assert_messages(s, AST_FRAGMENT_##fragment, text, (const char *const[]){ __VA_ARGS__, NULL })

static void errors_say_what_was_expected(void **state)
{
    Syntax *s = *state;
    ERRORS(EXPR, "a b", "expected one of `!`, `.`, `::`, `?`, `{`, or an operator, found `b`");
    ERRORS(EXPR, "f(1 2)", "expected one of `)`, `,`, `.`, `?`, or an operator, found `2`");
    ERRORS(EXPR, "1 +", "expected expression, found `<eof>`");
    ERRORS(EXPR, "a < b < c", "comparison operators cannot be chained");
    ERRORS(EXPR, "let x = 1", "expected expression, found `let` statement");
    ERRORS(EXPR, "..=", "inclusive range with no end");
    ERRORS(EXPR, "a...b", "unexpected token: `...`");
    ERRORS(EXPR, "1u7", "invalid width `7` for integer literal");
    ERRORS(EXPR, "'a x", "expected `while`, `for`, `loop` or `{` after a label");
    ERRORS(EXPR, "a<-b", "unexpected token: `<-`");
    ERRORS(TY, "*u8", "expected `mut` or `const` keyword in raw pointer type");
    ERRORS(TY, "=", "expected type, found `=`");
    ERRORS(PAT, "fn", "expected pattern, found keyword `fn`");
    ERRORS(PAT, "A || B", "unexpected token `||` in pattern");
    ERRORS(PAT, "A |,", "a trailing `|` is not allowed in an or-pattern", "unexpected token: `,`");
}

static uint32_t count_errors(Syntax *s, const char *text, Edition edition)
{
    TokenRun run = syntax_run(s, str_from_c(text));
    ParseContext context = syntax_context(s);
    context.edition = edition;
    Ast ast;
    parse_whole(&context, &run, AST_FRAGMENT_EXPR, &ast, &s->errors);
    return s->errors.count;
}

static void editions_differ(void **state)
{
    Syntax *s = *state;
    static const struct {
        const char *text;
        bool ok[EDITION_2024 + 1];
    } cases[] = {
        { "async + await", { true, false, false, false } },
        { "dyn::x + try", { true, false, false, false } },
        { "gen", { true, true, true, false } },
        { "r#async + r#gen", { true, true, true, true } },
        { "a.await.b", { true, true, true, true } },
        { "if let a = b && c {}", { false, false, false, true } },
        { "union + auto + default + raw + safe", { true, true, true, true } },
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
        for (int e = EDITION_2015; e <= EDITION_2024; e++)
            assert_int_equal(count_errors(s, cases[i].text, (Edition)e) == 0, cases[i].ok[e]);
}

static void each_bad_statement_is_one_error(void **state)
{
    Syntax *s = *state;
    Ast ast = parse(s, "{ let a = ; let b = 1; c d; f(1 2, |x| { y z }); good(); if { g h } i }",
                    AST_FRAGMENT_EXPR);
    assert_int_equal(s->errors.count, 5);
    Text out;
    text_init(&out, s->arena);
    Printer printer = { s->interners, &ast, &out };
    print_expr(&printer, ast.expr);
    assert_string_equal(out.data,
                        "{ERROR (let b 1) ERROR ERROR (call good); (if (error){ERROR}) i}");
}

static void assert_is_flat(const Ast *ast)
{
    assert_true(ast->has_error);
    for (uint32_t i = 1; i < ast->expr_count; i++)
        assert_int_equal(ast->exprs[i].kind, AST_EXPR_ERROR);
    for (uint32_t i = 1; i < ast->ty_count; i++)
        assert_int_equal(ast->tys[i].kind, AST_TY_ERROR);
    for (uint32_t i = 1; i < ast->pat_count; i++)
        assert_int_equal(ast->pats[i].kind, AST_PAT_ERROR);
}

/* The fragment `open` 100,000 times, the middle, `close` as often. */
static Ast parse_repeated(Syntax *s, AstFragment fragment, const char *open, const char *middle,
                          const char *close)
{
    enum { TIMES = 100000 };
    Text text;
    text_init(&text, s->arena);
    for (int i = 0; i < TIMES; i++)
        text_add_c(&text, open);
    text_add_c(&text, middle);
    for (int i = 0; i < TIMES; i++)
        text_add_c(&text, close);
    TokenRun run = syntax_run(s, text_str(&text));
    ParseContext context = syntax_context(s);
    Ast ast;
    parse_whole(&context, &run, fragment, &ast, &s->errors);
    return ast;
}

static void long_chains_of_else_if_are_no_nesting(void **state)
{
    Syntax *s = *state;
    Ast ast = parse_repeated(s, AST_FRAGMENT_EXPR, "if x {} else ", "{}", "");
    assert_int_equal(s->errors.count, 0);
    assert_int_equal(ast_expr(&ast, ast.expr)->as.if_.branches.count, 100000);
}

/* Nesting of every sort is refused at the limit with one error and without running out of stack. */
static void deep_nesting_is_one_error(void **state)
{
    Syntax *s = *state;
    static const struct {
        AstFragment fragment;
        const char *open, *close;
    } cases[] = {
        { AST_FRAGMENT_EXPR, "(", ")" },       { AST_FRAGMENT_EXPR, "[", "]" },
        { AST_FRAGMENT_EXPR, "{", "}" },       { AST_FRAGMENT_EXPR, "-", "" },
        { AST_FRAGMENT_EXPR, "&", "" },        { AST_FRAGMENT_EXPR, "f(", ")" },
        { AST_FRAGMENT_EXPR, "|x| ", "" },     { AST_FRAGMENT_EXPR, "return ", "" },
        { AST_FRAGMENT_EXPR, "if x {", "}" },  { AST_FRAGMENT_EXPR, "1 + ", "" },
        { AST_FRAGMENT_EXPR, "x = ", "" },     { AST_FRAGMENT_EXPR, "", ".a" },
        { AST_FRAGMENT_EXPR, "", "()" },       { AST_FRAGMENT_EXPR, "match x { _ => ", "}" },
        { AST_FRAGMENT_EXPR, "S { a: ", "}" }, { AST_FRAGMENT_TY, "&", "" },
        { AST_FRAGMENT_TY, "Vec<", ">" },      { AST_FRAGMENT_TY, "fn() -> ", "" },
        { AST_FRAGMENT_TY, "<", " as B>::C" }, { AST_FRAGMENT_TY, "impl A<B = ", ">" },
        { AST_FRAGMENT_TY, "A<B: A<", ">>" },  { AST_FRAGMENT_PAT, "(", ",)" },
        { AST_FRAGMENT_PAT, "&", "" },         { AST_FRAGMENT_PAT, "a @ ", "" },
        { AST_FRAGMENT_PAT, "A | (", ")" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Ast ast = parse_repeated(s, cases[i].fragment, cases[i].open, "x", cases[i].close);
        if (s->errors.count != 1 || !strstr(syntax_message(s, 0), "nesting of syntax"))
            print_message("%s .. %s\n", cases[i].open, cases[i].close);
        assert_int_equal(s->errors.count, 1);
        assert_non_null(strstr(syntax_message(s, 0), "nesting of syntax"));
        assert_is_flat(&ast);
        arena_clear(s->arena);
    }
}

/* ---- fragments of macros ---- */

/* Where the fragment that begins the text ends: "used|rest". */
static void assert_fragment(Syntax *s, AstFragment fragment, const char *used, const char *rest)
{
    uint32_t expected = syntax_run(s, str_from_c(used)).count;
    const char *text = arena_printf(s->arena, "%s %s", used, rest);
    TokenRun run = syntax_run(s, str_from_c(text));
    ParseContext context = syntax_context(s);
    Ast ast;
    assert_true(parse_fragment_may_start(s->interners, &run, 0, fragment, EDITION_2021));
    assert_int_equal(parse_fragment(&context, &run, 0, fragment, &ast, &s->errors), expected);
    assert_int_equal(s->errors.count, 0);
}

static void fragments_end_where_they_end(void **state)
{
    Syntax *s = *state;
    assert_fragment(s, AST_FRAGMENT_EXPR, "a + b * c", "=> d");
    assert_fragment(s, AST_FRAGMENT_EXPR, "S { a: 1 }", ", d");
    assert_fragment(s, AST_FRAGMENT_TY, "Vec<u8>", "= x");
    assert_fragment(s, AST_FRAGMENT_TY, "dyn A + B", "; x");
    assert_fragment(s, AST_FRAGMENT_PAT, "A | B", "=> x");
    assert_fragment(s, AST_FRAGMENT_PAT_PARAM, "A", "| B");
    assert_fragment(s, AST_FRAGMENT_STMT, "let x = 1", "; y");
    assert_fragment(s, AST_FRAGMENT_BLOCK, "{ a; b }", "c");
    assert_fragment(s, AST_FRAGMENT_IDENT, "self", "x");
    assert_fragment(s, AST_FRAGMENT_LIFETIME, "'a", "x");
    assert_fragment(s, AST_FRAGMENT_LITERAL, "-1", "x");
    assert_fragment(s, AST_FRAGMENT_LITERAL, "true", "x");
    assert_fragment(s, AST_FRAGMENT_PATH, "a::b<C>::D", "x");
    assert_fragment(s, AST_FRAGMENT_META, "a::b(c, d)", "x");
    assert_fragment(s, AST_FRAGMENT_META, "a = \"b\"", ", x");
    assert_fragment(s, AST_FRAGMENT_VIS, "pub(crate)", "x");
    assert_fragment(s, AST_FRAGMENT_VIS, "", "x");
    assert_fragment(s, AST_FRAGMENT_TT, "(a b)", "x");
    assert_fragment(s, AST_FRAGMENT_TT, "a", "x");
    assert_fragment(s, AST_FRAGMENT_ITEM, "#[a] pub struct S { a: u8 }", "struct T;");
    assert_fragment(s, AST_FRAGMENT_ITEM, "fn f() {}", "x");
    assert_fragment(s, AST_FRAGMENT_ITEM, "const X: u8 = 1;", "x");
}

static void fragments_begin_where_rustc_says(void **state)
{
    Syntax *s = *state;
    static const struct {
        AstFragment fragment;
        const char *text;
        bool may;
    } cases[] = {
        { AST_FRAGMENT_EXPR, "_", false },      { AST_FRAGMENT_EXPR, "let", false },
        { AST_FRAGMENT_EXPR, "=>", false },     { AST_FRAGMENT_EXPR, "'a", true },
        { AST_FRAGMENT_IDENT, "_", false },     { AST_FRAGMENT_IDENT, "fn", true },
        { AST_FRAGMENT_IDENT, "1", false },     { AST_FRAGMENT_TY, "1", false },
        { AST_FRAGMENT_TY, "!", true },         { AST_FRAGMENT_PAT, "|", true },
        { AST_FRAGMENT_PAT_PARAM, "|", false }, { AST_FRAGMENT_BLOCK, "(", false },
        { AST_FRAGMENT_LITERAL, "x", false },   { AST_FRAGMENT_LIFETIME, "a", false },
        { AST_FRAGMENT_TT, "", false },         { AST_FRAGMENT_VIS, "", false },
        { AST_FRAGMENT_VIS, ",", true },        { AST_FRAGMENT_VIS, "struct", true },
        { AST_FRAGMENT_ITEM, "1", false },      { AST_FRAGMENT_PATH, "1", false },
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        TokenRun run = syntax_run(s, str_from_c(cases[i].text));
        assert_int_equal(
            parse_fragment_may_start(s->interners, &run, 0, cases[i].fragment, EDITION_2021),
            cases[i].may);
    }
}

/* What a macro parameter stood for keeps together: `$a * 2` with a + b is (a + b) * 2. */
static void substituted_fragments_keep_together(void **state)
{
    Syntax *s = *state;
    TokenRun run = syntax_run(s, STR("( a + b ) * 2"));
    for (uint32_t i = 0; i < run.count; i++) {
        uint8_t kind = run.tokens[i].kind;
        if (kind == TOKEN_OPEN_PAREN || kind == TOKEN_CLOSE_PAREN)
            run.tokens[i] = (Token){ .kind = kind == TOKEN_OPEN_PAREN ? TOKEN_OPEN_FRAGMENT
                                                                      : TOKEN_CLOSE_FRAGMENT,
                                     .flags = AST_FRAGMENT_EXPR };
    }
    ParseContext context = syntax_context(s);
    Ast ast;
    parse_whole(&context, &run, AST_FRAGMENT_EXPR, &ast, &s->errors);
    assert_int_equal(s->errors.count, 0);
    Text out;
    text_init(&out, s->arena);
    Printer printer = { s->interners, &ast, &out };
    print_expr(&printer, ast.expr);
    assert_string_equal(out.data, "(* (paren (+ a b)) 2)");
}

static void split_tokens_have_places_inside(void **state)
{
    Syntax *s = *state;
    Ast ast = parse(s, "A<B<C>>", AST_FRAGMENT_TY);
    const AstTy *outer = ast_ty(&ast, ast.ty);
    assert_int_equal(outer->lo, ast_pos(0, 0));
    assert_int_equal(outer->hi, ast_pos(6, 0));
    TokenSpan span = ast_span(item_id_none(), ANCHOR_HEADER, outer->lo, outer->hi);
    assert_int_equal(span.hi, 6);
    assert_int_equal(span.sub_hi, 0);
    const AstArgs *args = ast_args(&ast, ast_args_id_make(2)); /* made after the inner one */
    const AstArgs *inner = ast_args(&ast, ast_args_id_make(1));
    assert_int_equal(args->hi, ast_pos(6, 0));
    assert_int_equal(inner->hi, ast_pos(5, 1));
    TokenSpan part = ast_span(item_id_none(), ANCHOR_HEADER, inner->lo, inner->hi);
    assert_int_equal(part.hi, 6);
    assert_int_equal(part.sub_hi, 1);
    ast = parse(s, "&&a", AST_FRAGMENT_EXPR);
    const AstExpr *borrow = ast_expr(&ast, ast_expr(&ast, ast.expr)->as.ref.operand);
    assert_int_equal(borrow->lo, ast_pos(0, 1));
}

/* ---- encoding ---- */

static const char sample[] =
    "{ let x: Vec<&'a u8> = |a, &b| match a { Some(ref c @ 1..=2) if d => S { e, ..f }, _ => "
    "m!(g) }; 'h: loop { break 'h x.0?.i::<J>(k)[l] as u8 } #[n] o; builtin # offset_of(P, q.r) }";

static void tree_survives_encoding(void **state)
{
    Syntax *s = *state;
    Ast ast = parse(s, sample, AST_FRAGMENT_EXPR);
    assert_int_equal(s->errors.count, 0);
    Encoder e;
    encoder_init(&e, s->arena, s->interners, ENCODE_CANONICAL);
    value_info_Ast.encode(&e, &ast);
    Ast back;
    Decoder d;
    decoder_init(&d, e.bytes, e.count, s->arena, s->interners);
    value_info_Ast.decode(&d, &back);
    assert_true(decoder_finish(&d));
    Encoder again;
    encoder_init(&again, s->arena, s->interners, ENCODE_CANONICAL);
    value_info_Ast.encode(&again, &back);
    assert_int_equal(again.count, e.count);
    assert_memory_equal(again.bytes, e.bytes, e.count);
    Text one, two;
    text_init(&one, s->arena);
    text_init(&two, s->arena);
    ast_dump_text(s->interners, &ast, false, &one);
    ast_dump_text(s->interners, &back, false, &two);
    assert_string_equal(one.data, two.data);
}

static void check_id(void *context, uint32_t kind, uint32_t id)
{
    const Ast *ast = context;
    if (kind == IR_LOCAL_ast_expr)
        assert_true(id < ast->expr_count);
    if (kind == IR_LOCAL_ast_ty)
        assert_true(id < ast->ty_count);
}

/* Every id that a tree holds is one of its nodes. */
static void check_ids(Ast *ast)
{
    IrWalk walk = { ast, check_id, ast };
    for (uint32_t i = 1; i < ast->expr_count; i++)
        ast_expr_walk(&walk, &ast->exprs[i]);
    for (uint32_t i = 1; i < ast->generic_arg_count; i++)
        ast_generic_arg_walk(&walk, &ast->generic_args[i]);
}

static void damaged_tree_is_refused_or_harmless(void **state)
{
    Syntax *s = *state;
    Ast ast = parse(s, sample, AST_FRAGMENT_EXPR);
    Encoder e;
    encoder_init(&e, s->arena, s->interners, ENCODE_CANONICAL);
    value_info_Ast.encode(&e, &ast);
    Arena *scratch = arena_new(NULL);
    for (size_t bit = 0; bit < e.count * 8; bit += 3) {
        uint8_t *copy = arena_copy(scratch, e.bytes, e.count);
        copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
        Ast back = { 0 };
        Decoder d;
        decoder_init(&d, copy, e.count, scratch, s->interners);
        value_info_Ast.decode(&d, &back);
        if (decoder_finish(&d))
            check_ids(&back);
        arena_clear(scratch);
    }
    arena_free(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SYNTAX_TEST(precedence),
        SYNTAX_TEST(ranges),
        SYNTAX_TEST(fields_of_tuples),
        SYNTAX_TEST(generic_brackets),
        SYNTAX_TEST(closures_and_blocks),
        SYNTAX_TEST(struct_literals),
        SYNTAX_TEST(statements),
        SYNTAX_TEST(types),
        SYNTAX_TEST(patterns),
        SYNTAX_TEST(errors_say_what_was_expected),
        SYNTAX_TEST(editions_differ),
        SYNTAX_TEST(each_bad_statement_is_one_error),
        SYNTAX_TEST(long_chains_of_else_if_are_no_nesting),
        SYNTAX_TEST(deep_nesting_is_one_error),
        SYNTAX_TEST(fragments_end_where_they_end),
        SYNTAX_TEST(fragments_begin_where_rustc_says),
        SYNTAX_TEST(substituted_fragments_keep_together),
        SYNTAX_TEST(split_tokens_have_places_inside),
        SYNTAX_TEST(tree_survives_encoding),
        SYNTAX_TEST(damaged_tree_is_refused_or_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
