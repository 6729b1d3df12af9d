/* What the crash report says of the queries under way. */
#include <stdio.h>

#include "base/crash.h"
#include "unit/engine/toy.h"
#include "unit/unit.h"

static void crash_in_cell(const ToyDisk *disk)
{
    crash_install("toy", "build-7", NULL);
    Toy toy;
    toy_open(&toy, disk, (ToyConfig){ .threads = 1 });
    toy_update(&toy);
    toy_value(&toy, "base", "sum");
    _exit(0);
}

/* In a child; what it wrote to stderr goes to `report`. */
static int crash_in_child(const ToyDisk *disk, char *report, size_t bytes)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 2);
        crash_in_cell(disk);
    }
    close(ends[1]);
    size_t used = 0;
    for (ssize_t n; used + 1 < bytes && (n = read(ends[0], report + used, bytes - 1 - used)) > 0;)
        used += (size_t)n;
    report[used] = '\0';
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void the_report_has_the_query_stack_in_words(void **state)
{
    (void)state;
    ToyDisk disk = { 0 };
    toy_disk_write(&disk, "base", "sum = + 1 part\npart = * 2 broken\nbroken = ^\n");
    char report[4096];
    int status = crash_in_child(&disk, report, sizeof report);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    const char *expected = "toy (build build-7): killed by SIGABRT\n"
                           "  while cell_value(base::broken)\n"
                           "  while cell_value(base::part)\n"
                           "  while cell_value(base::sum)\n";
    assert_non_null(strstr(report, expected));
    toy_disk_release(&disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_report_has_the_query_stack_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
