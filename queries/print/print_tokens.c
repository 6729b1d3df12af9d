/* Tokens as text, apart from each other. */
#include <string.h>

#include "parse/parse_partition.h"
#include "print/print_priv.h"

void print_tokens_init(PrintTokens *t, const Interners *interners, Arena *scratch, Text *out)
{
    *t = (PrintTokens){ .interners = interners, .out = out };
    u32_vec_init(&t->open, scratch);
}

void print_tokens_gap(PrintTokens *t, PrintGap gap)
{
    if (gap > t->gap)
        t->gap = gap;
}

/* ---- what must not touch ---- */

static bool is_word(TokenClass class)
{
    return class == TOKEN_CLASS_IDENT || class == TOKEN_CLASS_LIFETIME ||
           class == TOKEN_CLASS_LITERAL || class == TOKEN_CLASS_KEYWORD ||
           class == TOKEN_CLASS_EDITION_KEYWORD || class == TOKEN_CLASS_WEAK;
}

/* Is there punctuation that begins with `a` and goes on with what `b` begins with? */
static bool merges(const char *a, const char *b)
{
    size_t bytes = strlen(a);
    if (a[bytes - 1] == '/' && (b[0] == '/' || b[0] == '*'))
        return true; /* a comment */
    for (uint32_t i = 0; i < TOKEN_KIND_COUNT; i++) {
        const char *longer = token_spelling((TokenKind)i);
        if (token_class((TokenKind)i) == TOKEN_CLASS_PUNCT && strncmp(longer, a, bytes) == 0 &&
            longer[bytes] && strncmp(longer + bytes, b, strlen(longer + bytes)) == 0)
            return true;
    }
    return false;
}

static bool ends_in_point(const PrintTokens *t)
{
    return t->last.kind == TOKEN_FLOAT && t->out->data[t->out->bytes - 1] == '.';
}

/* `1.` may go on as a number, `1. .` and `1. x` as something else. */
static bool number_goes_on(const PrintTokens *t, TokenKind next)
{
    bool is_dots = next == TOKEN_DOT_DOT || next == TOKEN_DOT_DOT_DOT || next == TOKEN_DOT_DOT_EQ;
    bool is_field = t->before == TOKEN_DOT; /* `x.0.f` */
    return (t->last.kind == TOKEN_INT && next == TOKEN_DOT && !is_field) ||
           (ends_in_point(t) && (next == TOKEN_DOT || is_dots));
}

static bool must_separate(const PrintTokens *t, TokenKind next)
{
    TokenKind last = (TokenKind)t->last.kind;
    TokenClass before = token_class(last), after = token_class(next);
    if (is_word(before))
        return is_word(after) || next == TOKEN_POUND || number_goes_on(t, next);
    if (last == TOKEN_POUND) /* guarded strings */
        return after == TOKEN_CLASS_LITERAL || next == TOKEN_POUND;
    if (before == TOKEN_CLASS_PUNCT && after == TOKEN_CLASS_PUNCT)
        return merges(token_spelling(last), token_spelling(next));
    if (after == TOKEN_CLASS_DOC)
        return last == TOKEN_SLASH;
    return before == TOKEN_CLASS_SPECIAL || after == TOKEN_CLASS_SPECIAL;
}

/* ---- one token ---- */

static void write_gap(PrintTokens *t, TokenKind next)
{
    PrintGap gap = t->gap;
    t->gap = PRINT_GAP_NEEDED;
    if (gap >= PRINT_GAP_LINE) {
        if (t->has_last)
            text_add_c(t->out, gap == PRINT_GAP_BLANK ? "\n\n" : "\n");
        text_add_repeat(t->out, ' ', (size_t)t->indent * 4);
    } else if (t->has_last &&
               (gap == PRINT_GAP_SPACE || (gap == PRINT_GAP_NEEDED && must_separate(t, next)))) {
        text_add_char(t->out, ' ');
    }
}

static void set_last(PrintTokens *t, Token token)
{
    t->before = t->last.kind;
    t->last = token;
    t->has_last = true;
}

/* On a line of its own if it is one line: a block's text may not end everywhere. */
static void write_doc(PrintTokens *t, Token token)
{
    Str text = sym_text(t->interners, token.text);
    bool is_inner = token.kind == TOKEN_DOC_INNER;
    if (memchr(text.data, '\n', text.bytes)) {
        token_text(t->interners, token, t->out);
        return;
    }
    text_add_c(t->out, is_inner ? "//!" : "///");
    text_add(t->out, text);
    t->gap = PRINT_GAP_LINE;
}

void print_tokens_add(PrintTokens *t, Token token)
{
    TokenKind kind = (TokenKind)token.kind;
    bool has_text = kind != TOKEN_OPEN_FRAGMENT && kind != TOKEN_CLOSE_FRAGMENT &&
                    token_class(kind) != TOKEN_CLASS_SPECIAL;
    if (!has_text)
        return;
    write_gap(t, kind);
    if (token_class(kind) == TOKEN_CLASS_DOC)
        write_doc(t, token);
    else
        token_text(t->interners, token, t->out);
    set_last(t, token);
}

void print_tokens_finish(PrintTokens *t)
{
    if (t->has_last)
        text_add_char(t->out, '\n');
    t->has_last = false;
    t->gap = PRINT_GAP_NEEDED;
}

/* ---- many ---- */

/* A delimiter indents if a line ends just behind it. */
void print_tokens_placed(PrintTokens *t, Token token, PrintGap gap)
{
    TokenClass class = token_class((TokenKind)token.kind);
    bool indents = gap >= PRINT_GAP_LINE && class != TOKEN_CLASS_CLOSE && t->open.count > 0 &&
                   token_class((TokenKind)t->last.kind) == TOKEN_CLASS_OPEN;
    if (indents && !t->open.items[t->open.count - 1]) {
        t->open.items[t->open.count - 1] = true;
        t->indent++;
    }
    if (class == TOKEN_CLASS_CLOSE && t->open.count > 0 && u32_vec_pop(&t->open))
        t->indent--;
    print_tokens_gap(t, gap);
    print_tokens_add(t, token);
    if (class == TOKEN_CLASS_OPEN)
        u32_vec_push(&t->open, false);
}

/* No space between these two. */
static bool is_tight(TokenKind last, TokenKind next)
{
    bool after_open = last == TOKEN_OPEN_PAREN || last == TOKEN_OPEN_BRACKET || last == TOKEN_DOT ||
                      last == TOKEN_PATH_SEP || last == TOKEN_NOT || last == TOKEN_AND ||
                      last == TOKEN_POUND || last == TOKEN_DOLLAR;
    bool before = next == TOKEN_CLOSE_PAREN || next == TOKEN_CLOSE_BRACKET || next == TOKEN_COMMA ||
                  next == TOKEN_SEMI || next == TOKEN_DOT || next == TOKEN_PATH_SEP ||
                  next == TOKEN_COLON || next == TOKEN_QUESTION;
    bool call =
        (next == TOKEN_OPEN_PAREN || next == TOKEN_OPEN_BRACKET || next == TOKEN_NOT) &&
        (token_class(last) == TOKEN_CLASS_IDENT || last == TOKEN_CLOSE_PAREN || last == TOKEN_GT);
    return after_open || before || call;
}

void print_tokens_flow(PrintTokens *t, Token token)
{
    TokenKind kind = (TokenKind)token.kind;
    bool stays = kind == TOKEN_SEMI || kind == TOKEN_COMMA || kind == TOKEN_CLOSE_PAREN ||
                 kind == TOKEN_DOT || kind == TOKEN_KW_ELSE;
    if (kind == TOKEN_CLOSE_BRACE) {
        t->indent -= t->indent > 0;
        print_tokens_gap(t, PRINT_GAP_LINE);
    } else if (t->after_brace && !stays) {
        print_tokens_gap(t, PRINT_GAP_LINE);
    } else if (t->has_last && !is_tight((TokenKind)t->last.kind, kind)) {
        print_tokens_gap(t, PRINT_GAP_SPACE);
    }
    print_tokens_add(t, token);
    t->after_brace = kind == TOKEN_CLOSE_BRACE;
    t->indent += kind == TOKEN_OPEN_BRACE;
    if (kind == TOKEN_OPEN_BRACE || kind == TOKEN_SEMI)
        print_tokens_gap(t, PRINT_GAP_LINE);
}

/* ---- words of trees ---- */

void print_ident(Printer *p, AstIdent ident)
{
    if (sym_id_is_none(ident.name))
        return;
    print_tokens_add(&p->out,
                     (Token){ .kind = ident.kind, .flags = ident.flags, .text = ident.name });
}

void print_symbol(Printer *p, TokenKind kind, SymId text)
{
    print_tokens_add(&p->out, (Token){ .kind = (uint8_t)kind, .text = text });
}

void print_name(Printer *p, const char *name)
{
    write_gap(&p->out, TOKEN_IDENT);
    text_add_c(p->out.out, name);
    set_last(&p->out, (Token){ .kind = TOKEN_IDENT });
}

void print_comma(Printer *p, uint32_t i)
{
    if (i > 0)
        print_word(p, TOKEN_COMMA);
}

void print_open_brace(Printer *p)
{
    print_kind(p, TOKEN_OPEN_BRACE);
    p->out.indent++;
    print_line(p);
}

void print_close_brace(Printer *p)
{
    bool is_empty = p->out.last.kind == TOKEN_OPEN_BRACE;
    p->out.indent--;
    if (is_empty)
        p->out.gap = PRINT_GAP_NONE;
    else
        print_line(p);
    print_kind(p, TOKEN_CLOSE_BRACE);
}

/* ---- the file ---- */

/* The token of the file that a token of the run is; false if that is not known. */
static bool file_token(const Printer *p, uint32_t token, uint32_t *source)
{
    const PartitionData *partition = p->source->partition;
    if (!partition)
        return false;
    IdRange range = partition->runs[p->item].anchors[p->anchor];
    if (token >= range.count)
        return false;
    *source = partition->sources[range.start + token];
    return true;
}

/* NEEDED: not known. */
static PrintGap gap_behind(const Printer *p, uint32_t token)
{
    uint32_t source, next;
    if (!file_token(p, token, &source) || !file_token(p, token + 1, &next))
        return PRINT_GAP_NEEDED;
    uint32_t from = p->source->file->tokens[source].hi, to = p->source->file->tokens[next].lo;
    if (to <= from) /* what stands where something is missing may come from before it */
        return to == from ? PRINT_GAP_NONE : PRINT_GAP_SPACE;
    return memchr(p->source->text.data + from, '\n', to - from) ? PRINT_GAP_LINE : PRINT_GAP_SPACE;
}

static void print_doc(Printer *p, const FileToken *doc)
{
    print_line(p);
    write_gap(&p->out, (TokenKind)doc->kind);
    text_add(p->out.out, (Str){ p->source->text.data + doc->lo, doc->hi - doc->lo });
    set_last(&p->out, (Token){ .kind = doc->kind });
    print_line(p);
}

static void print_docs_before(Printer *p, uint32_t source)
{
    const FileToken *tokens = p->source->file->tokens;
    uint32_t first = source;
    while (first > p->docs && token_class((TokenKind)tokens[first - 1].kind) == TOKEN_CLASS_DOC)
        first--;
    for (; first < source; first++)
        print_doc(p, &tokens[first]);
    p->docs = source > p->docs ? source : p->docs;
}

void print_docs(Printer *p, AstPos at)
{
    uint32_t source;
    if (file_token(p, at >> AST_POS_SHIFT, &source))
        print_docs_before(p, source);
}

void print_last_docs(Printer *p, uint32_t item)
{
    const PrintSource *source = p->source;
    if (source->partition)
        print_docs_before(p, item ? source->partition->runs[item].last : source->file->count);
}

void print_run(Printer *p, uint32_t lo, uint32_t hi)
{
    hi = hi < p->run->count ? hi : p->run->count;
    bool is_placed = lo + 1 < hi && gap_behind(p, lo) != PRINT_GAP_NEEDED;
    for (uint32_t i = lo; i < hi; i++) {
        Token token = p->run->tokens[i];
        if (token.kind == TOKEN_ITEM)
            print_nested(p, token_item(token));
        else if (is_placed)
            print_tokens_placed(&p->out, token, i > lo ? gap_behind(p, i - 1) : PRINT_GAP_NEEDED);
        else
            print_tokens_flow(&p->out, token);
    }
}
