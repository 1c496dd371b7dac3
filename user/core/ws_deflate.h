/* SPDX-License-Identifier: GPL-2.0-only */
/* permessage-deflate (RFC 7692, section 7): inflates the messages of one direction. */
#ifndef IOTXDP_CORE_WS_DEFLATE_H
#define IOTXDP_CORE_WS_DEFLATE_H

#include <iotxdp/err.h>
#include <iotxdp/port.h>

/* A message may inflate by this much, once it is longer than what compresses by chance. */
#define IOTX_INFLATE_RATIO 100
#define IOTX_INFLATE_FREE (16u << 10)

struct iotx_inflater;

/* Where a message goes. To be zeroed, but for the first three, when a message begins. */
struct iotx_inflated {
	void (*bytes)(void *arg, const u8 *data, u32 n);
	void *arg;
	u32 max;  /* bytes of one message, before and after */
	u64 in;   /* bytes taken of it */
	u64 out;  /* bytes given */
	bool far; /* after E_BAD: it leaned on bytes before the window, or before its context */
};

/* NULL when out of memory. */
struct iotx_inflater *iotx_inflater_new(u8 window_bits);
void iotx_inflater_free(struct iotx_inflater *z);

/* OK; E_BAD: no DEFLATE data; E_LIMIT: more would be too much. After those two, no more. */
enum iotx_err iotx_inflater_push(struct iotx_inflater *z, const u8 *data, u32 n,
				 struct iotx_inflated *to);

/* The message has ended. */
enum iotx_err iotx_inflater_end(struct iotx_inflater *z, struct iotx_inflated *to);

/* Forgets the context: the next message stands alone. */
void iotx_inflater_reset(struct iotx_inflater *z);

#endif
