/* macro_rules: what matches, what comes out, what is reported. Calls are expressions of a function,
 * expanded by lowering it. */
#include "expand/expand.h"
#include "lower/lower.h"
#include "unit/support/support.h"
#include "unit/unit.h"

typedef struct {
    DefId crate;
    Text out; /* expansions, a line each, in the order of the calls in the functions' bodies */
} Run;

static void print_tokens(Job *job, const TokenRun *run, Text *out)
{
    for (uint32_t i = 0; i < run->count; i++) {
        if (i > 0)
            text_add_char(out, ' ');
        if (run->tokens[i].kind == TOKEN_OPEN_FRAGMENT)
            text_addf(out, "<%s:", ast_fragment_text((AstFragment)run->tokens[i].flags));
        else if (run->tokens[i].kind == TOKEN_CLOSE_FRAGMENT)
            text_add_char(out, '>');
        else
            token_text(job_interners(job), run->tokens[i], out);
    }
    text_add_char(out, '\n');
}

/* Each call of a body that is not inside another macro's expansion, by the macro's bare name. */
static void expand_calls(Job *job, Run *run, DefId body)
{
    Interners *in = job_interners(job);
    ItemId item = q_def_item(job, body)->item;
    const CallSites *sites = q_call_sites(job, item);
    const Ast *ast = q_body_ast(job, item);
    for (uint32_t i = sites->first[ANCHOR_BODY]; i < sites->count; i++) {
        const AstMacroCall *call = &ast->macro_calls[i - sites->first[ANCHOR_BODY] + 1];
        const AstPath *path = &ast->paths[call->path.v];
        SymId name = ast->segments[ast_list_at(ast, path->segments, 0)].name.name;
        const MacroName *macro = q_macro_name(job, (MacroNameKey){ body, name });
        CallId id =
            expand_call(in, item, &sites->sites[i], macro->item, macro->crate, AST_FRAGMENT_EXPR);
        const Expansion *expansion = q_expansion(job, id);
        if (expansion->is_error)
            text_add_c(&run->out, "error\n");
        else
            print_tokens(job, &expansion->run, &run->out);
    }
}

static void run_all(Job *job, void *argument)
{
    Run *run = argument;
    const DefList *bodies = q_crate_bodies(job, run->crate);
    for (uint32_t i = 0; i < bodies->count; i++) {
        expand_calls(job, run, bodies->items[i]);
        q_hir_body_demand(job, bodies->items[i]);
    }
}

static TestWorkspace *ws;

/* Macros, then calls, separated by commas. */
static const char *expand(const char *macros, const char *calls)
{
    if (ws)
        workspace_free(ws);
    ws = workspace_new();
    workspace_file(ws, "src/lib.rs",
                   arena_printf(workspace_arena(ws),
                                "#![feature(no_core)]#![no_core]\n%s\nfn f() {(%s); }\n", macros,
                                calls));
    Run run = { .crate = workspace_crate(ws, "app", "src/lib.rs", EDITION_2021, NULL) };
    text_init(&run.out, workspace_arena(ws));
    workspace_run(ws, run_all, &run);
    return run.out.data ? run.out.data : "";
}

static void lower_all(Job *job, void *argument)
{
    const DefList *bodies = q_crate_bodies(job, *(DefId *)argument);
    for (uint32_t i = 0; i < bodies->count; i++)
        q_hir_body_demand(job, bodies->items[i]);
}

/* Macros, then the body of a function on lines of its own. */
static void statements(const char *macros, const char *body)
{
    if (ws)
        workspace_free(ws);
    ws = workspace_new();
    workspace_file(ws, "src/lib.rs",
                   arena_printf(workspace_arena(ws),
                                "#![feature(no_core)]#![no_core]\n%sfn f() {\n%s\n}\n", macros,
                                body));
    DefId crate = workspace_crate(ws, "app", "src/lib.rs", EDITION_2021, NULL);
    workspace_run(ws, lower_all, &crate);
}

static void fragments_come_out_whole(void **state)
{
    (void)state;
    assert_string_equal(expand("macro_rules! m { ($e:expr, $i:ident, $t:ty, $l:lifetime, $x:tt, "
                               "$p:pat, $b:block, $s:literal) "
                               "=> { ($e * $i as $t $l $x $p $b $s) } }",
                               "m!(1 + 2, x, &'a [u8], 'a, {y z}, Some(_) | 1, { 0 }, -3)"),
                        "( <expr: 1 + 2 > * x as <ty: & 'a [ u8 ] > 'a { y z } <pat: Some ( _ ) | "
                        "1 > <block: { 0 } > "
                        "<literal: - 3 > )\n");
    assert_string_equal(expand("macro_rules! outer { ($e:expr) => { inner!($e) } } macro_rules! "
                               "inner { ($e:expr) => { $e } }",
                               "outer!(1 + 1)"),
                        "inner ! ( <expr: 1 + 1 > )\n");
    assert_string_equal(workspace_errors(ws), "");
}

static void repetitions(void **state)
{
    (void)state;
    const char *m =
        "macro_rules! m { ($($n:ident = $($v:expr),+);* $(;)?) => { [$( ($n, [$($v),+]) )|*] } }";
    assert_string_equal(expand(m, "m!(a = 1, 2; b = 3;)"),
                        "[ ( a , [ <expr: 1 > , <expr: 2 > ] ) | ( b , [ <expr: 3 > ] ) ]\n");
    assert_string_equal(expand(m, "m!()"), "[ ]\n");
    assert_string_equal(expand("macro_rules! m { ($a:ident $(, $b:ident)?) => { $a $(+ $b)? } }",
                               "m!(x), m!(x, y)"),
                        "x\nx + y\n");
    assert_string_equal(
        expand("macro_rules! m { ($k:expr; $($a:tt)*) => { [$(($a $k)),*] } }", "m!(4; 1 (2 3))"),
        "[ ( 1 <expr: 4 > ) , ( ( 2 3 ) <expr: 4 > ) ]\n");
}

static void the_first_rule_that_matches_is_taken(void **state)
{
    (void)state;
    const char *m = "macro_rules! m { (a) => { 1 }; ($i:ident) => { 2 }; ($e:expr) => { 3 }; "
                    "($($t:tt)*) => { 4 } }";
    assert_string_equal(expand(m, "m!(a), m!(b), m!(1), m!(=>)"), "1\n2\n3\n4\n");
}

static void calls_that_match_nothing(void **state)
{
    (void)state;
    expand("macro_rules! m { ($a:ident, $b:expr) => {}; (x $y:ident) => {} }",
           "m!(a b), m!(a,), m!(x 1), m!()");
    assert_string_equal(
        workspace_diagnostics(ws),
        "src/lib.rs:3:15: error: no rules expected `b`\n"
        "  src/lib.rs:3:15: no rules expected this token in macro call\n"
        "  src/lib.rs:2:1: when calling this macro\n"
        "  src/lib.rs:2:27: note: while trying to match `,`\n"
        "src/lib.rs:3:24: error: unexpected end of macro invocation\n"
        "  src/lib.rs:3:24: missing tokens in macro arguments\n"
        "  src/lib.rs:2:1: when calling this macro\n"
        "  src/lib.rs:2:29: note: while trying to match meta-variable `$b:expr`\n"
        "src/lib.rs:3:32: error: no rules expected `1`\n"
        "  src/lib.rs:3:32: no rules expected this token in macro call\n"
        "  src/lib.rs:2:1: when calling this macro\n"
        "  src/lib.rs:2:27: note: while trying to match `,`\n"
        "src/lib.rs:3:36: error: unexpected end of macro invocation\n"
        "  src/lib.rs:3:36: missing tokens in macro arguments\n"
        "  src/lib.rs:2:1: when calling this macro\n"
        "  src/lib.rs:2:19: note: while trying to match meta-variable `$a:ident`\n");
}

static void definitions_are_checked(void **state)
{
    (void)state;
    expand("macro_rules! a { ($x:foo) => {}; }\nmacro_rules! b { ($x) => {}; }\nmacro_rules! c { "
           "($x:tt $x:tt) => {}; }\n"
           "macro_rules! d { ($($x:expr)) => {}; }\nmacro_rules! e { ($()*) => {}; }\nmacro_rules! "
           "g { }\n"
           "macro_rules! h { foo => {} }\nmacro_rules! i { ($x:expr) }\nmacro_rules! k { ($x:expr) "
           "=> {} ($y:expr) => {} }\n",
           "a!(1), b!(), c!(), d!(), e!(), g!(), h!(), i!(), k!()");
    assert_string_equal(
        workspace_errors(ws),
        "2:19 invalid fragment specifier `foo`\n"
        "3:19 missing fragment specifier\n"
        "4:25 duplicate matcher binding\n"
        "5:20 expected one of: `*`, `+`, or `?`\n"
        "6:20 repetition matches empty token tree\n"
        "7:1 macros must contain at least one rule\n"
        "8:18 invalid macro matcher; matchers must be contained in balanced delimiters\n"
        "9:27 expected `=>`, found end of macro arguments\n"
        "10:34 expected `;`, found `(`\n");
}

static void transcriptions_are_checked(void **state)
{
    (void)state;
    assert_string_equal(
        expand("macro_rules! a { ($($x:expr),* ; $($y:expr),*) => { ($($x + $y),*) } }\n"
               "macro_rules! b { ($($x:expr),*) => { $x } }\nmacro_rules! c { ($x:expr) => { "
               "$($x)* } }\n",
               "a!(1, 2; 3), b!(1), c!(1)"),
        "error\nerror\nerror\n");
    assert_string_equal(workspace_errors(ws),
                        "2:55 meta-variable `x` repeats 2 times, but `y` repeats 1 time\n"
                        "3:38 variable `x` is still repeating at this depth\n"
                        "4:34 attempted to repeat an expression containing no syntax variables "
                        "matched as repeating at "
                        "this depth\n");
}

static void recursion_is_bounded(void **state)
{
    (void)state;
    expand("macro_rules! again { ($($t:tt)*) => { again!($($t)* x) } }", "again!()");
    assert_string_equal(workspace_errors(ws),
                        "2:39 recursion limit reached while expanding `again!`\n");
    expand("macro_rules! count { () => { 0 }; ($h:tt $($t:tt)*) => { 1 + count!($($t)*) } }",
           "count!(a b c d e f)");
    assert_string_equal(workspace_errors(ws), "");
}

static void ambiguity_is_an_error(void **state)
{
    (void)state;
    expand("macro_rules! m { ($($a:ident)* $b:ident) => {} }", "m!(x y)");
    assert_string_equal(workspace_errors(ws),
                        "3:13 local ambiguity when calling macro `m`: multiple parsing options: "
                        "built-in NTs ident ('a') or ident ('b').\n");
}

static void equal_calls_are_told_apart(void **state)
{
    (void)state;
    assert_string_equal(
        expand("macro_rules! m { ($e:expr) => { { let v = $e; v } } }", "m!(1), m!(1), m!(m!(1))"),
        "{ let v = <expr: 1 > ; v }\n{ let v = <expr: 1 > ; v }\n{ let v = <expr: m ! ( 1 ) > ; v "
        "}\n");
    assert_string_equal(workspace_errors(ws), "");
}

static void local_names_are_hygienic(void **state)
{
    (void)state;
    statements(
        "macro_rules! using_a { ($e:expr) => { { let a = 42; $e } } }\nmacro_rules! hides { () => "
        "{ let hidden = 1; } }\n"
        "macro_rules! names { ($n:ident) => { let $n = 1; } }\nmacro_rules! in_loop { ($b:block) "
        "=> { 'x: loop { $b break 'x; } } }\n",
        "using_a!(a * 2);\nhides!(); hidden;\nnames!(seen); seen;\nin_loop!({ break 'x; });");
    assert_string_equal(workspace_errors(ws),
                        "7:10 E0425 cannot find value `a` in this scope\n"
                        "8:11 E0425 cannot find value `hidden` in this scope\n"
                        "10:18 E0426 use of undeclared label `'x`\n");
}

static int release(void **state)
{
    (void)state;
    if (ws)
        workspace_free(ws);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fragments_come_out_whole),
        cmocka_unit_test(repetitions),
        cmocka_unit_test(the_first_rule_that_matches_is_taken),
        cmocka_unit_test(calls_that_match_nothing),
        cmocka_unit_test(definitions_are_checked),
        cmocka_unit_test(transcriptions_are_checked),
        cmocka_unit_test(recursion_is_bounded),
        cmocka_unit_test(ambiguity_is_an_error),
        cmocka_unit_test(equal_calls_are_told_apart),
        cmocka_unit_test(local_names_are_hygienic),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
