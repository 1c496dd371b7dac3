/* SPDX-License-Identifier: GPL-2.0-only */
/* The rules of Sparkplug B 3.0.0 that an observer of the edge nodes can see broken. */
#ifndef IOTXDP_WIRE_SPARKPLUG_RULE_H
#define IOTXDP_WIRE_SPARKPLUG_RULE_H

#include "rule.h"

/* A QoS that is not 0, and RETAIN: two rules for each type that must have neither. */
#define IOTX_SPARKPLUG_FLAG_RULES(X)                                                            \
	X(NBIRTH_QOS, WARNING, "tck-id-payloads-nbirth-qos", "an NBIRTH is not sent at QoS 0")  \
	X(NBIRTH_RETAIN, WARNING, "tck-id-payloads-nbirth-retain", "an NBIRTH has RETAIN")      \
	X(DBIRTH_QOS, WARNING, "tck-id-payloads-dbirth-qos", "a DBIRTH is not sent at QoS 0")   \
	X(DBIRTH_RETAIN, WARNING, "tck-id-payloads-dbirth-retain", "a DBIRTH has RETAIN")       \
	X(NDATA_QOS, WARNING, "tck-id-payloads-ndata-qos", "an NDATA is not sent at QoS 0")     \
	X(NDATA_RETAIN, WARNING, "tck-id-payloads-ndata-retain", "an NDATA has RETAIN")         \
	X(DDATA_QOS, WARNING, "tck-id-payloads-ddata-qos", "a DDATA is not sent at QoS 0")      \
	X(DDATA_RETAIN, WARNING, "tck-id-payloads-ddata-retain", "a DDATA has RETAIN")          \
	X(NCMD_QOS, WARNING, "tck-id-payloads-ncmd-qos", "an NCMD is not sent at QoS 0")        \
	X(NCMD_RETAIN, WARNING, "tck-id-payloads-ncmd-retain", "an NCMD has RETAIN")            \
	X(DCMD_QOS, WARNING, "tck-id-payloads-dcmd-qos", "a DCMD is not sent at QoS 0")         \
	X(DCMD_RETAIN, WARNING, "tck-id-payloads-dcmd-retain", "a DCMD has RETAIN")

/*        id, severity, the standard's own, sentence */
#define IOTX_SPARKPLUG_RULES(X)                                                                 \
	X(MALFORMED, ERROR, "Sparkplug 3.0.0 6.4.1", "the payload is no Sparkplug B protobuf")  \
	X(SEQ_ABSENT, WARNING, "tck-id-payloads-sequence-num-always-included",                  \
	  "a message of an edge node has no sequence number")                                   \
	/* a note: tck-id-payloads-nbirth-seq has any number from 0 to 255 */                   \
	X(SEQ_ZERO, NOTE, "tck-id-topics-nbirth-seq-num",                                       \
	  "the sequence number of an NBIRTH is not 0")                                          \
	X(SEQ_GAP, WARNING, "tck-id-payloads-sequence-num-incrementing",                        \
	  "the sequence number is not one more than the last one's, 0 behind 255")              \
	X(DEATH_SEQ, WARNING, "tck-id-payloads-ndeath-seq", "an NDEATH has a sequence number")  \
	X(BIRTH_BDSEQ, WARNING, "tck-id-payloads-nbirth-bdseq", "an NBIRTH has no bdSeq")       \
	X(WILL_BDSEQ, WARNING, "tck-id-topics-nbirth-bdseq-matching",                           \
	  "the bdSeq of an NBIRTH is not that of the NDEATH in the will")                       \
	X(DEATH_BDSEQ, WARNING, "tck-id-payloads-ndeath-bdseq",                                 \
	  "an NDEATH does not have the bdSeq of its NBIRTH")                                    \
	X(NODE_ALIAS, WARNING, "tck-id-topics-nbirth-metric-reqs",                              \
	  "an alias that the NBIRTH has not given to a metric")                                 \
	X(DEVICE_ALIAS, WARNING, "tck-id-topics-dbirth-metric-reqs",                            \
	  "an alias that the DBIRTH has not given to a metric")                                 \
	X(STATE_BIRTH, WARNING, "tck-id-host-topic-phid-birth-payload",                         \
	  "a STATE is no JSON of 'online' and 'timestamp'")                                     \
	X(STATE_BIRTH_QOS, WARNING, "tck-id-host-topic-phid-birth-qos",                         \
	  "a STATE is not sent at QoS 1")                                                       \
	X(STATE_BIRTH_RETAIN, WARNING, "tck-id-host-topic-phid-birth-retain",                   \
	  "a STATE is not to be retained")                                                      \
	X(STATE_DEATH, WARNING, "tck-id-host-topic-phid-death-payload",                         \
	  "the STATE of a will is no JSON of 'online', which is false, and 'timestamp'")        \
	X(STATE_DEATH_QOS, WARNING, "tck-id-host-topic-phid-death-qos",                         \
	  "the STATE of a will does not have QoS 1")                                            \
	X(STATE_DEATH_RETAIN, WARNING, "tck-id-host-topic-phid-death-retain",                   \
	  "the STATE of a will is not to be retained")                                          \
	X(DEATH_QOS, WARNING, "tck-id-payloads-ndeath-will-message-qos",                        \
	  "the NDEATH of a will does not have QoS 1")                                           \
	X(DEATH_RETAIN, WARNING, "tck-id-payloads-ndeath-will-message-retain",                  \
	  "the NDEATH of a will is to be retained")                                             \
	IOTX_SPARKPLUG_FLAG_RULES(X)

enum iotx_sparkplug_rule {
#define X(id, severity, name, text) IOTX_SPARKPLUG_RULE_##id,
	IOTX_SPARKPLUG_RULES(X)
#undef X
	IOTX_SPARKPLUG_RULE_COUNT
};

#endif
