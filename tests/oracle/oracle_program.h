/* A program as the oracle edits it: files of text, and just enough of Rust's syntax to edit
 * sensibly: tokens and the extent of items. It is on purpose not rscc's own lexer. */
#ifndef RSCC_TESTS_ORACLE_PROGRAM_H
#define RSCC_TESTS_ORACLE_PROGRAM_H

#include "base/text.h"
#include "base/vec.h"
#include "support/random.h"

typedef struct {
    const char *path; /* below the package */
    Str text;
} ProgramFile;
VEC_TYPE(ProgramFileVec, program_file_vec, ProgramFile)

/* Texts are never changed in place, so a copy shares them. */
typedef struct {
    ProgramFileVec files;
    bool release;
} Program;

Program program_new(Arena *arena);
Program program_copy(const Program *program, Arena *arena);
/* Adds or replaces. */
void program_set(Program *program, const char *path, Str text);
void program_remove(Program *program, uint32_t file);
/* -1: no such file */
int program_find(const Program *program, const char *path);
/* Replaces bytes [start, start + bytes) of a file. */
void program_splice(Program *program, uint32_t file, size_t start, size_t bytes, Str text);

/* A file with Rust in it. */
bool program_is_source(const ProgramFile *file);

typedef enum { PIECE_WORD, PIECE_NUMBER, PIECE_TEXT, PIECE_PUNCTUATION } PieceKind;
typedef struct {
    PieceKind kind;
    size_t start, bytes;
} Piece;
VEC_TYPE(PieceVec, piece_vec, Piece)

/* Tokens without white space and comments; operators of several characters are one. */
PieceVec program_pieces(Str text, Arena *arena);
Str piece_text(Str text, Piece piece);

/* Items of a file: pieces [first, last]; inner attributes (`#![..]`) are not among them. depth 0:
 * of the file itself; 1: inside braces of an impl, trait, extern block or module. */
typedef struct {
    uint32_t first, last;
    uint32_t depth;
} ItemRange;
VEC_TYPE(ItemRangeVec, item_range_vec, ItemRange)
ItemRangeVec program_items(Str text, const PieceVec *pieces, Arena *arena);

/* A program made of the pieces in the text (see pieces.txt). */
Program program_generate(Str pieces, Random *random, Arena *arena);
/* The program that a fixture of tests/incremental starts with. */
Program program_of_fixture(Str fixture, Arena *arena);
extern const char *const program_manifest;

#endif
