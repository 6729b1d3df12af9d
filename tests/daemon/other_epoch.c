/* The identity of a build that does not exist. */
#include "base/epoch.h"

const char *rscc_epoch(void)
{
    return "00000000000000000000000000000000";
}

const char *rscc_llvm_version(void)
{
    return "0.0.0";
}
