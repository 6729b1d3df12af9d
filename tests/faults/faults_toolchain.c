/* Files of the C toolchain that change: a warm engine links again, and so does a cold start that
 * would otherwise replay the record of its last build.
 *
 * usage: faults_toolchain MINICORE
 *
 * The toolchain is a copy of the machine's below a directory of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/harness.h"
#include "support/product.h"

static const char libraries[] = "usr/lib/x86_64-linux-gnu";
static const char *const copied[] = { "Scrt1.o",   "crti.o",           "crtn.o",
                                      "libc.so.6", "libc_nonshared.a", "libm.so.6" };

typedef struct {
    Arena *arena;
    const char *dir, *root, *system;
    Harness *harness;
} Setup;

static const char *library(const Setup *s, const char *name)
{
    return arena_printf(s->arena, "%s/%s", libraries, name);
}

static void write_files(const Setup *s, const char *minicore)
{
    for (size_t i = 0; i < ARRAY_COUNT(copied); i++) {
        const char *path = library(s, copied[i]);
        harness_write(s->system, path, harness_read("/", path, s->arena));
    }
    harness_copy_tree(minicore, arena_printf(s->arena, "%s/minicore", s->dir));
    harness_write(s->root, "Cargo.toml", STR(PRODUCT_MANIFEST));
    harness_write(s->root, "src/main.rs", STR(PRODUCT_HEAD "fn main() {}\n"));
}

static void open_workspace(Setup *s)
{
    s->harness = harness_open(&(HarnessConfig){ .root = s->root,
                                                .cache = arena_printf(s->arena, "%s/cache", s->dir),
                                                .system_root = s->system,
                                                .threads = 1 });
}

static void open_again(Setup *s)
{
    harness_close(s->harness);
    open_workspace(s);
}

/* `links`: how often the binary is to be made. */
static void expect_build(const Setup *s, const char *when, int exit_code, uint32_t links)
{
    HarnessResult result = harness_command(s->harness, s->arena, "build");
    uint32_t made = 0;
    for (uint32_t i = 0; i < result.executed.count; i++)
        made += str_eq(result.executed.items[i].kind, STR("binary"));
    if (result.exit_code == exit_code && made == links)
        return;
    fprintf(stderr, "%s: exit code %d, %u links; expected %d and %u:\n%.*s", when, result.exit_code,
            made, exit_code, links, (int)result.err.bytes, result.err.data);
    abort();
}

/* What follows an object's sections means nothing to the linker. */
static void append_to(const Setup *s, const char *name)
{
    const char *path = library(s, name);
    Text text;
    text_init(&text, s->arena);
    text_add(&text, harness_read(s->system, path, s->arena));
    text_add_repeat(&text, '\0', 8);
    harness_write(s->system, path, text_str(&text));
}

static void changes_are_seen(Setup *s)
{
    expect_build(s, "first build", 0, 1);
    expect_build(s, "nothing changed", 0, 0);
    append_to(s, "crti.o");
    expect_build(s, "changed, warm", 0, 1);
    expect_build(s, "nothing changed since", 0, 0);
    open_again(s);
    expect_build(s, "nothing changed, cold", 0, 0);
    open_again(s);
    append_to(s, "crtn.o");
    expect_build(s, "changed, cold", 0, 1);
}

static void missing_files_are_seen(Setup *s)
{
    const char *path = library(s, "crtn.o");
    Str bytes = harness_read(s->system, path, s->arena);
    harness_remove(s->system, path);
    expect_build(s, "removed, warm", 101, 1);
    harness_write(s->system, path, bytes);
    expect_build(s, "put back, warm", 0, 1);
    open_again(s);
    harness_remove(s->system, path);
    expect_build(s, "removed, cold", 101, 1);
    open_again(s);
    harness_write(s->system, path, bytes);
    expect_build(s, "put back, cold", 0, 1);
    /* A better place. */
    harness_write(s->system, "usr/lib/gcc/x86_64-linux-gnu/99/libgcc.a", STR("!<arch>\n"));
    expect_build(s, "a library that was not there", 0, 1);
}

int main(int argument_count, char **arguments)
{
    if (argument_count != 2) {
        fprintf(stderr, "usage: faults_toolchain MINICORE\n");
        return 2;
    }
    Setup s = { .arena = arena_new(NULL) };
    s.dir = harness_temporary(s.arena);
    s.root = arena_printf(s.arena, "%s/app", s.dir);
    s.system = arena_printf(s.arena, "%s/system", s.dir);
    write_files(&s, arguments[1]);
    open_workspace(&s);
    changes_are_seen(&s);
    missing_files_are_seen(&s);
    harness_close(s.harness);
    harness_remove_tree(s.dir);
    arena_free(s.arena);
    return 0;
}
