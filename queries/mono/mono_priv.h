/* Private to mono. */
#ifndef RSCC_MONO_MONO_PRIV_H
#define RSCC_MONO_MONO_PRIV_H

#include "base/vec.h"
#include "mono/mono.h"

VEC_TYPE(InstanceVec, instance_vec, InstanceId)

/* Says at the place in `user`'s code that names it, or nowhere if none does, that an instance is
 * one too deep or too large. */
void mono_report_recursion(Job *job, InstanceId user, InstanceId used);

/* The v0 mangled name of an instance without a fixed one. Source: Rust RFC 2603. */
SymId mono_mangle(Job *job, InstanceId instance);

#endif
