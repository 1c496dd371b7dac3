// SPDX-License-Identifier: GPL-2.0-only
#include "core/engine_self.h"

#include "base/table.h"
#include "core/conv.h"
#include "core/defrag.h"
#include "core/link.h"
#include "core/mqtt_broker.h"
#include "core/names.h"
#include "core/openings.h"
#include "core/track.h"
#include <iotxdp/sample.h>
#include <stdlib.h>
#include <string.h>

struct iotx_engine *iotx_engine_new(const struct iotx_engine_config *config, iotx_event_fn emit,
				    void *arg)
{
	struct iotx_engine *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->emit = emit;
	e->arg = arg;
	iotx_engine_limit(e, config);
	e->tracker = iotx_tracker_new(&e->config.ports, config->flows_max * 2);
	e->whole = iotx_tracker_new(&e->config.ports, config->flows_max * 2);
	e->defrag = iotx_defrag_new();
	e->names = iotx_names_new(IOTX_NAMES_MAX);
	e->brokers = iotx_mqtt_brokers_new(&e->learnt);
	e->openings = calloc(1, sizeof(*e->openings));
	e->convs = iotx_table_new(sizeof(struct iotx_conv_key), sizeof(struct iotx_conv),
				  config->flows_max);
	if (e->tracker && e->whole && e->defrag && e->names && e->brokers && e->openings &&
	    e->convs && iotx_engine_recall_open(e) && iotx_engine_flows_open(e))
		return e;
	iotx_engine_free(e);
	return NULL;
}

void iotx_engine_free(struct iotx_engine *e)
{
	struct iotx_conv *conv;

	if (!e)
		return;
	if (e->convs)
		for (conv = iotx_table_oldest(e->convs); conv;
		     conv = iotx_table_newer(e->convs, conv))
			iotx_conv_close(conv);
	iotx_table_free(e->convs);
	iotx_flow_book_free(e->book);
	free(e->openings);
	iotx_mqtt_brokers_free(e->brokers);
	iotx_engine_recall_free(e);
	iotx_names_free(e->names);
	iotx_defrag_free(e->defrag);
	iotx_tracker_free(e->whole);
	iotx_tracker_free(e->tracker);
	free(e);
}

/* --- streams ---------------------------------------------------------------------------- */

/* The way of a direction's bytes from its stream to its session. */
struct outlet {
	const struct iotx_delivery *delivery;
	struct iotx_stream *stream;
	u32 held; /* by the stream, before */
};

static void out_bytes(void *arg, const struct iotx_piece *piece)
{
	const struct outlet *o = arg;
	const struct iotx_conv *conv = o->delivery->conv;

	conv->cls->bytes(conv->session, o->delivery, piece);
}

static void out_missing(void *arg, u32 n)
{
	const struct outlet *o = arg;
	const struct iotx_conv *conv = o->delivery->conv;
	struct iotx_engine_stats *stats = iotx_delivery_stats(o->delivery);

	stats->gaps++;
	stats->gap_bytes += n == IOTX_MISSING_UNKNOWN ? 0 : n;
	conv->cls->missing(conv->session, o->delivery, n);
}

/* Of one direction; nothing is waited for while all together hold too much. */
static u32 held_max(const struct iotx_delivery *d)
{
	const struct iotx_engine_config *config = &d->engine->config;

	return d->engine->stats.memory_held < config->held_max ? config->reorder_max : 0;
}

/* To be paired with close_outlet, so that what a stream holds is accounted for. */
static struct iotx_stream_out open_outlet(struct outlet *o, const struct iotx_delivery *d)
{
	o->delivery = d;
	o->stream = &d->conv->stream[d->side];
	o->held = o->stream->held_bytes;
	return (struct iotx_stream_out){
		.bytes = out_bytes,
		.missing = out_missing,
		.arg = o,
		.held_max = held_max(d),
	};
}

static void close_outlet(const struct outlet *o)
{
	struct iotx_engine_stats *stats = iotx_delivery_stats(o->delivery);

	stats->bytes_held = stats->bytes_held - o->held + o->stream->held_bytes;
	stats->memory_held = stats->memory_held - o->held + o->stream->held_bytes;
}

static void finish_side(const struct iotx_delivery *d)
{
	struct outlet o;
	struct iotx_stream_out out = open_outlet(&o, d);

	iotx_stream_finish(o.stream, &out);
	o.stream->ends = false; /* it is behind us */
	close_outlet(&o);
	d->conv->cls->end(d->conv->session, d);
}

/* Both directions, when nothing more is to come. */
static void finish_conv(struct iotx_engine *e, struct iotx_conv *conv)
{
	struct iotx_delivery d = { .engine = e, .conv = conv, .ts_ns = conv->last_ns };

	if (!conv->session || !conv->cls->end)
		return;
	for (d.side = 0; d.side < 2; d.side++) {
		d.frame_number = conv->last_frame;
		finish_side(&d);
	}
}

static struct iotx_piece payload_of(const struct iotx_arrival *a)
{
	return (struct iotx_piece){
		.data = a->frame->data + a->payload.off,
		.cap_len = iotx_cur_left(&a->payload),
		.len = a->l4.payload_len,
		.seq = a->l4.seq,
		.has_boundary = a->start != IOTX_NO_START,
		.boundary_seq = a->l4.seq + a->start,
		.sparse = a->sparse,
		.ts_ns = a->frame->ts_ns,
	};
}

static void push_segment(const struct iotx_delivery *d, const struct iotx_arrival *a)
{
	struct iotx_engine_stats *stats = &d->engine->stats;
	struct outlet o;
	struct iotx_stream_out out = open_outlet(&o, d);
	const struct iotx_piece in = payload_of(a);

	stats->stream_bytes += in.len;
	iotx_stream_push(o.stream, &in, &out);
	close_outlet(&o);
	stats->bytes_old += out.old;
	stats->bytes_limit += out.refused;
	stats->bytes_far += out.far;
	iotx_delivery_conflicts(d, out.conflicts);
}

/* An acknowledgement concerns the other direction. */
static void take_ack(const struct iotx_delivery *d, const struct iotx_arrival *a)
{
	struct iotx_stream *stream = &d->conv->stream[!d->side];
	struct iotx_delivery other;
	struct iotx_stream_out out;
	struct outlet o;

	if (!(a->l4.tcp_flags & IOTX_TCP_ACK))
		return;
	if (!stream->held) { /* nothing waits for it */
		iotx_stream_acked(stream, a->l4.ack);
		return;
	}
	other = *d;
	other.side = !d->side;
	out = open_outlet(&o, &other);
	iotx_stream_ack(o.stream, a->l4.ack, a->frame->ts_ns, &out);
	close_outlet(&o);
}

/* A FIN may overtake data; a RST that is not in sequence is not believed. */
static void take_segment(const struct iotx_delivery *d, const struct iotx_arrival *a)
{
	struct iotx_stream *stream = &d->conv->stream[d->side];
	u32 end_seq = a->l4.seq + a->l4.payload_len;
	struct iotx_delivery end = *d;

	take_ack(d, a);
	if (a->l4.payload_len) {
		iotx_openings_start(d->engine->openings, &a->l4, stream);
		push_segment(d, a);
	}
	if (a->l4.tcp_flags & IOTX_TCP_FIN) /* it may overtake all that was sent */
		iotx_openings_start(d->engine->openings, &a->l4, stream);
	if (a->l4.tcp_flags & (IOTX_TCP_FIN | IOTX_TCP_RST) && !stream->open)
		iotx_stream_open(stream, end_seq); /* it ends without having sent anything */
	if (a->l4.tcp_flags & IOTX_TCP_FIN && !iotx_seq_far(end_seq, stream->next_seq)) {
		stream->ends = true;
		stream->end_seq = end_seq;
	}
	end.reset = a->l4.tcp_flags & IOTX_TCP_RST && end_seq == stream->next_seq;
	if (iotx_stream_ended(stream) || end.reset)
		finish_side(&end);
}

/* --- frames ----------------------------------------------------------------------------- */

/* Live: the kernel has said what it is. */
static enum iotx_l4_verdict classify_live(struct iotx_engine *e, const struct iotx_frame *frame,
					  struct iotx_arrival *a)
{
	enum iotx_l4_verdict verdict = iotx_link_locate(frame, &a->payload, &a->l4);

	e->stats.frames_unreadable += verdict != IOTX_L4_OK;
	a->proto = frame->kernel->proto;
	a->start = frame->kernel->start;
	a->weight = frame->kernel->weight;
	a->sparse = !(frame->kernel->flags & IOTX_SAMPLE_FLOW);
	a->wanted = true;
	return verdict;
}

/* DNS over TCP makes no flow in the kernel half, so what continues a message is none there. */
static bool continues_dns(const struct iotx_engine *e, const struct iotx_l4 *l4)
{
	return l4->transport == TCP && (e->config.ports.tcp[l4->src_port] == DNS ||
					e->config.ports.tcp[l4->dst_port] == DNS);
}

/* From a file: the same headers, natively, and the same choice of flows. */
static enum iotx_l4_verdict classify_native(struct iotx_engine *e, struct iotx_tracker *tracker,
					    struct iotx_arrival *a)
{
	struct iotx_track t;
	enum iotx_l4_verdict verdict = iotx_tracker_frame(tracker, a->frame, &a->payload, &t);
	bool sampled;

	if (verdict)
		return verdict;
	if (e->book && tracker == e->tracker)
		iotx_engine_flows_take(e, a->frame, &t);
	sampled = e->config.sample_one_in == 1 ||
		  iotx_flow_sampled(iotx_flow_hash(&t.l4), e->config.sample_one_in);
	a->l4 = t.l4;
	if (!a->frame->ifindex) /* what is put together of live fragments has one */
		a->path = iotx_tracker_path(tracker);
	a->proto = t.proto;
	a->follows = t.proto == NOT_IOT && (tracker == e->whole || continues_dns(e, &t.l4));
	a->start = t.segment == IOTX_SEG_WALKED ? t.walk.start : IOTX_NO_START;
	a->weight = sampled ? e->config.sample_one_in : 1;
	a->sparse = !sampled;
	a->late = (enum iotx_track_late)t.late;
	if (a->late)
		a->late_place = iotx_track_late_place(&t);
	a->wanted = (iotx_proto_is_decoded(a->proto) || a->follows) && (sampled || t.shaping);
	return verdict;
}

static void forget(struct iotx_engine *e, struct iotx_conv *conv)
{
	iotx_table_remove(e->convs, conv);
	e->epoch++;
}

/* Room for one more: the conversation that was quiet for longest is forgotten. */
static void make_room(struct iotx_engine *e)
{
	struct iotx_conv *oldest = iotx_table_oldest(e->convs);

	if (iotx_table_count(e->convs) < e->config.flows_max)
		return;
	finish_conv(e, oldest);
	iotx_conv_close(oldest);
	forget(e, oldest);
	e->stats.conversations_evicted++;
}

static struct iotx_conv *look_up_conv(struct iotx_engine *e, struct iotx_arrival *a)
{
	struct iotx_conv_key key;
	struct iotx_conv *conv;

	a->side = iotx_conv_key_set(&key, &a->l4, a->frame->ifindex);
	conv = iotx_table_find(e->convs, &key);
	if (conv || a->follows)
		return conv;
	make_room(e);
	conv = iotx_table_add(e->convs, &key);
	if (!conv)
		return NULL;
	e->flows++;
	conv->from_first[a->side] = iotx_openings_first(e->openings, &a->l4);
	if (!iotx_conv_open(conv, a->proto, &a->l4, a->side))
		return conv;
	forget(e, conv);
	return NULL;
}

static struct iotx_conv *find_conv(struct iotx_engine *e, struct iotx_arrival *a)
{
	struct iotx_path *path = a->path;
	struct iotx_conv *conv;

	if (path && path->conv && path->epoch == e->epoch) {
		a->side = path->side;
		conv = path->conv;
	} else {
		conv = look_up_conv(e, a);
		if (path)
			*path = (struct iotx_path){ conv, e->epoch, a->side };
	}
	if (conv)
		iotx_table_touch(e->convs, conv);
	return conv;
}

/*
 * A SYN on a known five-tuple says where a connection of its own would start; what
 * comes from there on proves it. A SYN alone may be anybody's, and that of this very
 * connection may come again, as late as its first bytes.
 */
static bool starts_anew(struct iotx_conv *conv, struct iotx_arrival *a)
{
	const struct iotx_stream *stream = &conv->stream[a->side];
	struct iotx_opening *o = &conv->opening[a->side];

	if (a->l4.tcp_flags & IOTX_TCP_SYN) {
		o->known = stream->open && stream->next_seq != a->l4.seq &&
			   stream->first_seq != a->l4.seq;
		o->seq = a->l4.seq;
		return false;
	}
	if (o->known && a->l4.seq == o->seq && a->l4.payload_len)
		return true;
	if (!iotx_conv_connects_anew(conv, a->side, a->l4.seq, &a->payload))
		return false;
	a->start = 0;
	return true;
}

static const char *dir_name(const struct iotx_frame *frame)
{
	if (!frame->kernel)
		return NULL;
	return frame->kernel->dir == INGRESS ? "ingress" : "egress";
}

static void deliver(struct iotx_engine *e, struct iotx_conv *conv, struct iotx_arrival *a)
{
	const struct iotx_delivery d = {
		.engine = e,
		.conv = conv,
		.ts_ns = a->frame->ts_ns,
		.frame_number = a->frame->number,
		.side = a->side,
		.closed = true,
		.recalled = a->recalled,
	};
	const struct iotx_piece datagram = payload_of(a);

	conv->weight = a->weight;
	conv->ends[0].iface = conv->ends[1].iface = a->frame->iface;
	conv->ends[a->side].dir = dir_name(a->frame);
	conv->dropped[a->side] += a->frame->kernel ? a->frame->kernel->dropped : 0;
	conv->last_ns = a->frame->ts_ns;
	conv->last_frame = a->frame->number;
	if (conv->cls->bytes && a->l4.transport == TCP)
		take_segment(&d, a);
	else if (conv->cls->datagram && a->l4.transport == UDP && datagram.len)
		conv->cls->datagram(conv->session, &d, &datagram);
	else
		e->stats.frames_undecoded++;
}

/* A connection is new: with what was kept of it, and what the client has sent first. */
static void deliver_first(struct iotx_engine *e, struct iotx_conv *conv, struct iotx_arrival *a)
{
	bool client = iotx_openings_client(e->openings, &a->l4);
	u32 first = client ? a->side : !a->side;

	iotx_engine_take_early(e, a, first);
	if (client)
		deliver(e, conv, a);
	iotx_engine_take_early(e, a, !first);
	if (!client)
		deliver(e, conv, a);
}

void iotx_engine_take(struct iotx_engine *e, struct iotx_arrival *a)
{
	struct iotx_conv *conv = find_conv(e, a);
	bool anew;

	if (!conv) {
		e->stats.frames_refused += !a->follows;
		return;
	}
	if (a->follows)
		a->proto = conv->proto;
	anew = starts_anew(conv, a);
	if (anew || a->proto != conv->proto) {
		finish_conv(e, conv);
		if (e->book)
			iotx_flow_book_reused(e->book, &a->l4);
		if (iotx_conv_reopen(conv, a->proto)) {
			forget(e, conv);
			e->stats.frames_refused++;
			return;
		}
		conv->from_first[a->side] = iotx_openings_first(e->openings, &a->l4);
		conv->stream[!a->side].at_first = anew; /* the peer has said nothing yet */
		e->flows++;
	}
	if (a->l4.transport == TCP && !a->recalled && !iotx_conv_begun(conv))
		deliver_first(e, conv, a);
	else
		deliver(e, conv, a);
}

/* A frame that holds a fragment, and maybe the last that its datagram waited for. */
static void take_fragment(struct iotx_engine *e, const struct iotx_frame *frame)
{
	struct iotx_frame whole;
	struct iotx_arrival a = { .frame = &whole };

	if (!iotx_defrag_frame(e->defrag, frame, &whole))
		return;
	if (!classify_native(e, e->whole, &a) && a.wanted)
		iotx_engine_take(e, &a);
}

bool iotx_engine_frame(struct iotx_engine *e, const struct iotx_frame *frame)
{
	struct iotx_arrival a = { .frame = frame };
	enum iotx_l4_verdict verdict;

	e->stats.frames++;
	iotx_mqtt_brokers_clock(e->brokers, frame->ts_ns, frame->number);
	if (e->book)
		iotx_engine_flows_clock(e, frame);
	verdict = frame->kernel ? classify_live(e, frame, &a) :
				  classify_native(e, e->tracker, &a);
	if (!verdict && a.l4.tcp_flags & IOTX_TCP_SYN)
		iotx_openings_learn(e->openings, &a.l4);
	if (verdict == IOTX_L4_FRAGMENT)
		take_fragment(e, frame);
	if (verdict)
		return frame->kernel || verdict == IOTX_L4_FRAGMENT;
	if (a.late)
		iotx_engine_take_late(e, &a);
	if (a.wanted)
		iotx_engine_take(e, &a);
	else if (a.proto == NOT_IOT)
		iotx_engine_keep_early(e, &a);
	return frame->kernel || a.wanted;
}

void iotx_engine_finish(struct iotx_engine *e)
{
	struct iotx_conv *conv;

	for (conv = iotx_table_oldest(e->convs); conv; conv = iotx_table_newer(e->convs, conv))
		finish_conv(e, conv);
	if (e->book)
		iotx_flow_book_finish(e->book);
	iotx_defrag_finish(e->defrag);
	e->stats.datagrams_whole = iotx_defrag_stats(e->defrag)->datagrams;
	e->stats.fragments_dropped = iotx_defrag_stats(e->defrag)->dropped;
}
