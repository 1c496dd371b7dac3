/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Builds frames: describe the layers, get the bytes with every length right. What a
 * test wants wrong it patches afterwards, by the offsets that come back. Nothing here
 * uses the headers under test, so a mistake there cannot hide here.
 */
#ifndef IOTXDP_TESTS_PKT_H
#define IOTXDP_TESTS_PKT_H

#include <iotxdp/proto.h>

#define IOTX_PKT_EXT_MAX 12
#define IOTX_PKT_VLAN_MAX 4
#define IOTX_PKT_ROOM 70000 /* a frame of any length that IP can say */

/* All zero: TCP with ACK over IPv4 over Ethernet, from 10.9.0.0:0 to itself, no payload. */
struct iotx_pkt {
	u8 vlans;
	u16 tpid[IOTX_PKT_VLAN_MAX]; /* 0: 802.1Q */
	u16 ethertype;               /* 0: that of the IP version */
	u8 ip_version;               /* 6, else 4 */
	u8 ip_option_words;          /* IPv4 */
	u16 fragment;                /* IPv4: flags and offset as they stand */
	u8 ext[IOTX_PKT_EXT_MAX];    /* IPv6 extension headers in order */
	u8 exts;
	u8 ext_units;     /* each is longer by so many 8 octets (AH: 4) */
	u16 ext_fragment; /* offset and flags of a Fragment header */
	u8 transport;     /* 0: TCP */
	u8 tcp_option_words;
	u8 tcp_flags; /* 0: ACK */
	u16 src_host, dst_host;
	u16 src_port, dst_port;
	u32 seq, ack;
	const void *payload;
	u32 payload_len;
	u32 padding; /* bytes behind the datagram */
	bool checksums;
};

/* Where the layers start; `end` is that of the datagram, before the padding. */
struct iotx_pkt_at {
	u32 ip, ext, l4, payload, end;
};

/* Returns the frame's length. `at` may be NULL; `frame` has IOTX_PKT_ROOM bytes. */
u32 iotx_pkt_build(const struct iotx_pkt *p, u8 *frame, struct iotx_pkt_at *at);

/* Writes a number in network order. */
void iotx_put_be16(u8 *p, u16 value);
void iotx_put_be32(u8 *p, u32 value);

#endif
