/* The cold no-op: a finished command leaves a record of everything it looked at, what it printed and what it published. A new process that is
 * asked the same compares stats, and where a stat is no proof, contents; if nothing differs it prints the same and is done, without loading
 * a single node.
 *
 * Only the first command of a process looks for a record: afterwards the engine knows better and is as fast. */
#include <stdlib.h>

#include "driver/driver_priv.h"

enum { RECORD_FORMAT = 1, RECORD_BYTES_MAX = 1 << 30 };
static const int64_t RACY_NS = 2000000000;

/* A path and what was there. */
typedef struct {
    Str path;
    bool exists;
    bool is_directory; /* its listing matters: mtime and ctime stand for it */
    FileStat stat;
    int64_t seen_at_ns;
    Fp content; /* of files */
} Witness;

static void witness_encode(Encoder *e, const Witness *witness)
{
    encode_str(e, witness->path);
    encode_bool(e, witness->exists);
    encode_bool(e, witness->is_directory);
    encode_u64(e, witness->stat.size);
    encode_i64(e, witness->stat.mtime_ns);
    encode_i64(e, witness->stat.ctime_ns);
    encode_u64(e, witness->stat.inode);
    encode_u64(e, witness->stat.device);
    encode_i64(e, witness->seen_at_ns);
    encode_fp(e, witness->content);
}

static Witness witness_decode(Decoder *d)
{
    Witness witness = { .path = decode_str(d) };
    witness.exists = decode_bool(d);
    witness.is_directory = decode_bool(d);
    witness.stat.size = decode_u64(d);
    witness.stat.mtime_ns = decode_i64(d);
    witness.stat.ctime_ns = decode_i64(d);
    witness.stat.inode = decode_u64(d);
    witness.stat.device = decode_u64(d);
    witness.seen_at_ns = decode_i64(d);
    witness.content = decode_fp(d);
    return witness;
}

static Witness witness_of_path(Arena *arena, Str path)
{
    Witness witness = { .path = path, .seen_at_ns = driver_clock_ns() };
    const char *name = arena_copy_str(arena, path);
    witness.exists = status_ok(file_stat(name, &witness.stat));
    if (!witness.exists)
        return witness;
    witness.is_directory = (witness.stat.mode & 0170000) == 0040000;
    Arena *scratch = arena_new(NULL);
    Str bytes;
    if (!witness.is_directory && status_ok(file_read(name, scratch, RECORD_BYTES_MAX, &bytes, &witness.stat)))
        witness.content = fp_of_bytes(bytes.data, bytes.bytes, 0);
    arena_free(scratch);
    return witness;
}

static bool witness_holds(Arena *arena, const Witness *witness)
{
    FileStat now;
    const char *name = arena_copy_str(arena, witness->path);
    bool exists = status_ok(file_stat(name, &now));
    if (!exists || !witness->exists)
        return exists == witness->exists;
    bool same = now.size == witness->stat.size && now.mtime_ns == witness->stat.mtime_ns &&
                now.ctime_ns == witness->stat.ctime_ns && now.inode == witness->stat.inode &&
                now.device == witness->stat.device;
    bool settled = now.mtime_ns + RACY_NS < witness->seen_at_ns && now.ctime_ns + RACY_NS < witness->seen_at_ns;
    if (same && settled)
        return true;
    if (witness->is_directory)
        return false;
    Witness again = witness_of_path(arena, witness->path);
    return again.exists && fp_eq(again.content, witness->content);
}

/* ---- which record ----------------------------------------------------------------------------------- */

static Fp request_fingerprint(const CommandHandle *command)
{
    Arena *arena = arena_new(NULL);
    Encoder e;
    encoder_init(&e, arena, command->workspace->interners, ENCODE_CANONICAL);
    encode_u32(&e, RECORD_FORMAT);
    encode_str(&e, str_from_c(command->workspace->config.root));
    encode_str(&e, command->request->cwd);
    encode_bool(&e, command_color(command));
    encode_u32(&e, command->request->terminal_width);
    for (uint32_t i = 0; i < command->request->argument_count; i++)
        encode_str(&e, command->request->arguments[i]);
    Fp fp = encoder_fingerprint(&e, 0);
    arena_free(arena);
    return fp;
}

static bool is_recordable(const CommandHandle *command)
{
    return command->workspace->config.cache && !command->workspace->config.verify &&
           command_format(command) != FORMAT_JSON && !options_has(&command->options, OPTION_VERBOSE) &&
           !options_has(&command->options, OPTION_STATS) && !options_has(&command->options, OPTION_TIMINGS);
}

/* ---- writing ---------------------------------------------------------------------------------------- */

static void encode_paths(Encoder *e, Arena *arena, const StrVec *paths)
{
    encode_u32(e, paths->count);
    for (uint32_t i = 0; i < paths->count; i++) {
        Witness witness = witness_of_path(arena, paths->items[i]);
        witness_encode(e, &witness);
    }
}

/* What was published is recorded as it was then. */
static void encode_published(Encoder *e, CommandHandle *command)
{
    const StrVec *paths = &command->published;
    encode_u32(e, paths->count);
    for (uint32_t i = 0; i < paths->count; i++) {
        PublishedFile seen;
        Witness witness;
        const char *path = arena_copy_str(command->arena, paths->items[i]);
        if (published_find(&command->workspace->published, path, &seen))
            witness = (Witness){ .path = paths->items[i],
                                 .exists = true,
                                 .stat = seen.stat,
                                 .seen_at_ns = seen.seen_at_ns,
                                 .content = seen.content };
        else
            witness = witness_of_path(command->arena, paths->items[i]);
        witness_encode(e, &witness);
    }
}

/* Source files are recorded as the engine saw them, not as they are now: they may have changed since. */
static void encode_sources(Encoder *e, FileTable *files)
{
    pthread_mutex_lock(&files->lock);
    encode_u32(e, files->entries.count);
    for (uint32_t i = 0; i < files->entries.count; i++) {
        const FileEntry *entry = &files->entries.items[i];
        Witness witness = { .path = str_from_c(entry->path),
                            .exists = status_ok(entry->status),
                            .stat = entry->stat,
                            .seen_at_ns = entry->read_at_ns,
                            .content = entry->content };
        witness_encode(e, &witness);
    }
    pthread_mutex_unlock(&files->lock);
}

void record_store(CommandHandle *command)
{
    if (!command->record_due || !is_recordable(command))
        return;
    Encoder e;
    encoder_init(&e, command->arena, command->workspace->interners, ENCODE_CANONICAL);
    encode_sources(&e, &command->workspace->files);
    encode_paths(&e, command->arena, &command->project.witnesses);
    encode_published(&e, command);
    encode_str(&e, command->transcript.bytes ? text_str(&command->transcript) : STR(""));
    encode_u32(&e, (uint32_t)command->record_exit_code);
    Status status = cache_record_put(command->workspace->config.cache, request_fingerprint(command),
                                     (Str){ (const char *)e.bytes, e.count });
    (void)status; /* the cache has warned; without a record the next start is just slower */
}

/* ---- replaying -------------------------------------------------------------------------------------- */

static bool all_hold(Decoder *d, Arena *arena)
{
    uint32_t count = decode_count(d, 8);
    for (uint32_t i = 0; i < count && !d->failed; i++) {
        Witness witness = witness_decode(d);
        if (d->failed || !witness_holds(arena, &witness))
            return false;
    }
    return !d->failed;
}

bool record_replay(CommandHandle *command, int *exit_code)
{
    if (command->workspace->is_loaded || !is_recordable(command))
        return false;
    Str bytes;
    if (!cache_record_get(command->workspace->config.cache, request_fingerprint(command), command->arena, &bytes))
        return false;
    Decoder d;
    decoder_init(&d, bytes.data, bytes.bytes, command->arena, command->workspace->interners);
    for (int part = 0; part < 3; part++) { /* sources, other inputs, outputs */
        if (!all_hold(&d, command->arena))
            return false;
    }
    Str transcript = decode_str(&d);
    *exit_code = (int)decode_u32(&d);
    if (!decoder_finish(&d))
        return false;
    if (transcript.bytes)
        message_write(command, STREAM_STDERR, transcript);
    return true;
}
