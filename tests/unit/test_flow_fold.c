// SPDX-License-Identifier: GPL-2.0-only
/* What entries of the flow table had counted, when they had to make room. */
#include <core/flow_fold.h>
#include <iotxdp/track.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define S 1000000000ull
#define MAX 1000

static struct {
	struct iotx_flow_fold *fold;
	u64 ended, packets, publishes;
	u64 by_end[5];
	struct iotx_flow_pair last;
	u16 live; /* the port of those that are in the table */
} lab;

static void on_ended(void *arg, const struct iotx_flow_pair *p)
{
	(void)arg;
	lab.ended++;
	lab.by_end[p->end]++;
	lab.packets += p->side[0].packets + p->side[1].packets;
	lab.publishes += p->side[0].mqtt.publish + p->side[1].mqtt.publish;
	lab.last = *p;
}

static bool is_live(void *arg, const struct iotx_flow_pair *p)
{
	(void)arg;
	return p->key.port[0] == lab.live || p->key.port[1] == lab.live;
}

static int setup(void **state)
{
	const struct iotx_flow_fold_config config = {
		.max = MAX, .ifindex = 3, .iface = "eth0", .idle = { 300, 3600, 30 },
		.is_live = is_live, .ended = on_ended,
	};

	(void)state;
	memset(&lab, 0, sizeof(lab));
	lab.fold = iotx_flow_fold_new(&config);
	assert_non_null(lab.fold);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	iotx_flow_fold_free(lab.fold);
	return 0;
}

/* Client `i` on a port, to a broker; or back. */
static struct iotx_flow_record record(u32 i, u16 port, bool back, u64 packets)
{
	struct iotx_flow_record r = { .ip_version = 4 };

	memcpy(r.key4.src_ip, &i, 4);
	r.key4.src_port = port;
	r.key4.dst_ip[0] = 200;
	r.key4.dst_port = 1883;
	r.key4.transport = TCP;
	if (back)
		IOTX_KEY_SWAP(&r.key4);
	r.flow.proto = MQTT;
	r.flow.packets = packets;
	r.flow.bytes = 100 * packets;
	r.flow.first_seen_ns = 1000 * S;
	r.flow.last_seen_ns = 1010 * S;
	r.flow.mqtt.publish = packets / 2;
	return r;
}

static u64 given(u32 i, u16 port, bool back, u64 packets)
{
	struct iotx_flow_record r = record(i, port, back, packets);

	r.flow.first_seen_ns = 2000 * S;
	iotx_flow_fold_give(lab.fold, &r);
	assert_int_equal(r.flow.bytes, 100 * r.flow.packets);
	return r.flow.packets;
}

static void add(u32 i, u16 port, bool back, u64 packets)
{
	const struct iotx_flow_record r = record(i, port, back, packets);

	assert_non_null(iotx_flow_fold_add(lab.fold, &r));
}

/* Evicted again and again while a million others come and go, it keeps what it has counted. */
static void churn_takes_nothing_from_one_that_lasts(void **state)
{
	u64 sum[2] = {}, all = 0;

	(void)state;
	lab.live = 7000;
	for (u32 round = 0; round < 10; round++) {
		for (u32 side = 0; side < 2; side++) {
			add(1, 7000, side, 100 + round);
			sum[side] += 100 + round;
			all += 100 + round;
		}
		for (u32 i = 0; i < 100000; i++, all++)
			add(1000000 * (1 + round) + i, 7001, false, 1);
		for (u32 side = 0; side < 2; side++)
			assert_int_equal(given(1, 7000, side, 5), sum[side] + 5);
	}
	assert_int_equal(lab.ended, 1000000 - MAX / 4 - 1);
	assert_int_equal(iotx_flow_fold_limited(lab.fold), lab.ended);
	iotx_flow_fold_finish(lab.fold);
	assert_int_equal(lab.ended, 1000001);
	assert_int_equal(lab.packets, all);
	assert_int_equal(lab.last.side[0].packets, sum[0]);
	assert_int_equal(lab.last.end, IOTX_FLOW_SHUTDOWN);
}

/* The same where the others are connections too: one that is live stays. */
static void churn_of_connections(void **state)
{
	(void)state;
	lab.live = 7000;
	add(1, 7000, false, 50);
	for (u32 i = 0; i < 20000; i++)
		add(1000 + i, 7001, false, 10);
	assert_int_equal(given(1, 7000, false, 1), 51);
	lab.live = 0;
	for (u32 i = 0; i < 20000; i++)
		add(100000 + i, 7001, false, 10);
	assert_int_equal(given(1, 7000, false, 1), 1);
	iotx_flow_fold_finish(lab.fold);
	assert_int_equal(lab.packets, 50 + 40000 * 10);
}

static void both_directions_are_one(void **state)
{
	(void)state;
	add(1, 7000, false, 3);
	add(1, 7000, true, 4);
	add(1, 7000, false, 5);
	iotx_flow_fold_finish(lab.fold);
	assert_int_equal(lab.ended, 1);
	assert_int_equal(lab.last.side[0].packets + lab.last.side[1].packets, 12);
	assert_int_equal(lab.publishes, 5);
	assert_int_equal(lab.last.key.ifindex, 3);
}

/* What does not come back is over: by the limit of its transport, or soon when it is closed. */
static void silence(void **state)
{
	struct iotx_flow_record r = record(1, 7000, false, 5);

	(void)state;
	add(2, 7000, false, 5);
	add(3, 7001, false, 5);
	r.rst = true;
	iotx_flow_fold_add(lab.fold, &r);
	iotx_flow_fold_expire(lab.fold, 1039 * S);
	assert_int_equal(lab.ended, 0);
	iotx_flow_fold_expire(lab.fold, 1040 * S);
	assert_int_equal(lab.by_end[IOTX_FLOW_CLOSED], 1);
	lab.live = 7001;
	iotx_flow_fold_expire(lab.fold, 4610 * S);
	assert_int_equal(lab.by_end[IOTX_FLOW_IDLE], 1);
	assert_int_equal(lab.ended, 2);
	lab.live = 0;
	iotx_flow_fold_expire(lab.fold, 4611 * S);
	assert_int_equal(lab.by_end[IOTX_FLOW_IDLE], 2);
}

/* Another protocol on the same ports is another conversation. */
static void ports_used_by_another_protocol(void **state)
{
	struct iotx_flow_record r = record(1, 7000, false, 3);

	(void)state;
	add(1, 7000, false, 5);
	r.flow.proto = MQTT_TLS;
	r.flow.tls_records = 3;
	iotx_flow_fold_add(lab.fold, &r);
	assert_int_equal(lab.by_end[IOTX_FLOW_REUSED], 1);
	iotx_flow_fold_finish(lab.fold);
	assert_int_equal(lab.last.side[0].tls_records + lab.last.side[1].tls_records, 3);
	assert_int_equal(lab.packets, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(churn_takes_nothing_from_one_that_lasts, setup, teardown),
		cmocka_unit_test_setup_teardown(churn_of_connections, setup, teardown),
		cmocka_unit_test_setup_teardown(both_directions_are_one, setup, teardown),
		cmocka_unit_test_setup_teardown(silence, setup, teardown),
		cmocka_unit_test_setup_teardown(ports_used_by_another_protocol, setup, teardown),
	};

	return cmocka_run_group_tests_name("flow_fold", tests, NULL, NULL);
}
