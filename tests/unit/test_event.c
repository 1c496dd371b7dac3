// SPDX-License-Identifier: GPL-2.0-only
/* What an event shows, in which order, under which names; addresses as text. */
#include "fake_event.h"
#include "json_check.h"
#include "output/json_writer.h"

#include <iotxdp/proto.h>

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void expect(const struct iotx_event *ev, const char *want)
{
	struct iotx_json_writer w = {};
	struct iotx_buf out = {};

	iotx_json_writer_start(&w, &out);
	v_open(&w.visitor, NULL);
	iotx_event_visit(ev, &w.visitor);
	v_close(&w.visitor);
	if (out.len != strlen(want) || memcmp(out.data, want, out.len))
		fail_msg("\n%.*s instead of\n%s", (int)out.len, out.data, want);
	assert_true(iotx_json_check(out.data, out.len));
	assert_int_equal(w.visitor.weight, IOTX_SHOW);
	iotx_buf_free(&out);
}

#define TIME "{\"timestamp\":\"2024-05-01T12:34:56.123456789+0000\","
#define ENDS4                                                                                     \
	"\"src_ip\":\"10.9.0.1\",\"src_port\":40000,\"dest_ip\":\"10.9.0.2\",\"dest_port\":1883," \
	"\"proto\":\"TCP\",\"ip_v\":4,\"pkt_src\":\"wire/pcap\","

static void show_two(struct iotx_visitor *v)
{
	v_u64(v, "qos", 1);
	v->weight = IOTX_DETAIL;
	v_u64(v, "rare", 2);
}

static void test_from_a_file(void **state)
{
	struct iotx_fake_msg msg = { .fields = show_two, .extra = show_two };
	struct iotx_event ev = iotx_fake_event(&msg);

	(void)state;
	expect(&ev, TIME "\"flow_id\":123456789,\"pcap_cnt\":7,\"event_type\":\"fake\"," ENDS4
			 "\"fake\":{\"qos\":1,\"rare\":2},"
			 "\"iotxdp\":{\"verdict\":\"ok\",\"qos\":1,\"rare\":2}}");
}

static void test_live_with_vlans(void **state)
{
	struct iotx_fake_msg msg = {};
	struct iotx_endpoints ends = iotx_fake_ends;
	struct iotx_event ev = iotx_fake_event(&msg);

	(void)state;
	ends.iface = "eth0";
	ends.dir = "egress";
	ends.vlan_count = 2;
	ends.vlan[0] = 100;
	ends.vlan[1] = 7;
	ev.ends = &ends;
	ev.frame = 0;
	expect(&ev, TIME "\"flow_id\":123456789,\"in_iface\":\"eth0\",\"event_type\":\"fake\","
			 "\"vlan\":[100,7]," ENDS4
			 "\"fake\":{},\"iotxdp\":{\"verdict\":\"ok\",\"direction\":\"egress\"}}");
}

static void test_udp_over_ip6(void **state)
{
	struct iotx_fake_msg msg = {};
	struct iotx_endpoints ends = { .src_ip = { 0xfd, 9, [15] = 2 },
				       .dst_ip = { [15] = 1 },
				       .src_port = 5683,
				       .dst_port = 1,
				       .ip_version = 6,
				       .transport = UDP,
				       .flow_id = 1 };
	struct iotx_event ev = iotx_fake_event(&msg);

	(void)state;
	ev.ends = &ends;
	expect(&ev, TIME "\"flow_id\":1,\"pcap_cnt\":7,\"event_type\":\"fake\","
			 "\"src_ip\":\"fd09::2\",\"src_port\":5683,\"dest_ip\":\"::1\","
			 "\"dest_port\":1,\"proto\":\"UDP\",\"ip_v\":6,\"pkt_src\":\"wire/pcap\","
			 "\"fake\":{},\"iotxdp\":{\"verdict\":\"ok\"}}");
}

static void test_everything_wrong(void **state)
{
	struct iotx_fake_msg msg = {};
	struct iotx_event ev = iotx_fake_event(&msg);

	(void)state;
	ev.verdict = IOTX_E_RULE;
	ev.diag = (struct iotx_diag){ .off = 3, .rule = "MQTT-3.3.1-4", .text = "QoS 3" };
	ev.weight = 10;
	ev.dropped = 4;
	ev.duplicate = true;
	ev.resync = true;
	expect(&ev, TIME "\"flow_id\":123456789,\"pcap_cnt\":7,\"event_type\":\"fake\"," ENDS4
			 "\"fake\":{},\"iotxdp\":{\"verdict\":\"violation\","
			 "\"rule\":\"MQTT-3.3.1-4\",\"offset\":3,\"finding\":\"QoS 3\","
			 "\"weight\":10,\"dropped\":4,\"duplicate\":true,\"resync\":true}}");
	ev = iotx_fake_event(&msg);
	ev.verdict = IOTX_E_BAD;
	expect(&ev, TIME "\"flow_id\":123456789,\"pcap_cnt\":7,\"event_type\":\"fake\"," ENDS4
			 "\"fake\":{},\"iotxdp\":{\"verdict\":\"malformed\",\"offset\":0}}");
}

/* A finding has neither packet nor object: EVE knows no such key. */
static void test_bare(void **state)
{
	static const struct iotx_event_class bare = { .name = "finding", .label = "finding" };
	struct iotx_event ev = { .cls = &bare, .ts_ns = 1714566896123456789ull, .weight = 1 };
	struct iotx_endpoints none = {};

	(void)state;
	expect(&ev, TIME "\"event_type\":\"finding\",\"iotxdp\":{\"verdict\":\"ok\"}}");
	ev.ends = &none;
	expect(&ev, TIME "\"event_type\":\"finding\",\"iotxdp\":{\"verdict\":\"ok\"}}");
}

struct ip_case {
	const char *what, *text;
};

static const struct ip_case ip6[] = {
	{ "nothing but zeros", "::" },
	{ "zeros at the front", "::1" },
	{ "zeros at the end", "fe80::" },
	{ "one zero group is no run", "1:0:2:3:4:5:6:7" },
	{ "the longer run", "1:0:0:2::3" },
	{ "the first of equal runs", "1::2:0:0:3:4" },
	{ "no zeros at all", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "leading zeros go", "2001:db8:0:1:a:b0:c00:d000" },
	{ "IPv4 inside", "::ffff:10.9.0.2" },
};

static void test_ip6(void **state)
{
	char got[IOTX_ENDPOINT_MAX], want[IOTX_ENDPOINT_MAX + 16];
	u8 ip[16];

	(void)state;
	for (u32 i = 0; i < sizeof(ip6) / sizeof(ip6[0]); i++) {
		assert_int_equal(inet_pton(AF_INET6, ip6[i].text, ip), 1);
		snprintf(want, sizeof(want), "[%s]:65535", ip6[i].text);
		if (strcmp(iotx_endpoint_format(got, 6, ip, 65535), want))
			fail_msg("%s: %s instead of %s", ip6[i].what, got, want);
	}
}

/* The C library's own way, for addresses with many zero groups. */
static void test_ip6_agrees(void **state)
{
	char got[IOTX_ENDPOINT_MAX], text[INET6_ADDRSTRLEN], want[IOTX_ENDPOINT_MAX + 16];
	u8 ip[16] = {};

	(void)state;
	for (u32 mask = 0; mask < 256; mask++) {
		for (u32 group = 0; group < 8; group++)
			ip[2 * group + 1] = (mask >> group & 1) ? (u8)(group + 9) : 0;
		if (!(mask & 0x3f)) /* ::1.2.3.4 is deprecated: not written so here */
			continue;
		inet_ntop(AF_INET6, ip, text, sizeof(text));
		snprintf(want, sizeof(want), "[%s]:0", text);
		assert_string_equal(iotx_endpoint_format(got, 6, ip, 0), want);
	}
}

static void test_ip4(void **state)
{
	char got[IOTX_ENDPOINT_MAX];

	(void)state;
	assert_string_equal(iotx_endpoint_format(got, 4, (u8[]){ 10, 9, 0, 2 }, 1883),
			    "10.9.0.2:1883");
	assert_string_equal(iotx_endpoint_format(got, 4, (u8[]){ 255, 255, 255, 255 }, 0),
			    "255.255.255.255:0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_a_file), cmocka_unit_test(test_live_with_vlans),
		cmocka_unit_test(test_udp_over_ip6), cmocka_unit_test(test_everything_wrong),
		cmocka_unit_test(test_bare),	     cmocka_unit_test(test_ip6),
		cmocka_unit_test(test_ip6_agrees),   cmocka_unit_test(test_ip4),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
