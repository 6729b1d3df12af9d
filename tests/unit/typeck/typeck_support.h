/* A workspace with minicore, for tests of types: app depends on it. */
#ifndef RSCC_TESTS_TYPECK_SUPPORT_H
#define RSCC_TESTS_TYPECK_SUPPORT_H

#include "base/text.h"
#include "unit/support/support.h"

typedef struct {
    TestWorkspace *ws;
    DefId minicore, app;
} TypeckFixture;

/* `minicore`: the directory of the fixture. */
void typeck_fixture_init(TypeckFixture *fixture, const char *minicore);
void typeck_fixture_free(TypeckFixture *fixture);
/* The root file of the app, now or again. Its first line, a comment or `#![feature(..)]`, is
 * replaced by what a crate with minicore begins with, and the features: line numbers stay. */
void typeck_fixture_app(TypeckFixture *fixture, Str text);
/* All items and bodies of both crates. */
void typeck_fixture_check(TypeckFixture *fixture);
Str typeck_read_file(Arena *arena, const char *path);

#endif
