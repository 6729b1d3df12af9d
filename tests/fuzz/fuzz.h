/* What every fuzz target includes. Memory is limited by libFuzzer; a hang is a run over its time
 * limit. */
#ifndef RSCC_TESTS_FUZZ_H
#define RSCC_TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Targets whose inputs cannot be guessed write some: with $RSCC_FUZZ_SEEDS the program only puts
 * them into that directory (scripts/fuzz does so before a run). */
static inline const char *fuzz_seed_directory(void)
{
    return getenv("RSCC_FUZZ_SEEDS");
}

static inline void fuzz_seed_write(const char *name, const void *data, size_t bytes)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", fuzz_seed_directory(), name);
    FILE *file = fopen(path, "wb");
    rsc_assert(file && fwrite(data, 1, bytes, file) == bytes);
    fclose(file);
}

/* Source texts are: what is not was refused when the file was read. */
static inline bool fuzz_is_utf8(Str text)
{
    uint32_t length;
    for (size_t at = 0; at < text.bytes; at += length) {
        length = utf8_decode(text.data + at, text.bytes - at, NULL);
        if (length == 0)
            return false;
    }
    return true;
}

#endif
