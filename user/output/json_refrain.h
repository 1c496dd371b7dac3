/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text of fields that come again and again: addresses and ports, which all messages of
 * a direction have in common. What has lost its place to another is written anew.
 */
#ifndef IOTXDP_OUTPUT_JSON_REFRAIN_H
#define IOTXDP_OUTPUT_JSON_REFRAIN_H

#include "base/visitor.h"

struct iotx_json_refrains;

/* NULL when out of memory. */
struct iotx_json_refrains *iotx_json_refrains_new(void);
void iotx_json_refrains_free(struct iotx_json_refrains *r);

/* Empty: not known. */
struct iotx_slice iotx_json_refrain_find(const struct iotx_json_refrains *r,
					 const struct iotx_refrain *refrain);

/* Keeps a copy, unless thing or text are too long. */
void iotx_json_refrain_keep(struct iotx_json_refrains *r, const struct iotx_refrain *refrain,
			 struct iotx_slice text);

#endif
