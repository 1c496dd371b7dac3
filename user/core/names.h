/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which name an address was last given by an answer seen in the traffic. Nothing is
 * ever looked up: a name that was not asked for is not known.
 */
#ifndef IOTXDP_CORE_NAMES_H
#define IOTXDP_CORE_NAMES_H

#include "base/slice.h"

#define IOTX_NAMES_MAX 16384 /* addresses; the one not used for longest makes room */
#define IOTX_NAME_LEN_MAX 255 /* octets of a name as text; RFC 1035 3.1 */

struct iotx_names;

/* NULL when out of memory. */
struct iotx_names *iotx_names_new(u32 max);
void iotx_names_free(struct iotx_names *n);

/* The name that was asked for, and an address that answers it. A longer name is not learnt. */
void iotx_names_learn(struct iotx_names *n, u8 ip_version, const u8 *ip, struct iotx_slice name);

/* NULL when no answer named it; valid until the next call of iotx_names_learn. */
const char *iotx_names_of(const struct iotx_names *n, u8 ip_version, const u8 *ip);

/* Another number after whatever changes an answer of iotx_names_of; 0: nothing was learnt. */
u64 iotx_names_version(const struct iotx_names *n);

#endif
