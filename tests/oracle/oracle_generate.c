/* Programs to start from: made of pieces at random, or taken from a fixture. */
#include <stdlib.h>
#include <string.h>

#include "oracle/oracle_program.h"

enum { MODULES_MIN = 3, MODULES_MAX = 5, PIECES_MIN = 2, PIECES_MAX = 4, TEMPLATES_MAX = 64 };

typedef struct {
    Str name, call, text;
} Template;

typedef struct {
    Template templates[TEMPLATES_MAX];
    uint32_t template_count;
    Random *random;
    Arena *arena;
    uint32_t modules;
    uint32_t next_number;
} Generator;

static bool take_line(Str *rest, Str *line)
{
    if (rest->bytes == 0)
        return false;
    const char *end = memchr(rest->data, '\n', rest->bytes);
    size_t length = end ? (size_t)(end - rest->data) : rest->bytes;
    *line = (Str){ rest->data, length };
    size_t used = length + (end ? 1 : 0);
    *rest = (Str){ rest->data + used, rest->bytes - used };
    return true;
}

static Str after(Str line, size_t bytes)
{
    return (Str){ line.data + bytes, line.bytes - bytes };
}

static void read_templates(Generator *g, Str rest)
{
    Template *template = NULL;
    for (Str line; take_line(&rest, &line);) {
        if (str_starts_with(line, STR("== "))) {
            rsc_assert(g->template_count < TEMPLATES_MAX);
            template = &g->templates[g->template_count++];
            *template = (Template){ .name = after(line, 3) };
        } else if (template && str_starts_with(line, STR("call "))) {
            template->call = after(line, 5);
            template->text = (Str){ rest.data, 0 };
        } else if (template && template->text.data) {
            template->text.bytes = (size_t)(rest.data - template->text.data);
        }
    }
}

/* Replaces $N, $M, $O, $R and $B. */
static void expand(Generator *g, Str template, uint32_t number, uint32_t module, uint32_t other,
                   Text *out)
{
    for (size_t i = 0; i < template.bytes; i++) {
        if (template.data[i] != '$' || i + 1 == template.bytes) {
            text_add_char(out, template.data[i]);
            continue;
        }
        switch (template.data[i + 1]) {
        case 'N':
            text_addf(out, "%u", number);
            break;
        case 'M':
            text_addf(out, "%u", module);
            break;
        case 'O':
            text_addf(out, "%u", other);
            break;
        case 'R':
            text_addf(out, "%u", 1 + random_below(g->random, 99));
            break;
        case 'B':
            text_addf(out, "%u", 1 + random_below(g->random, 9));
            break;
        default: /* of a macro */
            text_add_char(out, '$');
            i--;
            break;
        }
        i++;
    }
}

static void add_piece(Generator *g, uint32_t template, uint32_t module, Text *body, Text *run)
{
    uint32_t number = g->next_number++;
    uint32_t other = (module + 1 + random_below(g->random, g->modules - 1)) % g->modules;
    const Template *t = &g->templates[template];
    expand(g, t->text, number, module, other, body);
    text_add_char(body, '\n');
    text_add_c(run, "    acc = (acc + ");
    expand(g, t->call, number, module, other, run);
    text_add_c(run, ") & 0xFFFFFF;\n");
}

static Str module_text(Generator *g, uint32_t module)
{
    Text body, run;
    text_init(&body, g->arena);
    text_init(&run, g->arena);
    text_add_c(&body, "use minicore::*;\n\n");
    text_add_c(&run, "pub fn run(seed: i64) -> i64 {\n    let mut acc = seed & 0xFFFF;\n");
    add_piece(g, 0, module, &body, &run);
    uint32_t count = PIECES_MIN + random_below(g->random, PIECES_MAX - PIECES_MIN + 1);
    for (uint32_t i = 0; i < count; i++)
        add_piece(g, 1 + random_below(g->random, g->template_count - 1), module, &body, &run);
    text_add_c(&run, "    acc\n}\n");
    text_add(&body, text_str(&run));
    return text_str(&body);
}

static Str main_text(Generator *g)
{
    Text text;
    text_init(&text, g->arena);
    text_add_c(&text,
               "#![feature(no_core)]\n#![no_core]\nextern crate minicore;\nuse minicore::*;\n\n");
    for (uint32_t i = 0; i < g->modules; i++)
        text_addf(&text, "mod m%u;\n", i);
    text_add_c(&text, "\nextern \"C\" {\n    fn printf(format: *const u8, ...) -> i32;\n}\n\n"
                      "fn show(label: i64, value: i64) {\n    unsafe {\n"
                      "        printf(\"%lld: %lld\\n\\0\" as *const str as *const u8, label, "
                      "value);\n    }\n}\n\n"
                      "fn main() {\n");
    for (uint32_t i = 0; i < g->modules; i++)
        text_addf(&text, "    show(%u, m%u::run(%u));\n", i, i, 1 + random_below(g->random, 99));
    text_add_c(&text, "}\n");
    return text_str(&text);
}

Program program_generate(Str pieces, Random *random, Arena *arena)
{
    Generator g = { .random = random, .arena = arena, .next_number = 1 };
    read_templates(&g, pieces);
    g.modules = MODULES_MIN + random_below(random, MODULES_MAX - MODULES_MIN + 1);
    Program program = program_new(arena);
    program_set(&program, "Cargo.toml", str_from_c(program_manifest));
    program_set(&program, "src/main.rs", main_text(&g));
    for (uint32_t i = 0; i < g.modules; i++) {
        /* Both places where a module's file may be. */
        bool directory = random_percent(random, 30);
        program_set(&program, arena_printf(arena, directory ? "src/m%u/mod.rs" : "src/m%u.rs", i),
                    module_text(&g, i));
    }
    return program;
}

Program program_of_fixture(Str rest, Arena *arena)
{
    Program program = program_new(arena);
    program_set(&program, "Cargo.toml", str_from_c(program_manifest));
    for (Str line; take_line(&rest, &line) && !str_starts_with(line, STR("step"));) {
        if (!str_starts_with(line, STR("file ")))
            continue;
        const char *path = arena_copy_str(arena, after(line, 5));
        const char *start = rest.data;
        size_t bytes = 0;
        while (take_line(&rest, &line) && !str_eq(line, STR("end")))
            bytes = (size_t)(rest.data - start);
        program_set(&program, path, (Str){ start, bytes });
    }
    return program;
}
