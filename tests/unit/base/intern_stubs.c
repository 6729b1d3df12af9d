/* Stand-ins for the kinds of interned things whose folders a unit test does not link: records are
 * opaque bytes. Weak, so that the real ones win where they are linked. */
#include "base/intern.h"

static void bytes_encode(Encoder *e, const void *record, size_t bytes)
{
    encode_bytes(e, record, bytes);
}

#define STUB(kind)                                                             \
    static uint32_t kind##_decode(Decoder *d)                                  \
    {                                                                          \
        Str record = decode_str(d);                                            \
        if (d->failed)                                                         \
            return 0;                                                          \
        return intern(d->interners, INTERN_##kind, record.data, record.bytes); \
    }                                                                          \
    __attribute__((weak))                                                      \
    const InternInfo intern_info_##kind = { #kind, bytes_encode, kind##_decode };

STUB(file)
STUB(item)
STUB(def)
STUB(call)
STUB(ty)
STUB(args)
STUB(region)
STUB(konst)
STUB(instance)
STUB(options)
