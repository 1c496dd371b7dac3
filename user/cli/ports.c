// SPDX-License-Identifier: GPL-2.0-only
#include "ports.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[IOTX_PROTO_COUNT] = {
#define IOTX_PROTO(id, name) [id] = #name,
#include <iotxdp/protos.def>
};

/* The default ports of one protocol over one transport. */
struct row {
	enum iotx_proto proto;
	enum iotx_transport transport;
	const u16 *ports;
	u32 count;
};

#define IOTX_PORTS(id, transport, ...)                                                          \
	static const u16 ports_##id##_##transport[] = { __VA_ARGS__ };
#include <iotxdp/protos.def>

static const struct row rows[] = {
#define IOTX_PORTS(id, transport, ...)                                                          \
	{ id, transport, ports_##id##_##transport, sizeof(ports_##id##_##transport) / sizeof(u16) },
#include <iotxdp/protos.def>
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static u8 *port_table(struct iotx_ports *ports, enum iotx_transport transport)
{
	return transport == TCP ? ports->tcp : ports->udp;
}

void iotx_ports_reset(struct iotx_ports *ports)
{
	memset(ports, 0, sizeof(*ports));
	for (const struct row *row = rows; row < rows + ROWS; row++)
		for (u32 i = 0; i < row->count; i++)
			port_table(ports, row->transport)[row->ports[i]] = (u8)row->proto;
}

/* NOT_IOT when there is none of this name. */
static enum iotx_proto find_proto(const char *text, size_t len)
{
	for (u32 i = NOT_IOT + 1; i < IOTX_PROTO_COUNT; i++)
		if (strlen(names[i]) == len && !strncmp(names[i], text, len))
			return (enum iotx_proto)i;
	return NOT_IOT;
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

static void forget(u8 *table, enum iotx_proto proto)
{
	for (u32 i = 0; i <= UINT16_MAX; i++)
		if (table[i] == proto)
			table[i] = NOT_IOT;
}

/* Over every transport that the protocol has. */
bool iotx_ports_apply(struct iotx_ports *ports, u32 *given, const char *text)
{
	size_t len = strcspn(text, ":");
	enum iotx_proto proto = find_proto(text, len);

	if (!proto || text[len] != ':' || !walk_list(text + len + 1, NULL, proto))
		return false;
	for (const struct row *row = rows; row < rows + ROWS; row++) {
		u8 *table = port_table(ports, row->transport);

		if (row->proto != proto)
			continue;
		if (!(*given & 1u << proto))
			forget(table, proto);
		walk_list(text + len + 1, table, proto);
	}
	*given |= 1u << proto;
	return true;
}

void iotx_ports_help(FILE *f)
{
	for (const struct row *row = rows; row < rows + ROWS; row++) {
		fprintf(f, "  %-12s %s ", names[row->proto], row->transport == TCP ? "TCP" : "UDP");
		for (u32 i = 0; i < row->count; i++)
			fprintf(f, "%s%u", i ? ", " : "", row->ports[i]);
		fputc('\n', f);
	}
}
