// SPDX-License-Identifier: GPL-2.0-only
#include "pcapng.h"

#include "base/log.h"
#include "pcap_link.h"
#include "pcapng_time.h"
#include "window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Section numbers in what follows are those of draft-ietf-opsawg-pcapng. */
enum {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET_OLD = 2,
	BLOCK_PACKET_SIMPLE = 3,
	BLOCK_PACKET = 6,
	BLOCK_JOURNAL = 9,
	BLOCK_CUSTOM = 0xbad,
	BLOCK_CUSTOM_LOCAL = 0x40000bad,
};

enum { OPT_END = 0, OPT_IF_TSRESOL = 9, OPT_IF_TSOFFSET = 14 };

#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define VERSION_MAJOR 1
#define BLOCK_HEAD 8 /* type and length; the length stands at the end again */
#define BLOCK_TAIL 4
#define OPTION_HEAD 4

struct interface {
	u32 link_type;
	u32 snaplen; /* 0: no limit */
	struct iotx_tick tick;
};

struct reader {
	struct iotx_window window;
	const char *name;
	u32 held;     /* bytes of the block that the last frame lies in */
	bool swapped; /* the section is of the other byte order than this machine */
	struct interface *interfaces;
	u32 interface_count, interface_room;
	u64 frames;     /* read so far, in Wireshark's count */
	u64 last_ns;    /* of the last frame that has a time */
};

/* What stands between a block's lengths. */
struct block {
	u32 type;
	const u8 *body;
	u32 len;
};

/* What a block says of a packet. */
struct packet {
	u32 interface;
	u32 cap_len, wire_len;
	u32 at; /* where its bytes start in the block's body */
};

static u16 get16(const struct reader *r, const u8 *p)
{
	u16 value;

	memcpy(&value, p, sizeof(value));
	return r->swapped ? __builtin_bswap16(value) : value;
}

static u32 get32(const struct reader *r, const u8 *p)
{
	u32 value;

	memcpy(&value, p, sizeof(value));
	return r->swapped ? __builtin_bswap32(value) : value;
}

static u64 get64(const struct reader *r, const u8 *p)
{
	u64 value;

	memcpy(&value, p, sizeof(value));
	return r->swapped ? __builtin_bswap64(value) : value;
}

/* Names the block that is being read by where it starts. */
static int damaged(const struct reader *r, const char *why)
{
	iotx_error("%s: damaged after frame %llu, in the block at offset %llu: %s", r->name,
		   (unsigned long long)r->frames, (unsigned long long)r->window.offset, why);
	return -EIO;
}

/* There are fewer bytes than a block needs. */
static int cut(const struct reader *r)
{
	const char *failure = iotx_source_failure(r->window.source);

	if (errno == EINTR)
		return -EINTR;
	if (errno == ENOMEM)
		failure = "out of memory";
	return damaged(r, failure ? failure : "the file ends in it");
}

/* 4.1: a section may be of either byte order, and its own first block tells which. */
static int find_order(struct reader *r, const u8 *head)
{
	u32 magic;

	memcpy(&magic, head + BLOCK_HEAD, sizeof(magic));
	if (magic != BYTE_ORDER_MAGIC && magic != __builtin_bswap32(BYTE_ORDER_MAGIC))
		return damaged(r, "a section header without a byte order");
	r->swapped = magic != BYTE_ORDER_MAGIC;
	return 0;
}

/* 3.1: the length counts everything, in units of 4 bytes. */
static int check_length(const struct reader *r, u32 len)
{
	if (len < BLOCK_HEAD + BLOCK_TAIL)
		return damaged(r, "a block shorter than its own header");
	if (len % 4)
		return damaged(r, "a block whose length is no multiple of 4");
	if (len > IOTX_PCAPNG_BLOCK_MAX)
		return damaged(r, "a block of more than 16 MiB");
	return 0;
}

static int load_block(struct reader *r, struct block *b, u32 len)
{
	const u8 *bytes = iotx_window_need(&r->window, len);

	if (!bytes)
		return cut(r);
	if (get32(r, bytes + len - BLOCK_TAIL) != len)
		return damaged(r, "a block whose two lengths differ");
	b->body = bytes + BLOCK_HEAD;
	b->len = len - BLOCK_HEAD - BLOCK_TAIL;
	r->held = len;
	return 1;
}

/* 1: a block. 0: the end of the file. */
static int read_block(struct reader *r, struct block *b)
{
	const u8 *head;
	u32 len;
	int err;

	iotx_window_skip(&r->window, r->held);
	r->held = 0;
	head = iotx_window_need(&r->window, BLOCK_HEAD + BLOCK_TAIL);
	if (!head)
		return errno || r->window.len ? cut(r) : 0;
	b->type = get32(r, head);
	if (b->type == IOTX_PCAPNG_MAGIC) {
		err = find_order(r, head);
		if (err)
			return err;
	}
	len = get32(r, head + BLOCK_HEAD / 2);
	err = check_length(r, len);
	return err ? err : load_block(r, b, len);
}

/* 4.1: interfaces belong to their section. */
static int take_section(struct reader *r, const struct block *b)
{
	if (b->len < 16)
		return damaged(r, "a section header that is too short");
	if (get16(r, b->body + 4) != VERSION_MAJOR)
		return damaged(r, "a section of a version that is not known");
	r->interface_count = 0;
	return 0;
}

static int take_option(const struct reader *r, struct interface *i, const u8 *option, u32 len)
{
	u16 code = get16(r, option);

	option += OPTION_HEAD;
	if (code == OPT_IF_TSRESOL) {
		if (len != 1)
			return damaged(r, "an if_tsresol that is not 1 byte long");
		iotx_tick_set_unit(&i->tick, option[0]);
	} else if (code == OPT_IF_TSOFFSET) {
		if (len != 8)
			return damaged(r, "an if_tsoffset that is not 8 bytes long");
		i->tick.offset_s = (int64_t)get64(r, option);
	}
	return 0;
}

/* 3.5: code, length, value, padded to 4 bytes. The end may go without saying. */
static int take_options(const struct reader *r, struct interface *i, const u8 *p, u32 left)
{
	while (left >= OPTION_HEAD && get16(r, p) != OPT_END) {
		u32 len = get16(r, p + 2);
		u32 padded = OPTION_HEAD + (len + 3) / 4 * 4;
		int err;

		if (padded > left)
			return damaged(r, "an option that is longer than its block");
		err = take_option(r, i, p, len);
		if (err)
			return err;
		p += padded;
		left -= padded;
	}
	return 0;
}

static struct interface *add_interface(struct reader *r)
{
	if (r->interface_count == r->interface_room) {
		u32 room = r->interface_room ? 2 * r->interface_room : 4;
		struct interface *more = reallocarray(r->interfaces, room, sizeof(*more));

		if (!more)
			return NULL;
		r->interfaces = more;
		r->interface_room = room;
	}
	return &r->interfaces[r->interface_count];
}

/* 4.2: link type, 2 bytes of nothing, snaplen, options */
static int take_interface(struct reader *r, const struct block *b)
{
	struct interface *i;
	int err;

	if (b->len < 8)
		return damaged(r, "an interface description that is too short");
	if (r->interface_count == IOTX_PCAPNG_INTERFACES_MAX)
		return damaged(r, "more than 65536 interfaces in a section");
	i = add_interface(r);
	if (!i)
		return damaged(r, "out of memory");
	*i = (struct interface){
		.link_type = get16(r, b->body),
		.snaplen = get32(r, b->body + 4),
	};
	iotx_tick_set_unit(&i->tick, IOTX_TICK_DEFAULT);
	err = take_options(r, i, b->body + 8, b->len - 8);
	r->interface_count += !err;
	return err;
}

static int check_packet(const struct reader *r, const struct block *b, const struct packet *p)
{
	if (p->interface >= r->interface_count)
		return damaged(r, "a packet of an interface that is not described");
	if (p->cap_len > b->len - p->at)
		return damaged(r, "a packet that is longer than its block");
	return 1;
}

/* 4.3 and, with an interface of 2 bytes and a count of drops in 2 more, B: the same else */
static int take_packet(struct reader *r, const struct block *b, struct packet *p)
{
	int ok;

	if (b->len < 20)
		return damaged(r, "a packet block that is too short");
	p->interface = b->type == BLOCK_PACKET ? get32(r, b->body) : get16(r, b->body);
	p->cap_len = get32(r, b->body + 12);
	p->wire_len = get32(r, b->body + 16);
	p->at = 20;
	ok = check_packet(r, b, p);
	if (ok > 0) {
		u64 ticks = (u64)get32(r, b->body + 4) << 32 | get32(r, b->body + 8);

		r->last_ns = iotx_tick_ns(&r->interfaces[p->interface].tick, ticks);
	}
	return ok;
}

/* 4.4: of the first interface, and without a time: that of the frame before is the nearest. */
static int take_simple(struct reader *r, const struct block *b, struct packet *p)
{
	u32 snaplen;

	if (b->len < 4)
		return damaged(r, "a packet block that is too short");
	if (!r->interface_count)
		return damaged(r, "a packet of an interface that is not described");
	snaplen = r->interfaces[0].snaplen;
	p->interface = 0;
	p->wire_len = get32(r, b->body);
	p->cap_len = snaplen && snaplen < p->wire_len ? snaplen : p->wire_len;
	p->at = 4;
	return check_packet(r, b, p);
}

/* 1: *p is a packet. 0: the block holds none. */
static int take_block(struct reader *r, const struct block *b, struct packet *p)
{
	switch (b->type) {
	case IOTX_PCAPNG_MAGIC:
		return take_section(r, b);
	case BLOCK_INTERFACE:
		return take_interface(r, b);
	case BLOCK_PACKET:
	case BLOCK_PACKET_OLD:
		return take_packet(r, b, p);
	case BLOCK_PACKET_SIMPLE:
		return take_simple(r, b, p);
	case BLOCK_JOURNAL:
	case BLOCK_CUSTOM:
	case BLOCK_CUSTOM_LOCAL:
		r->frames++; /* Wireshark shows it as one, and our numbers are to be its own */
	}
	return 0;
}

static int fill_frame(struct reader *r, const struct block *b, const struct packet *p,
		      struct iotx_frame *frame)
{
	u32 link_type = r->interfaces[p->interface].link_type;

	memset(frame, 0, sizeof(*frame));
	frame->number = ++r->frames;
	if (!iotx_pcap_link(link_type, &frame->link)) {
		iotx_error("%s: frame %llu: link type %u (%s) of interface %u is not supported",
			   r->name, (unsigned long long)r->frames, link_type,
			   iotx_pcap_link_name(link_type), p->interface);
		return -EPROTONOSUPPORT;
	}
	frame->data = b->body + p->at;
	frame->cap_len = p->cap_len;
	/* a file may claim that less was on the wire than it holds */
	frame->wire_len = p->wire_len > p->cap_len ? p->wire_len : p->cap_len;
	frame->ts_ns = r->last_ns;
	return 1;
}

static int next(void *reader, struct iotx_frame *frame)
{
	struct reader *r = reader;
	struct packet packet;
	struct block block;
	int got = 0;

	while (!got) {
		got = read_block(r, &block);
		if (got <= 0)
			return got;
		got = take_block(r, &block, &packet);
	}
	return got > 0 ? fill_frame(r, &block, &packet, frame) : got;
}

static int open_reader(void **reader, struct iotx_source *source)
{
	struct reader *r = calloc(1, sizeof(*r));

	if (!r) {
		iotx_error("out of memory");
		return -ENOMEM;
	}
	r->window.source = source;
	r->name = iotx_source_name(source);
	*reader = r;
	return 0;
}

static void close_reader(void *reader)
{
	struct reader *r = reader;

	iotx_window_free(&r->window);
	free(r->interfaces);
	free(r);
}

const struct iotx_file_class iotx_pcapng_class = {
	.open = open_reader,
	.next = next,
	.close = close_reader,
};
