/* What the tests of the parser share: text to tokens to trees, without the engine. */
#ifndef RSCC_TESTS_SYNTAX_FIXTURE_H
#define RSCC_TESTS_SYNTAX_FIXTURE_H

#include "diag/diag_data.h"
#include "parse/parse_partition.h"
#include "unit/unit.h"

typedef struct {
    Interners *interners;
    Arena *arena;
    SyntaxErrorVec errors;
    FileId file;
    Str text;
    FileTokens tokens;
} Syntax;

static inline int syntax_setup(void **state)
{
    Syntax *s = calloc(1, sizeof *s);
    s->interners = interners_new();
    s->arena = arena_new(NULL);
    s->file = file_id_intern(s->interners, sym_intern_c(s->interners, ""),
                             sym_intern_c(s->interners, "t.rs"));
    *state = s;
    return 0;
}

static inline int syntax_teardown(void **state)
{
    Syntax *s = *state;
    arena_free(s->arena);
    interners_free(s->interners);
    free(s);
    return 0;
}

static inline void syntax_lex(Syntax *s, Str text)
{
    syntax_error_vec_init(&s->errors, s->arena);
    s->text = text;
    lex_text(s->interners, s->arena, text, &s->tokens, &s->errors);
}

/* The text's tokens as a run. */
static inline TokenRun syntax_run(Syntax *s, Str text)
{
    syntax_lex(s, text);
    Token *tokens = arena_alloc_array(s->arena, s->tokens.count + 1, sizeof *tokens);
    for (uint32_t i = 0; i < s->tokens.count; i++)
        tokens[i] = (Token){ .kind = s->tokens.tokens[i].kind,
                             .flags = s->tokens.tokens[i].flags,
                             .text = s->tokens.tokens[i].text };
    return (TokenRun){ tokens, s->tokens.count };
}

static inline ParseContext syntax_context(Syntax *s)
{
    return (ParseContext){
        .interners = s->interners, .out = s->arena, .scratch = s->arena, .edition = EDITION_2024
    };
}

static inline const PartitionData *syntax_partition(Syntax *s, Str text)
{
    syntax_lex(s, text);
    return partition_file(s->interners, s->file, &s->tokens, s->text, s->arena, s->arena,
                          &s->errors);
}

static inline const char *syntax_message(const Syntax *s, uint32_t index)
{
    const SyntaxError *error = &s->errors.items[index];
    Diag *diag = diag_build(s->arena, (DiagCode)error->code, diag_nowhere());
    for (uint32_t i = 0; i < error->arg_count; i++)
        diag_arg(diag, error->args[i]);
    DiagData data;
    assert_true(
        diag_decode(s->interners, s->arena, diag_encode(diag, s->interners, s->arena), &data));
    return arena_copy_str(s->arena, data.message);
}

#define SYNTAX_TEST(name) cmocka_unit_test_setup_teardown(name, syntax_setup, syntax_teardown)

#endif
