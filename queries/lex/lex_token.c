/* Tokens and runs of them: names, text, canonical form, dump. */
#include <string.h>

#include "lex/lex_priv.h"

typedef struct {
    const char *name, *spelling;
} TokenInfo;

static const TokenInfo infos[TOKEN_KIND_COUNT] = {
#define TOKEN(name, spelling, class) { #name, spelling },
#include "lex/tokens.def"
};

const uint8_t token_classes[TOKEN_KIND_COUNT] = {
#define TOKEN(name, spelling, class) TOKEN_CLASS_##class,
#include "lex/tokens.def"
};

const char *token_spelling(TokenKind kind)
{
    rsc_assert((unsigned)kind < TOKEN_KIND_COUNT);
    return infos[kind].spelling;
}

const char *token_kind_name(TokenKind kind)
{
    rsc_assert((unsigned)kind < TOKEN_KIND_COUNT);
    return infos[kind].name;
}

bool token_kind_is_ident(TokenKind kind, Edition edition)
{
    TokenClass class = token_class(kind);
    if (class == TOKEN_CLASS_EDITION_KEYWORD)
        return edition < (kind == TOKEN_KW_GEN ? EDITION_2024 : EDITION_2018);
    return class == TOKEN_CLASS_IDENT || class == TOKEN_CLASS_WEAK;
}

bool token_matches(Token a, Token b)
{
    return a.kind == b.kind && a.text.v == b.text.v && a.flags == b.flags;
}

uint32_t token_tree_end(const Token *tokens, uint32_t count, uint32_t at)
{
    uint32_t depth = 0;
    for (uint32_t i = at; i < count; i++) {
        TokenClass class = token_class((TokenKind)tokens[i].kind);
        if (class == TOKEN_CLASS_OPEN)
            depth++;
        else if (class == TOKEN_CLASS_CLOSE && depth > 0)
            depth--;
        if (depth == 0)
            return i + 1;
    }
    return count;
}

static bool has_text(TokenClass class)
{
    return class == TOKEN_CLASS_IDENT || class == TOKEN_CLASS_LIFETIME ||
           class == TOKEN_CLASS_LITERAL;
}

void token_text(const Interners *interners, Token token, Text *out)
{
    TokenClass class = token_class((TokenKind)token.kind);
    Str text = class == TOKEN_CLASS_SPECIAL ? STR("") : sym_text(interners, token.text);
    if (class == TOKEN_CLASS_DOC) {
        text_add_c(out, token.kind == TOKEN_DOC_INNER ? "/*!" : "/**");
        text_add(out, text);
        text_add_c(out, "*/");
        return;
    }
    if (token.flags & TOKEN_RAW && class == TOKEN_CLASS_IDENT)
        text_add_c(out, "r#");
    if (token.flags & TOKEN_RAW && class == TOKEN_CLASS_LIFETIME) {
        text_add_c(out, "'r#");
        text = (Str){ text.data + 1, text.bytes - 1 };
    }
    if (has_text(class))
        text_add(out, text);
    else
        text_add_c(out, token_spelling((TokenKind)token.kind));
}

/* ---- runs ---- */

void token_run_encode(Encoder *e, const TokenRun *run)
{
    encode_u32(e, run->count);
    for (uint32_t i = 0; i < run->count; i++) {
        Token token = run->tokens[i];
        encode_u8(e, token.kind);
        encode_u8(e, token.flags);
        encode_interned(e, token.kind == TOKEN_ITEM ? INTERN_item : INTERN_sym, token.text.v);
        encode_u32(e, token.mark);
    }
}

void token_run_decode(Decoder *d, TokenRun *run)
{
    run->count = decode_count(d, 4);
    run->tokens = arena_alloc_zeroed(d->arena, run->count * sizeof *run->tokens);
    for (uint32_t i = 0; i < run->count && !d->failed; i++) {
        Token *token = &run->tokens[i];
        token->kind = decode_u8(d);
        token->flags = decode_u8(d);
        bool is_item = token->kind == TOKEN_ITEM;
        token->text = sym_id_make(decode_interned(d, is_item ? INTERN_item : INTERN_sym));
        token->mark = decode_u32(d);
        if (token->kind >= TOKEN_KIND_COUNT)
            decoder_fail(d);
    }
    if (d->failed)
        *run = (TokenRun){ 0 };
}

Fp token_run_fingerprint(Interners *interners, const Token *tokens, uint32_t count)
{
    Encoder e;
    encoder_init(&e, NULL, interners, ENCODE_CANONICAL);
    TokenRun run = { (Token *)(uintptr_t)tokens, count };
    token_run_encode(&e, &run);
    Fp fp = encoder_fingerprint(&e, 0);
    encoder_release(&e);
    return fp;
}

static void run_encode(Encoder *e, const void *value)
{
    token_run_encode(e, value);
}

static void run_decode(Decoder *d, void *value)
{
    token_run_decode(d, value);
}

static const TokenRun run_error = { 0 };
const ValueInfo value_info_TokenRun = { "TokenRun", sizeof(TokenRun), run_encode, run_decode,
                                        &run_error };

/* ---- dump ---- */

static void dump_token(const FileToken *token, Str text, uint32_t line, uint32_t column, bool json,
                       Text *out)
{
    const char *kind = token_kind_name((TokenKind)token->kind);
    Str written = { text.data + token->lo, token->hi - token->lo };
    if (json)
        text_addf(out, "{\"kind\":\"%s\",\"text\":", kind);
    else
        text_addf(out, "%u:%u %s ", line, column, kind);
    text_add_json_string(out, written);
    if (json)
        text_addf(out, ",\"line\":%u,\"column\":%u,\"lo\":%u,\"hi\":%u}", line, column, token->lo,
                  token->hi);
    else
        text_add_char(out, '\n');
}

void tokens_dump(const FileTokens *tokens, Str text, bool json, Text *out)
{
    if (json)
        text_add_char(out, '[');
    for (uint32_t i = 0; i < tokens->count; i++) {
        uint32_t line, column;
        file_tokens_position(tokens, text, tokens->tokens[i].lo, &line, &column);
        if (json && i > 0)
            text_add_c(out, ",\n");
        dump_token(&tokens->tokens[i], text, line + 1, column + 1, json, out);
    }
    if (json)
        text_add_char(out, ']');
}
