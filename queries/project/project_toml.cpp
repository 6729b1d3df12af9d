// The whole of rscc's contact with toml++: one parse, copied into plain C data.
#include "project/project_toml.h"

#define TOML_EXCEPTIONS 0
// Its parser asserts what it then checks and reports: `[~` is an error, not a crash.
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>

namespace
{

Str copy_text(Arena *arena, std::string_view text)
{
    return Str{ arena_copy_str(arena, Str{ text.data(), text.size() }), text.size() };
}

void copy_place(const toml::source_region &source, TomlNode *out)
{
    out->line = source.begin.line;
    out->column = source.begin.column;
    out->end_column = source.end.line == source.begin.line ? source.end.column : 0;
}

void copy_node(const toml::node &node, Arena *arena, TomlNode *out);

void copy_table(const toml::table &table, Arena *arena, TomlNode *out)
{
    auto *children =
        static_cast<TomlNode *>(arena_alloc_zeroed(arena, table.size() * sizeof(TomlNode)));
    auto *keys = static_cast<Str *>(arena_alloc_array(arena, table.size(), sizeof(Str)));
    auto *key_nodes =
        static_cast<TomlNode *>(arena_alloc_zeroed(arena, table.size() * sizeof(TomlNode)));
    uint32_t count = 0;
    for (auto &&[key, value] : table) {
        keys[count] = copy_text(arena, key.str());
        key_nodes[count].kind = TOML_STRING;
        key_nodes[count].text = keys[count];
        copy_place(key.source(), &key_nodes[count]);
        copy_node(value, arena, &children[count++]);
    }
    out->children = children;
    out->keys = keys;
    out->key_nodes = key_nodes;
    out->child_count = count;
}

void copy_array(const toml::array &array, Arena *arena, TomlNode *out)
{
    auto *children =
        static_cast<TomlNode *>(arena_alloc_zeroed(arena, array.size() * sizeof(TomlNode)));
    uint32_t count = 0;
    for (auto &&value : array)
        copy_node(value, arena, &children[count++]);
    out->children = children;
    out->child_count = count;
}

void copy_node(const toml::node &node, Arena *arena, TomlNode *out)
{
    out->kind = TOML_OTHER;
    copy_place(node.source(), out);
    if (auto *table = node.as_table()) {
        out->kind = TOML_TABLE;
        copy_table(*table, arena, out);
    } else if (auto *array = node.as_array()) {
        out->kind = TOML_ARRAY;
        copy_array(*array, arena, out);
    } else if (auto *text = node.as_string()) {
        out->kind = TOML_STRING;
        out->text = copy_text(arena, text->get());
    } else if (auto *integer = node.as_integer()) {
        out->kind = TOML_INTEGER;
        out->integer = integer->get();
    } else if (auto *boolean = node.as_boolean()) {
        out->kind = TOML_BOOL;
        out->integer = boolean->get();
    }
}

} // namespace

TomlResult toml_parse(Str text, Arena *arena)
{
    TomlResult result{};
    toml::parse_result parsed =
        toml::parse(std::string_view(text.data ? text.data : "", text.bytes));
    if (!parsed) {
        result.message = copy_text(arena, parsed.error().description());
        result.line = parsed.error().source().begin.line;
        result.column = parsed.error().source().begin.column;
        return result;
    }
    auto *root = static_cast<TomlNode *>(arena_alloc_zeroed(arena, sizeof(TomlNode)));
    root->kind = TOML_TABLE;
    copy_table(parsed.table(), arena, root);
    result.root = root;
    return result;
}
