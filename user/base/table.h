/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bounded hash table from fixed-size keys to fixed-size values, in order of use.
 * Values never move, are zero at birth and are owned by the table. The hash is seeded
 * by the system, so nobody can craft collisions; iteration does not depend on it.
 */
#ifndef IOTXDP_BASE_TABLE_H
#define IOTXDP_BASE_TABLE_H

#include <iotxdp/port.h>
#include <stddef.h>

struct iotx_table;

/* key_size is a multiple of 8. NULL when out of memory. */
struct iotx_table *iotx_table_new(u32 key_size, u32 value_size, u32 max);
void iotx_table_free(struct iotx_table *t);

void *iotx_table_find(const struct iotx_table *t, const void *key);

/* The key must be absent. NULL when the table is full or memory is out. */
void *iotx_table_add(struct iotx_table *t, const void *key);

/* Makes a value the most recently used one. */
void iotx_table_touch(struct iotx_table *t, void *value);
void iotx_table_remove(struct iotx_table *t, void *value);

u32 iotx_table_count(const struct iotx_table *t);
const void *iotx_table_key(const struct iotx_table *t, const void *value);

/* From the least recently used on; NULL at the end. */
void *iotx_table_oldest(const struct iotx_table *t);
void *iotx_table_newer(const struct iotx_table *t, const void *value);

#endif
