// SPDX-License-Identifier: GPL-2.0-only
#include "ports.h"

#include <stdlib.h>
#include <string.h>

struct proto_row {
	enum iotx_proto proto;
	const char *name;
	enum iotx_transport transport;
	const u16 *ports;
	u32 count;
};

#define IOTX_PROTO(id, name, transport, ...)                                                    \
	static const u16 default_ports_##name[] = { __VA_ARGS__ };
#include <iotxdp/protos.def>
#undef IOTX_PROTO

static const struct proto_row proto_rows[] = {
#define IOTX_PROTO(id, name, transport, ...)                                                    \
	{ id, #name, transport, default_ports_##name, sizeof(default_ports_##name) / sizeof(u16) },
#include <iotxdp/protos.def>
#undef IOTX_PROTO
};
#define PROTOS (sizeof(proto_rows) / sizeof(proto_rows[0]))

static u8 *port_table(struct iotx_ports *ports, const struct proto_row *row)
{
	return row->transport == TCP ? ports->tcp : ports->udp;
}

void iotx_ports_reset(struct iotx_ports *ports)
{
	memset(ports, 0, sizeof(*ports));
	for (const struct proto_row *row = proto_rows; row < proto_rows + PROTOS; row++)
		for (u32 i = 0; i < row->count; i++)
			port_table(ports, row)[row->ports[i]] = (u8)row->proto;
}

static const struct proto_row *find_proto(const char *text, size_t len)
{
	for (u32 i = 0; i < PROTOS; i++)
		if (strlen(proto_rows[i].name) == len && !strncmp(proto_rows[i].name, text, len))
			return &proto_rows[i];
	return NULL;
}

/* Walks PORT[,PORT...]; writes `proto` for each, or only checks when table is NULL. */
static bool walk_list(const char *text, u8 *table, enum iotx_proto proto)
{
	unsigned long port;
	char *end;

	for (;; text = end + 1) {
		if (*text < '0' || *text > '9')
			return false;
		port = strtoul(text, &end, 10);
		if (!port || port > UINT16_MAX || (*end && *end != ','))
			return false;
		if (table)
			table[port] = (u8)proto;
		if (!*end)
			return true;
	}
}

bool iotx_ports_apply(struct iotx_ports *ports, u32 *given, const char *text)
{
	size_t len = strcspn(text, ":");
	const struct proto_row *row = find_proto(text, len);
	u8 *table;

	if (!row || text[len] != ':' || !walk_list(text + len + 1, NULL, row->proto))
		return false;
	table = port_table(ports, row);
	if (!(*given & 1u << row->proto)) {
		for (u32 i = 0; i <= UINT16_MAX; i++)
			if (table[i] == row->proto)
				table[i] = NOT_IOT;
		*given |= 1u << row->proto;
	}
	return walk_list(text + len + 1, table, row->proto);
}

void iotx_ports_help(FILE *f)
{
	for (const struct proto_row *row = proto_rows; row < proto_rows + PROTOS; row++) {
		fprintf(f, "  %-12s %s ", row->name, row->transport == TCP ? "TCP" : "UDP");
		for (u32 i = 0; i < row->count; i++)
			fprintf(f, "%s%u", i ? ", " : "", row->ports[i]);
		fputc('\n', f);
	}
}
