/* The request that checks crates: every item and body of them, reached or not. */
#include "check/check.h"
#include "consteval/consteval.h"
#include "driver/driver_priv.h"
#include "mir/mir.h"
#include "resolve/resolve.h"

/* A value that hardly ever changes: so an edit in a body ends here and does not reach the list of
 * all bodies. */
void body_checked_provide(Job *job, DefId body, BodyChecked *out)
{
    out->has_error = q_typeck(job, body)->has_error;
    out->has_error |= q_pattern_check(job, body)->has_error;
    out->has_error |= q_mir_optimized(job, body)->has_error;
    out->has_error |= consteval_item_has_error(job, body);
}

static void check_item(Job *job, uint32_t index, void *argument)
{
    const DefList *items = argument;
    q_item_check(job, items->items[index]);
}

static void check_body(Job *job, uint32_t index, void *argument)
{
    const DefList *bodies = argument;
    q_body_checked(job, bodies->items[index]);
}

static void check_absent(Job *job, uint32_t index, void *argument)
{
    const DefList *modules = argument;
    q_absent_syntax(job, modules->items[index]);
}

void crate_checked_provide(Job *job, DefId crate, CrateChecked *out)
{
    DefList items = *q_crate_items(job, crate), bodies = *q_crate_bodies(job, crate);
    DefList macros = *q_crate_macros(job, crate);
    DefList modules = *q_crate_modules(job, crate);
    q_entry_fn(job, crate);
    job_parallel_for(job, modules.count, check_absent, &modules);
    job_parallel_for(job, macros.count, check_item, &macros);
    job_parallel_for(job, items.count, check_item, &items);
    job_parallel_for(job, bodies.count, check_body, &bodies);
    out->is_complete = true;
}

static void body_checked_encode(Encoder *e, const void *value)
{
    encode_bool(e, ((const BodyChecked *)value)->has_error);
}
static void body_checked_decode(Decoder *d, void *value)
{
    ((BodyChecked *)value)->has_error = decode_bool(d);
}
static const BodyChecked body_checked_error = { true };
const ValueInfo value_info_BodyChecked = { "BodyChecked", sizeof(BodyChecked), body_checked_encode,
                                           body_checked_decode, &body_checked_error };

static void crate_checked_encode(Encoder *e, const void *value)
{
    encode_bool(e, ((const CrateChecked *)value)->is_complete);
}
static void crate_checked_decode(Decoder *d, void *value)
{
    ((CrateChecked *)value)->is_complete = decode_bool(d);
}
static const CrateChecked crate_checked_error = { false };
const ValueInfo value_info_CrateChecked = { "CrateChecked", sizeof(CrateChecked),
                                            crate_checked_encode, crate_checked_decode,
                                            &crate_checked_error };
