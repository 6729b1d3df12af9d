/* Any text through the lexer. Tokens are in order and inside the text, delimiters are balanced,
 * lines rise, and every literal has a value or is malformed. Texts are UTF-8: others are refused
 * before the lexer. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "lex/lex.h"

static void check_order(const FileTokens *tokens, Str text)
{
    uint32_t end = 0;
    rsc_assert(tokens->bytes == text.bytes);
    for (uint32_t i = 0; i < tokens->count; i++) {
        const FileToken *token = &tokens->tokens[i];
        rsc_assert(token->kind < TOKEN_KIND_COUNT);
        rsc_assert(end <= token->lo && token->lo <= token->hi && token->hi <= text.bytes);
        end = token->hi;
    }
    rsc_assert(tokens->line_count > 0 && tokens->line_starts[0] == 0);
    for (uint32_t i = 1; i < tokens->line_count; i++)
        rsc_assert(tokens->line_starts[i - 1] < tokens->line_starts[i] &&
                   tokens->line_starts[i] <= text.bytes);
}

static void check_partners(const FileTokens *tokens)
{
    for (uint32_t i = 0; i < tokens->count; i++) {
        TokenClass class = token_class((TokenKind)tokens->tokens[i].kind);
        uint32_t partner = tokens->partners[i];
        rsc_assert(partner < tokens->count);
        if (class == TOKEN_CLASS_OPEN)
            rsc_assert(partner > i && tokens->partners[partner] == i);
        if (class == TOKEN_CLASS_CLOSE)
            rsc_assert(partner < i && tokens->partners[partner] == i);
    }
}

static void check_literals(const Interners *interners, const FileTokens *tokens, Arena *arena)
{
    for (uint32_t i = 0; i < tokens->count; i++) {
        const FileToken *token = &tokens->tokens[i];
        LiteralValue value;
        if (token_class((TokenKind)token->kind) == TOKEN_CLASS_LITERAL)
            (void)literal_value(interners, arena, (TokenKind)token->kind, token->text, &value);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    Str text = { (const char *)data, bytes };
    if (!fuzz_is_utf8(text))
        return 0;
    Interners *interners = interners_new();
    Arena *arena = arena_new(NULL);
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, arena);
    FileTokens tokens;
    memset(&tokens, 0, sizeof tokens);
    lex_text(interners, arena, text, &tokens, &errors);
    check_order(&tokens, text);
    check_partners(&tokens);
    check_literals(interners, &tokens, arena);
    Text dump;
    text_init(&dump, arena);
    tokens_dump(&tokens, text, bytes % 2 == 0, &dump);
    for (uint32_t i = 0; i < errors.count; i++) {
        uint32_t line, column;
        rsc_assert(errors.items[i].lo <= errors.items[i].hi && errors.items[i].hi <= bytes);
        file_tokens_position(&tokens, text, errors.items[i].lo, &line, &column);
        rsc_assert(line < tokens.line_count);
    }
    arena_free(arena);
    interners_free(interners);
    return 0;
}
