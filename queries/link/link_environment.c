/* Finds the C start files and libraries of the machine. */
#include <dirent.h>
#include <string.h>

#include "link/link.h"

static const char *const library_directories[] = {
    "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib",
};
static const char *const gcc_directories[] = {
    "/usr/lib/gcc/x86_64-linux-gnu",
    "/usr/lib/gcc/x86_64-redhat-linux",
    "/usr/lib/gcc/x86_64-pc-linux-gnu",
};

typedef struct {
    Arena *arena;
    const LinkLooks *looks;
    const char *root;
} Search;

static bool look_at(const Search *search, const char *path, LinkFile *out)
{
    Fp content;
    if (!search->looks->file(search->looks->context, path, &content))
        return false;
    *out = (LinkFile){ str_from_c(path), content };
    return true;
}

static bool find_file(const Search *search, const char *name, LinkFile *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(library_directories); i++) {
        const char *path =
            arena_printf(search->arena, "%s%s/%s", search->root, library_directories[i], name);
        if (look_at(search, path, out))
            return true;
    }
    return false;
}

/* The newest of the directories named by a number; 0 if there is none. */
static long newest_version(const char *directory)
{
    DIR *entries = opendir(directory);
    long newest = 0;
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        char *end = entry->d_name;
        long version = 0;
        for (; *end >= '0' && *end <= '9' && version < 1000; end++)
            version = version * 10 + (*end - '0');
        if (version > newest && (*end == '\0' || *end == '.'))
            newest = version;
    }
    if (entries)
        closedir(entries);
    return newest;
}

static bool find_libgcc(const Search *search, LinkFile *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(gcc_directories); i++) {
        const char *directory =
            arena_printf(search->arena, "%s%s", search->root, gcc_directories[i]);
        search->looks->directory(search->looks->context, directory);
        long version = newest_version(directory);
        const char *path = arena_printf(search->arena, "%s/%ld/libgcc.a", directory, version);
        if (version > 0 && look_at(search, path, out))
            return true;
    }
    return false;
}

static void need(LinkEnvironment *environment, bool found, const char *name)
{
    if (!found && environment->missing.bytes == 0)
        environment->missing = str_from_c(name);
}

void link_environment_find(Arena *arena, const LinkLooks *looks, const char *root,
                           LinkEnvironment *out)
{
    const Search search = { arena, looks, root };
    *out = (LinkEnvironment){ .missing = STR(""),
                              .dynamic_linker = STR("/lib64/ld-linux-x86-64.so.2") };
    out->start_files = arena_alloc_array(arena, 2, sizeof(LinkFile));
    need(out, find_file(&search, "Scrt1.o", &out->start_files[0]), "Scrt1.o (install libc6-dev)");
    need(out, find_file(&search, "crti.o", &out->start_files[1]), "crti.o (install libc6-dev)");
    out->end_files = arena_alloc_array(arena, 1, sizeof(LinkFile));
    need(out, find_file(&search, "crtn.o", &out->end_files[0]), "crtn.o (install libc6-dev)");
    out->libraries = arena_alloc_array(arena, 4, sizeof(LinkFile));
    LinkFile *next = out->libraries;
    /* libgcc has 128-bit division and conversions; without it only programs that use them do not
     * link. */
    next += find_libgcc(&search, next);
    need(out, find_file(&search, "libc.so.6", next), "libc.so.6");
    next++;
    next += find_file(&search, "libc_nonshared.a", next);
    next += find_file(&search, "libm.so.6", next);
    if (out->missing.bytes > 0)
        return;
    out->start_file_count = 2;
    out->end_file_count = 1;
    out->library_count = (uint32_t)(next - out->libraries);
}
