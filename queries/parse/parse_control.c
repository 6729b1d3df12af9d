/* Blocks as expressions, conditions, loops, match, closures. */
#include "parse/parse_priv.h"

#define EXPR(U, lower, ...) \
    push_expr(p, lo, (AstExpr){ .kind = AST_EXPR_##U, .as.lower = { __VA_ARGS__ } })

static AstExprId push_expr(Parser *p, AstPos lo, AstExpr expr)
{
    expr.lo = lo;
    expr.hi = p->prev_hi;
    return parse_push_expr(p, expr);
}

AstExprId parse_block_expr(Parser *p, AstBlockMode mode, AstCapture capture, AstLifetimeId label,
                           AstPos lo)
{
    AstBlockId block = parse_block(p);
    return EXPR(BLOCK, block, (uint8_t)mode, (uint8_t)capture, label, block);
}

AstCapture parse_capture(Parser *p)
{
    if (parse_eat(p, TOKEN_KW_MOVE))
        return AST_CAPTURE_MOVE;
    return parse_eat(p, TOKEN_KW_USE) ? AST_CAPTURE_USE : AST_CAPTURE_NEEDED;
}

static AstExprId parse_condition(Parser *p)
{
    return parse_expr_restricted(p, EXPR_NO_STRUCT_LITERAL | EXPR_ALLOW_LET);
}

/* `if {}`: the block was taken for the condition. Gives it back, or none. */
static AstBlockId take_missing_condition(Parser *p, AstExprId *condition, AstPos if_hi)
{
    AstExpr taken = p->exprs.items[condition->v];
    bool is_missing = !p->failed && taken.kind == AST_EXPR_BLOCK &&
                      taken.as.block.mode == AST_BLOCK_PLAIN && taken.lo == if_hi &&
                      !parse_is(p, TOKEN_OPEN_BRACE);
    if (!is_missing)
        return ast_block_id_none();
    SyntaxError *error = parse_error(p, DIAG_CODE_parse_missing_condition, if_hi, if_hi);
    error->primary_label = "expected condition here";
    SyntaxLabel block = {
        taken.lo, ast_pos((taken.lo >> AST_POS_SHIFT) + 1, 0),
        "if this block is the condition of the `if` expression, then it must be followed by "
        "another block",
        false
    };
    syntax_error_label(p->errors, error, block);
    *condition = parse_expr_error(p, if_hi);
    return taken.as.block.block;
}

/* `if a == {}`: the block was taken for an operand of the condition. Gives it, or none. */
static AstBlockId take_missing_block(Parser *p, AstExprId *condition, AstPos if_lo, AstPos if_hi)
{
    const AstExpr *taken = &p->exprs.items[condition->v];
    if (p->failed || taken->kind != AST_EXPR_BINARY || parse_is(p, TOKEN_OPEN_BRACE))
        return ast_block_id_none();
    const AstExpr *last = &p->exprs.items[taken->as.binary.rhs.v];
    if (last->kind != AST_EXPR_BLOCK || last->as.block.mode != AST_BLOCK_PLAIN)
        return ast_block_id_none();
    AstBlockId block = last->as.block.block;
    SyntaxLabel found = { taken->lo, last->lo, "condition possibly on this binary operator",
                          false };
    SyntaxError *error = parse_error(p, DIAG_CODE_parse_missing_if_block, if_lo, if_hi);
    syntax_error_label(p->errors, error, found);
    *condition = parse_expr_error(p, if_hi);
    return block;
}

/* The block of `if` or `else`, which takes no inner attributes. */
static AstBlockId parse_branch(Parser *p)
{
    bool has_attribute = parse_is(p, TOKEN_OPEN_BRACE) && parse_peek(p, 1) == TOKEN_POUND &&
                         parse_peek(p, 2) == TOKEN_NOT;
    AstBlockId block = parse_block(p);
    if (!has_attribute || p->failed)
        return block;
    IdRange attrs = p->blocks.items[block.v].attrs;
    if (attrs.count > 0) {
        const AstAttr *attr = &p->attrs.items[p->lists.items[attrs.start]];
        parse_error(p, DIAG_CODE_parse_inner_attribute, attr->lo, attr->hi);
    }
    return block;
}

/* At `if`. */
static AstBranch parse_condition_and_block(Parser *p)
{
    AstBranch branch = { .lo = parse_pos(p) };
    parse_advance(p);
    AstPos if_hi = p->prev_hi;
    branch.condition = parse_condition(p);
    branch.then_block = take_missing_condition(p, &branch.condition, if_hi);
    if (ast_block_id_is_none(branch.then_block))
        branch.then_block = take_missing_block(p, &branch.condition, branch.lo, if_hi);
    if (ast_block_id_is_none(branch.then_block))
        branch.then_block = parse_branch(p);
    branch.hi = p->prev_hi;
    return branch;
}

/* Programs have chains of thousands of `else if`, so these are a list and no nesting. */
AstExprId parse_if(Parser *p)
{
    AstPos lo = parse_pos(p);
    if (!parse_enter(p))
        return parse_expr_error(p, lo);
    AstBlockId otherwise = ast_block_id_none();
    uint32_t list = parse_list_begin(p);
    do {
        AstBranch branch = parse_condition_and_block(p);
        parse_list_add(p, parse_push_branch(p, branch).v);
        if (!parse_eat(p, TOKEN_KW_ELSE))
            break;
        if (!parse_check(p, TOKEN_KW_IF))
            otherwise = parse_branch(p);
    } while (!p->failed && ast_block_id_is_none(otherwise));
    parse_leave(p);
    IdRange branches = parse_list_end(p, list);
    return EXPR(IF, if_, branches, otherwise);
}

AstExprId parse_while(Parser *p, AstLifetimeId label, AstPos lo)
{
    parse_advance(p);
    AstExprId condition = parse_condition(p);
    AstBlockId body = parse_block(p);
    return EXPR(WHILE, while_, label, condition, body);
}

AstExprId parse_for(Parser *p, AstLifetimeId label, AstPos lo)
{
    parse_advance(p);
    bool is_await = parse_eat(p, TOKEN_KW_AWAIT);
    AstPatId pat = parse_pat(p);
    parse_expect(p, TOKEN_KW_IN);
    AstExprId iterator = parse_expr_restricted(p, EXPR_NO_STRUCT_LITERAL);
    AstBlockId body = parse_block(p);
    return EXPR(FOR, for_, label, is_await, pat, iterator, body);
}

AstExprId parse_loop(Parser *p, AstLifetimeId label, AstPos lo)
{
    parse_advance(p);
    AstBlockId body = parse_block(p);
    return EXPR(LOOP, loop, label, body);
}

/* `'a loop`. */
static void report_label_colon(Parser *p, AstPos label_lo)
{
    AstPos label_hi = p->prev_hi;
    SyntaxError *error = parse_error(p, DIAG_CODE_parse_label_colon, label_lo, parse_token_hi(p));
    error->suggestion = "add `:` after the label";
    error->suggestion_lo = error->suggestion_hi = label_hi;
    error->replacement = ":";
    error->applicability = APPLICABLE_MACHINE;
}

/* `'a: loop`, `'a: {`, ... */
AstExprId parse_labeled(Parser *p)
{
    AstPos lo = parse_pos(p);
    AstLifetimeId label = parse_label(p);
    parse_expect_more(p, TOKEN_COLON);
    bool is_labeled = parse_is(p, TOKEN_KW_WHILE) || parse_is(p, TOKEN_KW_FOR) ||
                      parse_is(p, TOKEN_KW_LOOP) || parse_is(p, TOKEN_OPEN_BRACE);
    if (parse_is(p, TOKEN_COLON))
        parse_advance(p);
    else if (is_labeled)
        report_label_colon(p, lo);
    if (parse_is(p, TOKEN_KW_WHILE))
        return parse_while(p, label, lo);
    if (parse_is(p, TOKEN_KW_FOR))
        return parse_for(p, label, lo);
    if (parse_is(p, TOKEN_KW_LOOP))
        return parse_loop(p, label, lo);
    if (parse_is(p, TOKEN_OPEN_BRACE))
        return parse_block_expr(p, AST_BLOCK_PLAIN, AST_CAPTURE_NEEDED, label, lo);
    SyntaxError *error =
        parse_error(p, DIAG_CODE_parse_after_label, parse_pos(p), parse_token_hi(p));
    error->primary_label = "expected `while`, `for`, `loop` or `{` after a label";
    p->failed = true;
    p->kind = PARSE_END;
    return parse_expr_error(p, lo);
}

/* ---- match ---- */

/* `=>`, or `->` or `=` by mistake. */
static void parse_fat_arrow(Parser *p)
{
    bool is_slip = !parse_check(p, TOKEN_FAT_ARROW) &&
                   (parse_is(p, TOKEN_ARROW) || parse_is(p, TOKEN_EQ)) && p->sub == 0;
    if (!is_slip) {
        parse_expect(p, TOKEN_FAT_ARROW);
        return;
    }
    SyntaxError *error = parse_fail_expected(p);
    error->suggestion = "use a fat arrow to start a match arm";
    error->suggestion_lo = error->lo;
    error->suggestion_hi = error->hi;
    error->replacement = "=>";
    error->applicability = APPLICABLE_MAYBE;
    p->failed = false;
    parse_jump(p, p->at + 1);
}

static AstArm parse_arm(Parser *p)
{
    AstArm arm = { .lo = parse_pos(p) };
    arm.attrs = parse_outer_attributes(p);
    arm.pat = parse_pat(p);
    if (parse_eat(p, TOKEN_KW_IF))
        arm.guard_or_none = parse_expr_restricted(p, EXPR_ALLOW_LET | EXPR_GUARD);
    parse_fat_arrow(p);
    arm.body_or_none = parse_expr_restricted(p, EXPR_STATEMENT);
    arm.hi = p->prev_hi;
    return arm;
}

/* Another arm follows on a line of its own: the comma is missing, and read as if it were there. */
static bool recover_arm_comma(Parser *p)
{
    uint32_t next = parse_peek(p, 1);
    bool is_arm = (next == TOKEN_FAT_ARROW || next == TOKEN_PATH_SEP || next == TOKEN_OPEN_PAREN) &&
                  (parse_is_path_segment(p, p->kind) || parse_is(p, TOKEN_KW_UNDERSCORE));
    if (p->failed || !is_arm || !parse_line_breaks(p, p->at))
        return false;
    SyntaxError *error = parse_error(p, DIAG_CODE_parse_missing_comma_arm, p->prev_hi, p->prev_hi);
    error->suggestion = "missing a comma here to end this `match` arm";
    error->suggestion_lo = error->suggestion_hi = p->prev_hi;
    error->replacement = ",";
    error->applicability = APPLICABLE_MACHINE;
    return true;
}

/* At `{`. */
AstExprId parse_match_rest(Parser *p, AstExprId scrutinee, bool is_postfix, AstPos lo)
{
    if (is_postfix)
        parse_advance(p);
    parse_expect(p, TOKEN_OPEN_BRACE);
    IdRange attrs = parse_inner_attributes(p);
    uint32_t list = parse_list_begin(p);
    while (!parse_check(p, TOKEN_CLOSE_BRACE) && !p->failed) {
        AstArm arm = parse_arm(p);
        bool needs_comma = parse_needs_semi(p, arm.body_or_none);
        parse_list_add(p, parse_push_arm(p, arm).v);
        bool has_comma = parse_eat(p, TOKEN_COMMA);
        if (needs_comma && !has_comma && !recover_arm_comma(p))
            break;
    }
    IdRange arms = parse_list_end(p, list);
    parse_expect(p, TOKEN_CLOSE_BRACE);
    return EXPR(MATCH, match, is_postfix, scrutinee, attrs, arms);
}

AstExprId parse_match(Parser *p)
{
    AstPos lo = parse_pos(p);
    parse_advance(p);
    AstExprId scrutinee = parse_expr_restricted(p, EXPR_NO_STRUCT_LITERAL);
    return parse_match_rest(p, scrutinee, false, lo);
}

/* ---- closures ---- */

/* `|`, or words before it: `for<'a> const static async gen move |`. */
bool parse_is_closure(const Parser *p)
{
    uint32_t n = 0;
    for (;;) {
        uint32_t kind = n == 0 ? p->kind : parse_peek(p, n);
        if (kind == TOKEN_OR || kind == TOKEN_OR_OR)
            return true;
        if (kind == TOKEN_KW_FOR)
            return parse_peek(p, n + 1) == TOKEN_LT;
        bool is_word = kind == TOKEN_KW_CONST || kind == TOKEN_KW_STATIC ||
                       kind == TOKEN_KW_ASYNC || kind == TOKEN_KW_GEN || kind == TOKEN_KW_MOVE ||
                       kind == TOKEN_KW_USE;
        if (!is_word || n > 5)
            return false;
        n++;
    }
}

static AstParamId parse_closure_param(Parser *p)
{
    AstParam param = { .lo = parse_pos(p) };
    param.attrs = parse_outer_attributes(p);
    param.pat_or_none = parse_pat_one(p);
    if (parse_eat(p, TOKEN_COLON))
        param.ty_or_none = parse_ty(p);
    param.hi = p->prev_hi;
    return parse_push_param(p, param);
}

static IdRange parse_closure_params(Parser *p)
{
    uint32_t list = parse_list_begin(p);
    if (parse_eat(p, TOKEN_OR_OR))
        return parse_list_end(p, list);
    parse_expect_part(p, TOKEN_OR);
    while (!parse_check_part(p, TOKEN_OR) && !p->failed) {
        parse_list_add(p, parse_closure_param(p).v);
        if (!parse_eat(p, TOKEN_COMMA))
            break;
    }
    IdRange params = parse_list_end(p, list);
    parse_expect_part(p, TOKEN_OR);
    return params;
}

AstExprId parse_closure(Parser *p)
{
    AstPos lo = parse_pos(p);
    AstClosure closure = { .lo = lo };
    closure.has_for = parse_is(p, TOKEN_KW_FOR);
    closure.for_params = parse_for_params(p);
    closure.is_const = parse_eat(p, TOKEN_KW_CONST);
    closure.is_static = parse_eat(p, TOKEN_KW_STATIC);
    closure.is_async = parse_eat(p, TOKEN_KW_ASYNC);
    closure.is_gen = parse_eat(p, TOKEN_KW_GEN);
    closure.capture = (uint8_t)parse_capture(p);
    closure.params = parse_closure_params(p);
    closure.output_or_none = parse_return_ty(p, false);
    uint32_t kept = p->restrictions & (EXPR_NO_STRUCT_LITERAL | EXPR_CONST);
    if (ast_ty_id_is_none(closure.output_or_none))
        closure.body = parse_expr_restricted(p, kept);
    else
        closure.body = parse_block_expr(p, AST_BLOCK_PLAIN, AST_CAPTURE_NEEDED,
                                        ast_lifetime_id_none(), parse_pos(p));
    closure.hi = p->prev_hi;
    return EXPR(CLOSURE, closure, parse_push_closure(p, closure));
}
