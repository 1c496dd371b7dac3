// SPDX-License-Identifier: GPL-2.0-only
/* From a frame to the payload of TCP or UDP: each kind of header, whole, cut and impossible. */
#include "native.h"
#include "pkt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static u8 frame[IOTX_PKT_ROOM];
static bool was_plain; /* the last one */

static enum iotx_l4_verdict locate(const u8 *data, u32 cap_len, u32 wire_len, struct iotx_l4 *l4,
				   struct iotx_cur *left)
{
	struct iotx_cur c = iotx_guard_cur(data, cap_len);
	enum iotx_l4_verdict verdict;
	struct iotx_l4 plain = {};

	was_plain = iotx_frame_plain(&c, wire_len, &plain);
	memset(l4, 0, sizeof(*l4));
	verdict = iotx_frame_locate(&c, wire_len, l4);
	if (was_plain) { /* the short way says the same, if it says anything */
		assert_int_equal(verdict, IOTX_L4_OK);
		assert_memory_equal(&plain, l4, sizeof(plain));
	}
	if (left)
		*left = c;
	return verdict;
}

struct row {
	const char *what;
	struct iotx_pkt pkt;
	enum iotx_l4_verdict want;
};

#define BODY .payload = "abcdefg", .payload_len = 7, .src_port = 40000, .dst_port = 1883
#define EXT8 { 0, 60, 43, 51, 135, 139, 140, 60, 60, 60 }

static const struct row rows[] = {
	{ "TCP over IPv4", { BODY }, IOTX_L4_OK },
	{ "UDP over IPv4", { BODY, .transport = UDP }, IOTX_L4_OK },
	{ "TCP over IPv6", { BODY, .ip_version = 6 }, IOTX_L4_OK },
	{ "UDP over IPv6", { BODY, .ip_version = 6, .transport = UDP }, IOTX_L4_OK },
	{ "no payload", { .src_port = 1, .dst_port = 2 }, IOTX_L4_OK },
	{ "IPv4 options, one word", { BODY, .ip_option_words = 1 }, IOTX_L4_OK },
	{ "IPv4 options, ten words", { BODY, .ip_option_words = 10 }, IOTX_L4_OK },
	{ "TCP options, ten words", { BODY, .tcp_option_words = 10 }, IOTX_L4_OK },
	{ "all options", { BODY, .ip_option_words = 10, .tcp_option_words = 10 }, IOTX_L4_OK },
	{ "802.1Q", { BODY, .vlans = 1 }, IOTX_L4_OK },
	{ "802.1ad and 802.1Q", { BODY, .vlans = 2, .tpid = { 0x88a8 } }, IOTX_L4_OK },
	{ "the old QinQ type", { BODY, .vlans = 2, .tpid = { 0x9100 } }, IOTX_L4_OK },
	{ "three tags", { BODY, .vlans = 3 }, IOTX_L4_OTHER },
	{ "ARP", { BODY, .ethertype = 0x0806 }, IOTX_L4_OTHER },
	{ "ICMP", { BODY, .transport = 1 }, IOTX_L4_OTHER },
	{ "ICMPv6", { BODY, .ip_version = 6, .transport = 58 }, IOTX_L4_OTHER },
	{ "no next header", { BODY, .ip_version = 6, .transport = 59 }, IOTX_L4_OTHER },
	{ "a neighbour of an extension's number", { BODY, .ip_version = 6, .transport = 42 },
	  IOTX_L4_OTHER },
	{ "another neighbour", { BODY, .ip_version = 6, .transport = 141 }, IOTX_L4_OTHER },
	{ "a number 64 above an extension's", { BODY, .ip_version = 6, .transport = 107 },
	  IOTX_L4_OTHER },
	{ "IPv4 in a frame that says IPv6", { BODY, .ethertype = 0x86dd }, IOTX_L4_MALFORMED },
	{ "IPv6 in a frame that says IPv4", { BODY, .ip_version = 6, .ethertype = 0x0800 },
	  IOTX_L4_MALFORMED },
	{ "first fragment", { BODY, .fragment = 0x2000 }, IOTX_L4_FRAGMENT },
	{ "middle fragment", { BODY, .fragment = 0x2001 }, IOTX_L4_FRAGMENT },
	{ "last fragment", { BODY, .fragment = 0x1fff }, IOTX_L4_FRAGMENT },
	{ "Don't Fragment is none", { BODY, .fragment = 0x4000 }, IOTX_L4_OK },
	{ "the reserved bit is none", { BODY, .fragment = 0x8000 }, IOTX_L4_OK },
	{ "IPv6: first fragment", { BODY, .ip_version = 6, .exts = 1, .ext = { 44 },
	  .ext_fragment = 1 }, IOTX_L4_FRAGMENT },
	{ "IPv6: last fragment", { BODY, .ip_version = 6, .exts = 1, .ext = { 44 },
	  .ext_fragment = 8 }, IOTX_L4_FRAGMENT },
	{ "IPv6: an atomic fragment is whole", { BODY, .ip_version = 6, .exts = 1, .ext = { 44 } },
	  IOTX_L4_OK },
	{ "IPv6: reserved bits of an atomic fragment", { BODY, .ip_version = 6, .exts = 1,
	  .ext = { 44 }, .ext_fragment = 6 }, IOTX_L4_OK },
	{ "hop-by-hop", { BODY, .ip_version = 6, .exts = 1, .ext = { 0 } }, IOTX_L4_OK },
	{ "AH", { BODY, .ip_version = 6, .exts = 1, .ext = { 51 } }, IOTX_L4_OK },
	{ "AH with an ICV", { BODY, .ip_version = 6, .exts = 1, .ext = { 51 }, .ext_units = 3 },
	  IOTX_L4_OK },
	{ "extension headers to the limit", { BODY, .ip_version = 6, .exts = 8, .ext = EXT8 },
	  IOTX_L4_OK },
	{ "the longest ones", { BODY, .ip_version = 6, .exts = 8, .ext = EXT8, .ext_units = 254 },
	  IOTX_L4_OK },
	{ "one beyond the limit", { BODY, .ip_version = 6, .exts = 9, .ext = EXT8 },
	  IOTX_L4_MALFORMED },
	{ "everything at once", { BODY, .vlans = 2, .ip_version = 6, .exts = 3, .ext = { 0, 44, 60 },
	  .tcp_option_words = 3, .padding = 9 }, IOTX_L4_OK },
	{ "padding behind the datagram", { BODY, .padding = 20 }, IOTX_L4_OK },
	{ "padding behind an IPv6 datagram", { BODY, .ip_version = 6, .padding = 20 }, IOTX_L4_OK },
	{ "padding only", { .transport = UDP, .padding = 18 }, IOTX_L4_OK },
};

#define ROWS (sizeof(rows) / sizeof(*rows))

static void check_ok(const struct row *row, const struct iotx_pkt_at *at, const struct iotx_l4 *l4,
		     const struct iotx_cur *c)
{
	const struct iotx_pkt *p = &row->pkt;

	assert_int_equal(l4->ip_version, p->ip_version == 6 ? 6 : 4);
	assert_int_equal(l4->transport, p->transport ? p->transport : TCP);
	assert_int_equal(l4->src_port, p->src_port);
	assert_int_equal(l4->dst_port, p->dst_port);
	assert_int_equal(l4->vlan_count, p->vlans);
	for (int i = 0; i < p->vlans; i++)
		assert_int_equal(l4->vlan[i], 100 + i);
	assert_int_equal(l4->payload_off, at->payload);
	assert_int_equal(l4->payload_len, p->payload_len);
	assert_int_equal(c->off, at->payload);
	assert_int_equal(c->end, at->end);
}

static void each_kind_of_frame(void **state)
{
	(void)state;
	for (u32 i = 0; i < ROWS; i++) {
		struct iotx_pkt_at at;
		u32 len = iotx_pkt_build(&rows[i].pkt, frame, &at);
		struct iotx_cur c;
		struct iotx_l4 l4;

		if (locate(frame, len, len, &l4, &c) != rows[i].want)
			fail_msg("%s", rows[i].what);
		if (rows[i].want != IOTX_L4_OK)
			continue;
		check_ok(&rows[i], &at, &l4, &c);
		assert_int_equal(was_plain, !rows[i].pkt.ip_option_words && !rows[i].pkt.exts);
	}
}

/* The frame was so short on the wire: nothing but malformed, or what needs no more bytes. */
static void cut_on_the_wire_at_every_byte(void **state)
{
	(void)state;
	for (u32 i = 0; i < ROWS; i++) {
		struct iotx_pkt_at at;
		u32 len = iotx_pkt_build(&rows[i].pkt, frame, &at);
		struct iotx_l4 l4;

		if (len > 400)
			continue;
		for (u32 cut = 0; cut < at.end; cut++) {
			enum iotx_l4_verdict got = locate(frame, cut, cut, &l4, NULL);

			if (got == IOTX_L4_OK || (got != rows[i].want && got != IOTX_L4_MALFORMED))
				fail_msg("%s, cut at %u: %d", rows[i].what, cut, got);
		}
	}
}

/* A capture with a snap length: headers must be whole, the payload may be cut. */
static void cut_by_the_capture_at_every_byte(void **state)
{
	(void)state;
	for (u32 i = 0; i < ROWS; i++) {
		struct iotx_pkt_at at;
		u32 len = iotx_pkt_build(&rows[i].pkt, frame, &at);

		if (rows[i].want != IOTX_L4_OK || len > 400)
			continue;
		for (u32 cut = 0; cut < at.end; cut++) {
			enum iotx_l4_verdict want = cut < at.payload ? IOTX_L4_MALFORMED :
								       IOTX_L4_OK;
			struct iotx_cur c;
			struct iotx_l4 l4;

			if (locate(frame, cut, len, &l4, &c) != want)
				fail_msg("%s, captured %u bytes", rows[i].what, cut);
			if (want == IOTX_L4_OK) {
				assert_int_equal(l4.payload_len, rows[i].pkt.payload_len);
				assert_int_equal(c.end, cut);
			}
		}
	}
}

/* One field of a good frame made wrong. */
struct patch {
	const char *what;
	struct iotx_pkt pkt;
	enum { AT_IP, AT_EXT, AT_L4 } where;
	u32 off;
	u8 size;
	u16 value;
	enum iotx_l4_verdict want;
};

static const struct patch patches[] = {
	{ "IPv4: version 5", { BODY }, AT_IP, 0, 1, 0x55, IOTX_L4_MALFORMED },
	{ "IPv4: header of 4 words", { BODY }, AT_IP, 0, 1, 0x44, IOTX_L4_MALFORMED },
	{ "IPv4: header of no word", { BODY }, AT_IP, 0, 1, 0x40, IOTX_L4_MALFORMED },
	{ "IPv4: total length below the header", { BODY }, AT_IP, 2, 2, 19, IOTX_L4_MALFORMED },
	{ "IPv4: total length of just the header", { BODY }, AT_IP, 2, 2, 20, IOTX_L4_MALFORMED },
	{ "IPv4: total length of both headers", { BODY }, AT_IP, 2, 2, 40, IOTX_L4_OK },
	{ "IPv4: total length one below both", { BODY }, AT_IP, 2, 2, 39, IOTX_L4_MALFORMED },
	{ "IPv4: total length one beyond the frame", { BODY }, AT_IP, 2, 2, 48, IOTX_L4_MALFORMED },
	{ "IPv4: the greatest total length", { BODY }, AT_IP, 2, 2, 65535, IOTX_L4_MALFORMED },
	{ "IPv4: no total length, for offload", { BODY }, AT_IP, 2, 2, 0, IOTX_L4_OK },
	{ "IPv6: version 4", { BODY, .ip_version = 6 }, AT_IP, 0, 1, 0x40, IOTX_L4_MALFORMED },
	{ "IPv6: payload length 19", { BODY, .ip_version = 6 }, AT_IP, 4, 2, 19, IOTX_L4_MALFORMED },
	{ "IPv6: payload length 20", { BODY, .ip_version = 6 }, AT_IP, 4, 2, 20, IOTX_L4_OK },
	{ "IPv6: one beyond the frame", { BODY, .ip_version = 6 }, AT_IP, 4, 2, 28,
	  IOTX_L4_MALFORMED },
	{ "IPv6: no payload length", { BODY, .ip_version = 6 }, AT_IP, 4, 2, 0, IOTX_L4_OK },
	{ "IPv6: extension longer than the datagram", { BODY, .ip_version = 6, .exts = 1,
	  .ext = { 60 } }, AT_EXT, 1, 1, 4, IOTX_L4_MALFORMED },
	{ "IPv6: extension of the greatest length", { BODY, .ip_version = 6, .exts = 1,
	  .ext = { 60 } }, AT_EXT, 1, 1, 255, IOTX_L4_MALFORMED },
	{ "TCP: header of 4 words", { BODY }, AT_L4, 12, 1, 0x40, IOTX_L4_MALFORMED },
	{ "TCP: header of no word", { BODY }, AT_L4, 12, 1, 0x00, IOTX_L4_MALFORMED },
	{ "TCP: header up to the end", { BODY, .tcp_option_words = 1 }, AT_L4, 12, 1, 0x70,
	  IOTX_L4_OK },
	{ "TCP: header beyond the end", { BODY }, AT_L4, 12, 1, 0x70, IOTX_L4_MALFORMED },
	{ "UDP: length 7", { BODY, .transport = UDP }, AT_L4, 4, 2, 7, IOTX_L4_MALFORMED },
	{ "UDP: length 8", { BODY, .transport = UDP }, AT_L4, 4, 2, 8, IOTX_L4_OK },
	{ "UDP: length 0", { BODY, .transport = UDP }, AT_L4, 4, 2, 0, IOTX_L4_MALFORMED },
	{ "UDP: one beyond the datagram", { BODY, .transport = UDP, .padding = 5 }, AT_L4, 4, 2, 16,
	  IOTX_L4_MALFORMED },
};

static void a_field_made_wrong(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(patches) / sizeof(*patches); i++) {
		const struct patch *p = &patches[i];
		struct iotx_pkt_at at;
		u32 len = iotx_pkt_build(&p->pkt, frame, &at);
		u8 *field = frame + p->off +
			    (p->where == AT_IP ? at.ip : p->where == AT_EXT ? at.ext : at.l4);
		struct iotx_l4 l4;

		if (p->size == 1)
			*field = (u8)p->value;
		else
			iotx_put_be16(field, p->value);
		if (locate(frame, len, len, &l4, NULL) != p->want)
			fail_msg("%s", p->what);
	}
}

static void numbers_and_addresses(void **state)
{
	struct iotx_pkt p = { BODY, .src_host = 0x0102, .dst_host = 0x0304, .seq = 0xfffffffe,
			      .ack = 0x80000001, .tcp_flags = IOTX_TCP_ACK | IOTX_TCP_FIN };
	struct iotx_l4 l4;
	u32 len;

	(void)state;
	len = iotx_pkt_build(&p, frame, NULL);
	assert_int_equal(locate(frame, len, len, &l4, NULL), IOTX_L4_OK);
	assert_memory_equal(l4.src, "\x0a\x09\x01\x02\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_memory_equal(l4.dst, "\x0a\x09\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(l4.seq, 0xfffffffe);
	assert_int_equal(l4.ack, 0x80000001);
	assert_int_equal(l4.tcp_flags, IOTX_TCP_ACK | IOTX_TCP_FIN);
	p.tcp_flags = IOTX_TCP_SYN;
	p.seq = 0xffffffff;
	p.ip_version = 6;
	len = iotx_pkt_build(&p, frame, NULL);
	assert_int_equal(locate(frame, len, len, &l4, NULL), IOTX_L4_OK);
	assert_memory_equal(l4.src, "\xfd\x09\0\0\0\0\0\0\0\0\0\0\0\0\x01\x02", 16);
	assert_int_equal(l4.seq, 0); /* the SYN takes a number */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_frame),
		cmocka_unit_test(cut_on_the_wire_at_every_byte),
		cmocka_unit_test(cut_by_the_capture_at_every_byte),
		cmocka_unit_test(a_field_made_wrong),
		cmocka_unit_test(numbers_and_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
