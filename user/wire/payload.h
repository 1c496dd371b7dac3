/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an application's payload is, whatever protocol carries it. What the message itself says
 * of it comes first, if it is true; then its content.
 */
#ifndef IOTXDP_WIRE_PAYLOAD_H
#define IOTXDP_WIRE_PAYLOAD_H

#include "wire.h"

#define IOTX_PAYLOAD_TEXT_MAX 4096 /* bytes of a CBOR payload's diagnostic notation */

#define IOTX_PAYLOAD_FORMATS(X)                                                                 \
	X(UNKNOWN, "unknown") /* none of it is there */                                         \
	X(EMPTY, "empty")                                                                       \
	X(JSON, "json") /* by content alone: an object or an array */                           \
	X(CBOR, "cbor") /* by content alone: see iotx_cbor_evident */                           \
	X(SPARKPLUG, "sparkplug")                                                               \
	X(TEXT, "text") /* UTF-8 without control characters but blanks and line breaks */       \
	X(BINARY, "binary")

enum iotx_payload_format {
#define X(id, name) IOTX_PAYLOAD_##id,
	IOTX_PAYLOAD_FORMATS(X)
#undef X
};

struct iotx_payload {
	struct iotx_slice data;
	struct iotx_slice media; /* the media type that the message names; empty: none */
	bool part;               /* the rest is in other messages, or was not captured */
	bool utf8;               /* the message says that it is text */
};

enum iotx_payload_format iotx_payload_format(const struct iotx_payload *p);

/* Shown in JSON as what it is, without base 64. */
static inline bool iotx_payload_is_text(enum iotx_payload_format format)
{
	return format == IOTX_PAYLOAD_JSON || format == IOTX_PAYLOAD_TEXT;
}

/*
 * The payload as UTF-8. When its end is cut off, so is a character of which a part stands
 * there. False: it is none.
 */
bool iotx_payload_text(struct iotx_slice data, bool cut, struct iotx_slice *text);

struct iotx_payload_names {
	const char *format, *diagnostic, *diagnostic_cut;
};

extern const struct iotx_payload_names iotx_payload_names;

/* What it is; of CBOR that is whole also its diagnostic notation. */
void iotx_payload_show(struct iotx_visitor *v, const struct iotx_payload_names *names,
		       const struct iotx_payload *p, enum iotx_payload_format format);

/* Of one that an output shows as octets: a person reads the diagnostic notation instead. */
static inline enum iotx_weight iotx_payload_weight(const struct iotx_payload *p,
						   enum iotx_payload_format format)
{
	return format == IOTX_PAYLOAD_CBOR && !p->part ? IOTX_DETAIL : IOTX_SHOW;
}

#endif
