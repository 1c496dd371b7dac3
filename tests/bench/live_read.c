// SPDX-License-Identifier: GPL-2.0-only
#include "live_read.h"

#include "bpf_run.h"
#include "kernel_case.h"

#include <bpf/bpf.h>
#include <input/flow_table.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FLOWS (1u << 20)
#define BATCH 4096u
#define LINES 128u /* stay in the nearest cache */
#define RECORDS 400000
#define ROUNDS_MAX 51

struct value {
	u64 word[8];
};

struct readers {
	double batch[ROUNDS_MAX], lines[ROUNDS_MAX], whole[ROUNDS_MAX]; /* ns a flow */
	double ring[ROUNDS_MAX];                                         /* ns a record */
	u64 batch_flows, line_flows, whole_flows;
};

static u64 sum; /* of what was read, so that it is read */

static double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static void coap_frame(struct kernel_packet *p)
{
	for (u32 i = 0; i < kernel_case_count; i++)
		if (!strcmp(kernel_cases[i].name, "coap"))
			kernel_frame(&kernel_cases[i], p);
}

/* --- flows ----------------------------------------------------------------------------------- */

static struct iotx_bpf *filled_table(void)
{
	struct iotx_bpf_opts opts = { .prog = IOTX_BPF_XDP, .flows_max = FLOWS };
	struct iotx_bpf *b = iotx_bpf_open(&opts);
	struct kernel_packet p;

	coap_frame(&p);
	for (u32 i = 0; b && i < FLOWS; i++) {
		u32 source = __builtin_bswap32(0x0b000000 + i);

		memcpy(p.data + p.src_off, &source, 4);
		if (iotx_bpf_frame(b, p.data, p.len) < 0)
			live_die("test run");
	}
	if (!b)
		live_die("load the kernel half");
	return b;
}

static int filled_hash(void)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_LRU_HASH, "lru", sizeof(struct iotx_key4), sizeof(struct value),
				FLOWS + FLOWS / 4, NULL);
	struct iotx_key4 *keys = calloc(BATCH, sizeof(*keys));
	struct value *values = calloc(BATCH, sizeof(*values));

	if (fd < 0 || !keys || !values)
		live_die("LRU hash");
	for (u32 done = 0; done < FLOWS; done += BATCH) {
		u32 n = BATCH;

		for (u32 i = 0; i < n; i++)
			memcpy(keys[i].src_ip, &(u32){ done + i }, 4);
		if (bpf_map_update_batch(fd, keys, values, &n, NULL))
			live_die("fill the LRU hash");
	}
	free(keys);
	free(values);
	return fd;
}

static u64 line_sum(const void *line)
{
	struct value v;
	u64 all = 0;

	memcpy(&v, line, sizeof(v));
	for (u32 i = 0; i < 8; i++)
		all += v.word[i];
	return all;
}

static u64 read_batches(int fd)
{
	static struct iotx_key4 keys[BATCH];
	static struct value values[BATCH];
	u32 from, to, n = BATCH;
	u64 flows = 0;
	int err;

	for (void *in = NULL;; in = &from) {
		n = BATCH;
		err = bpf_map_lookup_batch(fd, in, &to, keys, values, &n, NULL);
		flows += n;
		for (u32 i = 0; i < n; i++)
			sum += line_sum(&values[i]);
		if (err)
			return flows;
		from = to;
	}
}

/*
 * The same of ours: key and value of every flow, put together. Half of the slots are free, and
 * no branch foresees which.
 */
static u64 read_lines(const struct iotx_flow_part *p)
{
	static struct iotx_slot4 lines[LINES + 1];
	const struct iotx_slot4 *slots = (const void *)p->records;
	u64 flows = 0;
	u32 n = 0;

	for (u32 i = 0; i < p->slots; i++) {
		lines[n] = slots[i];
		n += !!slots[i].key.transport;
		if (n < LINES && i + 1 < p->slots)
			continue;
		for (u32 k = 0; k < n; k++)
			sum += line_sum(&lines[k]);
		flows += n;
		n = 0;
	}
	return flows;
}

/* With counts by type, times since 1970, and never while it changes. */
static u64 read_whole(const struct iotx_flow_table *t)
{
	struct iotx_flow_record r;
	u64 flows = 0;

	for (u32 i = 0; i < t->part[0].slots; i++) {
		if (!iotx_flow_used(&t->part[0], i) || !iotx_flow_read(t, &t->part[0], i, &r))
			continue;
		sum += r.flow.packets;
		flows++;
	}
	return flows;
}

static void read_flows(struct readers *r, u32 rounds)
{
	struct iotx_bpf *b = filled_table();
	const struct iotx_flow_table *t = iotx_bpf_table(b);
	int hash = filled_hash();

	for (u32 i = 0; i < rounds; i++) {
		double start = cpu_ns(), batched, lined;

		r->batch_flows = read_batches(hash);
		batched = cpu_ns();
		r->line_flows = read_lines(&t->part[0]);
		lined = cpu_ns();
		r->whole_flows = read_whole(t);
		r->whole[i] = (cpu_ns() - lined) / (double)r->whole_flows;
		r->lines[i] = (lined - batched) / (double)r->line_flows;
		r->batch[i] = (batched - start) / (double)r->batch_flows;
	}
	close(hash);
	iotx_bpf_close(b);
}

/* --- the ring -------------------------------------------------------------------------------- */

static void on_sample(void *arg, const struct iotx_sample *s)
{
	(void)arg;
	sum += s->wire_len + s->data[63];
}

static void read_ring(struct readers *r, u32 rounds)
{
	struct iotx_bpf_opts opts = { .prog = IOTX_BPF_XDP, .sample_one_in = 1, .snaplen = 64,
				      .ring_bytes = 64 << 20 };
	struct iotx_bpf *b = iotx_bpf_open(&opts);
	struct kernel_packet p;

	if (!b)
		live_die("load the kernel half");
	coap_frame(&p);
	for (u32 i = 0; i < rounds; i++) {
		LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = p.data, .data_size_in = p.len, .repeat = RECORDS);
		double start;

		if (bpf_prog_test_run_opts(iotx_bpf_fd(b), &run))
			live_die("test run");
		start = cpu_ns();
		if (iotx_bpf_drain(b, on_sample, NULL) != RECORDS)
			live_die("records are missing");
		r->ring[i] = (cpu_ns() - start) / RECORDS;
	}
	iotx_bpf_close(b);
}

static void print_list(const char *name, const double *values, u32 n)
{
	printf(",\n\"%s\": [", name);
	for (u32 i = 0; i < n; i++)
		printf("%s%.2f", i ? ", " : "", values[i]);
	printf("]");
}

void live_read_out(u32 rounds)
{
	static struct readers r;

	read_flows(&r, rounds);
	read_ring(&r, rounds);
	printf("\"slot4\": %zu, \"slot6\": %zu, \"bucket_share\": %zu, \"counts\": %zu, \"wide\": %zu,\n",
	       sizeof(struct iotx_slot4), sizeof(struct iotx_slot6), sizeof(struct iotx_bucket) / IOTX_WAYS,
	       sizeof(struct iotx_counts), sizeof(struct iotx_wide));
	printf("\"flows\": %u, \"batch_flows\": %llu, \"line_flows\": %llu, \"whole_flows\": %llu", FLOWS,
	       (unsigned long long)r.batch_flows, (unsigned long long)r.line_flows,
	       (unsigned long long)r.whole_flows);
	print_list("batch_ns", r.batch, rounds);
	print_list("lines_ns", r.lines, rounds);
	print_list("whole_ns", r.whole, rounds);
	print_list("ring_ns", r.ring, rounds);
}
