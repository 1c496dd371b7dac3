/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CoAP options: what each number means, and the walk over the options of a message.
 * Neither knows what carries them: UDP, TCP and WebSocket share this file.
 */
#ifndef IOTXDP_WIRE_COAP_OPTION_H
#define IOTXDP_WIRE_COAP_OPTION_H

#include "wire.h"

/*
 * How a value is to be read (RFC 7252, section 3.2). The four formats of the standard,
 * and those whose values or repetitions mean something together.
 */
enum iotx_coap_format {
	IOTX_COAP_EMPTY,
	IOTX_COAP_OPAQUE,
	IOTX_COAP_UINT,
	IOTX_COAP_MEDIA, /* uint: a number of the Content-Formats registry */
	IOTX_COAP_BLOCK, /* uint: NUM, M and SZX (RFC 7959, section 2.2) */
	IOTX_COAP_STRING,
	IOTX_COAP_PATH,  /* string: a segment of a path */
	IOTX_COAP_QUERY, /* string: an argument of a query */
};

#define IOTX_COAP_ONCE false
#define IOTX_COAP_MANY true

/*
 * The IANA registry of option numbers, in its order: to add an option, add a line.
 * OCF registered no lengths; its two version options hold a 16-bit number. The lengths and
 * formats of the two options for eSIM are in documents of their own bodies: any length.
 *
 * id, number, name at IANA, name in outputs, format, shortest, longest, repeatable,
 * weight, defined in
 */
#define IOTX_COAP_OPTIONS(X)                                                                    \
	X(IF_MATCH, 1, "If-Match", "if_match", OPAQUE, 0, 8, MANY, DETAIL, "RFC 7252")          \
	X(URI_HOST, 3, "Uri-Host", "uri_host", STRING, 1, 255, ONCE, DETAIL, "RFC 7252")        \
	X(ETAG, 4, "ETag", "etag", OPAQUE, 1, 8, MANY, DETAIL, "RFC 7252")                      \
	X(IF_NONE_MATCH, 5, "If-None-Match", "if_none_match", EMPTY, 0, 0, ONCE, DETAIL,        \
	  "RFC 7252")                                                                           \
	X(OBSERVE, 6, "Observe", "observe", UINT, 0, 3, ONCE, SHOW, "RFC 7641")                 \
	X(URI_PORT, 7, "Uri-Port", "uri_port", UINT, 0, 2, ONCE, DETAIL, "RFC 7252")            \
	X(LOCATION_PATH, 8, "Location-Path", "location_path", PATH, 0, 255, MANY, SHOW,         \
	  "RFC 7252")                                                                           \
	X(OSCORE, 9, "OSCORE", "oscore", OPAQUE, 0, 255, ONCE, SHOW, "RFC 8613")                \
	X(URI_PATH, 11, "Uri-Path", "uri_path", PATH, 0, 255, MANY, SHOW, "RFC 7252")           \
	X(CONTENT_FORMAT, 12, "Content-Format", "content_format", MEDIA, 0, 2, ONCE, SHOW,      \
	  "RFC 7252")                                                                           \
	X(MAX_AGE, 14, "Max-Age", "max_age", UINT, 0, 4, ONCE, DETAIL, "RFC 7252")              \
	X(URI_QUERY, 15, "Uri-Query", "uri_query", QUERY, 0, 255, MANY, SHOW, "RFC 7252")       \
	X(HOP_LIMIT, 16, "Hop-Limit", "hop_limit", UINT, 1, 1, ONCE, DETAIL, "RFC 8768")        \
	X(ACCEPT, 17, "Accept", "accept", MEDIA, 0, 2, ONCE, DETAIL, "RFC 7252")                \
	X(Q_BLOCK1, 19, "Q-Block1", "q_block1", BLOCK, 0, 3, ONCE, SHOW, "RFC 9177")            \
	X(LOCATION_QUERY, 20, "Location-Query", "location_query", QUERY, 0, 255, MANY, SHOW,    \
	  "RFC 7252")                                                                           \
	X(EDHOC, 21, "EDHOC", "edhoc", EMPTY, 0, 0, ONCE, DETAIL, "RFC 9668")                   \
	X(BLOCK2, 23, "Block2", "block2", BLOCK, 0, 3, ONCE, SHOW, "RFC 7959")                  \
	X(BLOCK1, 27, "Block1", "block1", BLOCK, 0, 3, ONCE, SHOW, "RFC 7959")                  \
	X(SIZE2, 28, "Size2", "size2", UINT, 0, 4, ONCE, DETAIL, "RFC 7959")                    \
	X(Q_BLOCK2, 31, "Q-Block2", "q_block2", BLOCK, 0, 3, MANY, SHOW, "RFC 9177")            \
	X(PROXY_URI, 35, "Proxy-Uri", "proxy_uri", STRING, 1, 1034, ONCE, SHOW, "RFC 7252")     \
	X(PROXY_SCHEME, 39, "Proxy-Scheme", "proxy_scheme", STRING, 1, 255, ONCE, DETAIL,       \
	  "RFC 7252")                                                                           \
	X(SIZE1, 60, "Size1", "size1", UINT, 0, 4, ONCE, DETAIL, "RFC 7252")                    \
	X(PROXY_CRI, 235, "Proxy-Cri", "proxy_cri", OPAQUE, 1, 1023, ONCE, DETAIL,              \
	  "draft-ietf-core-href")                                                               \
	X(PROXY_SCHEME_NUMBER, 239, "Proxy-Scheme-Number", "proxy_scheme_number", UINT, 0, 3,   \
	  ONCE, DETAIL, "draft-ietf-core-href")                                                 \
	X(ECHO, 252, "Echo", "echo", OPAQUE, 1, 40, ONCE, DETAIL, "RFC 9175")                   \
	X(NO_RESPONSE, 258, "No-Response", "no_response", UINT, 0, 1, ONCE, DETAIL, "RFC 7967") \
	X(REQUEST_TAG, 292, "Request-Tag", "request_tag", OPAQUE, 0, 8, MANY, DETAIL,           \
	  "RFC 9175")                                                                           \
	X(OCF_ACCEPT_VERSION, 2049, "OCF-Accept-Content-Format-Version",                        \
	  "ocf_accept_content_format_version", UINT, 0, 2, ONCE, DETAIL, "OCF Core")            \
	X(OCF_VERSION, 2053, "OCF-Content-Format-Version", "ocf_content_format_version", UINT,  \
	  0, 2, ONCE, DETAIL, "OCF Core")                                                       \
	X(SCP82_PARAMS, 2055, "SCP82-Params", "scp82_params", OPAQUE, 0, 65535, MANY, DETAIL,   \
	  "GPC_SPE_207")                                                                        \
	X(X_ADMIN_PROTOCOL, 2056, "X-Admin-Protocol", "x_admin_protocol", OPAQUE, 0, 65535,     \
	  MANY, DETAIL, "SGP.32")

enum iotx_coap_option_number {
#define X(id, number, ...) IOTX_COAP_OPT_##id = number,
	IOTX_COAP_OPTIONS(X)
#undef X
};

#define IOTX_COAP_OPTION_NUMBER_MAX 65535

/*
 * Signalling messages have a registry per code (RFC 8323, section 11.2).
 *
 * code, number, name at IANA, name in outputs, format, shortest, longest, repeatable,
 * defined in
 */
#define IOTX_COAP_SIGNAL_OPTIONS(X)                                                             \
	X(CSM, 2, "Max-Message-Size", "max_message_size", UINT, 0, 4, ONCE, "RFC 8323")         \
	X(CSM, 4, "Block-Wise-Transfer", "block_wise_transfer", EMPTY, 0, 0, ONCE, "RFC 8323")  \
	X(CSM, 6, "Extended-Token-Length", "extended_token_length", UINT, 0, 3, ONCE,           \
	  "RFC 8974")                                                                           \
	X(PING, 2, "Custody", "custody", EMPTY, 0, 0, ONCE, "RFC 8323")                         \
	X(PONG, 2, "Custody", "custody", EMPTY, 0, 0, ONCE, "RFC 8323")                         \
	X(RELEASE, 2, "Alternative-Address", "alternative_address", STRING, 1, 255, MANY,       \
	  "RFC 8323")                                                                           \
	X(RELEASE, 4, "Hold-Off", "hold_off", UINT, 0, 3, ONCE, "RFC 8323")                     \
	X(ABORT, 2, "Bad-CSM-Option", "bad_csm_option", UINT, 0, 2, ONCE, "RFC 8323")

#define IOTX_COAP_OPT_MAX_MESSAGE_SIZE 2 /* of a CSM */

struct iotx_coap_option_def {
	u16 number;
	u16 len_min, len_max;
	enum iotx_coap_format format;
	enum iotx_weight weight;
	bool repeatable;
	const char *name;    /* at IANA */
	const char *field;   /* in outputs */
	const char *defined; /* the document */
};

/* NULL when the number is not registered. */
const struct iotx_coap_option_def *iotx_coap_option_def(u16 number);

/* The same in a message of this code: a signalling code has options of its own. */
const struct iotx_coap_option_def *iotx_coap_option_in(u8 code, u16 number);

/* A receiver that does not know it must reject the message (RFC 7252, section 5.4.6). */
static inline bool iotx_coap_option_critical(u16 number)
{
	return number & 1;
}

/* A proxy that does not know it must not forward it. */
static inline bool iotx_coap_option_unsafe(u16 number)
{
	return number & 2;
}

struct iotx_coap_option {
	u16 number;
	u32 off; /* of its first byte, from where the cursor counts */
	struct iotx_slice value;
};

/* Where a walk stands. */
struct iotx_coap_options {
	struct iotx_cur cur;
	u32 end;    /* of the message on the wire: where the capture is cut, beyond cur.end */
	u32 number; /* of the option before: numbers are sent as differences */
};

/* To walk options that a decoder has already found well formed. */
struct iotx_coap_options iotx_coap_options_of(struct iotx_slice options);

/*
 * Takes the next option. IOTX_E_END at the message's end or before the payload marker,
 * which is left; E_SHORT where the capture is cut. On an error nothing moves; `diag` may be
 * NULL.
 */
enum iotx_err iotx_coap_option_next(struct iotx_coap_options *it, struct iotx_coap_option *opt,
				    struct iotx_diag *diag);

/* The first option of this number among well-formed ones. */
bool iotx_coap_option_find(struct iotx_slice within, u16 number, struct iotx_slice *value);

#define IOTX_COAP_MARKER 0xff

/* Unsigned, most significant byte first; the last four bytes count. */
u32 iotx_coap_uint(struct iotx_slice value);

struct iotx_coap_block {
	u32 num;
	u32 size; /* of a block, in bytes */
	bool more;
	bool reserved; /* SZX was 7: over TCP, so many blocks of 1024 (RFC 8323, section 6) */
};

#define IOTX_COAP_BERT_SIZE 1024

/* From the number that the option's value is, or from the value. */
struct iotx_coap_block iotx_coap_block_of(u32 n);
struct iotx_coap_block iotx_coap_block(struct iotx_slice value);

#endif
