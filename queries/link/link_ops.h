/* How objects are linked: implemented by the daemon over its helper process (lld runs nowhere
 * else). */
#ifndef RSCC_LINK_LINK_OPS_H
#define RSCC_LINK_LINK_OPS_H

#include "base/status.h"

typedef struct {
    /* Runs the linker once. arguments: lld's command line, without argv[0], in which `@in:K` stands
     * for input K and
     * `@out` for the output. inputs are bytes; the output is read back into the arena. diagnostics:
     * what lld printed. Retries once in a new helper if the helper died. Called from any worker;
     * one link runs at a time. A mark stands alone or after the `=` of an option; diagnostics name
     * inputs by their marks. Success with an empty output: lld refused, and the diagnostics say
     * why. Another Status: there is no usable helper. With more than one thread lld prints in no
     * fixed order, so pass --threads=1. */
    Status (*run)(void *context, const Str *arguments, uint32_t argument_count, const Str *inputs,
                  uint32_t input_count, Arena *arena, Str *output, Str *diagnostics);
    void *context;
} LinkOps;

#endif
