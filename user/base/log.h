/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the program says to a person: whole lines on standard error, each behind
 * "iotxdp: ". Control characters never get through: names come from elsewhere.
 */
#ifndef IOTXDP_BASE_LOG_H
#define IOTXDP_BASE_LOG_H

#include <stdbool.h>

#define IOTX_PRINTF __attribute__((format(printf, 1, 2)))

void iotx_error(const char *format, ...) IOTX_PRINTF;
void iotx_info(const char *format, ...) IOTX_PRINTF;

/*
 * What is going on, on a line of its own that the next thing said takes away; it is for a
 * terminal, and the caller's to see that there is one. iotx_status_end takes it away
 * before others write there.
 */
void iotx_status(const char *format, ...) IOTX_PRINTF;
void iotx_status_end(void);

/* Silences iotx_info; what went wrong is always said. */
void iotx_log_quiet(bool quiet);

#endif
