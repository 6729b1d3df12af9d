/* Failures of the outside world (files, sockets, SQLite, processes). Only code at the edges returns
 * one; inside the compiler a failed read is a value. */
#ifndef RSCC_BASE_STATUS_H
#define RSCC_BASE_STATUS_H

#include "base/arena.h"

#define STATUS_TABLE(X)                  \
    X(OK, "success")                     \
    X(NOT_FOUND, "not found")            \
    X(PERMISSION, "permission denied")   \
    X(IO, "input/output error")          \
    X(NO_SPACE, "no space left")         \
    X(READ_ONLY, "read-only")            \
    X(BUSY, "in use by another process") \
    X(CORRUPT, "damaged data")           \
    X(TOO_LARGE, "too large")            \
    X(PROTOCOL, "protocol error")        \
    X(CLOSED, "connection closed")       \
    X(TIMEOUT, "timed out")              \
    X(VERSION, "version mismatch")       \
    X(CANCELLED, "cancelled")            \
    X(LIMITED, "a process that stays would keep this limit")

typedef enum {
#define X(name, text) STATUS_##name,
    STATUS_TABLE(X)
#undef X
} StatusCode;

typedef struct {
    StatusCode code;
    int os_error;        /* errno, or 0 */
    const char *context; /* what was being done to what; static or owned by the caller's arena; may
                            be NULL */
} Status;

#define STATUS_SUCCESS ((Status){ .code = STATUS_OK })
static inline bool status_ok(Status s)
{
    return s.code == STATUS_OK;
}
Status status_from_errno(int os_error, const char *context);
Status status_make(StatusCode code, const char *context);
/* "context: text (strerror)" in the arena. */
const char *status_text(Status s, Arena *arena);
/* What the system said, as Rust programs put it: "No such file or directory (os error 2)"; without
 * an errno the status' own text. */
const char *status_reason(Status s, Arena *arena);

#endif
