// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures the kernel half beside yardsticks, in nanoseconds of CPU time per packet.
 * usage: kernel_bench ROUNDS [CASE]...    writes JSON
 *
 * A round runs one slice of each target, one after the other, every other round in the
 * opposite order; what is said of a target is for the reader to subtract from its own
 * round's XDP_PASS. The kernel waits for a grace period around each test run unless the
 * program sits in the XDP dispatcher already, so each is attached to an interface of
 * a namespace of our own.
 */
#include "kernel_case.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "tests/bench/kernel_yard.skel.h"

#define ROUNDS_MAX 101
#define FILL 4u /* times the table's size, so that churn finds it full */
#define RING_BYTES (4 << 20) /* of each kind */

struct rig {
	const struct kernel_case *k;
	struct kernel_yard_bpf *yard;
	struct iotx_bpf *subject[2];
	struct perf_buffer *perf;
	struct ring_buffer *ring;
	struct kernel_packet packet;
	int fd[YARD_COUNT];
	u64 counted; /* by the first subject, of what the frames hold */
	double ns[YARD_COUNT][ROUNDS_MAX];
};

static const char *const target_names[] = {
#define X(id, name) [YARD_##id] = #name,
	YARD_TARGETS(X)
#undef X
};

static void die(const char *what)
{
	fprintf(stderr, "kernel_bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static bool wanted(const struct kernel_case *k, u32 target)
{
	return k->targets >> target & 1;
}

/* --- making a rig ---------------------------------------------------------------------------- */

static u32 table_size(const struct kernel_case *k)
{
	u32 enough = k->flows + k->flows / 4;

	return enough > IOTX_FLOWS_DEFAULT ? enough : IOTX_FLOWS_DEFAULT;
}

static int ring_ignore(void *arg, void *data, size_t size)
{
	(void)arg, (void)data, (void)size;
	return 0;
}

static enum bpf_perf_event_ret perf_ignore(void *arg, int cpu, struct perf_event_header *event)
{
	(void)arg, (void)cpu, (void)event;
	return LIBBPF_PERF_EVENT_CONT;
}

/* No record wakes anybody: that would be measured instead. */
static void open_buffers(struct rig *r)
{
	struct perf_event_attr attr = { .size = sizeof(attr), .type = PERF_TYPE_SOFTWARE,
					.config = PERF_COUNT_SW_BPF_OUTPUT, .sample_type = PERF_SAMPLE_RAW,
					.sample_period = 1, .wakeup_events = 1u << 30 };
	int cpu = sched_getcpu(), key = cpu;
	LIBBPF_OPTS(perf_buffer_raw_opts, opts, .cpu_cnt = 1, .cpus = &cpu, .map_keys = &key);

	r->ring = ring_buffer__new(bpf_map__fd(r->yard->maps.ring), ring_ignore, NULL, NULL);
	if (!r->ring)
		die("ring");
	if (!wanted(r->k, YARD_PERF))
		return;
	r->perf = perf_buffer__new_raw(bpf_map__fd(r->yard->maps.perf), RING_BYTES / 4096, &attr, perf_ignore,
				       NULL, &opts);
	if (!r->perf)
		die("perf buffer");
}

static void open_yard(struct rig *r)
{
	r->yard = kernel_yard_bpf__open();
	if (!r->yard)
		die("open");
	bpf_map__set_max_entries(r->yard->maps.lru, table_size(r->k));
	bpf_map__set_max_entries(r->yard->maps.perf, (u32)libbpf_num_possible_cpus());
	if (kernel_yard_bpf__load(r->yard))
		die("load the yardsticks");
	r->yard->bss->yard = (struct yard_cfg){
		.src_off = r->packet.src_off,
		.seq_off = r->packet.seq_off,
		.flow_mask = r->k->flows - 1,
		.serial = r->k->serial,
		.snaplen = r->k->snaplen,
	};
	open_buffers(r);
}

static void open_subject(struct rig *r, u32 i)
{
	struct iotx_bpf_opts opts = { .prog = IOTX_BPF_XDP, .sample_one_in = r->k->subject_one_in[i],
				      .snaplen = r->k->snaplen, .flows_max = table_size(r->k),
				      .ring_bytes = r->k->snaplen ? RING_BYTES : 0,
				      .budget = r->k->snaplen ? IOTX_BUDGET_MAX : 0 };

	r->subject[i] = iotx_bpf_open(&opts);
	if (!r->subject[i])
		die("load the kernel half");
}

static int yard_fd(const struct rig *r, const char *prefix, u32 target)
{
	char name[32];

	snprintf(name, sizeof(name), "%s_%s", prefix, target_names[target]);
	return bpf_program__fd(bpf_object__find_program_by_name(r->yard->obj, name));
}

/* The program of a target itself. */
static int target_fd(const struct rig *r, u32 target)
{
	if (target == YARD_SUBJECT || target == YARD_SUBJECT2)
		return iotx_bpf_fd(r->subject[target - YARD_SUBJECT]);
	return yard_fd(r, "yard", target);
}

static void hold(u32 target, int fd)
{
	char name[16];

	snprintf(name, sizeof(name), "hold%u", target);
	if (bpf_xdp_attach((int)if_nametoindex(name), fd, XDP_FLAGS_SKB_MODE, NULL))
		die("attach");
}

static void place_targets(struct rig *r)
{
	int table = bpf_map__fd(r->yard->maps.targets);

	for (u32 t = 0; t < YARD_COUNT; t++) {
		int fd;

		if (!wanted(r->k, t))
			continue;
		fd = target_fd(r, t);
		if (bpf_map_update_elem(table, &t, &fd, BPF_ANY))
			die("tail-call table");
		r->fd[t] = r->k->direct ? fd : yard_fd(r, "vary", t);
		hold(t, r->fd[t]);
	}
}

/* --- running --------------------------------------------------------------------------------- */

static double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static double run(struct rig *r, u32 target, const struct kernel_packet *p, u32 repeat)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = p->data, .data_size_in = p->len, .repeat = (int)repeat);
	double start = cpu_ns();

	if (bpf_prog_test_run_opts(r->fd[target], &opts) || opts.retval != 2 /* XDP_PASS */)
		die("test run");
	return (cpu_ns() - start) / repeat;
}

static void drain(struct rig *r)
{
	ring_buffer__consume(r->ring);
	if (r->perf)
		perf_buffer__consume(r->perf);
	for (u32 i = 0; i < 2; i++)
		if (r->subject[i])
			iotx_bpf_drain(r->subject[i], NULL, NULL), iotx_bpf_gone(r->subject[i], NULL, NULL);
}

/* Every flow's first packets, so that tables are as full as they will be. */
static void open_flows(struct rig *r, u32 target)
{
	struct kernel_packet openers[KERNEL_OPENERS];
	u32 n = kernel_openers(r->k, openers), all = r->k->flows ? r->k->flows : FILL * table_size(r->k);

	r->yard->bss->states[target].seq = 1000;
	r->yard->bss->yard.opening = true;
	for (u32 i = 0; i < n; i++) {
		r->yard->bss->yard.payload_len = openers[i].payload_len;
		run(r, target, &openers[i], all);
	}
	r->yard->bss->yard.opening = false;
	r->yard->bss->yard.payload_len = r->packet.payload_len;
	run(r, target, &r->packet, all);
	drain(r);
}

static void measure(struct rig *r, u32 rounds)
{
	u64 before;

	for (u32 t = 0; t < YARD_COUNT; t++)
		if (wanted(r->k, t))
			open_flows(r, t);
	before = kernel_counted(r->k, r->subject[0]);
	for (u32 round = 0; round < rounds; round++) {
		for (u32 i = 0; i < YARD_COUNT; i++) {
			u32 t = round & 1 ? YARD_COUNT - 1 - i : i;

			if (!wanted(r->k, t))
				continue;
			r->ns[t][round] = run(r, t, &r->packet, r->k->repeat);
			drain(r);
		}
	}
	r->counted = kernel_counted(r->k, r->subject[0]) - before;
}

/* --- telling --------------------------------------------------------------------------------- */

static void print_case(const struct rig *r, u32 rounds, bool first)
{
	const struct kernel_case *k = r->k;
	u64 given = (u64)rounds * k->repeat * k->messages;

	printf("%s\n {\"case\": \"%s\", \"flows\": %u, \"counted\": %llu, \"expected\": %llu, \"ns\": {",
	       first ? "" : ",", k->name, k->flows, (unsigned long long)r->counted, (unsigned long long)given);
	for (u32 t = 0, n = 0; t < YARD_COUNT; t++) {
		if (!wanted(k, t))
			continue;
		printf("%s\n  \"%s\": [", n++ ? "," : "", target_names[t]);
		for (u32 i = 0; i < rounds; i++)
			printf("%s%.2f", i ? ", " : "", r->ns[t][i]);
		printf("]");
	}
	printf("}}");
	fflush(stdout);
}

static void run_case(const struct kernel_case *k, u32 rounds, bool first)
{
	static struct rig r;

	memset(&r, 0, sizeof(r));
	r.k = k;
	kernel_frame(k, &r.packet);
	open_yard(&r);
	for (u32 i = 0; i < 2; i++)
		if (wanted(k, YARD_SUBJECT + i))
			open_subject(&r, i);
	place_targets(&r);
	measure(&r, rounds);
	print_case(&r, rounds, first);
	perf_buffer__free(r.perf);
	ring_buffer__free(r.ring);
	kernel_yard_bpf__destroy(r.yard);
	for (u32 i = 0; i < 2; i++)
		iotx_bpf_close(r.subject[i]);
}

/* One CPU, a namespace of our own that goes with us, and an interface for each target. */
static void prepare(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	if (unshare(CLONE_NEWNET) || sched_setaffinity(0, sizeof(one), &one))
		die("a network namespace (needs root)");
	setpriority(PRIO_PROCESS, 0, -10);
	for (u32 t = 0; t < YARD_COUNT; t++) {
		char command[96];

		snprintf(command, sizeof(command), "ip link add hold%u type veth peer name peer%u", t, t);
		if (system(command))
			die(command);
	}
}

static bool chosen(const char *name, char **names, int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(name, names[i]))
			return true;
	return !n;
}

int main(int argc, char **argv)
{
	u32 rounds = argc > 1 ? (u32)strtoul(argv[1], NULL, 10) : 0;
	bool first = true;

	if (rounds < 1 || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: kernel_bench ROUNDS [CASE]...\n");
		return 2;
	}
	prepare();
	printf("[");
	for (u32 i = 0; i < kernel_case_count; i++) {
		if (!chosen(kernel_cases[i].name, argv + 2, argc - 2))
			continue;
		run_case(&kernel_cases[i], rounds, first);
		first = false;
	}
	printf("\n]\n");
	return 0;
}
