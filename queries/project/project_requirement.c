/* Requirements on versions, as cargo's parser reads and matches them. */
#include <string.h>

#include "base/text.h"
#include "project/project_version_priv.h"

enum { COMPARATORS_MAX = 32 };

static const char *const kind_texts[] = {
    [COMPARE_CARET] = "^",       [COMPARE_TILDE] = "~",          [COMPARE_EXACT] = "=",
    [COMPARE_WILDCARD] = "",     [COMPARE_GREATER_EQUAL] = ">=", [COMPARE_GREATER] = ">",
    [COMPARE_LESS_EQUAL] = "<=", [COMPARE_LESS] = "<",
};

/* ---- reading ---- */

static void skip_spaces(VersionReader *r)
{
    while (r->rest.bytes && r->rest.data[0] == ' ')
        r->rest = (Str){ r->rest.data + 1, r->rest.bytes - 1 };
}

static bool take(VersionReader *r, const char *text)
{
    Str wanted = str_from_c(text);
    if (!str_starts_with(r->rest, wanted))
        return false;
    r->rest = (Str){ r->rest.data + wanted.bytes, r->rest.bytes - wanted.bytes };
    return true;
}

static bool take_wildcard(VersionReader *r)
{
    return take(r, "*") || take(r, "x") || take(r, "X");
}

/* False: none is written. */
static bool read_kind(VersionReader *r, uint8_t *out)
{
    static const uint8_t kinds[] = { COMPARE_EXACT,      COMPARE_GREATER_EQUAL, COMPARE_GREATER,
                                     COMPARE_LESS_EQUAL, COMPARE_LESS,          COMPARE_TILDE,
                                     COMPARE_CARET };
    *out = COMPARE_CARET;
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        if (take(r, kind_texts[kinds[i]])) {
            *out = kinds[i];
            return true;
        }
    }
    return false;
}

static bool fail_after_wildcard(VersionReader *r)
{
    r->problem = "unexpected character after wildcard in version req";
    return false;
}

/* The parts behind the major number. */
static bool read_later_parts(VersionReader *r, bool has_kind, VersionPart *last,
                             VersionComparator *out)
{
    bool has_wildcard = false;
    for (VersionPart part = PART_MINOR; part <= PART_PATCH && take(r, "."); part++) {
        *last = part;
        if (take_wildcard(r)) {
            has_wildcard = true;
            if (!has_kind)
                out->kind = COMPARE_WILDCARD;
        } else if (has_wildcard) {
            return fail_after_wildcard(r);
        } else if (!version_read_number(r, part, &out->version.parts[part])) {
            return false;
        } else {
            out->part_count++;
        }
    }
    return true;
}

static bool read_comparator(VersionReader *r, VersionPart *last, VersionComparator *out,
                            bool *has_build)
{
    *out = (VersionComparator){ .part_count = 1, .version = { .pre = STR("") } };
    bool has_kind = read_kind(r, &out->kind);
    skip_spaces(r);
    *last = PART_MAJOR;
    if (!version_read_number(r, PART_MAJOR, &out->version.parts[0]) ||
        !read_later_parts(r, has_kind, last, out))
        return false;
    Str build = STR("");
    if (out->part_count == 3 &&
        (!version_read_identifiers(r, '-', last, PART_PRE, &out->version.pre) ||
         !version_read_identifiers(r, '+', last, PART_BUILD, &build)))
        return false;
    *has_build |= build.bytes > 0;
    skip_spaces(r);
    return true;
}

static bool fail_lone_wildcard(VersionReader *r, char wildcard)
{
    r->problem = arena_printf(
        r->arena, "wildcard req (%c) must be the only comparator in the version req", wildcard);
    return false;
}

/* A comparator could not be read at `begin`: perhaps because it is a wildcard in a list. */
static void explain_wildcard(VersionReader *r, Str begin)
{
    VersionReader again = { r->arena, begin, NULL };
    if (!take_wildcard(&again))
        return;
    skip_spaces(&again);
    if (again.rest.bytes == 0 || again.rest.data[0] == ',')
        (void)fail_lone_wildcard(r, begin.data[0]);
}

static bool read_list(VersionReader *r, VersionRequirement *out)
{
    for (;;) {
        Str begin = r->rest;
        VersionComparator comparator;
        VersionPart last;
        if (!read_comparator(r, &last, &comparator, &out->has_build)) {
            explain_wildcard(r, begin);
            return false;
        }
        if (out->comparators.count == COMPARATORS_MAX) {
            r->problem = "excessive number of version comparators";
            return false;
        }
        version_comparator_vec_push(&out->comparators, comparator);
        if (r->rest.bytes == 0)
            return true;
        if (!take(r, ",")) {
            Str c = version_first_character(r->rest);
            r->problem = arena_printf(r->arena, "expected comma after %s, found '%.*s'",
                                      version_part_name(last), (int)c.bytes, c.data);
            return false;
        }
        skip_spaces(r);
    }
}

const char *requirement_read(Str text, Arena *arena, VersionRequirement *out)
{
    *out = (VersionRequirement){ .has_build = false };
    version_comparator_vec_init(&out->comparators, arena);
    VersionReader r = { arena, text, NULL };
    skip_spaces(&r);
    Str begin = r.rest;
    if (!take_wildcard(&r)) {
        (void)read_list(&r, out);
        return r.problem;
    }
    skip_spaces(&r);
    if (r.rest.bytes > 0 && r.rest.data[0] == ',')
        (void)fail_lone_wildcard(&r, begin.data[0]);
    else if (r.rest.bytes > 0)
        (void)fail_after_wildcard(&r);
    return r.problem;
}

/* ---- matching ---- */

static Str take_segment(Str *list)
{
    const char *dot = memchr(list->data, '.', list->bytes);
    Str segment = { list->data, dot ? (size_t)(dot - list->data) : list->bytes };
    size_t used = segment.bytes + (dot ? 1 : 0);
    *list = (Str){ list->data + used, list->bytes - used };
    return segment;
}

static bool is_number(Str segment)
{
    for (size_t i = 0; i < segment.bytes; i++) {
        if (segment.data[i] < '0' || segment.data[i] > '9')
            return false;
    }
    return true;
}

/* Numbers by their value (they have no leading zeros), and before words. */
static int compare_segments(Str a, Str b)
{
    bool a_is_number = is_number(a), b_is_number = is_number(b);
    if (a_is_number != b_is_number)
        return a_is_number ? -1 : 1;
    if (a_is_number && a.bytes != b.bytes)
        return a.bytes < b.bytes ? -1 : 1;
    return str_compare(a, b);
}

/* A release comes behind its pre-releases. */
static int compare_pre(Str a, Str b)
{
    if (a.bytes == 0 || b.bytes == 0)
        return a.bytes == b.bytes ? 0 : a.bytes == 0 ? 1 : -1;
    while (a.bytes && b.bytes) {
        int order = compare_segments(take_segment(&a), take_segment(&b));
        if (order)
            return order;
    }
    return a.bytes ? 1 : b.bytes ? -1 : 0;
}

/* The version against the written parts: 0 if it begins with them. */
static int compare_written(const VersionComparator *c, const Version *version)
{
    for (uint8_t i = 0; i < c->part_count; i++) {
        if (version->parts[i] != c->version.parts[i])
            return version->parts[i] < c->version.parts[i] ? -1 : 1;
    }
    return c->part_count == 3 ? compare_pre(version->pre, c->version.pre) : 0;
}

/* How many parts a compatible version has in common: those up to the first that is not 0. */
static uint8_t caret_parts(const VersionComparator *c)
{
    uint8_t count = 1;
    while (count < c->part_count && c->version.parts[count - 1] == 0)
        count++;
    return count;
}

/* It is not older, and the first parts are the same. */
static bool is_compatible(const VersionComparator *c, const Version *version, uint8_t same)
{
    for (uint8_t i = 0; i < same; i++) {
        if (version->parts[i] != c->version.parts[i])
            return false;
    }
    return compare_written(c, version) >= 0;
}

static bool comparator_is_met(const VersionComparator *c, const Version *version)
{
    int order = compare_written(c, version);
    /* Without a patch number no pre-release is meant. */
    bool is_exact = order == 0 && (c->part_count == 3 || version->pre.bytes == 0);
    switch ((CompareKind)c->kind) {
    case COMPARE_EXACT:
    case COMPARE_WILDCARD:
        return is_exact;
    case COMPARE_GREATER:
        return order > 0;
    case COMPARE_GREATER_EQUAL:
        return order > 0 || is_exact;
    case COMPARE_LESS:
        return order < 0;
    case COMPARE_LESS_EQUAL:
        return order < 0 || is_exact;
    case COMPARE_TILDE:
        return is_compatible(c, version, c->part_count < 2 ? c->part_count : 2) &&
               (order > 0 || is_exact);
    case COMPARE_CARET:
        return is_compatible(c, version, caret_parts(c));
    }
    return false;
}

/* A pre-release has to be asked for by one of the same release. */
static bool asks_for_pre(const VersionComparator *c, const Version *version)
{
    return c->version.pre.bytes > 0 &&
           memcmp(c->version.parts, version->parts, sizeof version->parts) == 0;
}

bool requirement_is_met(const VersionRequirement *requirement, const Version *version)
{
    bool may_be = version->pre.bytes == 0;
    for (uint32_t i = 0; i < requirement->comparators.count; i++) {
        const VersionComparator *c = &requirement->comparators.items[i];
        if (!comparator_is_met(c, version))
            return false;
        may_be |= asks_for_pre(c, version);
    }
    return may_be;
}

/* ---- showing ---- */

static void add_comparator(Text *text, const VersionComparator *c)
{
    text_add_c(text, kind_texts[c->kind]);
    for (uint8_t i = 0; i < c->part_count; i++)
        text_addf(text, "%s%llu", i ? "." : "", (unsigned long long)c->version.parts[i]);
    if (c->version.pre.bytes)
        text_addf(text, "-%.*s", (int)c->version.pre.bytes, c->version.pre.data);
    if (c->kind == COMPARE_WILDCARD)
        text_add_c(text, ".*");
}

const char *requirement_text(const VersionRequirement *requirement, Arena *arena)
{
    Text text;
    text_init(&text, arena);
    if (requirement->comparators.count == 0)
        text_add_c(&text, "*");
    for (uint32_t i = 0; i < requirement->comparators.count; i++) {
        text_add_c(&text, i ? ", " : "");
        add_comparator(&text, &requirement->comparators.items[i]);
    }
    return text.data;
}
