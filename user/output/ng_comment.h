/* SPDX-License-Identifier: GPL-2.0-only */
/* What is found, as a comment of a packet: "error mqtt PUBLISH MQTT-3.3.1-4: ... (byte 0)". */
#ifndef IOTXDP_OUTPUT_NG_COMMENT_H
#define IOTXDP_OUTPUT_NG_COMMENT_H

#include "base/buf.h"
#include "core/event.h"

/* Appends it with a NUL behind it. 0 or -ENOMEM. */
int iotx_ng_comment(struct iotx_buf *b, const struct iotx_event *ev);

#endif
