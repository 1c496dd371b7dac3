// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pcapng files that outputs write: whole blocks whatever happens, every packet of an
 * interface that its section describes, and what is said of packets and messages.
 */
#include "fake_event.h"
#include "ng_lab.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* --- frames ------------------------------------------------------------------------------- */

static void test_live_frames(void **state)
{
	static const char eth0[] = "eth0", eth1[] = "eth1";
	const struct iotx_sink_tally tally = { .iface = eth1, .seen = 1000, .lost = 3 };
	struct iotx_sinks sinks = {};
	struct iotx_ng_found f;

	(void)state;
	iotx_ng_lab_add(&sinks, "pcapng");
	iotx_ng_lab_frame(&sinks, IOTX_LINK_ETHERNET, eth0, INGRESS);
	iotx_lab_flush(&sinks);
	f = iotx_ng_lab_found();
	assert_int_equal(f.flags, 1);
	iotx_ng_lab_frame(&sinks, IOTX_LINK_ETHERNET, eth1, EGRESS);
	iotx_sinks_tally(&sinks, &tally);
	assert_int_equal(iotx_lab_finish(&sinks), 0);
	iotx_ng_lab_check_sum(&sinks.list[0]);
	f = iotx_ng_lab_found();
	assert_int_equal(f.sections, 1);
	assert_int_equal(f.interfaces, 2);
	assert_string_equal(f.names[0], eth0);
	assert_string_equal(f.names[1], eth1);
	assert_int_equal(f.packets, 2);
	assert_int_equal(f.interface, 1);
	assert_int_equal(f.flags, 2);
	assert_int_equal(f.id, 0);
	assert_int_equal(f.statistics, 1);
	assert_int_equal(f.seen, 1000);
	assert_int_equal(f.lost, 3);
}

static void test_frames_of_a_file(void **state)
{
	static const u16 want[] = { 1, 101, 0, 113, 276 };
	struct iotx_sinks sinks = {};
	struct iotx_ng_found f;

	(void)state;
	iotx_ng_lab_add(&sinks, "pcapng");
	for (u32 round = 0; round < 2; round++)
		for (u32 link = IOTX_LINK_ETHERNET; link <= IOTX_LINK_SLL2; link++)
			iotx_ng_lab_frame(&sinks, (enum iotx_link)link, NULL, 0);
	assert_int_equal(iotx_lab_finish(&sinks), 0);
	f = iotx_ng_lab_found();
	assert_int_equal(f.interfaces, 5);
	assert_memory_equal(f.link, want, sizeof(want));
	assert_int_equal(f.packets, 10);
	assert_int_equal(f.interface, 4);
	assert_int_equal(f.ts_ns, 1714566896123456789ull);
	assert_int_equal(f.id, 12345678901ull);
	assert_int_equal(f.cap_len, 61);
	assert_int_equal(f.wire_len, 1500);
	assert_int_equal(f.flags, 0);
}

/* Nothing came: still a capture that opens. */
static void test_empty(void **state)
{
	struct iotx_sinks sinks = {};
	struct iotx_ng_found f;

	(void)state;
	iotx_ng_lab_add(&sinks, "pcapng");
	iotx_sinks_tally(&sinks, &(struct iotx_sink_tally){});
	iotx_lab_offer(&sinks, 5); /* events are not for it */
	assert_int_equal(iotx_lab_finish(&sinks), 0);
	f = iotx_ng_lab_found();
	assert_int_equal(f.sections, 1);
	assert_int_equal(f.packets, 0);
	assert_int_equal(sinks.list[0].offered, 0);
}

/* --- disks that fill up anywhere in a block ------------------------------------------------- */

static void offer_frames(struct iotx_sinks *sinks, u32 count)
{
	for (u32 i = 0; i < count; i++)
		iotx_ng_lab_frame(sinks, i % 2 ? IOTX_LINK_IP : IOTX_LINK_ETHERNET, NULL, 0);
}

/* `longer`: so long is the file already, so that nothing can be cut off it. */
static void fill_up(rlim_t room, off_t longer)
{
	struct iotx_sinks sinks = {};
	struct iotx_sink *s = &sinks.list[0];
	u64 written;

	iotx_ng_lab_add(&sinks, "pcapng");
	if (longer)
		assert_int_equal(truncate(iotx_lab_path, longer), 0);
	iotx_ng_lab_limit(room);
	for (u32 i = 0; i < 3; i++) {
		offer_frames(&sinks, 5);
		iotx_lab_flush(&sinks);
		iotx_ng_lab_check_sum(s);
		iotx_ng_lab_limit(room + 10 * (i + 1));
	}
	iotx_ng_lab_limit(RLIM_INFINITY);
	written = s->written;
	if (!longer)
		assert_int_equal(iotx_ng_lab_found().packets, written);
	offer_frames(&sinks, 20);
	iotx_lab_flush(&sinks);
	assert_int_equal(iotx_lab_finish(&sinks), -EFBIG);
	assert_int_equal(iotx_lab_said(), 1);
	iotx_ng_lab_check_sum(s);
	assert_true(s->written - written == 20 || (longer && s->written - written == 21));
	assert_int_equal(iotx_ng_lab_found().packets, s->written);
}

static void test_torn(void **state)
{
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	for (rlim_t room = 0; room < 600; room++) {
		fill_up(room, 0);
		fill_up(room, 100000);
	}
	unlink(iotx_lab_path);
}

/* --- messages ------------------------------------------------------------------------------ */

/* The value of a tag, or NULL; tags end with 0. */
static const u8 *tag(const u8 *p, u16 code, u16 *len)
{
	u16 found;

	do {
		found = (u16)(p[0] << 8 | p[1]);
		*len = (u16)(p[2] << 8 | p[3]);
		p += 4 + *len;
	} while (found && found != code);
	return found == code ? p - *len : NULL;
}

static u32 tag_number(const u8 *p, u16 code)
{
	u16 len;
	const u8 *value = tag(p, code, &len);

	assert_true(value && len == 4);
	return (u32)value[0] << 24 | (u32)value[1] << 16 | (u32)value[2] << 8 | value[3];
}

static struct iotx_ng_found offer_message(const struct iotx_event *ev)
{
	struct iotx_sinks sinks = {};

	iotx_ng_lab_add(&sinks, "pdu");
	iotx_sinks_event(&sinks, ev);
	assert_int_equal(iotx_lab_finish(&sinks), 0);
	iotx_ng_lab_check_sum(&sinks.list[0]);
	return iotx_ng_lab_found();
}

static void test_message(void **state)
{
	static const u8 raw[] = { 0x30, 0x05, 0x00, 0x01, 'a' };
	const struct iotx_fake_msg msg = { .title = "HELLO" };
	struct iotx_event ev = iotx_fake_event(&msg);
	struct iotx_event_class cls = *ev.cls;
	struct iotx_ng_found f;
	u16 len;

	(void)state;
	cls.dissector = (struct iotx_dissector){ .name = "mqtt" };
	ev.cls = &cls;
	ev.raw = iotx_slice(raw, sizeof(raw));
	ev.raw_len = 7;
	f = offer_message(&ev);
	assert_int_equal(f.packets, 1);
	assert_int_equal(f.link[0], 252);
	assert_int_equal(f.id, 7);
	assert_memory_equal(tag(f.data, 12, &len), "mqtt", 4);
	assert_int_equal(len, 4);
	assert_memory_equal(tag(f.data, 20, &len), iotx_fake_ends.src_ip, 4);
	assert_memory_equal(tag(f.data, 21, &len), iotx_fake_ends.dst_ip, 4);
	assert_int_equal(len, 4);
	assert_int_equal(tag_number(f.data, 24), 2);
	assert_int_equal(tag_number(f.data, 25), 40000);
	assert_int_equal(tag_number(f.data, 26), 1883);
	assert_int_equal(tag_number(f.data, 30), 7);
	assert_null(tag(f.data, 35, &len));
	assert_int_equal(f.wire_len, f.cap_len + 2);
	assert_memory_equal(f.data + f.cap_len - sizeof(raw), raw, sizeof(raw));
}

/* A table instead of a name, a name of its own in TCP, live, IPv6. */
static void test_forms_of_message(void **state)
{
	const struct iotx_fake_msg msg = { .title = "HELLO" };
	struct iotx_event ev = iotx_fake_event(&msg);
	struct iotx_event_class cls = *ev.cls;
	struct iotx_endpoints ends = *ev.ends;
	struct iotx_ng_found f;
	u16 len;

	(void)state;
	cls.dissector = (struct iotx_dissector){ .name = "coap", .tcp = "coap_tcp_tls", .as_udp = true };
	ev.cls = &cls;
	ev.ends = &ends;
	ev.frame = 0;
	ev.raw = iotx_slice_str("x");
	ev.raw_len = 1;
	ends.dir = "ingress";
	ends.iface = "eth0";
	ends.ip_version = 6;
	f = offer_message(&ev);
	assert_string_equal(tag(f.data, 12, &len), "coap_tcp_tls");
	assert_int_equal(len, 12);
	assert_true(tag(f.data, 22, &len) && len == 16);
	assert_true(tag(f.data, 23, &len) && len == 16);
	assert_null(tag(f.data, 20, &len));
	assert_int_equal(tag_number(f.data, 24), 3);
	assert_int_equal(tag_number(f.data, 35), 1);
	assert_null(tag(f.data, 30, &len));
	assert_int_equal(f.flags, 1);
	assert_string_equal(f.names[0], "eth0");
	ends.transport = UDP;
	ends.dir = "egress";
	cls.dissector.port = 1884;
	f = offer_message(&ev);
	assert_memory_equal(tag(f.data, 14, &len), "coap", 4);
	assert_int_equal(tag_number(f.data, 32), 1884);
	assert_int_equal(tag_number(f.data, 35), 0);
	assert_int_equal(f.flags, 2);
}

/* Wireshark has seen enough: no error, and the end. */
static void test_reader_gone(void **state)
{
	struct iotx_sinks sinks = {};
	char spec[IOTX_LAB_SPEC_MAX];
	int reader;

	(void)state;
	unlink(iotx_lab_path);
	assert_int_equal(mkfifo(iotx_lab_path, 0600), 0);
	reader = open(iotx_lab_path, O_RDONLY | O_NONBLOCK);
	snprintf(spec, sizeof(spec), "pcapng:%s", iotx_lab_path);
	assert_int_equal(iotx_lab_add(&sinks, spec), 0);
	offer_frames(&sinks, 2);
	iotx_lab_flush(&sinks);
	assert_false(sinks.quit);
	close(reader);
	offer_frames(&sinks, 3);
	iotx_lab_flush(&sinks);
	assert_true(sinks.quit);
	assert_int_equal(iotx_lab_finish(&sinks), 0);
	assert_int_equal(iotx_lab_said(), 0);
	iotx_ng_lab_check_sum(&sinks.list[0]);
	assert_int_equal(sinks.list[0].written, 2);
	unlink(iotx_lab_path);
}

/* Nothing to hand on: no bytes, nobody who reads them, no packet. */
static void test_beside(void **state)
{
	const struct iotx_fake_msg msg = { .title = "HELLO" };
	struct iotx_event ev = iotx_fake_event(&msg);
	struct iotx_event_class cls = *ev.cls;
	struct iotx_sinks sinks = {};

	(void)state;
	iotx_ng_lab_add(&sinks, "pdu");
	ev.raw = iotx_slice_str("x");
	iotx_sinks_event(&sinks, &ev);
	cls.dissector.name = "mqtt";
	ev.cls = &cls;
	ev.raw = (struct iotx_slice){};
	iotx_sinks_event(&sinks, &ev);
	ev.raw = iotx_slice_str("x");
	ev.ends = NULL;
	iotx_sinks_event(&sinks, &ev);
	assert_int_equal(sinks.list[0].beside, 3);
	ev.ends = &iotx_fake_ends;
	iotx_sinks_event(&sinks, &ev);
	assert_int_equal(iotx_lab_finish(&sinks), 0);
	iotx_ng_lab_check_sum(&sinks.list[0]);
	assert_int_equal(sinks.list[0].written, 1);
	assert_int_equal(iotx_ng_lab_found().packets, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_live_frames),
		cmocka_unit_test(test_frames_of_a_file),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_torn),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_forms_of_message),
		cmocka_unit_test(test_beside),
		cmocka_unit_test(test_reader_gone),
	};

	return cmocka_run_group_tests_name("ng", tests, iotx_lab_setup, iotx_lab_teardown);
}
