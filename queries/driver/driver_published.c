/* Files that commands published: what was seen of each, so that the next command need not read it to know that it is still the same. */
#include "driver/driver_priv.h"

enum { PUBLISHED_BYTES_MAX = 1 << 30 };

void published_table_init(PublishedTable *table)
{
    *table = (PublishedTable){ .arena = arena_new(NULL) };
    pthread_mutex_init(&table->lock, NULL);
    map_init(&table->by_path, NULL, sizeof(Fp));
    published_file_vec_init(&table->files, NULL);
}

void published_table_release(PublishedTable *table)
{
    pthread_mutex_destroy(&table->lock);
    map_release(&table->by_path);
    published_file_vec_release(&table->files);
    arena_free(table->arena);
}

bool published_find(PublishedTable *table, const char *path, PublishedFile *out)
{
    Fp key = fp_of_bytes(path, strlen(path), 0);
    pthread_mutex_lock(&table->lock);
    const uint32_t *index = map_find(&table->by_path, &key);
    if (index)
        *out = table->files.items[*index];
    pthread_mutex_unlock(&table->lock);
    return index != NULL;
}

static void remember(PublishedTable *table, const char *path, PublishedFile seen)
{
    Fp key = fp_of_bytes(path, strlen(path), 0);
    bool existed;
    pthread_mutex_lock(&table->lock);
    uint32_t *slot = map_put(&table->by_path, &key, &existed);
    if (existed)
        table->files.items[*slot] = seen;
    else
        *slot = published_file_vec_push(&table->files, seen);
    pthread_mutex_unlock(&table->lock);
}

void published_note(PublishedTable *table, const char *path, Fp content)
{
    PublishedFile seen = { .seen_at_ns = driver_clock_ns(), .content = content };
    if (status_ok(file_stat(path, &seen.stat)))
        remember(table, path, seen);
}

bool published_is_current(PublishedTable *table, const char *path, uint64_t size, Fp content)
{
    PublishedFile seen, now = { .seen_at_ns = driver_clock_ns() };
    if (!status_ok(file_stat(path, &now.stat)) || now.stat.size != size)
        return false;
    if (published_find(table, path, &seen) && stat_is_proof(&now.stat, &seen.stat, seen.seen_at_ns))
        return fp_eq(seen.content, content);
    Arena *arena = arena_new(NULL);
    Str bytes;
    bool known = status_ok(file_read(path, arena, PUBLISHED_BYTES_MAX, &bytes, &now.stat));
    if (known) {
        now.content = fp_of_bytes(bytes.data, bytes.bytes, 0);
        remember(table, path, now);
    }
    arena_free(arena);
    return known && fp_eq(now.content, content);
}
