/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every way in which one MQTT message can offend, with the statement of the standard
 * that it breaks: by its number where it has one, else by its section. What a field breaks
 * by itself and what it breaks as this very field are two statements, and two rules.
 */
#ifndef IOTXDP_WIRE_MQTT_RULE_H
#define IOTXDP_WIRE_MQTT_RULE_H

#include "rule.h"

/*
 * id, verdict, severity, MQTT 3.1.1, MQTT 5.0, sentence; NULL: the version has no such rule
 */
#define IOTX_MQTT_RULES(X)                                                                      \
	/* fixed header */                                                                      \
	X(TYPE_0, E_BAD, ERROR, "MQTT 3.1.1 2.2.1", "MQTT 5.0 2.1.2",                           \
	  "packet type 0 is reserved")                                                          \
	X(TYPE_15, E_BAD, ERROR, "MQTT 3.1.1 2.2.1", NULL,                                      \
	  "packet type 15 is reserved before MQTT 5")                                           \
	X(LENGTH_DIGITS, E_BAD, ERROR, "MQTT 3.1.1 2.2.3", "MQTT 5.0 2.1.4",                    \
	  "the Remaining Length goes on after its fourth byte")                                 \
	X(FLAGS, E_BAD, ERROR, "MQTT-2.2.2-1", "MQTT-2.1.3-1",                                  \
	  "the flags are not those of this type")                                               \
	X(FLAGS_PUBREL, E_BAD, ERROR, "MQTT-3.6.1-1", "MQTT-3.6.1-1",                           \
	  "the flags of a PUBREL are not 0010")                                                 \
	X(FLAGS_SUBSCRIBE, E_BAD, ERROR, "MQTT-3.8.1-1", "MQTT-3.8.1-1",                        \
	  "the flags of a SUBSCRIBE are not 0010")                                              \
	X(FLAGS_UNSUBSCRIBE, E_BAD, ERROR, "MQTT-3.10.1-1", "MQTT-3.10.1-1",                    \
	  "the flags of an UNSUBSCRIBE are not 0010")                                           \
	X(FLAGS_DISCONNECT, E_BAD, ERROR, "MQTT-3.14.1-1", "MQTT-3.14.1-1",                     \
	  "the flags of a DISCONNECT are not 0000")                                             \
	X(FLAGS_AUTH, E_BAD, ERROR, NULL, "MQTT-3.15.1-1",                                      \
	  "the flags of an AUTH are not 0000")                                                  \
	X(QOS_3, E_BAD, ERROR, "MQTT-3.3.1-4", "MQTT-3.3.1-4", "both QoS bits are set")         \
	X(DUP, E_RULE, ERROR, "MQTT-3.3.1-2", "MQTT-3.3.1-2", "DUP is set at QoS 0")            \
	X(DUP_QOS_0, E_RULE, ERROR, "MQTT-4.3.1-1", "MQTT-4.3.1-1",                             \
	  "a delivery at QoS 0 is not sent with DUP 0")                                         \
	X(DIRECTION, E_RULE, ERROR, "MQTT 3.1.1 2.2.1", "MQTT 5.0 2.1.2",                       \
	  "this type is not sent in this direction")                                            \
	/* data types */                                                                        \
	X(CUT, E_BAD, ERROR, "MQTT 3.1.1 2.2.3", "MQTT 5.0 2.1.4",                              \
	  "a field goes on after the end of the message")                                       \
	X(TRAILING, E_BAD, ERROR, "MQTT 3.1.1 2.2.3", "MQTT 5.0 2.1.4",                         \
	  "the message goes on after its last field")                                           \
	X(UTF8, E_BAD, ERROR, "MQTT-1.5.3-1", "MQTT-1.5.4-1", "a string is not UTF-8")          \
	X(NUL, E_BAD, ERROR, "MQTT-1.5.3-2", "MQTT-1.5.4-2", "a string holds U+0000")           \
	X(PAIR_UTF8, E_BAD, ERROR, NULL, "MQTT-1.5.7-1",                                        \
	  "a string of a pair is not UTF-8 as strings have to be")                              \
	X(VARINT_DIGITS, E_BAD, ERROR, NULL, "MQTT 5.0 1.5.5",                                  \
	  "a Variable Byte Integer goes on after its fourth byte")                              \
	X(VARINT_LONG, E_BAD, WARNING, NULL, "MQTT-1.5.5-1",                                    \
	  "a Variable Byte Integer has more bytes than it needs")                               \
	X(PACKET_ID, E_RULE, ERROR, "MQTT-2.3.1-1", "MQTT-2.2.1-3",                             \
	  "the Packet Identifier is 0")                                                         \
	X(PACKET_ID_SERVER, E_RULE, ERROR, "MQTT-2.3.1-1", "MQTT-2.2.1-4",                      \
	  "the Packet Identifier of a server's PUBLISH is 0")                                   \
	X(PACKET_ID_ACK, E_RULE, ERROR, "MQTT-2.3.1-6", "MQTT-2.2.1-5",                         \
	  "the Packet Identifier of an acknowledgement is 0")                                   \
	X(PACKET_ID_SUBACK, E_RULE, ERROR, "MQTT-2.3.1-7", "MQTT-2.2.1-6",                      \
	  "the Packet Identifier of a SUBACK or an UNSUBACK is 0")                              \
	/* properties */                                                                        \
	X(PROP_ABSENT, E_BAD, ERROR, NULL, "MQTT-2.2.2-1",                                      \
	  "there is no Property Length")                                                        \
	X(PROP_LENGTH, E_BAD, ERROR, NULL, "MQTT 5.0 2.2.2.1",                                  \
	  "the properties go on after the end of the message")                                  \
	X(PROP_CUT, E_BAD, ERROR, NULL, "MQTT 5.0 2.2.2.1",                                     \
	  "a property goes on after the end of the properties")                                 \
	X(PROP_UNKNOWN, E_BAD, ERROR, NULL, "MQTT 5.0 2.2.2.2",                                 \
	  "there is no property of this identifier")                                            \
	X(PROP_MISPLACED, E_BAD, ERROR, NULL, "MQTT 5.0 2.2.2.2",                               \
	  "this property is not one of this type of packet")                                    \
	X(PROP_REPEATED, E_RULE, ERROR, NULL, "MQTT 5.0 2.2.2.2",                               \
	  "this property must not stand twice")                                                 \
	X(PROP_RANGE, E_RULE, ERROR, NULL, "MQTT 5.0 2.2.2.2",                                  \
	  "the value of this property is not one that it may have")                             \
	X(TOPIC_ALIAS_0, E_RULE, ERROR, NULL, "MQTT-3.3.2-8", "the Topic Alias is 0")           \
	X(RESPONSE_TOPIC, E_RULE, ERROR, NULL, "MQTT-3.3.2-14",                                 \
	  "the Response Topic holds a wildcard")                                                \
	X(RESPONSE_TOPIC_UTF8, E_BAD, ERROR, NULL, "MQTT-3.3.2-13",                             \
	  "the Response Topic is not UTF-8 as strings have to be")                              \
	X(CONTENT_TYPE_UTF8, E_BAD, ERROR, NULL, "MQTT-3.3.2-19",                               \
	  "the Content Type is not UTF-8 as strings have to be")                                \
	X(AUTH_DATA, E_RULE, ERROR, NULL, "MQTT 5.0 3.1.2.11.10",                               \
	  "Authentication Data without an Authentication Method")                               \
	X(AUTH_METHOD, E_RULE, ERROR, NULL, "MQTT 5.0 3.15.2.2.2",                              \
	  "an AUTH without an Authentication Method")                                           \
	X(SUB_ID_SENDER, E_RULE, ERROR, NULL, "MQTT-3.3.4-6",                                   \
	  "a Subscription Identifier in a client's PUBLISH")                                    \
	X(EXPIRY_SENDER, E_RULE, ERROR, NULL, "MQTT-3.14.2-2",                                  \
	  "a Session Expiry Interval in a server's DISCONNECT")                                 \
	X(REFERENCE_SENDER, E_RULE, ERROR, NULL, "MQTT 5.0 3.14.2.2.5",                         \
	  "a Server Reference in a client's DISCONNECT")                                        \
	/* CONNECT */                                                                           \
	X(PROTOCOL_NAME, E_RULE, ERROR, "MQTT-3.1.2-1", "MQTT-3.1.2-1",                         \
	  "the protocol name is unknown")                                                       \
	X(PROTOCOL_LEVEL, E_RULE, ERROR, "MQTT-3.1.2-2", NULL,                                  \
	  "the protocol level does not exist under this name")                                  \
	X(CONNECT_RESERVED, E_BAD, ERROR, "MQTT-3.1.2-3", "MQTT-3.1.2-3",                       \
	  "the reserved Connect Flag is set")                                                   \
	X(WILL_ABSENT, E_BAD, ERROR, "MQTT-3.1.2-9", "MQTT-3.1.2-9",                            \
	  "a will is announced, and its fields are missing")                                    \
	X(WILL_QOS_3, E_BAD, ERROR, "MQTT-3.1.2-14", "MQTT-3.1.2-12",                           \
	  "both Will QoS bits are set")                                                         \
	X(WILL_QOS, E_BAD, ERROR, "MQTT-3.1.2-13", "MQTT-3.1.2-11", "a Will QoS without a will") \
	X(WILL_RETAIN, E_BAD, ERROR, "MQTT-3.1.2-15", "MQTT-3.1.2-13",                          \
	  "Will Retain without a will")                                                         \
	X(USERNAME_EXTRA, E_BAD, ERROR, "MQTT-3.1.2-18", "MQTT-3.1.2-16",                       \
	  "a user name that is not announced")                                                  \
	X(USERNAME_ABSENT, E_BAD, ERROR, "MQTT-3.1.2-19", "MQTT-3.1.2-17",                      \
	  "a user name is announced and missing")                                               \
	X(PASSWORD_EXTRA, E_BAD, ERROR, "MQTT-3.1.2-20", "MQTT-3.1.2-18",                       \
	  "a password that is not announced")                                                   \
	X(PASSWORD_ABSENT, E_BAD, ERROR, "MQTT-3.1.2-21", "MQTT-3.1.2-19",                      \
	  "a password is announced and missing")                                                \
	X(PASSWORD, E_BAD, ERROR, "MQTT-3.1.2-22", NULL, "a password without a user name")      \
	X(PAYLOAD_ORDER, E_BAD, ERROR, "MQTT-3.1.3-1", "MQTT-3.1.3-1",                          \
	  "the payload of a CONNECT is not the fields that it announces, in their order")       \
	X(CLIENT_ID_ABSENT, E_BAD, ERROR, "MQTT-3.1.3-3", "MQTT-3.1.3-3",                       \
	  "there is no client identifier")                                                      \
	X(CLIENT_ID_UTF8, E_BAD, ERROR, "MQTT-3.1.3-4", "MQTT-3.1.3-4",                         \
	  "the client identifier is not UTF-8 as strings have to be")                           \
	X(CLIENT_ID, E_RULE, ERROR, "MQTT-3.1.3-7", NULL,                                       \
	  "an empty client identifier without Clean Session")                                   \
	X(CLIENT_ID_V31, E_RULE, ERROR, "MQTT 3.1 3.1", NULL, "an empty client identifier")     \
	X(NAME_WILDCARD, E_RULE, ERROR, "MQTT-4.7.1-1", "MQTT-4.7.0-1",                         \
	  "a wildcard in a topic name")                                                         \
	X(WILL_TOPIC_UTF8, E_BAD, ERROR, "MQTT-3.1.3-10", "MQTT-3.1.3-11",                      \
	  "the Will Topic is not UTF-8 as strings have to be")                                  \
	X(USERNAME_UTF8, E_BAD, ERROR, "MQTT-3.1.3-11", "MQTT-3.1.3-12",                        \
	  "the user name is not UTF-8 as strings have to be")                                   \
	/* CONNACK and the acknowledgements */                                                  \
	X(CONNACK_FLAGS, E_BAD, ERROR, "MQTT 3.1.1 3.2.2.1", "MQTT-3.2.2-1",                    \
	  "a reserved bit of the acknowledge flags is set")                                     \
	X(SESSION_PRESENT, E_RULE, ERROR, "MQTT-3.2.2-4", "MQTT-3.2.2-6",                       \
	  "Session Present in a refusal")                                                       \
	X(REASON_CONNACK, E_RULE, ERROR, "MQTT-3.2.2-6", "MQTT-3.2.2-8", "no code of a CONNACK") \
	X(REASON_PUBACK, E_RULE, ERROR, NULL, "MQTT-3.4.2-1", "no code of a PUBACK")            \
	X(REASON_PUBREC, E_RULE, ERROR, NULL, "MQTT-3.5.2-1", "no code of a PUBREC")            \
	X(REASON_PUBREL, E_RULE, ERROR, NULL, "MQTT-3.6.2-1", "no code of a PUBREL")            \
	X(REASON_PUBCOMP, E_RULE, ERROR, NULL, "MQTT-3.7.2-1", "no code of a PUBCOMP")          \
	X(REASON_SUBACK, E_RULE, ERROR, "MQTT-3.9.3-2", "MQTT-3.9.3-2", "no code of a SUBACK")  \
	X(REASON_UNSUBACK, E_RULE, ERROR, NULL, "MQTT-3.11.3-2", "no code of an UNSUBACK")      \
	X(REASON_DISCONNECT, E_RULE, ERROR, NULL, "MQTT-3.14.2-1",                              \
	  "no code of a DISCONNECT")                                                            \
	X(REASON_AUTH, E_RULE, ERROR, NULL, "MQTT-3.15.2-1", "no code of an AUTH")              \
	X(SUBACK_EMPTY, E_RULE, ERROR, "MQTT-3.8.4-5", "MQTT-3.8.4-6", "a SUBACK without a code") \
	X(UNSUBACK_EMPTY, E_RULE, ERROR, NULL, "MQTT 5.0 3.11.3",                               \
	  "an UNSUBACK without a code")                                                         \
	/* PUBLISH */                                                                           \
	X(TOPIC_EMPTY, E_RULE, ERROR, "MQTT-4.7.3-1", "MQTT-4.7.3-1", "the topic is empty")     \
	X(TOPIC_ABSENT, E_BAD, ERROR, "MQTT-3.3.2-1", "MQTT-3.3.2-1",                           \
	  "a PUBLISH without a topic name")                                                     \
	X(TOPIC_UTF8, E_BAD, ERROR, "MQTT-3.3.2-1", "MQTT-3.3.2-1",                             \
	  "the topic name is not UTF-8 as strings have to be")                                  \
	X(TOPIC_NUL, E_BAD, ERROR, "MQTT-4.7.3-2", "MQTT-4.7.3-2",                              \
	  "a topic name or topic filter holds U+0000")                                          \
	X(TOPIC_NO_ALIAS, E_RULE, ERROR, NULL, "MQTT 5.0 3.3.2.1",                              \
	  "neither a topic nor a Topic Alias")                                                  \
	X(TOPIC_WILDCARD, E_RULE, ERROR, "MQTT-3.3.2-2", "MQTT-3.3.2-2",                        \
	  "a wildcard in a PUBLISH's topic name")                                               \
	X(PAYLOAD_FORMAT, E_RULE, WARNING, NULL, "MQTT 5.0 3.3.2.3.2",                          \
	  "the payload is said to be UTF-8 and is not")                                         \
	/* SUBSCRIBE and UNSUBSCRIBE */                                                         \
	X(SUBSCRIBE_EMPTY, E_RULE, ERROR, "MQTT-3.8.3-3", "MQTT-3.8.3-2",                       \
	  "a SUBSCRIBE without a topic filter")                                                 \
	X(UNSUBSCRIBE_EMPTY, E_RULE, ERROR, "MQTT-3.10.3-2", "MQTT-3.10.3-2",                   \
	  "an UNSUBSCRIBE without a topic filter")                                              \
	X(SUB_OPTIONS, E_BAD, ERROR, "MQTT-3-8.3-4", "MQTT-3.8.3-5",                            \
	  "a reserved bit of the subscription options is set")                                  \
	X(SUB_QOS_V3, E_BAD, ERROR, "MQTT-3-8.3-4", NULL, "the requested QoS is 3")             \
	X(SUB_QOS_V5, E_RULE, ERROR, NULL, "MQTT 5.0 3.8.3.1", "the Maximum QoS is 3")          \
	X(RETAIN_HANDLING, E_RULE, ERROR, NULL, "MQTT 5.0 3.8.3.1",                             \
	  "the Retain Handling is 3")                                                           \
	X(SHARED_NO_LOCAL, E_RULE, ERROR, NULL, "MQTT-3.8.3-4",                                 \
	  "No Local on a Shared Subscription")                                                  \
	X(FILTER_UTF8, E_BAD, ERROR, "MQTT-3.8.3-1", "MQTT-3.8.3-1",                            \
	  "a topic filter of a SUBSCRIBE is not UTF-8 as strings have to be")                   \
	X(UNFILTER_UTF8, E_BAD, ERROR, "MQTT-3.10.3-1", "MQTT-3.10.3-1",                        \
	  "a topic filter of an UNSUBSCRIBE is not UTF-8 as strings have to be")                \
	X(FILTER_EMPTY, E_RULE, ERROR, "MQTT-4.7.3-1", "MQTT-4.7.3-1",                          \
	  "a topic filter is empty")                                                            \
	X(FILTER_HASH, E_RULE, ERROR, "MQTT-4.7.1-2", "MQTT-4.7.1-1",                           \
	  "# is not the last level of a topic filter")                                          \
	X(FILTER_PLUS, E_RULE, ERROR, "MQTT-4.7.1-3", "MQTT-4.7.1-2",                           \
	  "+ is not a whole level of a topic filter")                                           \
	X(SHARE_NAME, E_RULE, ERROR, NULL, "MQTT-4.8.2-1", "the ShareName is empty")            \
	X(SHARE_FILTER, E_RULE, ERROR, NULL, "MQTT-4.8.2-2",                                    \
	  "the ShareName holds a wildcard, or no topic filter follows it")

enum iotx_mqtt_rule {
	IOTX_MQTT_RULE_NONE,
#define X(id, verdict, severity, v311, v5, text) IOTX_MQTT_RULE_##id,
	IOTX_MQTT_RULES(X)
#undef X
	IOTX_MQTT_RULE_COUNT
};

/* MQTT 3.1 numbers no statements: for it those of 3.1.1 stand. */
struct iotx_mqtt_rule_def {
	enum iotx_err verdict;
	struct iotx_rule v311; /* without an id where the rule does not exist */
	struct iotx_rule v5;
};

const struct iotx_mqtt_rule_def *iotx_mqtt_rule_def(enum iotx_mqtt_rule rule);

#endif
