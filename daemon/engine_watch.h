/* Watches the directories that hold a workspace's inputs and tells the workspace what was touched.
 * Hints only: a build is right without them. The number of watches is bounded, because the limit is
 * the user's and other programs need some; when there is no room the workspace is told to look for
 * itself, and the log gets one line. Loop's thread only. */
#ifndef RSCC_DAEMON_ENGINE_WATCH_H
#define RSCC_DAEMON_ENGINE_WATCH_H

#include <uv.h>

#include "driver/driver.h"

typedef struct Watch Watch;

enum { WATCHES_MAX = 8192 };

Watch *watch_new(uv_loop_t *loop, Workspace *workspace);
/* Watches exactly the directories that the workspace names now. */
void watch_update(Watch *watch);
/* Delivers what already happened: called before a command starts, which may come sooner than the
 * loop's turn. */
void watch_drain(Watch *watch);
uint32_t watch_count(const Watch *watch);
bool watch_is_scanning(const Watch *watch);
/* The memory goes with the next turn of the loop. */
void watch_close(Watch *watch);

#endif
