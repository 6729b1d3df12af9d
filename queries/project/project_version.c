#include "project/project_version.h"

#include <unistr.h>

typedef enum { PART_MAJOR, PART_MINOR, PART_PATCH, PART_PRE, PART_BUILD } VersionPart;

static const char *const part_names[] = {
    [PART_MAJOR] = "major version number", [PART_MINOR] = "minor version number",
    [PART_PATCH] = "patch version number", [PART_PRE] = "pre-release identifier",
    [PART_BUILD] = "build metadata",
};

typedef struct {
    Arena *arena;
    Str rest;
    const char *problem; /* the first one */
} Reader;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool fail(Reader *r, const char *before, VersionPart part, const char *after)
{
    r->problem = arena_printf(r->arena, "%s%s%s", before, part_names[part], after);
    return false;
}

/* Something else than what has to come here. `how`: "while parsing" or "after". */
static bool fail_at_rest(Reader *r, const char *how, VersionPart part)
{
    int bytes = u8_mblen((const uint8_t *)r->rest.data, r->rest.bytes);
    const char *before = arena_printf(r->arena, "unexpected character '%.*s' %s ",
                                      bytes > 0 ? bytes : 1, r->rest.data, how);
    return fail(r, before, part, "");
}

static void skip(Reader *r, size_t bytes)
{
    r->rest = (Str){ r->rest.data + bytes, r->rest.bytes - bytes };
}

static bool add_digit(uint64_t *value, char digit)
{
    return !__builtin_mul_overflow(*value, 10, value) &&
           !__builtin_add_overflow(*value, (uint64_t)(digit - '0'), value);
}

static bool read_number(Reader *r, VersionPart part)
{
    uint64_t value = 0;
    size_t count = 0;
    for (; count < r->rest.bytes && is_digit(r->rest.data[count]); count++) {
        if (count == 1 && r->rest.data[0] == '0')
            return fail(r, "invalid leading zero in ", part, "");
        if (!add_digit(&value, r->rest.data[count]))
            return fail(r, "value of ", part, " exceeds u64::MAX");
    }
    if (count == 0 && r->rest.bytes == 0)
        return fail(r, "unexpected end of input while parsing ", part, "");
    if (count == 0)
        return fail_at_rest(r, "while parsing", part);
    skip(r, count);
    return true;
}

static bool read_dot(Reader *r, VersionPart before)
{
    if (r->rest.bytes == 0)
        return fail(r, "unexpected end of input while parsing ", before, "");
    if (r->rest.data[0] != '.')
        return fail_at_rest(r, "after", before);
    skip(r, 1);
    return true;
}

/* The segment of a pre-release or of build metadata at the beginning of the rest. */
static bool read_segment(Reader *r, VersionPart part)
{
    size_t count = 0;
    bool is_number = true;
    for (; count < r->rest.bytes; count++) {
        char c = r->rest.data[count];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
        if (!is_letter && !is_digit(c))
            break;
        is_number &= !is_letter;
    }
    if (count == 0)
        return fail(r, "empty identifier segment in ", part, "");
    if (part == PART_PRE && is_number && count > 1 && r->rest.data[0] == '0')
        return fail(r, "invalid leading zero in ", part, "");
    skip(r, count);
    return true;
}

/* What the mark begins, if it is there. */
static bool read_identifiers(Reader *r, char mark, VersionPart *part, VersionPart own)
{
    if (r->rest.bytes == 0 || r->rest.data[0] != mark)
        return true;
    *part = own;
    do {
        skip(r, 1);
        if (!read_segment(r, own))
            return false;
    } while (r->rest.bytes > 0 && r->rest.data[0] == '.');
    return true;
}

const char *version_problem(Str text, Arena *arena)
{
    if (text.bytes == 0)
        return "empty string, expected a semver version";
    Reader r = { arena, text, NULL };
    VersionPart last = PART_PATCH;
    bool is_good = read_number(&r, PART_MAJOR) && read_dot(&r, PART_MAJOR) &&
                   read_number(&r, PART_MINOR) && read_dot(&r, PART_MINOR) &&
                   read_number(&r, PART_PATCH) && read_identifiers(&r, '-', &last, PART_PRE) &&
                   read_identifiers(&r, '+', &last, PART_BUILD);
    if (is_good && r.rest.bytes > 0)
        is_good = fail_at_rest(&r, "after", last);
    return is_good ? NULL : r.problem;
}

/* ---- Rust's own ---- */

/* `^1.2`, `>=1.2, <2`, `1.*`: what may stand for a dependency. */
static bool is_requirement(Str text)
{
    for (size_t i = 0; i < text.bytes; i++) {
        bool begins = i == 0 || text.data[i - 1] == '.';
        bool ends = i + 1 == text.bytes || text.data[i + 1] == '.';
        char c = text.data[i];
        if (c == '*' || c == ',' || ((c == 'x' || c == 'X') && begins && i > 0 && ends))
            return true;
    }
    return text.bytes > 0 && (text.data[0] == '^' || text.data[0] == '~' || text.data[0] == '=' ||
                              text.data[0] == '<' || text.data[0] == '>');
}

/* One to three numbers; the rest stays. */
static bool read_parts(Str *rest, RustVersion *out)
{
    *out = (RustVersion){ 0 };
    for (int part = 0; part < 3; part++) {
        size_t count = 0;
        for (; count < rest->bytes && is_digit(rest->data[count]); count++) {
            if ((count == 1 && rest->data[0] == '0') ||
                !add_digit(&out->parts[part], rest->data[count]))
                return false;
        }
        if (count == 0)
            return false;
        *rest = (Str){ rest->data + count, rest->bytes - count };
        if (part == 2 || rest->bytes == 0 || rest->data[0] != '.')
            return true;
        *rest = (Str){ rest->data + 1, rest->bytes - 1 };
    }
    return true;
}

const char *rust_version_read(Str text, RustVersion *out)
{
    if (is_requirement(text))
        return "unexpected version requirement, expected a version like \"1.32\"";
    Str rest = text;
    bool is_good = read_parts(&rest, out);
    if (is_good && rest.bytes == 0)
        return NULL;
    if (is_good && rest.data[0] == '-')
        return "unexpected prerelease field, expected a version like \"1.32\"";
    if (is_good && rest.data[0] == '+')
        return "unexpected build field, expected a version like \"1.32\"";
    return "expected a version like \"1.32\"";
}

bool rust_version_is_met(RustVersion wanted, RustVersion release)
{
    if (wanted.parts[0] != release.parts[0])
        return false;
    if (wanted.parts[1] != release.parts[1])
        return wanted.parts[1] < release.parts[1];
    return wanted.parts[2] <= release.parts[2];
}

RustVersion rust_version_of_edition(Edition edition)
{
    switch (edition) {
    case EDITION_2015:
        break;
    case EDITION_2018:
        return (RustVersion){ { 1, 31, 0 } };
    case EDITION_2021:
        return (RustVersion){ { 1, 56, 0 } };
    case EDITION_2024:
        return (RustVersion){ { 1, 85, 0 } };
    }
    return (RustVersion){ 0 };
}
