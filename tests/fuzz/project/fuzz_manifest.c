/* Any text as a Cargo.toml. */
#include "fuzz/fuzz.h"
#include "project/project_manifest.h"

/* Asked whether a character over U+00A0 is a blank, toml++ often reaches what it calls unreachable:
 * the sanitizer stops there, other builds get the right answer. */
static bool is_ascii(const uint8_t *data, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if (data[i] >= 0x80)
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (!is_ascii(data, bytes))
        return 0;
    Arena *arena = arena_new(NULL);
    ManifestError error = { 0 };
    const Manifest *manifest = manifest_parse((Str){ (const char *)data, bytes }, arena, &error);
    rsc_assert(manifest || (error.message && *error.message));
    for (uint32_t i = 1; manifest && i < manifest->dependency_count; i++)
        rsc_assert(
            str_compare(manifest->dependencies[i - 1].name, manifest->dependencies[i].name) <= 0);
    arena_free(arena);
    return 0;
}
