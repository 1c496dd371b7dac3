/* SPDX-License-Identifier: GPL-2.0-only */
/* The rules of Sparkplug B 3.0.0 that an observer of the edge nodes can see broken. */
#ifndef IOTXDP_WIRE_SPARKPLUG_RULE_H
#define IOTXDP_WIRE_SPARKPLUG_RULE_H

#include "rule.h"

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
	  "an alias that the DBIRTH has not given to a metric")

enum iotx_sparkplug_rule {
#define X(id, severity, name, text) IOTX_SPARKPLUG_RULE_##id,
	IOTX_SPARKPLUG_RULES(X)
#undef X
	IOTX_SPARKPLUG_RULE_COUNT
};

#endif
