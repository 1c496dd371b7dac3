/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this kernel can do, found out by doing it, never by its version. To name a
 * feature in the environment variable IOTXDP_WITHOUT makes it missing, so that the
 * ways around it can be tried on any kernel.
 */
#ifndef IOTXDP_INPUT_FEATURE_H
#define IOTXDP_INPUT_FEATURE_H

#include <stdbool.h>

enum iotx_feature {
	IOTX_FEATURE_BTF,
	IOTX_FEATURE_RINGBUF,
	IOTX_FEATURE_LOOP, /* bpf_loop; without it, the *_plain programs */
	IOTX_FEATURE_FRAGS, /* packets in pieces; without it, generic XDP where the MTU is large */
	IOTX_FEATURE_TCX,  /* links on tc; without it, a filter on clsact */
	IOTX_FEATURE_COUNT
};

bool iotx_feature(enum iotx_feature feature);

/* False after naming the first feature that is missing and has nothing in its place. */
bool iotx_features_suffice(void);

#endif
