// SPDX-License-Identifier: GPL-2.0-only
#include "ng_block.h"

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
};

enum {
	OPT_END = 0,
	OPT_COMMENT = 1,
	OPT_IF_NAME = 2,
	OPT_IF_TSRESOL = 9,
	OPT_EPB_FLAGS = 2,
	OPT_EPB_PACKETID = 5,
	OPT_ISB_IFRECV = 4,
	OPT_ISB_OSDROP = 7,
	OPT_SHB_USERAPPL = 4,
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define LENGTH_UNKNOWN UINT64_MAX
#define TSRESOL_NS 9

/* More than all fixed fields and options of a block take, with their padding. */
#define FIXED_MAX 256

/* Room is made first, for all of a block; then nothing can fail. */
struct block {
	struct iotx_buf *b;
	size_t start;
};

static void put(struct block *k, const void *data, size_t n)
{
	if (n)
		memcpy(k->b->data + k->b->len, data, n);
	k->b->len += n;
}

static void put16(struct block *k, u16 value)
{
	put(k, &value, sizeof(value));
}

static void put32(struct block *k, u32 value)
{
	put(k, &value, sizeof(value));
}

static void put64(struct block *k, u64 value)
{
	put(k, &value, sizeof(value));
}

/* 4.3: a time is the one number whose halves are always in this order. */
static void put_time(struct block *k, u64 ts_ns)
{
	put32(k, (u32)(ts_ns >> 32));
	put32(k, (u32)ts_ns);
}

static void pad(struct block *k)
{
	static const u8 zeros[4];

	put(k, zeros, (k->start - k->b->len) % 4);
}

static int begin(struct block *k, struct iotx_buf *b, u32 type, size_t variable)
{
	int err = iotx_buf_reserve(b, FIXED_MAX + variable);

	if (err)
		return err;
	*k = (struct block){ .b = b, .start = b->len };
	put32(k, type);
	put32(k, 0);
	return 0;
}

static void option(struct block *k, u16 code, const void *data, u16 len)
{
	put16(k, code);
	put16(k, len);
	put(k, data, len);
	pad(k);
}

/* Options end with one of their own; then the length, which stands at both ends. */
static int finish(struct block *k)
{
	u32 len;

	option(k, OPT_END, NULL, 0);
	len = (u32)(k->b->len - k->start) + (u32)sizeof(len);
	put32(k, len);
	memcpy(k->b->data + k->start + 4, &len, sizeof(len));
	return 0;
}

int iotx_ng_section(struct iotx_buf *b)
{
	static const char name[] = "iotxdp " IOTX_VERSION;
	struct block k;
	int err = begin(&k, b, BLOCK_SECTION, sizeof(name));

	if (err)
		return err;
	put32(&k, BYTE_ORDER_MAGIC);
	put16(&k, 1);
	put16(&k, 0);
	put64(&k, LENGTH_UNKNOWN);
	option(&k, OPT_SHB_USERAPPL, name, sizeof(name) - 1);
	return finish(&k);
}

int iotx_ng_interface(struct iotx_buf *b, u16 link_type, const char *name)
{
	static const u8 resolution = TSRESOL_NS;
	size_t len = name ? strlen(name) : 0;
	struct block k;
	int err = begin(&k, b, BLOCK_INTERFACE, len);

	if (err)
		return err;
	put16(&k, link_type);
	put16(&k, 0);
	put32(&k, 0); /* no limit of length */
	if (len)
		option(&k, OPT_IF_NAME, name, (u16)len);
	option(&k, OPT_IF_TSRESOL, &resolution, sizeof(resolution));
	return finish(&k);
}

/* What a comment needs besides its text, whose NUL is worth a byte of padding. */
#define COMMENT_MORE 6

static size_t room_of(struct iotx_slice comments)
{
	size_t n = comments.len;

	for (u32 i = 0; i < comments.len; i++)
		n += comments.data[i] ? 0 : COMMENT_MORE;
	return n;
}

static void put_comments(struct block *k, struct iotx_slice comments)
{
	while (comments.len) {
		u32 len = (u32)strnlen((const char *)comments.data, comments.len);
		u32 with_nul = len < comments.len ? len + 1 : len;

		option(k, OPT_COMMENT, comments.data, (u16)len);
		comments = iotx_slice(comments.data + with_nul, comments.len - with_nul);
	}
}

int iotx_ng_packet(struct iotx_buf *b, const struct iotx_ng_packet *p)
{
	u32 flags = p->direction; /* the lowest two bits: 01 inbound, 10 outbound */
	u32 len = p->data.len < IOTX_NG_PACKET_MAX ? p->data.len : IOTX_NG_PACKET_MAX;
	struct block k;
	int err = begin(&k, b, BLOCK_PACKET, len + room_of(p->comments));

	if (err)
		return err;
	put32(&k, p->interface);
	put_time(&k, p->ts_ns);
	put32(&k, len);
	put32(&k, p->wire_len);
	put(&k, p->data.data, len);
	pad(&k);
	put_comments(&k, p->comments);
	if (flags)
		option(&k, OPT_EPB_FLAGS, &flags, sizeof(flags));
	if (p->id)
		option(&k, OPT_EPB_PACKETID, &p->id, sizeof(p->id));
	return finish(&k);
}

int iotx_ng_statistics(struct iotx_buf *b, u32 interface, u64 ts_ns, u64 seen, u64 lost)
{
	struct block k;
	int err = begin(&k, b, BLOCK_STATISTICS, 0);

	if (err)
		return err;
	put32(&k, interface);
	put_time(&k, ts_ns);
	option(&k, OPT_ISB_IFRECV, &seen, sizeof(seen));
	option(&k, OPT_ISB_OSDROP, &lost, sizeof(lost));
	return finish(&k);
}

size_t iotx_ng_record(const u8 *data, size_t len, u64 *count)
{
	u32 type, size;

	*count = 0;
	if (len < sizeof(type) + sizeof(size))
		return 0;
	memcpy(&type, data, sizeof(type));
	memcpy(&size, data + sizeof(type), sizeof(size));
	*count = type == BLOCK_PACKET;
	return size <= len ? size : 0;
}
