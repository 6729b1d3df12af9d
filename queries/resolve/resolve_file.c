/* `mod name;`: which file holds the module.
 *
 * A module's directory is where files of its children are looked for. Files that own their
 * directory (the crate root, `mod.rs`, files named by
 * `#[path]`) look beside themselves, others below a directory of their own name; inline modules add
 * their names. A file that is not there is a fact too: file_items of it says so, and is asked again
 * when the file appears. */
#include <string.h>

#include "base/file.h"
#include "resolve/resolve_priv.h"

static Str after(Str text, size_t bytes)
{
    return (Str){ text.data + bytes, text.bytes - bytes };
}

/* A path from `directory`, which is inside of `near`'s package. One that climbs out of the package,
 * or is absolute, gives a file of the package above, or of the root directory. */
static FileId file_at(Collector *c, FileId near, Str directory, Str relative)
{
    Str package = sym_text(c->in, file_record(c->in, near).package);
    Str path = str_from_c(path_join(c->arena, directory, relative));
    if (path.data[0] == '/') {
        package = STR("/");
        path = after(path, 1);
    }
    while (str_eq(path, STR("..")) || str_starts_with(path, STR("../"))) {
        package = str_from_c(path_join(c->arena, package, STR("..")));
        path = after(path, path.bytes > 2 ? 3 : 2);
    }
    if (str_eq(package, STR(".")))
        package = STR("");
    return file_id_intern(c->in, sym_intern(c->in, package), sym_intern(c->in, path));
}

static bool file_exists(Collector *c, FileId file)
{
    return q_file_items(c->job, file)->exists;
}

static Str join(Collector *c, Str directory, Str name)
{
    Text text;
    text_init(&text, c->arena);
    text_add(&text, directory);
    if (!str_is_empty(directory))
        text_add_char(&text, '/');
    text_add(&text, name);
    return text_str(&text);
}

/* Where the file's text stands: `src/a` of `src/a/b.rs`. */
static Str file_directory(Collector *c, FileId file)
{
    return path_parent(sym_text(c->in, file_record(c->in, file).path));
}

static bool is_cycle(Collector *c, FileId file, const Item *item)
{
    for (uint32_t i = 0; i < c->file_stack.count; i++) {
        if (c->file_stack.items[i] != file.v)
            continue;
        Diag *diag = diag_new(c->job, DIAG_CODE_circular_modules,
                              diag_at_tokens(item_head_span(c->job, item->id)));
        Text chain;
        text_init(&chain, c->arena);
        for (; i < c->file_stack.count; i++) {
            text_add(
                &chain,
                sym_text(c->in, file_record(c->in, file_id_make(c->file_stack.items[i])).path));
            text_add_c(&chain, " -> ");
        }
        text_add(&chain, sym_text(c->in, file_record(c->in, file).path));
        diag_emit(c->job, diag_arg(diag, text_str(&chain)));
        return true;
    }
    return false;
}

/* There, but nobody can read it: lexing says why. Only for files that give no items: others are not
 * worth an edge to their text. */
static bool is_unreadable(Collector *c, FileId file)
{
    return q_file_text(c->job, file)->state != FILE_TEXT_ABSENT;
}

void collect_report_absent(Collector *c, FileId file, Str path, DiagSpan at)
{
    if (is_unreadable(c, file))
        return;
    Diag *diag = diag_arg(diag_new(c->job, DIAG_CODE_file_not_found, at), path);
    diag_emit(c->job, diag_arg(diag, STR("No such file or directory (os error 2)")));
}

static void report_missing(Collector *c, const Item *item, FileId first, FileId second)
{
    Str name = sym_text(c->in, item->name);
    Diag *diag = diag_new(c->job, DIAG_CODE_module_file_not_found,
                          diag_at_tokens(item_head_span(c->job, item->id)));
    diag_arg(diag, name);
    Str a = sym_text(c->in, file_record(c->in, first).path);
    Str b = sym_text(c->in, file_record(c->in, second).path);
    diag_help(diag, "to create the module `%.*s`, create file \"%.*s\" or \"%.*s\"",
              (int)name.bytes, name.data, (int)a.bytes, a.data, (int)b.bytes, b.data);
    diag_note(diag,
              "if there is a `mod %.*s` elsewhere in the crate already, import it with `use "
              "crate::...` instead",
              (int)name.bytes, name.data);
    diag_emit(c->job, diag);
}

static void report_both(Collector *c, const Item *item, FileId first, FileId second)
{
    Diag *diag = diag_new(c->job, DIAG_CODE_module_file_twice,
                          diag_at_tokens(item_head_span(c->job, item->id)));
    diag_arg(diag, sym_text(c->in, item->name));
    diag_arg(diag, sym_text(c->in, file_record(c->in, first).path));
    diag_arg(diag, sym_text(c->in, file_record(c->in, second).path));
    diag_help(diag, "delete or rename one of them to remove the ambiguity");
    diag_emit(c->job, diag);
}

/* `#[path = "p"] mod name;`: relative to the directory of the file, inside inline modules to
 * theirs. */
static bool explicit_file(Collector *c, const CollectModule *parent, const Item *item,
                          CollectModule *made)
{
    bool in_file =
        parent->self_def == 0 ||
        !(c->defs.items[parent->self_def].tree->items[c->defs.items[parent->self_def].index].flags &
          ITEM_IS_INLINE);
    Str directory = in_file ? file_directory(c, parent->file) : sym_text(c->in, parent->directory);
    Str relative = sym_text(c->in, item->path_attr);
    made->file = file_at(c, parent->file, directory, relative);
    if (!file_exists(c, made->file)) {
        collect_report_absent(c, made->file, sym_text(c->in, file_record(c->in, made->file).path),
                              diag_at_tokens(item_head_span(c->job, item->id)));
        return false;
    }
    made->directory = sym_intern(c->in, file_directory(c, made->file));
    return !is_cycle(c, made->file, item);
}

static bool implicit_file(Collector *c, const CollectModule *parent, const Item *item,
                          CollectModule *made)
{
    Str name = sym_text(c->in, item->name), directory = sym_text(c->in, parent->directory);
    FileId plain =
        file_at(c, parent->file, directory,
                str_from_c(arena_printf(c->arena, "%.*s.rs", (int)name.bytes, name.data)));
    FileId nested =
        file_at(c, parent->file, directory,
                str_from_c(arena_printf(c->arena, "%.*s/mod.rs", (int)name.bytes, name.data)));
    bool has_plain = file_exists(c, plain), has_nested = file_exists(c, nested);
    if (!has_plain && !has_nested) {
        if (!is_unreadable(c, plain) && !is_unreadable(c, nested))
            report_missing(c, item, plain, nested);
        return false;
    }
    if (has_plain && has_nested)
        report_both(c, item, plain, nested);
    made->file = has_plain ? plain : nested;
    made->directory = sym_intern(c->in, join(c, directory, name));
    return !is_cycle(c, made->file, item);
}

bool collect_module_file(Collector *c, uint32_t module, const Item *item, CollectModule *made)
{
    const CollectModule *parent = &c->modules.items[module];
    made->file = parent->file;
    if (item->flags & ITEM_IS_INLINE) {
        Str name = item->flags & ITEM_HAS_PATH ? sym_text(c->in, item->path_attr)
                                               : sym_text(c->in, item->name);
        made->directory = sym_intern(c->in, join(c, sym_text(c->in, parent->directory), name));
        return true;
    }
    if (file_id_is_none(parent->file)) {
        diag_unsupported(c->job, diag_at_tokens(item_head_span(c->job, item->id)),
                         "a module file declared inside a function");
        return false;
    }
    return item->flags & ITEM_HAS_PATH ? explicit_file(c, parent, item, made)
                                       : implicit_file(c, parent, item, made);
}
