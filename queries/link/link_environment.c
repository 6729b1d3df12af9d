/* Finds the C start files and libraries of the machine, once per process of the driver. */
#include <dirent.h>
#include <string.h>

#include "base/file.h"
#include "link/link.h"

enum { FILE_LIMIT_BYTES = 64 << 20 };

static const char *const library_directories[] = {
    "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib",
};
static const char *const gcc_directories[] = {
    "/usr/lib/gcc/x86_64-linux-gnu",
    "/usr/lib/gcc/x86_64-redhat-linux",
    "/usr/lib/gcc/x86_64-pc-linux-gnu",
};

static bool read_link_file(Arena *arena, const char *path, LinkFile *out)
{
    Str bytes;
    if (!status_ok(file_read(path, arena, FILE_LIMIT_BYTES, &bytes, NULL)))
        return false;
    *out = (LinkFile){ str_from_c(path), fp_of_bytes(bytes.data, bytes.bytes, 0) };
    return true;
}

static bool find_file(Arena *arena, const char *name, LinkFile *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(library_directories); i++) {
        if (read_link_file(arena, arena_printf(arena, "%s/%s", library_directories[i], name), out))
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

static bool find_libgcc(Arena *arena, LinkFile *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(gcc_directories); i++) {
        long version = newest_version(gcc_directories[i]);
        const char *path = arena_printf(arena, "%s/%ld/libgcc.a", gcc_directories[i], version);
        if (version > 0 && read_link_file(arena, path, out))
            return true;
    }
    return false;
}

static void need(LinkEnvironment *environment, bool found, const char *name)
{
    if (!found && environment->missing.bytes == 0)
        environment->missing = str_from_c(name);
}

void link_environment_find(Arena *arena, LinkEnvironment *out)
{
    *out = (LinkEnvironment){ .missing = STR(""),
                              .dynamic_linker = STR("/lib64/ld-linux-x86-64.so.2") };
    out->start_files = arena_alloc_array(arena, 2, sizeof(LinkFile));
    need(out, find_file(arena, "Scrt1.o", &out->start_files[0]), "Scrt1.o (install libc6-dev)");
    need(out, find_file(arena, "crti.o", &out->start_files[1]), "crti.o (install libc6-dev)");
    out->end_files = arena_alloc_array(arena, 1, sizeof(LinkFile));
    need(out, find_file(arena, "crtn.o", &out->end_files[0]), "crtn.o (install libc6-dev)");
    out->libraries = arena_alloc_array(arena, 4, sizeof(LinkFile));
    LinkFile *next = out->libraries;
    /* libgcc has 128-bit division and conversions; without it only programs that use them do not
     * link. */
    next += find_libgcc(arena, next);
    need(out, find_file(arena, "libc.so.6", next), "libc.so.6");
    next++;
    next += find_file(arena, "libc_nonshared.a", next);
    next += find_file(arena, "libm.so.6", next);
    if (out->missing.bytes > 0)
        return;
    out->start_file_count = 2;
    out->end_file_count = 1;
    out->library_count = (uint32_t)(next - out->libraries);
}
