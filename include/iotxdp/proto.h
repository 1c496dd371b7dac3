/* SPDX-License-Identifier: GPL-2.0-only */
/* Protocols, from protos.def, and the table of ports they are expected on. */
#ifndef IOTXDP_PROTO_H
#define IOTXDP_PROTO_H

#include "port.h"

/* Constants without prefix, because `bpftool map dump` prints them to a person. */
enum iotx_proto {
	NOT_IOT,
#define IOTX_PROTO(id, name) id,
#include "protos.def"
	IOTX_PROTO_COUNT
};

/* What TLS and DTLS carry, nobody here can decode: it is counted and not sampled. */
IOTX_FN bool iotx_proto_is_decoded(enum iotx_proto proto)
{
	return proto != NOT_IOT && proto != MQTT_TLS && proto != COAPS;
}

enum iotx_transport { TCP = 6, UDP = 17 };

/* Which protocol to expect on a port (host order): an enum iotx_proto, or NOT_IOT. */
struct iotx_ports {
	u8 tcp[65536];
	u8 udp[65536];
};

/* In the kernel half's table, beside that: a flow of packets nobody expected has the port. */
#define IOTX_PORT_FLOWS 0x80

#endif
