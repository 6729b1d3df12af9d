#include "base/status.h"

#include <errno.h>
#include <string.h>

static StatusCode code_of_errno(int os_error)
{
    switch (os_error) {
    case 0:
        return STATUS_OK;
    case ENOENT:
    case ENOTDIR:
        return STATUS_NOT_FOUND;
    case EACCES:
    case EPERM:
        return STATUS_PERMISSION;
    case ENOSPC:
    case EDQUOT:
        return STATUS_NO_SPACE;
    case EROFS:
        return STATUS_READ_ONLY;
    case EBUSY:
    case EAGAIN:
    case ETXTBSY:
        return STATUS_BUSY;
    case EFBIG:
    case EOVERFLOW:
    case ENAMETOOLONG:
        return STATUS_TOO_LARGE;
    case EPIPE:
    case ECONNRESET:
    case ECONNREFUSED:
    case ENOTCONN:
        return STATUS_CLOSED;
    case ETIMEDOUT:
        return STATUS_TIMEOUT;
    case ECANCELED:
        return STATUS_CANCELLED;
    default:
        return STATUS_IO;
    }
}

Status status_from_errno(int os_error, const char *context)
{
    return (Status){ .code = code_of_errno(os_error), .os_error = os_error, .context = context };
}

Status status_make(StatusCode code, const char *context)
{
    return (Status){ .code = code, .context = context };
}

static const char *code_text(StatusCode code)
{
    static const char *const texts[] = {
#define X(name, text) text,
        STATUS_TABLE(X)
#undef X
    };
    rsc_assert((size_t)code < ARRAY_COUNT(texts));
    return texts[code];
}

const char *status_text(Status s, Arena *arena)
{
    const char *context = s.context ? s.context : "", *colon = s.context ? ": " : "";
    /* Not strerror: its text depends on the locale. */
    const char *description = s.os_error ? strerrordesc_np(s.os_error) : NULL;
    if (!description)
        return arena_printf(arena, "%s%s%s", context, colon, code_text(s.code));
    return arena_printf(arena, "%s%s%s (%s)", context, colon, code_text(s.code), description);
}

const char *status_reason(Status s, Arena *arena)
{
    const char *description = s.os_error ? strerrordesc_np(s.os_error) : NULL;
    return description ? arena_printf(arena, "%s (os error %d)", description, s.os_error)
                       : code_text(s.code);
}
