/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bytes that end where the mapped memory ends: a reader that goes one byte too far
 * dies on the spot. Running out of memory ends the test program.
 */
#ifndef IOTXDP_TESTS_GUARD_H
#define IOTXDP_TESTS_GUARD_H

#include <iotxdp/port.h>

typedef void (*iotx_guard_fn)(const u8 *data, u32 n, void *arg);

/* Calls fn once, with a copy of the bytes that ends at a guard page. */
void iotx_guard_whole(const u8 *data, u32 len, iotx_guard_fn fn, void *arg);

/* Calls fn with a copy of every prefix, from none to all len bytes, each at a guard page. */
void iotx_guard_each_prefix(const u8 *data, u32 len, iotx_guard_fn fn, void *arg);

#endif
