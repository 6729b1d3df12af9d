/* rscc-ld: links, one job after the other, over the socket at descriptor 3 until it closes.
 *
 * lld leaks and is not thread-safe, so it lives in a process of its own that its owner replaces now
 * and then. Inputs come as descriptors and get fixed numbers, so that nothing lld prints depends on
 * which were free; the output is descriptor 1. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/epoch.h"
#include "daemon/channel.h"
#include "daemon/lld_link.h"
#include "daemon/process.h"

enum {
    FIRST_INPUT_FD = 200,
    DIAGNOSTICS_BYTES_MAX = 1 << 20,
};

#define INPUT_MARK  "@in:"
#define OUTPUT_MARK "@out"
#define INPUT_PATH  "/proc/self/fd/"

typedef struct {
    Arena *arena;
    Message_link message;
    uint32_t inputs_taken; /* at FIRST_INPUT_FD and up */
    Text diagnostics;
} Job;

static void allow_many_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool send_message(FrameType type, const Text *payload)
{
    OutFrame frame = { .type = type, .payload = text_str(payload) };
    return status_ok(channel_send(PROCESS_CONTROL_FD, &frame, -1));
}

static bool greet(void)
{
    Message_hello hello = { .magic = PROTOCOL_MAGIC,
                            .major = PROTOCOL_MAJOR,
                            .minor = PROTOCOL_MINOR,
                            .build_id = str_from_c(rscc_epoch()),
                            .pid = (uint32_t)getpid() };
    Text text;
    text_init(&text, NULL);
    message_hello_encode(&hello, &text);
    bool sent = send_message(FRAME_HELLO, &text);
    text_release(&text);
    return sent;
}

/* ---- descriptors ---- */

static bool move_fd(int from, int to)
{
    bool moved = dup2(from, to) == to;
    close(from);
    return moved;
}

static bool take_output(const Frame *frame)
{
    return frame->fd_count == 1 && move_fd(frame->fds[0], STDOUT_FILENO);
}

static bool take_inputs(Job *job, const Frame *frame)
{
    bool good = frame->fd_count <= job->message.input_count - job->inputs_taken;
    for (uint32_t i = 0; i < frame->fd_count; i++) {
        int to = FIRST_INPUT_FD + (int)job->inputs_taken;
        if (good && move_fd(frame->fds[i], to))
            job->inputs_taken++;
        else
            good = false;
    }
    return good;
}

static void close_job_descriptors(const Job *job)
{
    for (uint32_t i = 0; i < job->inputs_taken; i++)
        close(FIRST_INPUT_FD + (int)i);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0)
        (void)move_fd(null, STDOUT_FILENO);
}

/* ---- arguments and diagnostics ---- */

/* `@in:K` and `@out` stand alone or after the `=` of an option. */
static const char *argument_for_lld(Job *job, Str argument)
{
    const char *equals = memchr(argument.data, '=', argument.bytes);
    size_t prefix = 0;
    if (equals && argument.data[0] == '-')
        prefix = (size_t)(equals - argument.data) + 1;
    Str rest = { argument.data + prefix, argument.bytes - prefix };
    const char *text = arena_copy_str(job->arena, rest);
    if (str_eq(rest, STR(OUTPUT_MARK)))
        text = "-";
    if (str_starts_with(rest, STR(INPUT_MARK))) {
        char *end;
        unsigned long number = strtoul(text + strlen(INPUT_MARK), &end, 10);
        if (*end != '\0' || number >= job->message.input_count)
            return NULL;
        text = arena_printf(job->arena, INPUT_PATH "%lu", FIRST_INPUT_FD + number);
    }
    return arena_printf(job->arena, "%.*s%s", (int)prefix, argument.data, text);
}

/* In what lld prints, inputs are called as the job called them. */
static void add_diagnostics(void *context, const char *text, size_t bytes)
{
    Job *job = context;
    const char *end = text + (bytes < DIAGNOSTICS_BYTES_MAX ? bytes : DIAGNOSTICS_BYTES_MAX);
    while (text < end) {
        const char *path = memmem(text, (size_t)(end - text), INPUT_PATH, strlen(INPUT_PATH));
        const char *stop = path ? path : end;
        text_add(&job->diagnostics, (Str){ text, (size_t)(stop - text) });
        text = stop;
        if (!path)
            break;
        char *after;
        unsigned long fd = strtoul(path + strlen(INPUT_PATH), &after, 10);
        bool known = fd >= FIRST_INPUT_FD && fd - FIRST_INPUT_FD < job->message.input_count;
        if (known)
            text_addf(&job->diagnostics, INPUT_MARK "%lu", fd - FIRST_INPUT_FD);
        else
            text_add(&job->diagnostics, (Str){ path, (size_t)(after - path) });
        text = after;
    }
}

/* ---- one job ---- */

static bool reply(Job *job, int exit_code, bool reusable)
{
    Message_link_reply message = { .exit_code = exit_code,
                                   .reusable = reusable,
                                   .resident_bytes = process_resident_bytes(getpid()),
                                   .diagnostics = text_str(&job->diagnostics) };
    Text text;
    text_init(&text, job->arena);
    message_link_reply_encode(&message, &text);
    return send_message(FRAME_LINK_REPLY, &text);
}

static bool link_job(Job *job)
{
    const StrVec *given = &job->message.arguments;
    const char **arguments = arena_alloc_array(job->arena, given->count + 1u, sizeof *arguments);
    arguments[0] = "ld.lld";
    for (uint32_t i = 0; i < given->count; i++) {
        arguments[i + 1] = argument_for_lld(job, given->items[i]);
        if (!arguments[i + 1])
            return false;
    }
    bool reusable;
    int exit_code = lld_link_run(arguments, given->count + 1u, &reusable, add_diagnostics, job);
    /* Recovered from a crash of lld: as good as dead, so that the owner tries again elsewhere. */
    if (!reusable && exit_code != 1)
        return false;
    return reply(job, exit_code, reusable) && reusable;
}

/* The frames of a job after its first. */
static bool receive_inputs(Channel *channel, Job *job)
{
    Frame frame;
    while (job->inputs_taken < job->message.input_count) {
        if (channel_receive(channel, &frame) != RECEIVE_FRAME)
            return false;
        if (frame.header.type != FRAME_LINK_INPUTS || frame.fd_count == 0)
            return false;
        if (!take_inputs(job, &frame))
            return false;
    }
    return true;
}

static bool serve_job(Channel *channel, const Frame *frame)
{
    Job job = { .arena = arena_new(NULL) };
    text_init(&job.diagnostics, job.arena);
    /* The payload is the channel's, which goes on receiving. */
    Str payload = { arena_copy(job.arena, frame->payload.data, frame->payload.bytes),
                    frame->payload.bytes };
    bool good = frame->header.type == FRAME_LINK &&
                message_link_decode(payload, job.arena, &job.message) && take_output(frame) &&
                receive_inputs(channel, &job) && link_job(&job);
    close_job_descriptors(&job);
    arena_free(job.arena);
    return good;
}

int main(void)
{
    crash_install("rscc-ld", rscc_epoch(), NULL);
    allow_many_descriptors();
    signal(SIGXFSZ, SIG_IGN); /* lld says that the file is too large */
    if (!greet()) {
        fprintf(stderr, "rscc-ld is the link helper of rsccd and is not run by hand\n");
        return 2;
    }
    Channel channel;
    Frame frame;
    channel_init(&channel, PROCESS_CONTROL_FD, true);
    bool good = true;
    while (good && channel_receive(&channel, &frame) == RECEIVE_FRAME)
        good = serve_job(&channel, &frame);
    channel_release(&channel);
    return good ? 0 : 1;
}
