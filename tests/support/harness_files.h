/* Files of tests: written and read whole; a failure ends the test. */
#ifndef RSCC_TESTS_SUPPORT_HARNESS_FILES_H
#define RSCC_TESTS_SUPPORT_HARNESS_FILES_H

#include "base/arena.h"

/* Files below a root, '/'-separated paths. */
void harness_write(const char *root, const char *path, Str text);
Str harness_read(const char *root, const char *path, Arena *arena);
void harness_remove(const char *root, const char *path);
/* A new empty directory below the system's directory for temporary files; the whole tree is removed
 * by harness_remove_tree. */
const char *harness_temporary(Arena *arena);
void harness_remove_tree(const char *root);
/* Copies the directory tree (regular files). */
void harness_copy_tree(const char *from, const char *to);
/* Makes `to` equal `from`, `target` directories apart, and writes only files that differ. */
void harness_sync_tree(const char *from, const char *to);

#endif
