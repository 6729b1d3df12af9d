/* Rules of name resolution, asked through single-name facts. */
#include <stdlib.h>

#include "resolve/resolve.h"
#include "unit/support/support.h"
#include "unit/unit.h"

typedef struct {
    DefId crate;
    const char *path; /* `a::b::c` */
    Text out;
} Question;

/* What the last word of the path means in the module that the others name, in each name space. */
static void ask(Job *job, void *argument)
{
    Question *q = argument;
    Interners *in = job_interners(job);
    Str path = str_from_c(q->path);
    DefId module = q->crate;
    q_crate_def_map_demand(job, q->crate);
    for (;;) {
        size_t end = 0;
        while (end < path.bytes && path.data[end] != ':')
            end++;
        SymId name = sym_intern(in, (Str){ path.data, end });
        if (end < path.bytes) {
            const ScopeName *found =
                q_scope_name(job, (ScopeNameKey){ module, name, NAMESPACE_TYPE });
            assert_true(found->is_found);
            module = found->res.def;
            path.data += end + 2;
            path.bytes -= end + 2;
            continue;
        }
        for (uint32_t n = 0; n < NAMESPACE_COUNT; n++) {
            const ScopeName *found = q_scope_name(job, (ScopeNameKey){ module, name, n });
            if (!found->is_found)
                continue;
            text_addf(&q->out, "%s%c:", found->is_ambiguous ? "ambiguous " : "", "tvm"[n]);
            if (found->res.kind == RES_DEF)
                def_path_text(in, found->res.def, &q->out);
            text_add_char(&q->out, ' ');
        }
        return;
    }
}

static const char *meaning(TestWorkspace *ws, DefId crate, const char *path)
{
    Question q = { .crate = crate, .path = path };
    text_init(&q.out, workspace_arena(ws));
    workspace_run(ws, ask, &q);
    return q.out.data ? q.out.data : "";
}

static TestWorkspace *one_file(const char *text, DefId *crate)
{
    TestWorkspace *ws = workspace_new();
    workspace_file(ws, "src/lib.rs",
                   arena_printf(workspace_arena(ws), "#![feature(no_core)]#![no_core]\n%s", text));
    *crate = workspace_crate(ws, "app", "src/lib.rs", EDITION_2021, NULL);
    return ws;
}

#define EXPECT(path, text) assert_string_equal(meaning(ws, crate, path), text)

static void items_and_imports(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws =
        one_file("mod a { pub struct S; pub fn f() {} pub use self::inner::deep as d;"
                 " mod inner { pub fn deep() {} } }\n"
                 "use a::{self as b, S, f as g};\n"
                 "use a::d;\n"
                 "pub enum E { One, Two(u8), Three {} }\n"
                 "use E::*;\n"
                 "use E::One as Uno;\n",
                 &crate);
    EXPECT("S", "t:a::S v:a::S::{constructor#0} ");
    assert_string_equal(workspace_diagnostics(ws), "");
    EXPECT("g", "v:a::f ");
    EXPECT("d", "v:a::inner::deep ");
    EXPECT("b::f", "v:a::f ");
    EXPECT("Two", "t:E::Two v:E::Two::{constructor#0} ");
    EXPECT("Three", "t:E::Three ");
    EXPECT("Uno", "t:E::One v:E::One::{constructor#0} ");
    EXPECT("E::One", "t:E::One v:E::One::{constructor#0} ");
    EXPECT("nope", "");
    workspace_free(ws);
}

static void globs_are_shadowed_and_may_be_ambiguous(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws =
        one_file("mod a { pub fn f() {} pub fn g() {} pub fn same() {} fn private() {} }\n"
                 "mod b { pub fn f() {} pub use super::a::same; pub fn h() {} }\n"
                 "use a::*; use b::*;\n"
                 "fn g() {}\n"
                 "mod c { pub use super::d::*; pub fn x() {} }\n"
                 "mod d { pub use super::c::*; pub fn y() {} }\n"
                 "use c::*;\n",
                 &crate);
    assert_true(strncmp(meaning(ws, crate, "f"), "ambiguous v:", 12) == 0);
    EXPECT("g", "v:g ");
    EXPECT("same", "v:a::same ");
    EXPECT("h", "v:b::h ");
    EXPECT("private", "");
    EXPECT("x", "v:c::x ");
    EXPECT("y", "v:d::y ");
    EXPECT("d::x", "v:c::x ");
    assert_string_equal(workspace_diagnostics(ws), "");
    workspace_free(ws);
}

/* Levels of modules, each of which imports all of the two below: 2^LEVELS ways to the bottom. */
static void many_globs_to_the_same_place(void **state)
{
    (void)state;
    enum { LEVELS = 40, CHAIN = 300 };
    Arena *arena = arena_new(NULL);
    Text source;
    text_init(&source, arena);
    for (int i = 0; i < LEVELS; i++)
        text_addf(&source,
                  "pub mod a%d { pub use crate::a%d::*; pub use crate::b%d::*; }\n"
                  "pub mod b%d { pub use crate::a%d::*; pub use crate::b%d::*; }\n",
                  i, i + 1, i + 1, i, i + 1, i + 1);
    text_addf(&source, "pub mod a%d { pub fn deep() {} pub fn twice() {} }\n", LEVELS);
    text_addf(&source, "pub mod b%d { pub fn twice() {} }\n", LEVELS);
    for (int i = 0; i < CHAIN; i++)
        text_addf(&source, "pub mod c%d { pub use crate::c%d::*; }\n", i, i + 1);
    text_addf(&source, "pub mod c%d { pub fn far() {} }\n", CHAIN);
    text_add_c(&source, "mod user { use crate::a0::deep; use crate::c0::far; }\n");
    DefId crate;
    TestWorkspace *ws = one_file(arena_copy_str(arena, text_str(&source)), &crate);
    EXPECT("a0::deep", arena_printf(arena, "v:a%d::deep ", LEVELS));
    EXPECT("user::deep", arena_printf(arena, "v:a%d::deep ", LEVELS));
    assert_non_null(strstr(meaning(ws, crate, "b0::twice"), "ambiguous v:"));
    EXPECT("a0::nothing", "");
    EXPECT("c0::far", arena_printf(arena, "v:c%d::far ", CHAIN));
    EXPECT("user::far", arena_printf(arena, "v:c%d::far ", CHAIN));
    workspace_free(ws);
    arena_free(arena);
}

/* Every module imports all others: each has the names of all, as widely visible as by the widest
 * way. */
static void rings_of_globs(void **state)
{
    (void)state;
    enum { COUNT = 14 };
    Arena *arena = arena_new(NULL);
    Text source;
    text_init(&source, arena);
    for (int i = 0; i < COUNT; i++) {
        text_addf(&source, "pub mod m%d { pub fn f%d() {}", i, i);
        for (int j = 0; j < COUNT; j++) {
            if (i != j)
                text_addf(&source, " pub use crate::m%d::*;", j);
        }
        text_add_c(&source, " }\n");
    }
    /* From `inner` the name e is seen through `left`, which has it from `right` alone. */
    text_add_c(&source, "pub mod inner { use crate::right::*; pub use crate::left::*; }\n"
                        "pub mod left { pub use crate::right::*; }\n"
                        "pub mod right { pub use crate::left::*; pub use crate::end::*; }\n"
                        "pub mod end { pub fn e() {} }\n"
                        "mod user { use crate::inner::e; use crate::m3::f9; }\n");
    DefId crate;
    TestWorkspace *ws = one_file(arena_copy_str(arena, text_str(&source)), &crate);
    EXPECT("m0::f13", "v:m13::f13 ");
    EXPECT("m7::f7", "v:m7::f7 ");
    EXPECT("m7::g", "");
    EXPECT("user::e", "v:end::e ");
    EXPECT("user::f9", "v:m9::f9 ");
    assert_string_equal(workspace_errors(ws), "");
    workspace_free(ws);
    arena_free(arena);
}

static void module_files_are_found(void **state)
{
    (void)state;
    TestWorkspace *ws = workspace_new();
    workspace_file(ws, "src/lib.rs",
                   "#![feature(no_core)]#![no_core]\nmod a; mod b; #[path = \"odd/name.rs\"] mod "
                   "c; mod in_line { mod deep; }\n");
    workspace_file(ws, "src/a.rs", "pub mod below; pub fn in_a() {}");
    workspace_file(ws, "src/a/below.rs", "pub fn in_below() { super::in_a(); }");
    workspace_file(ws, "src/b/mod.rs", "pub mod sister;");
    workspace_file(ws, "src/b/sister.rs", "pub fn in_sister() {}");
    workspace_file(ws, "src/odd/name.rs", "pub mod next;");
    workspace_file(ws, "src/odd/next.rs", "pub fn in_next() {}");
    workspace_file(ws, "src/in_line/deep.rs", "pub fn in_deep() {}");
    DefId crate = workspace_crate(ws, "app", "src/lib.rs", EDITION_2021, NULL);
    EXPECT("a::below::in_below", "v:a::below::in_below ");
    EXPECT("b::sister::in_sister", "v:b::sister::in_sister ");
    EXPECT("c::next::in_next", "v:c::next::in_next ");
    EXPECT("in_line::deep::in_deep", "v:in_line::deep::in_deep ");
    assert_string_equal(workspace_diagnostics(ws), "");
    workspace_free(ws);
}

static void module_file_mistakes(void **state)
{
    (void)state;
    TestWorkspace *ws = workspace_new();
    workspace_file(
        ws, "src/lib.rs",
        "#![feature(no_core)]#![no_core]\nmod gone;\nmod both;\nmod me;\nuse gone::anything;\n");
    workspace_file(ws, "src/both.rs", "");
    workspace_file(ws, "src/both/mod.rs", "");
    workspace_file(ws, "src/me.rs", "#[path = \"me.rs\"] mod again;");
    DefId crate = workspace_crate(ws, "app", "src/lib.rs", EDITION_2021, NULL);
    meaning(ws, crate, "x");
    assert_string_equal(
        workspace_errors(ws),
        "2:1 E0583 file not found for module `gone`\n"
        "3:1 E0761 file for module `both` found at both \"src/both.rs\" and \"src/both/mod.rs\"\n"
        "src/me.rs:1:19 circular modules: src/me.rs -> src/me.rs\n");
    /* A fact that a file is absent is a fact: the file appears, and nothing else is touched. */
    workspace_file(ws, "src/gone.rs", "pub fn anything() {}");
    workspace_remove_file(ws, "src/both/mod.rs");
    EXPECT("anything", "v:gone::anything ");
    assert_string_equal(workspace_errors(ws),
                        "src/me.rs:1:19 circular modules: src/me.rs -> src/me.rs\n");
    workspace_free(ws);
}

static void crates_and_preludes(void **state)
{
    (void)state;
    TestWorkspace *ws = workspace_new();
    workspace_file(ws, "src/lib.rs",
                   "#![feature(no_core)]#![no_core]\nextern crate core as k;\nuse "
                   "core::thing;\nuse ::core::thing as t2;\n"
                   "mod core2 { pub use crate::k::thing as t3; }\n");
    workspace_file(ws, "core.rs",
                   "#![feature(no_core)]#![no_core]\npub fn thing() {} fn hidden() {}\n");
    workspace_crate(ws, "core", "core.rs", EDITION_2021, NULL);
    const char *const dependencies[] = { "core", NULL };
    DefId crate = workspace_crate(ws, "app", "src/lib.rs", EDITION_2021, dependencies);
    EXPECT("thing", "v:thing ");
    EXPECT("t2", "v:thing ");
    EXPECT("core2::t3", "v:thing ");
    EXPECT("k::thing", "v:thing ");
    EXPECT("core", "");
    assert_string_equal(workspace_diagnostics(ws), "");
    workspace_free(ws);
}

static void edition_2015_paths_begin_at_the_root(void **state)
{
    (void)state;
    TestWorkspace *ws = workspace_new();
    workspace_file(
        ws, "src/lib.rs",
        "#![feature(no_core)]#![no_core]\nmod a { pub fn f() {} }\nmod b { use a::f as g; fn h() { "
        "::a::f(); } pub mod a {} }\n");
    DefId crate = workspace_crate(ws, "app", "src/lib.rs", EDITION_2015, NULL);
    EXPECT("b::g", "v:a::f ");
    assert_string_equal(workspace_diagnostics(ws), "");
    workspace_free(ws);
}

static void visibility(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws = one_file("mod a { pub mod b { pub(super) fn s() {} pub(in crate::a) fn i() "
                                 "{} pub(crate) fn c() {} fn p() {} }\n"
                                 " use self::b::{s, i, c}; }\n"
                                 "use a::b::c;\nuse a::b::p;\nuse a::b::s;\nuse a::b::i;\n",
                                 &crate);
    EXPECT("c", "v:a::b::c ");
    assert_string_equal(workspace_errors(ws), "5:11 E0603 function `p` is private\n"
                                              "6:11 E0603 function `s` is private\n"
                                              "7:11 E0603 function `i` is private\n");
    EXPECT("a::s", "v:a::b::s ");
    workspace_free(ws);
}

static void import_mistakes(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws =
        one_file("mod a { pub fn name() {} }\n"
                 "use a::nam;\n"
                 "use nothing::x;\n"
                 "use c1::X; mod c1 { pub use crate::c2::X; } mod c2 { pub use crate::c1::X; }\n"
                 "fn twice() {} fn twice() {}\n"
                 "use a::name as twice2; fn twice2() {}\n"
                 "use super::y;\n",
                 &crate);
    meaning(ws, crate, "x");
    assert_string_equal(workspace_errors(ws),
                        "3:5 E0432 unresolved import `a::nam`\n"
                        "4:5 E0432 unresolved import `nothing`\n"
                        "5:5 E0432 unresolved import `c1::X`\n"
                        "5:29 E0432 unresolved import `crate::c2::X`\n"
                        "6:15 E0428 the name `twice` is defined multiple times\n"
                        "7:24 E0255 the name `twice2` is defined multiple times\n"
                        "8:5 E0433 too many leading `super` keywords\n");
    assert_non_null(
        strstr(workspace_diagnostics(ws),
               "  help: a similar name exists in the module\n    src/lib.rs:3:8: `name`\n"));
    workspace_free(ws);
}

static void macros_make_items(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws = one_file(
        "mod before { use crate::made::f; early!(); }\n"
        "macro_rules! make { ($n:ident) => { pub mod $n { pub fn f() {} } use self::$n::f as "
        "from_macro; } }\n"
        "make!(made);\n"
        "macro_rules! early { () => {} }\n"
        "mod after { early!(); inner_only!(); }\n"
        "mod inner { macro_rules! inner_only { () => {} } }\n"
        "#[macro_use] mod exports { macro_rules! outer { () => { pub fn by_outer() {} } } }\n"
        "outer!();\n"
        "macro_rules! exported { () => { pub fn by_exported() {} } }\n"
        "use exported as renamed;\nrenamed!();\n",
        &crate);
    EXPECT("from_macro", "v:made::f ");
    EXPECT("by_outer", "v:by_outer ");
    EXPECT("by_exported", "v:by_exported ");
    assert_string_equal(workspace_errors(ws),
                        "2:34 cannot find macro `early` in this scope\n"
                        "6:23 cannot find macro `inner_only` in this scope\n");
    workspace_free(ws);
}

static void macros_of_other_crates(void **state)
{
    (void)state;
    TestWorkspace *ws = workspace_new();
    workspace_file(ws, "src/lib.rs",
                   "#![feature(no_core)]#![no_core]\n#[macro_use] extern crate "
                   "mini;\nmake!(one);\nmini::make!(two);\nprivate!();\n");
    workspace_file(
        ws, "mini.rs",
        "#![feature(no_core)]#![no_core]\npub fn helper() {}\n"
        "#[macro_export] macro_rules! make { ($n:ident) => { use $crate::helper as $n; } }\n"
        "macro_rules! private { () => {} }\n");
    workspace_crate(ws, "mini", "mini.rs", EDITION_2021, NULL);
    const char *const dependencies[] = { "mini", NULL };
    DefId crate = workspace_crate(ws, "app", "src/lib.rs", EDITION_2021, dependencies);
    EXPECT("one", "v:helper ");
    EXPECT("two", "v:helper ");
    assert_string_equal(workspace_errors(ws), "5:1 cannot find macro `private` in this scope\n");
    workspace_free(ws);
}

static void cfg_decides_what_is_there(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws = one_file("#[cfg(unix)] fn on_unix() {}\n"
                                 "#[cfg(all(not(unix), feature = \"x\"))] fn with_x() {}\n"
                                 "enum E { #[cfg(unix)] U, V }\n",
                                 &crate);
    EXPECT("on_unix", "");
    EXPECT("E::U", "");
    const char *const unix_cfgs[] = { "unix", NULL };
    workspace_set_cfgs(ws, crate, unix_cfgs);
    EXPECT("on_unix", "v:on_unix ");
    EXPECT("E::U", "t:E::U v:E::U::{constructor#0} ");
    const char *const x_cfgs[] = { "feature=\"x\"", NULL };
    workspace_set_cfgs(ws, crate, x_cfgs);
    EXPECT("with_x", "v:with_x ");
    workspace_free(ws);
}

/* ---- order ---- */

static const char *const pieces[] = {
    "mod a { pub use crate::b::*; pub fn only_a() {} }\n",
    "mod b { pub use crate::c::deep as d; pub use crate::e::*; pub fn f() {} }\n",
    "mod c { pub mod deep { pub fn bottom() {} } pub use super::a::only_a; }\n",
    "mod e { pub use crate::a::f as back; pub fn both() {} }\n",
    "use a::*;\n",
    "use c::only_a as z;\n",
    "fn both() {}\n",
    "use self::d::bottom;\n",
    "use b::{back as b2, missing};\n",
};

static const char *const questions[] = { "f",      "d",  "d::bottom", "only_a",  "z",      "both",
                                         "bottom", "b2", "back",      "a::back", "missing" };

static const char *answers(const uint32_t *order, Arena *keep, const char **errors)
{
    Text source, all;
    text_init(&source, keep);
    text_init(&all, keep);
    for (size_t i = 0; i < ARRAY_COUNT(pieces); i++)
        text_add_c(&source, pieces[order[i]]);
    DefId crate;
    TestWorkspace *ws = one_file(source.data, &crate);
    for (size_t i = 0; i < ARRAY_COUNT(questions); i++)
        text_addf(&all, "%s %s\n", questions[i], meaning(ws, crate, questions[i]));
    const char *found = workspace_errors(ws);
    *errors = arena_copy_str(keep, str_from_c(strchr(found, 'E') ? strchr(found, 'E') : ""));
    workspace_free(ws);
    return all.data;
}

static void the_order_of_items_does_not_matter(void **state)
{
    (void)state;
    Arena *keep = arena_new(NULL);
    uint32_t order[ARRAY_COUNT(pieces)];
    for (uint32_t i = 0; i < ARRAY_COUNT(pieces); i++)
        order[i] = i;
    const char *errors, *first_errors;
    const char *first = answers(order, keep, &first_errors);
    assert_string_equal(first_errors, "E0432 unresolved import `b::missing`\n");
    assert_non_null(strstr(first, "b2 v:b::f \n"));
    uint64_t seed = 12345;
    for (int round = 0; round < 60; round++) {
        for (uint32_t i = ARRAY_COUNT(pieces) - 1; i > 0; i--) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            uint32_t k = (uint32_t)(seed >> 33) % (i + 1), t = order[i];
            order[i] = order[k];
            order[k] = t;
        }
        assert_string_equal(answers(order, keep, &errors), first);
        assert_string_equal(errors, first_errors);
    }
    arena_free(keep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_and_imports),
        cmocka_unit_test(globs_are_shadowed_and_may_be_ambiguous),
        cmocka_unit_test(many_globs_to_the_same_place),
        cmocka_unit_test(rings_of_globs),
        cmocka_unit_test(module_files_are_found),
        cmocka_unit_test(module_file_mistakes),
        cmocka_unit_test(crates_and_preludes),
        cmocka_unit_test(edition_2015_paths_begin_at_the_root),
        cmocka_unit_test(visibility),
        cmocka_unit_test(import_mistakes),
        cmocka_unit_test(macros_make_items),
        cmocka_unit_test(macros_of_other_crates),
        cmocka_unit_test(cfg_decides_what_is_there),
        cmocka_unit_test(the_order_of_items_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
