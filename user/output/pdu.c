// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages as Wireshark's "exported PDUs": each is a packet of link type 252, which names
 * the dissector, the ends and the frame, and holds the message's bytes as they were decoded:
 * unmasked, inflated, put together.
 */
#include "ng_file.h"

#define LINKTYPE_WIRESHARK_UPPER_PDU 252

/* wsutil/exported_pdu_tlvs.h */
enum {
	TAG_END = 0,
	TAG_DISSECTOR = 12,
	TAG_TABLE = 14,
	TAG_IPV4_SRC = 20,
	TAG_IPV4_DST = 21,
	TAG_IPV6_SRC = 22,
	TAG_IPV6_DST = 23,
	TAG_PORT_TYPE = 24,
	TAG_SRC_PORT = 25,
	TAG_DST_PORT = 26,
	TAG_FRAME = 30,
	TAG_TABLE_VALUE = 32,
	TAG_P2P_DIRECTION = 35,
};

enum { PORT_TYPE_TCP = 2, PORT_TYPE_UDP = 3 };
enum { P2P_SENT = 0, P2P_RECEIVED = 1 };

/* The longest name, two addresses, six numbers, the end, each with its head. */
#define NAME_MAX_LEN 32
#define TAGS_MAX (4 + NAME_MAX_LEN + 2 * (4 + 16) + 6 * (4 + 4) + 4)

struct tags {
	u8 bytes[TAGS_MAX];
	u32 len;
};

static void put16(struct tags *t, u32 value)
{
	t->bytes[t->len++] = (u8)(value >> 8);
	t->bytes[t->len++] = (u8)value;
}

/* Values are padded to 4 bytes, and the padding counts. */
static void put_bytes(struct tags *t, u32 tag, const void *data, u32 len)
{
	u32 padded = (len + 3) / 4 * 4;

	put16(t, tag);
	put16(t, padded);
	memset(t->bytes + t->len, 0, padded);
	if (len)
		memcpy(t->bytes + t->len, data, len);
	t->len += padded;
}

static void put_number(struct tags *t, u32 tag, u32 value)
{
	put16(t, tag);
	put16(t, sizeof(value));
	put16(t, value >> 16);
	put16(t, value);
}

static void put_dissector(struct tags *t, const struct iotx_dissector *d, bool tcp)
{
	struct iotx_slice name = iotx_slice_str(tcp && d->tcp ? d->tcp : d->name);

	name.len = name.len < NAME_MAX_LEN ? name.len : NAME_MAX_LEN;
	put_bytes(t, d->port ? TAG_TABLE : TAG_DISSECTOR, name.data, name.len);
	if (d->port)
		put_number(t, TAG_TABLE_VALUE, d->port);
}

static void put_ends(struct tags *t, const struct iotx_endpoints *ends, bool tcp)
{
	bool v6 = ends->ip_version == 6;
	u32 len = v6 ? 16 : 4;

	put_bytes(t, v6 ? TAG_IPV6_SRC : TAG_IPV4_SRC, ends->src_ip, len);
	put_bytes(t, v6 ? TAG_IPV6_DST : TAG_IPV4_DST, ends->dst_ip, len);
	put_number(t, TAG_PORT_TYPE, tcp ? PORT_TYPE_TCP : PORT_TYPE_UDP);
	put_number(t, TAG_SRC_PORT, ends->src_port);
	put_number(t, TAG_DST_PORT, ends->dst_port);
}

static void put_tags(struct tags *t, const struct iotx_event *ev, enum iotx_ng_direction direction)
{
	const struct iotx_dissector *d = &ev->cls->dissector;
	bool tcp = ev->ends->transport == TCP;

	put_dissector(t, d, tcp);
	put_ends(t, ev->ends, tcp && !d->as_udp);
	if (direction)
		put_number(t, TAG_P2P_DIRECTION,
			   direction == IOTX_NG_INBOUND ? P2P_RECEIVED : P2P_SENT);
	if (ev->frame)
		put_number(t, TAG_FRAME, (u32)ev->frame);
	put_bytes(t, TAG_END, NULL, 0);
}

static int pdu_event(struct iotx_sink *s, const struct iotx_event *ev)
{
	struct iotx_ng_interface interface = { .link_type = LINKTYPE_WIRESHARK_UPPER_PDU };
	struct iotx_ng_packet packet = { .ts_ns = ev->ts_ns, .data = ev->raw,
					 .wire_len = ev->raw_len, .id = ev->frame };
	struct tags tags = {};

	if (!ev->cls->dissector.name || !ev->raw.len || !ev->ends || !ev->ends->ip_version) {
		s->beside++;
		return 0;
	}
	packet.direction = iotx_ng_direction_of(ev->ends->dir);
	put_tags(&tags, ev, packet.direction);
	packet.head = iotx_slice(tags.bytes, tags.len);
	interface.name = ev->ends->iface;
	return iotx_ng_write(s, &interface, &packet);
}

const struct iotx_sink_class iotx_pdu_sink = {
	.name = "pdu",
	.help = "each message as an exported PDU that Wireshark decodes: pdu:FILE",
	.open = iotx_ng_open,
	.event = pdu_event,
	.tally = iotx_ng_tally,
	.flush = iotx_ng_flush,
	.close = iotx_ng_close,
};
