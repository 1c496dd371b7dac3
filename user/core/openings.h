/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the last SYNs said that their connections start. A SYN is of no protocol and makes
 * no conversation; what it said is wanted when the first bytes come.
 */
#ifndef IOTXDP_CORE_OPENINGS_H
#define IOTXDP_CORE_OPENINGS_H

#include <iotxdp/l4.h>

#define IOTX_OPENINGS 4096 /* remembered at once; one takes the place of another */

struct iotx_openings {
	struct {
		u64 flow; /* hash of the five-tuple */
		u32 seq;  /* of the first byte */
		bool known;
	} place[IOTX_OPENINGS];
};

/* Is it a client's SYN? It is remembered then. */
void iotx_openings_learn(struct iotx_openings *o, const struct iotx_l4 *l4);

/* Is this segment the first of the connection that such a SYN has opened? */
bool iotx_openings_first(const struct iotx_openings *o, const struct iotx_l4 *l4);

#endif
