/* Private to check. */
#ifndef RSCC_CHECK_CHECK_PRIV_H
#define RSCC_CHECK_CHECK_PRIV_H

#include "check/check.h"
#include "lower/lower.h"
#include "traits/traits.h"

/* Each gives false if it reported something. */
bool check_impl(Job *job, DefId impl);
bool check_adt(Job *job, DefId adt);

#endif
