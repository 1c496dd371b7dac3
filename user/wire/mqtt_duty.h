/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rules of MQTT that take more than one message to see broken: what a side owes the
 * other in a connection. Those of one message are in mqtt_rule.h. What breaks one breaks
 * it in the words of the version that the connection speaks.
 */
#ifndef IOTXDP_WIRE_MQTT_DUTY_H
#define IOTXDP_WIRE_MQTT_DUTY_H

#include "rule.h"
#include <iotxdp/port.h>
#include <stddef.h>

/*        constant, severity, MQTT 3.1.1 (NULL: no such rule), MQTT 5.0, sentence */
#define IOTX_MQTT_DUTIES_OPENING(X)                                                             \
	X(FIRST, ERROR, "MQTT-3.1.0-1", "MQTT-3.1.0-1",                                         \
	  "the first message of the connection is no CONNECT")                                  \
	X(ONE_CONNECT, ERROR, "MQTT-3.1.0-2", "MQTT-3.1.0-2",                                   \
	  "a second CONNECT in one connection")                                                 \
	X(CONNACK_FIRST, ERROR, "MQTT-3.2.0-1", "MQTT-3.2.0-1",                                 \
	  "the server sends something else before its CONNACK")                                 \
	X(ONE_CONNACK, ERROR, "MQTT 3.1.1 3.2", "MQTT-3.2.0-2",                                 \
	  "a second CONNACK in one connection")                                                 \
	X(CONNACK_MISSING, WARNING, "MQTT-3.1.4-4", "MQTT-3.1.4-5",                             \
	  "the CONNECT is not answered")                                                        \
	X(DISCONNECT_FIRST, ERROR, NULL, "MQTT-3.14.0-1",                                       \
	  "the server sends a DISCONNECT before a CONNACK that accepts")                        \
	X(CLEAN_PRESENT, ERROR, "MQTT-3.2.2-1", "MQTT-3.2.2-2",                                 \
	  "Session Present in the answer to a clean start")                                     \
	X(MALFORMED_ACCEPTED, WARNING, "MQTT-3.1.4-1", "MQTT-3.1.4-1",                          \
	  "a CONNECT that breaks the format is accepted")                                       \
	X(CLIENT_ID_ACCEPTED, WARNING, "MQTT-3.1.3-8", NULL,                                    \
	  "an empty client identifier without Clean Session is accepted")                       \
	X(ASSIGNED_MISSING, ERROR, NULL, "MQTT-3.1.3-7",                                        \
	  "an empty client identifier, and none is assigned")                                   \
	X(ASSIGNED_ABSENT, ERROR, NULL, "MQTT-3.2.2-16",                                        \
	  "the CONNACK assigns no new client identifier to a client without one")               \
	X(RESPONSE_UNASKED, ERROR, NULL, "MQTT-3.1.2-28",                                       \
	  "Response Information that was not requested")                                        \
	X(PROBLEM_UNASKED, ERROR, NULL, "MQTT-3.1.2-29",                                        \
	  "a Reason String or User Property that the client has asked not to get")              \
	X(WILL_QOS_TAKEN, ERROR, NULL, "MQTT-3.2.2-12",                                         \
	  "a will is accepted whose QoS is above the server's maximum")                         \
	X(WILL_RETAIN_TAKEN, ERROR, NULL, "MQTT-3.2.2-13",                                      \
	  "a will to be retained is accepted by a server that retains nothing")                 \
	X(REFUSED_OPEN, WARNING, "MQTT-3.2.2-5", "MQTT-3.2.2-7",                                \
	  "the server does not close the connection that it has refused")                       \
	X(REFUSED_VERSION, WARNING, "MQTT-3.1.2-2", "MQTT-3.1.2-2",                             \
	  "the connection goes on though its protocol version was refused")                     \
	X(REFUSED_CLIENT_ID, WARNING, "MQTT-3.1.3-9", "MQTT-3.1.3-8",                           \
	  "the connection goes on though its client identifier was refused")                    \
	X(REFUSED_CHECKS, WARNING, NULL, "MQTT-3.1.4-2",                                        \
	  "the connection goes on though the CONNECT has failed a check")                       \
	X(REFUSED_METHOD, WARNING, NULL, "MQTT-4.12.0-1",                                       \
	  "the connection goes on though its Authentication Method was refused")                \
	X(REFUSED_AUTH, WARNING, NULL, "MQTT-4.12.0-4",                                         \
	  "the connection goes on though its authentication has failed")                        \
	X(REFUSED_SERVED, ERROR, "MQTT-3.1.4-5", "MQTT-3.1.4-6",                                \
	  "the server answers a client that it has refused")

#define IOTX_MQTT_DUTIES_AUTH(X)                                                                \
	X(AUTH_ONLY, ERROR, NULL, "MQTT-3.1.2-30",                                              \
	  "the client sends something else than AUTH while it is authenticated")                \
	X(AUTH_CONTINUE_SERVER, ERROR, NULL, "MQTT-4.12.0-2",                                   \
	  "a server's AUTH before the CONNACK does not say to continue")                        \
	X(AUTH_CONTINUE_CLIENT, ERROR, NULL, "MQTT-4.12.0-3",                                   \
	  "a client's AUTH before the CONNACK does not say to continue")                        \
	X(AUTH_METHOD, ERROR, NULL, "MQTT-4.12.0-5",                                            \
	  "the Authentication Method is not that of the CONNECT")                               \
	X(AUTH_UNASKED_SERVER, ERROR, NULL, "MQTT-4.12.0-6",                                    \
	  "a server authenticates that was not given an Authentication Method")                 \
	X(AUTH_UNASKED_CLIENT, ERROR, NULL, "MQTT-4.12.0-7",                                    \
	  "an AUTH by a client that has not given an Authentication Method")                    \
	X(REAUTH, ERROR, NULL, "MQTT-4.12.1-1",                                                 \
	  "a re-authentication that does not begin as one, or with another method")             \
	X(REAUTH_FAILED, WARNING, NULL, "MQTT-4.12.1-2",                                        \
	  "the connection goes on though its re-authentication has failed")

/* What one side takes, and the other one sends all the same. */
#define IOTX_MQTT_DUTIES_LIMIT(X)                                                               \
	X(SIZE_SERVER, ERROR, NULL, "MQTT-3.1.2-24",                                            \
	  "longer than the client's Maximum Packet Size")                                       \
	X(SIZE_CLIENT, ERROR, NULL, "MQTT-3.2.2-15",                                            \
	  "longer than the server's Maximum Packet Size")                                       \
	IOTX_MQTT_DUTIES_EXTRAS(X)                                                              \
	X(ALIAS_MAX_SERVER, ERROR, NULL, "MQTT-3.1.2-26",                                       \
	  "a Topic Alias above the client's Topic Alias Maximum")                               \
	X(ALIAS_SERVER, ERROR, NULL, "MQTT-3.3.2-11",                                           \
	  "a server's PUBLISH with a Topic Alias above the maximum of the CONNECT")             \
	X(ALIAS_NONE_SERVER, ERROR, NULL, "MQTT-3.1.2-27",                                      \
	  "a Topic Alias for a client that takes none")                                         \
	X(ALIAS_MAX_CLIENT, ERROR, NULL, "MQTT-3.2.2-17",                                       \
	  "a Topic Alias above the server's Topic Alias Maximum")                               \
	X(ALIAS_CLIENT, ERROR, NULL, "MQTT-3.3.2-9",                                            \
	  "a client's PUBLISH with a Topic Alias above the maximum of the CONNACK")             \
	X(ALIAS_NONE_CLIENT, ERROR, NULL, "MQTT-3.2.2-18",                                      \
	  "a Topic Alias for a server that takes none")                                         \
	X(ALIAS_UNBOUND, ERROR, NULL, "MQTT-3.3.2-7",                                           \
	  "a Topic Alias that stands for no topic in this connection")                          \
	X(QOS_MAX, ERROR, NULL, "MQTT-3.2.2-11", "a QoS above the server's Maximum QoS")        \
	X(RETAIN, ERROR, NULL, "MQTT-3.2.2-14", "RETAIN is set for a server that retains nothing") \
	X(WILDCARD, ERROR, NULL, "MQTT 5.0 3.2.2.3.11",                                         \
	  "a wildcard for a server that has none available")                                    \
	X(SUBSCRIPTION_ID, ERROR, NULL, "MQTT 5.0 3.2.2.3.12",                                  \
	  "a Subscription Identifier for a server that has none available")                     \
	X(SHARED, ERROR, NULL, "MQTT 5.0 3.2.2.3.13",                                           \
	  "a Shared Subscription for a server that has none available")                         \
	X(EXPIRY_REVIVED, ERROR, NULL, "MQTT 5.0 3.14.2.2.2",                                   \
	  "a session that was to end with its connection is to go on")                          \
	X(RECEIVE_MAX_CLIENT, ERROR, NULL, "MQTT-3.3.4-7",                                      \
	  "more messages unanswered than the server's Receive Maximum")                         \
	X(RECEIVE_MAX_SERVER, ERROR, NULL, "MQTT-3.3.4-9",                                      \
	  "more messages unanswered than the client's Receive Maximum")                         \
	X(QUOTA_INITIAL, ERROR, NULL, "MQTT-4.9.0-1",                                           \
	  "more messages than the peer's Receive Maximum before its first answer")              \
	X(QUOTA_USED, ERROR, NULL, "MQTT-4.9.0-2",                                              \
	  "a message at QoS 1 or 2 though the send quota is used up")

/* What a packet holds that is longer than the receiver takes, and could have left out. */
#define IOTX_MQTT_DUTIES_EXTRAS(X)                                                              \
	IOTX_MQTT_EXTRA(X, CONNACK, "MQTT-3.2.2-19", "MQTT-3.2.2-20")                           \
	IOTX_MQTT_EXTRA(X, PUBACK, "MQTT-3.4.2-2", "MQTT-3.4.2-3")                              \
	IOTX_MQTT_EXTRA(X, PUBREC, "MQTT-3.5.2-2", "MQTT-3.5.2-3")                              \
	IOTX_MQTT_EXTRA(X, PUBREL, "MQTT-3.6.2-2", "MQTT-3.6.2-3")                              \
	IOTX_MQTT_EXTRA(X, PUBCOMP, "MQTT-3.7.2-2", "MQTT-3.7.2-3")                             \
	IOTX_MQTT_EXTRA(X, SUBACK, "MQTT-3.9.2-1", "MQTT-3.9.2-2")                              \
	IOTX_MQTT_EXTRA(X, UNSUBACK, "MQTT-3.11.2-1", "MQTT-3.11.2-2")                          \
	IOTX_MQTT_EXTRA(X, DISCONNECT, "MQTT-3.14.2-3", "MQTT-3.14.2-4")                        \
	IOTX_MQTT_EXTRA(X, AUTH, "MQTT-3.15.2-2", "MQTT-3.15.2-3")
#define IOTX_MQTT_EXTRA(X, type, reason, user)                                                  \
	X(REASON_##type, ERROR, NULL, reason,                                                   \
	  "a Reason String makes the packet longer than the receiver takes")                    \
	X(USER_##type, ERROR, NULL, user,                                                       \
	  "a User Property makes the packet longer than the receiver takes")

/* Packet identifiers and the handshakes that they name. */
#define IOTX_MQTT_DUTIES_FLIGHT(X)                                                              \
	X(ID_USED_CLIENT, ERROR, "MQTT-2.3.1-2", "MQTT-2.2.1-3",                                \
	  "a client's Packet Identifier that is still in use")                                  \
	X(ID_USED_SERVER, ERROR, "MQTT-2.3.1-4", "MQTT-2.2.1-4",                                \
	  "a server's Packet Identifier that is still in use")                                  \
	X(ID_USED_QOS1, ERROR, "MQTT-4.3.2-1", "MQTT-4.3.2-1",                                  \
	  "a new message at QoS 1 whose Packet Identifier is still in use")                     \
	X(ID_USED_QOS2, ERROR, "MQTT-4.3.3-1", "MQTT-4.3.3-1",                                  \
	  "a new message at QoS 2 whose Packet Identifier is still in use")                     \
	X(NEW_DUP_QOS1, WARNING, "MQTT 3.1.1 4.3.2", "MQTT-4.3.2-2",                            \
	  "DUP is set in the first PUBLISH of a message at QoS 1")                              \
	X(NEW_DUP_QOS2, WARNING, "MQTT 3.1.1 4.3.3", "MQTT-4.3.3-2",                            \
	  "DUP is set in the first PUBLISH of a message at QoS 2")                              \
	X(AGAIN_NO_DUP, WARNING, "MQTT-3.3.1-1", "MQTT-3.3.1-1",                                \
	  "a message is sent again without DUP")                                                \
	X(AGAIN_SAME, WARNING, NULL, "MQTT-4.4.0-1",                                            \
	  "a message is sent again in the connection in which it was sent")                     \
	X(AGAIN_RELEASED, ERROR, "MQTT 3.1.1 4.3.3", "MQTT-4.3.3-6",                            \
	  "a message is sent again after its PUBREL")                                           \
	X(AGAIN_REFUSED, WARNING, NULL, "MQTT-4.4.0-2",                                         \
	  "a message is sent again that the receiver has refused")                              \
	X(AGAIN_OTHER_ID, WARNING, "MQTT-4.4.0-1", "MQTT-4.4.0-1",                              \
	  "a message of the resumed session is sent again with another Packet Identifier")      \
	X(AGAIN_MISSING, WARNING, "MQTT-4.4.0-1", "MQTT-4.4.0-1",                               \
	  "a message of the resumed session is not sent again")                                 \
	X(ACK_UNKNOWN, ERROR, "MQTT-2.3.1-6", "MQTT-2.2.1-5",                                   \
	  "an answer whose Packet Identifier no PUBLISH has")                                   \
	X(ACK_KIND, ERROR, "MQTT-3.3.4-1", "MQTT-3.3.4-1",                                      \
	  "the answer is not the one of the PUBLISH's QoS")                                     \
	X(SUBACK_ID, ERROR, "MQTT-2.3.1-7", "MQTT-2.2.1-6",                                     \
	  "a SUBACK or UNSUBACK whose Packet Identifier no request has")                        \
	X(SUBACK_SAME, ERROR, "MQTT-3.8.4-2", "MQTT-3.8.4-2",                                   \
	  "the Packet Identifier of a SUBACK is that of no SUBSCRIBE")                          \
	X(UNSUBACK_SAME, ERROR, "MQTT 3.1.1 3.10.4", "MQTT-3.10.4-5",                           \
	  "the Packet Identifier of an UNSUBACK is that of no UNSUBSCRIBE")                     \
	X(SUBACK_TWICE, WARNING, "MQTT-3.8.4-4", "MQTT-3.8.4-5",                                \
	  "a second SUBACK for one SUBSCRIBE")                                                  \
	X(UNSUBACK_TWICE, WARNING, "MQTT-3.10.4-6", "MQTT-3.10.4-6",                            \
	  "a second UNSUBACK for one UNSUBSCRIBE")                                              \
	X(SUBACK_COUNT, ERROR, "MQTT-3.8.4-5", "MQTT-3.8.4-6",                                  \
	  "a SUBACK has not as many codes as the SUBSCRIBE has filters")                        \
	X(UNSUBACK_COUNT, ERROR, NULL, "MQTT 5.0 3.11.3",                                       \
	  "an UNSUBACK has not as many codes as the UNSUBSCRIBE has filters")                   \
	X(GRANTED, WARNING, "MQTT-3.8.4-6", "MQTT-3.8.4-7",                                     \
	  "a QoS is granted above the one that was asked for")                                  \
	X(ORDER_AGAIN, WARNING, "MQTT-4.6.0-1", "MQTT-4.6.0-1",                                 \
	  "a client sends messages again in another order")                                     \
	X(ORDER_PUBACK, WARNING, "MQTT-4.6.0-2", "MQTT-4.6.0-2",                                \
	  "a client's PUBACK out of the order of the messages")                                 \
	X(ORDER_PUBREC, WARNING, "MQTT-4.6.0-3", "MQTT-4.6.0-3",                                \
	  "a client's PUBREC out of the order of the messages")                                 \
	X(ORDER_PUBREL, WARNING, "MQTT-4.6.0-4", "MQTT-4.6.0-4",                                \
	  "a client's PUBREL out of the order of the PUBRECs")                                  \
	X(NO_PUBACK, WARNING, "MQTT-4.3.2-2", "MQTT-4.3.2-4",                                   \
	  "a PUBLISH at QoS 1 is not answered")                                                 \
	X(NO_PUBREC, WARNING, "MQTT-4.3.3-2", "MQTT-4.3.3-8",                                   \
	  "a PUBLISH at QoS 2 is not answered")                                                 \
	X(NO_PUBREC_AGAIN, WARNING, "MQTT 3.1.1 4.3.3", "MQTT-4.3.3-10",                        \
	  "a PUBLISH at QoS 2 that was sent again is not answered again")                       \
	X(NO_PUBREL, WARNING, "MQTT-4.3.3-1", "MQTT-4.3.3-4", "a PUBREC is not answered")       \
	X(NO_PUBCOMP, WARNING, "MQTT 3.1.1 4.3.3", "MQTT-4.3.3-11", "a PUBREL is not answered") \
	X(NO_CLIENT_ACK, WARNING, "MQTT-4.5.0-2", "MQTT-4.5.0-2",                               \
	  "a client does not acknowledge a message")                                            \
	X(NO_SUBACK, WARNING, "MQTT-3.8.4-1", "MQTT-3.8.4-1", "a SUBSCRIBE is not answered")    \
	X(NO_UNSUBACK, WARNING, "MQTT-3.10.4-4", "MQTT-3.10.4-4",                               \
	  "an UNSUBSCRIBE is not answered")                                                     \
	X(NO_PINGRESP, WARNING, "MQTT-3.12.4-1", "MQTT-3.12.4-1", "a PINGREQ is not answered")

/* What a server sends to a subscriber. */
#define IOTX_MQTT_DUTIES_DELIVERY(X)                                                            \
	X(UNMATCHED, WARNING, "MQTT-3.3.2-3", "MQTT-3.3.2-3",                                   \
	  "a topic that matches no subscription of the client")                                 \
	X(DOLLAR, WARNING, "MQTT-4.7.2-1", "MQTT-4.7.2-1",                                      \
	  "a topic that begins with $, matched by a wildcard in the first level")               \
	X(ABOVE_GRANT, WARNING, "MQTT-3.8.4-6", "MQTT-3.8.4-8",                                 \
	  "a QoS above the one granted to the subscription")                                    \
	X(ABOVE_GRANT_SHARED, WARNING, NULL, "MQTT-4.8.2-3",                                    \
	  "a QoS above the one granted to the Shared Subscription")                             \
	X(SUB_ID_MISSING, WARNING, NULL, "MQTT-3.3.4-3",                                        \
	  "no Subscription Identifier, though every matching subscription has one")             \
	X(SUB_ID_PART, WARNING, NULL, "MQTT-3.3.4-4",                                           \
	  "a single copy lacks Subscription Identifiers of matching subscriptions")             \
	X(SUB_ID_OTHER, WARNING, NULL, "MQTT-3.3.4-5",                                          \
	  "a Subscription Identifier of no matching subscription")

/* What a server makes of a message on its way from one client to others. */
#define IOTX_MQTT_DUTIES_FORWARD(X)                                                             \
	X(RETAIN_KEPT, WARNING, NULL, "MQTT-3.3.1-12",                                          \
	  "RETAIN is set for a subscription that does not ask for it as published")             \
	X(RETAIN_ALTERED, WARNING, NULL, "MQTT-3.3.1-13",                                       \
	  "RETAIN is not as it was published, as the subscription asks")                        \
	X(FORMAT_ALTERED, WARNING, NULL, "MQTT-3.3.2-4",                                        \
	  "the Payload Format Indicator is not as it was published")                            \
	X(EXPIRY_ALTERED, WARNING, NULL, "MQTT-3.3.2-6",                                        \
	  "the Message Expiry Interval is missing, or longer than it was published")            \
	X(RESPONSE_ALTERED, WARNING, NULL, "MQTT-3.3.2-15",                                     \
	  "the Response Topic is not as it was published")                                      \
	X(CORRELATION_ALTERED, WARNING, NULL, "MQTT-3.3.2-16",                                  \
	  "the Correlation Data are not as they were published")                                \
	X(USER_ALTERED, WARNING, NULL, "MQTT-3.3.2-17",                                         \
	  "the User Properties are not as they were published")                                 \
	X(USER_ORDER, WARNING, NULL, "MQTT-3.3.2-18",                                           \
	  "the User Properties are in another order than they were published")                  \
	X(TYPE_ALTERED, WARNING, NULL, "MQTT-3.3.2-20",                                         \
	  "the Content Type is not as it was published")                                        \
	X(NOT_LOCAL, WARNING, NULL, "MQTT-3.8.3-3",                                             \
	  "a client's own message comes for a subscription with No Local")                      \
	X(SHARED_LEFT, WARNING, NULL, "MQTT-4.8.2-4",                                           \
	  "a message at QoS 2 of a Shared Subscription is not completed when its client is back") \
	X(SHARED_ENDED, WARNING, NULL, "MQTT-4.8.2-5",                                          \
	  "a message at QoS 2 whose receiver's session has ended goes to another one that shares") \
	X(SHARED_REFUSED, WARNING, NULL, "MQTT-4.8.2-6",                                        \
	  "a message that one client has refused goes to another one that shares")              \
	X(ORDER_TOPIC, WARNING, NULL, "MQTT-4.6.0-5",                                           \
	  "messages of one client to one topic in another order than they came")                \
	X(ORDER_SUBSCRIBER, WARNING, NULL, "MQTT-4.6.0-6",                                      \
	  "the order is another one for a subscription that is not shared")

#define IOTX_MQTT_DUTIES_END(X)                                                                 \
	X(AFTER_END, ERROR, "MQTT-3.14.4-2", "MQTT-3.14.4-1",                                   \
	  "a message behind the sender's DISCONNECT")                                           \
	X(NOT_CLOSED, WARNING, "MQTT-3.14.4-1", "MQTT-3.14.4-2",                                \
	  "the sender of a DISCONNECT does not close the connection")                           \
	X(ERROR_NOT_CLOSED, WARNING, NULL, "MQTT-4.13.2-1",                                     \
	  "the connection goes on behind a reason code that ends it")                           \
	X(FAULT_SERVED, WARNING, "MQTT-4.8.0-1", "MQTT-4.13.1-1",                               \
	  "the server goes on behind a message that breaks the format")                         \
	X(TAKEN_OVER, WARNING, "MQTT-3.1.4-2", "MQTT-3.1.4-3",                                  \
	  "a connection goes on whose client identifier has connected anew")                    \
	X(SILENT, WARNING, "MQTT-3.1.2-23", "MQTT-3.1.2-20",                                    \
	  "the client is silent for longer than its Keep Alive")                                \
	X(SILENT_SERVER_VALUE, WARNING, NULL, "MQTT-3.1.2-21",                                  \
	  "the client is silent for longer than the Server Keep Alive")                         \
	X(SERVER_VALUE_UNUSED, WARNING, NULL, "MQTT-3.2.2-21",                                  \
	  "the client keeps to its own Keep Alive, not to the server's")                        \
	X(SILENCE_BORNE, WARNING, "MQTT-3.1.2-24", "MQTT-3.1.2-22",                             \
	  "the server keeps a client that was silent for one and a half times the Keep Alive")  \
	X(CLIENT_VALUE_UNUSED, WARNING, NULL, "MQTT-3.2.2-22",                                  \
	  "the server does not keep to the client's Keep Alive")

#define IOTX_MQTT_DUTIES(X)                                                                     \
	IOTX_MQTT_DUTIES_OPENING(X)                                                             \
	IOTX_MQTT_DUTIES_AUTH(X)                                                                \
	IOTX_MQTT_DUTIES_LIMIT(X)                                                               \
	IOTX_MQTT_DUTIES_FLIGHT(X)                                                              \
	IOTX_MQTT_DUTIES_DELIVERY(X)                                                            \
	IOTX_MQTT_DUTIES_FORWARD(X)                                                             \
	IOTX_MQTT_DUTIES_END(X)

enum iotx_mqtt_duty {
#define X(id, severity, v311, v5, text) IOTX_MQTT_DUTY_##id,
	IOTX_MQTT_DUTIES(X)
#undef X
	IOTX_MQTT_DUTY_COUNT
};

/* False: this version has no such rule. */
bool iotx_mqtt_duty_rule(enum iotx_mqtt_duty duty, u8 version, struct iotx_rule *rule);

#endif
