// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends millions of packets out of an interface whose peer has an XDP program.
 * usage: blast INTERFACE PER_SECOND FRAME:PACKETS[:FLOWS]...
 * FRAME is a case of kernel_case.c; PER_SECOND 0 is as fast as it goes; FLOWS is a power of two.
 * Says what was sent, as JSON. Flows are opened first, and their first packets count.
 */
#include "blast.h"
#include "kernel_case.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/blast.skel.h"

#define ITEMS_MAX 16
#define CHUNK 4096u
#define BATCH 64

struct kind {
	struct kernel_case k;
	struct kernel_packet packet, openers[KERNEL_OPENERS];
	u32 opener_count;
	u32 total, left;
	u32 opened; /* packets that opened flows */
	struct blast_item at;
};

static struct blast_bpf *skel;
static u64 sent;

static void die(const char *what)
{
	fprintf(stderr, "blast: %s: %s\n", what, strerror(errno));
	exit(1);
}

static u64 clock_ns(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return 1000000000ull * (u64)t.tv_sec + (u64)t.tv_nsec;
}

static void send_copies(struct kind *kind, const struct kernel_packet *p, u32 n)
{
	struct xdp_md ctx = { .data_end = p->len };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = p->data, .data_size_in = p->len, .ctx_in = &ctx,
		    .ctx_size_in = sizeof(ctx), .repeat = (int)n, .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
		    .batch_size = BATCH);

	kind->at.src_off = p->src_off;
	kind->at.seq_off = p->seq_off;
	kind->at.payload_len = p->payload_len;
	skel->bss->item = kind->at;
	if (bpf_prog_test_run_opts(bpf_program__fd(skel->progs.blast_send), &opts))
		die("live frames");
	kind->at = skel->bss->item;
	sent += n;
}

static void open_flows(struct kind *kind)
{
	u32 flows = kind->at.flow_mask + 1;

	for (u32 i = 0; i < kind->opener_count; i++, kind->opened += flows)
		send_copies(kind, &kind->openers[i], flows);
}

/* FRAME:PACKETS[:FLOWS] */
static bool kind_set(struct kind *kind, const char *text, u32 index, u32 ifindex)
{
	u32 flows = 1, packets;
	char name[32];

	if (sscanf(text, "%31[^:]:%u:%u", name, &packets, &flows) < 2 || !flows || flows & (flows - 1))
		return false;
	for (u32 i = 0; i < kernel_case_count; i++)
		if (!strcmp(kernel_cases[i].name, name))
			kind->k = kernel_cases[i];
	if (!kind->k.name)
		return false;
	kernel_frame(&kind->k, &kind->packet);
	kind->opener_count = kernel_openers(&kind->k, kind->openers);
	kind->total = kind->left = packets;
	kind->at = (struct blast_item){ .flow_base = 0x0b000000 + (index << 20), .flow_mask = flows - 1,
					.seq = 1000, .ifindex = ifindex };
	return true;
}

/* What is due by now of a rate; all, if there is none. */
static u32 due(u64 start, u32 rate, u32 most)
{
	struct timespec nap = { .tv_nsec = 200000 };

	while (rate) {
		u64 allowed = (clock_ns(CLOCK_MONOTONIC) - start) * rate / 1000000000;

		if (allowed >= sent + BATCH)
			return allowed - sent < most ? (u32)(allowed - sent) : most;
		nanosleep(&nap, NULL);
	}
	return most;
}

static void send_all(struct kind *kinds, u32 n, u32 rate)
{
	u64 start = clock_ns(CLOCK_MONOTONIC), cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	u32 left = n;

	sent = 0;
	while (left) {
		left = 0;
		for (u32 i = 0; i < n; i++) {
			struct kind *kind = &kinds[i];
			u32 now = kind->left < CHUNK ? kind->left : CHUNK;

			if (!now)
				continue;
			now = due(start, rate, now);
			send_copies(kind, &kind->packet, now);
			kind->left -= now;
			left++;
		}
	}
	start = clock_ns(CLOCK_MONOTONIC) - start;
	cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu; /* who receives works in our time */
	fprintf(stderr, "blast: %.0f packets a second, %.0f a second of CPU time\n",
		1e9 * (double)sent / (double)start, 1e9 * (double)sent / (double)cpu);
}

/*
 * A test run waits for a grace period unless the program sits in the XDP dispatcher already:
 * it is attached to the loopback of a namespace that nobody else has.
 */
static void hold(int prog_fd)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_SKB_MODE);
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	if (home < 0 || unshare(CLONE_NEWNET) || open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC) < 0 ||
	    bpf_link_create(prog_fd, 1, BPF_XDP, &opts) < 0 || setns(home, CLONE_NEWNET))
		die("hold the program");
	close(home);
}

int main(int argc, char **argv)
{
	static struct kind kinds[ITEMS_MAX];
	u32 n = 0, ifindex = argc > 3 ? if_nametoindex(argv[1]) : 0;

	for (int i = 3; i < argc && n < ITEMS_MAX && kind_set(&kinds[n], argv[i], n, ifindex); i++)
		n++;
	if (!ifindex || (int)n != argc - 3) {
		fprintf(stderr, "usage: blast INTERFACE PER_SECOND FRAME:PACKETS[:FLOWS]...\n");
		return 2;
	}
	skel = blast_bpf__open_and_load();
	if (!skel)
		die("load");
	hold(bpf_program__fd(skel->progs.blast_send));
	for (u32 i = 0; i < n; i++)
		open_flows(&kinds[i]);
	send_all(kinds, n, (u32)strtoul(argv[2], NULL, 10));
	printf("{");
	for (u32 i = 0; i < n; i++)
		printf("%s\"%s\": {\"packets\": %u, \"messages\": %u}", i ? ", " : "", kinds[i].k.name,
		       kinds[i].total + kinds[i].opened, kinds[i].total * kinds[i].k.messages);
	printf("}\n");
	blast_bpf__destroy(skel);
	return 0;
}
