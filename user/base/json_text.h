/* SPDX-License-Identifier: GPL-2.0-only */
/* JSON (RFC 8259) that others have written: is it any, and what do its members say? */
#ifndef IOTXDP_BASE_JSON_TEXT_H
#define IOTXDP_BASE_JSON_TEXT_H

#include "slice.h"

#define IOTX_JSON_DEPTH_MAX 64 /* what is nested deeper is taken for none */

/* One value and blanks around it. That the text is UTF-8 has been seen before. */
bool iotx_json_valid(struct iotx_slice text);

/* The same, and the value is an object or an array: a number alone is text like any other. */
bool iotx_json_structured(struct iotx_slice text);

/*
 * Of valid text: the value of an object's first member of this name, as it stands there. Names
 * with escapes are not looked into. False: it is no object, or has none.
 */
bool iotx_json_member(struct iotx_slice object, const char *name, struct iotx_slice *value);

#endif
