// SPDX-License-Identifier: GPL-2.0-only
/*
 * DNS and mDNS, over UDP and TCP: answers name addresses. An address gets the name that
 * was asked for, not the one at the end of a chain of aliases: a person knows the broker
 * by it.
 */
#include "core/assembly.h"
#include "core/conv.h"
#include "core/names.h"
#include "wire/dns.h"
#include <stdlib.h>

#define MDNS_PORT 5353

/* Links of alias chains that are looked at in one message; resolvers give up earlier. */
#define ALIASES_MAX 16

/* Addresses learnt from one message. */
#define ADDRESSES_MAX 64

struct session {
	struct iotx_assembly side[2];
};

static void *session_open(void)
{
	return calloc(1, sizeof(struct session));
}

static void session_close(void *session)
{
	struct session *s = session;

	iotx_assembly_free(&s->side[0]);
	iotx_assembly_free(&s->side[1]);
	free(s);
}

/* --- names --------------------------------------------------------------------------------- */

/* An alias and the name behind it, in lower case. */
struct link {
	struct iotx_dns_text alias, name;
};

struct chain {
	struct link link[ALIASES_MAX];
	u32 count;
};

/* Names that differ in case alone are one name (RFC 4343): they are kept in lower case. */
static void lower_name(const struct iotx_dns_msg *msg, u32 off, struct iotx_dns_text *text)
{
	iotx_dns_name(msg, off, text);
	for (u32 i = 0; i < text->len; i++)
		if (text->data[i] >= 'A' && text->data[i] <= 'Z')
			text->data[i] |= 0x20;
}

static void chain_read(const struct iotx_dns_msg *msg, struct chain *chain)
{
	struct iotx_dns_walk w = iotx_dns_walk(msg);
	struct iotx_dns_record rec;

	chain->count = 0;
	while (chain->count < ALIASES_MAX && iotx_dns_next(&w, &rec)) {
		struct link *link = &chain->link[chain->count];

		if (rec.section != IOTX_DNS_ANSWER || rec.type != IOTX_DNS_CNAME)
			continue;
		lower_name(msg, rec.name_off, &link->alias);
		lower_name(msg, rec.data_off, &link->name);
		chain->count++;
	}
}

/* The alias that stands for `name`, or NULL. */
static const struct iotx_dns_text *alias_of(const struct chain *chain, struct iotx_slice name)
{
	for (u32 i = 0; i < chain->count; i++)
		if (iotx_slice_eq(iotx_dns_text_slice(&chain->link[i].name), name))
			return &chain->link[i].alias;
	return NULL;
}

/* Back from the owner of an address to what was asked for; a chain may be a ring. */
static struct iotx_slice asked(const struct chain *chain, struct iotx_slice owner)
{
	const struct iotx_dns_text *alias;

	for (u32 i = 0; i < chain->count; i++) {
		alias = alias_of(chain, owner);
		if (!alias)
			break;
		owner = iotx_dns_text_slice(alias);
	}
	return owner;
}

static bool is_address(const struct iotx_dns_record *rec)
{
	return (rec->type == IOTX_DNS_A || rec->type == IOTX_DNS_AAAA) &&
	       (rec->class & ~IOTX_DNS_CLASS_TOP) == IOTX_DNS_CLASS_IN;
}

/* What a server adds to an answer is of others; what mDNS adds is its own (RFC 6763, 12). */
static bool counts(const struct iotx_dns_record *rec, bool mdns)
{
	return rec->section == IOTX_DNS_ANSWER || (mdns && rec->section == IOTX_DNS_ADDITIONAL);
}

static void learn(const struct iotx_delivery *d, const struct iotx_dns_msg *msg, bool mdns)
{
	struct iotx_dns_walk w = iotx_dns_walk(msg);
	struct iotx_dns_record rec;
	struct chain chain;
	u32 learnt = 0;

	if (!(msg->flags & IOTX_DNS_QR) || iotx_dns_rcode(msg))
		return;
	chain_read(msg, &chain);
	while (learnt < ADDRESSES_MAX && iotx_dns_next(&w, &rec)) {
		struct iotx_dns_text owner;

		if (!is_address(&rec) || !counts(&rec, mdns))
			continue;
		lower_name(msg, rec.name_off, &owner);
		iotx_names_learn(iotx_delivery_names(d), rec.type == IOTX_DNS_A ? 4 : 6,
				 iotx_dns_data(msg, &rec).data,
				 asked(&chain, iotx_dns_text_slice(&owner)));
		learnt++;
	}
}

/* --- messages ------------------------------------------------------------------------------ */

/* False: too little of it to make an event of. */
static bool message(const struct iotx_delivery *d, const struct iotx_piece *in, bool mdns,
		    bool resync)
{
	struct iotx_dns_msg msg;
	struct iotx_event ev = {
		.cls = &iotx_dns_event,
		.msg = &msg,
		.raw = iotx_slice(in->data, in->cap_len),
		.raw_len = in->len,
		.resync = resync,
	};

	ev.verdict = iotx_dns_decode(in->data, in->cap_len, in->len, &msg, &ev.diag);
	if (ev.verdict == IOTX_E_SHORT)
		return false;
	if (ev.verdict == IOTX_OK)
		learn(d, &msg, mdns);
	iotx_delivery_emit(d, &ev);
	return true;
}

/* Its answers come from the port, whoever they go to (RFC 6762, 11). */
static bool is_mdns(const struct iotx_delivery *d)
{
	return d->conv->ends[d->side].src_port == MDNS_PORT;
}

static void session_datagram(void *session, const struct iotx_delivery *d,
			     const struct iotx_piece *piece)
{
	(void)session;
	if (!message(d, piece, is_mdns(d), false))
		iotx_delivery_stats(d)->messages_cut++;
}

/* --- over TCP: a length of two octets before each (RFC 1035, 4.2.2) -------------------------- */

#define PREFIX_LEN 2

static enum iotx_err measure(const u8 *data, u32 n, u32 *len)
{
	if (n < PREFIX_LEN)
		return IOTX_E_SHORT;
	*len = PREFIX_LEN + iotx_be16(data);
	return *len < PREFIX_LEN + IOTX_DNS_HDR_LEN ? IOTX_E_BAD : IOTX_OK;
}

/* A lost direction: a segment that starts with what may be a header is taken to start there. */
static bool boundary(const struct iotx_assembly *a, const struct iotx_piece *piece, u32 *skip)
{
	(void)a;
	*skip = 0;
	return piece->cap_len >= PREFIX_LEN + IOTX_DNS_HDR_LEN &&
	       iotx_dns_plausible(piece->data + PREFIX_LEN);
}

static void stream_message(void *session, const struct iotx_delivery *d, const u8 *data,
			   u32 cap_len, u32 len)
{
	struct session *s = session;
	const struct iotx_piece piece = {
		.data = data + PREFIX_LEN,
		.cap_len = cap_len - PREFIX_LEN,
		.len = len - PREFIX_LEN,
	};

	if (!message(d, &piece, false, iotx_assembly_resynced(&s->side[d->side])))
		iotx_delivery_stats(d)->messages_truncated++;
}

static const struct iotx_assembly_class assembly = {
	.measure = measure,
	.boundary = boundary,
	.message = stream_message,
	.protocol = "dns",
	.rule = "RFC 1035 4.2.2",
	.finding = "no length of a message where one has to start",
};

static void session_bytes(void *session, const struct iotx_delivery *d,
			  const struct iotx_piece *piece)
{
	struct session *s = session;

	iotx_assembly_bytes(&assembly, &s->side[d->side], s, d, piece);
}

static void session_missing(void *session, const struct iotx_delivery *d, u32 n)
{
	struct session *s = session;

	iotx_assembly_missing(&assembly, &s->side[d->side], s, d, n);
}

static void session_end(void *session, const struct iotx_delivery *d)
{
	struct session *s = session;

	iotx_assembly_end(&assembly, &s->side[d->side], s, d);
}

const struct iotx_session_class iotx_session_dns = {
	.open = session_open,
	.close = session_close,
	.bytes = session_bytes,
	.missing = session_missing,
	.end = session_end,
	.datagram = session_datagram,
};
