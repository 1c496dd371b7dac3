/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every decoder in this folder shares. A decoder is pure: bytes in, slices and
 * numbers out; it allocates nothing, prints nothing, knows no time, sets no errno.
 * Slices in its results point into its input.
 */
#ifndef IOTXDP_WIRE_WIRE_H
#define IOTXDP_WIRE_WIRE_H

#include "base/visitor.h"
#include "rule.h"
#include <iotxdp/cursor.h>
#include <iotxdp/err.h>

/* Native cursor over memory. */
static inline struct iotx_cur iotx_cur_mem(const u8 *data, u32 len)
{
	return (struct iotx_cur){ .src = { data }, .off = 0, .end = len };
}

/* The next n bytes as a slice, and moves past them. */
static inline enum iotx_err iotx_cur_slice(struct iotx_cur *c, u32 n, struct iotx_slice *out)
{
	u32 at = c->off;
	enum iotx_err err = iotx_cur_skip(c, n);

	if (!err)
		*out = iotx_slice(c->src.base + at, n);
	return err;
}

#define IOTX_TITLE_MAX 64

/*
 * What in Wireshark reads the bytes of a message, for outputs that hand them on. The name
 * is of a dissector; where `port` is not 0, of a table in which the dissector is bound to it.
 */
#define IOTX_DISSECTOR_HEAD_MAX 8

struct iotx_dissector {
	const char *name; /* NULL: nothing does */
	const char *tcp;  /* of messages in a TCP stream; NULL: the same */
	u16 port;
	bool as_udp; /* is to be told UDP, whatever carried the message */
	/*
	 * Of messages in a TCP stream: what it has to find in the place of the first *replaced
	 * bytes of the message, which is `len` bytes long. 0: those; NULL: always those.
	 */
	u32 (*head)(struct iotx_slice raw, u32 len, u8 buf[IOTX_DISSECTOR_HEAD_MAX],
		    u32 *replaced);
};

/*
 * How a protocol shows its messages. `msg` is the protocol's own struct.
 */
struct iotx_event_class {
	const char *name;  /* EVE's event_type, and mostly the key of the object: "mqtt" */
	const char *label; /* for people: "MQTT" */
	struct iotx_dissector dissector;
	bool of_rules;     /* its events tell of a broken rule, the one that their diag names */
	bool of_flows;     /* its events tell of conversations that are over */
	/* EVE's app_proto, of events that tell of a conversation; or NULL. */
	const char *(*app_proto)(const void *msg);
	/* The message in a word or three: "PUBLISH", "CON GET"; may write to buf. */
	const char *(*title)(const void *msg, char buf[IOTX_TITLE_MAX]);
	/* What stands in the class's object: EVE's names where EVE has them. */
	void (*fields)(const void *msg, struct iotx_visitor *v);
	const char *object; /* the key of that object, if it is not the name: "http" */
	/* What EVE has no word for: goes into the event's "iotxdp" object. */
	void (*extra)(const void *msg, struct iotx_visitor *v);
};

#endif
