// SPDX-License-Identifier: GPL-2.0-only
#include "blocks.h"

#include "input/pcapng.h"

#include <string.h>

struct iotx_blocks iotx_blocks;

static void put16(u16 value)
{
	if (iotx_blocks.swapped)
		value = __builtin_bswap16(value);
	memcpy(iotx_blocks.bytes + iotx_blocks.len, &value, 2);
	iotx_blocks.len += 2;
}

void iotx_blocks_put32_at(u32 at, u32 value)
{
	if (iotx_blocks.swapped)
		value = __builtin_bswap32(value);
	memcpy(iotx_blocks.bytes + at, &value, 4);
}

static void put32(u32 value)
{
	iotx_blocks_put32_at(iotx_blocks.len, value);
	iotx_blocks.len += 4;
}

static void put_bytes(const void *bytes, u32 len)
{
	if (len)
		memcpy(iotx_blocks.bytes + iotx_blocks.len, bytes, len);
	iotx_blocks.len += len;
	while (iotx_blocks.len % 4)
		iotx_blocks.bytes[iotx_blocks.len++] = 0;
}

u32 iotx_blocks_begin(u32 type)
{
	put32(type);
	put32(0);
	return iotx_blocks.len - 8;
}

void iotx_blocks_end(u32 at)
{
	iotx_blocks_put32_at(at + 4, iotx_blocks.len + 4 - at);
	put32(iotx_blocks.len + 4 - at);
}

u32 iotx_blocks_section(bool swapped)
{
	u32 at;

	iotx_blocks.swapped = swapped;
	at = iotx_blocks_begin(IOTX_PCAPNG_MAGIC);
	put32(0x1a2b3c4d);
	put16(1);
	put16(0);
	put32(0xffffffff); /* its length is not said */
	put32(0xffffffff);
	iotx_blocks_end(at);
	return at;
}

u32 iotx_blocks_interface(u16 link_type, u32 snaplen, const void *options, u32 len)
{
	u32 at = iotx_blocks_begin(IDB);

	put16(link_type);
	put16(0);
	put32(snaplen);
	put_bytes(options, len);
	iotx_blocks_end(at);
	return at;
}

static void put_time(u64 ticks)
{
	put32((u32)(ticks >> 32));
	put32((u32)ticks);
}

u32 iotx_blocks_packet(u32 interface, u64 ticks, u32 len, u8 fill)
{
	u8 bytes[256];
	u32 at = iotx_blocks_begin(EPB);

	memset(bytes, fill, sizeof(bytes));
	put32(interface);
	put_time(ticks);
	put32(len);
	put32(len + 1);
	put_bytes(bytes, len);
	iotx_blocks_end(at);
	return at;
}

u32 iotx_blocks_other(u32 type, const char *text)
{
	u32 at = iotx_blocks_begin(type);

	put_bytes(text, (u32)strlen(text));
	iotx_blocks_end(at);
	return at;
}

void iotx_blocks_restart(void)
{
	iotx_blocks.len = 0;
	iotx_blocks_section(false);
}

void iotx_blocks_simple(u32 wire_len, u32 cap_len, u8 fill)
{
	u8 bytes[256];
	u32 at = iotx_blocks_begin(SPB);

	memset(bytes, fill, sizeof(bytes));
	put32(wire_len);
	put_bytes(bytes, cap_len);
	iotx_blocks_end(at);
}

void iotx_blocks_old(u16 interface, u64 ticks, u32 len, u8 fill)
{
	u8 bytes[256];
	u32 at = iotx_blocks_begin(PB);

	memset(bytes, fill, sizeof(bytes));
	put16(interface);
	put16(3); /* drops */
	put_time(ticks);
	put32(len);
	put32(len);
	put_bytes(bytes, len);
	iotx_blocks_end(at);
}
