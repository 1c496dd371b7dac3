/* SPDX-License-Identifier: GPL-2.0-only */
/* Addresses as text. */
#ifndef IOTXDP_BASE_IP_H
#define IOTXDP_BASE_IP_H

#include <iotxdp/port.h>

#define IOTX_IP_MAX 46 /* bytes of the longest */

/* "10.9.0.2", or as RFC 5952 says; returns the end. No NUL behind it. */
char *iotx_ip_put(char *at, u8 ip_version, const u8 *ip);

#endif
