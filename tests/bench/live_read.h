/* SPDX-License-Identifier: GPL-2.0-only */
/* What reading costs user space: the flow table, and the ring. */
#ifndef IOTXDP_BENCH_LIVE_READ_H
#define IOTXDP_BENCH_LIVE_READ_H

#include <iotxdp/port.h>

/* Writes members of a JSON object. */
void live_read_out(u32 rounds);

void live_die(const char *what);

#endif
