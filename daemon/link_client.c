#include "daemon/link_client.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/epoch.h"
#include "base/hash.h"
#include "daemon/channel.h"
#include "daemon/paths.h"
#include "daemon/process.h"

enum {
    GREETING_TIMEOUT_MS = 10000,
    LINKS_PER_HELPER_MAX = 500,
    ATTEMPTS_MAX = 2,
    KEPT_INPUTS_MAX = 400,
};
static const uint64_t HELPER_BYTES_MAX = 500ull << 20;
static const uint64_t KEPT_BYTES_MAX = 128ull << 20;

/* An input as a memory file, kept for the next link: most inputs are those of the last one. */
typedef struct {
    Fp content;
    uint64_t bytes;
    int fd;
} KeptInput;
VEC_TYPE(KeptInputVec, kept_input_vec, KeptInput)

struct LinkClient {
    pthread_mutex_t lock; /* one link at a time; innermost, held for as long as a link takes */
    KeptInputVec kept;    /* the least recently used first */
    Channel channel;
    int fd; /* -1: no helper */
    bool is_greeted;
    uint32_t links_of_helper;
    _Atomic pid_t pid; /* 0: no helper */
    _Atomic uint64_t links;
};

/* One link, as long as it takes. */
typedef struct {
    const Str *arguments;
    uint32_t argument_count;
    int *inputs; /* memory files */
    uint32_t input_count;
    Arena *arena; /* of the result */
    Str *output;
    Str *diagnostics;
} LinkJob;

LinkClient *link_client_new(void)
{
    LinkClient *client = heap_alloc_zeroed(sizeof *client);
    client->fd = -1;
    kept_input_vec_init(&client->kept, NULL);
    rsc_assert(pthread_mutex_init(&client->lock, NULL) == 0);
    return client;
}

/* ---- the helper's life ---- */

/* Nothing in the helper is worth waiting for. */
static void end_helper(LinkClient *client)
{
    if (client->fd < 0)
        return;
    channel_release(&client->channel);
    close(client->fd);
    client->fd = -1;
    pid_t pid = atomic_exchange(&client->pid, 0);
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
}

static Status start_helper(LinkClient *client)
{
    Arena *arena = arena_new(NULL);
    const char *path;
    int own_end, child_end;
    Status status = paths_sibling_program("rscc-ld", arena, &path);
    if (status_ok(status))
        status = process_socket_pair(&own_end, &child_end);
    if (status_ok(status)) {
        ProcessSpec spec = { .path = path,
                             .arguments = (const char *const[]){ path, NULL },
                             .stderr_fd = STDERR_FILENO,
                             .control_fd = child_end };
        pid_t pid;
        status = process_spawn(&spec, &pid);
        close(child_end);
        if (status_ok(status)) {
            client->fd = own_end;
            atomic_store(&client->pid, pid);
            client->is_greeted = false;
            client->links_of_helper = 0;
            channel_init(&client->channel, own_end, false);
        } else {
            close(own_end);
        }
    }
    arena_free(arena);
    return status_ok(status) ? status : (Status){ status.code, status.os_error, "rscc-ld" };
}

/* The helper says what it is before it takes anything. */
static Status check_greeting(LinkClient *client)
{
    Frame frame;
    Status status = channel_receive_within(&client->channel, GREETING_TIMEOUT_MS, &frame);
    if (!status_ok(status))
        return (Status){ status.code, status.os_error, "rscc-ld" };
    Arena *arena = arena_new(NULL);
    Message_hello hello;
    bool same = frame.header.type == FRAME_HELLO &&
                message_hello_decode(frame.payload, arena, &hello) &&
                str_eq(hello.build_id, str_from_c(rscc_epoch()));
    arena_free(arena);
    client->is_greeted = same;
    return same ? STATUS_SUCCESS : status_make(STATUS_VERSION, "rscc-ld is of another build");
}

static Status ready_helper(LinkClient *client)
{
    Status status = STATUS_SUCCESS;
    if (client->fd < 0)
        status = start_helper(client);
    if (status_ok(status) && !client->is_greeted)
        status = check_greeting(client);
    return status;
}

static void forget_oldest_inputs(LinkClient *client, uint32_t count)
{
    KeptInputVec *kept = &client->kept;
    for (uint32_t i = 0; i < count; i++)
        close(kept->items[i].fd);
    if (count < kept->count)
        memmove(kept->items, kept->items + count, (kept->count - count) * sizeof *kept->items);
    kept->count -= count;
}

void link_client_free(LinkClient *client)
{
    end_helper(client);
    forget_oldest_inputs(client, client->kept.count);
    kept_input_vec_release(&client->kept);
    pthread_mutex_destroy(&client->lock);
    heap_free(client);
}

void link_client_warm(LinkClient *client)
{
    /* A link that is at work has its helper. */
    if (pthread_mutex_trylock(&client->lock) != 0)
        return;
    if (client->fd < 0) {
        /* A failure will be told by the link that needs it. */
        Status ignored = start_helper(client);
        (void)ignored;
    }
    pthread_mutex_unlock(&client->lock);
}

void link_client_reap(LinkClient *client)
{
    if (pthread_mutex_trylock(&client->lock) != 0)
        return;
    siginfo_t info = { 0 };
    pid_t pid = atomic_load(&client->pid);
    if (pid > 0 && waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == pid)
        end_helper(client);
    pthread_mutex_unlock(&client->lock);
}

pid_t link_client_pid(LinkClient *client)
{
    return atomic_load(&client->pid);
}

uint64_t link_client_links(LinkClient *client)
{
    return atomic_load(&client->links);
}

/* ---- memory files ---- */

static Status write_all(int fd, Str bytes)
{
    for (size_t done = 0; done < bytes.bytes;) {
        ssize_t count = write(fd, bytes.data + done, bytes.bytes - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return status_from_errno(errno, "writing a memory file");
        done += (size_t)count;
    }
    return STATUS_SUCCESS;
}

static Status memory_file(const char *name, int *fd)
{
    *fd = memfd_create(name, MFD_CLOEXEC);
    return *fd < 0 ? status_from_errno(errno, "memfd_create") : STATUS_SUCCESS;
}

static bool find_kept(const LinkClient *client, Fp content, uint64_t bytes, uint32_t *index)
{
    for (uint32_t i = client->kept.count; i-- > 0;) {
        const KeptInput *kept = &client->kept.items[i];
        if (fp_eq(kept->content, content) && kept->bytes == bytes) {
            *index = i;
            return true;
        }
    }
    return false;
}

/* The input becomes the most recently used one. */
static Status keep_input(LinkClient *client, Str input, int *fd)
{
    KeptInputVec *kept = &client->kept;
    KeptInput entry = { fp_of_bytes(input.data, input.bytes, 0), input.bytes, -1 };
    uint32_t index;
    if (find_kept(client, entry.content, entry.bytes, &index)) {
        entry = kept->items[index];
        size_t after = kept->count - index - 1;
        memmove(kept->items + index, kept->items + index + 1, after * sizeof entry);
        kept->items[kept->count - 1] = entry;
    } else {
        Status status = memory_file("input", &entry.fd);
        if (status_ok(status))
            status = write_all(entry.fd, input);
        if (!status_ok(status)) {
            if (entry.fd >= 0)
                close(entry.fd);
            return status;
        }
        kept_input_vec_push(kept, entry);
    }
    *fd = entry.fd;
    return STATUS_SUCCESS;
}

static Status make_inputs(LinkClient *client, LinkJob *job, const Str *inputs, uint32_t count)
{
    job->inputs = heap_alloc(count * sizeof(int) + 1);
    Status status = STATUS_SUCCESS;
    for (uint32_t i = 0; status_ok(status) && i < count; i++) {
        status = keep_input(client, inputs[i], &job->inputs[i]);
        job->input_count += status_ok(status);
    }
    return status;
}

/* The oldest go beyond the limits. */
static void release_inputs(LinkClient *client, LinkJob *job)
{
    heap_free(job->inputs);
    uint64_t bytes = 0;
    uint32_t fitting = 0;
    for (uint32_t i = client->kept.count; i-- > 0 && fitting < KEPT_INPUTS_MAX; fitting++) {
        bytes += client->kept.items[i].bytes;
        if (bytes > KEPT_BYTES_MAX)
            break;
    }
    forget_oldest_inputs(client, client->kept.count - fitting);
}

typedef struct {
    void *address;
    size_t bytes;
} Mapping;

static void release_mapping(void *argument)
{
    Mapping *mapping = argument;
    munmap(mapping->address, mapping->bytes);
}

/* The output as bytes of the arena, without a copy. */
static Status map_output(int fd, Arena *arena, Str *out)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return status_from_errno(errno, "the linker's output");
    if (st.st_size == 0)
        return status_make(STATUS_IO, "the linker's output is empty");
    size_t bytes = (size_t)st.st_size;
    void *address = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    if (address == MAP_FAILED)
        return status_from_errno(errno, "the linker's output");
    Mapping *mapping = arena_new_object(arena, Mapping);
    *mapping = (Mapping){ address, bytes };
    arena_on_release(arena, release_mapping, mapping);
    *out = (Str){ address, bytes };
    return STATUS_SUCCESS;
}

/* ---- a link ---- */

static Status send_job(LinkClient *client, const LinkJob *job, int output)
{
    Message_link message = { .input_count = job->input_count };
    message.arguments =
        (StrVec){ .items = (Str *)(uintptr_t)job->arguments, .count = job->argument_count };
    Text text;
    text_init(&text, NULL);
    message_link_encode(&message, &text);
    OutFrame frame = {
        .type = FRAME_LINK, .payload = text_str(&text), .fds = &output, .fd_count = 1
    };
    Status status = text.bytes > FRAME_PAYLOAD_MAX ? status_make(STATUS_TOO_LARGE, "link arguments")
                                                   : channel_send(client->fd, &frame, -1);
    text_release(&text);
    for (uint32_t sent = 0; status_ok(status) && sent < job->input_count;) {
        uint32_t left = job->input_count - sent;
        uint32_t count = left < CHANNEL_FDS_MAX ? left : CHANNEL_FDS_MAX;
        frame =
            (OutFrame){ .type = FRAME_LINK_INPUTS, .fds = job->inputs + sent, .fd_count = count };
        status = channel_send(client->fd, &frame, -1);
        sent += count;
    }
    return status;
}

static Status receive_reply(LinkClient *client, const LinkJob *job, Message_link_reply *reply)
{
    Frame frame;
    Status status = channel_receive_within(&client->channel, -1, &frame);
    if (!status_ok(status))
        return status;
    if (frame.header.type != FRAME_LINK_REPLY)
        return status_make(STATUS_PROTOCOL, "rscc-ld");
    Str payload = { arena_copy(job->arena, frame.payload.data, frame.payload.bytes),
                    frame.payload.bytes };
    return message_link_reply_decode(payload, job->arena, reply)
               ? STATUS_SUCCESS
               : status_make(STATUS_PROTOCOL, "rscc-ld");
}

/* The next link finds a fresh helper already there. */
static void replace_if_worn(LinkClient *client, const Message_link_reply *reply)
{
    client->links_of_helper++;
    atomic_fetch_add(&client->links, 1);
    if (reply->reusable && client->links_of_helper < LINKS_PER_HELPER_MAX &&
        reply->resident_bytes < HELPER_BYTES_MAX)
        return;
    end_helper(client);
    Status ignored = start_helper(client);
    (void)ignored;
}

/* *helper_gone: the failure is the helper's death, and another helper may do better. */
static Status try_once(LinkClient *client, const LinkJob *job, bool *helper_gone)
{
    int output;
    *helper_gone = false;
    Status status = memory_file("output", &output);
    if (!status_ok(status))
        return status;
    Message_link_reply reply;
    status = ready_helper(client);
    if (status_ok(status))
        status = send_job(client, job, output);
    if (status_ok(status))
        status = receive_reply(client, job, &reply);
    if (!status_ok(status)) {
        *helper_gone = client->fd >= 0 && status.code != STATUS_VERSION;
        end_helper(client);
        close(output);
        return status;
    }
    *job->diagnostics = reply.diagnostics;
    if (reply.exit_code == 0)
        status = map_output(output, job->arena, job->output);
    close(output);
    replace_if_worn(client, &reply);
    return status;
}

static Status run_link(void *context, const Str *arguments, uint32_t argument_count,
                       const Str *inputs, uint32_t input_count, Arena *arena, Str *output,
                       Str *diagnostics)
{
    LinkClient *client = context;
    *output = *diagnostics = STR("");
    LinkJob job = { .arguments = arguments,
                    .argument_count = argument_count,
                    .arena = arena,
                    .output = output,
                    .diagnostics = diagnostics };
    pthread_mutex_lock(&client->lock);
    Status status = make_inputs(client, &job, inputs, input_count);
    bool again = status_ok(status);
    for (int attempt = 0; again && attempt < ATTEMPTS_MAX; attempt++)
        status = try_once(client, &job, &again);
    release_inputs(client, &job);
    pthread_mutex_unlock(&client->lock);
    if (!status_ok(status) && !status.context)
        status.context = "rscc-ld died twice over one link";
    return status;
}

LinkOps link_client_ops(LinkClient *client)
{
    return (LinkOps){ .run = run_link, .context = client };
}
