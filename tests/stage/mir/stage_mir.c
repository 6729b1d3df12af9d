/* Prints the MIR of a file's bodies: `built` as mir_built has it, `optimized` as code generation
 * and evaluation get it; a body's promoted constants follow it. Files named opt_*.rs are printed
 * optimized, others built. For goldens and by hand:
 *
 *     stage_mir MINICORE FILE.rs            the dump
 *     stage_mir MINICORE --check FILE.rs    compares with FILE.mir; RSCC_BLESS=1 rewrites that */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "lower/lower.h"
#include "mir/mir.h"
#include "unit/typeck/typeck_support.h"
#include "unit/unit.h"

typedef struct {
    TypeckFixture fixture;
    bool optimized;
    Text out;
} Dump;

static void dump_root(Job *job, void *argument)
{
    Dump *dump = argument;
    const DefList *bodies = q_crate_bodies(job, dump->fixture.app);
    for (uint32_t i = 0; i < bodies->count; i++) {
        DefId def = bodies->items[i];
        const MirBody *body = dump->optimized ? q_mir_optimized(job, def) : q_mir_built(job, def);
        mir_dump(job_interners(job), body, &dump->out);
    }
}

static Str dump_file(Dump *dump, const char *minicore, const char *path)
{
    typeck_fixture_init(&dump->fixture, minicore);
    Arena *arena = workspace_arena(dump->fixture.ws);
    typeck_fixture_app(&dump->fixture, typeck_read_file(arena, path));
    text_init(&dump->out, arena);
    dump->optimized = str_starts_with(path_file_name(str_from_c(path)), STR("opt_"));
    workspace_run(dump->fixture.ws, dump_root, dump);
    const char *messages = workspace_diagnostics(dump->fixture.ws);
    if (*messages)
        text_addf(&dump->out, "messages\n%s", messages);
    return text_str(&dump->out);
}

static bool check_file(Dump *dump, const char *path, Str text)
{
    Arena *arena = workspace_arena(dump->fixture.ws);
    const char *golden_path = arena_printf(arena, "%.*s.mir", (int)(strlen(path) - 3), path);
    if (getenv("RSCC_BLESS"))
        return status_ok(file_write_atomic(golden_path, text, 0644));
    Str golden = { "", 0 };
    bool same =
        status_ok(file_read(golden_path, arena, 1 << 24, &golden, NULL)) && str_eq(golden, text);
    if (!same)
        fprintf(stderr, "%s differs from %s; the dump is\n%s", path, golden_path, text.data);
    return same;
}

int main(int argc, char **argv)
{
    bool check = argc == 4 && strcmp(argv[2], "--check") == 0;
    if (argc != 3 + check)
        return 2;
    Dump dump;
    Str text = dump_file(&dump, argv[1], argv[argc - 1]);
    bool ok = true;
    if (check)
        ok = check_file(&dump, argv[argc - 1], text);
    else
        printf("%s", text.data);
    typeck_fixture_free(&dump.fixture);
    return !ok;
}
