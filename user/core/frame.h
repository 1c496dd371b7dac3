/* SPDX-License-Identifier: GPL-2.0-only */
/* What an input delivers: one frame, live or from a file. Borrowed for the call. */
#ifndef IOTXDP_CORE_FRAME_H
#define IOTXDP_CORE_FRAME_H

#include <iotxdp/abi.h>

/* Where the bytes start. */
enum iotx_link { IOTX_LINK_ETHERNET, IOTX_LINK_IP, IOTX_LINK_NULL, IOTX_LINK_SLL, IOTX_LINK_SLL2 };

/* What the kernel half has already said of a live frame. */
struct iotx_kernel_view {
	enum iotx_proto proto;
	enum iotx_dir dir;
	u32 start; /* payload offset of the first message that starts here, or IOTX_NO_START */
	u32 weight;
	u32 flags; /* IOTX_SAMPLE_* */
	u32 dropped; /* samples of this direction that were refused since its last one */
};

struct iotx_frame {
	const u8 *data;
	u32 cap_len;  /* bytes at data */
	u32 wire_len; /* bytes that the frame had on the wire */
	u64 ts_ns;    /* since 1970 */
	u64 number;   /* in its capture, from 1; 0: live */
	enum iotx_link link;
	u32 ifindex;                           /* 0 when read from a file */
	const char *iface;                     /* NULL when read from a file */
	const struct iotx_kernel_view *kernel; /* NULL: classify it here */
};

#endif
