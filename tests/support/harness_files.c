#include "support/harness_files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "support/run.h"

static const char *full_path(Arena *arena, const char *root, const char *path)
{
    return path_join(arena, str_from_c(root), str_from_c(path));
}

void harness_write(const char *root, const char *path, Str text)
{
    Arena *arena = arena_new(NULL);
    const char *full = full_path(arena, root, path);
    must(status_ok(dir_make_all(arena_copy_str(arena, path_parent(str_from_c(full))))),
         "make directory");
    must(status_ok(file_write_atomic(full, text, 0644)), full);
    arena_free(arena);
}

Str harness_read(const char *root, const char *path, Arena *arena)
{
    Str text = { 0 };
    must(status_ok(file_read(full_path(arena, root, path), arena, 1u << 30, &text, NULL)), path);
    return text;
}

void harness_remove(const char *root, const char *path)
{
    Arena *arena = arena_new(NULL);
    must(remove(full_path(arena, root, path)) == 0, path);
    arena_free(arena);
}

const char *harness_temporary(Arena *arena)
{
    const char *base = getenv("TMPDIR");
    char *template = arena_printf(arena, "%s/rscc-test-XXXXXX", base ? base : "/tmp");
    must(mkdtemp(template) != NULL, "mkdtemp");
    return template;
}

void harness_remove_tree(const char *root)
{
    DIR *directory = opendir(root);
    if (!directory)
        return;
    Arena *arena = arena_new(NULL);
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        const char *path = full_path(arena, root, entry->d_name);
        struct stat stat;
        if (lstat(path, &stat) == 0 && S_ISDIR(stat.st_mode))
            harness_remove_tree(path);
        else
            remove(path);
    }
    closedir(directory);
    rmdir(root);
    arena_free(arena);
}

void harness_copy_tree(const char *from, const char *to)
{
    DIR *directory = opendir(from);
    must(directory != NULL, from);
    Arena *arena = arena_new(NULL);
    must(status_ok(dir_make_all(to)), to);
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        const char *source = full_path(arena, from, entry->d_name);
        struct stat stat;
        must(lstat(source, &stat) == 0, source);
        if (S_ISDIR(stat.st_mode))
            harness_copy_tree(source, full_path(arena, to, entry->d_name));
        else if (S_ISREG(stat.st_mode))
            harness_write(to, entry->d_name, harness_read(from, entry->d_name, arena));
    }
    closedir(directory);
    arena_free(arena);
}

static bool is_target(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
           strcmp(entry->d_name, "target") == 0;
}

static void remove_absent(const char *from, const char *to, Arena *arena)
{
    DIR *directory = opendir(to);
    if (!directory)
        return;
    for (struct dirent *entry; (entry = readdir(directory));) {
        struct stat stat;
        const char *path = full_path(arena, to, entry->d_name);
        if (is_target(entry) || lstat(full_path(arena, from, entry->d_name), &stat) == 0)
            continue;
        harness_remove_tree(path);
        remove(path);
    }
    closedir(directory);
}

static void sync_file(const char *from, const char *to, const char *name, Arena *arena)
{
    Str text = harness_read(from, name, arena), old;
    Status status = file_read(full_path(arena, to, name), arena, 1u << 30, &old, NULL);
    if (!status_ok(status) || !str_eq(text, old))
        harness_write(to, name, text);
}

void harness_sync_tree(const char *from, const char *to)
{
    Arena *arena = arena_new(NULL);
    remove_absent(from, to, arena);
    DIR *directory = opendir(from);
    must(directory != NULL, from);
    for (struct dirent *entry; (entry = readdir(directory));) {
        struct stat stat;
        if (is_target(entry) || lstat(full_path(arena, from, entry->d_name), &stat) != 0)
            continue;
        if (S_ISDIR(stat.st_mode))
            harness_sync_tree(full_path(arena, from, entry->d_name),
                              full_path(arena, to, entry->d_name));
        else if (S_ISREG(stat.st_mode))
            sync_file(from, to, entry->d_name, arena);
    }
    closedir(directory);
    arena_free(arena);
}
