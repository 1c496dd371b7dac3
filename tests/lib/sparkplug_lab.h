/* SPDX-License-Identifier: GPL-2.0-only */
/* Sparkplug nodes and hosts that talk to a broker, and what is found of them. */
#ifndef IOTXDP_TESTS_SPARKPLUG_LAB_H
#define IOTXDP_TESTS_SPARKPLUG_LAB_H

#include "mqtt_script.h"
#include "pb.h"

#define SPB_INT64 4

extern struct iotx_script script;

/* Adds a metric: `kind` is the field of its value, 0: it has none. */
void metric(struct pb *p, const char *name, u64 alias, u32 datatype, u32 kind, u64 value);
void hex(char *out, const void *data, size_t n);

/* A node that connects and subscribes to everything; `bd_seq` below 0: its will has none. */
void connect_node(int bd_seq);

/* An engine, and the rules that were broken since the last call. */
void start(void);
void found(const char *ids);

#endif
