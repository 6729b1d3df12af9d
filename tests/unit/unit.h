/* What every unit test includes: cmocka with the headers it wants first, and helpers for what
 * cmocka lacks. */
#ifndef RSCC_TESTS_UNIT_H
#define RSCC_TESTS_UNIT_H

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Whether body(argument) ends the process with an assertion. Runs it in a child; the report goes to
 * /dev/null. */
static inline int unit_asserts(void (*body)(void *), void *argument)
{
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 2);
        body(argument);
        _exit(0);
    }
    int status = 0;
    while (waitpid(child, &status, 0) != child) {
    }
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

#endif
