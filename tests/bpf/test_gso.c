// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets of 64 KiB, whose linear part is headers only: a test run can't make them, so
 * real sockets do, over the loopback of a network namespace of this process's own. What comes
 * in there is what a receiver's aggregation would have put together: generic XDP makes one
 * piece of it, or gives it in pieces to the program that takes them.
 */
#include "bpf_run.h"
#include "native.h"
#include "stream.h"

#include <arpa/inet.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define LOOPBACK 1 /* the interface's index in every namespace */

static int namespace_of_our_own(void **state)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd, err;

	(void)state;
	if (unshare(CLONE_NEWNET))
		return -1;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	err = ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
	return err;
}

static void attach(const struct iotx_bpf *b, enum iotx_dir dir)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = LOOPBACK, .attach_point = BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = iotx_bpf_fd(b));

	if (dir == INGRESS) {
		assert_int_equal(bpf_xdp_attach(LOOPBACK, iotx_bpf_fd(b), XDP_FLAGS_SKB_MODE, NULL), 0);
		return;
	}
	assert_int_equal(bpf_tc_hook_create(&hook), 0);
	assert_int_equal(bpf_tc_attach(&hook, &opts), 0);
}

/* A connection to port 1883: [0] is the client's end. */
static void connect_pair(int fd[2])
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(1883),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(listener, 1), 0);
	fd[0] = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(fd[0], (struct sockaddr *)&addr, sizeof(addr)), 0);
	fd[1] = accept(listener, NULL, NULL);
	assert_true(fd[1] >= 0);
	close(listener);
}

/* Writes all of it on one end and reads all of it on the other. */
static void transfer(int from, int to, const struct iotx_buf *bytes)
{
	static u8 sink[1 << 20];
	size_t sent = 0, received = 0;

	while (received < bytes->len) {
		struct pollfd fds[] = {
			{ .fd = to, .events = POLLIN },
			{ .fd = from, .events = sent < bytes->len ? POLLOUT : 0 },
		};
		ssize_t n;

		assert_true(poll(fds, 2, 10000) > 0);
		n = recv(to, sink, sizeof(sink), MSG_DONTWAIT);
		received += n > 0 ? (size_t)n : 0;
		if (sent == bytes->len)
			continue;
		n = send(from, bytes->data + sent, bytes->len - sent, MSG_DONTWAIT);
		sent += n > 0 ? (size_t)n : 0;
	}
}

/* What the samples showed of the client's stream. */
struct shown {
	const struct iotx_stream *s;
	u32 isn;
	u32 end; /* of the stream's part that was seen without a hole */
	u32 longest;
	u32 records;
};

static void on_sample(void *arg, const struct iotx_sample *sample)
{
	struct iotx_cur c = { .src = { .base = sample->data }, .end = sample->cap_len };
	struct shown *shown = arg;
	struct iotx_l4 l4 = {};
	u32 at;

	shown->records++;
	assert_int_equal(sample->cap_len, sample->wire_len);
	assert_int_equal(iotx_frame_locate(&c, sample->wire_len, &l4), IOTX_L4_OK);
	if (l4.dst_port != 1883 || !l4.payload_len)
		return;
	if (!shown->end)
		shown->isn = l4.seq;
	if (sample->wire_len > shown->longest)
		shown->longest = sample->wire_len;
	at = l4.seq - shown->isn;
	assert_true(at <= shown->end);
	assert_memory_equal(sample->data + l4.payload_off, shown->s->bytes.data + at,
			    l4.payload_len);
	if (at + l4.payload_len > shown->end)
		shown->end = at + l4.payload_len;
}

static void detach(enum iotx_dir dir)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = LOOPBACK,
		    .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);

	if (dir == INGRESS)
		bpf_xdp_detach(LOOPBACK, XDP_FLAGS_SKB_MODE, NULL);
	else
		bpf_tc_hook_destroy(&hook);
}

static void check_ledger(const struct iotx_bpf *b, const struct shown *shown, enum iotx_dir dir)
{
	struct iotx_totals tt;
	struct iotx_ledger lg;

	iotx_bpf_ledger(b, dir, &lg);
	assert_int_equal(lg.segments_gap + lg.segments_lost + lg.headers_bad + lg.walks_limited, 0);
	assert_int_equal(lg.samples_wanted, shown->records);
	iotx_bpf_totals(b, dir, &tt);
	assert_int_equal(lg.seen, iotx_totals_packets(&tt) + lg.not_iot + lg.fragments +
					  lg.malformed);
	for (int type = 1; type < 16; type++)
		assert_int_equal(((u64 *)&tt.mqtt_messages)[type - 1], shown->s->count[type]);
}

static void packets_of_64_kb(enum iotx_bpf_prog prog, const struct iotx_stream *s)
{
	struct iotx_bpf *b = iotx_bpf_open(&(struct iotx_bpf_opts){ .prog = prog, .sample_one_in = 1,
								    .ring_bytes = 64 << 20 });
	enum iotx_dir dir = iotx_bpf_dir(prog);
	struct shown shown = { .s = s };
	int fd[2];

	assert_non_null(b);
	attach(b, dir);
	connect_pair(fd);
	transfer(fd[0], fd[1], &s->bytes);
	close(fd[0]);
	close(fd[1]);
	detach(dir);
	iotx_bpf_drain(b, on_sample, &shown);
	print_message("# %u bytes in %u packets through %s, the longest of %u bytes\n", shown.end,
		      shown.records, iotx_bpf_name(prog), shown.longest);
	assert_int_equal(shown.end, s->bytes.len);
	assert_true(shown.longest > 60000);
	check_ledger(b, &shown, dir);
	iotx_bpf_close(b);
}

static void every_byte_of_a_large_packet_arrives(void **state)
{
	struct iotx_rng r = { iotx_env_u64("IOTXDP_SEED", 20261122) };
	struct iotx_stream s = {};

	(void)state;
	iotx_stream_add(&s, &r, IOTX_MQTT_CONNECT, 0);
	for (int i = 0; i < 40; i++) {
		iotx_stream_add(&s, &r, IOTX_MQTT_PUBLISH, 200 * 1000);
		iotx_stream_add(&s, &r, IOTX_MQTT_PINGREQ, 0);
	}
	iotx_stream_fill(&s, &r, 300, 30000);
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++)
		packets_of_64_kb(prog, &s);
	iotx_stream_free(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_of_a_large_packet_arrives),
	};

	return cmocka_run_group_tests(tests, namespace_of_our_own, NULL);
}
