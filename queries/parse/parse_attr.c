/* Attributes. Reference: "Attributes". */
#include "parse/parse_priv.h"

IdRange parse_no_list(void)
{
    return (IdRange){ 0, 0 };
}

AstDelimiter parse_delimited(Parser *p, IdRange *args)
{
    AstDelimiter delimiter = parse_is(p, TOKEN_OPEN_PAREN)     ? AST_DELIMITER_PAREN
                             : parse_is(p, TOKEN_OPEN_BRACKET) ? AST_DELIMITER_BRACKET
                             : parse_is(p, TOKEN_OPEN_BRACE)   ? AST_DELIMITER_BRACE
                                                               : AST_DELIMITER_NONE;
    *args = parse_no_list();
    if (delimiter == AST_DELIMITER_NONE)
        return delimiter;
    uint32_t close = parse_close_of(p, p->at);
    *args = (IdRange){ p->at + 1, close - p->at - 1 };
    parse_jump(p, close + 1);
    return delimiter;
}

AstAttrId parse_meta(Parser *p, bool is_inner, AstPos lo)
{
    AstAttr attr = { .lo = lo, .is_inner = is_inner };
    if (parse_is(p, TOKEN_KW_UNSAFE) && parse_peek(p, 1) == TOKEN_OPEN_PAREN) {
        attr.is_unsafe = true;
        parse_advance(p);
        parse_advance(p);
    }
    attr.path = parse_path(p, PATH_MODULE);
    parse_check(p, TOKEN_PATH_SEP);
    bool has_args = parse_check_delimiter(p);
    if (has_args)
        attr.delimiter = (uint8_t)parse_delimited(p, &attr.args);
    else if (parse_eat(p, TOKEN_EQ))
        attr.value_or_none = parse_expr(p);
    if (attr.is_unsafe)
        parse_expect(p, TOKEN_CLOSE_PAREN);
    attr.hi = p->prev_hi;
    return parse_push_attr(p, attr);
}

/* The current token is `#`. */
static AstAttrId parse_attribute(Parser *p, bool is_inner)
{
    AstPos lo = parse_pos(p);
    parse_advance(p);
    if (is_inner)
        parse_expect(p, TOKEN_NOT);
    parse_expect(p, TOKEN_OPEN_BRACKET);
    AstAttrId id = parse_meta(p, is_inner, lo);
    parse_expect(p, TOKEN_CLOSE_BRACKET);
    p->attrs.items[id.v].hi = p->prev_hi;
    return id;
}

static bool is_inner_attribute(const Parser *p)
{
    return parse_is(p, TOKEN_POUND) && parse_peek(p, 1) == TOKEN_NOT &&
           parse_peek(p, 2) == TOKEN_OPEN_BRACKET;
}

IdRange parse_outer_attributes(Parser *p)
{
    if (!parse_is(p, TOKEN_POUND))
        return parse_no_list();
    uint32_t list = parse_list_begin(p);
    while (parse_is(p, TOKEN_POUND)) {
        if (is_inner_attribute(p)) {
            SyntaxError *error =
                parse_error(p, DIAG_CODE_parse_inner_attribute, parse_pos(p),
                            ast_pos(parse_close_of(p, parse_peek_index(p, 2)) + 1, 0));
            error->note = "inner attributes, like `#![no_std]`, annotate the item enclosing them, "
                          "and are usually "
                          "found at the beginning of source files";
            parse_attribute(p, true);
        } else {
            parse_list_add(p, parse_attribute(p, false).v);
        }
    }
    return parse_list_end(p, list);
}

IdRange parse_inner_attributes(Parser *p)
{
    if (!is_inner_attribute(p))
        return parse_no_list();
    uint32_t list = parse_list_begin(p);
    while (is_inner_attribute(p))
        parse_list_add(p, parse_attribute(p, true).v);
    return parse_list_end(p, list);
}

IdRange parse_all_attributes(Parser *p)
{
    uint32_t list = parse_list_begin(p);
    while (parse_is(p, TOKEN_POUND))
        parse_list_add(p, parse_attribute(p, is_inner_attribute(p)).v);
    return parse_list_end(p, list);
}
