/* Source files as inputs of the engine.
 *
 * A file counts as unchanged without being read only if its size, mtime, ctime, inode and device are those seen when it was last read, and its
 * times lie clearly before that reading: a write within the clock's granule of the reading could leave all of them equal. The ctime
 * cannot be set by users, which catches restored mtimes; the watcher's hints catch what a clock set back could hide. */
#include <stdlib.h>
#include <time.h>
#include <unistr.h>

#include "driver/driver_priv.h"

enum { FILE_BYTES_MAX = 1 << 30 };
/* File systems stamp times with the granule of the kernel's tick or worse; 2 s covers the coarsest (FAT). */
static const int64_t RACY_NS = 2000000000;

int64_t driver_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

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

/* Reads the file into *out; what was seen of it goes to *entry. */
static void read_text(FileEntry *entry, Arena *arena, FileText *out)
{
    *out = (FileText){ .state = FILE_TEXT_OK };
    entry->read_at_ns = driver_clock_ns();
    entry->touched = false;
    entry->stat = (FileStat){ 0 };
    Str text = { 0 };
    entry->status = file_read(entry->path, arena, FILE_BYTES_MAX, &text, &entry->stat);
    if (status_ok(entry->status)) {
        if (text.bytes >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
            text = (Str){ text.data + 3, text.bytes - 3 };
        const uint8_t *bad = u8_check((const uint8_t *)text.data, text.bytes);
        if (bad) {
            out->state = FILE_TEXT_NOT_UTF8;
            out->invalid_at = (uint32_t)(bad - (const uint8_t *)text.data);
        } else {
            out->text = text;
        }
        entry->content = fp_of_bytes(text.data, text.bytes, 0);
        return;
    }
    out->os_error = entry->status.code == STATUS_NOT_FOUND ? 0 : entry->status.os_error;
    out->state = entry->status.code == STATUS_NOT_FOUND   ? FILE_TEXT_ABSENT
                 : entry->status.code == STATUS_TOO_LARGE ? FILE_TEXT_TOO_LARGE
                                                          : FILE_TEXT_UNREADABLE;
    entry->content = (Fp){ 0, 0 };
}

static const char *absolute_path(Arena *arena, const Interners *interners, const char *root, FileId file)
{
    FileRecord record = file_record(interners, file);
    const char *package = path_join(arena, str_from_c(root), sym_text(interners, record.package));
    return path_join(arena, str_from_c(package), sym_text(interners, record.path));
}

void file_table_load(FileTable *table, const Interners *interners, const char *root, FileId file, Arena *out_arena,
                     FileText *out)
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

static bool stat_equal(const FileStat *a, const FileStat *b)
{
    return a->size == b->size && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns &&
           a->inode == b->inode && a->device == b->device && a->mode == b->mode;
}

bool stat_is_proof(const FileStat *now, const FileStat *seen, int64_t seen_at_ns)
{
    bool settled = now->mtime_ns + RACY_NS < seen_at_ns && now->ctime_ns + RACY_NS < seen_at_ns;
    return settled && stat_equal(now, seen);
}

/* Whether the stat alone proves that the content is what was read. */
static bool entry_is_proven(const FileEntry *entry)
{
    FileStat now;
    Status status = file_stat(entry->path, &now);
    if (!status_ok(status) || !status_ok(entry->status))
        return status.code == entry->status.code && status.code == STATUS_NOT_FOUND;
    return stat_is_proof(&now, &entry->stat, entry->read_at_ns);
}

/* Reads the file again and compares; an unchanged one gets the new stat. */
static bool content_changed(FileEntry *entry)
{
    Arena *arena = arena_new(NULL);
    FileEntry seen = *entry;
    FileText text;
    read_text(&seen, arena, &text);
    bool changed = seen.status.code != entry->status.code ||
                   seen.status.os_error != entry->status.os_error ||
                   !fp_eq(seen.content, entry->content);
    if (!changed)
        *entry = seen;
    arena_free(arena);
    return changed;
}

FileList file_table_changed(FileTable *table, Arena *arena)
{
    FileList list = { 0 };
    pthread_mutex_lock(&table->lock);
    list.files = arena_alloc_array(arena, table->entries.count, sizeof *list.files);
    for (uint32_t i = 0; i < table->entries.count; i++) {
        FileEntry *entry = &table->entries.items[i];
        if (!entry->touched && entry_is_proven(entry))
            continue;
        if (content_changed(entry))
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
