/* `rscc cache stats|gc|verify|clear`: over the whole store, whatever daemons and engines use it
 * meanwhile. */
#ifndef RSCC_DAEMON_CACHE_COMMAND_H
#define RSCC_DAEMON_CACHE_COMMAND_H

#include "options/options.h"

/* Prints to stdout; returns the exit code: 1 if `verify` found damage, 101 if the store could not
 * be read. */
int cache_command(const Options *options, Arena *arena);

#endif
