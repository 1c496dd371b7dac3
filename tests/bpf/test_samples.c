// SPDX-License-Identifier: GPL-2.0-only
/* The ring: what is sampled arrives as it was, and what is not is counted by reason (I2). */
#include "bpf_run.h"
#include "pkt.h"

#include <iotxdp/sample.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static u8 frame[IOTX_PKT_ROOM], payload[4096];

/* The last record and how many there were. */
static struct iotx_sample last;
static u8 last_data[IOTX_PKT_ROOM];
static u32 delivered, dropped; /* dropped: what all records say of refused ones before them */

static void on_sample(void *arg, const struct iotx_sample *sample)
{
	(void)arg;
	assert_true(sample->cap_len <= sizeof(last_data));
	last = *sample;
	memcpy(last_data, sample->data, sample->cap_len);
	delivered++;
	dropped += sample->dropped;
}

static struct iotx_bpf *open_one(const struct iotx_bpf_opts *opts)
{
	struct iotx_bpf *b = iotx_bpf_open(opts);

	assert_non_null(b);
	delivered = dropped = 0;
	return b;
}

static void feed(struct iotx_bpf *b, enum iotx_bpf_prog prog, const struct iotx_pkt *p)
{
	u32 len = iotx_pkt_build(p, frame, NULL);

	assert_int_equal(iotx_bpf_frame(b, frame, len), iotx_bpf_pass(prog));
}

/* I2: wanted = delivered + refused, by reason. */
static void check_i2(const struct iotx_bpf *b, enum iotx_bpf_prog prog)
{
	struct iotx_ledger lg;

	iotx_bpf_ledger(b, iotx_bpf_dir(prog), &lg);
	assert_int_equal(lg.samples_wanted, delivered + lg.samples_ring_full +
						    lg.samples_over_budget + lg.samples_unreadable);
}

/* A PUBLISH that makes the frame this long, with CONNECT before it in the stream. */
static struct iotx_pkt publish(u32 frame_len, u32 seq)
{
	u32 len = frame_len - 54, body = len < 130 ? len - 2 : len - 3;
	struct iotx_pkt p = { .src_port = 40000, .dst_port = 1883, .seq = seq, .payload = payload,
			      .payload_len = len };

	memset(payload, 'p', sizeof(payload));
	payload[0] = 0x30;
	payload[1] = (u8)(len < 130 ? body : (body & 0x7f) | 0x80);
	if (len >= 130)
		payload[2] = (u8)(body >> 7);
	memcpy(payload + len - body, "\0\1t", 3);
	return p;
}

#define CONNECT_LEN 14

static struct iotx_pkt connect_packet(void)
{
	return (struct iotx_pkt){ .src_port = 40000, .dst_port = 1883, .seq = 1,
				  .payload = "\x10\x0c\0\4MQTT\4\2\0\x3c\0\0",
				  .payload_len = CONNECT_LEN };
}

static void check_exact(const struct iotx_pkt *p, enum iotx_bpf_prog prog)
{
	u32 len = iotx_pkt_build(p, frame, NULL);

	assert_int_equal(last.abi_version, IOTX_ABI_VERSION);
	assert_int_equal(last.dir, iotx_bpf_dir(prog));
	assert_int_equal(last.proto, MQTT);
	assert_int_equal(last.ifindex, 7);
	assert_int_equal(last.wire_len, len);
	assert_int_equal(last.cap_len, len);
	assert_int_equal(last.start, 0);
	assert_int_equal(last.weight, 1);
	assert_memory_equal(last_data, frame, len);
}

/* Lengths on both sides of every size class that a test run can reach. */
static void a_sample_is_the_frame(void **state)
{
	static const u32 lengths[] = { 60, 63, 64, 65, 71, 72, 73, 183, 184, 255, 256, 257, 1514,
				       1559, 1560, 1561, 3400 };

	(void)state;
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		struct iotx_bpf *b = open_one(&(struct iotx_bpf_opts){ .prog = prog,
								       .sample_one_in = 1 });
		struct iotx_pkt p = connect_packet();
		u32 seq = 1 + CONNECT_LEN;

		feed(b, prog, &p);
		assert_int_equal(iotx_bpf_drain(b, on_sample, NULL), 1);
		check_exact(&p, prog);
		assert_int_equal(last.flags, IOTX_SAMPLE_FLOW | IOTX_SAMPLE_SHAPING);
		for (u32 i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
			p = publish(lengths[i], seq);
			seq += p.payload_len;
			feed(b, prog, &p);
			assert_int_equal(iotx_bpf_drain(b, on_sample, NULL), 1);
			check_exact(&p, prog);
			assert_int_equal(last.flags, IOTX_SAMPLE_FLOW);
		}
		check_i2(b, prog);
		iotx_bpf_close(b);
	}
}

/* Where the first message of a segment starts, in streams that segments cut. */
static void a_sample_says_where_messages_start(void **state)
{
	static const struct {
		const char *payload;
		u32 len, start, flags;
	} row[] = {
		{ "\xc0\0\x30\x05", 4, 0, 0 },
		{ "\0\1tab\xc0\0", 7, 5, 0 },
		{ "\x30\x05\0", 3, 0, 0 },
		{ "\1tab", 4, IOTX_NO_START, 0 },
		{ "\xe0\0", 2, 0, IOTX_SAMPLE_SHAPING },
	};
	struct iotx_bpf *b = open_one(&(struct iotx_bpf_opts){ .sample_one_in = 1 });
	struct iotx_pkt p = connect_packet();
	u32 seq = 1 + CONNECT_LEN;

	(void)state;
	feed(b, IOTX_BPF_XDP, &p);
	for (u32 i = 0; i < sizeof(row) / sizeof(*row); i++) {
		p.seq = seq;
		p.payload = row[i].payload;
		p.payload_len = row[i].len;
		seq += row[i].len;
		feed(b, IOTX_BPF_XDP, &p);
		iotx_bpf_drain(b, on_sample, NULL);
		assert_int_equal(last.start, row[i].start);
		assert_int_equal(last.flags, IOTX_SAMPLE_FLOW | row[i].flags);
	}
	p.seq = seq + 1; /* a gap, and whole messages behind it */
	p.payload = "\xc0\0";
	p.payload_len = 2;
	feed(b, IOTX_BPF_XDP, &p);
	iotx_bpf_drain(b, on_sample, NULL);
	assert_int_equal(last.start, 0);
	assert_int_equal(last.flags, IOTX_SAMPLE_FLOW);
	check_i2(b, IOTX_BPF_XDP);
	iotx_bpf_close(b);
}

static void a_snap_length_cuts_and_counts(void **state)
{
	(void)state;
	for (enum iotx_bpf_prog prog = 0; prog <= IOTX_BPF_TC; prog++) {
		struct iotx_bpf *b = open_one(&(struct iotx_bpf_opts){ .prog = prog,
								       .sample_one_in = 1,
								       .snaplen = 100 });
		struct iotx_pkt p = connect_packet();
		struct iotx_ledger lg;

		feed(b, prog, &p);
		p = publish(1500, 1 + CONNECT_LEN);
		feed(b, prog, &p);
		assert_int_equal(iotx_bpf_drain(b, on_sample, NULL), 2);
		assert_int_equal(last.wire_len, 1500);
		assert_int_equal(last.cap_len, 100);
		assert_memory_equal(last_data, frame, 100);
		iotx_bpf_ledger(b, iotx_bpf_dir(prog), &lg);
		assert_int_equal(lg.sample_bytes_cut, 1400);
		check_i2(b, prog);
		iotx_bpf_close(b);
	}
}

/* A ring of one page, and nobody who reads it. The flows' counters do not care. */
static void a_full_ring_is_counted(void **state)
{
	enum { PACKETS = 100 };

	(void)state;
	for (enum iotx_bpf_prog prog = 0; prog <= IOTX_BPF_TC; prog++) {
		struct iotx_bpf *b = open_one(&(struct iotx_bpf_opts){ .prog = prog,
								       .sample_one_in = 1,
								       .ring_bytes = 4096 });
		struct iotx_pkt p = connect_packet();
		u32 seq = 1 + CONNECT_LEN;
		struct iotx_ledger lg;
		struct iotx_totals tt;

		feed(b, prog, &p);
		for (int i = 0; i < PACKETS; i++) {
			p = publish(100, seq);
			seq += p.payload_len;
			feed(b, prog, &p);
		}
		iotx_bpf_drain(b, on_sample, NULL);
		check_i2(b, prog);
		iotx_bpf_ledger(b, iotx_bpf_dir(prog), &lg);
		assert_int_equal(lg.samples_wanted, PACKETS + 1);
		assert_in_range(delivered, 1, PACKETS - 1);
		assert_true(lg.samples_ring_full > 0);
		iotx_bpf_totals(b, iotx_bpf_dir(prog), &tt);
		assert_int_equal(tt.mqtt_messages.publish, PACKETS);
		iotx_bpf_close(b);
	}
}

/* A CONNECT and then PUBLISH messages on a port of their own. */
static void open_client(struct iotx_bpf *b, u16 port)
{
	struct iotx_pkt p = connect_packet();

	p.src_port = port;
	feed(b, IOTX_BPF_XDP, &p);
}

static void publish_from(struct iotx_bpf *b, u16 port, u32 n)
{
	struct iotx_pkt p = publish(100, 1 + CONNECT_LEN);

	p.src_port = port;
	for (; n; n--, p.seq += p.payload_len)
		feed(b, IOTX_BPF_XDP, &p);
}

/* A flood and nobody who reads: another client's session still has its part of the ring. */
static void a_flood_leaves_room_for_sessions(void **state)
{
	enum { PACKETS = 1000, CLIENTS = 5 };
	struct iotx_bpf *b = open_one(&(struct iotx_bpf_opts){ .sample_one_in = 1,
							       .ring_bytes = 16384 });
	struct iotx_ledger lg;

	(void)state;
	open_client(b, 40000);
	publish_from(b, 40000, PACKETS);
	iotx_bpf_ledger(b, INGRESS, &lg);
	assert_true(lg.samples_ring_full > 0);
	for (u16 i = 1; i <= CLIENTS; i++)
		open_client(b, 40000 + i);
	iotx_bpf_drain(b, on_sample, NULL);
	assert_int_equal(last.flags, IOTX_SAMPLE_FLOW | IOTX_SAMPLE_SHAPING);
	check_i2(b, IOTX_BPF_XDP);
	iotx_bpf_ledger(b, INGRESS, &lg);
	assert_int_equal(lg.samples_wanted, 1 + PACKETS + CLIENTS);
	assert_int_equal(lg.samples_shaping_lost, 0);
	iotx_bpf_close(b);
}

/* The budget is each flow's own, and its last quarter is for the session. */
static void a_flow_has_a_budget(void **state)
{
	enum { BUDGET = 1000, PACKETS = 5000 };
	struct iotx_bpf *b = open_one(&(struct iotx_bpf_opts){ .sample_one_in = 1,
							       .budget = BUDGET });
	struct iotx_pkt p = publish(100, 1 + CONNECT_LEN);
	struct iotx_ledger lg;
	u32 sampled, refused;

	(void)state;
	open_client(b, 40000);
	publish_from(b, 40000, PACKETS);
	sampled = iotx_bpf_drain(b, on_sample, NULL);
	iotx_bpf_ledger(b, INGRESS, &lg);
	refused = (u32)lg.samples_over_budget;
	assert_int_equal(sampled + refused, 1 + PACKETS);
	assert_in_range(sampled, BUDGET * 3 / 4, PACKETS - 1);
	check_i2(b, IOTX_BPF_XDP);

	open_client(b, 40001); /* another one has its own */
	publish_from(b, 40001, BUDGET / 2);
	assert_int_equal(iotx_bpf_drain(b, on_sample, NULL), 1 + BUDGET / 2);

	/* the reserve; and the records have told what was refused before them */
	p.seq += PACKETS * p.payload_len;
	p.payload = "\xe0\0";
	p.payload_len = 2;
	feed(b, IOTX_BPF_XDP, &p);
	assert_int_equal(iotx_bpf_drain(b, on_sample, NULL), 1);
	assert_int_equal(last.flags, IOTX_SAMPLE_FLOW | IOTX_SAMPLE_SHAPING);
	assert_int_equal(dropped, refused);
	check_i2(b, IOTX_BPF_XDP);
	iotx_bpf_ledger(b, INGRESS, &lg);
	assert_int_equal(lg.samples_shaping_lost, 0);
	assert_int_equal(lg.samples_ring_full, 0);
	iotx_bpf_close(b);
}

/* Rate 0: nothing but session-shaping messages. */
static void only_what_shapes_a_session(void **state)
{
	struct iotx_bpf *b = open_one(&(struct iotx_bpf_opts){ .sample_one_in = 0 });
	struct iotx_pkt p = connect_packet();

	(void)state;
	feed(b, IOTX_BPF_XDP, &p);
	assert_int_equal(iotx_bpf_drain(b, on_sample, NULL), 1);
	assert_int_equal(last.flags, IOTX_SAMPLE_SHAPING);
	p = publish(200, 1 + CONNECT_LEN);
	feed(b, IOTX_BPF_XDP, &p);
	assert_int_equal(iotx_bpf_drain(b, on_sample, NULL), 0);
	check_i2(b, IOTX_BPF_XDP);
	iotx_bpf_close(b);
}

/* One GET and one answer of a CoAP exchange; returns how many of the two were sampled. */
static u32 exchange(struct iotx_bpf *b, u16 host)
{
	struct iotx_pkt get = { .transport = UDP, .src_host = host, .src_port = 40000,
				.dst_port = 5683, .payload = "\x40\x01\0\1", .payload_len = 4 };
	struct iotx_pkt answer = { .transport = UDP, .dst_host = host, .dst_port = 40000,
				   .src_port = 5683, .payload = "\x60\x45\0\1", .payload_len = 4 };
	u32 n;

	feed(b, IOTX_BPF_XDP, &get);
	n = iotx_bpf_drain(b, on_sample, NULL);
	feed(b, IOTX_BPF_XDP, &answer);
	return n + iotx_bpf_drain(b, on_sample, NULL);
}

/* One flow in four: both directions or none, and each record says that it stands for four. */
static void flows_are_sampled_whole(void **state)
{
	enum { FLOWS = 2000 };
	struct iotx_bpf *b = open_one(&(struct iotx_bpf_opts){ .sample_one_in = 4 });
	u32 whole = 0;

	(void)state;
	for (u16 host = 0; host < FLOWS; host++) {
		u32 n = exchange(b, host);

		assert_true(n == 0 || n == 2);
		assert_true(!n || last.weight == 4);
		whole += n / 2;
	}
	assert_in_range(whole, FLOWS / 4 - 100, FLOWS / 4 + 100); /* five standard deviations */
	check_i2(b, IOTX_BPF_XDP);
	iotx_bpf_close(b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sample_is_the_frame),
		cmocka_unit_test(a_sample_says_where_messages_start),
		cmocka_unit_test(a_snap_length_cuts_and_counts),
		cmocka_unit_test(a_full_ring_is_counted),
		cmocka_unit_test(a_flood_leaves_room_for_sessions),
		cmocka_unit_test(a_flow_has_a_budget),
		cmocka_unit_test(only_what_shapes_a_session),
		cmocka_unit_test(flows_are_sampled_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
