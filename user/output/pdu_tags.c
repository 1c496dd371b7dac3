// SPDX-License-Identifier: GPL-2.0-only
#include "pdu_tags.h"

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

static void put16(struct iotx_pdu_tags *t, u32 value)
{
	t->bytes[t->len++] = (u8)(value >> 8);
	t->bytes[t->len++] = (u8)value;
}

/* Values are padded to 4 bytes, and the padding counts. */
static void put_bytes(struct iotx_pdu_tags *t, u32 tag, const void *data, u32 len)
{
	u32 padded = (len + 3) / 4 * 4;

	put16(t, tag);
	put16(t, padded);
	memset(t->bytes + t->len, 0, padded);
	if (len)
		memcpy(t->bytes + t->len, data, len);
	t->len += padded;
}

static void put_number(struct iotx_pdu_tags *t, u32 tag, u32 value)
{
	put16(t, tag);
	put16(t, sizeof(value));
	put16(t, value >> 16);
	put16(t, value);
}

static void put_dissector(struct iotx_pdu_tags *t, const struct iotx_dissector *d, bool tcp)
{
	struct iotx_slice name = iotx_slice_str(tcp && d->tcp ? d->tcp : d->name);

	name.len = name.len < IOTX_PDU_NAME_MAX ? name.len : IOTX_PDU_NAME_MAX;
	put_bytes(t, d->port ? TAG_TABLE : TAG_DISSECTOR, name.data, name.len);
	if (d->port)
		put_number(t, TAG_TABLE_VALUE, d->port);
}

static void put_ends(struct iotx_pdu_tags *t, const struct iotx_endpoints *ends, bool tcp)
{
	bool v6 = ends->ip_version == 6;
	u32 len = v6 ? 16 : 4;

	put_bytes(t, v6 ? TAG_IPV6_SRC : TAG_IPV4_SRC, ends->src_ip, len);
	put_bytes(t, v6 ? TAG_IPV6_DST : TAG_IPV4_DST, ends->dst_ip, len);
	put_number(t, TAG_PORT_TYPE, tcp ? PORT_TYPE_TCP : PORT_TYPE_UDP);
	put_number(t, TAG_SRC_PORT, ends->src_port);
	put_number(t, TAG_DST_PORT, ends->dst_port);
}

/* What the dissector does not find in a message over TCP as it came stands behind the tags. */
static struct iotx_slice put_head(struct iotx_pdu_tags *t, const struct iotx_dissector *d,
				  const struct iotx_event *ev)
{
	u32 replaced = 0;

	if (d->head && ev->ends->transport == TCP)
		t->len += d->head(ev->raw, ev->raw_len, t->bytes + t->len, &replaced);
	return iotx_slice(ev->raw.data + replaced, ev->raw.len - replaced);
}

struct iotx_slice iotx_pdu_tags_put(struct iotx_pdu_tags *t, const struct iotx_dissector *d,
				    const struct iotx_event *ev, enum iotx_ng_direction direction)
{
	bool tcp = ev->ends->transport == TCP;

	t->len = 0;
	put_dissector(t, d, tcp);
	put_ends(t, ev->ends, tcp && !d->as_udp);
	if (direction)
		put_number(t, TAG_P2P_DIRECTION,
			   direction == IOTX_NG_INBOUND ? P2P_RECEIVED : P2P_SENT);
	if (ev->frame)
		put_number(t, TAG_FRAME, (u32)ev->frame);
	put_bytes(t, TAG_END, NULL, 0);
	return put_head(t, d, ev);
}
