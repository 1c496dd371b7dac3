/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Values from the wire as a person may see them: nothing that a terminal obeys,
 * nothing that hides or reorders its neighbours, nothing longer than a glance.
 */
#ifndef IOTXDP_OUTPUT_TEXT_VALUE_H
#define IOTXDP_OUTPUT_TEXT_VALUE_H

#include "base/buf.h"

#define IOTX_TEXT_CHARS 120 /* of a string, before it is cut */
#define IOTX_TEXT_BYTES 32  /* of octets, in hexadecimal */

/* Bare if it is one plain word, else in quotes. 0 or -ENOMEM, as all of these. */
int iotx_text_str(struct iotx_buf *out, struct iotx_slice s);

/* What has its own quotes and brackets, so that none are needed around it. */
int iotx_text_notation(struct iotx_buf *out, struct iotx_slice s);

/* Never in quotes: for words that are not values. */
int iotx_text_word(struct iotx_buf *out, struct iotx_slice s);
int iotx_text_bytes(struct iotx_buf *out, struct iotx_slice s);
int iotx_text_u64(struct iotx_buf *out, u64 value);

#endif
