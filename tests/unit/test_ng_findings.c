// SPDX-License-Identifier: GPL-2.0-only
/* Findings in pcapng files: comments of the message before them, or of the frame behind them. */
#include "fake_event.h"
#include "ng_lab.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static const char *finding_title(const void *msg, char buf[IOTX_TITLE_MAX])
{
	(void)msg;
	(void)buf;
	return "note fake HELLO";
}

static struct iotx_event fake_finding(bool of_last)
{
	static const struct iotx_event_class cls = {
		.name = "finding", .label = "FINDING", .of_rules = true, .title = finding_title,
	};
	struct iotx_event ev = iotx_fake_event(NULL);

	ev.cls = &cls;
	ev.of_last = of_last;
	ev.diag.rule = "MQTT-1.2.3-4";
	ev.diag.text = "it breaks a rule";
	ev.diag.off = 5;
	return ev;
}

static struct iotx_ng_found offer_findings(bool findings_only, u64 beside)
{
	const struct iotx_sink_options opt = { .findings = findings_only };
	struct iotx_event of_last = fake_finding(true), alone = fake_finding(false);
	struct iotx_event_class cls = iotx_fake_class;
	struct iotx_event good = iotx_fake_event(NULL);
	struct iotx_sinks sinks = {};
	char spec[IOTX_LAB_SPEC_MAX];

	unlink(iotx_lab_path);
	snprintf(spec, sizeof(spec), "pdu:%s", iotx_lab_path);
	assert_int_equal(iotx_lab_add_with(&sinks, spec, &opt), 0);
	cls.dissector.name = "mqtt";
	good.cls = &cls;
	good.raw = iotx_slice_str("hello");
	good.raw_len = 5;
	iotx_sinks_hidden_event(&sinks, &good);
	iotx_sinks_hidden_event(&sinks, &good);
	iotx_sinks_event(&sinks, &of_last);
	iotx_sinks_event(&sinks, &of_last);
	iotx_sinks_event(&sinks, &alone);
	iotx_sinks_hidden_event(&sinks, &good);
	assert_int_equal(iotx_lab_finish(&sinks), 0);
	iotx_ng_lab_check_sum(&sinks.list[0]);
	assert_int_equal(sinks.list[0].beside, beside);
	return iotx_ng_lab_found();
}

static void test_findings(void **state)
{
	struct iotx_ng_found f;

	(void)state;
	f = offer_findings(false, 2);
	assert_int_equal(f.packets, 4);
	assert_int_equal(f.comments, 3);
	f = offer_findings(true, 4);
	assert_int_equal(f.packets, 2);
	assert_int_equal(f.comments, 3);
	assert_string_equal(f.comment,
			    "note fake HELLO MQTT-1.2.3-4: it breaks a rule (byte 5)");
	assert_int_equal(f.cap_len, f.wire_len);
}

/* Other outputs take of what is hidden nothing, and what comes after a flush is no message's. */
static void test_hidden(void **state)
{
	struct iotx_event finding = fake_finding(true), message = iotx_fake_event(NULL);
	struct iotx_event_class cls = iotx_fake_class;
	struct iotx_sinks sinks = {};
	struct iotx_ng_found f;

	(void)state;
	iotx_ng_lab_add(&sinks, "json");
	iotx_sinks_hidden_event(&sinks, &finding);
	assert_int_equal(sinks.list[0].offered, 0);
	assert_int_equal(iotx_lab_finish(&sinks), 0);
	sinks = (struct iotx_sinks){};
	iotx_ng_lab_add(&sinks, "pdu");
	cls.dissector.name = "mqtt";
	message.cls = &cls;
	message.raw = iotx_slice_str("x");
	iotx_sinks_event(&sinks, &message);
	iotx_lab_flush(&sinks);
	iotx_sinks_event(&sinks, &finding);
	assert_int_equal(iotx_lab_finish(&sinks), 0);
	f = iotx_ng_lab_found();
	assert_int_equal(f.packets, 2);
	assert_int_equal(f.comments, 1);
}

/* Frames have theirs: what is found in one is told before it, or when another one has come. */
static void test_remarks(void **state)
{
	struct iotx_event finding = fake_finding(true);
	struct iotx_sinks sinks = {};
	struct iotx_ng_found f;

	(void)state;
	iotx_ng_lab_add(&sinks, "pcapng");
	finding.frame = 12345678901ull;
	iotx_lab_offer(&sinks, 1);
	iotx_ng_lab_frame(&sinks, IOTX_LINK_IP, NULL, 0);
	iotx_sinks_event(&sinks, &finding);
	iotx_ng_lab_frame(&sinks, IOTX_LINK_IP, NULL, 0);
	iotx_lab_flush(&sinks);
	f = iotx_ng_lab_found();
	assert_int_equal(f.comments, 1);
	assert_string_equal(f.comment, "note fake HELLO MQTT-1.2.3-4: it breaks a rule (byte 5)");
	finding.frame = 7;
	iotx_sinks_event(&sinks, &finding);
	iotx_ng_lab_frame(&sinks, IOTX_LINK_IP, NULL, 0);
	iotx_ng_lab_frame(&sinks, IOTX_LINK_IP, NULL, 0);
	iotx_lab_flush(&sinks);
	f = iotx_ng_lab_found();
	assert_int_equal(f.comments, 2);
	assert_string_equal(f.comment, "note fake HELLO MQTT-1.2.3-4: it breaks a rule (byte 5) of frame 7");
	for (u32 i = 0; i < 40; i++)
		iotx_sinks_event(&sinks, &finding);
	iotx_ng_lab_frame(&sinks, IOTX_LINK_IP, NULL, 0);
	assert_int_equal(iotx_lab_finish(&sinks), 0);
	iotx_ng_lab_check_sum(&sinks.list[0]);
	assert_int_equal(sinks.list[0].offered, 5);
	f = iotx_ng_lab_found();
	assert_int_equal(f.packets, 5);
	assert_int_equal(f.comments, 35);
	assert_string_equal(f.comment, "and 8 more findings");
}

static void offer_messages(struct iotx_sinks *sinks, u32 count)
{
	struct iotx_event finding = fake_finding(true), message = iotx_fake_event(NULL);
	struct iotx_event_class cls = iotx_fake_class;

	cls.dissector.name = "mqtt";
	message.cls = &cls;
	message.raw = iotx_slice_str("hello");
	for (u32 i = 0; i < count; i++) {
		iotx_sinks_event(sinks, &message);
		iotx_sinks_event(sinks, &finding);
	}
}

/* A disk that fills up anywhere: whole packets, each with its comment, and every event counted. */
static void test_torn(void **state)
{
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	for (rlim_t room = 0; room < 700; room++) {
		struct iotx_sinks sinks = {};
		struct iotx_sink *s = &sinks.list[0];
		struct iotx_ng_found f;

		iotx_ng_lab_add(&sinks, "pdu");
		iotx_ng_lab_limit(room);
		for (u32 i = 0; i < 3; i++) {
			offer_messages(&sinks, 2);
			iotx_lab_flush(&sinks);
			iotx_ng_lab_check_sum(s);
		}
		iotx_ng_lab_limit(RLIM_INFINITY);
		offer_messages(&sinks, 2);
		iotx_lab_finish(&sinks);
		iotx_lab_said();
		iotx_ng_lab_check_sum(s);
		f = iotx_ng_lab_found();
		assert_int_equal(f.packets, s->written);
		assert_int_equal(f.comments, s->written);
		assert_in_range(s->written, 2, 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_remarks),
		cmocka_unit_test(test_torn),
	};

	return cmocka_run_group_tests_name("ng findings", tests, iotx_lab_setup, iotx_lab_teardown);
}
