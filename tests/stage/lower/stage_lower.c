/* Prints the HIR of a crate: every item's header and every body, then what was reported. For
 * goldens and by hand: stage_lower FILE.rs            the dump stage_lower --check FILE.rs...
 * compares with FILE.hir; RSCC_BLESS=1 rewrites those */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "lower/lower.h"
#include "unit/support/support.h"
#include "unit/unit.h"

typedef struct {
    DefId crate;
    Text *out;
} Dump;

static void title(Job *job, const char *what, DefId def, Text *out)
{
    text_addf(out, "%s ", what);
    def_qualified_text(job_interners(job), def, out);
    text_add_char(out, '\n');
}

static void dump_body(Job *job, DefId def, const char *what, Text *out)
{
    title(job, what, def, out);
    hir_body_print(job_interners(job), q_hir_body(job, def), false, out);
}

static void dump_expanded(Job *job, DefId module, Text *out)
{
    const DefList *children = q_module_children(job, module);
    for (uint32_t i = 0; i < children->count; i++) {
        DefKind kind = def_kind(job_interners(job), children->items[i]);
        if (kind == DEF_MOD)
            dump_expanded(job, children->items[i], out);
        else if (kind != DEF_MACRO)
            lower_print_expanded(job, children->items[i], out);
    }
}

static void dump_crate(Job *job, void *argument)
{
    Dump *dump = argument;
    const DefList *items = q_crate_items(job, dump->crate),
                  *bodies = q_crate_bodies(job, dump->crate);
    for (uint32_t i = 0; i < items->count; i++) {
        title(job, "item", items->items[i], dump->out);
        hir_item_print(job_interners(job), q_hir_item(job, items->items[i]), false, dump->out);
        const DefList *consts = q_anon_consts(job, items->items[i]);
        for (uint32_t k = 0; k < consts->count; k++)
            dump_body(job, consts->items[k], "constant", dump->out);
    }
    for (uint32_t i = 0; i < bodies->count; i++)
        dump_body(job, bodies->items[i], "body", dump->out);
    text_add_c(dump->out, "expanded\n");
    DefId crate = dump->crate;
    dump_expanded(job, crate, dump->out);
}

static const char *add_file(TestWorkspace *ws, const char *path, const char *name)
{
    Str text;
    Status status = file_read(path, workspace_arena(ws), 1 << 24, &text, NULL);
    if (!status_ok(status))
        return status_text(status, workspace_arena(ws));
    workspace_file(ws, name, arena_copy_str(workspace_arena(ws), text));
    return NULL;
}

/* Files below the directory of a crate's root `lib.rs` or `main.rs`. */
static void add_directory(TestWorkspace *ws, const char *directory, const char *prefix)
{
    Arena *arena = workspace_arena(ws);
    DIR *dir = opendir(directory);
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        const char *path = arena_printf(arena, "%s/%s", directory, entry->d_name);
        const char *name = arena_printf(arena, "%s%s", prefix, entry->d_name);
        if (entry->d_name[0] == '.')
            continue;
        if (str_ends_with(str_from_c(name), STR(".rs")))
            add_file(ws, path, name);
        else
            add_directory(ws, path, arena_printf(arena, "%s/", name));
    }
    if (dir)
        closedir(dir);
}

static const char *dump_file(TestWorkspace *ws, const char *path, Text *out)
{
    const char *error = add_file(ws, path, "input.rs");
    if (error)
        return error;
    Str name = path_file_name(str_from_c(path)), directory = path_parent(str_from_c(path));
    if (str_eq(name, STR("lib.rs")) || str_eq(name, STR("main.rs")))
        add_directory(ws, arena_copy_str(workspace_arena(ws), directory), "");
    Dump dump = { workspace_crate(ws, "input", "input.rs", EDITION_2024, NULL), out };
    workspace_run(ws, dump_crate, &dump);
    const char *messages = workspace_diagnostics(ws);
    if (*messages)
        text_addf(out, "messages\n%s", messages);
    return NULL;
}

/* 0: as expected. */
static int check_file(const char *path)
{
    TestWorkspace *ws = workspace_new();
    Text out;
    text_init(&out, workspace_arena(ws));
    const char *error = dump_file(ws, path, &out);
    const char *golden_path =
        arena_printf(workspace_arena(ws), "%.*s.hir", (int)(strlen(path) - 3), path);
    Str golden = { "", 0 };
    int result = 0;
    if (error) {
        fprintf(stderr, "%s: %s\n", path, error);
        result = 1;
    } else if (getenv("RSCC_BLESS")) {
        result = !status_ok(file_write_atomic(golden_path, text_str(&out), 0644));
    } else if (!status_ok(file_read(golden_path, workspace_arena(ws), 1 << 24, &golden, NULL)) ||
               !str_eq(golden, text_str(&out))) {
        fprintf(stderr, "%s differs from %s; the dump is\n%s", path, golden_path, out.data);
        result = 1;
    }
    workspace_free(ws);
    return result;
}

int main(int argc, char **argv)
{
    bool check = argc > 1 && strcmp(argv[1], "--check") == 0;
    int failed = argc < 2;
    for (int i = check ? 2 : 1; i < argc; i++) {
        if (check) {
            failed |= check_file(argv[i]);
            continue;
        }
        TestWorkspace *ws = workspace_new();
        Text out;
        text_init(&out, workspace_arena(ws));
        const char *error = dump_file(ws, argv[i], &out);
        printf("%s", error ? error : out.data);
        workspace_free(ws);
    }
    return failed;
}
