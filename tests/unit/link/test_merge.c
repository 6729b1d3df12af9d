/* Merging relocatable objects, of which a C compiler makes the inputs and links the result. */
#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "link/link_merge.h"
#include "unit/unit.h"

typedef struct {
    Arena *arena;
    Str parts[2];
} Fixture;

static int set_up(void **state)
{
    Arena *arena = arena_new(NULL);
    Fixture *f = arena_new_object(arena, Fixture);
    f->arena = arena;
    *state = f;
    bool good = status_ok(file_read(FIRST_OBJECT, arena, 1 << 20, &f->parts[0], NULL)) &&
                status_ok(file_read(SECOND_OBJECT, arena, 1 << 20, &f->parts[1], NULL));
    return good ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *f = *state;
    arena_free(f->arena);
    return 0;
}

static LinkMergeResult merge(Fixture *f, const Str *objects, uint32_t count, Str *merged,
                             Str *symbol)
{
    Arena *scratch = arena_new(NULL);
    LinkMergeResult result = link_merge(objects, count, scratch, f->arena, merged, symbol);
    arena_free(scratch);
    return result;
}

/* The exit code of the program linked from an object. */
static int run(Fixture *f, Str object)
{
    char directory[] = "/tmp/rscc-merge-XXXXXX";
    assert_non_null(mkdtemp(directory));
    const char *path = arena_printf(f->arena, "%s/merged.o", directory);
    assert_true(status_ok(file_write_atomic(path, object, 0600)));
    const char *command = arena_printf(
        f->arena,
        "cd %s && '%s' -pie merged.o -o program 2>errors; ./program; code=$?; rm -r %s; exit $code",
        directory, C_COMPILER, directory);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static Elf64_Shdr header_at(Str object, uint32_t index)
{
    Elf64_Ehdr file;
    Elf64_Shdr header;
    memcpy(&file, object.data, sizeof file);
    assert_true(index < file.e_shnum);
    memcpy(&header, object.data + file.e_shoff + index * sizeof header, sizeof header);
    return header;
}

static uint32_t count_sections(Str object, const char *name)
{
    Elf64_Ehdr file;
    uint32_t count = 0;
    memcpy(&file, object.data, sizeof file);
    const char *names = object.data + header_at(object, file.e_shstrndx).sh_offset;
    for (uint32_t i = 1; i < file.e_shnum; i++)
        count += strcmp(names + header_at(object, i).sh_name, name) == 0;
    return count;
}

static void the_program_is_the_same(void **state)
{
    Fixture *f = *state;
    Str merged, symbol;
    assert_int_equal(merge(f, f->parts, 2, &merged, &symbol), LINK_MERGE_DONE);
    assert_int_equal(run(f, merged), 42);
    Str again;
    merge(f, f->parts, 2, &again, &symbol);
    assert_true(str_eq(merged, again));
    /* And the other way round, and once more. */
    Str reversed[] = { f->parts[1], f->parts[0] };
    assert_int_equal(merge(f, reversed, 2, &merged, &symbol), LINK_MERGE_DONE);
    assert_int_equal(merge(f, &merged, 1, &again, &symbol), LINK_MERGE_DONE);
    assert_int_equal(run(f, again), 42);
}

static void sections_become_few(void **state)
{
    Fixture *f = *state;
    Str merged, symbol;
    assert_int_equal(merge(f, f->parts, 2, &merged, &symbol), LINK_MERGE_DONE);
    assert_true(count_sections(f->parts[0], ".text.main") == 1);
    assert_int_equal(count_sections(merged, ".text.main"), 0);
    assert_int_equal(count_sections(merged, ".text"), 1);
    assert_int_equal(count_sections(merged, ".data"), 1);
    assert_int_equal(count_sections(merged, ".bss"), 1);
    assert_int_equal(count_sections(merged, ".symtab"), 1);
}

/* In PART 1 and 2 each calls the other's hidden or weak functions: only calls of the weak one and
 * of those that another module may replace are left for the final link. */
static void calls_inside_are_settled(void **state)
{
    Fixture *f = *state;
    Str merged, symbol;
    assert_int_equal(merge(f, f->parts, 2, &merged, &symbol), LINK_MERGE_DONE);
    Elf64_Ehdr file;
    memcpy(&file, merged.data, sizeof file);
    for (uint32_t i = 1; i < file.e_shnum; i++) {
        Elf64_Shdr table = header_at(merged, i);
        for (uint64_t k = 0; table.sh_type == SHT_RELA && k < table.sh_size / sizeof(Elf64_Rela);
             k++) {
            Elf64_Rela relocation;
            Elf64_Sym target;
            memcpy(&relocation, merged.data + table.sh_offset + k * sizeof relocation,
                   sizeof relocation);
            Elf64_Shdr symbols = header_at(merged, table.sh_link);
            memcpy(&target,
                   merged.data + symbols.sh_offset + ELF64_R_SYM(relocation.r_info) * sizeof target,
                   sizeof target);
            const char *names = merged.data + header_at(merged, symbols.sh_link).sh_offset;
            assert_string_not_equal(names + target.st_name, "own");
        }
    }
}

static void two_definitions_are_named(void **state)
{
    Fixture *f = *state;
    Str twice[] = { f->parts[0], f->parts[1], f->parts[0] };
    Str merged, symbol;
    assert_int_equal(merge(f, twice, 3, &merged, &symbol), LINK_MERGE_DUPLICATE);
    assert_int_equal(merged.bytes, 0);
    assert_true(symbol.bytes > 0);
}

/* Nothing that is read leads out of the bytes. */
static void damaged_objects_do_no_harm(void **state)
{
    Fixture *f = *state;
    Str merged, symbol;
    uint32_t seed = 1, refused = 0;
    for (size_t bytes = 0; bytes < f->parts[0].bytes; bytes += 7) {
        Str cut[] = { { arena_copy(f->arena, f->parts[0].data, bytes), bytes }, f->parts[1] };
        refused += merge(f, cut, 2, &merged, &symbol) == LINK_MERGE_UNSUPPORTED;
    }
    assert_true(refused > 50);
    for (uint32_t round = 0; round < 5000; round++) {
        char *copy = arena_copy(f->arena, f->parts[0].data, f->parts[0].bytes);
        for (uint32_t i = 0; i < 1 + round % 4; i++) {
            seed = seed * 1664525 + 1013904223;
            copy[(seed >> 8) % f->parts[0].bytes] = (char)(seed >> 3);
        }
        Str damaged[] = { { copy, f->parts[0].bytes }, f->parts[1] };
        merge(f, damaged, 2, &merged, &symbol);
    }
}

int main(void)
{
#define WITH_OBJECTS(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_OBJECTS(the_program_is_the_same),    WITH_OBJECTS(sections_become_few),
        WITH_OBJECTS(calls_inside_are_settled),   WITH_OBJECTS(two_definitions_are_named),
        WITH_OBJECTS(damaged_objects_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
