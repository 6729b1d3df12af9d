/* Linking: shard objects -> group objects -> binary, each a query over bytes. The linker runs
 * elsewhere, behind LinkOps (SERVICE_LINK).
 *
 * Output bytes are a function of the inputs' bytes and of the options: no build id, no timestamps,
 * no paths. */
#ifndef RSCC_LINK_LINK_H
#define RSCC_LINK_LINK_H

#include "codegen/codegen.h"
#include "link/link_ops.h"
#include "project/project.h"

typedef struct {
    DefId crate;
    OptionsId options;
    uint64_t path; /* as in GroupKey */
} GroupObjectKey;
/* Some of a target's files: those whose fingerprint begins with the bits of `path`, as in GroupKey.
 */
typedef struct {
    DefId crate;
    uint32_t path;
} LocationGroupKey;
typedef struct {
    DefId crate;
    OptionsId options;
} BinaryKey;

typedef struct {
    bool has_error; /* reported, or an input had one */
    Str bytes;      /* ELF executable */
} Binary;
typedef struct {
    bool has_error;
    Fp fp; /* of the bytes */
    uint64_t size;
} BinaryDigest;

/* Files of the C toolchain that an executable is linked from: an input, found by
 * link_environment_find. */
typedef struct {
    Str path; /* absolute */
    Fp content;
} LinkFile;
typedef struct {
    Str missing; /* what was not found: linking is an error that names it; empty if nothing */
    LinkFile *start_files; /* Scrt1.o, crti.o: before everything */
    uint32_t start_file_count;
    LinkFile *libraries; /* libgcc.a, libc.so.6, libc_nonshared.a, ...: after the objects */
    uint32_t library_count;
    LinkFile *end_files; /* crtn.o */
    uint32_t end_file_count;
    Str dynamic_linker;
} LinkEnvironment;
/* How link_environment_find looks at the machine, so that its caller knows what the result rests
 * on. Paths are borrowed for the call. */
typedef struct {
    /* Whether there is such a file; *content: fp_of_bytes with seed 0. */
    bool (*file)(void *context, const char *path, Fp *content);
    /* The directory is about to be listed. */
    void (*directory)(void *context, const char *path);
    void *context;
} LinkLooks;
/* Looks in the well-known directories below `root` ("": the machine's), for the files' hashes too.
 * Called by the driver, never by a provider. */
void link_environment_find(Arena *arena, const LinkLooks *looks, const char *root,
                           LinkEnvironment *out);

#define QUERY QUERY_DECLARE
#define QUERY_INPUT(name, KeyType, ValueType, flags, doc) \
    QUERY_DECLARE_ACCESSOR(name, KeyType, ValueType)
#include "link/link_queries.def"
#undef QUERY
#undef QUERY_INPUT

#endif
