/* Decoding: any bytes either fail or give a value that can be dumped and that encodes again. */
#include "unit/base/toy_ir.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void use(const ToyBody *body, Interners *interners, Arena *arena)
{
    Text text;
    text_init(&text, arena);
    IrDump dump = { .out = &text, .interners = interners, .pool = body, .flat = true };
    toy_body_dump(&dump, NULL, body);

    Encoder first, second;
    encoder_init(&first, arena, interners, ENCODE_CANONICAL);
    toy_body_encode(&first, body);
    Decoder d;
    decoder_init(&d, first.bytes, first.count, arena, interners);
    ToyBody again;
    toy_body_decode(&d, &again, &again);
    rsc_assert(decoder_finish(&d));
    encoder_init(&second, arena, interners, ENCODE_CANONICAL);
    toy_body_encode(&second, &again);
    rsc_assert(str_eq((Str){ (const char *)first.bytes, first.count },
                      (Str){ (const char *)second.bytes, second.count }));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    Arena *arena = arena_new(NULL);
    Interners *interners = interners_new();
    Decoder d;
    decoder_init(&d, data, bytes, arena, interners);
    ToyBody body;
    toy_body_decode(&d, &body, &body);
    if (decoder_finish(&d))
        use(&body, interners, arena);
    interners_free(interners);
    arena_free(arena);
    return 0;
}
