/* Renders rustc's JSON diagnostics (one per line on standard input) with our renderer and compares
 * with rustc's own `rendered`. Prints the first differences and, last, `N equal, N different`. Exit
 * code 1 if the share of equal ones is below the percentage given as argument. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "diag/diag_render.h"

typedef struct {
    Arena *arena;
    RenderFile *files[64];
    uint32_t file_count;
    Str rendered; /* of the diagnostic at hand */
} Files;

static const RenderFile *file_get(Files *files, const char *path)
{
    for (uint32_t i = 0; i < files->file_count; i++) {
        if (str_eq(files->files[i]->path, str_from_c(path)))
            return files->files[i];
    }
    Str text;
    if (files->file_count == 64 || !status_ok(file_read(path, files->arena, 1 << 28, &text, NULL)))
        return NULL;
    RenderFile *file = arena_new_object(files->arena, RenderFile);
    render_file_init(file, files->arena, str_from_c(arena_copy_str(files->arena, str_from_c(path))),
                     text);
    files->files[files->file_count++] = file;
    return file;
}

static Str json_str(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) ? (Str){ json_string_value(value), json_string_length(value) }
                                 : STR("");
}

static uint32_t json_u32(const json_t *object, const char *key)
{
    return (uint32_t)json_integer_value(json_object_get(object, key));
}

static bool diag_from_json(Files *files, const json_t *json, RenderDiag *out)
{
    static const char *const levels[] = { "error", "warning", "note", "help" };
    Str level = json_str(json, "level");
    uint32_t l = 0;
    while (l < 4 && !str_eq(level, str_from_c(levels[l])))
        l++;
    if (l == 4)
        return false;
    out->level = (DiagLevel)l;
    out->message = json_str(json, "message");
    out->code = json_str(json_object_get(json, "code"), "code");
    out->code_is_lint = out->code.bytes && out->code.data[0] != 'E';
    const json_t *spans = json_object_get(json, "spans");
    RenderLabel *labels = arena_alloc_array(files->arena, json_array_size(spans), sizeof *labels);
    RenderEdit *edits = arena_alloc_array(files->arena, json_array_size(spans), sizeof *edits);
    for (size_t i = 0; i < json_array_size(spans); i++) {
        const json_t *span = json_array_get(spans, i);
        RenderSpan at = { file_get(files, json_string_value(json_object_get(span, "file_name"))),
                          json_u32(span, "byte_start"), json_u32(span, "byte_end") };
        if (!at.file || at.hi > at.file->text.bytes ||
            json_is_object(json_object_get(span, "expansion")))
            return false;
        if (json_is_string(json_object_get(span, "suggested_replacement")))
            edits[out->edit_count++] = (RenderEdit){ at, json_str(span, "suggested_replacement") };
        else
            labels[out->label_count++] =
                (RenderLabel){ at, json_str(span, "label"),
                               json_is_true(json_object_get(span, "is_primary")), NULL };
    }
    /* JSON does not say whether a suggestion is an inline one: rustc's rendering does. */
    const char *inline_text =
        arena_printf(files->arena, " help: %.*s%s", (int)out->message.bytes, out->message.data,
                     out->edit_count && edits[0].replacement.bytes ? ": `" : "\n");
    out->is_inline = out->edit_count == 1 && strstr(files->rendered.data, inline_text);
    out->labels = labels;
    out->edits = edits;
    const json_t *children = json_object_get(json, "children");
    RenderDiag *kids =
        arena_alloc_zeroed(files->arena, json_array_size(children) * sizeof *kids + 1);
    for (size_t i = 0; i < json_array_size(children); i++) {
        if (!diag_from_json(files, json_array_get(children, i), &kids[i]))
            return false;
    }
    out->children = kids;
    out->child_count = (uint32_t)json_array_size(children);
    return true;
}

int main(int argc, char **argv)
{
    Files files = { .arena = arena_new(NULL) };
    static char line[1 << 22];
    unsigned equal = 0, different = 0;
    while (fgets(line, sizeof line, stdin)) {
        json_t *json = json_loads(line, 0, NULL);
        RenderDiag diag = { 0 };
        files.rendered = json ? json_str(json, "rendered") : STR("");
        if (json && json_array_size(json_object_get(json, "spans")) &&
            diag_from_json(&files, json, &diag)) {
            Text ours;
            text_init(&ours, files.arena);
            diag_render_human(&diag, (RenderOptions){ .width = 140 }, &ours);
            Str theirs = json_str(json, "rendered");
            if (str_eq(text_str(&ours), theirs)) {
                equal++;
            } else if (different++ < 5) {
                printf("---- rustc\n%.*s---- ours\n%s", (int)theirs.bytes, theirs.data, ours.data);
            }
        }
        json_decref(json);
    }
    printf("%u equal, %u different\n", equal, different);
    unsigned wanted = argc > 1 ? (unsigned)atoi(argv[1]) : 0;
    arena_free(files.arena);
    return equal * 100 < wanted * (equal + different);
}
