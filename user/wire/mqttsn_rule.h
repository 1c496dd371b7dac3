/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rules of MQTT-SN that an observer can see broken, and the judge of those that one
 * well-formed message can break alone. That a message does not have the fields of its type
 * breaks the section of that type: see struct iotx_mqttsn_shape.
 */
#ifndef IOTXDP_WIRE_MQTTSN_RULE_H
#define IOTXDP_WIRE_MQTTSN_RULE_H

#include "mqttsn.h"

/*        id, verdict of a message that breaks it, severity, section, sentence */
#define IOTX_MQTTSN_RULES(X)                                                                    \
	/* the format */                                                                        \
	X(HEADER_CUT, E_BAD, ERROR, "5.2", "the datagram ends in the header")                   \
	X(LENGTH, E_BAD, ERROR, "5.2.1", "the length is too small to count its header")         \
	X(TOO_LONG, E_BAD, ERROR, "5.2.1", "the message is longer than its datagram")           \
	X(TOO_SHORT, E_BAD, ERROR, "5.2.1", "the message is shorter than its datagram")         \
	X(LENGTH_FORM, OK, NOTE, "5.2.1", "a length of three octets where one is enough")       \
	X(TYPE, E_BAD, ERROR, "5.2.2", "the message type is reserved")                          \
	X(FORWARDER_LENGTH, E_BAD, ERROR, "5.5",                                                \
	  "an encapsulation has a length of three octets")                                      \
	X(FORWARDER_EMPTY, E_BAD, ERROR, "5.5", "an encapsulation holds no message")            \
	X(FORWARDER_NESTED, E_BAD, ERROR, "5.5", "an encapsulation holds another one")          \
	/* one message */                                                                       \
	X(QOS_MINUS_ONE, E_RULE, ERROR, "5.3.4", "QoS -1 is for PUBLISH alone")                 \
	X(TOPIC_TYPE, E_RULE, ERROR, "5.3.4", "the type of the topic id is reserved")           \
	X(PROTOCOL_ID, E_RULE, ERROR, "5.3.8", "the ProtocolId is not 0x01")                    \
	X(CLIENT_ID, E_RULE, ERROR, "5.3.1", "the ClientId has not 1 to 23 characters")         \
	X(TOPIC_UTF8, E_RULE, ERROR, "5.3.12", "the topic name is not UTF-8")                   \
	X(RETURN_CODE, E_RULE, ERROR, "5.3.10", "the return code is reserved")                  \
	X(TOPIC_ID, E_RULE, ERROR, "5.3.11", "the topic id is a reserved value")                \
	X(QOS_MINUS_ONE_ID, E_RULE, ERROR, "6.8",                                               \
	  "QoS -1 with a topic id that has to be registered")                                   \
	X(MESSAGE_ID, E_RULE, WARNING, "5.4.12",                                                \
	  "a message id although QoS is neither 1 nor 2")                                         \
	/* a message and those before it */                                                     \
	X(TOPIC_UNKNOWN, E_RULE, WARNING, "6.6",                                                \
	  "a PUBLISH with a topic id that nobody has registered")                               \
	X(SLEEP_SENT, E_RULE, WARNING, "6.14", "a gateway sends to a client that sleeps")       \
	X(SLEEP_TALK, E_RULE, WARNING, "6.14", "a client that sleeps sends without waking up")  \
	X(SLEEP_LATE, OK, NOTE, "6.14",                                                         \
	  "a client that sleeps was not heard of within its time")

enum iotx_mqttsn_rule {
#define X(id, verdict, severity, section, text) IOTX_MQTTSN_RULE_##id,
	IOTX_MQTTSN_RULES(X)
#undef X
	IOTX_MQTTSN_RULE_COUNT
};

const struct iotx_rule *iotx_mqttsn_rule(enum iotx_mqttsn_rule rule);

/* Records that the message breaks the rule. Returns the rule's verdict. */
enum iotx_err iotx_mqttsn_breach(struct iotx_diag *diag, enum iotx_mqttsn_rule rule, u32 off);

/* Judges a message that has the fields of its type. */
void iotx_mqttsn_rules(const struct iotx_mqttsn_msg *msg, struct iotx_diag *diag);

#endif
