/* rsccd: the supervisor, an engine, or a single command, by its first argument. */
#include <stdio.h>
#include <string.h>

#include "daemon/engine.h"
#include "daemon/once.h"
#include "daemon/supervisor.h"

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    if (strcmp(mode, "--once") == 0)
        return once_main(argc - 2, argv + 2);
    if (strcmp(mode, "--supervisor") == 0)
        return supervisor_main(argc - 2, argv + 2);
    if (strcmp(mode, "--engine") == 0)
        return engine_main(argc - 2, argv + 2);
    fprintf(stderr,
            "rsccd is started by rscc; `rsccd --once ARGUMENTS` runs one command of rscc\n");
    return 2;
}
