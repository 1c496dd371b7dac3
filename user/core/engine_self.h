/* SPDX-License-Identifier: GPL-2.0-only */
/* What an engine is made of: for engine*.c and delivery.c alone. */
#ifndef IOTXDP_CORE_ENGINE_SELF_H
#define IOTXDP_CORE_ENGINE_SELF_H

#include "base/purse.h"
#include "core/engine.h"
#include "core/flow_book.h"
#include "core/kept.h"
#include "core/track.h"

#define IOTX_LATE_FRAME_MAX 2048         /* bytes; a longer datagram is not kept */
#define IOTX_EARLY_MAX 512               /* segments kept of all connections */
#define IOTX_EARLY_FRAME_MAX (64u << 10) /* bytes; a longer segment is not kept */

/* A frame, classified. */
struct iotx_arrival {
	const struct iotx_frame *frame;
	struct iotx_l4 l4;
	struct iotx_cur payload;
	enum iotx_proto proto;
	u32 start; /* payload offset of the first message that starts here, or IOTX_NO_START */
	u32 weight;
	bool sparse;  /* of a flow of which only session-shaping messages are sampled */
	bool wanted;  /* of a protocol to decode, and sampled */
	bool follows; /* of no protocol by itself, but maybe part of a conversation */
	u32 side;
	struct iotx_path *path; /* where the conversation is remembered; NULL: nowhere */
	enum iotx_track_late late;
	u32 late_place;
	bool recalled; /* it was kept until another one said what it is */
};

/* Frames kept until another one says what they are: engine_recall.c. */
struct iotx_engine_recall {
	struct iotx_kept *late;  /* datagrams that may be CoAP */
	struct iotx_kept *early; /* segments that the rest of their connection may explain */
	u64 early_flow[IOTX_EARLY_MAX]; /* 0: none */
	u8 early_side[IOTX_EARLY_MAX];
	u32 early_next;
};

struct iotx_engine {
	struct iotx_engine_config config;
	iotx_event_fn emit;
	void *arg;
	struct iotx_tracker *tracker; /* for frames that no kernel has classified */
	struct iotx_tracker *whole;   /* for datagrams put together, which no kernel sees */
	struct iotx_defrag *defrag;
	struct iotx_names *names;
	struct iotx_mqtt_brokers *brokers;
	struct iotx_openings *openings;
	struct iotx_engine_recall recall;
	struct iotx_table *convs;
	u64 epoch; /* goes up when a conversation goes: paths to it are of the past */
	struct iotx_flow_book *book; /* of the conversations of a file; NULL: nobody asks */
	u64 now_ns, now_frame; /* of the last frame of a file */
	struct iotx_engine_stats stats;
	struct iotx_purse learnt; /* counted in stats */
	u64 flows;
};

void iotx_engine_emit(struct iotx_engine *e, const struct iotx_event *ev);

/* A frame of a protocol to decode, on its way into its conversation. */
void iotx_engine_take(struct iotx_engine *e, struct iotx_arrival *a);

/* engine_recall.c; false: out of memory */
bool iotx_engine_recall_open(struct iotx_engine *e);
void iotx_engine_recall_free(struct iotx_engine *e);

/* Two datagrams agree on being CoAP: the first of them was let pass, and kept. */
void iotx_engine_take_late(struct iotx_engine *e, const struct iotx_arrival *now);

/* A segment of no conversation, which the first ones of a connection may explain. */
void iotx_engine_keep_early(struct iotx_engine *e, struct iotx_arrival *a);

/*
 * A connection is new: what has overtaken this segment of it, or answers it though it was
 * captured before, comes now, as far as `side` has sent it.
 */
void iotx_engine_take_early(struct iotx_engine *e, const struct iotx_arrival *now, u32 side);

/* engine_flow.c; false: out of memory */
bool iotx_engine_flows_open(struct iotx_engine *e);
void iotx_engine_flows_clock(struct iotx_engine *e, const struct iotx_frame *frame);

/* A frame that the tracker has just counted. */
void iotx_engine_flows_take(struct iotx_engine *e, const struct iotx_frame *frame,
			    const struct iotx_track *t);

static inline void iotx_engine_limit(struct iotx_engine *e, const struct iotx_engine_config *config)
{
	e->config = *config;
	e->learnt.max = config->learnt_max;
	e->learnt.taken = &e->stats.memory_learnt;
	e->learnt.refused = &e->stats.learnt_limited;
}

#endif
