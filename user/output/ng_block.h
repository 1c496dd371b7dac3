/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The blocks of a pcapng file, appended to a buffer, in the byte order of this machine.
 * Section numbers are those of draft-ietf-opsawg-pcapng. Each returns 0 or -ENOMEM.
 */
#ifndef IOTXDP_OUTPUT_NG_BLOCK_H
#define IOTXDP_OUTPUT_NG_BLOCK_H

#include "base/buf.h"

enum iotx_ng_direction { IOTX_NG_UNKNOWN, IOTX_NG_INBOUND, IOTX_NG_OUTBOUND };

/* Wireshark takes a file for damaged that holds a longer one. */
#define IOTX_NG_PACKET_MAX (256u << 10)

/* 4.3: of data, as many bytes as fit. */
struct iotx_ng_packet {
	u32 interface;
	u64 ts_ns;
	struct iotx_slice data;
	u32 wire_len; /* of data, on the wire */
	enum iotx_ng_direction direction;
	u64 id; /* in what it was read from; 0: none */
	struct iotx_slice comments; /* each ends with a NUL */
};

int iotx_ng_section(struct iotx_buf *b);
int iotx_ng_interface(struct iotx_buf *b, u16 link_type, const char *name);
int iotx_ng_packet(struct iotx_buf *b, const struct iotx_ng_packet *p);

/* 4.6: what an interface has seen, and what it has lost. */
int iotx_ng_statistics(struct iotx_buf *b, u32 interface, u64 ts_ns, u64 seen, u64 lost);

/* As iotx_record_fn: where the block at the front ends; a packet counts. */
size_t iotx_ng_record(const u8 *data, size_t len, u64 *count);

#endif
