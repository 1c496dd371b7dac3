// SPDX-License-Identifier: GPL-2.0-only
#include "core/defrag.h"

#include "base/table.h"
#include "core/link.h"

#include <stdlib.h>
#include <string.h>

#define IP4_HEADER 20u
#define IP6_HEADER 40u

/* Fragments of the same datagram agree in these (RFC 791 3.2, RFC 8200 4.5). */
struct key {
	u8 src[16], dst[16];
	u32 id;
	u8 ip_version;
	u8 protocol; /* IPv4; an IPv6 datagram's stands in its first fragment only */
	u8 rsv[2];
};
_Static_assert(sizeof(struct key) == 40, "no padding in a key");

struct part {
	u32 from, to;
};

struct datagram {
	u64 first_ns;
	u8 *bytes; /* room for a header, then the payload */
	u32 total; /* bytes of payload; 0: the last fragment has not come */
	u32 parts;
	struct part part[IOTX_DEFRAG_FRAGMENTS_MAX]; /* in order, apart from each other */
	u8 protocol; /* of the payload */
	bool spoilt; /* overlapped: every further fragment of it is dropped, too */
};

/* One fragment, as its headers say. */
struct fragment {
	struct key key;
	u32 offset, len;
	bool last;
	u8 protocol;
	const u8 *data;
};

struct iotx_defrag {
	struct iotx_table *datagrams;
	struct iotx_defrag_stats stats;
	u8 *done; /* the bytes of the datagram that was handed out last */
};

struct iotx_defrag *iotx_defrag_new(void)
{
	struct iotx_defrag *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->datagrams = iotx_table_new(sizeof(struct key), sizeof(struct datagram),
				      IOTX_DEFRAG_DATAGRAMS_MAX);
	if (d->datagrams)
		return d;
	free(d);
	return NULL;
}

/* Its bytes go with it, unless they were taken. */
static void forget(struct iotx_defrag *d, struct datagram *g)
{
	free(g->bytes);
	iotx_table_remove(d->datagrams, g);
}

static void give_up(struct iotx_defrag *d, struct datagram *g)
{
	d->stats.dropped++;
	forget(d, g);
}

void iotx_defrag_finish(struct iotx_defrag *d)
{
	struct datagram *g;

	while ((g = iotx_table_oldest(d->datagrams)))
		give_up(d, g);
}

void iotx_defrag_free(struct iotx_defrag *d)
{
	if (!d)
		return;
	iotx_defrag_finish(d);
	iotx_table_free(d->datagrams);
	free(d->done);
	free(d);
}

const struct iotx_defrag_stats *iotx_defrag_stats(const struct iotx_defrag *d)
{
	return &d->stats;
}

/* --- reading a fragment -------------------------------------------------------------------- */

static bool read4(struct iotx_cur *c, u32 wire_left, struct fragment *f)
{
	u8 h[IP4_HEADER];
	u32 header_len, total;

	if (iotx_cur_read(c, h, sizeof(h)))
		return false;
	header_len = (h[0] & 15) * 4u;
	total = iotx_be16(h + 2);
	if (h[0] >> 4 != 4 || header_len < sizeof(h) || total < header_len || total > wire_left ||
	    iotx_cur_skip(c, header_len - sizeof(h)))
		return false;
	memcpy(f->key.src, h + 12, 4);
	memcpy(f->key.dst, h + 16, 4);
	f->key.ip_version = 4;
	f->key.id = iotx_be16(h + 4);
	f->key.protocol = f->protocol = h[9];
	f->offset = (iotx_be16(h + 6) & 0x1fff) * 8u;
	f->last = !(h[6] & 0x20);
	f->len = total - header_len;
	return true;
}

/* Walks to the Fragment header; what stands before it is not of the datagram's payload. */
static bool read6(struct iotx_cur *c, u32 wire_left, struct fragment *f)
{
	u8 h[IP6_HEADER], frag[8], next;
	u32 end;

	if (iotx_cur_read(c, h, sizeof(h)) || h[0] >> 4 != 6)
		return false;
	memcpy(f->key.src, h + 8, 16);
	memcpy(f->key.dst, h + 24, 16);
	f->key.ip_version = 6;
	next = h[6];
	wire_left -= IP6_HEADER;
	if (iotx_be16(h + 4) > wire_left)
		return false;
	end = c->off + iotx_be16(h + 4);
	for (int i = 0; next != IOTX_IPPROTO_FRAGMENT; i++)
		if (i == IOTX_IPV6_EXT_MAX || !iotx_is_ipv6_ext(next) ||
		    iotx_ipv6_ext_read(c, &next, &wire_left))
			return false;
	if (iotx_cur_read(c, frag, sizeof(frag)) || c->off > end)
		return false;
	f->protocol = frag[0];
	f->offset = iotx_be16(frag + 2) & 0xfff8u;
	f->last = !(frag[3] & 1);
	f->key.id = iotx_be32(frag + 4);
	f->len = end - c->off;
	return true;
}

static bool read_fragment(const struct iotx_frame *frame, struct fragment *f)
{
	struct iotx_l4 l4 = {};
	struct iotx_cur c;
	u16 ethertype;
	bool ok;

	memset(f, 0, sizeof(*f));
	if (iotx_link_read(frame, &c, &l4, &ethertype) || c.off > frame->wire_len)
		return false;
	if (ethertype == IOTX_ETH_P_IPV4)
		ok = read4(&c, frame->wire_len - c.off, f);
	else
		ok = frame->wire_len - c.off >= IP6_HEADER &&
		     read6(&c, frame->wire_len - c.off, f);
	if (!ok || f->len > iotx_cur_left(&c)) /* cut by the capture */
		return false;
	f->data = frame->data + c.off;
	return true;
}

/* RFC 8200 4.5: all but the last are multiples of 8 octets, none is empty. */
static bool is_possible(const struct fragment *f)
{
	u32 max = IOTX_DEFRAG_BYTES_MAX - (f->key.ip_version == 4 ? IP4_HEADER : 0);

	return f->len && f->offset + f->len <= max && (f->last || !(f->len & 7));
}

/* --- putting together ---------------------------------------------------------------------- */

static bool overlaps(const struct datagram *g, u32 from, u32 to)
{
	for (u32 i = 0; i < g->parts; i++)
		if (from < g->part[i].to && g->part[i].from < to)
			return true;
	return false;
}

/* Copies what is new of a fragment and remembers that it is there. */
static bool add_part(struct datagram *g, const struct fragment *f)
{
	u32 at = f->offset, end = f->offset + f->len, i = 0;
	u8 *payload = g->bytes + IP6_HEADER;

	while (at < end) {
		u32 to = end;

		while (i < g->parts && g->part[i].to <= at)
			i++;
		if (i < g->parts && g->part[i].from <= at) {
			at = g->part[i].to;
			continue;
		}
		if (i < g->parts && g->part[i].from < to)
			to = g->part[i].from;
		if (g->parts == IOTX_DEFRAG_FRAGMENTS_MAX)
			return false;
		memcpy(payload + at, f->data + (at - f->offset), to - at);
		memmove(&g->part[i + 1], &g->part[i], (g->parts - i) * sizeof(g->part[0]));
		g->part[i] = (struct part){ at, to };
		g->parts++;
		at = to;
	}
	return true;
}

static bool is_complete(const struct datagram *g)
{
	u32 at = 0;

	if (!g->total)
		return false;
	for (u32 i = 0; i < g->parts && g->part[i].from == at; i++)
		at = g->part[i].to;
	return at == g->total;
}

/* A fragment that was seen before, to the byte: RFC 8200 4.5 lets it be ignored. */
static bool is_repeat(const struct datagram *g, const struct fragment *f)
{
	const u8 *payload = g->bytes + IP6_HEADER;
	u32 end = f->offset + f->len;

	for (u32 i = 0; i < g->parts; i++)
		if (g->part[i].from <= f->offset && end <= g->part[i].to)
			return !memcmp(payload + f->offset, f->data, f->len);
	return false;
}

static struct datagram *open_datagram(struct iotx_defrag *d, const struct key *key, u64 ts_ns)
{
	struct datagram *g;

	if (iotx_table_count(d->datagrams) == IOTX_DEFRAG_DATAGRAMS_MAX)
		give_up(d, iotx_table_oldest(d->datagrams));
	g = iotx_table_add(d->datagrams, key);
	if (!g)
		return NULL;
	g->first_ns = ts_ns;
	g->bytes = malloc(IP6_HEADER + IOTX_DEFRAG_BYTES_MAX);
	if (g->bytes)
		return g;
	give_up(d, g);
	return NULL;
}

static struct datagram *find_datagram(struct iotx_defrag *d, const struct key *key, u64 ts_ns)
{
	struct datagram *g = iotx_table_find(d->datagrams, key);

	if (g && ts_ns > g->first_ns && ts_ns - g->first_ns > IOTX_DEFRAG_NS) {
		give_up(d, g);
		g = NULL;
	}
	return g ? g : open_datagram(d, key, ts_ns);
}

static void put_be16(u8 *p, u32 value)
{
	p[0] = (u8)(value >> 8);
	p[1] = (u8)value;
}

/* A header like that of a datagram which was never cut, right before the payload. */
static void hand_out(struct iotx_defrag *d, struct datagram *g, const struct key *key,
		     struct iotx_frame *whole)
{
	u32 header = key->ip_version == 4 ? IP4_HEADER : IP6_HEADER;
	u8 *h = g->bytes + IP6_HEADER - header;

	memset(h, 0, header);
	if (key->ip_version == 4) {
		h[0] = 0x45;
		put_be16(h + 2, header + g->total);
		h[9] = g->protocol;
		memcpy(h + 12, key->src, 4);
		memcpy(h + 16, key->dst, 4);
	} else {
		h[0] = 0x60;
		put_be16(h + 4, g->total);
		h[6] = g->protocol;
		memcpy(h + 8, key->src, 16);
		memcpy(h + 24, key->dst, 16);
	}
	free(d->done);
	d->done = g->bytes;
	g->bytes = NULL;
	whole->link = IOTX_LINK_IP;
	whole->data = h;
	whole->cap_len = whole->wire_len = header + g->total;
	d->stats.datagrams++;
	forget(d, g);
}

/* False when the datagram is spoilt by it. */
static bool take(struct datagram *g, const struct fragment *f)
{
	u32 end = f->offset + f->len;

	if (is_repeat(g, f))
		return true;
	if (f->key.ip_version == 6 && overlaps(g, f->offset, end)) /* RFC 5722 4 */
		return false;
	if (f->last && g->total && g->total != end)
		return false;
	if (f->last)
		g->total = end;
	if (!f->offset)
		g->protocol = f->protocol;
	if (g->total && (end > g->total || (g->parts && g->part[g->parts - 1].to > g->total)))
		return false;
	return add_part(g, f);
}

bool iotx_defrag_frame(struct iotx_defrag *d, const struct iotx_frame *frame,
		       struct iotx_frame *whole)
{
	struct fragment f;
	struct datagram *g;

	if (!read_fragment(frame, &f) || !is_possible(&f)) {
		d->stats.dropped++;
		return false;
	}
	g = find_datagram(d, &f.key, frame->ts_ns);
	if (!g || g->spoilt)
		return false;
	if (!take(g, &f)) {
		g->spoilt = true;
		return false;
	}
	if (!is_complete(g))
		return false;
	*whole = *frame;
	hand_out(d, g, &f.key, whole);
	return true;
}
