/* Interning: equal records get one 32-bit id for the life of the process.
 *
 * A record is a run of bytes without padding; it may hold ids of other interned things. Every
 * interned thing has a fingerprint that is the same in every process: the hash of its record with
 * the ids in it replaced by their fingerprints. Threads: intern and get from any thread. Records
 * never move. */
#ifndef RSCC_BASE_INTERN_H
#define RSCC_BASE_INTERN_H

#include "base/codec.h"

#define INTERNED(name, doc) INTERN_##name,
typedef enum {
#include "base/intern_kinds.def"
    INTERN_KIND_COUNT
} InternKind;

typedef struct {
    const char *name;
    /* Writes the record through the encoder, field by field. */
    void (*encode)(Encoder *e, const void *record, size_t bytes);
    /* Reads what encode wrote and interns it; 0 after decoder_fail. */
    uint32_t (*decode)(Decoder *d);
} InternInfo;

/* One per kind, defined by the folder that owns the kind. */
#define INTERNED(name, doc) extern const InternInfo intern_info_##name;
#include "base/intern_kinds.def"

Interners *interners_new(void);
void interners_free(Interners *interners);

/* The id of the record, made if new. Never 0. */
uint32_t intern(Interners *interners, InternKind kind, const void *record, size_t bytes);
/* The record of an id that exists. */
const void *intern_record(const Interners *interners, InternKind kind, uint32_t id, size_t *bytes);
/* The process-independent fingerprint; zero for id 0. */
Fp intern_fingerprint(const Interners *interners, InternKind kind, uint32_t id);
/* The number of ids of the kind made so far, for statistics. */
uint32_t intern_count(const Interners *interners, InternKind kind);
/* Bytes held by all records and tables, for statistics. */
size_t interners_held_bytes(Interners *interners);

/* ---- symbols: interned strings ---- */
ID_TYPE(SymId, sym_id)
SymId sym_intern(Interners *interners, Str text);
static inline SymId sym_intern_c(Interners *interners, const char *text)
{
    return sym_intern(interners, str_from_c(text));
}
/* NUL-terminated; "" for none. */
Str sym_text(const Interners *interners, SymId sym);

#endif
