// SPDX-License-Identifier: GPL-2.0-only
/*
 * What WebSocket messages carry. MQTT is a stream of bytes, whatever messages they come in
 * (MQTT 5.0, section 6); a CoAP message is a WebSocket message (RFC 8323, section 4.2). The
 * subprotocol tells which, else the content does.
 */
#include "core/ws_session.h"
#include "wire/coap_tcp.h"

#include <iotxdp/coap_hdr.h>
#include <iotxdp/mqtt_hdr.h>

#define OVER "websocket"

static const struct iotx_session_class *class_of(const struct iotx_ws_session *s)
{
	return iotx_session_class_of(s->inner == IOTX_WS_MQTT ? MQTT : COAP);
}

static struct iotx_delivery inside(const struct iotx_ws_work *w)
{
	struct iotx_delivery d = *w->d;

	d.over = OVER;
	return d;
}

static bool is_mqtt(const struct iotx_ws_work *w)
{
	return w->s->inner == IOTX_WS_MQTT;
}

/* --- what is known of the streams ---------------------------------------------------------- */

static void set_fresh(struct iotx_ws_side *side, bool fresh)
{
	side->fresh = fresh;
	side->doubt = !fresh;
	side->hurt = false;
}

/* That it is MQTT which they speak is known only now. */
static void judge_names(const struct iotx_ws_work *w)
{
	const struct iotx_ws_agreed *agreed = &w->s->agreed;

	if (agreed->known && agreed->mqtt_missing)
		iotx_ws_find(w, IOTX_WS_RULE_MQTT_OFFER, NULL);
	if (agreed->known && agreed->mqtt_other)
		iotx_ws_find(w, IOTX_WS_RULE_MQTT_NAME, NULL);
}

static bool decide(const struct iotx_ws_work *w, enum iotx_ws_inner inner)
{
	struct iotx_ws_session *s = w->s;

	if (inner == IOTX_WS_MQTT)
		judge_names(w);
	s->inner = inner;
	s->probing = false;
	s->inner_session = class_of(s)->open();
	if (s->inner_session)
		return true;
	s->inner = IOTX_WS_PLAIN;
	return false;
}

static bool is_named(struct iotx_slice name, const char *start)
{
	return name.len >= strlen(start) && !memcmp(name.data, start, strlen(start));
}

/* "mqtt" is that of 3.1.1 and 5.0, "mqttv3.1" is older and widely used. */
void iotx_ws_inner_agreed(const struct iotx_ws_work *w)
{
	struct iotx_slice name = w->s->agreed.subprotocol;
	struct iotx_ws_side *peer = &w->s->side[!w->d->side];

	if (w->s->inner != IOTX_WS_UNDECIDED)
		return;
	if (iotx_slice_eq(name, iotx_slice_str("coap"))) {
		decide(w, IOTX_WS_COAP);
	} else if (iotx_slice_eq(name, iotx_slice_str("mqtt")) || is_named(name, "mqttv3.1")) {
		decide(w, IOTX_WS_MQTT);
		set_fresh(w->side, true);
		set_fresh(peer, peer->state == IOTX_WS_START);
	}
}

/* --- MQTT ---------------------------------------------------------------------------------- */

bool iotx_ws_inner_streams(const struct iotx_ws_work *w)
{
	return is_mqtt(w) && !w->side->doubt;
}

void iotx_ws_inner_bytes(const struct iotx_ws_work *w, const u8 *data, u32 n)
{
	struct iotx_engine_stats *stats = iotx_delivery_stats(w->d);
	const struct iotx_delivery d = inside(w);
	struct iotx_ws_side *side = w->side;
	const struct iotx_piece piece = {
		.data = data,
		.cap_len = n,
		.len = n,
		.seq = side->inner_seq,
		.has_boundary = side->fresh,
		.boundary_seq = side->inner_seq,
		.ts_ns = d.ts_ns,
	};
	u64 lost = stats->inner_lost;

	if (!n)
		return;
	side->fresh = false;
	side->inner_seq += n;
	stats->inner_bytes += n;
	class_of(w->s)->bytes(w->s->inner_session, &d, &piece);
	if (stats->inner_lost != lost)
		side->doubt = true;
}

void iotx_ws_inner_missing(const struct iotx_ws_work *w, u32 n)
{
	const struct iotx_delivery d = inside(w);

	if (!is_mqtt(w))
		return;
	class_of(w->s)->missing(w->s->inner_session, &d, n);
	w->side->fresh = false;
	w->side->hurt = true;
	if (n == IOTX_MISSING_UNKNOWN)
		w->side->doubt = true;
}

/* Whole messages and nothing else, by the rule of iotx_walk_step() for lost directions. */
static bool whole_mqtt(struct iotx_slice s)
{
	struct iotx_cur c = iotx_cur_mem(s.data, s.len);

	while (c.off < c.end) {
		struct iotx_mqtt_hdr h = {};
		enum iotx_err err = IOTX_E_SHORT;
		u8 byte;

		while (err == IOTX_E_SHORT && !iotx_cur_u8(&c, &byte))
			err = iotx_mqtt_hdr_push(&h, byte);
		if (err || !iotx_mqtt_plausible(&c, c.off, &h) || iotx_cur_skip(&c, h.length))
			return false;
	}
	return s.len;
}

static const char *title_of(const struct iotx_ws_work *w)
{
	return iotx_ws_event.title(&w->side->msg, NULL);
}

/* A message of a stream in which boundaries are not known. */
static void mqtt_message(const struct iotx_ws_work *w, struct iotx_slice content)
{
	struct iotx_ws_side *side = w->side;

	if (side->msg.opcode == IOTX_WS_TEXT)
		iotx_ws_breach(&side->msg_diag, IOTX_WS_RULE_MQTT_TEXT, 0);
	iotx_ws_report(w, &side->msg_diag, title_of(w));
	if (whole_mqtt(content))
		set_fresh(side, true);
	iotx_ws_inner_bytes(w, content.data, content.len);
}

void iotx_ws_inner_found(const struct iotx_ws_work *w, struct iotx_slice content)
{
	struct iotx_ws_session *s = w->s;

	if ((s->inner != IOTX_WS_UNDECIDED && s->inner != IOTX_WS_MQTT) || s->probing ||
	    !whole_mqtt(content))
		return;
	if (s->inner == IOTX_WS_UNDECIDED) {
		if (!decide(w, IOTX_WS_MQTT))
			return;
		s->side[!w->d->side].doubt = true;
	}
	set_fresh(w->side, true);
}

void iotx_ws_inner_look(const struct iotx_ws_work *w, const struct iotx_piece *piece)
{
	const struct iotx_ws_side *side = w->side;
	struct iotx_buf content = {};
	bool plain;

	if (side->state != IOTX_WS_FRAMES || side->in_payload || side->hdr.read ||
	    side->in_message ||
	    (is_mqtt(w) ? !side->doubt && !side->hurt : w->s->inner || w->s->probing))
		return;
	if (iotx_ws_whole(w, piece, &content, &plain) && plain)
		iotx_ws_inner_found(w, iotx_slice(content.data, (u32)content.len));
	iotx_buf_free(&content);
}

/* --- CoAP ---------------------------------------------------------------------------------- */

static bool coap_message(const struct iotx_ws_work *w, struct iotx_slice content)
{
	struct iotx_engine_stats *stats = iotx_delivery_stats(w->d);
	const struct iotx_delivery d = inside(w);
	struct iotx_ws_side *side = w->side;
	const struct iotx_piece piece = {
		.data = content.data,
		.cap_len = content.len,
		.len = content.len,
		.ts_ns = d.ts_ns,
	};

	if (content.len < 2)
		return false;
	if (side->msg.opcode == IOTX_WS_TEXT)
		iotx_ws_breach(&side->msg_diag, IOTX_WS_RULE_COAP_TEXT, 0);
	if (content.data[0] >> 4)
		iotx_ws_breach(&side->msg_diag, IOTX_WS_RULE_COAP_LENGTH, 0);
	iotx_ws_report(w, &side->msg_diag, title_of(w));
	stats->inner_bytes += content.len;
	stats->inner_decoded += content.len;
	class_of(w->s)->datagram(w->s->inner_session, &d, &piece);
	return true;
}

/* Both sides start with a CSM (RFC 8323, section 5.3). */
static bool is_csm(struct iotx_slice content)
{
	return content.len >= 2 && content.data[0] >> 4 == 0 && content.data[1] == IOTX_COAP_CSM;
}

/* --- by content ---------------------------------------------------------------------------- */

/* The client's first messages were no CONNECT: they are shown after all. */
static void show_probes(const struct iotx_ws_work *w)
{
	struct iotx_ws_session *s = w->s;
	const u8 *at = s->probe.data;

	for (u32 i = 0; i < s->probe_count; i++) {
		const struct iotx_diag none = {};
		struct iotx_ws_msg msg = {
			.opcode = IOTX_WS_BINARY,
			.fin = true,
			.frames = 1,
			.length = s->probe_len[i],
			.payload = iotx_slice(at, s->probe_len[i]),
		};

		iotx_ws_message_emit(w, &msg, &none);
		at += s->probe_len[i];
	}
	s->probe_count = 0;
	iotx_buf_free(&s->probe);
}

static enum iotx_err check_connect(const struct iotx_buf *probe)
{
	const struct iotx_cur c = iotx_cur_mem(probe->data, (u32)probe->len);
	struct iotx_head head = {};

	iotx_head_read(&c, &head);
	return iotx_mqtt_connect_check(&head);
}

/* A CONNECT comes first, maybe over some messages: mqtt.js sends one for every field. */
static bool probe(const struct iotx_ws_work *w, struct iotx_slice content)
{
	struct iotx_ws_session *s = w->s;
	enum iotx_err err = IOTX_E_ALIEN;
	size_t before = s->probe.len;

	if (content.len && !iotx_buf_add(&s->probe, content.data, content.len))
		err = check_connect(&s->probe);
	if (err == IOTX_OK && decide(w, IOTX_WS_MQTT)) {
		set_fresh(&s->side[!w->d->side], true);
		set_fresh(w->side, true);
		iotx_ws_report(w, &w->side->msg_diag, title_of(w));
		iotx_ws_inner_bytes(w, s->probe.data, (u32)s->probe.len);
		s->probe_count = 0;
		iotx_buf_free(&s->probe);
		return true;
	}
	if (err == IOTX_E_SHORT && s->probe_count < IOTX_WS_PROBES) {
		iotx_ws_report(w, &w->side->msg_diag, title_of(w));
		s->probe_len[s->probe_count++] = (u8)content.len;
		return true;
	}
	s->probe.len = before;
	show_probes(w);
	s->probing = false;
	s->inner = IOTX_WS_PLAIN;
	return is_csm(content) && decide(w, IOTX_WS_COAP) && coap_message(w, content);
}

static bool guess(const struct iotx_ws_work *w, struct iotx_slice content)
{
	if (w->s->probing && iotx_ws_role_of(w) == IOTX_WS_CLIENT)
		return probe(w, content);
	if (is_csm(content) || (!w->s->probing && iotx_coap_tcp_telling(content)))
		return decide(w, IOTX_WS_COAP) && coap_message(w, content);
	if (w->s->probing || !whole_mqtt(content) || !decide(w, IOTX_WS_MQTT))
		return false;
	w->s->side[!w->d->side].doubt = true;
	mqtt_message(w, content);
	return true;
}

bool iotx_ws_inner_message(const struct iotx_ws_work *w, struct iotx_slice content)
{
	switch (w->s->inner) {
	case IOTX_WS_UNDECIDED:
		return w->side->msg.opcode != IOTX_WS_TEXT && guess(w, content);
	case IOTX_WS_PLAIN:
		return false;
	case IOTX_WS_MQTT:
		mqtt_message(w, content);
		return true;
	case IOTX_WS_COAP:
		return coap_message(w, content);
	}
	return false;
}

/* --- the end ------------------------------------------------------------------------------- */

void iotx_ws_inner_end(const struct iotx_ws_work *w)
{
	const struct iotx_delivery d = inside(w);

	if (w->s->probe_count && iotx_ws_role_of(w) == IOTX_WS_CLIENT)
		show_probes(w);
	if (w->s->inner_session)
		class_of(w->s)->end(w->s->inner_session, &d);
}

void iotx_ws_inner_close(struct iotx_ws_session *s)
{
	if (s->inner_session)
		class_of(s)->close(s->inner_session);
	s->inner_session = NULL;
}
