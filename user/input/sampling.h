/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel half is told of the ring's shares and of the flows' budget. */
#ifndef IOTXDP_INPUT_SAMPLING_H
#define IOTXDP_INPUT_SAMPLING_H

#include <iotxdp/abi.h>

/* `budget`: samples a second of each direction of a flow; 0: any number. */
void iotx_sampling_set(struct iotx_cfg *cfg, u32 ring_bytes, u32 budget);

#endif
