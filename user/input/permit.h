/* SPDX-License-Identifier: GPL-2.0-only */
/* May this process watch an interface? */
#ifndef IOTXDP_INPUT_PERMIT_H
#define IOTXDP_INPUT_PERMIT_H

/* 0, or says why not, with the remedy, and returns -errno. `ifname` is for the remedy. */
int iotx_permitted(const char *ifname);

#endif
