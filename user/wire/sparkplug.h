/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sparkplug B 3.0.0: the topics of its namespace, and the payload of one message. What an
 * alias stands for, and whether a message follows the one before it, is core/sparkplug's.
 */
#ifndef IOTXDP_WIRE_SPARKPLUG_H
#define IOTXDP_WIRE_SPARKPLUG_H

#include "protobuf.h"

#include "base/decimal.h"

#define IOTX_SPARKPLUG_METRICS_MAX 4096 /* of one message, to be looked at */

#define IOTX_SPARKPLUG_TYPES(X) \
	X(NBIRTH) X(NDEATH) X(DBIRTH) X(DDEATH) X(NDATA) X(DDATA) X(NCMD) X(DCMD) X(STATE)

enum iotx_sparkplug_type {
#define X(name) IOTX_SPARKPLUG_##name,
	IOTX_SPARKPLUG_TYPES(X)
#undef X
	IOTX_SPARKPLUG_TYPE_COUNT
};

const char *iotx_sparkplug_type_name(enum iotx_sparkplug_type type);

/* "spBv1.0/group/type/node[/device]", or "spBv1.0/STATE/host". */
struct iotx_sparkplug_topic {
	enum iotx_sparkplug_type type;
	struct iotx_slice group, node, device; /* device: empty, if it is of the node itself */
	struct iotx_slice host;                /* of a STATE */
};

/* False: the topic is none of Sparkplug B. */
bool iotx_sparkplug_topic(struct iotx_slice topic, struct iotx_sparkplug_topic *out);

/* Which field of the metric is its value. */
enum iotx_sparkplug_kind {
	IOTX_SPARKPLUG_NONE,
	IOTX_SPARKPLUG_INT = 10,
	IOTX_SPARKPLUG_LONG,
	IOTX_SPARKPLUG_FLOAT,
	IOTX_SPARKPLUG_DOUBLE,
	IOTX_SPARKPLUG_BOOLEAN,
	IOTX_SPARKPLUG_STRING,
	IOTX_SPARKPLUG_BYTES,
	IOTX_SPARKPLUG_DATASET,
	IOTX_SPARKPLUG_TEMPLATE,
	IOTX_SPARKPLUG_EXTENSION,
};

struct iotx_sparkplug_metric {
	struct iotx_slice name; /* empty: only an alias */
	u64 alias, timestamp;
	u32 datatype;
	bool has_alias, has_timestamp, has_datatype;
	bool is_historical, is_transient, is_null;
	u8 kind;                 /* enum iotx_sparkplug_kind */
	u64 value;               /* bits of a number */
	struct iotx_slice bytes; /* of the others */
	struct iotx_slice metadata, properties;
};

/* E_BAD: it is no metric. */
enum iotx_err iotx_sparkplug_metric(struct iotx_slice fields, struct iotx_sparkplug_metric *m);

/* Takes a value in a field that is `kind` in a metric; false: there is no such kind. */
bool iotx_sparkplug_value(struct iotx_sparkplug_metric *m, const struct iotx_pb_field *f, u32 kind);

/* What there is among the metrics of a payload; a bit each. */
enum iotx_sparkplug_fact {
	IOTX_SPARKPLUG_WITHOUT_TIME = 1 << 0,
	IOTX_SPARKPLUG_WITHOUT_DATATYPE = 1 << 1,
	IOTX_SPARKPLUG_WITH_DATATYPE = 1 << 2,
	IOTX_SPARKPLUG_ODD_DATATYPE = 1 << 3,
	IOTX_SPARKPLUG_NAMELESS = 1 << 4,     /* no alias either */
	IOTX_SPARKPLUG_ALIAS_ALONE = 1 << 5,
	IOTX_SPARKPLUG_NAME_AND_ALIAS = 1 << 6,
	IOTX_SPARKPLUG_REBIRTH = 1 << 7,      /* 'Node Control/Rebirth', which is false */
	IOTX_SPARKPLUG_REBIRTH_ALIAS = 1 << 8,
};

struct iotx_sparkplug_payload {
	struct iotx_slice fields; /* as far as well formed */
	struct iotx_slice packed; /* another payload, compressed, instead of metrics */
	struct iotx_slice algorithm; /* by which; empty: it does not say */
	u32 facts;          /* bits of enum iotx_sparkplug_fact */
	u64 timestamp, seq, bd_seq;
	bool has_timestamp, has_seq, has_bd_seq;
	u32 metrics;        /* all that there are */
	u32 bad_off;        /* where E_BAD or E_SHORT was met */
};

/* E_SHORT: the payload ends within a field; E_BAD: it is no protobuf. */
enum iotx_err iotx_sparkplug_decode(struct iotx_slice data, struct iotx_sparkplug_payload *out);

/* Walks a copy of payload.fields from its front; false at its end. */
bool iotx_sparkplug_metric_next(struct iotx_slice *fields, struct iotx_sparkplug_metric *out);

/* What a STATE says of its host (6.4.26). */
struct iotx_sparkplug_state {
	bool online;
	bool has_online, has_timestamp;
	u64 timestamp;
};

/* False: it is none of JSON with "online" and "timestamp", yet *out holds what it has. */
bool iotx_sparkplug_state(struct iotx_slice payload, struct iotx_sparkplug_state *out);

/* Before 3.0: "STATE/host", and as payload a word. False: something else. */
bool iotx_sparkplug_old_state(struct iotx_slice topic, struct iotx_slice payload,
			      struct iotx_sparkplug_topic *out,
			      struct iotx_sparkplug_state *state);

/* Datatypes by number (6.4.16). */
enum {
	IOTX_SPARKPLUG_INT8 = 1, /* four that have a sign, and stand in fields that have none */
	IOTX_SPARKPLUG_INT64 = 4,
	IOTX_SPARKPLUG_UINT64 = 8,
	IOTX_SPARKPLUG_TYPE_FLOAT,
	IOTX_SPARKPLUG_TYPE_DOUBLE,
	IOTX_SPARKPLUG_INT8_ARRAY = 22,
	IOTX_SPARKPLUG_UINT64_ARRAY = 29,
	IOTX_SPARKPLUG_FLOAT_ARRAY,
	IOTX_SPARKPLUG_DOUBLE_ARRAY,
	IOTX_SPARKPLUG_BOOLEAN_ARRAY,
	IOTX_SPARKPLUG_STRING_ARRAY,
	IOTX_SPARKPLUG_DATETIME_ARRAY,
};

/* "Int32"; NULL: there is none. */
const char *iotx_sparkplug_datatype_name(u32 datatype);

/* A number as text: with its sign and its point, as the datatype has it. */
struct iotx_slice iotx_sparkplug_number(const struct iotx_sparkplug_metric *m, u32 datatype,
					char buf[IOTX_DECIMAL_MAX]);

#define IOTX_SPARKPLUG_ITEMS_MAX 4096 /* of an array, to be shown */
#define IOTX_SPARKPLUG_COLUMNS_MAX 256 /* of a DataSet, whose types count */
#define IOTX_SPARKPLUG_DEPTH_MAX 4 /* Templates in Templates */

/* The fields of a metric, whose name and datatype are known by now. */
void iotx_sparkplug_metric_show(struct iotx_visitor *v, const struct iotx_sparkplug_metric *m);

#endif
