/* SPDX-License-Identifier: GPL-2.0-only */
/* Network interfaces by name. */
#ifndef IOTXDP_INPUT_NETIF_H
#define IOTXDP_INPUT_NETIF_H

#include <iotxdp/port.h>

struct iotx_netif {
	const char *name; /* as given by the caller, who keeps it */
	u32 index;
	bool loopback;
	u32 mtu;
};

/* On failure says why, with the remedy, and returns -errno. */
int iotx_netif_find(struct iotx_netif *n, const char *name);

#endif
