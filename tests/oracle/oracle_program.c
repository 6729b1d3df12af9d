#include "oracle/oracle_program.h"

#include <ctype.h>
#include <string.h>

const char *const program_manifest =
    "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n"
    "[dependencies]\nminicore = { path = \"../minicore\" }\n";

Program program_new(Arena *arena)
{
    Program program = { 0 };
    program_file_vec_init(&program.files, arena);
    return program;
}

Program program_copy(const Program *program, Arena *arena)
{
    Program copy = program_new(arena);
    copy.release = program->release;
    program_file_vec_append(&copy.files, program->files.items, program->files.count);
    return copy;
}

int program_find(const Program *program, const char *path)
{
    for (uint32_t i = 0; i < program->files.count; i++) {
        if (strcmp(program->files.items[i].path, path) == 0)
            return (int)i;
    }
    return -1;
}

void program_set(Program *program, const char *path, Str text)
{
    int at = program_find(program, path);
    if (at >= 0)
        program->files.items[at].text = text;
    else
        program_file_vec_push(&program->files, (ProgramFile){ .path = path, .text = text });
}

void program_remove(Program *program, uint32_t file)
{
    ProgramFileVec *files = &program->files;
    for (uint32_t i = file; i + 1 < files->count; i++)
        files->items[i] = files->items[i + 1];
    files->count--;
}

void program_splice(Program *program, uint32_t file, size_t start, size_t bytes, Str text)
{
    ProgramFile *target = program_file_vec_at(&program->files, file);
    Str old = target->text;
    rsc_assert(start <= old.bytes && bytes <= old.bytes - start);
    Text changed;
    text_init(&changed, program->files.arena);
    text_add(&changed, (Str){ old.data, start });
    text_add(&changed, text);
    text_add(&changed, (Str){ old.data + start + bytes, old.bytes - start - bytes });
    target->text = changed.bytes ? text_str(&changed) : STR("");
}

bool program_is_source(const ProgramFile *file)
{
    return str_ends_with(str_from_c(file->path), STR(".rs"));
}

/* ---- tokens
 * ------------------------------------------------------------------------------------------ */

Str piece_text(Str text, Piece piece)
{
    return (Str){ text.data + piece.start, piece.bytes };
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static char at(Str text, size_t index)
{
    return index < text.bytes ? text.data[index] : '\0';
}

static size_t skip_comment(Str text, size_t start)
{
    if (at(text, start + 1) == '/') {
        const char *end = memchr(text.data + start, '\n', text.bytes - start);
        return end ? (size_t)(end - text.data) : text.bytes;
    }
    const char *end = memmem(text.data + start + 2, text.bytes - start - 2, "*/", 2);
    return end ? (size_t)(end - text.data) + 2 : text.bytes;
}

static size_t quoted_end(Str text, size_t start, char quote)
{
    size_t i = start + 1;
    while (i < text.bytes && text.data[i] != quote)
        i += text.data[i] == '\\' ? 2 : 1;
    return i < text.bytes ? i + 1 : text.bytes;
}

static size_t operator_bytes(Str text, size_t start)
{
    static const char *const operators[] = {
        "<<=", ">>=", "...", "..=", "::", "->", "=>", "==", "!=", "<=", ">=", "&&",
        "||",  "<<",  ">>",  "+=",  "-=", "*=", "/=", "%=", "^=", "&=", "|=", ".."
    };
    for (size_t i = 0; i < ARRAY_COUNT(operators); i++) {
        if (str_starts_with((Str){ text.data + start, text.bytes - start },
                            str_from_c(operators[i])))
            return strlen(operators[i]);
    }
    return 1;
}

static Piece next_piece(Str text, size_t start)
{
    char c = text.data[start];
    Piece piece = { .kind = PIECE_PUNCTUATION, .start = start };
    size_t end = start;
    if (is_word(c)) {
        while (is_word(at(text, end)))
            end++;
        piece.kind = isdigit((unsigned char)c) ? PIECE_NUMBER : PIECE_WORD;
    } else if (c == '"') {
        end = quoted_end(text, start, '"');
        piece.kind = PIECE_TEXT;
    } else if (c == '\'' && (at(text, start + 2) == '\'' || at(text, start + 1) == '\\')) {
        end = quoted_end(text, start, '\'');
        piece.kind = PIECE_TEXT;
    } else {
        end = start + operator_bytes(text, start);
    }
    piece.bytes = end - start;
    return piece;
}

PieceVec program_pieces(Str text, Arena *arena)
{
    PieceVec pieces;
    piece_vec_init(&pieces, arena);
    for (size_t i = 0; i < text.bytes;) {
        char c = text.data[i];
        if (isspace((unsigned char)c)) {
            i++;
        } else if (c == '/' && (at(text, i + 1) == '/' || at(text, i + 1) == '*')) {
            i = skip_comment(text, i);
        } else {
            Piece piece = next_piece(text, i);
            piece_vec_push(&pieces, piece);
            i += piece.bytes;
        }
    }
    return pieces;
}

/* ---- items
 * ------------------------------------------------------------------------------------------- */

static bool piece_is(Str text, const PieceVec *pieces, uint32_t index, const char *what)
{
    return index < pieces->count &&
           str_eq(piece_text(text, pieces->items[index]), str_from_c(what));
}

/* +1 for an opening bracket, -1 for a closing one. */
static int nesting(Str text, Piece piece)
{
    char c = text.data[piece.start];
    if (piece.kind != PIECE_PUNCTUATION || piece.bytes != 1)
        return 0;
    return strchr("([{", c) ? 1 : strchr(")]}", c) ? -1 : 0;
}

/* The last piece of the item that begins at `first`: `;`, or `}` not followed by `;`, outside of
 * brackets. */
static uint32_t item_end(Str text, const PieceVec *pieces, uint32_t first, uint32_t limit)
{
    int depth = 0;
    for (uint32_t i = first; i < limit; i++) {
        depth += nesting(text, pieces->items[i]);
        if (depth < 0)
            return i > first ? i - 1 : first;
        if (depth > 0)
            continue;
        if (piece_is(text, pieces, i, ";"))
            return i;
        if (piece_is(text, pieces, i, "}"))
            return i + 1 < limit && piece_is(text, pieces, i + 1, ";") ? i + 1 : i;
    }
    return limit - 1;
}

static bool has_inner_items(Str text, const PieceVec *pieces, ItemRange item)
{
    static const char *const heads[] = { "impl", "trait", "extern", "mod" };
    for (uint32_t i = item.first; i <= item.last && !piece_is(text, pieces, i, "{"); i++) {
        for (size_t j = 0; j < ARRAY_COUNT(heads); j++) {
            if (piece_is(text, pieces, i, heads[j]))
                return piece_is(text, pieces, item.last, "}");
        }
    }
    return false;
}

static void add_items(Str text, const PieceVec *pieces, uint32_t first, uint32_t limit,
                      uint32_t depth, ItemRangeVec *out)
{
    for (uint32_t i = first; i < limit;) {
        ItemRange item = { .first = i, .last = item_end(text, pieces, i, limit), .depth = depth };
        i = item.last + 1;
        if (piece_is(text, pieces, item.first, "#") &&
            piece_is(text, pieces, item.first + 1, "!")) {
            /* `#![..]` has no end of its own: skip its brackets */
            uint32_t end = item.first + 2;
            for (int open = 0; end < limit; end++) {
                open += nesting(text, pieces->items[end]);
                if (open == 0)
                    break;
            }
            i = end + 1;
            continue;
        }
        item_range_vec_push(out, item);
        if (depth > 0 || !has_inner_items(text, pieces, item))
            continue;
        uint32_t open = item.first;
        while (open < item.last && !piece_is(text, pieces, open, "{"))
            open++;
        add_items(text, pieces, open + 1, item.last, 1, out);
    }
}

ItemRangeVec program_items(Str text, const PieceVec *pieces, Arena *arena)
{
    ItemRangeVec items;
    item_range_vec_init(&items, arena);
    add_items(text, pieces, 0, pieces->count, 0, &items);
    return items;
}
