/* SPDX-License-Identifier: GPL-2.0-only */
/* What a pcapng file that an output has written holds; fails where its blocks are not whole. */
#ifndef IOTXDP_TESTS_NG_FOUND_H
#define IOTXDP_TESTS_NG_FOUND_H

#include <iotxdp/port.h>

struct iotx_ng_found {
	u32 sections, interfaces, packets, statistics;
	u16 link[8];       /* of the interfaces of the last section */
	char names[8][16];
	u32 interface;     /* of the last packet ... */
	u64 ts_ns, id;
	u32 cap_len, wire_len, flags;
	u8 data[512];
	u64 seen, lost;    /* of the last statistics */
	u32 comments;      /* of all packets */
	char comment[128]; /* the last one */
};

/* A file that was made longer beforehand ends in zeros. */
struct iotx_ng_found iotx_ng_found_in(const char *path);

#endif
