// SPDX-License-Identifier: GPL-2.0-only
/* The frames that are decoded, as a capture for Wireshark and others. */
#include "ng_file.h"

static const u16 link_types[] = {
	[IOTX_LINK_ETHERNET] = 1, [IOTX_LINK_IP] = 101,   [IOTX_LINK_NULL] = 0,
	[IOTX_LINK_SLL] = 113,    [IOTX_LINK_SLL2] = 276,
};

static enum iotx_ng_direction direction_of(const struct iotx_frame *frame)
{
	if (!frame->kernel)
		return IOTX_NG_UNKNOWN;
	return frame->kernel->dir == INGRESS ? IOTX_NG_INBOUND : IOTX_NG_OUTBOUND;
}

static int pcapng_frame(struct iotx_sink *s, const struct iotx_frame *frame)
{
	const struct iotx_ng_interface interface = {
		.link_type = link_types[frame->link],
		.name = frame->iface,
	};
	struct iotx_ng_packet packet = {
		.ts_ns = frame->ts_ns,
		.data = iotx_slice(frame->data, frame->cap_len),
		.wire_len = frame->wire_len,
		.direction = direction_of(frame),
		.id = frame->number,
	};

	return iotx_ng_write(s, &interface, &packet);
}

const struct iotx_sink_class iotx_pcapng_sink = {
	.name = "pcapng",
	.help = "the frames that are decoded, as a capture: pcapng:FILE",
	.open = iotx_ng_open,
	.frame = pcapng_frame,
	.tally = iotx_ng_tally,
	.flush = iotx_ng_flush,
	.close = iotx_ng_close,
};
