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

/* A payload has the time at which it is sent; in the order of the types. */
#define IOTX_SPARKPLUG_TIME_RULES(X)                                                            \
	X(NBIRTH_TIME, WARNING, "tck-id-payloads-nbirth-timestamp", "an NBIRTH has no timestamp") \
	X(DBIRTH_TIME, WARNING, "tck-id-payloads-dbirth-timestamp", "a DBIRTH has no timestamp") \
	X(NDATA_TIME, WARNING, "tck-id-payloads-ndata-timestamp", "an NDATA has no timestamp")  \
	X(DDATA_TIME, WARNING, "tck-id-payloads-ddata-timestamp", "a DDATA has no timestamp")   \
	X(NCMD_TIME, WARNING, "tck-id-payloads-ncmd-timestamp", "an NCMD has no timestamp")     \
	X(DCMD_TIME, WARNING, "tck-id-payloads-dcmd-timestamp", "a DCMD has no timestamp")      \
	X(DDEATH_TIME, WARNING, "tck-id-payloads-ddeath-timestamp", "a DDEATH has no timestamp")

/* What is true of every metric. */
#define IOTX_SPARKPLUG_METRIC_RULES(X)                                                          \
	X(NAMELESS, WARNING, "tck-id-payloads-name-requirement",                                \
	  "a metric has neither a name nor an alias")                                           \
	X(ALIAS_TWICE, WARNING, "tck-id-payloads-alias-uniqueness",                             \
	  "an alias stands for two metrics of the edge node")                                   \
	X(ALIAS_BIRTH, WARNING, "tck-id-payloads-alias-birth-requirement",                      \
	  "a metric of a birth has an alias and no name")                                       \
	X(ALIAS_DATA, WARNING, "tck-id-payloads-alias-data-cmd-requirement",                    \
	  "a metric has its name beside its alias, and the message is no birth")                \
	X(METRIC_TIME, WARNING, "tck-id-payloads-name-birth-data-requirement",                  \
	  "a metric has no timestamp")                                                          \
	X(METRIC_DATATYPE, WARNING, "tck-id-payloads-metric-datatype-req",                      \
	  "a metric of a birth has no datatype")                                                \
	X(DATATYPE_VALUE, WARNING, "tck-id-payloads-metric-datatype-value",                     \
	  "a metric has a datatype that there is not")                                          \
	X(DATATYPE_AGAIN, NOTE, "tck-id-payloads-metric-datatype-not-req",                      \
	  "a metric has a datatype, and the message is no birth")                               \
	X(REBIRTH, WARNING, "tck-id-payloads-nbirth-rebirth-req",                               \
	  "an NBIRTH has no 'Node Control/Rebirth' that is false")                              \
	X(REBIRTH_ALIAS, WARNING,                                                               \
	  "tck-id-operational-behavior-data-commands-rebirth-name-aliases",                     \
	  "an NBIRTH gives an alias to 'Node Control/Rebirth'")

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
	/* notes: tck-id-payloads-sequence-num-always-included wants one in every message */    \
	X(NCMD_SEQ, NOTE, "tck-id-payloads-ncmd-seq", "an NCMD has a sequence number")          \
	X(DCMD_SEQ, NOTE, "tck-id-payloads-dcmd-seq", "a DCMD has a sequence number")           \
	X(DBIRTH_ORDER, WARNING, "tck-id-payloads-dbirth-order", "a DBIRTH before the NBIRTH")  \
	X(NDATA_ORDER, WARNING, "tck-id-payloads-ndata-order", "an NDATA before the NBIRTH")    \
	X(DDATA_ORDER, WARNING, "tck-id-payloads-ddata-order", "a DDATA before the NBIRTH")     \
	X(BDSEQ_AGAIN, WARNING, "tck-id-topics-nbirth-bdseq-increment",                         \
	  "a CONNECT has the bdSeq of the one before it")                                       \
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
	IOTX_SPARKPLUG_FLAG_RULES(X)                                                            \
	IOTX_SPARKPLUG_TIME_RULES(X)                                                            \
	IOTX_SPARKPLUG_METRIC_RULES(X)

enum iotx_sparkplug_rule {
#define X(id, severity, name, text) IOTX_SPARKPLUG_RULE_##id,
	IOTX_SPARKPLUG_RULES(X)
#undef X
	IOTX_SPARKPLUG_RULE_COUNT
};

#endif
