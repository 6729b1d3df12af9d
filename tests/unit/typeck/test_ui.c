/* Files whose lines name the errors expected on them: `//~ ERROR E0308 E0277`, `-` for an error
 * without a code; `//~ RSCC0001` is one that rustc does not know. usage: test_typeck_ui MINICORE
 * FILE... */
#include <stdio.h>

#include "unit/typeck/typeck_support.h"
#include "unit/unit.h"

static const char *minicore;

typedef struct {
    uint32_t line;
    Str code;
    Str text; /* of an expected one: what the message holds, empty: anything; of a found one the
                 message */
} Expected;
VEC_TYPE(ExpectedVec, expected_vec, Expected)

static Str take_word(Str *rest)
{
    size_t start = 0, end;
    while (start < rest->bytes && rest->data[start] == ' ')
        start++;
    for (end = start; end < rest->bytes && rest->data[end] != ' ' && rest->data[end] != '\n';)
        end++;
    Str word = { rest->data + start, end - start };
    *rest = (Str){ rest->data + end, rest->bytes - end };
    return word;
}

static void add_once(ExpectedVec *list, Expected item)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->items[i].line == item.line && str_eq(list->items[i].code, item.code))
            return;
    }
    expected_vec_push(list, item);
}

static void read_markers(Str text, ExpectedVec *out)
{
    uint32_t line = 1;
    for (size_t i = 0; i < text.bytes; i++) {
        static const char marker[] = "//~ ";
        Str rest = { text.data + i, text.bytes - i };
        line += text.data[i] == '\n';
        if (!str_starts_with(rest, str_from_c(marker)))
            continue;
        rest = (Str){ rest.data + strlen(marker), rest.bytes - strlen(marker) };
        if (str_starts_with(rest, STR("ERROR")))
            take_word(&rest);
        for (Str word = take_word(&rest); word.bytes; word = take_word(&rest)) {
            if (!str_eq(word, STR("--"))) {
                add_once(out, (Expected){ .line = line, .code = word });
                continue;
            }
            const char *end = memchr(rest.data, '\n', rest.bytes);
            out->items[out->count - 1].text = (Str){ rest.data + 1, (size_t)(end - rest.data) - 1 };
            break;
        }
    }
}

/* Lines of workspace_errors: `3:5 E0308 mismatched types`; the code is missing where there is none.
 */
static void read_errors(const char *errors, ExpectedVec *out)
{
    while (*errors) {
        char *end;
        uint32_t line = (uint32_t)strtoul(errors, &end, 10);
        size_t length = strcspn(errors, "\n");
        Str rest = { end, length - (size_t)(end - errors) };
        take_word(&rest);
        Str message = { rest.data + 1, rest.bytes - 1 }, code = take_word(&rest);
        bool is_code =
            (code.bytes == 5 && code.data[0] == 'E') || str_starts_with(code, STR("RSCC"));
        add_once(out,
                 is_code ? (Expected){ line, code, rest } : (Expected){ line, STR("-"), message });
        errors += length + (errors[length] == '\n');
    }
}

static bool holds(Str text, Str part)
{
    return part.bytes == 0 ||
           (text.bytes > 0 && memmem(text.data, text.bytes, part.data, part.bytes) != NULL);
}

static unsigned report_missing(const char *what, const char *path, const ExpectedVec *a,
                               const ExpectedVec *b)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < a->count; i++) {
        bool found = false;
        for (uint32_t j = 0; j < b->count; j++)
            found |= a->items[i].line == b->items[j].line &&
                     str_eq(a->items[i].code, b->items[j].code) &&
                     (holds(a->items[i].text, b->items[j].text) ||
                      holds(b->items[j].text, a->items[i].text));
        if (found)
            continue;
        printf("%s:%u: %s %.*s\n", path, (unsigned)a->items[i].line, what,
               (int)a->items[i].code.bytes, a->items[i].code.data);
        count++;
    }
    return count;
}

static void check_file(void **state)
{
    const char *path = *state;
    TypeckFixture fixture;
    typeck_fixture_init(&fixture, minicore);
    Arena *arena = workspace_arena(fixture.ws);
    Str text = typeck_read_file(arena, path);
    typeck_fixture_app(&fixture, text);
    typeck_fixture_check(&fixture);
    ExpectedVec expected, found;
    expected_vec_init(&expected, arena);
    expected_vec_init(&found, arena);
    read_markers(text, &expected);
    read_errors(workspace_errors(fixture.ws), &found);
    unsigned bad = report_missing("not reported:", path, &expected, &found);
    bad += report_missing("not expected:", path, &found, &expected);
    if (bad)
        printf("%s", workspace_diagnostics(fixture.ws));
    typeck_fixture_free(&fixture);
    assert_int_equal(bad, 0);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: %s MINICORE FILE...\n", argv[0]);
        return 2;
    }
    minicore = argv[1];
    int failures = 0;
    for (int i = 2; i < argc; i++) {
        struct CMUnitTest test = { argv[i], check_file, NULL, NULL, argv[i] };
        failures += _cmocka_run_group_tests(argv[i], &test, 1, NULL, NULL);
    }
    return failures;
}
