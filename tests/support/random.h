/* A small deterministic generator (splitmix64) for tests: the same seed gives the same numbers on
 * every machine. */
#ifndef RSCC_TESTS_SUPPORT_RANDOM_H
#define RSCC_TESTS_SUPPORT_RANDOM_H

#include "base/base.h"

typedef struct {
    uint64_t state;
} Random;

static inline Random random_new(uint64_t seed)
{
    return (Random){ .state = seed };
}

static inline uint64_t random_next(Random *random)
{
    uint64_t z = random->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* In [0, bound); bound 0 gives 0. */
static inline uint32_t random_below(Random *random, uint32_t bound)
{
    return bound ? (uint32_t)(random_next(random) % bound) : 0;
}

static inline bool random_percent(Random *random, uint32_t percent)
{
    return random_below(random, 100) < percent;
}

#endif
