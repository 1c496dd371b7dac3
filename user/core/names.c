// SPDX-License-Identifier: GPL-2.0-only
#include "core/names.h"

#include "base/table.h"

#include <stdlib.h>
#include <string.h>

struct key {
	u8 ip[16];
	u64 ip_version;
};

struct name {
	char text[IOTX_NAME_LEN_MAX + 1];
};

struct iotx_names {
	struct iotx_table *table;
	u32 max;
	u64 version;
};

struct iotx_names *iotx_names_new(u32 max)
{
	struct iotx_names *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->max = max;
	n->table = iotx_table_new(sizeof(struct key), sizeof(struct name), max);
	if (n->table)
		return n;
	free(n);
	return NULL;
}

void iotx_names_free(struct iotx_names *n)
{
	if (!n)
		return;
	iotx_table_free(n->table);
	free(n);
}

static struct key key_of(u8 ip_version, const u8 *ip)
{
	struct key key = { .ip_version = ip_version };

	memcpy(key.ip, ip, ip_version == 4 ? 4 : 16);
	return key;
}

void iotx_names_learn(struct iotx_names *n, u8 ip_version, const u8 *ip, struct iotx_slice name)
{
	struct key key = key_of(ip_version, ip);
	struct name *known = iotx_table_find(n->table, &key);

	if (!name.len || name.len > IOTX_NAME_LEN_MAX)
		return;
	if (!known && iotx_table_count(n->table) == n->max)
		iotx_table_remove(n->table, iotx_table_oldest(n->table));
	if (!known)
		known = iotx_table_add(n->table, &key);
	if (!known)
		return;
	iotx_table_touch(n->table, known);
	if (iotx_slice_eq(iotx_slice_str(known->text), name))
		return;
	memcpy(known->text, name.data, name.len);
	known->text[name.len] = '\0';
	n->version++;
}

const char *iotx_names_of(const struct iotx_names *n, u8 ip_version, const u8 *ip)
{
	struct key key;
	const struct name *known;

	if (!iotx_table_count(n->table))
		return NULL;
	key = key_of(ip_version, ip);
	known = iotx_table_find(n->table, &key);
	return known ? known->text : NULL;
}

u64 iotx_names_version(const struct iotx_names *n)
{
	return n->version;
}
