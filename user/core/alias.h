/* SPDX-License-Identifier: GPL-2.0-only */
/* Topic aliases of one direction of an MQTT 5 connection (MQTT 5.0, 3.3.2.3.4). */
#ifndef IOTXDP_CORE_ALIAS_H
#define IOTXDP_CORE_ALIAS_H

#include "base/purse.h"
#include "base/slice.h"

#define IOTX_ALIAS_BYTES_MAX (256u << 10) /* of topics and their entries, per direction */

struct iotx_alias;

/* Zero-initialised is empty. */
struct iotx_aliases {
	struct iotx_alias *list; /* by alias, ascending */
	u32 count, room, bytes;
	struct iotx_purse *purse; /* what bytes are taken from */
};

/* Binds, or binds anew. 0; -ENOSPC beyond a limit: the alias is then unbound; -ENOMEM. */
int iotx_aliases_set(struct iotx_aliases *a, u16 alias, struct iotx_slice topic);

/* Empty when unbound; valid until the alias is bound anew. */
struct iotx_slice iotx_aliases_get(const struct iotx_aliases *a, u16 alias);

void iotx_aliases_free(struct iotx_aliases *a);

#endif
