#include "project/project_name.h"

#include <string.h>
#include <unictype.h>
#include <unistr.h>

#define SHOWN(text) (int)(text).bytes, (text).data

static const char *foreign_problem(Str name, Str c, const char *rule, Arena *arena)
{
    return arena_printf(arena, "invalid character `%.*s` in package name: `%.*s`, %s", SHOWN(c),
                        SHOWN(name), rule);
}

static bool may_begin(ucs4_t c)
{
    return c == '_' || uc_is_property_xid_start(c);
}

static bool may_follow(ucs4_t c)
{
    return c == '-' || uc_is_property_xid_continue(c);
}

const char *package_name_problem(Str name, Arena *arena)
{
    if (name.bytes == 0)
        return "package name cannot be empty";
    for (size_t at = 0; at < name.bytes;) {
        ucs4_t c;
        int bytes = u8_mbtoucr(&c, (const uint8_t *)name.data + at, name.bytes - at);
        Str shown = { name.data + at, bytes > 0 ? (size_t)bytes : 1 };
        if (at == 0 && name.data[0] >= '0' && name.data[0] <= '9')
            return foreign_problem(name, shown, "the name cannot start with a digit", arena);
        if (at == 0 && (bytes <= 0 || !may_begin(c)))
            return foreign_problem(name, shown,
                                   "the first character must be a Unicode XID start character "
                                   "(most letters or `_`)",
                                   arena);
        if (bytes <= 0 || !may_follow(c))
            return foreign_problem(name, shown,
                                   "characters must be Unicode XID characters (numbers, `-`, `_`, "
                                   "or most letters)",
                                   arena);
        at += shown.bytes;
    }
    return NULL;
}

static bool is_blank(Str name)
{
    for (size_t i = 0; i < name.bytes; i++) {
        if (!strchr(" \t\r\n", name.data[i]))
            return false;
    }
    return true;
}

const char *bin_name_problem(Str name, Arena *arena)
{
    static const char *const directories[] = { "deps", "examples", "build", "incremental" };
    if (is_blank(name))
        return "binary target names cannot be empty";
    for (size_t i = 0; i < ARRAY_COUNT(directories); i++) {
        if (str_eq(name, str_from_c(directories[i])))
            return arena_printf(arena,
                                "the binary target name `%.*s` is forbidden, it conflicts with "
                                "cargo's build directory names",
                                SHOWN(name));
    }
    return NULL;
}

const char *lib_name_problem(Str name, Arena *arena)
{
    if (is_blank(name))
        return "library target names cannot be empty";
    if (memchr(name.data, '-', name.bytes))
        return arena_printf(arena, "library target names cannot contain hyphens: %.*s",
                            SHOWN(name));
    return NULL;
}
