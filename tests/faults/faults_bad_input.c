/* Input that no compiler wants. Each gives exactly one clear error and exit code 101; nothing
 * crashes, the daemon goes on with the same processes, and the repaired program builds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/harness_files.h"
#include "support/product.h"

/* What nests LEGAL deep is not too deep for the parser: all later stages see it. */
enum { DEEP = 100000, LEGAL = 1400, LONG_LINE = 100 << 20, SAID_BYTES_MAX = 256 << 10 };

static void write_main(Product *p, Str text)
{
    Text whole;
    text_init(&whole, NULL);
    text_add_c(&whole, PRODUCT_HEAD);
    text_add(&whole, text);
    harness_write(p->package, "src/main.rs", text_str(&whole));
    text_release(&whole);
}

/* ---- what is expected
 * ------------------------------------------------------------------------------------- */

/* Lines that begin an error, the closing summaries apart. */
static uint32_t count_errors(Str err)
{
    uint32_t count = 0;
    for (size_t start = 0; start < err.bytes;) {
        Str line = { err.data + start, err.bytes - start };
        const char *end = memchr(line.data, '\n', line.bytes);
        line.bytes = end ? (size_t)(end - line.data) : line.bytes;
        bool is_error =
            str_starts_with(line, STR("error:")) || str_starts_with(line, STR("error["));
        bool is_summary = str_starts_with(line, STR("error: could not compile")) ||
                          str_starts_with(line, STR("error: aborting due to"));
        count += is_error && !is_summary;
        start += line.bytes + 1;
    }
    return count;
}

typedef struct {
    pid_t supervisor, engine;
} Alive;

static Alive who_is_alive(Product *p)
{
    return (Alive){ product_process(p, ROLE_SUPERVISOR), product_process(p, ROLE_ENGINE) };
}

/* The daemon runs, with the same processes as before. */
static Alive begin(Product *p)
{
    product_write_sample(p, 11);
    product_expect_run(p, "run", 0, "11\n");
    return who_is_alive(p);
}

static void end(Product *p, Alive before)
{
    Alive now = who_is_alive(p);
    if (now.supervisor != before.supervisor || now.engine != before.engine || !now.engine)
        product_fail(p, "supervisor %d and engine %d were %d and %d before", (int)now.supervisor,
                     (int)now.engine, (int)before.supervisor, (int)before.engine);
    product_write_sample(p, 22);
    product_expect_run(p, "run", 0, "22\n");
}

/* The command fails with one error that contains the text. */
static void expect_one_error_of(Product *p, const char *words, const char *text)
{
    Arena *arena = arena_new(NULL);
    RunResult result = product_run(p, arena, words);
    Str shown = { result.err.data, result.err.bytes < 2000 ? result.err.bytes : 2000 };
    if (result.exit_code != 101 || count_errors(result.err) != 1 || !contains(result.err, text))
        product_fail(p,
                     "expected one error with `%s` and exit code 101; `rscc %s` gave exit code %d, "
                     "%u errors:\n%.*s",
                     text, words, result.exit_code, count_errors(result.err), (int)shown.bytes,
                     shown.data);
    if (result.err.bytes > SAID_BYTES_MAX)
        product_fail(p, "the message has %zu bytes", result.err.bytes);
    arena_free(arena);
}

static void expect_one_error(Product *p, const char *text)
{
    expect_one_error_of(p, "build", text);
}

/* Programs, each with what is said of it. */
static void expect_refused(Product *p, const char *const programs[][2], size_t count)
{
    Alive alive = begin(p);
    for (size_t i = 0; i < count; i++) {
        write_main(p, str_from_c(programs[i][0]));
        expect_one_error(p, programs[i][1]);
    }
    end(p, alive);
}

/* ---- files
 * -------------------------------------------------------------------------------------------------
 */

static void no_such_file(Product *p)
{
    Alive alive = begin(p);
    must(unlink(product_path(p, "src/a.rs")) == 0, "unlink");
    expect_one_error(p, "error[E0583]: file not found for module `a`");
    end(p, alive);
    must(unlink(product_path(p, "src/main.rs")) == 0, "unlink");
    expect_one_error(p, "error: ");
    expect_one_error_of(p, "build --manifest-path nowhere/Cargo.toml", "nowhere");
    end(p, alive);
}

static void file_of_rustc_mode_is_missing(Product *p)
{
    Arena *arena = arena_new(NULL);
    Alive alive = begin(p);
    RunResult result = product_run(p, arena, "rustc nowhere.rs");
    if (result.exit_code != 1 || count_errors(result.err) != 1 ||
        !contains(result.err, "nowhere.rs"))
        product_fail(p, "exit code %d and:\n%.*s", result.exit_code, (int)result.err.bytes,
                     result.err.data);
    end(p, alive);
    arena_free(arena);
}

/* Without an extension the output's name is the source's. */
static void output_over_the_source(Product *p)
{
    static const char *const commands[] = { "rustc same.rs -o same.rs", "rustc same",
                                            "rustc same.rs --emit asm=../app/same.rs" };
    const char *text = PRODUCT_HEAD "fn main() {}\n";
    Arena *arena = arena_new(NULL);
    Alive alive = begin(p);
    product_write(p, "same.rs", text);
    product_write(p, "same", text);
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++) {
        const char *words = arena_printf(
            arena, "%s --edition 2021 --extern minicore=../minicore/src/lib.rs", commands[i]);
        RunResult result = product_run(p, arena, words);
        if (result.exit_code != 1 || !contains(result.err, "would be overwritten"))
            product_fail(p, "%s: exit code %d and:\n%.*s", words, result.exit_code,
                         (int)result.err.bytes, result.err.data);
    }
    if (strcmp(arena_copy_str(arena, harness_read(p->package, "same.rs", arena)), text) != 0 ||
        strcmp(arena_copy_str(arena, harness_read(p->package, "same", arena)), text) != 0)
        product_fail(p, "a source was overwritten");
    end(p, alive);
    arena_free(arena);
}

/* `#[path]` may leave the package and the workspace; where it leads has nothing to do with names in
 * the workspace. */
static void module_paths_lead_anywhere(Product *p)
{
    Arena *arena = arena_new(NULL);
    Alive alive = begin(p);
    const char *outside = arena_printf(arena, "%s/outside.rs", p->directory);
    product_write(p, "outside.rs", "pub fn value() -> i32 {\n    wrong\n}\n");
    product_write(p, "../outside.rs", "pub fn value() -> i32 {\n    1\n}\n");
    const char *const paths[] = { "../../outside.rs", outside };
    for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
        write_main(
            p, str_from_c(arena_printf(
                   arena, "#[path = \"%s\"]\nmod outside;\nfn main() {\n    outside::value();\n}\n",
                   paths[i])));
        RunResult result = product_run(p, arena, "build");
        if (result.exit_code != 0)
            product_fail(p, "%s: exit code %d and:\n%.*s", paths[i], result.exit_code,
                         (int)result.err.bytes, result.err.data);
    }
    end(p, alive);
    arena_free(arena);
}

/* Tests may run as root, who may read everything; a directory in the place of a file cannot be read
 * by anybody. */
static void unreadable_file(Product *p)
{
    Alive alive = begin(p);
    const char *path = product_path(p, "src/a.rs");
    must(unlink(path) == 0 && mkdir(path, 0755) == 0, path);
    expect_one_error(p, "couldn't read `src/a.rs`: Is a directory (os error 21)");
    must(rmdir(path) == 0 && symlink("nowhere", path) == 0, path);
    expect_one_error(p, "error");
    must(unlink(path) == 0 && symlink("a.rs", path) == 0, path);
    expect_one_error(p,
                     "couldn't read `src/a.rs`: Too many levels of symbolic links (os error 40)");
    must(unlink(path) == 0 && mkdir(path, 0755) == 0, path);
    expect_one_error(p, "couldn't read `src/a.rs`: Is a directory (os error 21)");
    must(rmdir(path) == 0 && mkfifo(path, 0644) == 0, path);
    expect_one_error(p, "couldn't read `src/a.rs`: it is not a regular file");
    must(unlink(path) == 0, path);
    end(p, alive);
}

static void invalid_utf8(Product *p)
{
    Alive alive = begin(p);
    harness_write(p->package, "src/a.rs", STR("pub fn value() -> i32 {\n    1 // \xff\xfe\n}\n"));
    expect_one_error(p, "src/a.rs");
    harness_write(p->package, "src/main.rs", STR("\xc3\x28"));
    expect_one_error(p, "src/main.rs");
    end(p, alive);
}

static void empty_and_binary_files(Product *p)
{
    Alive alive = begin(p);
    write_main(p, STR(""));
    expect_one_error(p, "error[E0601]");
    harness_write(p->package, "src/a.rs", (Str){ "pub fn value() -> i32 { 1 }\n\0\0\0", 31 });
    product_write(p, "src/main.rs", product_main);
    Arena *arena = arena_new(NULL);
    RunResult result = product_run(p, arena, "build");
    if (result.exit_code != 101 || count_errors(result.err) < 1)
        product_fail(p, "zero bytes: exit code %d and:\n%.*s", result.exit_code,
                     (int)result.err.bytes, result.err.data);
    arena_free(arena);
    end(p, alive);
}

static void manifest_errors(Product *p)
{
    static const char *const manifests[][2] = {
        { "[package\nname = \"app\"\n", "Cargo.toml" },
        { "[package]\nversion = \"0.1.0\"\n", "name" },
        { "[package]\nname = \"app\"\nedition = \"1066\"\n", "1066" },
        { "[package]\nname = 7\n", "name" },
        { "", "Cargo.toml" },
        { "[package]\nname = \"app\"\nedition = \"2021\"\n[dependencies]\nminicore = { path = "
          "\"../nowhere\" }\n",
          "nowhere" },
        { "[package]\nname = \"app\"\nedition = \"2021\"\n[dependencies]\nserde = \"1\"\n",
          "serde" },
        { "[package]\nname = \"app\"\nedition = \"2021\"\n[[bin]]\nname = \"app\"\npath = "
          "\"src/nowhere.rs\"\n",
          "nowhere" },
        { "[package]\nname = \"app\"\nedition = \"2021\"\n[dependencies]\napp = { path = \".\" }\n",
          "app" },
    };
    Alive alive = begin(p);
    Arena *arena = arena_new(NULL);
    const char *good = arena_copy_str(arena, harness_read(p->package, "Cargo.toml", arena));
    for (size_t i = 0; i < ARRAY_COUNT(manifests); i++) {
        product_write(p, "Cargo.toml", manifests[i][0]);
        expect_one_error(p, manifests[i][1]);
    }
    harness_write(p->package, "Cargo.toml", STR("[package]\nname = \"\xff\"\n"));
    expect_one_error(p, "Cargo.toml");
    product_write(p, "Cargo.toml", good);
    end(p, alive);
    arena_free(arena);
}

/* ---- sizes
 * --------------------------------------------------------------------------------------------------
 */

static Str repeated(Arena *arena, const char *before, char c, size_t count, const char *after)
{
    Text text;
    text_init(&text, arena);
    text_add_c(&text, before);
    text_add_repeat(&text, c, count);
    text_add_c(&text, after);
    return text_str(&text);
}

static void long_line(Product *p)
{
    Alive alive = begin(p);
    Arena *arena = arena_new(NULL);
    write_main(p, repeated(arena, "fn main() { let x = ", 'x', LONG_LINE, "; }\n"));
    expect_one_error(p, "error[E0425]");
    write_main(p, repeated(arena, "fn main() { let x = \"", 'x', LONG_LINE, ""));
    expect_one_error(p, "error[E0765]");
    write_main(p, repeated(arena, "fn main() {} //", 'x', LONG_LINE, "\n"));
    RunResult result = product_run(p, arena, "build");
    product_expect(p, &result, 0, "");
    end(p, alive);
    arena_free(arena);
}

static void too_large_file(Product *p)
{
    Alive alive = begin(p);
    const char *path = product_path(p, "src/a.rs");
    must(truncate(path, (off_t)5 << 30) == 0, path); /* sparse */
    expect_one_error(p, "src/a.rs");
    end(p, alive);
}

/* ---- depth
 * -------------------------------------------------------------------------------------------------
 */

static Str nested(Arena *arena, const char *const *shape, int depth)
{
    Text text;
    text_init(&text, arena);
    text_add_c(&text, shape[1]);
    for (int i = 0; i < depth; i++)
        text_add_c(&text, shape[2]);
    text_add_c(&text, shape[3]);
    for (int i = 0; i < depth; i++)
        text_add_c(&text, shape[4]);
    text_add_c(&text, shape[5]);
    return text_str(&text);
}

/* Name, before, what opens, the middle, what closes, after. */
static const char *const deep_shapes[][6] = {
    { "parentheses", "fn main() { let x = ", "(", "1", ")", "; }\n" },
    { "blocks", "fn main() ", "{", "", "}", "\n" },
    { "arrays", "fn main() { let x = ", "[", "1", "]", "; }\n" },
    { "repeated arrays", "fn main() { let x = ", "[", "1", "; 1]", "; }\n" },
    { "unclosed", "fn main() { let x = ", "(", "", "", "" },
    { "unclosed of all kinds", "fn main() { let x = ", "([{", "", "", "" },
    { "unopened", "fn main() { let x = ", "", "1", ")", "; }\n" },
    { "tuples", "fn main() { let x = ", "(", "1", ",)", "; }\n" },
    { "tuple types", "fn f(x: ", "(", "i32", ",)", ") {}\nfn main() {}\n" },
    { "reference types", "fn f(x: ", "&", "i32", "", ") {}\nfn main() {}\n" },
    { "pointer types", "fn f(x: ", "*const ", "i32", "", ") {}\nfn main() {}\n" },
    { "array types", "fn f(x: ", "[", "i32", "; 1]", ") {}\nfn main() {}\n" },
    { "function pointer types", "fn f(x: ", "fn(", "i32", ")", ") {}\nfn main() {}\n" },
    { "qualified paths", "fn f(x: ", "<", "i32", " as A>::B", ") {}\nfn main() {}\n" },
    { "generic arguments", "struct S<T> { t: T }\nfn f(x: ", "S<", "i32", ">",
      ") {}\nfn main() {}\n" },
    { "generic arguments in a body", "struct S<T> { t: T }\nfn main() { let x: ", "S<", "i32", ">",
      "; }\n" },
    { "constant arguments", "struct S<const N: usize> {}\nfn f(x: ", "S<{ ", "1", " }>",
      ") {}\nfn main() {}\n" },
    { "bounds", "trait A<T> {}\nfn f<T: ", "A<", "i32", ">", ">() {}\nfn main() {}\n" },
    { "impl headers", "trait A {}\nimpl A for ", "&", "i32", "", " {}\nfn main() {}\n" },
    { "negation", "fn main() { let x = ", "- ", "1", "", "; }\n" },
    { "not", "fn main() { let x = ", "!", "true", "", "; }\n" },
    { "borrows", "fn main() { let x = ", "&", "1", "", "; }\n" },
    { "dereferences", "fn main() { let x = ", "*", "1", "", "; }\n" },
    { "calls", "fn f(x: i32) -> i32 { x }\nfn main() { let x = ", "f(", "1", ")", "; }\n" },
    { "method arguments",
      "struct S;\nimpl S { fn f(&self, x: i32) -> i32 { x } }\nfn main() { let x = ", "S.f(", "1",
      ")", "; }\n" },
    { "indexes", "fn main() { let a = [0usize]; let x = ", "a[", "0", "]", "; }\n" },
    { "structs", "struct S<T> { s: T }\nfn main() { let x = ", "S { s: ", "1", " }", "; }\n" },
    { "closures", "fn main() { let x = ", "|| ", "1", "", "; }\n" },
    { "returns", "fn main() { ", "return ", "", "", "; }\n" },
    { "breaks", "fn main() { loop { ", "break ", "", "", "; } }\n" },
    { "arms", "fn main() { ", "match 1 { _ => ", "()", " }", " }\n" },
    { "scrutinees", "fn main() { ", "match ", "1", " { x => x }", "; }\n" },
    { "guards", "fn main() { ", "match 1 { _ if ", "true", " => {} _ => {} }", "; }\n" },
    { "ifs", "fn main() { ", "if true {", "", "}", " }\n" },
    { "conditions", "fn main() { if ", "if ", "true", " { true } else { false }", " {} }\n" },
    { "whiles", "fn main() { ", "while true {", "", "}", " }\n" },
    { "loops", "fn main() { ", "loop {", "", "}", " }\n" },
    { "labels", "fn main() { ", "'a: {", "", "}", " }\n" },
    { "unsafe blocks", "fn main() { ", "unsafe {", "", "}", " }\n" },
    { "let", "fn main() { ", "let x = { ", "1", " };", " }\n" },
    { "let else", "fn main() { ", "let 1 = 1 else { ", "return", " };", " }\n" },
    { "assignments", "fn main() { let x; ", "x = ", "()", "", "; }\n" },
    { "sums to the right", "fn main() { let x = ", "1 + (", "1", ")", "; }\n" },
    { "patterns", "fn main() { let ", "(", "x", ",)", " = 1; }\n" },
    { "reference patterns", "fn main() { let ", "&", "x", "", " = 1; }\n" },
    { "slice patterns", "fn main() { let ", "[", "x", "]", " = 1; }\n" },
    { "struct patterns", "struct S { s: i32 }\nfn main() { let ", "S { s: ", "x", " }",
      " = 1; }\n" },
    { "or patterns", "fn main() { let ", "(1 | ", "2", ")", " = 1; }\n" },
    { "modules", "", "mod m {", "", "}", "\nfn main() {}\n" },
    { "functions", "", "fn main() {", "", "}", "\n" },
    { "constants", "", "const A: () = {", "", "};", "\nfn main() {}\n" },
    { "use trees", "use ", "a::{", "b", "}", ";\nfn main() {}\n" },
    { "cfg", "#[cfg(", "not(", "a", ")", ")]\nfn main() {}\n" },
    { "comments", "", "/*", "", "", "\nfn main() {}\n" },
    { "macro input", "macro_rules! m { ($e:expr) => { $e } }\nfn main() { let x = m!(", "(", "1",
      ")", "); }\n" },
    { "macro body", "macro_rules! m { () => {", "(", "1", ")",
      "} }\nfn main() { let x = m!(); }\n" },
    { "macro pattern", "macro_rules! m { (", "(", "", ")", ") => {} }\nfn main() { m!(); }\n" },
};

static void deep_nesting(Product *p)
{
    Alive alive = begin(p);
    for (size_t i = 0; i < ARRAY_COUNT(deep_shapes); i++) {
        Arena *arena = arena_new(NULL);
        uint32_t before = p->failures;
        write_main(p, nested(arena, deep_shapes[i], DEEP));
        expect_one_error(p, "error");
        if (p->failures > before || p->verbose)
            printf("  (%s)\n", deep_shapes[i][0]);
        arena_free(arena);
    }
    end(p, alive);
}

/* Whatever the program is: it compiles or has errors, and the compiler lives. */
static void deep_nesting_in_later_stages(Product *p)
{
    Alive alive = begin(p);
    for (size_t i = 0; i < ARRAY_COUNT(deep_shapes); i++) {
        Arena *arena = arena_new(NULL);
        write_main(p, nested(arena, deep_shapes[i], LEGAL));
        RunResult result = product_run(p, arena, "build");
        uint32_t errors = count_errors(result.err);
        Str shown = { result.err.data, result.err.bytes < 1000 ? result.err.bytes : 1000 };
        if (result.exit_code == 0 ? errors > 0 : result.exit_code != 101 || errors == 0)
            product_fail(p, "%s: exit code %d, %u errors:\n%.*s", deep_shapes[i][0],
                         result.exit_code, errors, (int)shown.bytes, shown.data);
        arena_free(arena);
    }
    end(p, alive);
}

/* What a parser handles in a loop may be that long, but later stages then meet a deep tree: either
 * all goes well or there is one error. */
static void long_chains(Product *p)
{
    static const char *const shapes[][6] = {
        { "sum", "fn main() { let x = 1", " + 1", "", "", "; }\n" },
        { "else if", "fn main() { if false {}", " else if false {}", "", "", " }\n" },
        { "methods",
          "struct S { s: i32 }\nimpl S { fn f(self) -> S { self } }\nfn main() { let x = S { s: 1 "
          "}",
          ".f()", "", "", "; }\n" },
        { "casts", "fn main() { let x = 1", " as i32", "", "", "; }\n" },
        { "statements", "fn main() { let x = 1;", " let x = x;", "", "", " }\n" },
        { "assignments", "fn main() { let mut x = (); x", " = x", "", "", "; }\n" },
        { "items", "fn main() {}\n", "const _: i32 = 1;\n", "", "", "" },
        { "path", "fn main() { let x = a", "::a", "", "", "; }\n" },
        { "use path", "use a", "::a", "", "", ";\nfn main() {}\n" },
        { "macro input", "macro_rules! m { ($($t:tt)*) => {} }\nm!", "(", "", ")",
          ";\nfn main() {}\n" },
    };
    Alive alive = begin(p);
    for (size_t i = 0; i < ARRAY_COUNT(shapes); i++) {
        Arena *arena = arena_new(NULL);
        const char *const *s = shapes[i];
        write_main(p, nested(arena, s, DEEP));
        RunResult result = product_run(p, arena, "build");
        uint32_t errors = count_errors(result.err);
        bool good = result.exit_code == 0 ? errors == 0 : result.exit_code == 101 && errors == 1;
        Str shown = { result.err.data, result.err.bytes < 1000 ? result.err.bytes : 1000 };
        if (!good)
            product_fail(p, "%s: exit code %d, %u errors:\n%.*s", s[0], result.exit_code, errors,
                         (int)shown.bytes, shown.data);
        arena_free(arena);
    }
    end(p, alive);
}

/* ---- circles
 * ------------------------------------------------------------------------------------------------
 */

static void cyclic_modules(Product *p)
{
    Alive alive = begin(p);
    product_write(p, "src/a.rs", "#[path = \"b.rs\"]\nmod b;\npub fn value() -> i32 {\n    1\n}\n");
    product_write(p, "src/b.rs", "#[path = \"a.rs\"]\nmod a;\n");
    expect_one_error(p, "circular modules");
    product_write(p, "src/a.rs", "#[path = \"a.rs\"]\nmod b;\npub fn value() -> i32 {\n    1\n}\n");
    expect_one_error(p, "circular modules");
    end(p, alive);
}

static void cyclic_packages(Product *p)
{
    Alive alive = begin(p);
    Arena *arena = arena_new(NULL);
    const char *good = arena_copy_str(arena, harness_read(p->package, "Cargo.toml", arena));
    product_write(p, "Cargo.toml", arena_printf(arena, "%sother = { path = \"other\" }\n", good));
    product_write(p, "other/Cargo.toml",
                  "[package]\nname = \"other\"\nedition = \"2021\"\n[dependencies]\napp = { path = "
                  "\"..\" }\n");
    product_write(p, "other/src/lib.rs", "");
    expect_one_error(p, "cyclic");
    product_write(p, "Cargo.toml", good);
    end(p, alive);
    arena_free(arena);
}

static void cyclic_definitions(Product *p)
{
    static const char *const programs[][2] = {
        { "const A: i32 = B;\nconst B: i32 = A;\nfn main() {}\n", "error[E0391]" },
        { "struct S {\n    s: S,\n}\nfn main() {}\n", "error[E0072]" },
        { "macro_rules! m {\n    () => {\n        m!()\n    };\n}\nfn main() {\n    m!();\n}\n",
          "recursion limit" },
        { "use b as a;\nuse a as b;\nfn main() {}\n", "error[E0432]" },
        { "trait T: T {}\nfn main() {}\n", "error[E0391]" },
    };
    expect_refused(p, programs, ARRAY_COUNT(programs));
}

/* One file in another, each a module. */
static void nested_module_files(Product *p)
{
    enum { FILES = 600 };
    Alive alive = begin(p);
    Arena *arena = arena_new(NULL);
    for (int i = 0; i < FILES; i++)
        product_write(p, arena_printf(arena, "src/m%d.rs", i),
                      arena_printf(arena, "#[path = \"m%d.rs\"]\nmod m;\n", i + 1));
    product_write(p, arena_printf(arena, "src/m%d.rs", FILES), "");
    write_main(p, STR("#[path = \"m0.rs\"]\nmod m;\nfn main() {}\n"));
    expect_one_error(p, "nesting of modules");
    arena_free(arena);
    end(p, alive);
}

/* Programs that need more and more of something, or of which a stage could make more than there is
 * room for. */
static void endless_programs(Product *p)
{
    static const char *const programs[][2] = {
        { "struct W<T> {\n    t: T,\n}\nfn f<T>(n: i32, t: T) {\n    if n > 0 {\n"
          "        f(n - 1, W { t: t });\n    }\n}\nfn main() {\n    f(3, 1);\n}\n",
          "recursion limit" },
        { "fn f<T>(n: i32) {\n    if n > 0 {\n        f::<(T, T)>(n - 1);\n    }\n}\n"
          "fn main() {\n    f::<i32>(3);\n}\n",
          "recursion limit" },
        { "macro_rules! m {\n    ($($r:tt)*) => { m!($($r)* $($r)*) };\n}\n"
          "fn main() {\n    m!(a);\n}\n",
          "an expansion to more than" },
        { "macro_rules! m {\n    () => { m!() + m!() };\n}\nfn main() {\n    m!();\n}\n",
          "recursion limit" },
        { "macro_rules! m {\n    () => { m!(); m!(); };\n}\nm!();\nfn main() {}\n",
          "recursion limit" },
        { "macro_rules! m {\n    () => { mod a { m!(); } };\n}\nm!();\nfn main() {}\n",
          "recursion limit" },
    };
    expect_refused(p, programs, ARRAY_COUNT(programs));
}

/* Each type holds the one before twice: small to write down, and too many ways through it. */
static void types_with_many_paths(Product *p)
{
    Alive alive = begin(p);
    Text text;
    text_init(&text, NULL);
    text_add_c(&text, "struct S0;\n");
    for (int i = 0; i < 100; i++)
        text_addf(&text, "struct S%d {\n    a: S%d,\n    b: S%d,\n}\n", i + 1, i, i);
    text_add_c(&text, "fn f(s: &S100) {}\nfn g() -> S100 {\n    loop {}\n}\n"
                      "fn main() {\n    let x = &g;\n}\n");
    write_main(p, text_str(&text));
    text_release(&text);
    product_expect_run(p, "build", 0, "");
    end(p, alive);
}

static const ProductCase cases[] = {
    { "no_such_file", no_such_file, NULL },
    { "file_of_rustc_mode_is_missing", file_of_rustc_mode_is_missing, NULL },
    { "output_over_the_source", output_over_the_source, NULL },
    { "module_paths_lead_anywhere", module_paths_lead_anywhere, NULL },
    { "unreadable_file", unreadable_file, NULL },
    { "invalid_utf8", invalid_utf8, NULL },
    { "empty_and_binary_files", empty_and_binary_files, NULL },
    { "manifest_errors", manifest_errors, NULL },
    { "long_line", long_line, NULL },
    { "too_large_file", too_large_file, NULL },
    { "deep_nesting", deep_nesting, NULL },
    { "deep_nesting_in_later_stages", deep_nesting_in_later_stages, NULL },
    { "long_chains", long_chains, NULL },
    { "cyclic_modules", cyclic_modules, NULL },
    { "cyclic_packages", cyclic_packages, NULL },
    { "cyclic_definitions", cyclic_definitions, NULL },
    { "nested_module_files", nested_module_files, NULL },
    { "endless_programs", endless_programs, NULL },
    { "types_with_many_paths", types_with_many_paths, NULL },
};

int main(int argc, char **argv)
{
    return product_main_of_cases(argc, argv, cases, ARRAY_COUNT(cases));
}
