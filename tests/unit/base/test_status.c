#include <errno.h>

#include "base/status.h"
#include "unit/unit.h"

static void errno_maps_to_codes(void **state)
{
    (void)state;
    assert_int_equal(status_from_errno(ENOENT, "x").code, STATUS_NOT_FOUND);
    assert_int_equal(status_from_errno(EACCES, "x").code, STATUS_PERMISSION);
    assert_int_equal(status_from_errno(ENOSPC, "x").code, STATUS_NO_SPACE);
    assert_int_equal(status_from_errno(EROFS, "x").code, STATUS_READ_ONLY);
    assert_int_equal(status_from_errno(EIO, "x").code, STATUS_IO);
    assert_int_equal(status_from_errno(EBADF, "x").code, STATUS_IO);
    assert_true(status_ok(status_from_errno(0, "x")));
    assert_false(status_ok(status_make(STATUS_CORRUPT, NULL)));
}

static void text_names_context_code_and_errno(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    assert_string_equal(status_text(status_from_errno(ENOENT, "a/b"), arena),
                        "a/b: not found (No such file or directory)");
    assert_string_equal(status_text(status_make(STATUS_CORRUPT, "store"), arena),
                        "store: damaged data");
    assert_string_equal(status_text(status_make(STATUS_TIMEOUT, NULL), arena), "timed out");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errno_maps_to_codes),
        cmocka_unit_test(text_names_context_code_and_errno),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
