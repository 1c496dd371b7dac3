// SPDX-License-Identifier: GPL-2.0-only
/* One filter on frames of every link type. */
#include "capture.h"
#include "input/pcap_filter.h"
#include "pkt.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ETHERNET_LEN 14

/* What stands before the network header; the protocol's place is filled in. */
static const struct {
	enum iotx_link link;
	u32 len, ethertype_at;
} heads[] = {
	{ IOTX_LINK_ETHERNET, 14, 12 }, { IOTX_LINK_IP, 0, 0 },    { IOTX_LINK_NULL, 4, 0 },
	{ IOTX_LINK_SLL, 16, 14 },      { IOTX_LINK_SLL2, 20, 0 },
};
#define HEADS (sizeof(heads) / sizeof(heads[0]))

static u8 bytes[IOTX_PKT_ROOM + 32];

static struct iotx_frame frame_of(const struct iotx_pkt *p, u32 head)
{
	static u8 ethernet[IOTX_PKT_ROOM];
	u32 len = iotx_pkt_build(p, ethernet, NULL) - ETHERNET_LEN;

	memset(bytes, 0, heads[head].len);
	if (heads[head].link != IOTX_LINK_NULL && heads[head].len)
		iotx_put_be16(bytes + heads[head].ethertype_at, p->ip_version == 6 ? 0x86dd : 0x0800);
	memcpy(bytes + heads[head].len, ethernet + ETHERNET_LEN, len);
	return (struct iotx_frame){
		.data = bytes,
		.cap_len = heads[head].len + len,
		.wire_len = heads[head].len + len,
		.link = heads[head].link,
	};
}

static const struct {
	const char *filter;
	bool v4, v6; /* does TCP from port 1883 to port 50000 pass? */
} rows[] = {
	{ "tcp", true, true },
	{ "udp", false, false },
	{ "ip", true, false },
	{ "ip6", false, true },
	{ "tcp port 1883", true, true },
	{ "port 1884", false, false },
	{ "src port 1883 and not dst port 1883", true, true },
	{ "host 10.9.0.0", true, false },
	{ "host 10.9.0.77", false, false },
	{ "net 10.9.0.0/16", true, false },
	{ "ip6 host ff02::1", false, false },
	{ "greater 20", true, true },
	{ "tcp[tcpflags] & tcp-syn != 0", false, false },
};

static void means_the_same_on_every_link_type(void **state)
{
	const struct iotx_pkt v4 = { .src_port = 1883, .dst_port = 50000 };
	const struct iotx_pkt v6 = { .ip_version = 6, .src_port = 1883, .dst_port = 50000 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct iotx_filter *f;

		assert_int_equal(iotx_filter_check(rows[i].filter), 0);
		assert_int_equal(iotx_filter_new(&f, rows[i].filter), 0);
		for (u32 head = 0; head < HEADS; head++) {
			struct iotx_frame frame = frame_of(&v4, head);
			int of_v4 = iotx_filter_passes(f, &frame), of_v6;

			frame = frame_of(&v6, head);
			of_v6 = iotx_filter_passes(f, &frame);
			if (of_v4 != rows[i].v4 || of_v6 != rows[i].v6)
				fail_msg("%s, link %u: %d %d", rows[i].filter, heads[head].link,
					 of_v4, of_v6);
		}
		iotx_filter_free(f);
	}
}

/* Frames cut anywhere: no byte behind the cut is looked at. */
static void survives_short_frames(void **state)
{
	const struct iotx_pkt v4 = { .src_port = 1883, .dst_port = 50000 };
	struct iotx_filter *f;

	(void)state;
	assert_int_equal(iotx_filter_new(&f, "tcp port 1883"), 0);
	for (u32 head = 0; head < HEADS; head++) {
		struct iotx_frame frame = frame_of(&v4, head);
		u32 port_end = heads[head].len + 20 + 2;

		for (u32 len = 0; len <= frame.wire_len; len++) {
			frame.cap_len = len;
			assert_int_equal(iotx_filter_passes(f, &frame), len >= port_end);
		}
	}
	iotx_filter_free(f);
}

static const struct {
	const char *filter, *said;
} bad[] = {
	{ "nonsense(", "syntax error" },
	{ "tcp port", "syntax error" },
	{ "port 70000", "70000" },
	{ "tcp and", "syntax error" },
	{ "host 10.9.0.256", "10.9.0.256" },
	{ "host localhost", "unknown host 'localhost'" }, /* names are not looked up */
	{ "ip6 host localhost", "unknown host" },
};

static void says_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct iotx_hearing hearing;
		char said[512];
		int err;

		iotx_hear(&hearing);
		err = iotx_filter_check(bad[i].filter);
		iotx_heard(&hearing, said, sizeof(said));
		if (err != -EINVAL || !strstr(said, bad[i].filter) || !strstr(said, bad[i].said))
			fail_msg("%s: %d, %s", bad[i].filter, err, said);
	}
}

/* It is right of some link types only, which is known when there is a frame. */
static void names_the_link_type_it_does_not_fit(void **state)
{
	const struct iotx_pkt v4 = { .src_port = 1883, .dst_port = 50000 };
	struct iotx_hearing hearing;
	struct iotx_filter *f;
	char said[512];

	(void)state;
	assert_int_equal(iotx_filter_check("ether host 02:00:00:00:00:01"), 0);
	assert_int_equal(iotx_filter_new(&f, "ether host 02:00:00:00:00:01"), 0);
	for (u32 head = 0; head < HEADS; head++) {
		struct iotx_frame frame = frame_of(&v4, head);
		bool fits = heads[head].link == IOTX_LINK_ETHERNET;

		iotx_hear(&hearing);
		assert_int_equal(iotx_filter_passes(f, &frame), fits ? 0 : -EINVAL);
		iotx_heard(&hearing, said, sizeof(said));
		assert_int_equal(strstr(said, "for frames of ") != NULL, !fits);
	}
	iotx_filter_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(means_the_same_on_every_link_type),
		cmocka_unit_test(survives_short_frames),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(names_the_link_type_it_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
