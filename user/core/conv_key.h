/* SPDX-License-Identifier: GPL-2.0-only */
/* What tells conversations apart. */
#ifndef IOTXDP_CORE_CONV_KEY_H
#define IOTXDP_CORE_CONV_KEY_H

#include <iotxdp/l4.h>

/* The ends in a fixed order, so that both directions have the same key. */
struct iotx_conv_key {
	u8 ip[2][16];
	u16 port[2];
	u32 ifindex; /* a packet that is forwarded is seen on two interfaces */
	u8 transport;
	u8 rsv[7];
};
_Static_assert(sizeof(struct iotx_conv_key) == 48, "no padding in a key");

/* The key of a packet, and which of its two sides sent it. */
u32 iotx_conv_key_set(struct iotx_conv_key *key, const struct iotx_l4 *l4, u32 ifindex);

#endif
