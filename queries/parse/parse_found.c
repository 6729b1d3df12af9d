/* How messages name a token, in rustc's words. */
#include "parse/parse_partition.h"

static const char *keyword_prefix(TokenKind kind)
{
    static const TokenKind reserved[] = { TOKEN_KW_ABSTRACT, TOKEN_KW_BECOME,  TOKEN_KW_BOX,
                                          TOKEN_KW_DO,       TOKEN_KW_FINAL,   TOKEN_KW_MACRO,
                                          TOKEN_KW_OVERRIDE, TOKEN_KW_PRIV,    TOKEN_KW_TRY,
                                          TOKEN_KW_TYPEOF,   TOKEN_KW_UNSIZED, TOKEN_KW_VIRTUAL,
                                          TOKEN_KW_YIELD };
    if (kind == TOKEN_KW_UNDERSCORE || kind == TOKEN_KW_DOLLAR_CRATE)
        return "reserved identifier ";
    for (size_t i = 0; i < ARRAY_COUNT(reserved); i++) {
        if (reserved[i] == kind)
            return "reserved keyword ";
    }
    TokenClass class = token_class(kind);
    return class == TOKEN_CLASS_KEYWORD || class == TOKEN_CLASS_EDITION_KEYWORD ? "keyword " : "";
}

Str parse_found_text(const Interners *interners, Arena *arena, Token token)
{
    Text text;
    text_init(&text, arena);
    if (token_class((TokenKind)token.kind) == TOKEN_CLASS_DOC)
        text_add_c(&text, "doc comment ");
    else
        text_add_c(&text, keyword_prefix((TokenKind)token.kind));
    text_add_char(&text, '`');
    token_text(interners, token, &text);
    text_add_char(&text, '`');
    return text_str(&text);
}
