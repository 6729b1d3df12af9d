/* A segment of the node table with no checksum to protect it: whatever comes out, neither reading
 * it nor a request on it crashes. */
#include "unit/engine/toy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ToyDisk disk = { .count = 0 };
    Toy toy;
    toy_disk_write(&disk, "main", "include base\na = + ! 1 * b k\nb = + c # base\nc = a\nk = 6\n");
    toy_disk_write(&disk, "base", "y = 2\nz = + y % y\nw = @ z\n");
    toy_open(&toy, &disk, (ToyConfig){ .history = 2, .stack = 16 << 20 });
    if (engine_segment_load(toy.engine, (Str){ (const char *)data, size })) {
        toy_update(&toy);
        engine_request_free(toy_everything(&toy).request);
    }
    toy_close(&toy);
    toy_disk_release(&disk);
    return 0;
}
