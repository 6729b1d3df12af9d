/* Source files as inputs of the engine. One counts as unchanged without being read if its stat
 * proves it (driver_seen.c) and the watcher said nothing of it. */
#include <stdlib.h>
#include <unistr.h>

#include "driver/driver_priv.h"

void file_table_init(FileTable *table)
{
    *table = (FileTable){ .arena = arena_new(NULL) };
    pthread_mutex_init(&table->lock, NULL);
    map_init(&table->by_file, NULL, sizeof(FileId));
    file_entry_vec_init(&table->entries, NULL);
}

void file_table_release(FileTable *table)
{
    pthread_mutex_destroy(&table->lock);
    map_release(&table->by_file);
    file_entry_vec_release(&table->entries);
    arena_free(table->arena);
}

/* The file as the engine wants it: without a byte order mark. */
static void take_text(Str text, FileText *out)
{
    if (text.bytes >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
        text = (Str){ text.data + 3, text.bytes - 3 };
    const uint8_t *bad = u8_check((const uint8_t *)text.data, text.bytes);
    if (bad) {
        out->state = FILE_TEXT_NOT_UTF8;
        out->invalid_at = (uint32_t)(bad - (const uint8_t *)text.data);
    } else {
        out->text = text;
    }
}

/* Reads the file into *out; what was seen of it goes to *entry. */
static void read_text(FileEntry *entry, Arena *arena, FileText *out)
{
    *out = (FileText){ .state = FILE_TEXT_OK };
    Str text;
    entry->seen = seen_read(entry->path, 0, arena, &text);
    Status status = entry->seen.status;
    if (status_ok(status)) {
        take_text(text, out);
        return;
    }
    out->os_error = status.code == STATUS_NOT_FOUND ? 0 : status.os_error;
    out->state = status.code == STATUS_NOT_FOUND   ? FILE_TEXT_ABSENT
                 : status.code == STATUS_TOO_LARGE ? FILE_TEXT_TOO_LARGE
                                                   : FILE_TEXT_UNREADABLE;
}

static const char *absolute_path(Arena *arena, const Interners *interners, const char *root,
                                 FileId file)
{
    FileRecord record = file_record(interners, file);
    const char *package = path_join(arena, str_from_c(root), sym_text(interners, record.package));
    return path_join(arena, str_from_c(package), sym_text(interners, record.path));
}

void file_table_load(FileTable *table, const Interners *interners, const char *root, FileId file,
                     Arena *out_arena, FileText *out)
{
    FileEntry entry = { .file = file };
    pthread_mutex_lock(&table->lock);
    uint32_t *known = map_find(&table->by_file, &file);
    entry.path = known ? table->entries.items[*known].path
                       : absolute_path(table->arena, interners, root, file);
    if (known)
        table->entries.items[*known].touched = false;
    pthread_mutex_unlock(&table->lock);
    read_text(&entry, out_arena, out);
    pthread_mutex_lock(&table->lock);
    bool existed;
    uint32_t *slot = map_put(&table->by_file, &file, &existed);
    if (existed) {
        entry.touched = table->entries.items[*slot].touched; /* while it was read */
        table->entries.items[*slot] = entry;
    } else {
        *slot = file_entry_vec_push(&table->entries, entry);
    }
    pthread_mutex_unlock(&table->lock);
}

FileList file_table_changed(FileTable *table, Arena *arena)
{
    FileList list = { 0 };
    pthread_mutex_lock(&table->lock);
    list.files = arena_alloc_array(arena, table->entries.count, sizeof *list.files);
    for (uint32_t i = 0; i < table->entries.count; i++) {
        FileEntry *entry = &table->entries.items[i];
        if (!entry->touched && seen_is_proven(&entry->seen, entry->path))
            continue;
        if (seen_content_holds(&entry->seen, entry->path))
            entry->touched = false;
        else
            list.files[list.count++] = entry->file;
    }
    pthread_mutex_unlock(&table->lock);
    return list;
}

void file_table_forget(FileTable *table, FileId file)
{
    pthread_mutex_lock(&table->lock);
    const uint32_t *known = map_find(&table->by_file, &file);
    if (known) {
        uint32_t at = *known;
        FileEntry last = file_entry_vec_pop(&table->entries);
        map_remove(&table->by_file, &file);
        if (at < table->entries.count) {
            table->entries.items[at] = last;
            *map_put(&table->by_file, &last.file, NULL) = at;
        }
    }
    pthread_mutex_unlock(&table->lock);
}

void file_table_touch_all(FileTable *table)
{
    pthread_mutex_lock(&table->lock);
    for (uint32_t i = 0; i < table->entries.count; i++)
        table->entries.items[i].touched = true;
    pthread_mutex_unlock(&table->lock);
}

void file_table_touch(FileTable *table, Str path)
{
    pthread_mutex_lock(&table->lock);
    for (uint32_t i = 0; i < table->entries.count; i++) {
        if (str_eq(str_from_c(table->entries.items[i].path), path))
            table->entries.items[i].touched = true;
    }
    pthread_mutex_unlock(&table->lock);
}
