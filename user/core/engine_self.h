/* SPDX-License-Identifier: GPL-2.0-only */
/* What an engine is made of: for engine*.c and delivery.c alone. */
#ifndef IOTXDP_CORE_ENGINE_SELF_H
#define IOTXDP_CORE_ENGINE_SELF_H

#include "base/purse.h"
#include "core/engine.h"
#include "core/flow_book.h"

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
	struct iotx_late_frames *late; /* that may be CoAP, and are not known for it yet */
	struct iotx_table *convs;
	u64 epoch; /* goes up when a conversation goes: paths to it are of the past */
	struct iotx_flow_book *book; /* of the conversations of a file; NULL: nobody asks */
	u64 now_ns, now_frame; /* of the last frame of a file */
	struct iotx_engine_stats stats;
	struct iotx_purse learnt; /* counted in stats */
	u64 flows;
};

void iotx_engine_emit(struct iotx_engine *e, const struct iotx_event *ev);

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
