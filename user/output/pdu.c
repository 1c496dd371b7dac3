// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages as Wireshark's "exported PDUs": each is a packet of link type 252, which names
 * the dissector, the ends and the frame, and holds the message's bytes as they were decoded:
 * unmasked, inflated, put together. What is found of a message follows it: it waits for that,
 * and has it as comments.
 */
#include "ng_comment.h"
#include "ng_file.h"
#include "pdu_tags.h"

#include <errno.h>

#define LINKTYPE_WIRESHARK_UPPER_PDU 252

struct pdu {
	struct iotx_ng_file file; /* first: see iotx_ng_create */
	bool findings; /* only what breaks a rule is asked for */
	bool waits;    /* a message does */
	struct iotx_ng_interface interface;
	struct iotx_ng_packet packet;
	struct iotx_buf bytes, comments;
};

static struct iotx_slice slice_of(const struct iotx_buf *b)
{
	return iotx_slice(b->data, (u32)b->len);
}

/* --- the message that waits ----------------------------------------------------------------- */

static int settle(struct iotx_sink *s)
{
	struct pdu *p = s->state;

	if (!p->waits)
		return 0;
	p->waits = false;
	if (p->findings && !p->comments.len) {
		s->beside++;
		return 0;
	}
	p->packet.data = slice_of(&p->bytes);
	p->packet.comments = slice_of(&p->comments);
	return iotx_ng_write(s, &p->interface, &p->packet);
}

static int keep_bytes(struct pdu *p, const struct iotx_pdu_tags *tags, struct iotx_slice data)
{
	u32 room = IOTX_NG_PACKET_MAX - tags->len;
	int err;

	p->bytes.len = 0;
	p->comments.len = 0;
	err = iotx_buf_add(&p->bytes, tags->bytes, tags->len);
	if (err)
		return err;
	return iotx_buf_add(&p->bytes, data.data, data.len < room ? data.len : room);
}

static int keep(struct iotx_sink *s, const struct iotx_dissector *d, const struct iotx_event *ev)
{
	const enum iotx_ng_direction direction = iotx_ng_direction_of(ev->ends->dir);
	struct pdu *p = s->state;
	struct iotx_pdu_tags tags;
	const struct iotx_slice data = iotx_pdu_tags_put(&tags, d, ev, direction);

	if (keep_bytes(p, &tags, data)) {
		s->dropped++;
		return -ENOMEM;
	}
	p->waits = true;
	p->interface.link_type = LINKTYPE_WIRESHARK_UPPER_PDU;
	p->interface.name = ev->ends->iface;
	p->packet = (struct iotx_ng_packet){
		.ts_ns = ev->ts_ns,
		.wire_len = tags.len + data.len + (ev->raw_len - ev->raw.len),
		.direction = direction,
		.id = ev->frame,
	};
	return 0;
}

/* --- events --------------------------------------------------------------------------------- */

/* Of no message that is handed on: a packet that holds nothing. */
static int take_alone(struct iotx_sink *s, const struct iotx_event *ev)
{
	static const struct iotx_dissector nobody = { .name = "data" };
	struct pdu *p = s->state;
	int err = settle(s), kept = keep(s, &nobody, ev);

	if (!kept)
		kept = iotx_ng_comment(&p->comments, ev);
	return err ? err : kept;
}

static int take_finding(struct iotx_sink *s, const struct iotx_event *ev)
{
	struct pdu *p = s->state;

	if (!ev->of_last || !p->waits)
		return take_alone(s, ev);
	s->beside++;
	return iotx_ng_comment(&p->comments, ev);
}

static int take_message(struct iotx_sink *s, const struct iotx_event *ev)
{
	const struct iotx_dissector *d = &ev->cls->dissector;
	int err = settle(s), kept = 0;

	if (d->name && ev->raw.len)
		kept = keep(s, d, ev);
	else
		s->beside++;
	return err ? err : kept;
}

static int pdu_event(struct iotx_sink *s, const struct iotx_event *ev)
{
	if (ev->ends && ev->ends->ip_version)
		return ev->cls->of_rules ? take_finding(s, ev) : take_message(s, ev);
	s->beside++;
	return settle(s);
}

/* --- the file ------------------------------------------------------------------------------- */

static int pdu_open(struct iotx_sink *s, const char *path, const struct iotx_sink_options *opt)
{
	int err = iotx_ng_create(s, path, sizeof(struct pdu));

	if (!err)
		((struct pdu *)s->state)->findings = opt->findings;
	return err;
}

static int pdu_tally(struct iotx_sink *s, const struct iotx_sink_tally *t)
{
	int err = settle(s);

	return err ? err : iotx_ng_tally(s, t);
}

static int pdu_flush(struct iotx_sink *s)
{
	int err = settle(s), flushed = iotx_ng_flush(s);

	return err ? err : flushed;
}

static void pdu_close(struct iotx_sink *s)
{
	struct pdu *p = s->state;

	iotx_buf_free(&p->bytes);
	iotx_buf_free(&p->comments);
	iotx_ng_close(s);
}

const struct iotx_sink_class iotx_pdu_sink = {
	.name = "pdu",
	.help = "each message as an exported PDU that Wireshark decodes: pdu:FILE",
	.with_messages = true,
	.open = pdu_open,
	.event = pdu_event,
	.tally = pdu_tally,
	.flush = pdu_flush,
	.close = pdu_close,
};
