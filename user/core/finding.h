/* SPDX-License-Identifier: GPL-2.0-only */
/* An event of its own for what has no message to hang on: bytes that are none. */
#ifndef IOTXDP_CORE_FINDING_H
#define IOTXDP_CORE_FINDING_H

#include "wire/wire.h"

struct iotx_finding {
	const char *protocol; /* whose rule is broken: "mqtt" */
};

extern const struct iotx_event_class iotx_finding_event;

#endif
