/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads what the kernel half has counted. */
#ifndef IOTXDP_INPUT_READOUT_H
#define IOTXDP_INPUT_READOUT_H

#include "input.h"

/*
 * Sums the per-CPU copies of entry `index`, a struct of nothing but u64, into
 * `sum`. 0 or -errno.
 */
int iotx_readout_percpu(int map_fd, u32 index, u64 *sum, u32 words);

#endif
