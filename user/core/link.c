// SPDX-License-Identifier: GPL-2.0-only
#include "core/link.h"

#include <string.h>

/* By the version in the network header itself: raw IP has nothing else. */
static enum iotx_err ethertype_by_version(const struct iotx_cur *c, u16 *ethertype)
{
	u8 first;
	enum iotx_err err = iotx_cur_peek(c, c->off, &first, 1);

	if (!err)
		*ethertype = first >> 4 == 6 ? IOTX_ETH_P_IPV6 : IOTX_ETH_P_IPV4;
	return err;
}

/* BSD loopback: an address family in the byte order of the capturing host, which the
 * network header makes unnecessary to guess. */
static enum iotx_err null_read(struct iotx_cur *c, u16 *ethertype)
{
	enum iotx_err err = iotx_cur_skip(c, 4);

	return err ? err : ethertype_by_version(c, ethertype);
}

/* LINUX_SLL: 16 bytes, the protocol in the last two. */
static enum iotx_err sll_read(struct iotx_cur *c, u16 *ethertype)
{
	enum iotx_err err = iotx_cur_skip(c, 14);

	return err ? err : iotx_cur_be16(c, ethertype);
}

/* LINUX_SLL2: 20 bytes, the protocol in the first two. */
static enum iotx_err sll2_read(struct iotx_cur *c, u16 *ethertype)
{
	enum iotx_err err = iotx_cur_be16(c, ethertype);

	return err ? err : iotx_cur_skip(c, 18);
}

enum iotx_err iotx_link_read(const struct iotx_frame *frame, struct iotx_cur *c,
			     struct iotx_l4 *l4, u16 *ethertype)
{
	*c = (struct iotx_cur){ .src = { frame->data }, .end = frame->cap_len };
	switch (frame->link) {
	case IOTX_LINK_ETHERNET:
		return iotx_eth_read(c, l4, ethertype);
	case IOTX_LINK_IP:
		return ethertype_by_version(c, ethertype);
	case IOTX_LINK_NULL:
		return null_read(c, ethertype);
	case IOTX_LINK_SLL:
		return sll_read(c, ethertype);
	case IOTX_LINK_SLL2:
		return sll2_read(c, ethertype);
	}
	return IOTX_E_ALIEN;
}

enum iotx_l4_verdict iotx_link_locate(const struct iotx_frame *frame, struct iotx_cur *c,
				      struct iotx_l4 *l4)
{
	u16 ethertype;

	if (iotx_link_read(frame, c, l4, &ethertype) || c->off > frame->wire_len)
		return IOTX_L4_MALFORMED;
	return iotx_ip_locate(c, ethertype, frame->wire_len - c->off, l4);
}
