/* What test_link links: a program that needs no library. `extra` is there to be missed: test_link
 * links a second object that wants it. */
#ifdef WANTS_EXTRA
int extra(void);
int wants_extra(void);
int wants_extra(void)
{
    return extra();
}
#else
#include <sys/syscall.h>

_Noreturn void _start(void);
_Noreturn void _start(void)
{
    for (;;)
        __asm__ volatile("syscall" : : "a"(SYS_exit), "D"(42) : "rcx", "r11", "memory");
}
#endif
