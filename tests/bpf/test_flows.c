// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flow table of the kernel half: every flow that was made is live, was evicted or was
 * taken out, and nothing that was counted is lost with it.
 */
#include "bpf_run.h"
#include "pkt.h"

#include <input/aging.h>

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SMALL 64 /* flows that a small table has room for */
#define CHURN 20000

/* What the records of flows that are gone, and of those that live, add up to. */
struct sums {
	u64 flows, packets, gets, posts, non, connects;
};

static struct iotx_bpf *open_table(enum iotx_bpf_prog prog, u32 flows)
{
	struct iotx_bpf *b = iotx_bpf_open(&(struct iotx_bpf_opts){ .prog = prog, .flows_max = flows });

	assert_non_null(b);
	return b;
}

static void send(struct iotx_bpf *b, enum iotx_bpf_prog prog, const struct iotx_pkt *p)
{
	static __thread u8 frame[IOTX_PKT_ROOM];
	struct iotx_pkt_at at;
	u32 len = iotx_pkt_build(p, frame, &at);

	assert_int_equal(iotx_bpf_frame(b, frame, len), iotx_bpf_pass(prog));
}

/* A request of the client with that number: one flow each. */
static struct iotx_pkt coap_of(u32 client, u8 ip_version)
{
	return (struct iotx_pkt){ .transport = UDP, .ip_version = ip_version,
				  .src_host = (u16)(client & 0xffff), .dst_host = 1,
				  .src_port = (u16)(20000 + (client >> 16)), .dst_port = 5683,
				  .payload = "\x40\x01\x12\x34", .payload_len = 4 };
}

static struct iotx_pkt connect_of(u32 client)
{
	return (struct iotx_pkt){ .src_host = (u16)client, .dst_host = 1, .src_port = 40000,
				  .dst_port = 1883, .seq = 1000, .ack = 1,
				  .payload = "\x10\x0c\0\4MQTT\4\2\0\x3c\0\0", .payload_len = 14 };
}

static void add(struct sums *sum, const struct iotx_flow *flow)
{
	sum->flows++;
	sum->packets += flow->packets;
	sum->gets += flow->coap.get;
	sum->posts += flow->coap.post;
	sum->non += flow->coap.non;
	sum->connects += flow->mqtt.connect;
}

static void add_gone(void *arg, const struct iotx_flow_record *r)
{
	assert_int_equal(r->flow.packets, r->flow.coap.con + r->flow.mqtt.connect);
	add(arg, &r->flow);
}

static void add_live(void *arg, u8 ip_version, const void *key, const struct iotx_flow *flow)
{
	(void)ip_version, (void)key;
	add(arg, flow);
}

static struct iotx_ledger ledger_of(const struct iotx_bpf *b, enum iotx_bpf_prog prog)
{
	struct iotx_ledger l;

	iotx_bpf_ledger(b, iotx_bpf_dir(prog), &l);
	return l;
}

/* More flows than fit: each that makes room is handed over, and the sums are whole. */
static void every_eviction_is_handed_over(void **state)
{
	(void)state;
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		for (u8 version = 4; version <= 6; version += 2) {
			struct iotx_bpf *b = open_table(prog, SMALL);
			struct sums gone = {}, live = {};
			struct iotx_ledger l;

			for (u32 i = 0; i < CHURN; i++) {
				struct iotx_pkt p = coap_of(i, version);

				send(b, prog, &p);
				if (i % 1000 == 0)
					iotx_bpf_gone(b, add_gone, &gone);
			}
			iotx_bpf_gone(b, add_gone, &gone);
			iotx_bpf_flows(b, add_live, &live);
			l = ledger_of(b, prog);
			assert_int_equal(l.flows_created, CHURN);
			assert_int_equal(l.flows_evicted, gone.flows);
			assert_int_equal(l.flows_created, live.flows + gone.flows);
			assert_int_equal(l.flows_evicted_lost + l.flows_refused + l.flows_busy, 0);
			assert_int_equal(live.packets + gone.packets, CHURN);
			assert_int_equal(live.gets + gone.gets, CHURN);
			assert_in_range(live.flows, SMALL, 2 * SMALL);
			iotx_bpf_close(b);
		}
	}
}

/* When nobody reads the ring, what is lost is counted. */
static void lost_records_are_counted(void **state)
{
	struct iotx_bpf *b = open_table(IOTX_BPF_XDP, SMALL);
	struct sums gone = {};
	struct iotx_ledger l;

	(void)state;
	for (u32 i = 0; i < 2 * CHURN; i++) {
		struct iotx_pkt p = coap_of(i, 4);

		send(b, IOTX_BPF_XDP, &p);
	}
	iotx_bpf_gone(b, add_gone, &gone);
	l = ledger_of(b, IOTX_BPF_XDP);
	assert_true(l.flows_evicted_lost > 0);
	assert_int_equal(l.flows_evicted, gone.flows + l.flows_evicted_lost);
	assert_int_equal(l.flows_created, iotx_bpf_flows(b, NULL, NULL) + l.flows_evicted);
	iotx_bpf_close(b);
}

/* A connection that goes on keeps its entry and its counts, whatever comes and goes. */
static void a_long_lived_flow_keeps_its_totals(void **state)
{
	enum iotx_bpf_prog prog = IOTX_BPF_XDP;
	struct iotx_bpf *b = open_table(prog, 1024);
	struct iotx_pkt p = connect_of(7), ping = p;
	const struct iotx_l4 l4 = { .ip_version = 4, .transport = TCP, .src = { 10, 9, 0, 7 },
				    .dst = { 10, 9, 0, 1 }, .src_port = 40000, .dst_port = 1883 };
	struct iotx_flow flow;
	u32 pings = 0;

	(void)state;
	send(b, prog, &p);
	ping.payload = "\xc0\0";
	ping.payload_len = 2;
	ping.seq += p.payload_len;
	for (u32 i = 0; i < 1000000; i++) {
		struct iotx_pkt other = coap_of(i, 4);

		if (i % 500 == 0) {
			send(b, prog, &ping);
			ping.seq += 2;
			pings++;
		}
		send(b, prog, &other);
		if (i % 10000 == 0)
			iotx_bpf_gone(b, NULL, NULL);
	}
	assert_true(iotx_bpf_flow(b, &l4, &flow));
	assert_int_equal(flow.mqtt.connect, 1);
	assert_int_equal(flow.mqtt.pingreq, pings);
	assert_int_equal(flow.packets, pings + 1);
	assert_int_equal(flow.framing.state, TRACKED);
	iotx_bpf_close(b);
}

/* Counts go on beyond 32 bits. */
/*
 * Among flows that were all seen more than once both directions of a new conversation find
 * room, and do not drive each other out.
 */
static void two_directions_stay_together(void **state)
{
	(void)state;
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		struct iotx_bpf *b = open_table(prog, SMALL);

		for (u32 i = 0; i < 40 * SMALL; i++) {
			struct iotx_pkt p = coap_of(i / 2, 4);

			send(b, prog, &p);
		}
		for (u32 client = 50000; client < 50050; client++) {
			struct iotx_pkt to = coap_of(client, 4), from = to;
			u64 before = ledger_of(b, prog).flows_created;

			from.src_host = to.dst_host;
			from.dst_host = to.src_host;
			from.src_port = to.dst_port;
			from.dst_port = to.src_port;
			for (u32 i = 0; i < 4; i++) {
				send(b, prog, &to);
				send(b, prog, &from);
			}
			assert_int_equal(ledger_of(b, prog).flows_created - before, 2);
		}
		iotx_bpf_close(b);
	}
}

static void counts_are_carried(void **state)
{
	enum iotx_bpf_prog prog = IOTX_BPF_XDP;
	struct iotx_bpf *b = open_table(prog, SMALL);
	struct iotx_flow_part *part = &iotx_bpf_table(b)->part[0];
	struct iotx_pkt p = coap_of(1, 4);
	struct sums live = {};

	(void)state;
	send(b, prog, &p);
	for (u32 i = 0; i < part->slots; i++)
		if (iotx_flow_used(part, i))
			iotx_flow_slot(part, i)->alike = UINT32_MAX;
	send(b, prog, &p); /* the first in the line of counts */
	for (u32 i = 0; i < part->slots; i++)
		if (iotx_flow_used(part, i))
			part->counts[i].n[IOTX_COAP_KIND_GET] = UINT32_MAX;
	send(b, prog, &p);
	send(b, prog, &p);
	iotx_bpf_flows(b, add_live, &live);
	assert_int_equal(live.gets, UINT32_MAX + (UINT32_MAX + 2ull));
	iotx_bpf_close(b);
}

/* Messages like a flow's first are counted in one place, others in another. */
static void messages_unlike_the_first(void **state)
{
	(void)state;
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		struct iotx_bpf *b = open_table(prog, SMALL);
		struct iotx_pkt post = coap_of(1, 4), get = post, mqtt = connect_of(2);
		struct sums live = {};

		post.payload = "\x50\x02\x12\x34"; /* NON */
		for (u32 i = 0; i < 3; i++)
			send(b, prog, &post);
		send(b, prog, &get);
		send(b, prog, &post);
		send(b, prog, &get);
		send(b, prog, &mqtt);
		iotx_bpf_flows(b, add_live, &live);
		assert_int_equal(live.posts, 4);
		assert_int_equal(live.non, 4);
		assert_int_equal(live.gets, 2);
		assert_int_equal(live.connects, 1);
		iotx_bpf_close(b);
	}
}

/* What ended is taken out, both directions together; what goes on is not. */
static void what_is_over_is_taken_out(void **state)
{
	const struct iotx_idle at_once = { 0, 0, 0 }, never = { 10000, 10000, 10000 },
			       closed = { 10000, 10000, 0 };
	enum iotx_bpf_prog prog = IOTX_BPF_XDP;
	struct iotx_bpf *b = open_table(prog, SMALL);
	struct iotx_pkt udp = coap_of(1, 4), tcp = connect_of(2), fin = tcp, stray = tcp;

	(void)state;
	send(b, prog, &udp);
	send(b, prog, &tcp);
	assert_int_equal(iotx_flow_expire(iotx_bpf_table(b), &never, NULL, NULL), 0);
	stray.tcp_flags = IOTX_TCP_RST | IOTX_TCP_ACK; /* out of place: not believed */
	stray.seq += 500;
	stray.payload_len = 0;
	send(b, prog, &stray);
	assert_int_equal(iotx_flow_expire(iotx_bpf_table(b), &closed, NULL, NULL), 0);
	fin.tcp_flags = IOTX_TCP_FIN | IOTX_TCP_ACK;
	fin.seq += fin.payload_len;
	fin.payload_len = 0;
	send(b, prog, &fin);
	assert_int_equal(iotx_flow_expire(iotx_bpf_table(b), &closed, NULL, NULL), 1);
	assert_int_equal(iotx_flow_expire(iotx_bpf_table(b), &at_once, NULL, NULL), 1);
	assert_int_equal(iotx_bpf_flows(b, NULL, NULL), 0);
	assert_int_equal(ledger_of(b, prog).flows_created, 2);
	iotx_bpf_close(b);
}

/* A RST of one direction ends both; a FIN only its own. */
static void a_reset_ends_both_directions(void **state)
{
	const struct iotx_idle closed = { 10000, 10000, 0 };
	enum iotx_bpf_prog prog = IOTX_BPF_XDP;

	(void)state;
	for (u32 i = 0; i < 2; i++) {
		struct iotx_bpf *b = open_table(prog, SMALL);
		struct iotx_pkt p = connect_of(2), back = {
			.src_host = p.dst_host, .dst_host = p.src_host, .src_port = p.dst_port,
			.dst_port = p.src_port, .seq = p.ack, .ack = p.seq + p.payload_len,
			.payload = "\x20\x02\0\0", .payload_len = 4,
		};

		send(b, prog, &p);
		send(b, prog, &back);
		back.tcp_flags = (i ? IOTX_TCP_RST : IOTX_TCP_FIN) | IOTX_TCP_ACK;
		back.seq += back.payload_len;
		back.payload_len = 0;
		send(b, prog, &back);
		assert_int_equal(ledger_of(b, prog).flows_created, 2);
		assert_int_equal(iotx_flow_expire(iotx_bpf_table(b), &closed, NULL, NULL), 1 + i);
		iotx_bpf_close(b);
	}
}

/* --- two CPUs ------------------------------------------------------------------------------- */

struct worker {
	struct iotx_bpf *b;
	enum iotx_bpf_prog prog;
	int cpu;
	u32 first;
};

#define SHARED_ROUNDS 30000

static void *work(void *arg)
{
	const struct worker *w = arg;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(w->cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (u32 i = 0; i < SHARED_ROUNDS; i++) {
		struct iotx_pkt same = coap_of(i & 15, 4), own = coap_of(w->first + i % 500, 4);

		send(w->b, w->prog, &same);
		send(w->b, w->prog, &own);
	}
	return NULL;
}

/* Both count into the same flows, and each evicts what the other has made. */
static void two_cpus_lose_nothing(void **state)
{
	(void)state;
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		struct iotx_bpf *b = open_table(prog, SMALL);
		struct worker w[2] = { { b, prog, 0, 1000 }, { b, prog, 1, 2000 } };
		struct sums gone = {}, live = {};
		struct iotx_ledger l;
		pthread_t thread[2];

		for (u32 i = 0; i < 2; i++)
			assert_int_equal(pthread_create(&thread[i], NULL, work, &w[i]), 0);
		for (u32 i = 0; i < 2; i++)
			pthread_join(thread[i], NULL);
		iotx_bpf_gone(b, add_gone, &gone);
		iotx_bpf_flows(b, add_live, &live);
		l = ledger_of(b, prog);
		assert_int_equal(l.flows_created, live.flows + l.flows_evicted);
		assert_int_equal(l.flows_evicted, gone.flows + l.flows_evicted_lost);
		if (!l.flows_evicted_lost && !l.flows_refused)
			assert_int_equal(live.gets + gone.gets, 4 * SHARED_ROUNDS);
		iotx_bpf_close(b);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_eviction_is_handed_over),
		cmocka_unit_test(lost_records_are_counted),
		cmocka_unit_test(a_long_lived_flow_keeps_its_totals),
		cmocka_unit_test(two_directions_stay_together),
		cmocka_unit_test(counts_are_carried),
		cmocka_unit_test(messages_unlike_the_first),
		cmocka_unit_test(what_is_over_is_taken_out),
		cmocka_unit_test(a_reset_ends_both_directions),
		cmocka_unit_test(two_cpus_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
