/* `rscc rustc` as users of rustc know it. */
#include <stdio.h>
#include <string.h>

#include "support/harness_files.h"
#include "support/product.h"

#define MINICORE "--edition 2021 --extern minicore=../minicore/src/lib.rs"

static void write_program(Product *p)
{
    product_write(p, "m.rs",
                  PRODUCT_HEAD
                  "#[no_mangle]\npub fn marked(x: i32) -> i32 { x }\nfn main() { marked(3); }\n");
}

/* The words both in the daemon and without it; standard error has to be `err`. */
static void expect_twice(Product *p, const char *words, int exit_code, const char *out,
                         const char *err)
{
    for (int i = 0; i < 2; i++) {
        Arena *arena = arena_new(NULL);
        const char *all = arena_printf(arena, "%srustc %s", i ? "--no-daemon " : "", words);
        RunResult result = product_run(p, arena, all);
        product_expect(p, &result, exit_code, out);
        if (!str_eq(result.err, str_from_c(err)))
            product_fail(p, "`rscc %s` said:\n%.*s", all, (int)result.err.bytes, result.err.data);
        arena_free(arena);
    }
}

#define NO_INPUT "error: no input filename given\n"

/* What does not ask about a crate is printed without one. */
static void infos_need_no_input(Product *p)
{
    expect_twice(p, "--print cfg", 0, "debug_assertions\npanic=\"unwind\"\n", "");
    expect_twice(p, "--print cfg --cfg foo", 0, "debug_assertions\nfoo\n", "");
    expect_twice(p, "--print host-tuple", 0, "x86_64-unknown-linux-gnu\n", "");
    expect_twice(p, "--print crate-name", 1, "", NO_INPUT);
    expect_twice(p, "--print file-names", 1, "", NO_INPUT);
    expect_twice(p, "--print host-tuple --print crate-name", 1, "x86_64-unknown-linux-gnu\n",
                 NO_INPUT);
    expect_twice(p, "--edition 2021", 1, "", NO_INPUT);
    product_expect_run(p, "rustc --print nope", 1,
                       "error: unknown print request: `nope`\n  |\n  = help: valid print requests "
                       "are: `calling-conventions`, `cfg`, ");
    product_expect_run(p, "rustc --print sysroot", 1, "is not supported by rscc yet");
    product_expect_run(p, "dump nope", 1,
                       "error: there is no stage `nope`: `rscc dump` knows tokens");
}

static void outputs_go_to_standard_output(Product *p)
{
    write_program(p);
    expect_twice(p, "m.rs " MINICORE " --emit asm=-", 0, "\nmarked:\n", "");
    expect_twice(p, "m.rs " MINICORE " --emit llvm-ir -o -", 0, "@marked(", "");
    expect_twice(p, "m.rs " MINICORE " --emit dep-info=-", 0, "m.rs:\n", "");
    expect_twice(p, "m.rs " MINICORE " --emit link=-", 0,
                 "\x7f"
                 "ELF",
                 "");
    expect_twice(p, "m.rs " MINICORE " --emit llvm-ir=-,asm=m.s", 0, "@marked(", "");
    if (!harness_read(p->package, "m.s", p->arena).bytes)
        product_fail(p, "there is no m.s");
    const char *several =
        "error: can't use option `-o` or `--emit` to write multiple output types to stdout\n";
    expect_twice(p, "m.rs " MINICORE " --emit asm=-,llvm-ir=-", 1, "", several);
    expect_twice(p, "m.rs " MINICORE " --emit asm,llvm-ir -o -", 1, "", several);
    product_expect_run(p, "rustc m.rs " MINICORE " --emit mir=-", 0, "fn ");
}

/* One argument a line, whatever it looks like; no file in a file. */
static void arguments_come_from_files(Product *p)
{
    write_program(p);
    product_write(p, "args", "--emit\nasm=-\nm.rs\n");
    product_write(p, "crlf", "--emit=asm\r\n-o\r\n-\r\nm.rs");
    expect_twice(p, "@args " MINICORE, 0, "\nmarked:\n", "");
    expect_twice(p, MINICORE " @crlf", 0, "\nmarked:\n", "");
    product_write(p, "args", "--print\nhost-tuple\n@crlf\n");
    product_write(p, "name", "--print\ncrate-name");
    expect_twice(p, "@name " MINICORE " --crate-name @name m.rs", 1, "",
                 "error: invalid character '-' in crate name: `--print`\n");
    expect_twice(p, "@args", 0, "x86_64-unknown-linux-gnu\n", "");
    expect_twice(p, "@nowhere", 1, "",
                 "error: failed to load argument file: IO error: nowhere: No such file or "
                 "directory (os error 2)\n");
    expect_twice(p, "@..", 1, "",
                 "error: failed to load argument file: IO error: ..: Is a directory (os error "
                 "21)\n");
    harness_write(p->package, "bad", (Str){ "m\xff\n", 3 });
    expect_twice(p, "@bad", 1, "", "error: failed to load argument file: UTF-8 error in bad\n");
    product_write(p, "args", "");
    product_write_sample(p, 10);
    product_expect_run(p, "run @args", 0, "10\n"); /* cargo has no such files */
}

static void names_of_files_are_checked(Product *p)
{
    write_program(p);
    const char *program = arena_copy_str(p->arena, harness_read(p->package, "m.rs", p->arena));
    product_write(p, "a.b.rs", program);
    product_write(p, "src/-a.rs", program);
    expect_twice(p, "a.b.rs " MINICORE, 1, "",
                 "error: invalid character '.' in crate name: `a.b`\n");
    expect_twice(p, "src/-a.rs " MINICORE, 1, "",
                 "error: crate names cannot start with a `-`, but `-a` has a leading hyphen\n");
}

int main(int argc, char **argv)
{
    static const ProductCase cases[] = {
        { "infos_need_no_input", infos_need_no_input, NULL },
        { "outputs_go_to_standard_output", outputs_go_to_standard_output, NULL },
        { "arguments_come_from_files", arguments_come_from_files, NULL },
        { "names_of_files_are_checked", names_of_files_are_checked, NULL },
    };
    return product_main_of_cases(argc, argv, cases, ARRAY_COUNT(cases));
}
