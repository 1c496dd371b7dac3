/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * frame -> locate -> flow -> stream (TCP) -> decoder -> session -> event.
 * Inputs push frames in; events come out through one callback, in capture order.
 */
#ifndef IOTXDP_CORE_ENGINE_H
#define IOTXDP_CORE_ENGINE_H

#include "event.h"
#include "flow_record.h"
#include "frame.h"

struct iotx_engine_config {
	struct iotx_ports ports; /* for frames that no kernel has classified */
	u32 sample_one_in;       /* of frames that no kernel has sampled */
	u32 message_max;         /* bytes of one message held in assembly */
	u32 reorder_max;         /* bytes held out of order, per flow direction */
	u32 flows_max;           /* conversations held at once */
	u64 held_max;            /* bytes that wait in all of them together */
	bool flows;              /* frames that no kernel has counted make flow events ... */
	struct iotx_idle idle;   /* ... and so long after the last one a flow is over */
	u64 learnt_max;          /* bytes kept of what all of them have said */
};

/* Events and bytes that did not become events; what the summary prints. */
#define IOTX_ENGINE_COUNTERS(X)                                                                 \
	X(frames, "frames delivered")                                                           \
	X(frames_undecoded, "frames of protocols that are recognised but not decoded")          \
	X(frames_refused, "frames not decoded: out of memory")                                  \
	X(late_not_kept, "datagrams maybe of CoAP, too long to keep until another one tells")   \
	X(early_not_kept, "segments before the first ones of a connection, too long to keep")    \
	X(datagrams_whole, "IP datagrams put together from fragments")                          \
	X(fragments_dropped, "IP datagrams, or fragments, that could not be put together")      \
	X(frames_unreadable, "samples that do not hold their headers: the snap length")         \
	X(events, "events made")                                                                \
	X(findings, "of them, findings: a rule that is broken, or advice that is not followed") \
	X(findings_limit, "findings not made: of messages that break more than eight rules")    \
	X(messages_cut, "messages whose end never came")                                        \
	X(messages_truncated, "messages decoded in part: longer than a limit or than a sample") \
	X(memory_limited, "of them, because all conversations together held too much")          \
	X(stream_bytes, "bytes of TCP payload delivered")                                       \
	X(bytes_decoded, "of them, in messages")                                                \
	X(bytes_old, "of them, seen before")                                                    \
	X(bytes_lost, "of them, skipped: message boundaries unknown")                           \
	X(bytes_cut, "of them, in messages whose end never came")                               \
	X(bytes_limit, "of them, refused: out of memory")                                       \
	X(bytes_far, "of them, ignored: out of any window of their connection")                 \
	X(bytes_held, "of them, waiting for the rest of their message or of their stream")       \
	X(inner_bytes, "bytes of streams that WebSocket messages carry, unmasked and inflated") \
	X(inner_decoded, "of them, in messages")                                                \
	X(inner_lost, "of them, skipped: message boundaries unknown")                           \
	X(inner_cut, "of them, in messages whose end never came")                               \
	X(inner_held, "of them, waiting for the rest of their message")                         \
	X(memory_held, "bytes kept in memory of what waits, of all connections together")        \
	X(memory_learnt, "bytes kept in memory of what conversations have said, of all together") \
	X(learnt_limited, "things not kept, because all conversations together kept too much")  \
	X(ws_heads_limit, "WebSocket handshakes not read: a head longer than 16 KiB")           \
	X(ws_messages_limit, "WebSocket messages not read to their end: too long or too dense") \
	X(ws_inflaters, "decompression contexts of WebSocket in memory")                        \
	X(overlap_conflicts, "TCP segments that give bytes another content than before")        \
	X(gaps, "places where bytes are missing for good")                                      \
	X(gap_bytes, "bytes missing there")                                                     \
	X(conversations_evicted, "conversations forgotten to make room for others")             \
	X(aliases_limit, "topic aliases not kept: too many bytes of topics")                    \
	X(mqtt_inflight_limit, "MQTT requests not followed: too many at once, or too long")     \
	X(mqtt_subs_limit, "MQTT subscriptions not kept: too many of one client")               \
	X(mqtt_clients_limit, "MQTT clients forgotten to make room for others")                 \
	X(mqtt_wills_limit, "MQTT wills not followed: too many, or too long")                   \
	X(mqtt_properties_limit, "MQTT User Properties not shown: too many in one message")      \
	X(sparkplug_limit, "Sparkplug nodes, aliases, metrics or payloads not kept: too many")   \
	X(mqtt_findings_limit, "MQTT findings not made: the same rule, in the same connection") \
	X(coap_tcp_messages, "CoAP messages over TCP, which the kernel half does not count")    \
	X(coap_exchanges, "CoAP exchanges seen")                                                \
	X(coap_exchanges_limit, "CoAP exchanges forgotten, while open, to make room")           \
	X(coap_transfers_limit, "CoAP block-wise transfers given up: too long, too many, holes")

struct iotx_engine_stats {
#define X(name, sentence) u64 name;
	IOTX_ENGINE_COUNTERS(X)
#undef X
	u64 mqtt_messages[IOTX_MQTT_TYPE_COUNT]; /* decoded, by type */
	u64 coap_messages;
	struct iotx_mqttsn_count mqttsn_messages; /* decoded, by type */
};

struct iotx_engine;

typedef void (*iotx_event_fn)(void *arg, const struct iotx_event *ev);

/* NULL when out of memory. */
struct iotx_engine *iotx_engine_new(const struct iotx_engine_config *config, iotx_event_fn emit,
				    void *arg);
void iotx_engine_free(struct iotx_engine *e);

/*
 * True: it is of a protocol, and sampled. So is a fragment, because what it is part of is
 * known with the last of them.
 */
bool iotx_engine_frame(struct iotx_engine *e, const struct iotx_frame *frame);

/* A conversation is over that the kernel half has counted: makes an event of it. */
void iotx_engine_flow(struct iotx_engine *e, const struct iotx_flow_pair *pair, u64 ts_ns);

/* No more frames will come: gives up on what is missing, counts what was cut. */
void iotx_engine_finish(struct iotx_engine *e);

const struct iotx_engine_stats *iotx_engine_stats(const struct iotx_engine *e);

/*
 * What the kernel half would have counted of the frames that came without its view.
 * Index of the tables: always INGRESS.
 */
const struct iotx_totals *iotx_engine_totals(const struct iotx_engine *e);
const struct iotx_ledger *iotx_engine_ledger(const struct iotx_engine *e);
u64 iotx_engine_flows(const struct iotx_engine *e); /* conversations seen */

#endif
