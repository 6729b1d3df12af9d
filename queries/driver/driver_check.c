/* The request that checks crates: every item and body of them, reached or not. */
#include "check/check.h"
#include "driver/driver_priv.h"
#include "mir/mir.h"
#include "resolve/resolve.h"

static void build_mir(Job *job, uint32_t index, void *argument)
{
    const DefList *bodies = argument;
    q_mir_optimized(job, bodies->items[index]);
}

void crate_checked_provide(Job *job, DefId crate, CrateChecked *out)
{
    check_crate(job, crate);
    DefList bodies = *q_crate_bodies(job, crate);
    job_parallel_for(job, bodies.count, build_mir, &bodies);
    out->has_error = false;
}

static void crate_checked_encode(Encoder *e, const void *value)
{
    encode_bool(e, ((const CrateChecked *)value)->has_error);
}
static void crate_checked_decode(Decoder *d, void *value)
{
    ((CrateChecked *)value)->has_error = decode_bool(d);
}
static const CrateChecked crate_checked_error = { true };
const ValueInfo value_info_CrateChecked = {
    "CrateChecked", sizeof(CrateChecked), crate_checked_encode, crate_checked_decode, &crate_checked_error
};
