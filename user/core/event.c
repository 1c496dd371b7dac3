// SPDX-License-Identifier: GPL-2.0-only
#include "event.h"

#include "base/digits.h"
#include "base/ip.h"
#include "base/time.h"

#include <iotxdp/proto.h>
#include <stddef.h>

const char *iotx_endpoint_format(char *buf, u8 ip_version, const u8 *ip, u16 port)
{
	char *at = buf;

	if (ip_version == 6)
		*at++ = '[';
	at = iotx_ip_put(at, ip_version, ip);
	if (ip_version == 6)
		*at++ = ']';
	*at++ = ':';
	at += iotx_digits_put(at, port);
	*at = '\0';
	return buf;
}

/* --- the event ----------------------------------------------------------------------------- */

const char *iotx_verdict_name(enum iotx_err verdict)
{
	switch (verdict) {
#define X(id, value, name, sentence)                                                            \
	case IOTX_##id:                                                                         \
		return name;
		IOTX_ERRORS(X)
#undef X
	}
	return "unknown";
}

static void show_ip(struct iotx_visitor *v, const char *name, u8 ip_version, const u8 *ip)
{
	char text[IOTX_ENDPOINT_MAX];

	v_plain(v, name, iotx_slice(text, (u32)(iotx_ip_put(text, ip_version, ip) - text)));
}

static void show_vlan(struct iotx_visitor *v, const struct iotx_endpoints *ends)
{
	if (!ends->vlan_count)
		return;
	v_list(v, "vlan");
	for (u32 i = 0; i < ends->vlan_count && i < 2; i++)
		v_u64(v, NULL, ends->vlan[i]);
	v_end(v);
}

static void show_ends(const void *thing, struct iotx_visitor *v)
{
	const struct iotx_endpoints *ends = thing;

	show_vlan(v, ends);
	show_ip(v, "src_ip", ends->ip_version, ends->src_ip);
	v_u64(v, "src_port", ends->src_port);
	show_ip(v, "dest_ip", ends->ip_version, ends->dst_ip);
	v_u64(v, "dest_port", ends->dst_port);
	v_word(v, "proto", ends->transport == TCP ? "TCP" : "UDP");
	v_u64(v, "ip_v", ends->ip_version);
	v_word(v, "pkt_src", "wire/pcap");
}

/* All messages of a direction have them in common. */
static void visit_ends(struct iotx_visitor *v, const struct iotx_endpoints *ends)
{
	const struct iotx_refrain refrain = {
		.show = show_ends,
		.thing = ends,
		.size = offsetof(struct iotx_endpoints, flow_id),
		.hash = (u32)ends->flow_id ^ ends->src_port,
	};

	v_refrain(v, &refrain);
}

static void show_verdict(struct iotx_visitor *v, const struct iotx_event *ev)
{
	v_word(v, "verdict", iotx_verdict_name(ev->verdict));
	if (ev->verdict == IOTX_OK && !ev->diag.rule)
		return;
	if (ev->diag.rule)
		v_text(v, "rule", ev->diag.rule);
	v_u64(v, "offset", ev->diag.off);
	if (ev->diag.text)
		v_text(v, "finding", ev->diag.text);
}

/* What EVE has no word for. Its own "direction" is client to server, not in or out. */
static void show_own(struct iotx_visitor *v, const struct iotx_event *ev)
{
	v_open(v, "iotxdp");
	show_verdict(v, ev);
	if (ev->ends && ev->ends->dir)
		v_word(v, "direction", ev->ends->dir);
	if (ev->ends && ev->ends->src_name)
		v_text(v, "src_name", ev->ends->src_name);
	if (ev->ends && ev->ends->dst_name)
		v_text(v, "dest_name", ev->ends->dst_name);
	if (ev->over)
		v_text(v, "over", ev->over);
	if (ev->weight > 1)
		v_u64(v, "weight", ev->weight);
	if (ev->dropped)
		v_u64(v, "dropped", ev->dropped);
	if (ev->recognised_late)
		v_bool(v, "recognised_late", true);
	if (ev->duplicate)
		v_bool(v, "duplicate", true);
	if (ev->resync)
		v_bool(v, "resync", true);
	if (ev->cls->extra)
		ev->cls->extra(ev->msg, v);
	v->weight = IOTX_SHOW;
	v_close(v);
}

void iotx_event_visit_head(const struct iotx_event *ev, struct iotx_visitor *v)
{
	const struct iotx_endpoints *ends = ev->ends;
	bool packet = ends && ends->ip_version;
	char time[IOTX_TIME_EVE_LEN];

	v->weight = IOTX_SHOW;
	v_plain(v, "timestamp", iotx_time_eve(time, ev->ts_ns));
	if (packet)
		v_u64(v, "flow_id", ends->flow_id);
	if (ends && ends->iface)
		v_text(v, "in_iface", ends->iface);
	if (ev->frame)
		v_u64(v, "pcap_cnt", ev->frame);
	v_word(v, "event_type", ev->cls->name);
	if (packet)
		visit_ends(v, ends);
}

void iotx_event_visit_rest(const struct iotx_event *ev, struct iotx_visitor *v)
{
	v->weight = IOTX_SHOW;
	if (ev->cls->app_proto)
		v_text(v, "app_proto", ev->cls->app_proto(ev->msg));
	if (ev->cls->fields) {
		v_open(v, ev->cls->object ? ev->cls->object : ev->cls->name);
		ev->cls->fields(ev->msg, v);
		v->weight = IOTX_SHOW;
		v_close(v);
	}
	show_own(v, ev);
}

void iotx_event_visit(const struct iotx_event *ev, struct iotx_visitor *v)
{
	iotx_event_visit_head(ev, v);
	iotx_event_visit_rest(ev, v);
}
