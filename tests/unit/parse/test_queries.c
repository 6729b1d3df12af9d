/* The item facts as queries: what an edit makes run again, and where things stand afterwards. */
#include "parse/parse.h"
#include "unit/support/support.h"
#include "unit/unit.h"

static const char text[] = "fn first() { 1 }\n"
                           "mod m {\n"
                           "    pub fn second(x: u8) -> u8 { x + 2 }\n"
                           "}\n"
                           "struct Third { a: u8 }\n";

typedef struct {
    FileId file;
    SymId name; /* of the item whose place is wanted */
    Anchor anchor;
    uint32_t token;
    SourceSpan place;
    bool exists;
    uint32_t items;
} Wanted;

/* Asks for everything that later stages ask of a file. */
static void read_file(Job *job, void *argument)
{
    Wanted *wanted = argument;
    const ItemTree *tree = q_file_items(job, wanted->file);
    wanted->exists = tree->exists;
    wanted->items = tree->count;
    for (uint32_t i = 0; i < tree->count; i++) {
        const Item *item = &tree->items[i];
        q_attributes_ast(job, item->id);
        if (i > 0) {
            q_header_ast(job, item->id);
            q_body_ast(job, item->id);
        }
        if (sym_id_eq(item->name, wanted->name)) {
            TokenSpan span = { .item = item->id,
                               .anchor = wanted->anchor,
                               .lo = wanted->token,
                               .hi = wanted->token + 1 };
            wanted->place = parse_source_span(job, span);
        }
    }
}

typedef struct {
    TestWorkspace *workspace;
    Wanted wanted;
} Fixture;

static int setup(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    f->workspace = workspace_new();
    f->wanted.file = workspace_file(f->workspace, "src/lib.rs", text);
    f->wanted.name = sym_intern_c(workspace_interners(f->workspace), "second");
    f->wanted.anchor = ANCHOR_BODY;
    f->wanted.token = 3; /* the 2 of `x + 2` */
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    workspace_free(f->workspace);
    free(f);
    return 0;
}

static void run(Fixture *f)
{
    f->wanted.place = (SourceSpan){ 0 };
    workspace_run(f->workspace, read_file, &f->wanted);
}

static void edit(Fixture *f, const char *edited)
{
    workspace_file(f->workspace, "src/lib.rs", edited);
    run(f);
}

static uint64_t executed(Fixture *f, QueryKind kind)
{
    return workspace_executed(f->workspace, kind);
}

static void assert_no_parsing(Fixture *f)
{
    assert_int_equal(executed(f, Q_attributes_ast), 0);
    assert_int_equal(executed(f, Q_header_ast), 0);
    assert_int_equal(executed(f, Q_body_ast), 0);
}

static void assert_place(Fixture *f, uint32_t line, uint32_t column)
{
    assert_true(f->wanted.place.is_known);
    assert_int_equal(f->wanted.place.line + 1, line);
    assert_int_equal(f->wanted.place.column + 1, column);
    assert_int_equal(f->wanted.place.hi - f->wanted.place.lo, 1);
}

static void everything_is_parsed_once(void **state)
{
    Fixture *f = *state;
    run(f);
    assert_int_equal(f->wanted.items, 5);
    assert_int_equal(executed(f, Q_file_tokens), 1);
    assert_int_equal(executed(f, Q_file_partition), 1);
    assert_int_equal(executed(f, Q_header_ast), 4);
    assert_place(f, 3, 38);
    run(f);
    assert_int_equal(executed(f, QUERY_KIND_COUNT), 0);
}

static void a_blank_line_moves_items_and_no_more(void **state)
{
    Fixture *f = *state;
    run(f);
    edit(f, arena_printf(workspace_arena(f->workspace), "\n// a comment\n%s", text));
    assert_no_parsing(f);
    assert_int_equal(executed(f, Q_file_tokens), 1);
    assert_place(f, 5, 38);
}

static void a_comment_in_a_body_moves_its_tokens_and_no_more(void **state)
{
    Fixture *f = *state;
    run(f);
    edit(f, "fn first() { 1 }\n"
            "mod m {\n"
            "    pub fn second(x: u8) -> u8 { x + /* one\n more */ 2 }\n"
            "}\n"
            "struct Third { a: u8 }\n");
    assert_no_parsing(f);
    assert_place(f, 4, 10);
}

static void a_literal_costs_one_body(void **state)
{
    Fixture *f = *state;
    run(f);
    edit(f, "fn first() { 1 }\n"
            "mod m {\n"
            "    pub fn second(x: u8) -> u8 { x + 3 }\n"
            "}\n"
            "struct Third { a: u8 }\n");
    assert_int_equal(executed(f, Q_body_ast), 1);
    assert_int_equal(executed(f, Q_header_ast), 0);
    assert_string_equal(workspace_trace(f->workspace, Q_body_ast),
                        "body_ast src/lib.rs::m::second\n");
}

static void a_field_costs_one_header(void **state)
{
    Fixture *f = *state;
    run(f);
    edit(f, "fn first() { 1 }\n"
            "mod m {\n"
            "    pub fn second(x: u8) -> u8 { x + 2 }\n"
            "}\n"
            "struct Third { a: u8, b: u8 }\n");
    assert_int_equal(executed(f, Q_body_ast), 0);
    assert_int_equal(executed(f, Q_header_ast), 1);
}

static void an_item_above_costs_itself(void **state)
{
    Fixture *f = *state;
    run(f);
    edit(f,
         arena_printf(workspace_arena(f->workspace), "impl Third { fn zeroth() { 0 } }\n%s", text));
    assert_int_equal(f->wanted.items, 7);
    assert_int_equal(executed(f, Q_header_ast), 2);
    assert_int_equal(executed(f, Q_body_ast), 2); /* asked of the impl too: it has none */
    assert_place(f, 4, 38);
}

static void an_error_moves_with_its_item(void **state)
{
    Fixture *f = *state;
    edit(f, "fn first() { 1 + }\nfn second() { }\n");
    assert_string_equal(workspace_errors(f->workspace), "1:18 expected expression, found `}`\n");
    edit(f, "\n\n  fn first() { 1 + }\nfn second() { }\n");
    assert_string_equal(workspace_errors(f->workspace), "3:20 expected expression, found `}`\n");
}

/* A missing semicolon is reported where it is missing if the next statement is on a line of its
 * own. */
static void line_breaks_word_an_error(void **state)
{
    Fixture *f = *state;
    edit(f, "fn first() {\n    let a = 1\n    let b = 2;\n}\n");
    assert_string_equal(workspace_errors(f->workspace), "2:14 expected `;`, found keyword `let`\n");
    edit(f, "fn first() {\n    let a = 1 let b = 2;\n}\n");
    assert_string_equal(
        workspace_errors(f->workspace),
        "2:15 expected one of `.`, `;`, `?`, `else`, or an operator, found keyword `let`\n");
}

/* An edition is a package's; another one parses its files again. */
static void the_edition_comes_from_the_package(void **state)
{
    Fixture *f = *state;
    workspace_crate(f->workspace, "app", "src/lib.rs", EDITION_2015, NULL);
    edit(f, "fn first() { let async = 1; }\ntrait T { fn second(u8); }\nasync fn third() {}\n");
    assert_string_equal(workspace_errors(f->workspace),
                        "3:1 E0670 `async fn` is not permitted in Rust 2015\n");
}

static void a_file_that_is_not_there_is_a_fact(void **state)
{
    Fixture *f = *state;
    workspace_remove_file(f->workspace, "src/lib.rs");
    run(f);
    assert_false(f->wanted.exists);
    assert_int_equal(f->wanted.items, 0);
    assert_string_equal(workspace_errors(f->workspace), "");
    edit(f, text);
    assert_true(f->wanted.exists);
    assert_int_equal(f->wanted.items, 5);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(everything_is_parsed_once),
        T(a_blank_line_moves_items_and_no_more),
        T(a_comment_in_a_body_moves_its_tokens_and_no_more),
        T(a_literal_costs_one_body),
        T(a_field_costs_one_header),
        T(an_item_above_costs_itself),
        T(an_error_moves_with_its_item),
        T(line_breaks_word_an_error),
        T(the_edition_comes_from_the_package),
        T(a_file_that_is_not_there_is_a_fact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
