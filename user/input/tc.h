/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The egress program as a filter on clsact, for kernels before 6.6, which have no
 * links there: what a kill -9 leaves behind is replaced by the next attach.
 */
#ifndef IOTXDP_INPUT_TC_H
#define IOTXDP_INPUT_TC_H

#include <iotxdp/port.h>

/*
 * 0 or -errno; -EEXIST: a filter that is none of ours has our place. *own_qdisc: clsact
 * was made here, or by an iotxdp that did not live to remove it.
 */
int iotx_tc_attach(u32 ifindex, int prog_fd, bool *own_qdisc);

/* Also removes clsact, if it is our own and nobody else has put a filter there. */
void iotx_tc_detach(u32 ifindex, bool own_qdisc);

#endif
