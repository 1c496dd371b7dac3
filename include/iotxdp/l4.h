/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a frame to the payload of TCP or UDP: Ethernet, up to two VLAN tags, IPv4
 * with options, IPv6 with extension headers. Offsets count from the frame's first
 * byte; numbers are in host order, addresses in network order.
 */
#ifndef IOTXDP_L4_H
#define IOTXDP_L4_H

#include "cursor.h"
#include "proto.h"

#define IOTX_VLAN_MAX 2     /* tags: 802.1Q, 802.1ad; a third makes the frame L4_OTHER */
#define IOTX_IPV6_EXT_MAX 8 /* extension headers; a longer chain is L4_MALFORMED */

enum iotx_l4_verdict {
	IOTX_L4_OK,        /* TCP or UDP, all fields of struct iotx_l4 set */
	IOTX_L4_OTHER,     /* neither IP nor TCP nor UDP */
	IOTX_L4_FRAGMENT,  /* a fragment of an IP datagram: ports or payload are elsewhere */
	IOTX_L4_MALFORMED, /* a header is cut, or a length in it is impossible */
};

#define IOTX_TCP_FIN 0x01
#define IOTX_TCP_SYN 0x02
#define IOTX_TCP_RST 0x04
#define IOTX_TCP_ACK 0x10

struct iotx_l4 {
	__attribute__((aligned(8)))
	u8 src[16], dst[16]; /* IPv4: the first four bytes, the rest zero */
	u16 src_port, dst_port;
	u8 ip_version;  /* 4 or 6 */
	u8 transport;   /* enum iotx_transport */
	u8 tcp_flags;   /* IOTX_TCP_* */
	u8 vlan_count;
	u16 vlan[IOTX_VLAN_MAX]; /* VLAN identifiers, outermost first */
	u32 seq, ack;            /* TCP; seq is that of the payload's first byte */
	u32 payload_off;
	u32 payload_len; /* as the headers say; a capture may hold less of it */
};

#define IOTX_ETH_P_IPV4 0x0800
#define IOTX_ETH_P_IPV6 0x86dd
#define IOTX_ETH_P_8021Q 0x8100
#define IOTX_ETH_P_8021AD 0x88a8
#define IOTX_ETH_P_QINQ 0x9100 /* before 802.1ad */

IOTX_FN bool iotx_is_vlan(u16 ethertype)
{
	return ethertype == IOTX_ETH_P_8021Q || ethertype == IOTX_ETH_P_8021AD ||
	       ethertype == IOTX_ETH_P_QINQ;
}

/* Leaves the cursor at the network header. */
IOTX_FN enum iotx_err iotx_eth_read(struct iotx_cur *c, struct iotx_l4 *l4, u16 *ethertype)
{
	_Alignas(8) u8 mac[14];

	if (iotx_cur_read(c, mac, sizeof(mac)))
		return IOTX_E_SHORT;
	*ethertype = iotx_be16(mac + 12);
	l4->vlan_count = 0;
	__builtin_memset(l4->vlan, 0, sizeof(l4->vlan));
	for (int i = 0; i < IOTX_VLAN_MAX; i++) {
		u8 tag[4];

		if (*ethertype == IOTX_ETH_P_IPV4 || !iotx_is_vlan(*ethertype))
			break; /* most are the former */
		if (iotx_cur_read(c, tag, sizeof(tag)))
			return IOTX_E_SHORT;
		l4->vlan[i] = iotx_be16(tag) & 0x0fff;
		l4->vlan_count = (u8)(i + 1);
		*ethertype = iotx_be16(tag + 2);
	}
	return IOTX_OK;
}

IOTX_FN void iotx_ipv4_set(struct iotx_l4 *l4, const u8 *h)
{
	u64 src[2] = {}, dst[2] = {};

	__builtin_memcpy(src, h + 12, 4);
	__builtin_memcpy(dst, h + 16, 4);
	__builtin_memcpy(l4->src, src, sizeof(src));
	__builtin_memcpy(l4->dst, dst, sizeof(dst));
	l4->ip_version = 4;
	l4->transport = h[9];
}

/*
 * RFC 791. `wire_left` is what the frame held on the wire from this header on; on
 * return it is what the datagram holds behind the header: padding is not payload.
 * Total Length 0 is a packet that the sender's segmentation offload will cut.
 */
IOTX_FN enum iotx_l4_verdict iotx_ipv4_read(struct iotx_cur *c, struct iotx_l4 *l4, u32 *wire_left)
{
	_Alignas(8) u8 h[20];
	u32 header_len, total_len;

	if (iotx_cur_read(c, h, sizeof(h)))
		return IOTX_L4_MALFORMED;
	header_len = (h[0] & 15) * 4u;
	total_len = iotx_be16(h + 2);
	if (!total_len)
		total_len = *wire_left;
	if (h[0] >> 4 != 4 || header_len < sizeof(h) || total_len < header_len ||
	    total_len > *wire_left)
		return IOTX_L4_MALFORMED;
	if (iotx_be16(h + 6) & 0x3fff) /* More Fragments or an offset */
		return IOTX_L4_FRAGMENT;
	if (iotx_cur_skip(c, header_len - sizeof(h)))
		return IOTX_L4_MALFORMED;
	iotx_ipv4_set(l4, h);
	*wire_left = total_len - header_len;
	return IOTX_L4_OK;
}

#define IOTX_IPPROTO_HOPOPTS 0
#define IOTX_IPPROTO_ROUTING 43
#define IOTX_IPPROTO_FRAGMENT 44
#define IOTX_IPPROTO_AH 51
#define IOTX_IPPROTO_DSTOPTS 60
#define IOTX_IPPROTO_MOBILITY 135
#define IOTX_IPPROTO_HIP 139
#define IOTX_IPPROTO_SHIM6 140

/* One bit per header below 64, so that the test is one branch. */
IOTX_FN bool iotx_is_ipv6_ext(u8 next)
{
	const u64 low = 1ull << IOTX_IPPROTO_HOPOPTS | 1ull << IOTX_IPPROTO_ROUTING |
			1ull << IOTX_IPPROTO_FRAGMENT | 1ull << IOTX_IPPROTO_AH |
			1ull << IOTX_IPPROTO_DSTOPTS;
	const u64 high = 1ull << (IOTX_IPPROTO_MOBILITY - 128) | 1ull << (IOTX_IPPROTO_HIP - 128) |
			 1ull << (IOTX_IPPROTO_SHIM6 - 128);
	u64 in_low = -(u64)(next < 64), in_high = -(u64)(next >> 6 == 2);

	return ((low & in_low) | (high & in_high)) >> (next & 63) & 1;
}

/* One extension header, RFC 8200 4 and RFC 4302 2.2; `next` becomes the header behind it. */
IOTX_FN enum iotx_l4_verdict iotx_ipv6_ext_read(struct iotx_cur *c, u8 *next, u32 *wire_left)
{
	_Alignas(8) u8 h[4];
	u32 len;

	if (iotx_cur_peek(c, c->off, h, sizeof(h)))
		return IOTX_L4_MALFORMED;
	if (*next == IOTX_IPPROTO_FRAGMENT) {
		if (iotx_be16(h + 2) & 0xfff9) /* an atomic fragment (RFC 6946) is whole */
			return IOTX_L4_FRAGMENT;
		len = 8;
	} else if (*next == IOTX_IPPROTO_AH) {
		len = (h[1] + 2u) * 4;
	} else {
		len = (h[1] + 1u) * 8;
	}
	if (len > *wire_left || iotx_cur_skip(c, len))
		return IOTX_L4_MALFORMED;
	*wire_left -= len;
	*next = h[0];
	return IOTX_L4_OK;
}

/* The chain of them. What is known goes through memory, so that each turn looks alike. */
IOTX_FN enum iotx_l4_verdict iotx_ipv6_exts_read(struct iotx_cur *c, struct iotx_l4 *l4,
						 u32 *wire_left)
{
	for (int i = 0; i < IOTX_IPV6_EXT_MAX && iotx_is_ipv6_ext(l4->transport); i++) {
		enum iotx_l4_verdict verdict;

		l4->payload_off = c->off;
		l4->payload_len = *wire_left;
		IOTX_REREAD();
		c->off = l4->payload_off;
		*wire_left = l4->payload_len;
		if (iotx_cur_join(c))
			return IOTX_L4_MALFORMED;
		verdict = iotx_ipv6_ext_read(c, &l4->transport, wire_left);
		if (verdict)
			return verdict;
	}
	return iotx_is_ipv6_ext(l4->transport) ? IOTX_L4_MALFORMED : IOTX_L4_OK;
}

/*
 * Payload Length, Next Header and Hop Limit. Read by the word, because clang copies what is
 * behind a part of one by the byte.
 */
IOTX_FN u32 iotx_ipv6_word(const u8 *h)
{
	return iotx_be32(h + 4);
}

IOTX_FN void iotx_ipv6_set(struct iotx_l4 *l4, const u8 *h)
{
	__builtin_memcpy(l4->src, h + 8, 16);
	__builtin_memcpy(l4->dst, h + 24, 16);
	l4->ip_version = 6;
	l4->transport = (u8)(iotx_ipv6_word(h) >> 8);
}

/* RFC 8200. Payload Length 0 is a jumbogram or a packet for segmentation offload. */
IOTX_FN enum iotx_l4_verdict iotx_ipv6_read(struct iotx_cur *c, struct iotx_l4 *l4, u32 *wire_left)
{
	_Alignas(8) u8 h[40];
	u32 len;

	if (iotx_cur_read(c, h, sizeof(h)) || *wire_left < sizeof(h))
		return IOTX_L4_MALFORMED;
	len = iotx_ipv6_word(h) >> 16;
	if (!len)
		len = *wire_left - sizeof(h);
	if (h[0] >> 4 != 6 || len > *wire_left - sizeof(h))
		return IOTX_L4_MALFORMED;
	iotx_ipv6_set(l4, h);
	*wire_left = len;
	return iotx_ipv6_exts_read(c, l4, wire_left);
}

/* RFC 9293 3.1 */
IOTX_FN bool iotx_tcp_read(const struct iotx_cur *c, u32 at, u32 left, struct iotx_l4 *l4)
{
	_Alignas(8) u8 h[20];
	u32 header_len;

	if (iotx_cur_peek(c, at, h, sizeof(h)))
		return false;
	header_len = (h[12] >> 4) * 4u;
	if (header_len < sizeof(h) || header_len > left || header_len > c->end - at)
		return false;
	l4->src_port = iotx_be16(h);
	l4->dst_port = iotx_be16(h + 2);
	l4->seq = iotx_be32(h + 4);
	l4->ack = iotx_be32(h + 8);
	l4->tcp_flags = h[13];
	if (l4->tcp_flags & IOTX_TCP_SYN)
		l4->seq++; /* the SYN takes the number before the first byte */
	l4->payload_off = at + header_len;
	l4->payload_len = left - header_len;
	return true;
}

/* RFC 768 */
IOTX_FN bool iotx_udp_read(const struct iotx_cur *c, u32 at, u32 left, struct iotx_l4 *l4)
{
	_Alignas(8) u8 h[8];
	u32 len;

	if (iotx_cur_peek(c, at, h, sizeof(h)))
		return false;
	len = iotx_be16(h + 4);
	if (len < sizeof(h) || len > left)
		return false;
	l4->src_port = iotx_be16(h);
	l4->dst_port = iotx_be16(h + 2);
	l4->seq = 0;
	l4->ack = 0;
	l4->tcp_flags = 0;
	l4->payload_off = at + (u32)sizeof(h);
	l4->payload_len = len - sizeof(h);
	return true;
}

/*
 * From the network header on. Where the verdict is OK, all of *l4 is set but for the
 * VLAN tags, which the caller has set. `wire_left`
 * is what the frame held on the wire from here on; the cursor's end is what was
 * captured of it. Leaves the cursor at the payload, confined to it.
 */
IOTX_FN enum iotx_l4_verdict iotx_ip_locate(struct iotx_cur *c, u16 ethertype, u32 wire_left,
					    struct iotx_l4 *l4)
{
	enum iotx_l4_verdict verdict;
	bool whole;

	if (ethertype == IOTX_ETH_P_IPV4)
		verdict = iotx_ipv4_read(c, l4, &wire_left);
	else if (ethertype == IOTX_ETH_P_IPV6)
		verdict = iotx_ipv6_read(c, l4, &wire_left);
	else
		return IOTX_L4_OTHER;
	if (verdict)
		return verdict;
	if (iotx_cur_join(c))
		return IOTX_L4_MALFORMED;
	if (l4->transport == TCP)
		whole = iotx_tcp_read(c, c->off, wire_left, l4);
	else if (l4->transport == UDP)
		whole = iotx_udp_read(c, c->off, wire_left, l4);
	else
		return IOTX_L4_OTHER;
	if (!whole)
		return IOTX_L4_MALFORMED;
	c->off = l4->payload_off;
	if (iotx_cur_left(c) > l4->payload_len)
		c->end = c->off + l4->payload_len;
	return IOTX_L4_OK;
}

/* From the Ethernet header on; `wire_len` is the frame's length on the wire. */
IOTX_FN enum iotx_l4_verdict iotx_frame_locate(struct iotx_cur *c, u32 wire_len, struct iotx_l4 *l4)
{
	u16 ethertype;

	if (iotx_eth_read(c, l4, &ethertype))
		return IOTX_L4_MALFORMED;
	return iotx_ip_locate(c, ethertype, wire_len - c->off, l4);
}

/* --- the same of nearly every frame --------------------------------------------------------- */

IOTX_FN bool iotx_ipv4_plain(struct iotx_cur *c, struct iotx_l4 *l4, u32 *left)
{
	_Alignas(8) u8 h[20];
	u32 total_len;

	if (iotx_cur_read(c, h, sizeof(h)))
		return false;
	total_len = iotx_be16(h + 2);
	if (h[0] != 0x45 || total_len < sizeof(h) || total_len > *left || iotx_be16(h + 6) & 0x3fff)
		return false;
	iotx_ipv4_set(l4, h);
	*left = total_len - (u32)sizeof(h);
	return true;
}

IOTX_FN bool iotx_ipv6_plain(struct iotx_cur *c, struct iotx_l4 *l4, u32 *left)
{
	_Alignas(8) u8 h[40];
	u32 len;

	if (iotx_cur_read(c, h, sizeof(h)))
		return false;
	len = iotx_ipv6_word(h) >> 16;
	if (h[0] >> 4 != 6 || !len || len + sizeof(h) > *left)
		return false;
	iotx_ipv6_set(l4, h);
	*left = len;
	return true;
}

/*
 * TCP or UDP behind IPv4 without options or IPv6 without extension headers, and nothing at
 * fault. False: that is for iotx_frame_locate() to say.
 */
IOTX_FN bool iotx_frame_plain(const struct iotx_cur *cur, u32 wire_len, struct iotx_l4 *l4)
{
	struct iotx_cur c = *cur;
	u16 ethertype;
	u32 left;

	if (iotx_eth_read(&c, l4, &ethertype))
		return false;
	left = wire_len - c.off;
	if (ethertype == IOTX_ETH_P_IPV4) {
		if (!iotx_ipv4_plain(&c, l4, &left))
			return false;
	} else if (ethertype != IOTX_ETH_P_IPV6 || !iotx_ipv6_plain(&c, l4, &left)) {
		return false;
	}
	if (l4->transport == TCP)
		return iotx_tcp_read(&c, c.off, left, l4);
	return l4->transport == UDP && iotx_udp_read(&c, c.off, left, l4);
}

#endif
