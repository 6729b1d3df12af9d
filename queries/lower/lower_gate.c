/* Syntax that is only for crates that ask for an unstable feature (E0658). */
#include "lower/lower_priv.h"
#include "resolve/resolve_gates.h"

static const struct {
    const char *feature;
    uint32_t issue;
    const char *message;
} gates[] = {
#define X(U, feature, issue, message) { feature, issue, message },
    LOWER_GATE_TABLE(X)
#undef X
};

bool lower_gate(Lower *l, LowerGate gate, AstPos lo, AstPos hi)
{
    bool is_open = gate == GATE_SPECIALIZATION &&
                   resolve_has_feature(l->job, l->place.crate, "min_specialization");
    is_open = is_open ||
              resolve_check_feature(l->job, l->place.crate, lower_at(l, lo, hi),
                                    gates[gate].feature, gates[gate].issue, gates[gate].message);
    l->b->has_error |= !is_open;
    return is_open;
}
