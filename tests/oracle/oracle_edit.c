#include "oracle/oracle_edit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *const edit_names[EDIT_COUNT] = {
#define EDIT(name, weight) #name,
#include "oracle/oracle_edits.def"
};

/* An edit under way: a source file was chosen, and what is in it. */
typedef struct {
    Program *program;
    Random *random;
    Arena *arena;
    Text *what;
    uint32_t file;
    Str text;
    PieceVec pieces;
    ItemRangeVec items;
} Editor;

static void note(Editor *e, const char *verb, Str detail)
{
    size_t shown = detail.bytes < 60 ? detail.bytes : 60;
    text_addf(e->what, "%s%s %s `%.*s`", e->what->bytes ? "; " : "",
              e->program->files.items[e->file].path, verb, (int)shown, detail.data);
}

static void look_at(Editor *e, uint32_t file)
{
    e->file = file;
    e->text = e->program->files.items[file].text;
    e->pieces = program_pieces(e->text, e->arena);
    e->items = program_items(e->text, &e->pieces, e->arena);
}

static bool choose_file(Editor *e)
{
    uint32_t sources[64], count = 0;
    for (uint32_t i = 0; i < e->program->files.count && count < ARRAY_COUNT(sources); i++) {
        if (program_is_source(&e->program->files.items[i]) && e->program->files.items[i].text.bytes)
            sources[count++] = i;
    }
    if (count == 0)
        return false;
    look_at(e, sources[random_below(e->random, count)]);
    return e->pieces.count > 1;
}

static void splice(Editor *e, size_t start, size_t bytes, Str text)
{
    program_splice(e->program, e->file, start, bytes, text);
}

static Str piece(const Editor *e, uint32_t index)
{
    return piece_text(e->text, e->pieces.items[index]);
}

static bool piece_is(const Editor *e, uint32_t index, const char *what)
{
    return index < e->pieces.count && str_eq(piece(e, index), str_from_c(what));
}

/* A random piece for which the predicate holds; -1 if there is none. */
typedef bool (*PiecePredicate)(const Editor *e, uint32_t index);
static int64_t choose_piece(Editor *e, PiecePredicate holds)
{
    uint32_t count = 0;
    int64_t chosen = -1;
    for (uint32_t i = 0; i < e->pieces.count; i++) {
        if (holds(e, i) && random_below(e->random, ++count) == 0)
            chosen = i;
    }
    return chosen;
}

/* The text from a piece's first byte to another's last. */
static Str span_text(const Editor *e, uint32_t first, uint32_t last)
{
    const Piece *a = &e->pieces.items[first], *b = &e->pieces.items[last];
    return (Str){ e->text.data + a->start, b->start + b->bytes - a->start };
}

static size_t offset_of(const Editor *e, Str part)
{
    return (size_t)(part.data - e->text.data);
}

static Str format_number(Editor *e, const char *format, uint32_t number)
{
    Text text;
    text_init(&text, e->arena);
    text_addf(&text, "%u", number);
    Text out;
    text_init(&out, e->arena);
    for (const char *at = format; *at; at++) {
        if (*at == '@')
            text_add(&out, text_str(&text));
        else
            text_add_char(&out, *at);
    }
    return text_str(&out);
}

/* ---- tokens
 * ------------------------------------------------------------------------------------------ */

static bool edit_token_delete(Editor *e)
{
    Str victim = piece(e, random_below(e->random, e->pieces.count));
    note(e, "delete", victim);
    splice(e, offset_of(e, victim), victim.bytes, STR(""));
    return true;
}

static bool edit_token_duplicate(Editor *e)
{
    Str victim = piece(e, random_below(e->random, e->pieces.count));
    note(e, "duplicate", victim);
    Text twice;
    text_init(&twice, e->arena);
    text_add(&twice, victim);
    text_add_char(&twice, ' ');
    splice(e, offset_of(e, victim), 0, text_str(&twice));
    return true;
}

static bool edit_token_swap(Editor *e)
{
    uint32_t at = random_below(e->random, e->pieces.count - 1);
    Str both = span_text(e, at, at + 1), first = piece(e, at), second = piece(e, at + 1);
    if (str_eq(first, second))
        return false;
    note(e, "swap", both);
    Text swapped;
    text_init(&swapped, e->arena);
    text_add(&swapped, second);
    text_add_char(&swapped, ' ');
    text_add(&swapped, first);
    splice(e, offset_of(e, both), both.bytes, text_str(&swapped));
    return true;
}

static bool is_literal(const Editor *e, uint32_t index)
{
    return e->pieces.items[index].kind == PIECE_NUMBER || piece_is(e, index, "true") ||
           piece_is(e, index, "false");
}

static Str other_literal(Editor *e, Str old)
{
    if (str_eq(old, STR("true")))
        return STR("false");
    if (str_eq(old, STR("false")))
        return STR("true");
    size_t digits = 0;
    while (digits < old.bytes && isdigit((unsigned char)old.data[digits]))
        digits++;
    bool plain = digits < 9 && !(digits < old.bytes && old.data[digits] == 'x');
    unsigned long value =
        plain ? strtoul(arena_copy_str(e->arena, (Str){ old.data, digits }), NULL, 10) : 0;
    unsigned long changed = random_percent(e->random, 70) ? value + 1 + random_below(e->random, 7)
                                                          : random_below(e->random, 120);
    Str suffix = plain ? (Str){ old.data + digits, old.bytes - digits } : STR("");
    return str_from_c(arena_printf(e->arena, "%lu%.*s", changed == value ? value + 1 : changed,
                                   (int)suffix.bytes, suffix.data));
}

static bool edit_literal(Editor *e)
{
    int64_t at = choose_piece(e, is_literal);
    if (at < 0)
        return false;
    Str old = piece(e, (uint32_t)at);
    Str new = other_literal(e, old);
    note(e, "literal", old);
    text_addf(e->what, " to `%.*s`", (int)new.bytes, new.data);
    splice(e, offset_of(e, old), old.bytes, new);
    return true;
}

/* By what they take and give; an operator mostly becomes another of its class. */
static const char *const operators[] = { "+",  "-",  "*",  "^", "&", "|",  "<",  ">",  "<=",
                                         ">=", "==", "!=", "%", "/", "<<", ">>", "&&", "||" };
enum { ARITHMETIC_COUNT = 6, COMPARISON_COUNT = 6 };

/* -1: not a binary operator with space around it. */
static int operator_index(const Editor *e, uint32_t index)
{
    bool spaced = index > 0 && e->text.data[e->pieces.items[index].start - 1] == ' ';
    for (size_t i = 0; spaced && i < ARRAY_COUNT(operators); i++) {
        if (piece_is(e, index, operators[i]))
            return (int)i;
    }
    return -1;
}

static bool is_operator(const Editor *e, uint32_t index)
{
    return operator_index(e, index) >= 0;
}

static bool edit_operator(Editor *e)
{
    int64_t at = choose_piece(e, is_operator);
    if (at < 0)
        return false;
    Str old = piece(e, (uint32_t)at);
    uint32_t from = (uint32_t)operator_index(e, (uint32_t)at), first = 0,
             count = ARRAY_COUNT(operators);
    if (from < ARITHMETIC_COUNT + COMPARISON_COUNT && random_percent(e->random, 85)) {
        first = from < ARITHMETIC_COUNT ? 0 : ARITHMETIC_COUNT;
        count = from < ARITHMETIC_COUNT ? ARITHMETIC_COUNT : COMPARISON_COUNT;
    }
    uint32_t which = first + (from - first + 1 + random_below(e->random, count - 1)) % count;
    note(e, "operator", old);
    text_addf(e->what, " to `%s`", operators[which]);
    splice(e, offset_of(e, old), old.bytes, str_from_c(operators[which]));
    return true;
}

/* ---- lines
 * -------------------------------------------------------------------------------------------- */

static Str random_line(Editor *e)
{
    size_t start = random_below(e->random, (uint32_t)e->text.bytes);
    while (start > 0 && e->text.data[start - 1] != '\n')
        start--;
    const char *end = memchr(e->text.data + start, '\n', e->text.bytes - start);
    size_t bytes = end ? (size_t)(end - e->text.data) - start + 1 : e->text.bytes - start;
    return (Str){ e->text.data + start, bytes };
}

static bool edit_line_delete(Editor *e)
{
    Str line = random_line(e);
    if (!memchr(line.data, ';', line.bytes))
        return false;
    note(e, "delete line", line);
    splice(e, offset_of(e, line), line.bytes, STR(""));
    return true;
}

static bool edit_line_duplicate(Editor *e)
{
    Str line = random_line(e);
    if (!memchr(line.data, ';', line.bytes))
        return false;
    note(e, "duplicate line", line);
    splice(e, offset_of(e, line), 0, line);
    return true;
}

static bool edit_white_space(Editor *e)
{
    static const char *const spaces[] = { "\n", "\n\n", " ", "\t" };
    const char *space = spaces[random_below(e->random, ARRAY_COUNT(spaces))];
    bool top = random_percent(e->random, 30);
    Str at = piece(e, top ? 0 : random_below(e->random, e->pieces.count));
    note(e, "white space before", at);
    splice(e, offset_of(e, at), 0, str_from_c(space));
    return true;
}

static bool edit_comment(Editor *e)
{
    static const char *const comments[] = { "/* a comment */ ", "// a comment\n",
                                            "/* two\n lines */" };
    Str at = piece(e, random_below(e->random, e->pieces.count));
    note(e, "comment before", at);
    splice(e, offset_of(e, at), 0,
           str_from_c(comments[random_below(e->random, ARRAY_COUNT(comments))]));
    return true;
}

/* ---- names
 * -------------------------------------------------------------------------------------------- */

static bool is_defined_name(const Editor *e, uint32_t index)
{
    static const char *const heads[] = { "fn",  "struct", "enum",  "trait",
                                         "let", "mut",    "const", "static" };
    if (index == 0 || e->pieces.items[index].kind != PIECE_WORD || piece_is(e, index, "mut") ||
        piece_is(e, index, "fn"))
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(heads); i++) {
        if (piece_is(e, index - 1, heads[i]))
            return true;
    }
    return false;
}

static bool is_any_name(const Editor *e, uint32_t index)
{
    return e->pieces.items[index].kind == PIECE_WORD && e->pieces.items[index].bytes > 2;
}

static Str other_name(Editor *e, Str old)
{
    return str_from_c(
        arena_printf(e->arena, "%.*s%u", (int)old.bytes, old.data, random_below(e->random, 50)));
}

static bool edit_rename_one(Editor *e)
{
    int64_t at = choose_piece(e, random_percent(e->random, 50) ? is_defined_name : is_any_name);
    if (at < 0)
        return false;
    Str old = piece(e, (uint32_t)at);
    note(e, "rename one", old);
    splice(e, offset_of(e, old), old.bytes, other_name(e, old));
    return true;
}

static void rename_in_file(Editor *e, uint32_t file, Str old, Str new)
{
    look_at(e, file);
    for (uint32_t i = e->pieces.count; i-- > 0;) {
        if (str_eq(piece(e, i), old))
            splice(e, e->pieces.items[i].start, old.bytes, new);
    }
}

static bool edit_rename_all(Editor *e)
{
    int64_t at = choose_piece(e, is_defined_name);
    if (at < 0 || piece_is(e, (uint32_t)at, "main"))
        return false;
    Str old = piece(e, (uint32_t)at), new = other_name(e, old);
    note(e, "rename all", old);
    for (uint32_t i = 0; i < e->program->files.count; i++) {
        if (program_is_source(&e->program->files.items[i]))
            rename_in_file(e, i, old, new);
    }
    return true;
}

/* ---- items
 * -------------------------------------------------------------------------------------------- */

static bool item_starts_with(const Editor *e, ItemRange item, const char *word)
{
    for (uint32_t i = item.first; i <= item.last && i < item.first + 3; i++) {
        if (piece_is(e, i, word))
            return true;
    }
    return false;
}

/* A random item, of one kind if `word` is not NULL; NULL if there is none. */
static const ItemRange *choose_item(Editor *e, const char *word)
{
    uint32_t count = 0;
    const ItemRange *chosen = NULL;
    for (uint32_t i = 0; i < e->items.count; i++) {
        const ItemRange *item = &e->items.items[i];
        if ((!word || item_starts_with(e, *item, word)) && random_below(e->random, ++count) == 0)
            chosen = item;
    }
    return chosen;
}

static Str item_text(const Editor *e, const ItemRange *item)
{
    return span_text(e, item->first, item->last);
}

static bool remove_item(Editor *e, const char *word)
{
    const ItemRange *item = choose_item(e, word);
    if (!item)
        return false;
    Str text = item_text(e, item);
    note(e, "remove item", text);
    splice(e, offset_of(e, text), text.bytes, STR(""));
    return true;
}

/* Inserts text before a random item of depth 0, or at the end. */
static void insert_item(Editor *e, Str text)
{
    const ItemRange *before = choose_item(e, NULL);
    size_t at = before && before->depth == 0 ? e->pieces.items[before->first].start : e->text.bytes;
    Text inserted;
    text_init(&inserted, e->arena);
    text_add_char(&inserted, '\n');
    text_add(&inserted, text);
    text_add_char(&inserted, '\n');
    splice(e, at, 0, text_str(&inserted));
}

static bool edit_remove_item(Editor *e)
{
    return remove_item(e, NULL);
}

static bool edit_remove_use(Editor *e)
{
    return remove_item(e, "use");
}

static bool edit_remove_impl(Editor *e)
{
    return remove_item(e, "impl");
}

static bool edit_remove_mod(Editor *e)
{
    return remove_item(e, "mod");
}

static bool edit_move_item(Editor *e)
{
    const ItemRange *item = choose_item(e, NULL);
    if (!item || item->depth > 0)
        return false;
    Str text = item_text(e, item);
    note(e, "move item", text);
    splice(e, offset_of(e, text), text.bytes, STR(""));
    look_at(e, e->file);
    insert_item(e, text);
    return true;
}

static bool edit_move_item_to_file(Editor *e)
{
    const ItemRange *item = choose_item(e, NULL);
    if (!item || item->depth > 0)
        return false;
    Str text = item_text(e, item);
    uint32_t from = e->file;
    note(e, "move to another file: item", text);
    splice(e, offset_of(e, text), text.bytes, STR(""));
    for (int tries = 0; tries < 8; tries++) {
        if (choose_file(e) && e->file != from)
            break;
    }
    look_at(e, e->file);
    insert_item(e, text);
    return true;
}

static bool edit_add_item(Editor *e)
{
    static const char *const items[] = {
        "fn added@(x: i64) -> i64 {\n    x * 3 + @\n}",
        "const ADDED@: i64 = @;",
        "static ADDED_STATIC@: i32 = @;",
        "struct Added@ {\n    x: i64,\n}",
        "enum AddedEnum@ {\n    A,\n    B(i32),\n}",
        "trait AddedTrait@ {\n    fn added(&self) -> i64;\n}",
        "fn added_generic@<T>(x: T, y: T, first: bool) -> T {\n    if first { x } else { y }\n}",
        "pub fn added_public@() -> i32 {\n    @\n}",
    };
    Str text = format_number(e, items[random_below(e->random, ARRAY_COUNT(items))],
                             random_below(e->random, 30));
    note(e, "add item", text);
    insert_item(e, text);
    return true;
}

/* A word after `head`, anywhere in the program. */
static bool random_defined(Editor *e, const char *head, Str *name)
{
    uint32_t count = 0;
    for (uint32_t f = 0; f < e->program->files.count; f++) {
        const ProgramFile *file = &e->program->files.items[f];
        if (!program_is_source(file))
            continue;
        PieceVec pieces = program_pieces(file->text, e->arena);
        for (uint32_t i = 1; i < pieces.count; i++) {
            bool after_head = str_eq(piece_text(file->text, pieces.items[i - 1]), str_from_c(head));
            if (after_head && pieces.items[i].kind == PIECE_WORD &&
                random_below(e->random, ++count) == 0)
                *name = piece_text(file->text, pieces.items[i]);
        }
    }
    return count > 0;
}

static bool edit_add_use(Editor *e)
{
    static const char *const heads[] = { "fn", "struct", "enum", "trait", "const" };
    Str module, name;
    if (!random_defined(e, "mod", &module) ||
        !random_defined(e, heads[random_below(e->random, ARRAY_COUNT(heads))], &name))
        return false;
    bool glob = random_percent(e->random, 30), renamed = random_percent(e->random, 30);
    Str text = str_from_c(
        glob ? arena_printf(e->arena, "use crate::%.*s::*;", (int)module.bytes, module.data)
             : arena_printf(e->arena, "use crate::%.*s::%.*s%s;", (int)module.bytes, module.data,
                            (int)name.bytes, name.data, renamed ? " as renamed" : ""));
    note(e, "add", text);
    insert_item(e, text);
    return true;
}

static bool edit_add_impl(Editor *e)
{
    Str type, trait;
    if (!random_defined(e, "struct", &type))
        return false;
    uint32_t number = random_below(e->random, 30);
    Str text = str_from_c(
        arena_printf(e->arena, "impl %.*s {\n    fn extra%u(&self) -> i64 {\n        %u\n    }\n}",
                     (int)type.bytes, type.data, number, number));
    if (random_percent(e->random, 50) && random_defined(e, "trait", &trait))
        text = str_from_c(arena_printf(
            e->arena, "impl %.*s for %.*s {\n    fn rank(&self) -> i64 {\n        %u\n    }\n}",
            (int)trait.bytes, trait.data, (int)type.bytes, type.data, number));
    note(e, "add", text);
    insert_item(e, text);
    return true;
}

/* ---- bounds
 * ------------------------------------------------------------------------------------------- */

static bool is_generic_parameter(const Editor *e, uint32_t index)
{
    return index > 1 && index + 1 < e->pieces.count && piece_is(e, index, "T") &&
           piece_is(e, index - 1, "<") && e->pieces.items[index - 2].kind == PIECE_WORD;
}

static bool edit_add_bound(Editor *e)
{
    int64_t at = choose_piece(e, is_generic_parameter);
    Str trait;
    if (at < 0 || !random_defined(e, "trait", &trait))
        return false;
    bool has_bound = piece_is(e, (uint32_t)at + 1, ":");
    Str text = str_from_c(
        arena_printf(e->arena, has_bound ? " %.*s +" : ": %.*s", (int)trait.bytes, trait.data));
    note(e, "add bound", trait);
    const Piece *before = &e->pieces.items[has_bound ? at + 1 : at];
    splice(e, before->start + before->bytes, 0, text);
    return true;
}

static bool edit_remove_bound(Editor *e)
{
    int64_t at = choose_piece(e, is_generic_parameter);
    if (at < 0 || !piece_is(e, (uint32_t)at + 1, ":"))
        return false;
    uint32_t last = (uint32_t)at + 1;
    while (last + 1 < e->pieces.count && !piece_is(e, last + 1, ">") && !piece_is(e, last + 1, ","))
        last++;
    Str bound = span_text(e, (uint32_t)at + 1, last);
    note(e, "remove bound", bound);
    splice(e, offset_of(e, bound), bound.bytes, STR(""));
    return true;
}

/* ---- macros
 * ------------------------------------------------------------------------------------------- */

/* The first arm of a random macro: pieces [*first, *last], the `;` after it included if there is
 * one. */
static bool find_arm(Editor *e, uint32_t *first, uint32_t *last)
{
    const ItemRange *item = choose_item(e, "macro_rules");
    if (!item || item->last < item->first + 6)
        return false;
    *first = item->first + 4; /* macro_rules ! name { */
    int depth = 0;
    for (uint32_t i = *first; i < item->last; i++) {
        char c = e->text.data[e->pieces.items[i].start];
        depth += strchr("([{", c) && e->pieces.items[i].bytes == 1 ? 1 : 0;
        depth -= strchr(")]}", c) && e->pieces.items[i].bytes == 1 ? 1 : 0;
        *last = i;
        if (depth == 0 && c == ';')
            return true;
    }
    return true;
}

static bool edit_add_macro_arm(Editor *e)
{
    static const char *const arms[] = {
        "($x:expr) => { $x + @ };\n    ", "(@) => { @ };\n    ",
        "($name:ident, $value:expr) => { fn $name() -> i64 { $value + @ } };\n    ",
        "($a:expr, $b:expr, $c:expr) => { $a + $b + $c };\n    "
    };
    uint32_t first, last;
    if (!find_arm(e, &first, &last))
        return false;
    Str arm = format_number(e, arms[random_below(e->random, ARRAY_COUNT(arms))],
                            random_below(e->random, 9));
    note(e, "add macro arm", arm);
    bool before = random_percent(e->random, 50);
    const Piece *at = &e->pieces.items[before ? first : last];
    splice(e, before ? at->start : at->start + at->bytes, 0, arm);
    return true;
}

static bool edit_remove_macro_arm(Editor *e)
{
    uint32_t first, last;
    if (!find_arm(e, &first, &last))
        return false;
    Str arm = span_text(e, first, last);
    note(e, "remove macro arm", arm);
    splice(e, offset_of(e, arm), arm.bytes, STR(""));
    return true;
}

static bool edit_add_cfg(Editor *e)
{
    const ItemRange *item = choose_item(e, NULL);
    if (!item)
        return false;
    bool negated = random_percent(e->random, 50);
    note(e, negated ? "add cfg(not) to" : "add cfg to", item_text(e, item));
    splice(e, e->pieces.items[item->first].start, 0,
           negated ? STR("#[cfg(not(debug_assertions))]\n") : STR("#[cfg(debug_assertions)]\n"));
    return true;
}

/* ---- files and the package
 * ----------------------------------------------------------------------------- */

static bool edit_add_mod(Editor *e)
{
    uint32_t number = random_below(e->random, 20);
    bool in_directory = random_percent(e->random, 30), with_file = random_percent(e->random, 80);
    const char *path =
        arena_printf(e->arena, in_directory ? "src/new%u/mod.rs" : "src/new%u.rs", number);
    int main = program_find(e->program, "src/main.rs");
    if (main < 0)
        return false;
    look_at(e, (uint32_t)main);
    note(e, with_file ? "add mod and file" : "add mod", str_from_c(path));
    if (with_file)
        program_set(e->program, path,
                    format_number(e, "pub fn answer() -> i64 {\n    @\n}\n", number));
    insert_item(e, format_number(e, "mod new@;", number));
    return true;
}

static bool edit_rename_file(Editor *e)
{
    const char *path = e->program->files.items[e->file].path;
    if (strcmp(path, "src/main.rs") == 0)
        return false;
    note(e, "rename file", str_from_c(path));
    Str stem = { path, strlen(path) - 3 };
    bool is_mod = str_ends_with(stem, STR("/mod"));
    e->program->files.items[e->file].path =
        is_mod ? arena_printf(e->arena, "%.*s.rs", (int)(stem.bytes - 4), stem.data)
               : arena_printf(e->arena, "%.*s/mod.rs", (int)stem.bytes, stem.data);
    return true;
}

static bool edit_manifest(Editor *e)
{
    static const char *const extras[] = { "",
                                          "\n[profile.dev]\noverflow-checks = false\n",
                                          "\n[profile.dev]\nopt-level = 1\n",
                                          "\n[profile.dev]\ndebug = false\n",
                                          "\n[profile.release]\noverflow-checks = true\n",
                                          "\n[profile.dev]\ndebug-assertions = false\n",
                                          "\n# a comment\n" };
    uint32_t which = random_below(e->random, ARRAY_COUNT(extras));
    Text text;
    text_init(&text, e->arena);
    text_add_c(&text, program_manifest);
    text_add_c(&text, extras[which]);
    program_set(e->program, "Cargo.toml", text_str(&text));
    text_addf(e->what, "Cargo.toml variant %u", which);
    return true;
}

static bool edit_profile(Editor *e)
{
    e->program->release = !e->program->release;
    text_addf(e->what, "profile %s", e->program->release ? "release" : "dev");
    return true;
}

static bool edit_two_files(Editor *e)
{
    uint32_t first = e->file;
    if (!edit_literal(e))
        return false;
    for (int tries = 0; tries < 8; tries++) {
        if (choose_file(e) && e->file != first)
            return random_percent(e->random, 50) ? edit_literal(e) || edit_white_space(e)
                                                 : edit_operator(e) || edit_white_space(e);
    }
    return true;
}

/* ---- the choice
 * ---------------------------------------------------------------------------------------- */

static const struct {
    bool (*apply)(Editor *e);
    uint32_t weight;
} edits[EDIT_COUNT] = {
#define EDIT(name, weight) { edit_##name, weight },
#include "oracle/oracle_edits.def"
};

static EditKind choose_kind(Random *random)
{
    uint32_t total = 0;
    for (int i = 0; i < EDIT_COUNT; i++)
        total += edits[i].weight;
    uint32_t at = random_below(random, total);
    int kind = 0;
    while (at >= edits[kind].weight)
        at -= edits[kind++].weight;
    return (EditKind)kind;
}

EditKind program_edit(Program *program, Random *random, Arena *arena, Text *what)
{
    Editor e = { .program = program, .random = random, .arena = arena, .what = what };
    for (;;) {
        if (!choose_file(&e)) { /* everything was deleted */
            program_set(program, "src/main.rs", STR("fn main() {}\n"));
            text_add_c(what, "a new main.rs");
            return EDIT_add_item;
        }
        EditKind kind = choose_kind(random);
        if (edits[kind].apply(&e))
            return kind;
    }
}
