/* The cold no-op: a finished command leaves a record of everything it looked at, what it printed
 * and what it published. A new process that is asked the same compares stats, and where a stat is
 * no proof, contents; if nothing differs it prints the same and is done, without loading a single
 * node.
 *
 * Only the first command of a process looks for a record: afterwards the engine knows better and is
 * as fast. */
#include <stdlib.h>

#include "driver/driver_priv.h"

enum { RECORD_FORMAT = 4 };

static void witness_encode(Encoder *e, const Witness *witness)
{
    const Seen *seen = &witness->seen;
    encode_u32(e, witness->kind);
    encode_str(e, witness->path);
    encode_u32(e, seen->status.code);
    encode_u32(e, (uint32_t)seen->status.os_error);
    encode_u64(e, seen->stat.size);
    encode_i64(e, seen->stat.mtime_ns);
    encode_i64(e, seen->stat.ctime_ns);
    encode_u64(e, seen->stat.inode);
    encode_u64(e, seen->stat.device);
    encode_u32(e, seen->stat.mode);
    encode_i64(e, seen->at_ns);
    encode_fp(e, seen->content);
}

static Witness witness_decode(Decoder *d)
{
    Witness witness = { .kind = (WitnessKind)decode_u32(d), .path = decode_str(d) };
    Seen *seen = &witness.seen;
    seen->status.code = (StatusCode)decode_u32(d);
    seen->status.os_error = (int)decode_u32(d);
    seen->stat.size = decode_u64(d);
    seen->stat.mtime_ns = decode_i64(d);
    seen->stat.ctime_ns = decode_i64(d);
    seen->stat.inode = decode_u64(d);
    seen->stat.device = decode_u64(d);
    seen->stat.mode = decode_u32(d);
    seen->at_ns = decode_i64(d);
    seen->content = decode_fp(d);
    return witness;
}

/* ---- which record
 * ----------------------------------------------------------------------------------- */

/* What of a command line, and of the environment, decides the result: not where it is computed, nor
 * what `run` passes on. */
static void encode_options(Encoder *e, const Options *options)
{
    encode_u32(e, options->command);
    for (uint32_t i = 0; i < options->uses.count; i++) {
        const OptionUse *use = &options->uses.items[i];
        if (use->id == OPTION_NO_DAEMON)
            continue;
        encode_u32(e, use->id);
        encode_str(e, use->value.data ? use->value : STR(""));
    }
    for (uint32_t i = 0; i < options->positionals.count; i++)
        encode_str(e, options->positionals.items[i]);
}

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
    encode_options(&e, &command->options);
    Str target = command_environment(command, STR("CARGO_TARGET_DIR"));
    encode_str(&e, target.data ? target : STR(""));
    Fp fp = encoder_fingerprint(&e, 0);
    arena_free(arena);
    return fp;
}

static bool is_recordable(const CommandHandle *command)
{
    return command->workspace->config.cache && !command->workspace->config.verify &&
           !command_has_events(command) && !options_has(&command->options, OPTION_VERBOSE) &&
           !options_has(&command->options, OPTION_STATS) &&
           !options_has(&command->options, OPTION_TIMINGS);
}

/* ---- writing
 * ---------------------------------------------------------------------------------------- */

static void encode_witnesses(Encoder *e, const WitnessVec *witnesses)
{
    encode_u32(e, witnesses->count);
    for (uint32_t i = 0; i < witnesses->count; i++)
        witness_encode(e, &witnesses->items[i]);
}

/* As the engine saw them. */
static void encode_sources(Encoder *e, FileTable *files)
{
    pthread_mutex_lock(&files->lock);
    encode_u32(e, files->entries.count);
    for (uint32_t i = 0; i < files->entries.count; i++) {
        const FileEntry *entry = &files->entries.items[i];
        Witness witness = { WITNESS_FILE, str_from_c(entry->path), entry->seen };
        witness_encode(e, &witness);
    }
    pthread_mutex_unlock(&files->lock);
}

static void encode_environment(Encoder *e, EnvironmentFiles *environment)
{
    pthread_mutex_lock(&environment->lock);
    encode_witnesses(e, &environment->looked);
    pthread_mutex_unlock(&environment->lock);
}

void record_make(CommandHandle *command, int exit_code)
{
    if (!is_recordable(command))
        return;
    Encoder e;
    encoder_init(&e, command->arena, command->workspace->interners, ENCODE_CANONICAL);
    encode_sources(&e, &command->workspace->files);
    encode_environment(&e, &command->workspace->environment);
    encode_witnesses(&e, &command->project.witnesses);
    encode_witnesses(&e, &command->published);
    encode_str(&e, text_str(&command->transcript));
    encode_u32(&e, (uint32_t)exit_code);
    command->record = (Str){ (const char *)e.bytes, e.count };
}

void record_store(CommandHandle *command)
{
    if (!command->record.bytes)
        return;
    Status status = cache_record_put(command->workspace->config.cache, request_fingerprint(command),
                                     command->record);
    (void)status; /* the cache has warned; without a record the next start is just slower */
}

/* ---- replaying
 * -------------------------------------------------------------------------------------- */

static bool all_hold(Decoder *d, Arena *arena)
{
    uint32_t count = decode_count(d, 8);
    for (uint32_t i = 0; i < count && !d->failed; i++) {
        Witness witness = witness_decode(d);
        witness.path.data = arena_copy_str(arena, witness.path);
        if (d->failed || !witness_holds(&witness))
            return false;
    }
    return !d->failed;
}

bool record_replay(CommandHandle *command, int *exit_code)
{
    if (command->workspace->is_loaded || !is_recordable(command))
        return false;
    Str bytes;
    if (!cache_record_get(command->workspace->config.cache, request_fingerprint(command),
                          command->arena, &bytes))
        return false;
    Decoder d;
    decoder_init(&d, bytes.data, bytes.bytes, command->arena, command->workspace->interners);
    for (int part = 0; part < 4; part++) { /* sources, C toolchain, other inputs, outputs */
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
