/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What stands before the bytes of an exported PDU: who reads them, between whom they went,
 * and in which frame (wsutil/exported_pdu_tlvs.h of Wireshark).
 */
#ifndef IOTXDP_OUTPUT_PDU_TAGS_H
#define IOTXDP_OUTPUT_PDU_TAGS_H

#include "core/event.h"
#include "core/frame.h"
#include "ng_block.h"

/* The longest name, two addresses, six numbers, the end, each with its head; a header. */
#define IOTX_PDU_NAME_MAX 32
#define IOTX_PDU_TAGS_MAX                                                                       \
	(4 + IOTX_PDU_NAME_MAX + 2 * (4 + 16) + 6 * (4 + 4) + 4 + IOTX_DISSECTOR_HEAD_MAX)

struct iotx_pdu_tags {
	u8 bytes[IOTX_PDU_TAGS_MAX];
	u32 len;
};

/* Of an event that has ends. Returns which bytes of the message come behind them. */
struct iotx_slice iotx_pdu_tags_put(struct iotx_pdu_tags *t, const struct iotx_dissector *d,
				    const struct iotx_event *ev, enum iotx_ng_direction direction);

#endif
