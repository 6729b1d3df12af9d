#include "daemon/host.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/epoch.h"
#include "base/text.h"
#include "cache/cache.h"
#include "daemon/paths.h"

enum { THREADS_MAX = 256, IDLE_SAMPLE = 64 };

struct Host {
    Arena *arena;
    const char *root;
    Cache *cache;
    LinkClient *link_client;
    Workspace *workspace;
    size_t memory_budget_bytes;
    pthread_mutex_t lock; /* of warnings; held for no call out of this file */
    Text warnings;
};

static const char *environment(const char *name)
{
    return getenv(name);
}

static uint64_t environment_number(const char *name)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : 0;
}

/* The processors this process may use. */
static uint32_t thread_count(void)
{
    uint64_t wanted = environment_number("RSCC_THREADS");
    cpu_set_t set;
    if (wanted == 0 && sched_getaffinity(0, sizeof set, &set) == 0)
        wanted = (uint64_t)CPU_COUNT(&set);
    if (wanted == 0)
        wanted = 1;
    return wanted > THREADS_MAX ? THREADS_MAX : (uint32_t)wanted;
}

/* RSCC_MEMORY_BYTES, else a quarter of the machine's memory. */
static size_t memory_budget(void)
{
    uint64_t wanted = environment_number("RSCC_MEMORY_BYTES");
    if (wanted > 0)
        return (size_t)wanted;
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    rsc_assert(pages > 0 && page_bytes > 0);
    return (size_t)pages / 4 * (size_t)page_bytes;
}

static void on_cache_warning(void *context, const char *message)
{
    Host *host = context;
    pthread_mutex_lock(&host->lock);
    text_addf(&host->warnings, "warning: %s\n", message);
    pthread_mutex_unlock(&host->lock);
}

Str host_take_warnings(Host *host, Arena *arena)
{
    pthread_mutex_lock(&host->lock);
    Str text = text_str(&host->warnings);
    Str taken = { arena_copy_str(arena, text), text.bytes };
    text_clear(&host->warnings);
    pthread_mutex_unlock(&host->lock);
    return taken;
}

static Cache *open_cache(Host *host)
{
    CacheConfig config = { .dir = cache_default_dir(environment, host->arena),
                           .epoch = rscc_epoch(),
                           .workspace = host->root,
                           .size_cap_bytes = environment_number("RSCC_CACHE_BYTES"),
                           .warn = on_cache_warning,
                           .warn_context = host };
    return cache_open(&config);
}

Host *host_open(const char *root)
{
    Arena *arena = arena_new(NULL);
    Host *host = arena_new_object(arena, Host);
    host->arena = arena;
    host->root = arena_copy_str(arena, str_from_c(root));
    rsc_assert(pthread_mutex_init(&host->lock, NULL) == 0);
    text_init(&host->warnings, NULL);
    host->memory_budget_bytes = memory_budget();
    host->link_client = link_client_new();
    host->cache = open_cache(host);
    const char *verify = getenv("RSCC_VERIFY");
    WorkspaceConfig config = { .root = host->root,
                               .epoch = rscc_epoch(),
                               .threads = thread_count(),
                               .cache = host->cache,
                               .link = link_client_ops(host->link_client),
                               .verify = verify && strcmp(verify, "1") == 0,
                               .idle_sample = verify && strcmp(verify, "0") == 0 ? 0 : IDLE_SAMPLE,
                               .memory_budget_bytes = host->memory_budget_bytes };
    host->workspace = workspace_open(&config);
    return host;
}

void host_close(Host *host)
{
    workspace_close(host->workspace);
    cache_close(host->cache);
    link_client_free(host->link_client);
    text_release(&host->warnings);
    pthread_mutex_destroy(&host->lock);
    arena_free(host->arena);
}

Workspace *host_workspace(Host *host)
{
    return host->workspace;
}

LinkClient *host_link_client(Host *host)
{
    return host->link_client;
}

size_t host_memory_budget(const Host *host)
{
    return host->memory_budget_bytes;
}
