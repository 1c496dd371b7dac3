/* SPDX-License-Identifier: GPL-2.0-only */
/* UTF-8 (RFC 3629), as strictly as MQTT demands it. */
#ifndef IOTXDP_BASE_UTF8_H
#define IOTXDP_BASE_UTF8_H

#include "slice.h"

/* Ordered: the worst of a string is its verdict. */
enum iotx_utf8_verdict {
	IOTX_UTF8_OK,
	IOTX_UTF8_DISCOURAGED, /* control characters and non-characters: a receiver may refuse */
	IOTX_UTF8_NUL,         /* U+0000 */
	IOTX_UTF8_BAD,         /* not UTF-8: overlong, surrogate, beyond U+10FFFF, cut */
};

enum iotx_utf8_verdict iotx_utf8_check(struct iotx_slice s);

#define IOTX_UTF8_INVALID 0xffffffffu

/*
 * Takes the next code point off the front of a non-empty slice; IOTX_UTF8_INVALID
 * and one byte when the bytes there are no UTF-8.
 */
u32 iotx_utf8_next(struct iotx_slice *s);

#endif
