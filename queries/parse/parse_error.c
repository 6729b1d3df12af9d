/* The parser's errors, in rustc's words. */
#include <stdlib.h>
#include <string.h>

#include "parse/parse_partition.h"
#include "parse/parse_priv.h"

SyntaxError *parse_error(Parser *p, DiagCode code, AstPos lo, AstPos hi)
{
    bool is_dropped = p->failed || p->is_muted;
    p->has_error = true;
    if (is_dropped)
        syntax_error_vec_clear(&p->dropped);
    return syntax_error_add(is_dropped ? &p->dropped : p->errors, code, lo, hi);
}

SyntaxError *parse_error_late(Parser *p, DiagCode code, AstPos lo, AstPos hi)
{
    SyntaxError *error = parse_error(p, code, lo, hi);
    error->is_late = true;
    return error;
}

void parse_error_arg(Parser *p, SyntaxError *error, Str arg)
{
    syntax_error_arg(p->errors, error, arg);
}

SyntaxError *parse_error_with(Parser *p, DiagCode code, AstPos lo, AstPos hi, const char *arg)
{
    SyntaxError *error = parse_error(p, code, lo, hi);
    parse_error_arg(p, error, str_from_c(arg));
    return error;
}

static void give_up(Parser *p)
{
    p->failed = true;
    p->kind = PARSE_END;
}

Str parse_found(Parser *p)
{
    if (p->kind == PARSE_END && p->end_kind == PARSE_END)
        return STR("`<eof>`");
    if (p->kind == PARSE_END)
        return parse_found_text(p->context->interners, p->context->scratch,
                                (Token){ .kind = (uint8_t)p->end_kind });
    Token token = *parse_token(p);
    if (p->sub > 0)
        token = (Token){ .kind = (uint8_t)p->kind };
    return parse_found_text(p->context->interners, p->context->scratch, token);
}

bool parse_line_breaks(const Parser *p, uint32_t at)
{
    const ParseContext *context = p->context;
    return context->line_breaks && at > 0 && at < p->count &&
           context->line_breaks(context->lines, at);
}

/* ---- "expected one of" ---- */

static const char *expectation_text(Arena *arena, uint32_t expectation)
{
    static const char *const texts[] = { "identifier", "lifetime",           "path",
                                         "type",       "a const expression", "an operator" };
    if (expectation > TOKEN_KIND_COUNT)
        return texts[expectation - EXPECT_IDENT];
    return arena_printf(arena, "`%s`", token_spelling((TokenKind)expectation));
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum { EXPECTED_SHOWN_MAX = 6 };

/* "`a`", "one of `a` or `b`", "one of `a`, `b`, or `c`"; *count how many. */
static const char *expected_text(Parser *p, uint32_t *count)
{
    Arena *arena = p->errors->arena;
    const char *texts[EXPECT_COUNT];
    *count = 0;
    for (uint32_t e = 0; e < EXPECT_COUNT; e++) {
        if (p->expected[e / 64] >> e % 64 & 1)
            texts[(*count)++] = expectation_text(arena, e);
    }
    qsort(texts, *count, sizeof *texts, compare_texts);
    Text text;
    text_init(&text, arena);
    if (*count > 1)
        text_add_c(&text, "one of ");
    for (uint32_t i = 0; i < *count; i++) {
        if (i > 0)
            text_add_c(&text, *count == 2 ? " or " : i + 1 == *count ? ", or " : ", ");
        text_add_c(&text, texts[i]);
    }
    return text.bytes ? text.data : "";
}

/* The label goes to the found token if that is on the line of the one before it, else to where it
 * is missed. */
static void label_expected(Parser *p, SyntaxError *error, const char *label)
{
    if (!parse_line_breaks(p, p->at)) {
        error->primary_label = label;
        return;
    }
    error->primary_label = "unexpected token";
    syntax_error_label(p->errors, error, (SyntaxLabel){ p->prev_hi, p->prev_hi, label, false });
}

SyntaxError *parse_fail_expected(Parser *p)
{
    uint32_t count;
    const char *expected = expected_text(p, &count);
    bool is_known = count > 0;
    SyntaxError *error =
        parse_error(p, is_known ? DIAG_CODE_parse_expected : DIAG_CODE_parse_unexpected,
                    parse_pos(p), parse_token_hi(p));
    if (is_known)
        parse_error_arg(p, error, str_from_c(expected));
    parse_error_arg(p, error, parse_found(p));
    const char *label =
        count > EXPECTED_SHOWN_MAX
            ? arena_printf(p->errors->arena, "expected one of %u possible tokens", count)
            : arena_printf(p->errors->arena, "expected %s", expected);
    if (is_known)
        label_expected(p, error, label);
    give_up(p);
    return error;
}

SyntaxError *parse_fail(Parser *p, const char *what)
{
    SyntaxError *error = parse_error(p, DIAG_CODE_parse_expected, parse_pos(p), parse_token_hi(p));
    parse_error_arg(p, error, str_from_c(what));
    parse_error_arg(p, error, parse_found(p));
    error->primary_label = arena_printf(p->errors->arena, "expected %s", what);
    give_up(p);
    return error;
}

/* ---- `;` ---- */

static bool may_begin_statement(const Parser *p)
{
    TokenKind kind = (TokenKind)p->kind;
    if (p->kind == PARSE_END || kind == TOKEN_SEMI || kind == TOKEN_POUND)
        return false;
    return kind == TOKEN_CLOSE_BRACE || kind == TOKEN_ITEM || kind == TOKEN_KW_FN ||
           kind == TOKEN_KW_PUB || kind == TOKEN_KW_STRUCT || kind == TOKEN_KW_ENUM ||
           kind == TOKEN_KW_MOD || kind == TOKEN_KW_TRAIT || kind == TOKEN_KW_TYPE ||
           kind == TOKEN_KW_USE || kind == TOKEN_KW_IMPL || parse_may_begin_expr(p);
}

bool parse_expect_semi(Parser *p)
{
    if (parse_eat(p, TOKEN_SEMI))
        return true;
    bool comma = p->expected[TOKEN_COMMA / 64] >> TOKEN_COMMA % 64 & 1;
    if (!parse_line_breaks(p, p->at) || comma || !may_begin_statement(p)) {
        parse_fail_expected(p);
        return false;
    }
    SyntaxError *error = parse_error(p, DIAG_CODE_parse_expected, p->prev_hi, p->prev_hi);
    parse_error_arg(p, error, STR("`;`"));
    parse_error_arg(p, error, parse_found(p));
    SyntaxLabel found = { parse_pos(p), parse_token_hi(p), "unexpected token", false };
    syntax_error_label(p->errors, error, found);
    error->suggestion = "add `;` here";
    error->suggestion_lo = error->suggestion_hi = p->prev_hi;
    error->replacement = ";";
    error->applicability = APPLICABLE_MACHINE;
    return true;
}
