/* The C toolchain's files as an input of the engine. What was looked at to find them is kept, and
 * looked at again when a command begins. */
#include "driver/driver_priv.h"

void environment_init(EnvironmentFiles *environment)
{
    *environment = (EnvironmentFiles){ .arena = arena_new(NULL) };
    pthread_mutex_init(&environment->lock, NULL);
    witness_vec_init(&environment->looked, environment->arena);
}

void environment_release(EnvironmentFiles *environment)
{
    pthread_mutex_destroy(&environment->lock);
    arena_free(environment->arena);
}

static bool look_at_file(void *context, const char *path, Fp *content)
{
    EnvironmentFiles *environment = context;
    Arena *scratch = arena_new(NULL);
    Str bytes;
    Str copy = { arena_copy_str(environment->arena, str_from_c(path)), strlen(path) };
    Witness witness = { WITNESS_FILE, copy, seen_read(path, 0, scratch, &bytes) };
    arena_free(scratch);
    witness_vec_push(&environment->looked, witness);
    *content = witness.seen.content;
    return status_ok(witness.seen.status);
}

static void look_at_directory(void *context, const char *path)
{
    EnvironmentFiles *environment = context;
    path = arena_copy_str(environment->arena, str_from_c(path));
    witness_vec_push(&environment->looked, witness_of_path(WITNESS_DIRECTORY, path));
}

void environment_load(EnvironmentFiles *environment, const char *system_root, Arena *out_arena,
                      LinkEnvironment *out)
{
    LinkLooks looks = { look_at_file, look_at_directory, environment };
    pthread_mutex_lock(&environment->lock);
    arena_free(environment->arena);
    environment->arena = arena_new(NULL);
    witness_vec_init(&environment->looked, environment->arena);
    link_environment_find(out_arena, &looks, system_root ? system_root : "", out);
    pthread_mutex_unlock(&environment->lock);
}

bool environment_changed(EnvironmentFiles *environment)
{
    bool changed = false;
    pthread_mutex_lock(&environment->lock);
    for (uint32_t i = 0; i < environment->looked.count && !changed; i++)
        changed = !witness_holds(&environment->looked.items[i]);
    pthread_mutex_unlock(&environment->lock);
    return changed;
}
