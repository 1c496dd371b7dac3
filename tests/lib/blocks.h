/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Builds one file of blocks (pcapng), of either byte order. What a test wants wrong it
 * patches afterwards, by the places that come back: those where blocks start.
 */
#ifndef IOTXDP_TESTS_BLOCKS_H
#define IOTXDP_TESTS_BLOCKS_H

#include <iotxdp/port.h>

#define IOTX_NO_OPTIONS NULL, 0

enum { IDB = 1, PB = 2, SPB = 3, NRB = 4, ISB = 5, EPB = 6, DSB = 10, CUSTOM = 0xbad };

extern struct iotx_blocks {
	u8 bytes[20 << 20];
	u32 len;
	bool swapped; /* of the other byte order than this machine's */
} iotx_blocks;

/* An empty file of this machine's byte order, with a section. */
void iotx_blocks_restart(void);

u32 iotx_blocks_section(bool swapped);
u32 iotx_blocks_interface(u16 link_type, u32 snaplen, const void *options, u32 len);

/* The bytes of a packet are `fill`, and one more than its len was on the wire. */
u32 iotx_blocks_packet(u32 interface, u64 ticks, u32 len, u8 fill);
void iotx_blocks_simple(u32 wire_len, u32 cap_len, u8 fill);
void iotx_blocks_old(u16 interface, u64 ticks, u32 len, u8 fill);
u32 iotx_blocks_other(u32 type, const char *text);

/* A block by hand. */
u32 iotx_blocks_begin(u32 type);
void iotx_blocks_end(u32 at);
void iotx_blocks_put32_at(u32 at, u32 value);

#endif
