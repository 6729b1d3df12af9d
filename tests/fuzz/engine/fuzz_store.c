/* Segments whose checksum is right and whose content is not. The input is the content of one or
 * two: two bytes say where the second one begins. An engine of the toy language loads them,
 * answers, and writes them again. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "unit/engine/toy.h"

/* Of a segment: magic, schema, checksum of what follows. */
enum { CHECKSUM_AT = 24, CONTENT_AT = CHECKSUM_AT + 16 };

static ToyDisk disk;
static MemoryStore sound; /* what the toy engine wrote itself */

static void use_engine(MemoryStore *store)
{
    Toy toy;
    toy_open(&toy, &disk,
             (ToyConfig){ .threads = 1, .store = store, .history = 4, .stack = 16 << 20 });
    toy_update(&toy);
    ToyRun run = toy_everything(&toy);
    engine_request_free(run.request);
    (void)!status_ok(engine_persist(toy.engine));
    toy_close(&toy);
}

static void put_le64(char *out, uint64_t v)
{
    for (int i = 0; i < 8; i++)
        out[i] = (char)(v >> (8 * i));
}

static void add_segment(MemoryStore *store, const uint8_t *content, size_t bytes)
{
    char *segment = arena_alloc(store->arena, CONTENT_AT + bytes);
    memcpy(segment, sound.segments.items[0].data, CHECKSUM_AT);
    Fp checksum = fp_of_bytes(content, bytes, 0);
    put_le64(segment + CHECKSUM_AT, checksum.lo);
    put_le64(segment + CHECKSUM_AT + 8, checksum.hi);
    memcpy(segment + CONTENT_AT, content, bytes);
    str_vec_push(&store->segments, (Str){ segment, CONTENT_AT + bytes });
}

static void write_seed(const char *name, Str first, Str second)
{
    Text seed;
    text_init(&seed, NULL);
    size_t split = first.bytes - CONTENT_AT;
    text_add_char(&seed, (char)split);
    text_add_char(&seed, (char)(split >> 8));
    text_add(&seed, (Str){ first.data + CONTENT_AT, split });
    if (second.bytes)
        text_add(&seed, (Str){ second.data + CONTENT_AT, second.bytes - CONTENT_AT });
    fuzz_seed_write(name, seed.data, seed.bytes);
    text_release(&seed);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    memory_store_init(&sound);
    toy_disk_write(&disk, "main",
                   "include base\na = + 1 * b k\nb = + c # base\nc = ? % k d e\nd = 3\n"
                   "e = + y nowhere\nk = 6\nw = ! 2\n");
    toy_disk_write(&disk, "base", "y = 2\nz = + y % y\nw = @ z\nv = * z z\n");
    use_engine(&sound);
    toy_disk_write(&disk, "base", "y = 3\nz = + y % y\nw = @ z\nv = * z z\n");
    use_engine(&sound);
    rsc_assert(sound.segments.count >= 2);
    if (!fuzz_seed_directory())
        return 0;
    write_seed("one", sound.segments.items[0], STR(""));
    write_seed("two", sound.segments.items[0], sound.segments.items[1]);
    exit(0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes < 2)
        return 0;
    MemoryStore store;
    memory_store_copy(&store, &sound);
    str_vec_clear(&store.segments);
    size_t split = data[0] | (size_t)data[1] << 8, rest = bytes - 2;
    const uint8_t *content = data + 2;
    if (split > rest)
        split = rest;
    add_segment(&store, content, split);
    if (split < rest)
        add_segment(&store, content + split, rest - split);
    use_engine(&store);
    memory_store_release(&store);
    return 0;
}
