/* What a process knows about itself that its command needs to know: shared by the client, which
 * sends it, and by `rsccd --once`, which uses it. */
#ifndef RSCC_DAEMON_REQUEST_H
#define RSCC_DAEMON_REQUEST_H

#include "base/status.h"
#include "daemon/protocol.h"
#include "options/options.h"

/* Directory, terminal, environment, and all of standard input if the command compiles that. Fails
 * if standard input cannot be read or is too large. */
RSC_MUST_USE Status request_of_process(const StrVec *arguments, const Options *options,
                                       Arena *arena, Message_run *out);

/* `rustc ... @FILE ...`: each such argument becomes the lines of the file, which may not name
 * further files. NULL, or what is wrong. */
const char *request_expand_arguments(StrVec *arguments, Arena *arena);

#endif
