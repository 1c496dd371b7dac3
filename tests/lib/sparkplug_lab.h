/* SPDX-License-Identifier: GPL-2.0-only */
/* Sparkplug nodes and hosts that talk to a broker, and what is found of them. */
#ifndef IOTXDP_TESTS_SPARKPLUG_LAB_H
#define IOTXDP_TESTS_SPARKPLUG_LAB_H

#include "mqtt_script.h"
#include "pb.h"

enum { SPB_INT32 = 3, SPB_INT64 = 4, SPB_FLOAT = 9, SPB_BOOLEAN = 11, SPB_STRING = 12 };

#define NDATA "spBv1.0/g/NDATA/n"
#define DDATA "spBv1.0/g/DDATA/n/d"

extern struct iotx_script script;

/* Adds a metric with a timestamp: `kind` is the field of its value, 0: it has none. */
void metric(struct pb *p, const char *name, u64 alias, u32 datatype, u32 kind, u64 value);
void rebirth(struct pb *p); /* the one that every NBIRTH has */
void hex(char *out, const void *data, size_t n);

/* Of the edge node "n" of the group "g", or passed on by the server: "c" or "s" says who. */
void publish(const char *who, const char *topic, const struct pb *p);
void birth(const char *who, u64 seq, int bd_seq); /* aliases 1 and 2 */
void data(const char *who, const char *topic, u64 seq, u64 alias);

/* A node that connects and subscribes to everything; `bd_seq` below 0: its will has none. */
void connect_node(int bd_seq);

/* An engine, and the rules that were broken since the last call. */
void start(void);
void found(const char *ids);

#endif
