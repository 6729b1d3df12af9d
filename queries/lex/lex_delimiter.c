/* Matching of delimiters. A closing one that does not fit is either dropped or closes more than
 * one; what is left open at the end is closed there. In each such place stands a TOKEN_UNKNOWN,
 * which tells the parser that the trouble is reported. */
#include "lex/lex_priv.h"

static bool closes(uint8_t open, uint8_t close)
{
    return close == open + 1;
}

enum { INDENT_MAX = 1000, CANDIDATES_MAX = 1000 }; /* bounds on what an error may cost */

/* The width of the white space that the line of a byte begins with. */
static uint32_t line_indent(const Lexer *l, uint32_t at)
{
    uint32_t low = 0, high = l->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (l->line_starts[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    uint32_t start = l->line_starts[low], indent = 0;
    while (indent < INDENT_MAX && start + indent < at &&
           (l->text[start + indent] == ' ' || l->text[start + indent] == '\t'))
        indent++;
    return indent;
}

void lex_open(Lexer *l, TokenKind kind)
{
    uint32_t lo = l->at++;
    u32_vec_push(&l->open, l->tokens.count);
    l->open_of_kind[kind]++;
    lex_push(l, kind, sym_id_none(), lo);
}

static const FileToken *open_token(const Lexer *l, uint32_t index)
{
    return &l->tokens.items[l->open.items[index]];
}

/* Pairs the innermost open delimiter with the token that is pushed next. */
static void pop_open(Lexer *l)
{
    uint32_t open = u32_vec_pop(&l->open);
    l->open_of_kind[l->tokens.items[open].kind]--;
    u32_vec_push(&l->pairs, open);
    u32_vec_push(&l->pairs, l->tokens.count);
}

/* Closes the innermost delimiter here though nothing is written. */
static void close_missing(Lexer *l)
{
    uint8_t kind = open_token(l, l->open.count - 1)->kind;
    lex_push(l, TOKEN_UNKNOWN, sym_id_none(), l->at);
    pop_open(l);
    lex_push(l, (TokenKind)(kind + 1), sym_id_none(), l->at);
}

/* An opening delimiter of the same sort on a line indented the same is likely the one that was
 * meant. */
static void find_candidate(const Lexer *l, Mismatch *mismatch)
{
    uint32_t indent = line_indent(l, l->at);
    uint32_t last = l->open.count > CANDIDATES_MAX ? l->open.count - CANDIDATES_MAX : 0;
    for (uint32_t i = l->open.count; i-- > last && !mismatch->has_candidate;) {
        const FileToken *open = open_token(l, i);
        if (closes(open->kind, mismatch->found) && line_indent(l, open->lo) == indent) {
            mismatch->has_candidate = true;
            mismatch->candidate_lo = open->lo;
        }
    }
}

static void note_mismatch(Lexer *l, TokenKind found)
{
    bool is_seen = l->last_unclosed_lo == l->at; /* the same one, from further in */
    if (is_seen || l->has_top_level_close)
        return;
    l->last_unclosed_lo = l->at;
    Mismatch mismatch = { .found = (uint8_t)found,
                          .found_lo = l->at,
                          .unclosed_lo = open_token(l, l->open.count - 1)->lo };
    find_candidate(l, &mismatch);
    mismatch_vec_push(&l->mismatches, mismatch);
}

/* A closing parenthesis or bracket that closed a brace: most likely its partner is missing. */
static bool label_missing_open(Lexer *l, SyntaxError *error)
{
    bool found = false;
    for (uint32_t i = 0; i < l->mismatches.count; i++) {
        Mismatch *m = &l->mismatches.items[i];
        if (m->found != TOKEN_CLOSE_PAREN && m->found != TOKEN_CLOSE_BRACKET)
            continue;
        SyntaxLabel nearest = { m->unclosed_lo, m->unclosed_lo + 1, "the nearest open delimiter",
                                false };
        SyntaxLabel missing = { m->found_lo, m->found_lo + 1,
                                m->found == TOKEN_CLOSE_PAREN
                                    ? "missing open `(` for this delimiter"
                                    : "missing open `[` for this delimiter",
                                false };
        syntax_error_label(l->errors, error, nearest);
        syntax_error_label(l->errors, error, missing);
        m->found = TOKEN_UNKNOWN;
        found = true;
    }
    return found;
}

/* Nothing is open. Only the first one is reported: those after it would follow from it. */
static void report_top_level_close(Lexer *l, TokenKind kind)
{
    if (l->has_top_level_close)
        return;
    l->has_top_level_close = true;
    SyntaxError *error =
        syntax_error_add(l->errors, DIAG_CODE_lex_unexpected_close, l->at, l->at + 1);
    syntax_error_arg(l->errors, error, str_from_c(token_spelling(kind)));
    error->primary_label = "unexpected closing delimiter";
    label_missing_open(l, error);
}

void lex_close(Lexer *l, TokenKind kind)
{
    while (l->open.count > 0 && !closes(open_token(l, l->open.count - 1)->kind, (uint8_t)kind)) {
        note_mismatch(l, kind);
        if (l->open_of_kind[kind - 1] == 0) {
            /* It closes the innermost one in a wrong way. */
            close_missing(l);
            l->at++;
            return;
        }
        close_missing(l);
    }
    if (l->open.count == 0) {
        report_top_level_close(l, kind);
        l->at++;
        lex_push(l, TOKEN_UNKNOWN, sym_id_none(), l->at - 1);
        return;
    }
    uint32_t lo = l->at++;
    pop_open(l);
    lex_push(l, kind, sym_id_none(), lo);
}

static void report_mismatch(Lexer *l, const Mismatch *m)
{
    if (m->found == TOKEN_UNKNOWN)
        return;
    SyntaxError *error = syntax_error_add(l->errors, DIAG_CODE_lex_mismatched_close, m->unclosed_lo,
                                          m->unclosed_lo + 1);
    syntax_error_arg(l->errors, error, str_from_c(token_spelling((TokenKind)m->found)));
    error->primary_label = "unclosed delimiter";
    SyntaxLabel found = { m->found_lo, m->found_lo + 1, "mismatched closing delimiter", true };
    syntax_error_label(l->errors, error, found);
    if (!m->has_candidate)
        return;
    SyntaxLabel candidate = { m->candidate_lo, m->candidate_lo + 1,
                              "closing delimiter possibly meant for this", false };
    syntax_error_label(l->errors, error, candidate);
}

enum { UNCLOSED_SHOWN = 5 };

static void report_unclosed(Lexer *l)
{
    SyntaxError *error = syntax_error_add(l->errors, DIAG_CODE_lex_unclosed, l->bytes, l->bytes);
    uint32_t shown = l->open.count < UNCLOSED_SHOWN ? l->open.count : UNCLOSED_SHOWN;
    for (uint32_t i = 0; i < shown; i++) {
        uint32_t lo = open_token(l, i)->lo;
        syntax_error_label(l->errors, error,
                           (SyntaxLabel){ lo, lo + 1, "unclosed delimiter", false });
    }
    if (shown == l->open.count)
        return;
    uint32_t lo = open_token(l, shown)->lo;
    const char *text = arena_printf(
        l->errors->arena, "another %u unclosed delimiters begin from here", l->open.count - shown);
    syntax_error_label(l->errors, error, (SyntaxLabel){ lo, lo + 1, text, false });
}

void lex_close_all(Lexer *l)
{
    if (!l->is_fatal) {
        for (uint32_t i = 0; i < l->mismatches.count; i++)
            report_mismatch(l, &l->mismatches.items[i]);
        if (l->open.count > 0 && !l->has_top_level_close)
            report_unclosed(l);
    }
    l->at = l->bytes;
    while (l->open.count > 0)
        close_missing(l);
}
