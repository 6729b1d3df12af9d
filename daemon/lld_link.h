/* lld behind a C interface: the one piece of C++ in this folder besides the stubs it needs. */
#ifndef RSCC_DAEMON_LLD_LINK_H
#define RSCC_DAEMON_LLD_LINK_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Runs lld for ELF once, in this thread; it is not thread-safe. arguments: argv with argv[0]; `-o
 * -` writes to descriptor
 * 1. What lld prints goes to the sink in one piece. Returns lld's exit code; *reusable is false if
 * lld must not run again in this process. */
int lld_link_run(const char *const *arguments, size_t argument_count, bool *reusable,
                 void (*sink)(void *context, const char *text, size_t bytes), void *context);

#ifdef __cplusplus
}
#endif

#endif
