/* Machine code: shards of mono items to ELF objects through LLVM. LLVM's types appear in this
 * folder only.
 *
 * One context and one module per shard; target machines come from a pool, one per thread that is
 * compiling. An object depends on the MIR of its items, on layouts, signatures and symbols of what
 * they use, and on the options: never on positions (panic locations are symbols of another object),
 * on other shards, on paths or on threads. */
#ifndef RSCC_CODEGEN_CODEGEN_H
#define RSCC_CODEGEN_CODEGEN_H

#include "mono/mono.h"

ID_TYPE(OptionsId, options_id)

typedef enum { PANIC_ABORT, PANIC_UNWIND } PanicStrategy;
typedef enum { DEBUGINFO_NONE, DEBUGINFO_LINES, DEBUGINFO_FULL } DebugInfo;
typedef enum { OPT_LEVEL_SIZE = 4, OPT_LEVEL_MIN_SIZE = 5 } OptLevel; /* 0 to 3 are themselves */
/* Interned: kind `options`. No padding. */
typedef struct {
    uint32_t opt_level;       /* 0 to 3, or OptLevel */
    uint32_t debug_info;      /* DebugInfo */
    uint32_t overflow_checks; /* 0, 1 */
    uint32_t panic_strategy;  /* PanicStrategy */
    uint32_t target_cpu;      /* SymId; none: x86-64 */
} CodegenOptions;
OptionsId options_intern(Interners *in, CodegenOptions options);
CodegenOptions options_record(const Interners *in, OptionsId options);
/* Cargo's profiles `dev` (opt-level 0, overflow checks) and `release` (opt-level 3). */
CodegenOptions codegen_options_dev(void);
CodegenOptions codegen_options_release(void);

/* Target machines for the process: SERVICE_CODEGEN of the engine. Threads: any. */
typedef struct CodegenPool CodegenPool;
CodegenPool *codegen_pool_new(void);
void codegen_pool_free(CodegenPool *pool);
/* Compiles an empty module, so that the first real one finds LLVM's tables made (about 2 ms). */
void codegen_pool_warm(CodegenPool *pool);

typedef struct {
    DefId crate;
    DefId module;
    uint32_t path_generic; /* as in ShardKey */
    OptionsId options;
} ShardObjectKey;
typedef struct {
    DefId crate;
    FileId file;
} LocationKey;
typedef struct {
    bool has_error; /* something in it could not be compiled: reported */
    Str bytes;      /* ELF, relocatable; empty with has_error */
} ObjectCode;
typedef struct {
    FileId file; /* where it was written: of what a macro made, that of the outermost call */
    DefId def;
} LocationSite;
typedef struct {
    LocationSite *sites; /* by the fingerprints of file and definition */
    uint32_t count;
} LocationIndex;
typedef struct {
    FileId *files; /* by fingerprint */
    uint32_t count;
} LocationFiles;
typedef struct {
    DefId *items; /* whose panic sites stand in the file, by fingerprint */
    uint32_t count;
} LocationDefs;

typedef enum { CODEGEN_TEXT_LLVM_IR, CODEGEN_TEXT_ASM } CodegenText;
/* For `rscc dump`: IR before the passes (or after them, when optimized), or assembly, of the
 * instances. false and nothing if something could not be compiled. */
bool codegen_text(Job *job, const InstanceId *instances, uint32_t count, OptionsId options,
                  CodegenText what, bool optimized, Text *out);

#define QUERY QUERY_DECLARE
#include "codegen/codegen_queries.def"
#undef QUERY

#endif
