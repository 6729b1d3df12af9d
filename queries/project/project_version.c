#include "project/project_version.h"

#include <unistr.h>

#include "project/project_version_priv.h"

static const char *const part_names[] = {
    [PART_MAJOR] = "major version number", [PART_MINOR] = "minor version number",
    [PART_PATCH] = "patch version number", [PART_PRE] = "pre-release identifier",
    [PART_BUILD] = "build metadata",
};

const char *version_part_name(VersionPart part)
{
    return part_names[part];
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool version_fail(VersionReader *r, const char *before, VersionPart part, const char *after)
{
    r->problem = arena_printf(r->arena, "%s%s%s", before, part_names[part], after);
    return false;
}

Str version_first_character(Str text)
{
    int bytes = u8_mblen((const uint8_t *)text.data, text.bytes);
    return (Str){ text.data, bytes > 0 ? (size_t)bytes : 1 };
}

bool version_fail_at_rest(VersionReader *r, const char *how, VersionPart part)
{
    Str c = version_first_character(r->rest);
    return version_fail(
        r, arena_printf(r->arena, "unexpected character '%.*s' %s ", (int)c.bytes, c.data, how),
        part, "");
}

static void skip(VersionReader *r, size_t bytes)
{
    r->rest = (Str){ r->rest.data + bytes, r->rest.bytes - bytes };
}

static bool add_digit(uint64_t *value, char digit)
{
    return !__builtin_mul_overflow(*value, 10, value) &&
           !__builtin_add_overflow(*value, (uint64_t)(digit - '0'), value);
}

bool version_read_number(VersionReader *r, VersionPart part, uint64_t *out)
{
    *out = 0;
    size_t count = 0;
    for (; count < r->rest.bytes && is_digit(r->rest.data[count]); count++) {
        if (count == 1 && r->rest.data[0] == '0')
            return version_fail(r, "invalid leading zero in ", part, "");
        if (!add_digit(out, r->rest.data[count]))
            return version_fail(r, "value of ", part, " exceeds u64::MAX");
    }
    if (count == 0 && r->rest.bytes == 0)
        return version_fail(r, "unexpected end of input while parsing ", part, "");
    if (count == 0)
        return version_fail_at_rest(r, "while parsing", part);
    skip(r, count);
    return true;
}

static bool read_dot(VersionReader *r, VersionPart before)
{
    if (r->rest.bytes == 0)
        return version_fail(r, "unexpected end of input while parsing ", before, "");
    if (r->rest.data[0] != '.')
        return version_fail_at_rest(r, "after", before);
    skip(r, 1);
    return true;
}

/* The segment of a pre-release or of build metadata at the beginning of the rest. */
static bool read_segment(VersionReader *r, VersionPart part)
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
        return version_fail(r, "empty identifier segment in ", part, "");
    if (part == PART_PRE && is_number && count > 1 && r->rest.data[0] == '0')
        return version_fail(r, "invalid leading zero in ", part, "");
    skip(r, count);
    return true;
}

bool version_read_identifiers(VersionReader *r, char mark, VersionPart *part, VersionPart own,
                              Str *out)
{
    *out = STR("");
    if (r->rest.bytes == 0 || r->rest.data[0] != mark)
        return true;
    *part = own;
    const char *begin = r->rest.data + 1;
    do {
        skip(r, 1);
        if (!read_segment(r, own))
            return false;
    } while (r->rest.bytes > 0 && r->rest.data[0] == '.');
    *out = (Str){ begin, (size_t)(r->rest.data - begin) };
    return true;
}

const char *version_read(Str text, Arena *arena, Version *out)
{
    *out = (Version){ .pre = STR("") };
    if (text.bytes == 0)
        return "empty string, expected a semver version";
    VersionReader r = { arena, text, NULL };
    VersionPart last = PART_PATCH;
    Str build;
    bool is_good =
        version_read_number(&r, PART_MAJOR, &out->parts[0]) && read_dot(&r, PART_MAJOR) &&
        version_read_number(&r, PART_MINOR, &out->parts[1]) && read_dot(&r, PART_MINOR) &&
        version_read_number(&r, PART_PATCH, &out->parts[2]) &&
        version_read_identifiers(&r, '-', &last, PART_PRE, &out->pre) &&
        version_read_identifiers(&r, '+', &last, PART_BUILD, &build);
    if (is_good && r.rest.bytes > 0)
        is_good = version_fail_at_rest(&r, "after", last);
    return is_good ? NULL : r.problem;
}

const char *version_problem(Str text, Arena *arena)
{
    Version ignored;
    return version_read(text, arena, &ignored);
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
