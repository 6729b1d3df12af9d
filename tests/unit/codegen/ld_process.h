/* LinkOps for tests: ld.lld as a process, inputs through temporary files. */
#ifndef RSCC_TESTS_UNIT_CODEGEN_LD_PROCESS_H
#define RSCC_TESTS_UNIT_CODEGEN_LD_PROCESS_H

#include "link/link_ops.h"

LinkOps ld_process_ops(void);

#endif
