/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of CoAP's types, codes and content formats, as IANA has them. */
#ifndef IOTXDP_WIRE_COAP_CODE_H
#define IOTXDP_WIRE_COAP_CODE_H

#include <iotxdp/coap_hdr.h>

#define IOTX_COAP_CODE(class, detail) ((class) << 5 | (detail))

/* id, class, detail, name */
#define IOTX_COAP_CODES(X)                                                                      \
	X(EMPTY, 0, 0, "Empty")                                                                 \
	X(GET, 0, 1, "GET")                                                                     \
	X(POST, 0, 2, "POST")                                                                   \
	X(PUT, 0, 3, "PUT")                                                                     \
	X(DELETE, 0, 4, "DELETE")                                                               \
	X(FETCH, 0, 5, "FETCH")                                                                 \
	X(PATCH, 0, 6, "PATCH")                                                                 \
	X(IPATCH, 0, 7, "iPATCH")                                                               \
	X(CREATED, 2, 1, "Created")                                                             \
	X(DELETED, 2, 2, "Deleted")                                                             \
	X(VALID, 2, 3, "Valid")                                                                 \
	X(CHANGED, 2, 4, "Changed")                                                             \
	X(CONTENT, 2, 5, "Content")                                                             \
	X(CONTINUE, 2, 31, "Continue")                                                          \
	X(BAD_REQUEST, 4, 0, "Bad Request")                                                     \
	X(UNAUTHORIZED, 4, 1, "Unauthorized")                                                   \
	X(BAD_OPTION, 4, 2, "Bad Option")                                                       \
	X(FORBIDDEN, 4, 3, "Forbidden")                                                         \
	X(NOT_FOUND, 4, 4, "Not Found")                                                         \
	X(METHOD_NOT_ALLOWED, 4, 5, "Method Not Allowed")                                       \
	X(NOT_ACCEPTABLE, 4, 6, "Not Acceptable")                                               \
	X(INCOMPLETE, 4, 8, "Request Entity Incomplete")                                        \
	X(CONFLICT, 4, 9, "Conflict")                                                           \
	X(PRECONDITION_FAILED, 4, 12, "Precondition Failed")                                    \
	X(TOO_LARGE, 4, 13, "Request Entity Too Large")                                         \
	X(UNSUPPORTED_FORMAT, 4, 15, "Unsupported Content-Format")                              \
	X(UNPROCESSABLE, 4, 22, "Unprocessable Entity")                                         \
	X(TOO_MANY_REQUESTS, 4, 29, "Too Many Requests")                                        \
	X(INTERNAL_ERROR, 5, 0, "Internal Server Error")                                        \
	X(NOT_IMPLEMENTED, 5, 1, "Not Implemented")                                             \
	X(BAD_GATEWAY, 5, 2, "Bad Gateway")                                                     \
	X(UNAVAILABLE, 5, 3, "Service Unavailable")                                             \
	X(GATEWAY_TIMEOUT, 5, 4, "Gateway Timeout")                                             \
	X(NO_PROXYING, 5, 5, "Proxying Not Supported")                                          \
	X(HOP_LIMIT_REACHED, 5, 8, "Hop Limit Reached")                                         \
	X(CSM, 7, 1, "CSM")                                                                     \
	X(PING, 7, 2, "Ping")                                                                   \
	X(PONG, 7, 3, "Pong")                                                                   \
	X(RELEASE, 7, 4, "Release")                                                             \
	X(ABORT, 7, 5, "Abort")

enum iotx_coap_code {
#define X(id, class, detail, name) IOTX_COAP_CODE_##id = IOTX_COAP_CODE(class, detail),
	IOTX_COAP_CODES(X)
#undef X
};

/* "CON", "NON", "ACK", "RST" */
const char *iotx_coap_type_name(u8 type);

/* NULL when the code is not registered. */
const char *iotx_coap_code_name(u8 code);

/* A media type, with "@coding" behind it where there is one (RFC 9193); or NULL. */
const char *iotx_coap_content_format_name(u32 id);

static inline bool iotx_coap_is_request(u8 code)
{
	return code && !iotx_coap_class(code);
}

/* Over TCP (RFC 8323, section 5); a reserved class over UDP. */
static inline bool iotx_coap_is_signal(u8 code)
{
	return iotx_coap_class(code) == 7;
}

static inline bool iotx_coap_is_response(u8 code)
{
	u8 class = iotx_coap_class(code);

	return class >= 2 && class <= 5;
}

#endif
