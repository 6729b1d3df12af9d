#include "base/base.h"

#include <string.h>

Str str_from_c(const char *c_string)
{
    return (Str){ c_string, strlen(c_string) };
}

int str_compare(Str a, Str b)
{
    size_t common = a.bytes < b.bytes ? a.bytes : b.bytes;
    int order = common ? memcmp(a.data, b.data, common) : 0;
    if (order != 0)
        return order;
    return (a.bytes > b.bytes) - (a.bytes < b.bytes);
}

bool str_starts_with(Str s, Str prefix)
{
    return s.bytes >= prefix.bytes && str_eq((Str){ s.data, prefix.bytes }, prefix);
}

bool str_next_part(Str *rest, char separator, Str *part)
{
    if (rest->bytes == 0)
        return false;
    const char *end = memchr(rest->data, separator, rest->bytes);
    *part = (Str){ rest->data, end ? (size_t)(end - rest->data) : rest->bytes };
    size_t used = part->bytes + (end ? 1 : 0);
    *rest = (Str){ rest->data + used, rest->bytes - used };
    return true;
}

bool str_ends_with(Str s, Str suffix)
{
    return s.bytes >= suffix.bytes &&
           str_eq((Str){ s.data + (s.bytes - suffix.bytes), suffix.bytes }, suffix);
}
