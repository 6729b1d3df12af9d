/* Files, items and definitions as identities, and spans: the names that every later stage uses.
 *
 * Three identities, all interned, all the same in every process:
 *   FileId  a file: (package directory relative to the workspace root, path inside the package).
 *   ItemId  an item as written: a path of (kind, name, disambiguator) from its file or from the
 * expansion that made it. Knows nothing of modules mounted where; stable when other items come, go
 * or move. DefId   a definition: a path of (kind, name, disambiguator) from its crate root.
 * Macro-made items are named like written ones.
 */
#ifndef RSCC_SOURCE_SOURCE_H
#define RSCC_SOURCE_SOURCE_H

#include "base/intern.h"
#include "base/vec.h"
#include "engine/engine.h"
#include "query_kinds.h"
#include "source/edition.h"

ID_TYPE(FileId, file_id)
ID_TYPE(ItemId, item_id)
ID_TYPE(DefId, def_id)
ID_TYPE(CallId, call_id)

/* ---- files -------------------------------------------------------------------------------------
 */
typedef struct {
    SymId package; /* directory of the package, relative to the workspace root, "" for the root
                      itself; for files that `#[path]` finds elsewhere ".." and the like, or "/" */
    SymId path;    /* inside the package, '/'-separated, no "." or ".." */
} FileRecord;
FileId file_id_intern(Interners *interners, SymId package, SymId path);
FileRecord file_record(const Interners *interners, FileId file);
/* `package/path`, for people. */
void file_path_text(const Interners *interners, FileId file, Text *out);

typedef enum {
    FILE_TEXT_OK,
    FILE_TEXT_ABSENT,     /* looked for and not there: a negative fact */
    FILE_TEXT_UNREADABLE, /* there, but cannot be read (os_error tells) */
    FILE_TEXT_NOT_UTF8,   /* invalid_at is the byte offset */
    FILE_TEXT_TOO_LARGE,  /* over 1 GiB */
} FileTextState;

typedef struct {
    uint8_t state; /* FileTextState */
    int32_t os_error;
    uint32_t invalid_at;
    Str text; /* with OK: without BOM */
} FileText;

/* What a package's files have in common. */
typedef struct {
    SymId package; /* as in FileRecord */
} PackageKey;
typedef struct {
    uint8_t edition; /* Edition */
} PackageEdition;

/* ---- items and definitions ----------------------------------------------------------------------
 */
/* DEF(UPPER, lower, "as messages call it", namespaces: T type, V value, M macro, 0 none) */
#define DEF_KIND_TABLE(X)                                      \
    X(CRATE, crate, "crate", T)                                \
    X(MOD, mod, "module", T)                                   \
    X(FN, fn, "function", V)                                   \
    X(STRUCT, struct, "struct", T)                             \
    X(ENUM, enum, "enum", T)                                   \
    X(UNION, union, "union", T)                                \
    X(VARIANT, variant, "variant", T)                          \
    X(FIELD, field, "field", 0)                                \
    X(CTOR, ctor, "constructor", V)                            \
    X(TRAIT, trait, "trait", T)                                \
    X(TYPE_ALIAS, type_alias, "type alias", T)                 \
    X(IMPL, impl, "implementation", 0)                         \
    X(CONST, const, "constant", V)                             \
    X(STATIC, static, "static", V)                             \
    X(ASSOC_FN, assoc_fn, "associated function", V)            \
    X(ASSOC_CONST, assoc_const, "associated constant", V)      \
    X(ASSOC_TYPE, assoc_type, "associated type", T)            \
    X(TYPE_PARAM, type_param, "type parameter", T)             \
    X(LIFETIME_PARAM, lifetime_param, "lifetime parameter", 0) \
    X(CONST_PARAM, const_param, "const parameter", V)          \
    X(FOREIGN_MOD, foreign_mod, "extern block", 0)             \
    X(FOREIGN_FN, foreign_fn, "function", V)                   \
    X(FOREIGN_STATIC, foreign_static, "static", V)             \
    X(USE, use, "import", 0)                                   \
    X(EXTERN_CRATE, extern_crate, "extern crate", 0)           \
    X(MACRO, macro, "macro", M)                                \
    X(MACRO_CALL, macro_call, "macro invocation", 0)           \
    X(CLOSURE, closure, "closure", 0)                          \
    X(ANON_CONST, anon_const, "constant", 0)                   \
    X(GLOBAL_ASM, global_asm, "global asm", 0)

typedef enum {
    DEF_NONE,
#define X(U, l, text, ns) DEF_##U,
    DEF_KIND_TABLE(X)
#undef X
        DEF_KIND_COUNT,
    /* Roots of item paths only: */
    ITEM_ROOT_FILE,
    ITEM_ROOT_CALL,
} DefKind;
const char *def_kind_text(DefKind kind);

/* One record shape for both: no padding. */
typedef struct {
    uint32_t kind;   /* DefKind */
    uint32_t parent; /* ItemId or DefId; for roots FileId (ITEM_ROOT_FILE), CallId (ITEM_ROOT_CALL),
                        0 (DEF_CRATE) */
    uint32_t name;   /* SymId; none for closures, anonymous constants, foreign modules; impls: their
                        header, shortened, for people */
    uint32_t disambiguator; /* among equal (parent, kind, name, hash), in order of declaration */
    uint64_t hash; /* impls, uses, macro calls, `_` constants: of the header's tokens; crates: of
                      package, target kind; else 0 */
} PathRecord;
ItemId item_id_intern(Interners *interners, PathRecord record);
PathRecord item_record(const Interners *interners, ItemId item);
/* None for no file, which is what a cancelled job reads. */
ItemId item_root_of_file(Interners *interners, FileId file);
ItemId item_root_of_call(Interners *interners, CallId call);
/* The file of a written item; none for one made by an expansion. */
FileId item_file(const Interners *interners, ItemId item);
/* The root of its path: kind ITEM_ROOT_FILE or ITEM_ROOT_CALL. */
ItemId item_root(const Interners *interners, ItemId item);
/* `package/path.rs::a::b`, for traces. */
void item_path_text(const Interners *interners, ItemId item, Text *out);

DefId def_id_intern(Interners *interners, PathRecord record);
PathRecord def_record(const Interners *interners, DefId def);
DefId def_child(Interners *interners, DefId parent, DefKind kind, SymId name,
                uint32_t disambiguator);
static inline DefKind def_kind(const Interners *interners, DefId def)
{
    return (DefKind)def_record(interners, def).kind;
}
DefId def_parent(const Interners *interners, DefId def);
DefId def_crate(const Interners *interners, DefId def);
SymId def_name(const Interners *interners, DefId def);
/* `a::b::c` without the crate's name, with `<impl Trait for T>`-like parts for nameless steps; as
 * in rustc's messages. */
void def_path_text(const Interners *interners, DefId def, Text *out);
/* With the crate's name in front. */
void def_qualified_text(const Interners *interners, DefId def, Text *out);

/* A macro call that made items or tokens: named by content, not by position. The macro is named as
 * an item, because calls are resolved before definitions have paths. */
typedef struct {
    uint32_t owner; /* ItemId in whose tokens the call stands; ITEM_ROOT_CALL: in what another
                       expansion made */
    uint32_t macro; /* ItemId of the macro */
    uint32_t crate; /* DefId of the crate whose macro it is: what `$crate` means, and whose edition
                       its matchers follow */
    uint32_t duplicate; /* among calls with equal argument tokens in the owner */
    uint32_t
        fragment; /* what is expected: items, expression, statements, pattern, type (AstFragment) */
    uint32_t unused;
    Fp tokens; /* of the call's argument tokens */
} CallRecord;
CallId call_id_intern(Interners *interners, CallRecord record);
CallRecord call_record(const Interners *interners, CallId call);

/* ---- spans --------------------------------------------------------------------------------------
 */
/* An item's tokens are in three runs, each counted from 0: its attributes (docs included), its
 * header, its body. */
typedef enum { ANCHOR_ATTRIBUTES, ANCHOR_HEADER, ANCHOR_BODY, ANCHOR_COUNT } Anchor;

/* A run of tokens of one item, where they were written: [lo, hi) in the anchor. sub_lo/sub_hi: byte
 * range inside token lo when only a part of it is meant (both 0: all). `call`: the expansion these
 * tokens came through, none if written in place; then item and anchor are the macro's definition or
 * the call's arguments. */
typedef struct {
    ItemId item;
    uint32_t anchor; /* Anchor */
    uint32_t lo, hi;
    uint32_t sub_lo, sub_hi;
    CallId call;
} TokenSpan;
SLICE_TYPE(TokenSpanSlice, TokenSpan)
void token_span_encode(Encoder *e, TokenSpan span);
TokenSpan token_span_decode(Decoder *d);

/* From HIR on: entry `index` of span_table(owner). Index 0 is the owner's own span (its name).
 * Never in a fingerprint by position. */
typedef struct {
    DefId owner;
    uint32_t index;
} Span;

extern const KeyInfo key_info_FileId, key_info_ItemId, key_info_DefId, key_info_CallId,
    key_info_PackageKey;
extern const ValueInfo value_info_FileText, value_info_PackageEdition;

#define QUERY QUERY_DECLARE
#define QUERY_INPUT(name, KeyType, ValueType, flags, doc) \
    QUERY_DECLARE_ACCESSOR(name, KeyType, ValueType)
#include "source/source_queries.def"
#undef QUERY
#undef QUERY_INPUT

#endif
