#include "diag/diag_data.h"
#include "diag/diag_render.h"
#include "unit/unit.h"

typedef struct {
    Interners *interners;
    Arena *arena;
} Fixture;

static int setup(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    f->interners = interners_new();
    f->arena = arena_new(NULL);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    arena_free(f->arena);
    interners_free(f->interners);
    free(f);
    return 0;
}

static DiagSpan token_span(Fixture *f)
{
    FileId file = file_id_intern(f->interners, sym_intern_c(f->interners, ""),
                                 sym_intern_c(f->interners, "src/lib.rs"));
    return diag_at_tokens((TokenSpan){ .item = item_root_of_file(f->interners, file),
                                       .anchor = ANCHOR_HEADER,
                                       .lo = 3,
                                       .hi = 4,
                                       .sub_hi = 1 });
}

static Diag *sample(Fixture *f)
{
    Diag *diag = diag_build(f->arena, DIAG_CODE_file_not_found, token_span(f));
    diag_arg(diag, STR("a{1}b"));
    diag_argf(diag, "error %d", 2);
    diag_primary_label(diag, "here");
    diag_label(diag, diag_nowhere(), "there");
    diag_note(diag, "a note");
    diag_span_note(diag, token_span(f), "a note with a place");
    diag_suggest(diag, token_span(f), STR("x"), APPLICABLE_MAYBE, "write %s", "x");
    diag_suggest_more(diag, token_span(f), STR("y"));
    return diag;
}

static void reads_back_what_was_built(void **state)
{
    Fixture *f = *state;
    Str bytes = diag_encode(sample(f), f->interners, f->arena);
    DiagData data;
    assert_true(diag_decode(f->interners, f->arena, bytes, &data));
    assert_true(str_eq(data.message, STR("couldn't read `a{1}b`: error 2")));
    assert_true(str_eq(data.primary_label, STR("here")));
    assert_int_equal(data.level, DIAG_ERROR);
    assert_int_equal(data.primary.kind, DIAG_SPAN_TOKENS);
    assert_int_equal(data.primary.tokens.sub_hi, 1);
    assert_int_equal(data.label_count, 1);
    assert_int_equal(data.child_count, 3);
    assert_int_equal(data.children[1].span.tokens.lo, 3);
    const DiagDataChild *suggestion = &data.children[2];
    assert_int_equal(suggestion->level, DIAG_HELP);
    assert_int_equal(suggestion->applicability, APPLICABLE_MAYBE);
    assert_int_equal(suggestion->edit_count, 2);
    assert_true(str_eq(suggestion->edits[1].replacement, STR("y")));
}

static void bytes_are_the_same_in_another_process(void **state)
{
    Fixture *f = *state;
    Fixture other = { interners_new(), f->arena };
    sym_intern_c(other.interners, "noise");
    Str here = diag_encode(sample(f), f->interners, f->arena);
    Str there = diag_encode(sample(&other), other.interners, f->arena);
    assert_true(str_eq(here, there));
    interners_free(other.interners);
}

static void truncated_bytes_are_refused(void **state)
{
    Fixture *f = *state;
    Str bytes = diag_encode(sample(f), f->interners, f->arena);
    for (size_t cut = 0; cut < bytes.bytes; cut++) {
        DiagData data;
        assert_false(diag_decode(f->interners, f->arena, (Str){ bytes.data, cut }, &data));
    }
}

/* Whatever the bytes are: an answer, and nothing read out of bounds. */
static void flipped_bytes_do_no_harm(void **state)
{
    Fixture *f = *state;
    Str bytes = diag_encode(sample(f), f->interners, f->arena);
    for (size_t i = 0; i < bytes.bytes * 8; i++) {
        char *copy = arena_copy(f->arena, bytes.data, bytes.bytes);
        copy[i / 8] = (char)(copy[i / 8] ^ (1 << i % 8));
        DiagData data;
        (void)diag_decode(f->interners, f->arena, (Str){ copy, bytes.bytes }, &data);
    }
}

/* Names may be megabytes long; nobody wants to read them. */
static void long_names_are_cut(void **state)
{
    Fixture *f = *state;
    Text name;
    text_init(&name, f->arena);
    text_add_repeat(&name, 'x', 1 << 20);
    Diag *diag = diag_build(f->arena, DIAG_CODE_file_not_found, token_span(f));
    diag_arg(diag, text_str(&name));
    diag_argf(diag, "%s", name.data);
    diag_primary_label(diag, "%s", name.data);
    diag_note(diag, "%s", name.data);
    Str bytes = diag_encode(diag, f->interners, f->arena);
    DiagData data;
    assert_true(diag_decode(f->interners, f->arena, bytes, &data));
    assert_true(data.message.bytes < 10000);
    assert_true(str_ends_with(data.message, STR("x...")));
    assert_true(data.primary_label.bytes < 5000 && data.children[0].message.bytes < 5000);
}

/* A part of the line around the mark, for people; the place alone, for tools. */
static void huge_lines_are_shown_in_part(void **state)
{
    Fixture *f = *state;
    Text text;
    text_init(&text, f->arena);
    text_add_repeat(&text, 'a', 1 << 20);
    text_add_c(&text, "\twanted");
    text_add_repeat(&text, 'b', 1 << 20);
    RenderFile file;
    render_file_init(&file, f->arena, STR("a.rs"), text_str(&text));
    RenderSpan span = { &file, (1 << 20) + 1, (1 << 20) + 7 };
    RenderLabel label = { span, STR("here"), true, NULL };
    RenderEdit edit = { span, STR("other") };
    RenderDiag help = {
        .level = DIAG_HELP, .message = STR("use"), .edits = &edit, .edit_count = 1
    };
    RenderDiag diag = { .level = DIAG_ERROR,
                        .message = STR("bad"),
                        .labels = &label,
                        .label_count = 1,
                        .children = &help,
                        .child_count = 1 };
    Text human, json;
    text_init(&human, f->arena);
    text_init(&json, f->arena);
    diag_render_human(&diag, (RenderOptions){ .width = 140 }, &human);
    diag_render_json(&diag, (RenderOptions){ .width = 140 }, &json);
    assert_true(human.bytes < 2000 && json.bytes < 4000);
    assert_non_null(strstr(human.data, "wanted"));
    assert_non_null(strstr(human.data, "^^^^^^ here"));
    assert_non_null(strstr(human.data, "a.rs:1:1048578"));
    assert_non_null(strstr(json.data, "\"column_start\":1048578"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(long_names_are_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(huge_lines_are_shown_in_part, setup, teardown),
        cmocka_unit_test_setup_teardown(reads_back_what_was_built, setup, teardown),
        cmocka_unit_test_setup_teardown(bytes_are_the_same_in_another_process, setup, teardown),
        cmocka_unit_test_setup_teardown(truncated_bytes_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(flipped_bytes_do_no_harm, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
