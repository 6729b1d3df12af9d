/* Any text as a file: cut into items, and every run of every item parsed. The first byte chooses
 * the edition. */
#include "fuzz/parse/parse_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes == 0)
        return 0;
    Str text = { (const char *)data + 1, bytes - 1 };
    if (fuzz_is_utf8(text))
        fuzz_parse_text(text, data[0] & 1 ? EDITION_2024 : EDITION_2015, (data[0] & 2) != 0);
    return 0;
}
