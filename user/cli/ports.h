/* SPDX-License-Identifier: GPL-2.0-only */
/* Which protocol to expect on which port: protos.def, and what -p says instead. */
#ifndef IOTXDP_CLI_PORTS_H
#define IOTXDP_CLI_PORTS_H

#include <iotxdp/proto.h>
#include <stdio.h>

/* The defaults of all protocols, and nothing else. */
void iotx_ports_reset(struct iotx_ports *ports);

/*
 * PROTO:PORT[,PORT...]. The first time a protocol is named (bit in *given) its
 * default ports go. False, and nothing changed, when the text is not of this form.
 */
bool iotx_ports_apply(struct iotx_ports *ports, u32 *given, const char *text);

/* One line per protocol: name, transport, default ports. */
void iotx_ports_help(FILE *f);

#endif
