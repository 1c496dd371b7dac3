// SPDX-License-Identifier: GPL-2.0-only
#include "core/openings.h"

#include <iotxdp/sample.h>

void iotx_openings_learn(struct iotx_openings *o, const struct iotx_l4 *l4)
{
	u64 flow = iotx_flow_hash(l4);
	u32 i = flow % IOTX_OPENINGS;

	if ((l4->tcp_flags & (IOTX_TCP_SYN | IOTX_TCP_ACK)) != IOTX_TCP_SYN)
		return;
	o->place[i].flow = flow;
	o->place[i].seq = l4->seq;
	o->place[i].known = true;
}

bool iotx_openings_first(const struct iotx_openings *o, const struct iotx_l4 *l4)
{
	u64 flow = iotx_flow_hash(l4);
	u32 i = flow % IOTX_OPENINGS;

	return o->place[i].known && o->place[i].flow == flow && o->place[i].seq == l4->seq;
}
