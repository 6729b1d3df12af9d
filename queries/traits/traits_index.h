/* Types as keys of the index of impls. */
#ifndef RSCC_TRAITS_TRAITS_INDEX_H
#define RSCC_TRAITS_TRAITS_INDEX_H

#include "resolve/resolve.h"
#include "ty/ty.h"

/* A self type reduced to what the index tells apart. `crate` and the trait are left to the caller.
 */
InherentImplsKey inherent_impls_key(const Interners *in, TyId ty);

#endif
