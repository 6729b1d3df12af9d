/* The lexical half of base/file.h: path arithmetic on bytes, without the file system. */
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "base/vec.h"

/* Takes the next component off the front; false at the end. Empty components and "." are skipped.
 */
static bool next_component(Str *rest, Str *component)
{
    while (rest->bytes > 0) {
        const char *slash = memchr(rest->data, '/', rest->bytes);
        size_t length = slash ? (size_t)(slash - rest->data) : rest->bytes;
        *component = (Str){ rest->data, length };
        size_t skip = slash ? length + 1 : length;
        *rest = (Str){ rest->data + skip, rest->bytes - skip };
        if (length > 0 && !str_eq(*component, STR(".")))
            return true;
    }
    return false;
}

static bool is_absolute(Str path)
{
    return path.bytes > 0 && path.data[0] == '/';
}

/* Appends the components, resolving ".." against what is there; above a root it stays, elsewhere it
 * is kept. */
static void push_components(StrVec *components, Str path, bool rooted)
{
    Str component;
    while (next_component(&path, &component)) {
        if (!str_eq(component, STR(".."))) {
            str_vec_push(components, component);
            continue;
        }
        bool can_pop =
            components->count > 0 && !str_eq(components->items[components->count - 1], STR(".."));
        if (can_pop)
            str_vec_pop(components);
        else if (!rooted)
            str_vec_push(components, component);
    }
}

static const char *components_text(Arena *arena, const StrVec *components, bool rooted)
{
    Text text;
    text_init(&text, arena);
    if (rooted)
        text_add_char(&text, '/');
    for (uint32_t i = 0; i < components->count; i++) {
        if (i > 0)
            text_add_char(&text, '/');
        text_add(&text, components->items[i]);
    }
    if (text.bytes == 0)
        text_add_char(&text, '.');
    return text.data;
}

const char *path_join(Arena *arena, Str base, Str relative)
{
    bool replaces = is_absolute(relative);
    bool rooted = replaces || is_absolute(base);
    StrVec components;
    str_vec_init(&components, NULL);
    if (!replaces)
        push_components(&components, base, rooted);
    push_components(&components, relative, rooted);
    const char *joined = components_text(arena, &components, rooted);
    str_vec_release(&components);
    return joined;
}

Str path_parent(Str path)
{
    size_t end = path.bytes;
    while (end > 0 && path.data[end - 1] != '/')
        end--;
    if (end == 0)
        return STR(".");
    while (end > 1 && path.data[end - 1] == '/')
        end--;
    return (Str){ path.data, end };
}

Str path_file_name(Str path)
{
    size_t start = path.bytes;
    while (start > 0 && path.data[start - 1] != '/')
        start--;
    return (Str){ path.data + start, path.bytes - start };
}

const char *path_relative(Arena *arena, Str base, Str path)
{
    rsc_assert(is_absolute(base) && is_absolute(path));
    Str base_component = STR(""), path_component = STR("");
    bool base_more = next_component(&base, &base_component);
    bool path_more = next_component(&path, &path_component);
    while (base_more && path_more && str_eq(base_component, path_component)) {
        base_more = next_component(&base, &base_component);
        path_more = next_component(&path, &path_component);
    }
    StrVec components;
    str_vec_init(&components, NULL);
    for (; base_more; base_more = next_component(&base, &base_component))
        str_vec_push(&components, STR(".."));
    for (; path_more; path_more = next_component(&path, &path_component))
        str_vec_push(&components, path_component);
    const char *relative = components_text(arena, &components, false);
    str_vec_release(&components);
    return relative;
}
