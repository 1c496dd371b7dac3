// SPDX-License-Identifier: GPL-2.0-only
#include "gen.h"
#include <msg.h>
#include <pkt.h>
#include <string.h>

#define SEGMENT_MAX 1448
#define LINK_ETHERNET 1

enum { TCP_SYN = 0x02, TCP_PSH = 0x08, TCP_ACK = 0x10 };

static const u16 server_port[GEN_KINDS] = { 1883, 1883, 8080, 5683, 1883 };

static void put(struct gen *g, const void *data, size_t n)
{
	if (fwrite(data, 1, n, g->out) != n) {
		perror("gen");
		exit(1);
	}
	g->bytes += n;
}

void gen_file_header(struct gen *g)
{
	const struct {
		u32 magic;
		u16 major, minor;
		u32 zone, accuracy, snap, link;
	} h = { 0xa1b2c3d4, 2, 4, 0, 0, 65535, LINK_ETHERNET };

	put(g, &h, sizeof(h));
}

static void put_frame(struct gen *g, const struct iotx_pkt *p)
{
	static u8 frame[IOTX_PKT_ROOM];
	u32 len = iotx_pkt_build(p, frame, NULL);
	const u32 record[4] = { (u32)(g->ts_us / 1000000), (u32)(g->ts_us % 1000000), len, len };

	put(g, record, sizeof(record));
	put(g, frame, len);
	g->packets++;
	g->ts_us += 1 + iotx_rng_below(&g->rng, 40);
}

static struct iotx_pkt packet_of(const struct gen *g, const struct gen_flow *f, u32 side)
{
	u16 server = g->kind == GEN_DENSE ? 3 : 2; /* two captures of MQTT may be of one network */
	u16 host[2] = { (u16)(256 + f->number), server };
	u16 port[2] = { (u16)(20000 + f->number), server_port[g->kind] };

	return (struct iotx_pkt){
		.src_host = host[side],
		.dst_host = host[!side],
		.src_port = port[side],
		.dst_port = port[!side],
		.seq = f->seq[side],
		.ack = f->seq[!side],
		.checksums = true,
	};
}

static void put_segment(struct gen *g, struct gen_flow *f, u32 side, struct iotx_slice data)
{
	struct iotx_pkt p = packet_of(g, f, side);

	p.tcp_flags = TCP_PSH | TCP_ACK;
	p.payload = data.data;
	p.payload_len = data.len;
	put_frame(g, &p);
	f->seq[side] += data.len;
}

static void put_bare(struct gen *g, const struct gen_flow *f, u32 side, u8 tcp_flags)
{
	struct iotx_pkt p = packet_of(g, f, side);

	p.tcp_flags = tcp_flags;
	put_frame(g, &p);
}

/*
 * One write in 20 arrives in two segments, wherever that cuts it. One in four is
 * acknowledged by a segment without data, the others by the next data.
 */
void gen_send_tcp(struct gen *g, struct gen_flow *f, u32 side)
{
	struct iotx_slice rest = iotx_slice(g->write.data, (u32)g->write.len);
	u32 n = rest.len;

	if (n > 1 && iotx_rng_chance(&g->rng, 5))
		n = 1 + iotx_rng_below(&g->rng, n - 1);
	while (rest.len) {
		n = n < SEGMENT_MAX ? n : SEGMENT_MAX;
		put_segment(g, f, side, iotx_slice(rest.data, n));
		rest = iotx_slice(rest.data + n, rest.len - n);
		n = rest.len;
	}
	if (iotx_rng_chance(&g->rng, 25))
		put_bare(g, f, !side, TCP_ACK);
	g->write.len = 0;
}

void gen_send_udp(struct gen *g, struct gen_flow *f, u32 side)
{
	struct iotx_pkt p = packet_of(g, f, side);

	p.transport = UDP;
	p.payload = g->write.data;
	p.payload_len = (u32)g->write.len;
	put_frame(g, &p);
	g->write.len = 0;
}

void gen_handshake(struct gen *g, struct gen_flow *f)
{
	static const u8 flags[3] = { TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK };

	f->seq[0] = (u32)iotx_rng_next(&g->rng);
	f->seq[1] = (u32)iotx_rng_next(&g->rng);
	for (u32 i = 0; i < 3; i++) {
		put_bare(g, f, i & 1, flags[i]);
		f->seq[i & 1] += i < 2;
	}
}
