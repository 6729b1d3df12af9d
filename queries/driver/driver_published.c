/* Files that commands published: what was seen of each, so that the next command need not read it
 * to know that it is still the same. */
#include "driver/driver_priv.h"

void published_table_init(PublishedTable *table)
{
    *table = (PublishedTable){ .arena = arena_new(NULL) };
    pthread_mutex_init(&table->lock, NULL);
    map_init(&table->by_path, NULL, sizeof(Fp));
    seen_vec_init(&table->files, NULL);
}

void published_table_release(PublishedTable *table)
{
    pthread_mutex_destroy(&table->lock);
    map_release(&table->by_path);
    seen_vec_release(&table->files);
    arena_free(table->arena);
}

static bool find(PublishedTable *table, const char *path, Seen *out)
{
    Fp key = fp_of_bytes(path, strlen(path), 0);
    pthread_mutex_lock(&table->lock);
    const uint32_t *index = map_find(&table->by_path, &key);
    if (index)
        *out = table->files.items[*index];
    pthread_mutex_unlock(&table->lock);
    return index != NULL;
}

static void remember(PublishedTable *table, const char *path, Seen seen)
{
    Fp key = fp_of_bytes(path, strlen(path), 0);
    bool existed;
    pthread_mutex_lock(&table->lock);
    uint32_t *slot = map_put(&table->by_path, &key, &existed);
    if (existed)
        table->files.items[*slot] = seen;
    else
        *slot = seen_vec_push(&table->files, seen);
    pthread_mutex_unlock(&table->lock);
}

void published_note(PublishedTable *table, const char *path, Fp content)
{
    Seen seen = seen_stat(path);
    seen.content = content;
    if (status_ok(seen.status))
        remember(table, path, seen);
}

bool published_is_current(PublishedTable *table, const char *path, uint64_t size, Fp content)
{
    Seen seen = seen_stat(path);
    if (!status_ok(seen.status) || seen.stat.size != size)
        return false;
    if (find(table, path, &seen) && seen_is_proven(&seen, path))
        return fp_eq(seen.content, content);
    Arena *arena = arena_new(NULL);
    Str bytes;
    seen = seen_read(path, 0, arena, &bytes);
    arena_free(arena);
    if (!status_ok(seen.status))
        return false;
    remember(table, path, seen);
    return fp_eq(seen.content, content);
}
