#include "support/product.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "support/harness_files.h"

enum { VARIABLES_MAX = 24, STOP_WAIT_MS = 10000, BYTES_MAX = 1 << 20 };

const char *const product_role_names[ROLE_COUNT] = { "supervisor", "engine", "link helper" };

/* ---- life
 * ---------------------------------------------------------------------------------------------- */

static void add_variable(Product *p, uint32_t *count, const char *name, const char *value)
{
    rsc_assert(*count + 1 < VARIABLES_MAX);
    p->environment[(*count)++] = arena_printf(p->arena, "%s=%s", name, value);
    p->environment[*count] = NULL;
}

static void make_environment(Product *p, const ProductConfig *config)
{
    static const char *const inherited[] = { "PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS",
                                             "UBSAN_OPTIONS" };
    static const char *const directories[][2] = { { "XDG_RUNTIME_DIR", "run" },
                                                  { "XDG_STATE_HOME", "state" },
                                                  { "XDG_CACHE_HOME", "cache" },
                                                  { "HOME", "home" } };
    uint32_t count = 0;
    p->environment = arena_alloc_array(p->arena, VARIABLES_MAX, sizeof *p->environment);
    for (size_t i = 0; i < ARRAY_COUNT(inherited); i++) {
        if (getenv(inherited[i]))
            add_variable(p, &count, inherited[i], getenv(inherited[i]));
    }
    for (size_t i = 0; i < ARRAY_COUNT(directories); i++) {
        const char *path =
            path_join(p->arena, str_from_c(p->directory), str_from_c(directories[i][1]));
        Status status = dir_make_all(path);
        rsc_assert(status_ok(status));
        add_variable(p, &count, directories[i][0], path);
    }
    add_variable(p, &count, "LANG", "C.UTF-8");
    if (config->variable) {
        rsc_assert(count + 1 < VARIABLES_MAX);
        p->environment[count++] = config->variable;
        p->environment[count] = NULL;
    }
}

Product *product_new(const ProductConfig *config)
{
    Arena *arena = arena_new(NULL);
    Product *p = arena_new_object(arena, Product);
    p->arena = arena;
    p->verbose = config->verbose;
    p->directory = harness_temporary(arena);
    char *bin = realpath(config->bin, NULL); /* it is run elsewhere */
    rsc_assert(bin);
    p->program = path_join(arena, str_from_c(bin), STR("rscc"));
    free(bin);
    p->package = path_join(arena, str_from_c(p->directory), STR("app"));
    p->store = path_join(arena, str_from_c(p->directory), STR("cache/rscc"));
    p->log = path_join(arena, str_from_c(p->directory), STR("state/rscc/log"));
    make_environment(p, config);
    harness_copy_tree(config->minicore,
                      path_join(arena, str_from_c(p->directory), STR("minicore")));
    product_write(p, "Cargo.toml", PRODUCT_MANIFEST);
    return p;
}

static bool any_process(const Product *p, bool kill_them)
{
    bool any = false;
    for (int role = 0; role < ROLE_COUNT; role++) {
        pid_t pids[16];
        uint32_t count = product_processes(p, (ProductRole)role, pids, ARRAY_COUNT(pids));
        any |= count > 0;
        for (uint32_t i = 0; kill_them && i < count; i++)
            kill(pids[i], SIGKILL);
    }
    return any;
}

uint32_t product_free(Product *p)
{
    product_run(p, p->arena, "daemon stop");
    int64_t deadline = run_clock_ns() + (int64_t)STOP_WAIT_MS * 1000000;
    while (any_process(p, false) && run_clock_ns() < deadline)
        run_sleep_ns(5000000);
    if (any_process(p, true))
        product_fail(p, "processes are left after `daemon stop`");
    uint32_t failures = p->failures;
    if (failures)
        printf("  kept in %s\n", p->directory);
    else
        harness_remove_tree(p->directory);
    arena_free(p->arena);
    return failures;
}

/* ---- commands
 * ------------------------------------------------------------------------------------------ */

static RunSpec spec_of(Product *p, Arena *arena, const char *directory, const char *words)
{
    return (RunSpec){ .arguments = run_words(arena, p->program, words),
                      .cwd = directory,
                      .environment = p->environment,
                      .timeout_ms = 120000 };
}

static RunResult run_spec(Product *p, Arena *arena, const RunSpec *spec, const char *words)
{
    RunResult result = run_program(spec, arena);
    if (p->verbose)
        printf("$ rscc %s\n%.*s%.*s[%d, %.1f ms]\n", words, (int)result.out.bytes, result.out.data,
               (int)result.err.bytes, result.err.data, result.exit_code,
               (double)result.wall_ns / 1e6);
    if (result.timed_out)
        product_fail(p, "`rscc %s` did not end", words);
    return result;
}

RunResult product_run_in(Product *p, Arena *arena, const char *directory, const char *words)
{
    RunSpec spec = spec_of(p, arena, directory, words);
    return run_spec(p, arena, &spec, words);
}

RunResult product_run_with(Product *p, Arena *arena, const char *variable, const char *words)
{
    const char *environment[VARIABLES_MAX + 1];
    size_t count = 0;
    for (; p->environment[count]; count++)
        environment[count] = p->environment[count];
    environment[count] = variable;
    environment[count + 1] = NULL;
    RunSpec spec = spec_of(p, arena, p->package, words);
    spec.environment = environment;
    return run_spec(p, arena, &spec, words);
}

RunResult product_run(Product *p, Arena *arena, const char *words)
{
    return product_run_in(p, arena, p->package, words);
}

RunningProgram product_start(Product *p, Arena *arena, const char *words)
{
    RunSpec spec = spec_of(p, arena, p->package, words);
    return run_start(&spec);
}

/* ---- files
 * --------------------------------------------------------------------------------------------- */

const char *product_path(Product *p, const char *path)
{
    return path_join(p->arena, str_from_c(p->package), str_from_c(path));
}

void product_write(Product *p, const char *path, const char *text)
{
    harness_write(p->package, path, str_from_c(text));
}

const char *const product_main =
    PRODUCT_HEAD "mod a;\n\n"
                 "extern \"C\" {\n    fn printf(format: *const u8, ...) -> i32;\n}\n\n"
                 "fn main() {\n    unsafe {\n"
                 "        printf(\"%d\\n\\0\" as *const str as *const u8, a::value());\n    }\n}\n";

const char *product_module(Product *p, int value)
{
    return arena_printf(p->arena, "pub fn value() -> i32 {\n    %d\n}\n", value);
}

void product_write_sample(Product *p, int value)
{
    product_write(p, "src/main.rs", product_main);
    product_write(p, "src/a.rs", product_module(p, value));
}

/* ---- processes
 * ----------------------------------------------------------------------------------------- */

/* Reads a file of /proc; its size is unknown beforehand. */
static Str read_proc(Arena *arena, const char *pid, const char *name)
{
    int fd = open(arena_printf(arena, "/proc/%s/%s", pid, name), O_RDONLY | O_CLOEXEC);
    Text text;
    text_init(&text, arena);
    char buffer[4096];
    for (ssize_t got; fd >= 0 && (got = read(fd, buffer, sizeof buffer)) > 0;)
        text_add(&text, (Str){ buffer, (size_t)got });
    if (fd >= 0)
        close(fd);
    return text.bytes ? text_str(&text) : STR("");
}

/* ROLE_COUNT: none of ours. */
static ProductRole role_of(const Product *p, Arena *arena, const char *pid)
{
    Str command = read_proc(arena, pid, "cmdline");
    const char *name = command.bytes ? command.data : "";
    const char *argument =
        name + strlen(name) + 1 < command.data + command.bytes ? name + strlen(name) + 1 : "";
    ProductRole role = ROLE_COUNT;
    if (str_ends_with(str_from_c(name), STR("rscc-ld")))
        role = ROLE_LINK_HELPER;
    else if (strcmp(argument, "--supervisor") == 0)
        role = ROLE_SUPERVISOR;
    else if (strcmp(argument, "--engine") == 0)
        role = ROLE_ENGINE;
    if (role == ROLE_COUNT)
        return role;
    const char *mark = arena_printf(arena, "XDG_RUNTIME_DIR=%s/run", p->directory);
    Str environment = read_proc(arena, pid, "environ");
    return memmem(environment.data, environment.bytes, mark, strlen(mark) + 1) ? role : ROLE_COUNT;
}

uint32_t product_processes(const Product *p, ProductRole role, pid_t *pids, uint32_t max)
{
    DIR *directory = opendir("/proc");
    rsc_assert(directory != NULL);
    Arena *arena = arena_new(NULL);
    uint32_t count = 0;
    for (struct dirent *entry; (entry = readdir(directory)) && count < max;) {
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
            role_of(p, arena, entry->d_name) == role)
            pids[count++] = (pid_t)strtol(entry->d_name, NULL, 10);
    }
    closedir(directory);
    arena_free(arena);
    return count;
}

pid_t product_process(const Product *p, ProductRole role)
{
    pid_t pid;
    return product_processes(p, role, &pid, 1) ? pid : 0;
}

bool product_kill(const Product *p, ProductRole role)
{
    pid_t pid = product_process(p, role);
    int fd = pid ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
    bool killed = fd >= 0 && kill(pid, SIGKILL) == 0;
    struct pollfd end = { .fd = fd, .events = POLLIN };
    while (killed && poll(&end, 1, -1) < 0) {
    }
    if (fd >= 0)
        close(fd);
    return killed;
}

/* ---- results
 * ------------------------------------------------------------------------------------------- */

void product_fail(Product *p, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("%s: ", p->case_name ? p->case_name : "");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    p->failures++;
}

void product_expect(Product *p, const RunResult *result, int exit_code, const char *out)
{
    bool found = strlen(out) == 0 ||
                 memmem(result->out.data, result->out.bytes, out, strlen(out)) ||
                 memmem(result->err.data, result->err.bytes, out, strlen(out));
    if (result->exit_code != exit_code || !found)
        product_fail(p, "expected exit code %d and `%s`; got %d and:\n%.*s%.*s", exit_code, out,
                     result->exit_code, (int)result->out.bytes, result->out.data,
                     (int)result->err.bytes, result->err.data);
}

void product_expect_run(Product *p, const char *words, int exit_code, const char *out)
{
    Arena *arena = arena_new(NULL);
    RunResult result = product_run(p, arena, words);
    product_expect(p, &result, exit_code, out);
    arena_free(arena);
}

const char *product_text(Product *p, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    Text made;
    text_init(&made, p->arena);
    text_addv(&made, format, arguments);
    va_end(arguments);
    return made.data;
}

static bool is_wanted(const char *name, int argc, char **argv, int first)
{
    for (int i = first; i < argc; i++) {
        if (strcmp(argv[i], name) == 0)
            return true;
    }
    return first >= argc;
}

int product_main_of_cases(int argc, char **argv, const ProductCase *cases, size_t count)
{
    bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
    int first = verbose ? 2 : 1;
    if (argc < first + 2) {
        fprintf(stderr, "usage: %s [-v] BIN MINICORE [CASE...]\n", argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    uint32_t failed = 0, ran = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_wanted(cases[i].name, argc, argv, first + 2))
            continue;
        int64_t start = run_clock_ns();
        Product *p = product_new(&(ProductConfig){ .bin = argv[first],
                                                   .minicore = argv[first + 1],
                                                   .variable = cases[i].variable,
                                                   .verbose = verbose });
        p->case_name = cases[i].name;
        cases[i].run(p);
        uint32_t failures = product_free(p);
        ran++;
        failed += failures > 0;
        printf("%s %s (%.1f s)\n", failures ? "FAILED" : "ok    ", cases[i].name,
               (double)(run_clock_ns() - start) / 1e9);
    }
    printf("%u cases, %u failed\n", ran, failed);
    return failed != 0 || ran == 0;
}
