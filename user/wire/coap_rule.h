/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rules of CoAP that an observer can see broken, and the judge of those that one
 * message, well formed, can break alone. It is asked part by part, in the order of the
 * bytes. What takes more than one message to see is judged in core/coap_judge.c.
 */
#ifndef IOTXDP_WIRE_COAP_RULE_H
#define IOTXDP_WIRE_COAP_RULE_H

#include "coap_option.h"
#include <iotxdp/coap_hdr.h>

/*        id, verdict of a message that breaks it, severity, section, sentence */
#define IOTX_COAP_RULES(X)                                                                      \
	/* the format */                                                                        \
	X(VERSION, OK, NOTE, "RFC 7252 3", "a message of another version, to be ignored")       \
	X(HEADER_CUT, E_BAD, ERROR, "RFC 7252 3", "the message ends in its header")             \
	X(TOKEN_LENGTH, E_BAD, ERROR, "RFC 7252 3", "the token length is 9 or more")            \
	X(TOKEN_CUT, E_BAD, ERROR, "RFC 7252 3", "the message ends in its token")               \
	X(NO_PAYLOAD, E_BAD, ERROR, "RFC 7252 3", "nothing follows the payload marker")         \
	X(EMPTY, E_BAD, ERROR, "RFC 7252 4.1", "an Empty message is more than its header")      \
	X(NIBBLE, E_BAD, ERROR, "RFC 7252 3.1", "an option uses the reserved nibble 15")        \
	X(OPTION_CUT, E_BAD, ERROR, "RFC 7252 3.1", "the message ends in an option's header")   \
	X(OPTION_NUMBER, E_BAD, ERROR, "RFC 7252 3.1",                                          \
	  "an option number is greater than 65535")                                             \
	X(VALUE_CUT, E_BAD, ERROR, "RFC 7252 3.1",                                              \
	  "an option's value reaches past the message's end")                                   \
	X(TCP_HEADER, E_BAD, ERROR, "RFC 8323 3.2",                                             \
	  "no CoAP header where a message has to start")                                        \
	/* one message */                                                                       \
	X(CLASS, E_RULE, ERROR, "RFC 7252 12.1", "the code is of a reserved class")             \
	X(RESET, E_RULE, ERROR, "RFC 7252 4.2", "a Reset is not Empty")                         \
	X(ACK_REQUEST, E_RULE, ERROR, "RFC 7252 4.2", "an Acknowledgement carries a request")   \
	X(NON_EMPTY, E_RULE, ERROR, "RFC 7252 4.3", "a Non-confirmable message is Empty")       \
	X(CRITICAL, OK, NOTE, "RFC 7252 5.4.1",                                                 \
	  "a critical option is not registered, a receiver may reject the message")             \
	X(SIZE, OK, NOTE, "RFC 7252 4.6",                                                       \
	  "the message is longer than 1152 bytes, or its payload than 1024")                    \
	X(OPTION_LENGTH, E_RULE, WARNING, "RFC 7252 5.4.3",                                     \
	  "an option's length is out of range")                                                 \
	X(OPTION_REPEATED, E_RULE, WARNING, "RFC 7252 5.4.5",                                   \
	  "an option is repeated that may not be")                                              \
	X(ETAG_REPEATED, E_RULE, WARNING, "RFC 7252 5.10.6.1",                                  \
	  "a response has more than one ETag")                                                  \
	X(OPTION_UTF8, E_RULE, WARNING, "RFC 7252 3.2", "a string option is not UTF-8")         \
	X(URI_DOTS, E_RULE, WARNING, "RFC 7252 5.10.1", "a path segment is \".\" or \"..\"")    \
	X(LOCATION_DOTS, E_RULE, WARNING, "RFC 7252 5.10.7",                                    \
	  "a path segment is \".\" or \"..\"")                                                  \
	X(PROXY_URI, E_RULE, WARNING, "RFC 7252 5.10.2",                                        \
	  "Proxy-Uri stands beside a Uri option")                                               \
	X(HOP_LIMIT, E_RULE, WARNING, "RFC 8768 3", "the Hop-Limit is 0")                       \
	X(Q_BLOCK, E_RULE, WARNING, "RFC 9177 4.1", "Block and Q-Block options are mixed")      \
	X(SZX, E_RULE, ERROR, "RFC 7959 2.2", "a block has the reserved size exponent 7")       \
	X(BLOCK_SIZE, E_RULE, ERROR, "RFC 7959 2.3",                                            \
	  "a block that others follow is not of its size")                                      \
	X(OBSERVE, E_RULE, WARNING, "RFC 7641 2", "a request's Observe is neither 0 nor 1")     \
	X(SIGNAL_OPTION, E_RULE, WARNING, "RFC 8323 5.2",                                       \
	  "a signalling message has an unknown critical option, its receiver has to abort")     \
	/* a message and those before it */                                                     \
	X(MULTICAST, E_RULE, ERROR, "RFC 7252 8.1", "a Confirmable request to many receivers")  \
	X(MID_UNKNOWN, E_RULE, WARNING, "RFC 7252 4.2",                                         \
	  "an Acknowledgement or a Reset of a Message ID that nobody used")                     \
	X(MID_REUSED, E_RULE, WARNING, "RFC 7252 4.4",                                          \
	  "a Message ID is used for another message before its lifetime is over")               \
	X(ACK_TOKEN, E_RULE, WARNING, "RFC 7252 5.3.2",                                         \
	  "a piggybacked response has another token than its request")                          \
	X(TOKEN_UNKNOWN, E_RULE, WARNING, "RFC 7252 5.3.1",                                     \
	  "a response has a token that no request had")                                         \
	X(RETRANSMIT_TIME, OK, NOTE, "RFC 7252 4.2",                                            \
	  "a retransmission comes before 2 s, or before double the time of the last one")       \
	X(RETRANSMIT_COUNT, OK, NOTE, "RFC 7252 4.2",                                           \
	  "a message is retransmitted more than 4 times")                                       \
	X(NSTART, OK, NOTE, "RFC 7252 4.7", "a request while another one is outstanding")       \
	X(BLOCK1_NUM, E_RULE, ERROR, "RFC 7959 2.3",                                            \
	  "a response acknowledges another block than that of its request")                     \
	X(BLOCK1_SIZE, E_RULE, WARNING, "RFC 7959 2.3",                                         \
	  "a response wants larger blocks than that of its request")                            \
	X(BLOCK1_ORDER, OK, NOTE, "RFC 7959 2.5", "a block comes before those in front of it")  \
	X(BLOCK_ETAG, OK, NOTE, "RFC 7959 2.4", "the ETag changes within a transfer")           \
	X(CONTINUE, E_RULE, ERROR, "RFC 7959 2.9.1",                                            \
	  "Continue answers no block that others follow")                                       \
	X(OBSERVE_STALE, OK, NOTE, "RFC 7641 3.4",                                              \
	  "a notification is older than one before it")                                         \
	X(OBSERVE_ENDED, E_RULE, WARNING, "RFC 7641 4.2",                                       \
	  "a notification after the one that ended the observation")                            \
	X(OBSERVE_RESET, E_RULE, WARNING, "RFC 7641 4.5",                                       \
	  "a notification after a Reset has cancelled the observation")                         \
	X(MESSAGE_SIZE, E_RULE, ERROR, "RFC 8323 5.3.1",                                        \
	  "the message is longer than its receiver's Max-Message-Size")                         \
	X(CSM_FIRST, E_RULE, ERROR, "RFC 8323 5.3", "the first message of a side is no CSM")    \
	X(EMPTY_ANSWERED, E_RULE, WARNING, "RFC 8323 3.4", "an Empty message is answered")      \
	X(PONG_TOKEN, E_RULE, WARNING, "RFC 8323 5.4", "a Pong has the token of no Ping")       \
	X(AFTER_ABORT, E_RULE, WARNING, "RFC 8323 5.6", "a message after the sender's Abort")

enum iotx_coap_rule {
#define X(id, verdict, severity, section, text) IOTX_COAP_RULE_##id,
	IOTX_COAP_RULES(X)
#undef X
	IOTX_COAP_RULE_COUNT
};

const struct iotx_rule *iotx_coap_rule(enum iotx_coap_rule rule);

/* Records that the message breaks the rule, if `diag` is not NULL. Returns its verdict. */
enum iotx_err iotx_coap_breach(struct iotx_diag *diag, enum iotx_coap_rule rule, u32 off);

struct iotx_coap_rules {
	u8 code;
	bool stream;    /* over TCP, where the size exponent 7 has a meaning */
	u8 families;    /* of options met so far */
	u32 last;       /* number of the option before */
	u32 block_size; /* that the payload must have; 0: any */
	bool bert;      /* ... or a multiple of it (RFC 8323, section 6) */
	u32 block_off;  /* of the option that says so */
	struct iotx_diag *diag;
};

/* The header of a UDP message. */
void iotx_coap_rules_header(struct iotx_coap_rules *r, const struct iotx_coap_hdr *hdr);

void iotx_coap_rules_option(struct iotx_coap_rules *r, const struct iotx_coap_option *opt);

/* The lengths on the wire of the payload, and of the message. */
void iotx_coap_rules_payload(struct iotx_coap_rules *r, u32 payload_len, u32 len);

#endif
