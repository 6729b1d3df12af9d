/* Any tokens as any fragment, as macro matching and expansions ask for it: the tokens need not look
 * like a file's. The first byte chooses the fragment, the second the token it starts at. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "parse/parse.h"

static TokenRun run_of_file(Interners *interners, Arena *arena, Str text, SyntaxErrorVec *errors)
{
    FileTokens file;
    memset(&file, 0, sizeof file);
    lex_text(interners, arena, text, &file, errors);
    TokenRun run = { arena_alloc_array(arena, file.count, sizeof(Token)), file.count };
    for (uint32_t i = 0; i < file.count; i++)
        run.tokens[i] = (Token){ .kind = file.tokens[i].kind,
                                 .flags = file.tokens[i].flags,
                                 .text = file.tokens[i].text };
    return run;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes < 2)
        return 0;
    Str text = { (const char *)data + 2, bytes - 2 };
    if (!fuzz_is_utf8(text))
        return 0;
    Interners *interners = interners_new();
    Arena *arena = arena_new(NULL);
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, arena);
    TokenRun run = run_of_file(interners, arena, text, &errors);
    ParseContext context = {
        .interners = interners,
        .out = arena,
        .scratch = arena,
        .edition = data[0] & 0x80 ? EDITION_2024 : EDITION_2015,
    };
    AstFragment fragment = (AstFragment)((data[0] & 0x7f) % AST_FRAGMENT_COUNT);
    uint32_t at = run.count ? data[1] % run.count : 0;
    Ast ast;
    if (run.count && parse_fragment_may_start(interners, &run, at, fragment, context.edition)) {
        uint32_t end = parse_fragment(&context, &run, at, fragment, &ast, &errors);
        rsc_assert(end >= at && end <= run.count);
    }
    parse_whole(&context, &run, fragment, &ast, &errors);
    arena_free(arena);
    interners_free(interners);
    return 0;
}
