/* The identity of this compiler build: the same for two builds from the same sources against the
 * same LLVM, whatever the machine, directory and time. Stored results are valid within one epoch
 * only. Link the folder `epoch`. */
#ifndef RSCC_BASE_EPOCH_H
#define RSCC_BASE_EPOCH_H

/* 32 hex digits: a hash over the compiler's sources and LLVM's version. */
const char *rscc_epoch(void);
/* "19.1.7" */
const char *rscc_llvm_version(void);

#endif
