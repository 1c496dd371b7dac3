// SPDX-License-Identifier: GPL-2.0-only
#include "pkt.h"
#include <string.h>

#define EXT_FRAGMENT 44
#define EXT_AH 51

void iotx_put_be16(u8 *p, u16 value)
{
	p[0] = (u8)(value >> 8);
	p[1] = (u8)value;
}

void iotx_put_be32(u8 *p, u32 value)
{
	iotx_put_be16(p, (u16)(value >> 16));
	iotx_put_be16(p + 2, (u16)value);
}

/* RFC 1071; `sum` is what was added before. */
static u16 checksum(const u8 *p, u32 len, u32 sum)
{
	for (u32 i = 0; i + 1 < len; i += 2)
		sum += (u32)(p[i] << 8 | p[i + 1]);
	if (len & 1)
		sum += (u32)p[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (u16)~sum;
}

static u8 transport_of(const struct iotx_pkt *p)
{
	return p->transport ? p->transport : TCP;
}

static u32 put_ethernet(const struct iotx_pkt *p, u8 *frame)
{
	u32 off = 12;

	memcpy(frame, "\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01", 12);
	for (int i = 0; i < p->vlans; i++, off += 4) {
		iotx_put_be16(frame + off, p->tpid[i] ? p->tpid[i] : 0x8100);
		iotx_put_be16(frame + off + 2, (u16)(100 + i));
	}
	if (p->ethertype)
		iotx_put_be16(frame + off, p->ethertype);
	else
		iotx_put_be16(frame + off, p->ip_version == 6 ? 0x86dd : 0x0800);
	return off + 2;
}

static u32 put_ipv4(const struct iotx_pkt *p, u8 *h)
{
	u32 len = 20 + 4u * p->ip_option_words;

	memset(h, 1, len); /* option No Operation */
	memset(h, 0, 20);
	h[0] = (u8)(0x40 | len / 4);
	iotx_put_be16(h + 4, 0x1234);
	iotx_put_be16(h + 6, p->fragment);
	h[8] = 64;
	h[9] = transport_of(p);
	memcpy(h + 12, "\x0a\x09\x00\x00\x0a\x09\x00\x00", 8);
	iotx_put_be16(h + 14, p->src_host);
	iotx_put_be16(h + 18, p->dst_host);
	return len;
}

static u32 put_ext(const struct iotx_pkt *p, u8 kind, u8 next, u8 *h)
{
	u32 len = 8 + 8u * p->ext_units;

	if (kind == EXT_FRAGMENT)
		len = 8;
	else if (kind == EXT_AH)
		len = 12 + 4u * p->ext_units;
	memset(h, 0, len);
	h[0] = next;
	if (kind == EXT_FRAGMENT)
		iotx_put_be16(h + 2, p->ext_fragment);
	else
		h[1] = (u8)(kind == EXT_AH ? len / 4 - 2 : len / 8 - 1);
	return len;
}

static u32 put_ipv6(const struct iotx_pkt *p, u8 *h)
{
	u32 off = 40;

	memset(h, 0, 40);
	h[0] = 0x60;
	h[6] = p->exts ? p->ext[0] : transport_of(p);
	h[7] = 64;
	memcpy(h + 8, "\xfd\x09", 2);
	memcpy(h + 24, "\xfd\x09", 2);
	iotx_put_be16(h + 22, p->src_host);
	iotx_put_be16(h + 38, p->dst_host);
	for (int i = 0; i < p->exts; i++)
		off += put_ext(p, p->ext[i], i + 1 < p->exts ? p->ext[i + 1] : transport_of(p),
			       h + off);
	return off;
}

/* Returns the header's length. */
static u32 put_l4(const struct iotx_pkt *p, u8 *h)
{
	u32 len = transport_of(p) == UDP ? 8 : 20 + 4u * p->tcp_option_words;

	memset(h, 1, len); /* TCP option No-Operation */
	memset(h, 0, transport_of(p) == UDP ? 8 : 20);
	iotx_put_be16(h, p->src_port);
	iotx_put_be16(h + 2, p->dst_port);
	if (transport_of(p) == UDP) {
		iotx_put_be16(h + 4, (u16)(len + p->payload_len));
		return len;
	}
	iotx_put_be32(h + 4, p->seq);
	iotx_put_be32(h + 8, p->ack);
	h[12] = (u8)(len / 4 << 4);
	h[13] = p->tcp_flags ? p->tcp_flags : 0x10;
	iotx_put_be16(h + 14, 64240);
	return len;
}

static void put_checksums(const struct iotx_pkt *p, u8 *frame, const struct iotx_pkt_at *at)
{
	u8 *ip = frame + at->ip, *l4 = frame + at->l4;
	u32 len = at->end - at->l4, sum = transport_of(p) + len;
	const u8 *ends = p->ip_version == 6 ? ip + 8 : ip + 12; /* of the pseudo header */
	u32 ends_len = p->ip_version == 6 ? 32 : 8;

	if (p->ip_version != 6)
		iotx_put_be16(ip + 10, checksum(ip, at->l4 - at->ip, 0));
	sum += (u16)~checksum(ends, ends_len, 0);
	iotx_put_be16(l4 + (transport_of(p) == UDP ? 6 : 16), checksum(l4, len, sum));
}

u32 iotx_pkt_build(const struct iotx_pkt *p, u8 *frame, struct iotx_pkt_at *at)
{
	struct iotx_pkt_at here;

	here.ip = put_ethernet(p, frame);
	here.ext = here.ip + 40;
	here.l4 = here.ip + (p->ip_version == 6 ? put_ipv6(p, frame + here.ip) :
						  put_ipv4(p, frame + here.ip));
	here.payload = here.l4 + put_l4(p, frame + here.l4);
	here.end = here.payload + p->payload_len;
	if (p->payload_len)
		memcpy(frame + here.payload, p->payload, p->payload_len);
	memset(frame + here.end, 0, p->padding);
	if (p->ip_version == 6)
		iotx_put_be16(frame + here.ip + 4, (u16)(here.end - here.ip - 40));
	else
		iotx_put_be16(frame + here.ip + 2, (u16)(here.end - here.ip));
	if (p->checksums)
		put_checksums(p, frame, &here);
	if (at)
		*at = here;
	return here.end + p->padding;
}
