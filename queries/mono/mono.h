/* Monomorphisation: which functions, statics and constants a crate target needs as machine code,
 * their symbols, and how they are cut into shards and groups.
 *
 * Everything is a pure function of the set of items: a shard is a leaf of the binary trie over
 * H(symbol) per (module, generic or not), with at most MONO_SHARD_ITEMS items; a group is a node of
 * the trie over shards. Adding an item splits one leaf. */
#ifndef RSCC_MONO_MONO_H
#define RSCC_MONO_MONO_H

#include "consteval/consteval.h"
#include "resolve/resolve.h"

ID_TYPE(InstanceId, instance_id)

typedef enum {
    MONO_NONE,
    MONO_FN,         /* function def with args, from its MIR; constructors too */
    MONO_STATIC,     /* static def */
    MONO_CONST,      /* memory of constant (def, args, promoted), homed with its owner */
    MONO_DROP_GLUE,  /* drops a value of `ty` in place */
    MONO_CLONE_SHIM, /* Clone::clone of the tuple or array `ty` */
    MONO_REIFY_SHIM, /* (def, args) as a function pointer although it takes a caller location */
    MONO_ENTRY,      /* C's main for the crate whose main function is def */
} MonoKind;
/* Interned: kind `instance`. No padding. */
typedef struct {
    uint32_t kind;     /* MonoKind */
    uint32_t def;      /* DefId */
    uint32_t args;     /* ArgsId: closed, normalized, regions erased */
    uint32_t ty;       /* TyId: DROP_GLUE, CLONE_SHIM */
    uint32_t promoted; /* CONST */
} InstanceRecord;
InstanceId instance_intern(Interners *in, InstanceRecord record);
InstanceRecord instance_record(const Interners *in, InstanceId instance);
static inline InstanceId instance_of_fn(Interners *in, DefId def, ArgsId args)
{
    return instance_intern(in, (InstanceRecord){ MONO_FN, def.v, args.v, 0, 0 });
}
void instance_text(const Interners *in, InstanceId instance, Text *out);

/* What a call or use of a function means to the code generator. */
typedef struct {
    uint8_t kind; /* InstanceKind; ITEM: instance */
    InstanceId instance;
    DefId def; /* INTRINSIC: which */
    ArgsId args;
} MonoCallee;
/* The callee behind function item (def, args) in an instance whose own args are outer. */
MonoCallee mono_callee(Job *job, DefId def, ArgsId args, ArgsId outer);
/* A type of an instance's body: args put in, normalized. */
TyId mono_ty(Job *job, TyId ty, ArgsId outer);
/* The body of an instance with code made from MIR, or NULL. */
const MirBody *mono_body(Job *job, InstanceId instance);
/* Closed, normalized signature of a function with args. */
FnSig mono_fn_sig(Job *job, DefId def, ArgsId args, Arena *arena);
/* How an instance with code is called, caller location included. */
FnAbi mono_fn_abi(Job *job, InstanceId instance, Arena *arena);
/* The constant behind a MIR operand of an instance with args `outer`; false for a scalar that needs
 * no evaluation (then bits are set) and after errors (then *is_error). */
typedef struct {
    bool is_value; /* value is set */
    bool is_error;
    ConstKey key;
    const ConstValue *value;
    Uint128 bits;
} MonoConst;
MonoConst mono_const(Job *job, const MirConst *constant, DefId owner, ArgsId outer);
/* The value is used through memory of its own (MONO_CONST): it is no scalar or pair, or it points
 * to further memory. */
bool mono_const_needs_memory(Job *job, const ConstValue *value);
InstanceId instance_of_const(Interners *in, ConstKey key);
/* The lang item that a crate's code means by a name; none if there is none. */
DefId mono_lang_item(Job *job, DefId crate, const char *name);
/* The module (or crate root) around a definition. */
DefId mono_module_of(const Interners *in, DefId def);

/* Attributes and facts of a definition that the back end reads: a projection, so that a header's
 * other changes stop here. */
typedef struct {
    SymId symbol; /* fixed name: no_mangle, export_name, link_name, foreign functions; none: mangled
                   */
    SymId intrinsic; /* rustc_intrinsic's name */
    SymId lang_item;
    bool is_root; /* must be in the program though nobody uses it: no_mangle, export_name */
    bool track_caller, is_inline, is_cold, is_mut; /* is_mut: static mut */
} CodegenAttrs;

typedef struct {
    SymId symbol;
} SymbolName;

typedef struct {
    InstanceId *instances; /* each once, in order of first use */
    uint32_t count;
    bool has_error; /* a body could not be built or evaluated: nothing may be linked */
} MonoUses;

typedef struct {
    InstanceId instance;
    SymId symbol;
    uint64_t hash; /* H(symbol): leading bits choose the shard */
    DefId module;  /* where its definition stands */
    uint8_t is_generic;
} MonoItem;
/* Trie paths: the bits from the root below a leading 1; 1 is the root. */
typedef struct {
    DefId module;
    uint8_t is_generic;
    uint32_t path;
    IdRange items; /* in CollectedItems.items */
} MonoShard;
typedef struct {
    uint64_t path;
    IdRange shards; /* in CollectedItems.shards */
} MonoGroup;
typedef struct {
    bool has_error;
    /* By (module, is_generic, hash, symbol), modules by fingerprint. */
    MonoItem *items;
    uint32_t item_count;
    MonoShard *shards;
    uint32_t shard_count; /* by (H(module, is_generic), path bits) */
    MonoGroup *groups;
    uint32_t group_count;
} CollectedItems;

enum { MONO_SHARD_ITEMS = 16, MONO_GROUP_SHARDS = 64 };

typedef struct {
    DefId crate;           /* the target */
    DefId module;          /* where the items are defined, maybe in another crate */
    uint32_t path_generic; /* path << 1 | is_generic */
} ShardKey;
static inline ShardKey shard_key(DefId crate, const MonoShard *shard)
{
    return (ShardKey){ crate, shard->module, shard->path << 1 | shard->is_generic };
}
typedef struct {
    InstanceId *instances; /* ordered by symbol */
    uint32_t count;
} ShardItems;

typedef struct {
    DefId crate;
    uint32_t unused;
    uint64_t path;
} GroupKey;
typedef struct {
    ShardKey *shards;
    uint32_t count;
} GroupShards;
typedef struct {
    uint64_t *paths;
    uint32_t count;
    bool has_error;
} GroupList;

/* Places in a function's MIR that a panic may name: spans of its asserts and of calls to
 * #[track_caller] functions. */
typedef struct {
    uint32_t *spans; /* ascending local span indexes */
    uint32_t count;
} PanicSites;

#define QUERY QUERY_DECLARE
#include "mono/mono_queries.def"
#undef QUERY

#endif
