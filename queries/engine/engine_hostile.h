/* Hooks that make life hard for providers and for the engine itself, for tests. Results must not
 * change, except that a cancelled request has none. */
#ifndef RSCC_ENGINE_ENGINE_HOSTILE_H
#define RSCC_ENGINE_ENGINE_HOSTILE_H

#include "engine/engine.h"

/* Before the run: the request is cancelled at its fetch number `fetch` (from 0), those of a
 * revision step that it owns counted. */
void engine_request_cancel_at(EngineRequest *request, uint32_t fetch);
bool engine_request_is_cancelled(const EngineRequest *request);
/* Between requests: every value leaves memory as soon as a fetch has given it out (pointers stay
 * good until the request ends). */
void engine_set_evict(Engine *engine, bool evict);
/* Between requests: drops every value that can be had again. */
void engine_drop_values(Engine *engine);
/* Workers that wait for a node which another one runs. */
uint32_t engine_waiting_workers(Engine *engine);
/* Bytes of a segment as they might come from a damaged store, checksum ignored: true if they are
 * well-formed. Never reads out of bounds. For fuzzing: the nodes go into an engine of the test's.
 */
bool engine_segment_load(Engine *engine, Str bytes);

#endif
