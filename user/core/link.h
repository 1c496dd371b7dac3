/* SPDX-License-Identifier: GPL-2.0-only */
/* From the start of a captured frame, whatever its link type, to TCP or UDP. */
#ifndef IOTXDP_CORE_LINK_H
#define IOTXDP_CORE_LINK_H

#include "frame.h"

/* Leaves the cursor at the network header. *l4 must be zero; it takes the VLAN tags. */
enum iotx_err iotx_link_read(const struct iotx_frame *frame, struct iotx_cur *c,
			     struct iotx_l4 *l4, u16 *ethertype);

/* Leaves the cursor at the payload, confined to it. *l4 must be zero. */
enum iotx_l4_verdict iotx_link_locate(const struct iotx_frame *frame, struct iotx_cur *c,
				      struct iotx_l4 *l4);

#endif
