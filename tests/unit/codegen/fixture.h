/* A back end without a front end: an engine whose item-level queries answer from tables that a test
 * fills, with bodies built by hand. Everything from mir_optimized on is the real thing. */
#ifndef RSCC_TESTS_UNIT_CODEGEN_FIXTURE_H
#define RSCC_TESTS_UNIT_CODEGEN_FIXTURE_H

#include "hir/hir.h"
#include "link/link.h"
#include "mir/mir_edit.h"

enum { FIXTURE_ITEMS_MAX = 64 };

typedef struct {
    DefId def;
    HirItem item;
    FnSig sig;
    AdtDef adt;
    MirBody body;
    bool has_body;
} FixtureItem;

typedef struct Fixture {
    Arena *arena;
    Interners *in;
    Engine *engine;
    CodegenPool *pool;
    LinkOps link;
    DefId crate;
    FixtureItem items[FIXTURE_ITEMS_MAX];
    uint32_t item_count;
    uint32_t diagnostics; /* of the last request */
} Fixture;

/* One fixture lives at a time. */
Fixture *fixture_open(void);
void fixture_close(Fixture *f);

TyId fixture_ty(const Fixture *f, PrimitiveTy primitive);
/* An item `name` in the crate root. */
FixtureItem *fixture_item(Fixture *f, DefKind kind, const char *name);
FixtureItem *fixture_fn(Fixture *f, const char *name, const TyId *inputs, uint32_t input_count,
                        TyId output);
FixtureItem *fixture_foreign_fn(Fixture *f, const char *name, const TyId *inputs,
                                uint32_t input_count, TyId output, bool is_variadic);
TyId fixture_fn_ty(const Fixture *f, const FixtureItem *item);
/* A body with the return place and arguments of the function's signature. */
MirEdit fixture_body(Fixture *f, const FixtureItem *item);
/* Finishes the body and gives it to the item; valid MIR only. */
void fixture_set_body(Fixture *f, FixtureItem *item, const MirEdit *edit);

/* Text of the module with these functions. */
Str fixture_ir(Fixture *f, const FixtureItem *item, CodegenOptions options);

typedef struct {
    bool built;
    int exit_code; /* -1: a signal */
    char output[4096];
} FixtureRun;
/* Builds the crate's binary, runs it, captures its output. */
FixtureRun fixture_run(Fixture *f, CodegenOptions options);
/* The binary's bytes. */
Str fixture_binary(Fixture *f, CodegenOptions options);

#endif
