// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures the kernel half on live packets: a sender at one end of a pair of interfaces, who
 * receives at the other. usage: live_bench ROUNDS PACKETS    writes JSON
 *
 * Receiving takes place in the sender's time, so packets per second of the sender's CPU time
 * are what the pair of them does; the reader of the ring has another CPU. Receivers take
 * turns, every other round in the opposite order. The namespace goes with us.
 */
#include "blast.h"
#include "bpf_run.h"
#include "live_read.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/blast.skel.h"

#define ROUNDS_MAX 51
#define RING_BYTES (64 << 20)
#define DRAIN_US 1000
#define FEW (1u << 10)
#define MANY (1u << 17)

enum receiver_kind { BARE, CLASSIFIER, SAMPLER, TCPDUMP };

struct receiver {
	const char *name, *frame;
	u32 flows;
	enum receiver_kind kind;
	double per_s[ROUNDS_MAX], per_cpu_s[ROUNDS_MAX];
	u64 sent, seen; /* seen: by the ledger, or records delivered */
};

static struct receiver receivers[] = {
	{ .name = "pass", .frame = "coap", .flows = FEW, .kind = BARE },
	{ .name = "coap-1K", .frame = "coap", .flows = FEW, .kind = CLASSIFIER },
	{ .name = "sampler", .frame = "coap", .flows = FEW, .kind = SAMPLER },
	{ .name = "tcpdump", .frame = "coap", .flows = FEW, .kind = TCPDUMP },
	{ .name = "pass-128K", .frame = "coap", .flows = MANY, .kind = BARE },
	{ .name = "coap-128K", .frame = "coap", .flows = MANY, .kind = CLASSIFIER },
	{ .name = "pass-mqtt", .frame = "mqtt", .flows = FEW, .kind = BARE },
	{ .name = "mqtt-1K", .frame = "mqtt", .flows = FEW, .kind = CLASSIFIER },
	{ .name = "pass-mqtt-128K", .frame = "mqtt", .flows = MANY, .kind = BARE },
	{ .name = "mqtt-128K", .frame = "mqtt", .flows = MANY, .kind = CLASSIFIER },
};
#define RECEIVERS (sizeof(receivers) / sizeof(receivers[0]))

static struct blast_bpf *pass;
static char blast[4096];
static u32 packets;
static int device; /* who receives */

void live_die(const char *what)
{
	fprintf(stderr, "live_bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void run_shell(const char *command)
{
	if (system(command))
		live_die(command);
}

static void pin(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu % (int)sysconf(_SC_NPROCESSORS_ONLN), &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		live_die("affinity");
}

/* --- sending ----------------------------------------------------------------------------------- */

/* Each flow's opener is sent too, so what was sent is told by the sender. */
static void send_packets(struct receiver *r, u32 round)
{
	char command[sizeof(blast) + 128], line[256];
	unsigned long sent = 0;
	FILE *f;

	snprintf(command, sizeof(command), "taskset -c 1 %s tx0 0 %s:%u:%u 2>&1", blast, r->frame, packets, r->flows);
	f = popen(command, "r");
	while (f && fgets(line, sizeof(line), f)) {
		const char *told = strstr(line, "\"packets\": ");

		sscanf(line, "blast: %lf packets a second, %lf", &r->per_s[round], &r->per_cpu_s[round]);
		if (told)
			sent = strtoul(told + 11, NULL, 10);
	}
	if (!f || pclose(f) || !sent || !r->per_cpu_s[round])
		live_die(command);
	r->sent += sent;
}

/* --- receiving ------------------------------------------------------------------------------- */

static void attach(int fd)
{
	if (bpf_xdp_attach(device, fd, XDP_FLAGS_DRV_MODE, NULL))
		live_die("attach");
}

struct reader {
	struct iotx_bpf *b;
	volatile bool stop;
	u64 records;
	pthread_t thread;
};

static void *read_ring(void *arg)
{
	struct reader *d = arg;
	bool last;

	pin(0);
	do {
		last = d->stop;
		d->records += iotx_bpf_drain(d->b, NULL, NULL);
		usleep(DRAIN_US);
	} while (!last);
	return NULL;
}

static void with_subject(struct receiver *r, u32 round)
{
	bool samples = r->kind == SAMPLER;
	struct iotx_bpf_opts opts = { .prog = IOTX_BPF_XDP, .sample_one_in = samples, .flows_max = 2 * MANY,
				      .snaplen = 64, .ring_bytes = samples ? RING_BYTES : 0 };
	struct reader d = { .b = iotx_bpf_open(&opts) };
	struct iotx_ledger l;

	if (!d.b)
		live_die("load the kernel half");
	attach(iotx_bpf_fd(d.b));
	if (samples && pthread_create(&d.thread, NULL, read_ring, &d))
		live_die("thread");
	send_packets(r, round);
	d.stop = true;
	if (samples)
		pthread_join(d.thread, NULL);
	attach(-1);
	iotx_bpf_ledger(d.b, INGRESS, &l);
	r->seen += samples ? d.records : l.seen;
	iotx_bpf_close(d.b);
}

/* Without a program of its own, the interface takes such frames only while it has GRO. */
static void set_gro(u32 on)
{
	struct ethtool_value value = { .cmd = ETHTOOL_SGRO, .data = on };
	struct ifreq ifr = { .ifr_name = "rx0", .ifr_data = (char *)&value };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || ioctl(fd, SIOCETHTOOL, &ifr))
		live_die("GRO");
	close(fd);
}

/* "N packets received by filter", "N packets dropped by kernel", at its end. */
static u64 captured(FILE *said)
{
	u64 received = 0, dropped = 0;
	char line[256];

	while (fgets(line, sizeof(line), said)) {
		if (strstr(line, "received by filter"))
			received = strtoul(line, NULL, 10);
		if (strstr(line, "dropped by kernel"))
			dropped = strtoul(line, NULL, 10);
	}
	return received - dropped;
}

static void with_tcpdump(struct receiver *r, u32 round)
{
	int said[2];
	pid_t pid;
	FILE *f;

	set_gro(1);
	if (pipe(said) || (pid = fork()) < 0)
		live_die("tcpdump");
	if (!pid) {
		pin(0);
		dup2(said[1], STDERR_FILENO);
		execlp("tcpdump", "tcpdump", "-n", "-B", "65536", "-i", "rx0", "-w", "/dev/null", NULL);
		_exit(127);
	}
	close(said[1]);
	f = fdopen(said[0], "r");
	if (fgetc(f) == EOF) /* it says that it listens */
		live_die("tcpdump");
	usleep(200000);
	send_packets(r, round);
	usleep(200000);
	kill(pid, SIGINT);
	r->seen += captured(f);
	waitpid(pid, NULL, 0);
	fclose(f);
	set_gro(0);
}

static void receive(struct receiver *r, u32 round)
{
	switch (r->kind) {
	case BARE:
		attach(bpf_program__fd(pass->progs.blast_pass));
		send_packets(r, round);
		attach(-1);
		break;
	case TCPDUMP:
		with_tcpdump(r, round);
		break;
	default:
		with_subject(r, round);
	}
}

/* --- telling --------------------------------------------------------------------------------- */

static void print_list(const char *name, const double *values, u32 n)
{
	printf("\"%s\": [", name);
	for (u32 i = 0; i < n; i++)
		printf("%s%.0f", i ? ", " : "", values[i]);
	printf("]");
}

static void print_receivers(u32 rounds)
{
	printf("\"receivers\": {");
	for (u32 i = 0; i < RECEIVERS; i++) {
		const struct receiver *r = &receivers[i];

		printf("%s\n \"%s\": {\"flows\": %u, \"sent\": %llu, \"seen\": %llu, ", i ? "," : "", r->name,
		       r->flows, (unsigned long long)r->sent, (unsigned long long)r->seen);
		print_list("per_s", r->per_s, rounds);
		printf(", ");
		print_list("per_cpu_s", r->per_cpu_s, rounds);
		printf("}");
	}
	printf("}");
}

static void prepare(const char *self)
{
	const char *slash = strrchr(self, '/');

	snprintf(blast, sizeof(blast), "%.*sblast", slash ? (int)(slash - self + 1) : 0, self);
	if (unshare(CLONE_NEWNET))
		live_die("a network namespace (needs root)");
	run_shell("ip link add name tx0 type veth peer name rx0");
	run_shell("sysctl -q -w net.ipv6.conf.tx0.disable_ipv6=1 net.ipv6.conf.rx0.disable_ipv6=1");
	run_shell("ip link set dev tx0 up && ip link set dev rx0 up");
	device = (int)if_nametoindex("rx0");
	pass = blast_bpf__open_and_load();
	if (!pass)
		live_die("load");
	attach(-1);
	set_gro(0);
}

int main(int argc, char **argv)
{
	u32 rounds = argc == 3 ? (u32)strtoul(argv[1], NULL, 10) : 0;

	packets = argc == 3 ? (u32)strtoul(argv[2], NULL, 10) : 0;
	if (rounds < 1 || rounds > ROUNDS_MAX || !packets) {
		fprintf(stderr, "usage: live_bench ROUNDS PACKETS\n");
		return 2;
	}
	prepare(argv[0]);
	for (u32 round = 0; round < rounds; round++)
		for (u32 i = 0; i < RECEIVERS; i++)
			receive(&receivers[round & 1 ? RECEIVERS - 1 - i : i], round);
	printf("{");
	print_receivers(rounds);
	printf(",\n");
	live_read_out(rounds);
	printf("}\n");
	return 0;
}
