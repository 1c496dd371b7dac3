// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same frames through the BPF object that ships and through the native build of
 * the same headers: after every packet the ledger, the totals and the packet's flow
 * entry agree, in the end the whole flow tables do.
 *
 *   IOTXDP_SEED            of the generator
 *   IOTXDP_DIFF_PACKETS    for each program
 *   IOTXDP_DIFF_PROGRAM    only this one, by name
 */
#include "bpf_run.h"
#include "gen.h"
#include "native.h"

#include <cli/ports.h>
#include <core/track.h>
#include <iotxdp/sample.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PACKETS 100000
#define FLOWS_MAX 65536
#define SAMPLE_ONE_IN 3
#define SHARE_LEAST 100 /* per thousand, of each of the first five */
#define SHARE_OTHER 5   /* of the others */

enum share {
	SHARE_MQTT,
	SHARE_COAP,
	SHARE_WEBSOCKET,
	SHARE_FRAGMENT,
	SHARE_MALFORMED,
	SHARE_MQTTSN,
	SHARE_DNS_UDP,
	SHARE_DNS_TCP,
	SHARE_COAP_TCP,
	SHARE_COUNT
};

static const char *const share_names[SHARE_COUNT] = { "MQTT", "CoAP", "WebSocket", "fragments",
						      "malformed", "MQTT-SN", "DNS", "DNS over TCP",
						      "CoAP over TCP" };

/* Both sides of one program. */
struct lane {
	enum iotx_bpf_prog prog;
	struct iotx_bpf *kernel;
	struct iotx_tracker *native;
	struct iotx_gen gen;
	struct iotx_track t;
	u64 number; /* of the packet at hand, from 0 */
	u64 wanted; /* samples */
	u64 share[SHARE_COUNT];
};

static struct iotx_ports ports;

static void dump(const struct lane *l)
{
	for (u32 i = 0; i < l->gen.len; i++)
		fprintf(stderr, "%02x%s", l->gen.frame[i], i % 32 == 31 ? "\n" : "");
	fprintf(stderr, "\n");
}

/* Says what differs, once, and fails. */
static void differs(const struct lane *l, const char *what, u64 kernel, u64 native)
{
	fprintf(stderr, "%s differs at packet %llu: %s: kernel %llu, native %llu; %u bytes:\n",
		iotx_bpf_name(l->prog), (unsigned long long)l->number, what,
		(unsigned long long)kernel, (unsigned long long)native, l->gen.len);
	dump(l);
	fail();
}

static void check(const struct lane *l, const char *what, u64 kernel, u64 native)
{
	if (kernel != native)
		differs(l, what, kernel, native);
}

static void count_share(struct lane *l, enum iotx_l4_verdict verdict)
{
	if (verdict == IOTX_L4_FRAGMENT)
		l->share[SHARE_FRAGMENT]++;
	else if (verdict == IOTX_L4_MALFORMED)
		l->share[SHARE_MALFORMED]++;
	else if (l->t.proto == MQTT)
		l->share[SHARE_MQTT]++;
	else if (l->t.proto == COAP)
		l->share[l->t.l4.transport == UDP ? SHARE_COAP : SHARE_COAP_TCP]++;
	else if (l->t.proto == DNS)
		l->share[l->t.l4.transport == UDP ? SHARE_DNS_UDP : SHARE_DNS_TCP]++;
	else if (l->t.proto == MQTTSN)
		l->share[SHARE_MQTTSN]++;
	else if (l->t.proto == WEBSOCKET)
		l->share[SHARE_WEBSOCKET]++;
}

static enum iotx_l4_verdict native_frame(struct lane *l)
{
	struct iotx_frame frame = { .data = l->gen.frame, .cap_len = l->gen.len,
				    .wire_len = l->gen.len };
	enum iotx_l4_verdict verdict;
	struct iotx_cur c;

	verdict = iotx_tracker_frame(l->native, &frame, &c, &l->t);
	count_share(l, verdict);
	if (verdict == IOTX_L4_OK && iotx_proto_is_decoded(l->t.proto))
		l->wanted += l->t.shaping ||
			     iotx_flow_sampled(iotx_flow_hash(&l->t.l4), SAMPLE_ONE_IN);
	return verdict;
}

static void compare_ledger(const struct lane *l)
{
	const struct iotx_ledger *native = iotx_tracker_ledger(l->native);
	struct iotx_ledger kernel;
	u64 wanted;

	iotx_bpf_ledger(l->kernel, iotx_bpf_dir(l->prog), &kernel);
	wanted = kernel.samples_wanted;
	kernel.samples_wanted = native->samples_wanted; /* the native side takes no samples */
	kernel.samples_ring_full = native->samples_ring_full;
	kernel.sample_bytes_cut = native->sample_bytes_cut;
#define X(name, sentence) check(l, #name, kernel.name, native->name);
	IOTX_LEDGER(X)
#undef X
	check(l, "samples wanted", wanted, l->wanted);
}

static void compare_totals(const struct lane *l)
{
	const u64 *native = (const u64 *)iotx_tracker_totals(l->native);
	struct iotx_totals kernel;
	char what[32];

	iotx_bpf_totals(l->kernel, iotx_bpf_dir(l->prog), &kernel);
	for (u32 i = 0; i < sizeof(kernel) / sizeof(u64); i++) {
		snprintf(what, sizeof(what), "totals[%u]", i);
		check(l, what, ((const u64 *)&kernel)[i], native[i]);
	}
}

/* All fields but the times, and the direction, which the native side does not know. */
static void compare_flow(const struct lane *l, const struct iotx_flow *kernel,
			 const struct iotx_flow *native)
{
	struct iotx_flow want = *native;

	want.dir = iotx_bpf_dir(l->prog);
	want.first_seen_ns = kernel->first_seen_ns;
	want.last_seen_ns = kernel->last_seen_ns;
	check(l, "flow proto", kernel->proto, want.proto);
	check(l, "flow packets", kernel->packets, want.packets);
	check(l, "flow framing.state", kernel->framing.state, want.framing.state);
	check(l, "flow framing.next_seq", kernel->framing.next_seq, want.framing.next_seq);
	check(l, "flow (any other field)", 0, !!memcmp(kernel, &want, sizeof(want)));
}

static const struct iotx_flow *native_flow(const struct lane *l)
{
	struct iotx_key4 key4;
	struct iotx_key6 key6;

	if (l->t.l4.ip_version == 4) {
		iotx_key4_set(&key4, &l->t.l4);
		return iotx_tracker_flow4(l->native, &key4);
	}
	iotx_key6_set(&key6, &l->t.l4);
	return iotx_tracker_flow6(l->native, &key6);
}

static void compare_packet_flow(const struct lane *l)
{
	const struct iotx_flow *native = native_flow(l);
	struct iotx_flow kernel;
	bool found = iotx_bpf_flow(l->kernel, &l->t.l4, &kernel);

	check(l, "flow entry", found, native != NULL);
	if (native)
		compare_flow(l, &kernel, native);
}

static void on_flow(void *arg, u8 ip_version, const void *key, const struct iotx_flow *flow)
{
	const struct lane *l = arg;
	const struct iotx_flow *native = ip_version == 4 ? iotx_tracker_flow4(l->native, key) :
							   iotx_tracker_flow6(l->native, key);

	check(l, "flow entry at the end", 1, native != NULL);
	compare_flow(l, flow, native);
}

static void one_packet(struct lane *l)
{
	enum iotx_l4_verdict verdict;
	int pass;

	do
		iotx_gen_next(&l->gen);
	while (!iotx_bpf_takes(l->prog, l->gen.frame, l->gen.len));
	verdict = native_frame(l);
	pass = iotx_bpf_frame(l->kernel, l->gen.frame, l->gen.len);
	check(l, "verdict", (u64)pass, (u64)iotx_bpf_pass(l->prog));
	compare_ledger(l);
	compare_totals(l);
	if (verdict == IOTX_L4_OK)
		compare_packet_flow(l);
	if (l->number % 256 == 0) /* the ring is small, and full of what is of no use here */
		iotx_bpf_drain(l->kernel, NULL, NULL);
}

static void print_shares(const struct lane *l, u64 packets)
{
	print_message("# %llu packets through %s, %llu flows:", (unsigned long long)packets,
		      iotx_bpf_name(l->prog),
		      (unsigned long long)iotx_tracker_ledger(l->native)->flows_created);
	for (int i = 0; i < SHARE_COUNT; i++)
		print_message(" %s %.1f %%", share_names[i],
			      100.0 * (double)l->share[i] / (double)packets);
	print_message("\n");
}

static void run_lane(struct lane *l, u64 packets, u64 seed)
{
	struct iotx_bpf_opts opts = { .prog = l->prog, .sample_one_in = SAMPLE_ONE_IN,
				      .ring_bytes = 1 << 20 };

	l->kernel = iotx_bpf_open(&opts);
	l->native = iotx_tracker_new(&ports, FLOWS_MAX);
	assert_non_null(l->kernel);
	assert_non_null(l->native);
	iotx_gen_init(&l->gen, seed);
	for (l->number = 0; l->number < packets; l->number++)
		one_packet(l);
	check(l, "flow entries", iotx_bpf_flows(l->kernel, on_flow, l),
	      iotx_tracker_ledger(l->native)->flows_created);
	print_shares(l, packets);
	for (int i = 0; i < SHARE_COUNT; i++)
		assert_true(l->share[i] * 1000 >=
			    packets * (i < SHARE_MQTTSN ? SHARE_LEAST : SHARE_OTHER));
	iotx_gen_free(&l->gen);
	iotx_tracker_free(l->native);
	iotx_bpf_close(l->kernel);
}

static void kernel_and_native_agree(void **state)
{
	u64 seed = iotx_env_u64("IOTXDP_SEED", 20261122);
	u64 packets = iotx_env_u64("IOTXDP_DIFF_PACKETS", PACKETS);
	const char *only = getenv("IOTXDP_DIFF_PROGRAM");
	static struct lane lane;

	(void)state;
	print_message("# IOTXDP_SEED=%llu\n", (unsigned long long)seed);
	iotx_ports_reset(&ports);
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		if (only && strcmp(only, iotx_bpf_name(prog)))
			continue;
		memset(&lane, 0, sizeof(lane));
		lane.prog = prog;
		run_lane(&lane, packets, seed + prog);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_and_native_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
