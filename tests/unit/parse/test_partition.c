/* Properties of the partition and the parser over sample files: layout changes no fact, an edit
 * changes one item, and no damage to the text does harm. */
#include "base/file.h"
#include "unit/parse/syntax_fixture.h"

/* ---- randomness ---- */

typedef struct {
    uint64_t state;
} Random;

static uint32_t random_below(Random *r, uint32_t limit)
{
    r->state = r->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((r->state >> 33) % limit);
}

/* ---- samples ---- */

static const char *const sample_names[] = { "items.rs", "exprs.rs", "types.rs", "recovery.rs",
                                            "errors.rs" };
enum { GOOD_SAMPLES = 3 }; /* the first ones have no error */

static Str read_sample(Arena *arena, size_t index)
{
    Str text;
    const char *path = arena_printf(arena, "%s/%s", STAGE_DIRECTORY, sample_names[index]);
    Status status = file_read(path, arena, 1 << 20, &text, NULL);
    assert_true(status_ok(status));
    return text;
}

/* ---- facts as bytes ---- */

static Str encode_tree(Syntax *s, const PartitionData *data)
{
    Encoder e;
    encoder_init(&e, s->arena, s->interners, ENCODE_CANONICAL);
    value_info_ItemTree.encode(&e, &data->tree);
    return (Str){ (const char *)e.bytes, e.count };
}

static Fp run_fingerprint(Syntax *s, const PartitionData *data, uint32_t item, Anchor anchor)
{
    IdRange range = data->runs[item].anchors[anchor];
    return token_run_fingerprint(s->interners, data->tokens + range.start, range.count);
}

static void assert_same_facts(Syntax *s, const PartitionData *a, const PartitionData *b)
{
    assert_true(str_eq(encode_tree(s, a), encode_tree(s, b)));
    assert_int_equal(a->tree.count, b->tree.count);
    for (uint32_t i = 0; i < a->tree.count; i++) {
        assert_int_equal(a->tree.items[i].id.v, b->tree.items[i].id.v);
        for (int anchor = 0; anchor < ANCHOR_COUNT; anchor++)
            assert_true(fp_eq(run_fingerprint(s, a, i, (Anchor)anchor),
                              run_fingerprint(s, b, i, (Anchor)anchor)));
    }
}

/* How many items differ in the anchor's tokens. */
static uint32_t count_changed(Syntax *s, const PartitionData *a, const PartitionData *b,
                              Anchor anchor)
{
    uint32_t changed = 0;
    assert_int_equal(a->tree.count, b->tree.count);
    for (uint32_t i = 0; i < a->tree.count; i++)
        changed += !fp_eq(run_fingerprint(s, a, i, anchor), run_fingerprint(s, b, i, anchor));
    return changed;
}

/* ---- layout ---- */

static const char *const layouts[] = {
    "\n",     "\n\n\n", " /* a comment */ ",         " // a comment\n",
    "\t\r\n", " /**/ ", "\n//// not a doc comment\n"
};

/* The text with a piece of layout put between two tokens, at most `count` times. */
static Str add_layout(Syntax *s, const FileTokens *tokens, Str text, Random *random, uint32_t count)
{
    Text out;
    text_init(&out, s->arena);
    uint32_t from = 0;
    for (uint32_t i = 0; i < tokens->count; i++) {
        uint32_t at = tokens->tokens[i].lo;
        text_add(&out, (Str){ text.data + from, at - from });
        from = at;
        if (random_below(random, tokens->count) < count)
            text_add_c(&out, layouts[random_below(random, ARRAY_COUNT(layouts))]);
    }
    text_add(&out, (Str){ text.data + from, text.bytes - from });
    return text_str(&out);
}

static void layout_changes_no_fact(void **state)
{
    Syntax *s = *state;
    Random random = { 20260101 };
    print_message("seed %llu\n", (unsigned long long)random.state);
    for (int round = 0; round < 300; round++) {
        Str text = read_sample(s->arena, random_below(&random, GOOD_SAMPLES));
        const PartitionData *before = syntax_partition(s, text);
        FileTokens tokens = s->tokens;
        Str edited = add_layout(s, &tokens, text, &random, 1 + random_below(&random, 40));
        const PartitionData *after = syntax_partition(s, edited);
        assert_int_equal(s->errors.count, 0);
        assert_same_facts(s, before, after);
        arena_clear(s->arena);
    }
}

static void doc_comments_change_no_fact(void **state)
{
    Syntax *s = *state;
    const PartitionData *before =
        syntax_partition(s, STR("fn f() {}\nstruct S { a: u8 }\nmod m { fn g() {} }\n"));
    const PartitionData *after =
        syntax_partition(s, STR("//! about the file\n/// about f\nfn f() {}\n/** S */ struct S { "
                                "/// a\n a: u8 }\nmod m { //! m\n fn g() {} }"));
    assert_int_equal(s->errors.count, 0);
    assert_same_facts(s, before, after);
    before = syntax_partition(s, STR("m! { struct S; }"));
    after = syntax_partition(s, STR("m! { /// a token here\n struct S; }"));
    assert_int_equal(count_changed(s, before, after, ANCHOR_BODY), 1);
}

/* ---- edits ---- */

static void a_literal_in_a_body_changes_that_body(void **state)
{
    Syntax *s = *state;
    const PartitionData *before =
        syntax_partition(s, STR("fn f() { 1 } fn g() { fn h() { 2 } 3 } const C: u8 = 4;"));
    const PartitionData *after =
        syntax_partition(s, STR("fn f() { 1 } fn g() { fn h() { 5 } 3 } const C: u8 = 4;"));
    assert_true(str_eq(encode_tree(s, before), encode_tree(s, after)));
    assert_int_equal(count_changed(s, before, after, ANCHOR_BODY), 1);
    assert_int_equal(count_changed(s, before, after, ANCHOR_HEADER), 0);
}

static bool has_item(const PartitionData *data, ItemId id)
{
    uint32_t index;
    return partition_find(data, id, &index) && data->tree.items[index].id.v == id.v;
}

/* What is added above renames nothing: not even what has no name. */
static void an_item_above_renames_nothing(void **state)
{
    Syntax *s = *state;
    static const char text[] = "impl A for B { fn f() {} } impl B {} use a::b; m! { x } const _: "
                               "() = f(); fn g() { impl C {} }";
    const PartitionData *before = syntax_partition(s, str_from_c(text));
    const char *more = arena_printf(
        s->arena, "impl X for B {} use c::d; m! { y } const _: u8 = 1; fn h() {} %s", text);
    const PartitionData *after = syntax_partition(s, str_from_c(more));
    for (uint32_t i = 0; i < before->tree.count; i++)
        assert_true(has_item(after, before->tree.items[i].id));
}

static void equal_items_are_told_apart(void **state)
{
    Syntax *s = *state;
    const PartitionData *data =
        syntax_partition(s, STR("#[cfg(a)] fn f() {} #[cfg(b)] fn f() {} impl A {} impl A {}"));
    assert_int_equal(data->tree.count, 5);
    for (uint32_t i = 1; i < 5; i++)
        for (uint32_t j = 1; j < i; j++)
            assert_int_not_equal(data->tree.items[i].id.v, data->tree.items[j].id.v);
    assert_int_equal(data->tree.items[1].flags & ITEM_HAS_CFG, ITEM_HAS_CFG);
}

/* ---- pieces ---- */

static uint32_t count_of_kind(const PartitionData *data, DefKind kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < data->tree.count; i++)
        count += data->tree.items[i].kind == (uint8_t)kind;
    return count;
}

static void items_in_bodies_are_found(void **state)
{
    Syntax *s = *state;
    const PartitionData *data =
        syntax_partition(s, STR("fn f() { fn a() {} let x = || { struct B; B }; if c { enum D {} } "
                                "match e { _ => { const G: u8 = 1; } } "
                                "unsafe { static mut H: u8 = 1; } m! { fn not_one() {} } const { 1 "
                                "}; let union = 1; union += 1; "
                                "static || 1; impl I { fn j() { mod k { fn l() {} } } } #[cfg(x)] "
                                "use m::n; S { union, auto: 1 } }"));
    assert_int_equal(s->errors.count, 0);
    assert_int_equal(count_of_kind(data, DEF_FN), 3); /* f, a, l */
    assert_int_equal(count_of_kind(data, DEF_STRUCT), 1);
    assert_int_equal(count_of_kind(data, DEF_ENUM), 1);
    assert_int_equal(count_of_kind(data, DEF_CONST), 1);
    assert_int_equal(count_of_kind(data, DEF_STATIC), 1);
    assert_int_equal(count_of_kind(data, DEF_IMPL), 1);
    assert_int_equal(count_of_kind(data, DEF_ASSOC_FN), 1);
    assert_int_equal(count_of_kind(data, DEF_MOD), 1);
    assert_int_equal(count_of_kind(data, DEF_USE), 1);
    assert_int_equal(count_of_kind(data, DEF_UNION), 0);
    assert_true(data->tree.items[1].flags & ITEM_BODY_CALLS_MACRO);
}

static PartitionData *partition_expansion(Syntax *s, TokenRun run, AstFragment fragment)
{
    uint32_t *partners = arena_alloc_zeroed(s->arena, run.count * sizeof *partners);
    partition_match(s->arena, run.tokens, run.count, partners);
    CallId call = call_id_intern(s->interners, (CallRecord){ .fragment = fragment });
    PartitionInput input = { .interners = s->interners,
                             .tokens = run.tokens,
                             .partners = partners,
                             .count = run.count,
                             .root = item_root_of_call(s->interners, call),
                             .fragment = fragment };
    return partition_make(&input, s->arena, s->arena, &s->errors);
}

static void an_expansion_gives_items_and_a_rest(void **state)
{
    Syntax *s = *state;
    TokenRun run = syntax_run(s, STR("struct S; let x = 1; impl S {} x"));
    PartitionData *data = partition_expansion(s, run, AST_FRAGMENT_STMTS);
    assert_int_equal(data->tree.count, 3);
    assert_int_equal(data->rest.count, 2 + 6);
    assert_int_equal(data->tokens[data->rest.start].kind, TOKEN_ITEM);
    assert_int_equal(token_item(data->tokens[data->rest.start]).v, data->tree.items[1].id.v);
    run = syntax_run(s, STR("fn f(); const C: u8; type T;"));
    data = partition_expansion(s, run, AST_FRAGMENT_TRAIT_ITEMS);
    assert_int_equal(data->tree.items[1].kind, DEF_ASSOC_FN);
    assert_int_equal(data->tree.items[3].kind, DEF_ASSOC_TYPE);
    assert_int_equal(s->errors.count, 0);
}

/* `$vis struct S;` and `$item`: the brackets of what holds together by itself are gone, those of
 * expressions stay. */
static void fragments_in_items(void **state)
{
    Syntax *s = *state;
    TokenRun run = syntax_run(s, STR("( pub ) const C : u8 = ( 1 + 2 ) * 3 ; ( fn f ( ) { } )"));
    uint8_t fragments[] = { AST_FRAGMENT_VIS, AST_FRAGMENT_EXPR, AST_FRAGMENT_ITEM };
    uint32_t opened = 0, depth = 0;
    for (uint32_t i = 0; i < run.count; i++) {
        uint8_t kind = run.tokens[i].kind;
        depth += kind == TOKEN_OPEN_PAREN;
        if (kind == TOKEN_OPEN_PAREN && depth == 1)
            run.tokens[i] = (Token){ .kind = TOKEN_OPEN_FRAGMENT, .flags = fragments[opened++] };
        if (kind == TOKEN_CLOSE_PAREN && depth == 1)
            run.tokens[i] = (Token){ .kind = TOKEN_CLOSE_FRAGMENT, .flags = fragments[opened - 1] };
        depth -= kind == TOKEN_CLOSE_PAREN;
    }
    PartitionData *data = partition_expansion(s, run, AST_FRAGMENT_ITEMS);
    assert_int_equal(s->errors.count, 0);
    assert_int_equal(data->tree.count, 3);
    assert_int_equal(data->tree.items[1].vis, AST_VIS_PUB);
    assert_int_equal(data->runs[1].anchors[ANCHOR_HEADER].count, 5); /* pub const C : u8 */
    assert_int_equal(data->runs[1].anchors[ANCHOR_BODY].count, 9);   /* = < 1 + 2 > * 3 ; */
    assert_int_equal(data->runs[2].anchors[ANCHOR_HEADER].count, 4);
}

/* ---- bounds ---- */

static void deep_nesting_of_items_is_one_error(void **state)
{
    Syntax *s = *state;
    static const char *const opens[] = { "mod m { ", "fn f() { ", "impl A { fn f() { " };
    static const char *const closes[] = { "}", "}", "}}" };
    for (size_t i = 0; i < ARRAY_COUNT(opens); i++) {
        Text text;
        text_init(&text, s->arena);
        for (int d = 0; d < 20000; d++)
            text_add_c(&text, opens[i]);
        for (int d = 0; d < 20000; d++)
            text_add_c(&text, closes[i]);
        const PartitionData *data = syntax_partition(s, text_str(&text));
        assert_true(data->tree.count <= 130);
        assert_true(s->errors.count >= 1 && s->errors.count <= 2);
        assert_non_null(strstr(syntax_message(s, 0), "nesting of items"));
        arena_clear(s->arena);
    }
}

static void a_long_line_costs_no_more(void **state)
{
    Syntax *s = *state;
    Text text;
    text_init(&text, s->arena);
    for (int i = 0; i < 30000; i++)
        text_addf(&text, "fn f%d() { \"\xc3\xa9\" } ", i);
    const PartitionData *data = syntax_partition(s, text_str(&text));
    assert_int_equal(data->tree.count, 30001);
    uint32_t line, column, last = s->tokens.tokens[s->tokens.count - 1].lo;
    file_tokens_position(&s->tokens, s->text, last, &line, &column);
    assert_int_equal(line, 0);
    assert_int_equal(column, last - 30000);
}

/* ---- damage ---- */

static void check_runs(const PartitionData *data)
{
    for (uint32_t i = 0; i < data->tree.count; i++) {
        const Item *item = &data->tree.items[i];
        assert_true(item->end > i && item->end <= data->tree.count);
        assert_true(i == 0 || item->end <= data->tree.items[item->parent].end);
        for (int a = 0; a < ANCHOR_COUNT; a++) {
            IdRange range = data->runs[i].anchors[a];
            assert_true(range.start + range.count <= data->token_count);
        }
    }
}

static void parse_all(Syntax *s, const PartitionData *data)
{
    ParseContext context = syntax_context(s);
    for (uint32_t i = 0; i < data->tree.count; i++) {
        ItemShape shape = item_shape(s->interners, data->tree.items[i].id);
        for (int a = 0; a < ANCHOR_COUNT; a++) {
            IdRange range = data->runs[i].anchors[a];
            TokenRun run = { data->tokens + range.start, range.count };
            bool is_raw =
                a == ANCHOR_BODY && (shape.kind == DEF_MACRO || shape.kind == DEF_MACRO_CALL);
            if (is_raw || range.count == 0)
                continue;
            Ast ast;
            uint32_t before = s->errors.count;
            parse_anchor_run(&context, &run, (Anchor)a, shape, &ast, &s->errors);
            Text problems;
            text_init(&problems, s->arena);
            if (!ast_validate(&ast, &problems))
                fail_msg("%s", problems.data);
            assert_true(s->errors.count == before || ast.has_error);
        }
    }
}

/* A random edit of tokens: delete, double, swap. */
static Str damage(Syntax *s, const FileTokens *tokens, Str text, Random *random)
{
    Text out;
    text_init(&out, s->arena);
    uint32_t edits = 1 + random_below(random, 4), victim = random_below(random, tokens->count);
    for (uint32_t i = 0; i < tokens->count; i++) {
        const FileToken *token = &tokens->tokens[i];
        Str piece = { text.data + token->lo, token->hi - token->lo };
        bool is_victim = i >= victim && i < victim + edits;
        uint32_t how = is_victim ? random_below(random, 3) : 3;
        if (how == 2 && i + 1 < tokens->count)
            text_add(&out, (Str){ text.data + token[1].lo, token[1].hi - token[1].lo });
        text_add_char(&out, i % 9 ? ' ' : '\n');
        if (how != 0)
            text_add(&out, piece);
        if (how == 1) {
            text_add_char(&out, ' ');
            text_add(&out, piece);
        }
    }
    return text_str(&out);
}

static void damaged_files_do_no_harm(void **state)
{
    Syntax *s = *state;
    Random random = { 7 };
    print_message("seed %llu\n", (unsigned long long)random.state);
    uint32_t with_errors = 0;
    enum { ROUNDS = 1500 };
    for (int round = 0; round < ROUNDS; round++) {
        Str text = read_sample(s->arena, random_below(&random, ARRAY_COUNT(sample_names)));
        syntax_lex(s, text);
        FileTokens tokens = s->tokens;
        const PartitionData *data = syntax_partition(s, damage(s, &tokens, text, &random));
        check_runs(data);
        parse_all(s, data);
        with_errors += s->errors.count > 0;
        arena_clear(s->arena);
    }
    print_message("%u of %u damaged files have an error\n", with_errors, ROUNDS);
    assert_true(with_errors > ROUNDS / 2);
}

/* What looks ahead must not look past the end. */
static void files_may_end_behind_any_token(void **state)
{
    Syntax *s = *state;
    Str text = STR(
        "#[cfg(a)] pub(in a::b) extern crate a as b; use a::{b as c, d::*}; #[path = \"x\"] mod m; "
        "enum E { #[cfg(b)] A(u8) = 1, pub B {} } impl<T> !Send for S<T> where T: A {} m! { x } "
        "macro_rules! n { () => {} } extern \"C\" { fn f(&'a mut self, ...); } static mut X: u8 = "
        "1;");
    syntax_lex(s, text);
    FileTokens tokens = s->tokens;
    for (uint32_t i = 0; i < tokens.count; i++) {
        char *prefix = malloc(tokens.tokens[i].hi + 1);
        memcpy(prefix, text.data, tokens.tokens[i].hi);
        prefix[tokens.tokens[i].hi] = '\0';
        const PartitionData *data = syntax_partition(s, str_from_c(prefix));
        check_runs(data);
        parse_all(s, data);
        free(prefix);
    }
}

static void good_samples_have_no_error(void **state)
{
    Syntax *s = *state;
    for (size_t i = 0; i < GOOD_SAMPLES; i++) {
        const PartitionData *data = syntax_partition(s, read_sample(s->arena, i));
        parse_all(s, data);
        if (s->errors.count > 0)
            print_message("%s: %s\n", sample_names[i], syntax_message(s, 0));
        assert_int_equal(s->errors.count, 0);
    }
}

static void item_tree_survives_encoding(void **state)
{
    Syntax *s = *state;
    const PartitionData *data = syntax_partition(s, read_sample(s->arena, 0));
    Str bytes = encode_tree(s, data);
    for (size_t cut = 0; cut <= bytes.bytes; cut += cut + 200 < bytes.bytes ? 97 : 1) {
        ItemTree back = { 0 };
        Decoder d;
        decoder_init(&d, bytes.data, cut, s->arena, s->interners);
        value_info_ItemTree.decode(&d, &back);
        assert_int_equal(decoder_finish(&d), cut == bytes.bytes);
        PartitionData copy = { .tree = back };
        if (cut == bytes.bytes)
            assert_true(str_eq(bytes, encode_tree(s, &copy)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SYNTAX_TEST(good_samples_have_no_error),
        SYNTAX_TEST(layout_changes_no_fact),
        SYNTAX_TEST(doc_comments_change_no_fact),
        SYNTAX_TEST(a_literal_in_a_body_changes_that_body),
        SYNTAX_TEST(an_item_above_renames_nothing),
        SYNTAX_TEST(equal_items_are_told_apart),
        SYNTAX_TEST(items_in_bodies_are_found),
        SYNTAX_TEST(an_expansion_gives_items_and_a_rest),
        SYNTAX_TEST(fragments_in_items),
        SYNTAX_TEST(deep_nesting_of_items_is_one_error),
        SYNTAX_TEST(a_long_line_costs_no_more),
        SYNTAX_TEST(damaged_files_do_no_harm),
        SYNTAX_TEST(files_may_end_behind_any_token),
        SYNTAX_TEST(item_tree_survives_encoding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
