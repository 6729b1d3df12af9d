/* The daemon's log: one file for all daemons of a user, bounded by turning it over into `<file>.1`.
 * Only supervisors write; what engines and link helpers print reaches it through them. One thread.
 */
#ifndef RSCC_DAEMON_LOG_H
#define RSCC_DAEMON_LOG_H

#include "base/base.h"

typedef struct Log Log;

enum { LOG_BYTES_MAX = 1 << 20, CRASH_REPORTS_MAX = 20 };

/* Never fails: what cannot be written is dropped. */
Log *log_open(const char *path);
void log_close(Log *log);
/* One line: time, process, text. */
void log_line(Log *log, const char *format, ...) RSC_PRINTF(2, 3);
/* Removes all but the newest reports (crash-*.txt, survived-*.txt) in the directory. */
void log_prune_crash_reports(const char *directory);
/* Bytes as they came from a child, each line with its process. An unfinished line is ended. */
void log_child_output(Log *log, int pid, Str bytes);

#endif
