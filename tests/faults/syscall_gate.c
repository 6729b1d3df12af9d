#include "faults/syscall_gate.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const int gated[] = {
    SYS_openat,    SYS_write,   SYS_pwrite64,  SYS_fsync,     SYS_fdatasync,
    SYS_ftruncate, SYS_rename,  SYS_renameat2, SYS_unlink,    SYS_unlinkat,
    SYS_mkdir,     SYS_mkdirat, SYS_utimensat, SYS_fallocate, SYS_truncate,
};
enum { GATED_COUNT = ARRAY_COUNT(gated) };

/* ---- the child ---- */

static int install_filter(void)
{
    struct sock_filter filter[GATED_COUNT + 3];
    filter[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
    for (int i = 0; i < GATED_COUNT; i++)
        filter[1 + i] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)gated[i],
                                                     (unsigned char)(GATED_COUNT - i), 0);
    filter[GATED_COUNT + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[GATED_COUNT + 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    struct sock_fprog program = { GATED_COUNT + 3, filter };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                        &program);
}

typedef union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
} ControlMessage;

static void send_descriptor(int socket, int fd)
{
    char byte = fd >= 0 ? 'y' : 'n';
    struct iovec data = { &byte, 1 };
    ControlMessage control;
    memset(&control, 0, sizeof control);
    struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };
    if (fd >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control.space;
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
    }
    (void)!sendmsg(socket, &message, 0);
}

static int receive_descriptor(int socket)
{
    char byte = 'n';
    struct iovec data = { &byte, 1 };
    ControlMessage control;
    memset(&control, 0, sizeof control);
    struct msghdr message = { .msg_iov = &data,
                              .msg_iovlen = 1,
                              .msg_control = &control,
                              .msg_controllen = sizeof control.space };
    int fd = -1;
    if (recvmsg(socket, &message, 0) == 1 && byte == 'y' && CMSG_FIRSTHDR(&message))
        memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    return fd;
}

/* ---- the parent ---- */

/* The answer to one call; false once the child is killed. */
static bool answer(int listener, pid_t child, const GatePlan *plan, GateResult *result)
{
    struct seccomp_notif call;
    memset(&call, 0, sizeof call);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0)
        return errno == EINTR || errno == ENOENT;
    int number = ++result->seen;
    bool hit = plan->at && (number == plan->at || (plan->lasting && number > plan->at));
    result->hits += hit;
    if (hit && !plan->error) {
        kill(child, SIGKILL);
        return false;
    }
    struct seccomp_notif_resp response = { .id = call.id };
    if (hit)
        response.error = -plan->error;
    else
        response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    (void)!ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
    return true;
}

static void supervise(int listener, pid_t child, const GatePlan *plan, GateResult *result)
{
    for (;;) {
        struct pollfd poll_listener = { .fd = listener, .events = POLLIN };
        if (poll(&poll_listener, 1, -1) < 0 && errno == EINTR)
            continue;
        if (!(poll_listener.revents & POLLIN) || !answer(listener, child, plan, result))
            break;
    }
}

bool gate_run(void (*body)(void *argument), void *argument, GatePlan plan, GateResult *out)
{
    int sockets[2];
    *out = (GateResult){ 0 };
    rsc_assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0);
    pid_t child = fork();
    if (child == 0) {
        int fd = install_filter();
        send_descriptor(sockets[1], fd);
        if (fd < 0)
            _exit(1);
        close(fd);
        close(sockets[0]);
        close(sockets[1]);
        body(argument);
        _exit(0);
    }
    close(sockets[1]);
    int listener = receive_descriptor(sockets[0]);
    close(sockets[0]);
    if (listener >= 0) {
        supervise(listener, child, &plan, out);
        close(listener);
    }
    while (waitpid(child, &out->status, 0) != child && errno == EINTR) {
    }
    return listener >= 0;
}
