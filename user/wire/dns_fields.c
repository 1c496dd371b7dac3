// SPDX-License-Identifier: GPL-2.0-only
/* The "dns" object of an event: EVE's third version of it. */
#include "dns.h"

#include "base/digits.h"
#include "base/ip.h"

#define VERSION 3
#define OCTETS_MAX 256 /* of data of an unknown type that are shown */
#define STRINGS_MAX 512 /* of a TXT */
#define SHOWN_PER_OCTET 16 /* characters of names for each octet of a message ... */
#define SHOWN_LEAST 4096   /* ... beyond these */

static void show_name(const struct iotx_dns_msg *msg, u32 off, struct iotx_visitor *v,
		      const char *name)
{
	struct iotx_dns_text text;

	iotx_dns_name(msg, off, &text);
	v_str(v, name, iotx_dns_text_slice(&text));
}

/* A name, or as RFC 3597 (section 5) writes what has none. */
static void show_type(struct iotx_visitor *v, u16 type)
{
	char text[4 + IOTX_U64_DIGITS] = "TYPE";
	const char *name = iotx_dns_type_name(type);

	if (name)
		v_text(v, "rrtype", name);
	else
		v_str(v, "rrtype", iotx_slice(text, 4 + iotx_digits_put(text + 4, type)));
}

/* --- data ---------------------------------------------------------------------------------- */

static void show_address(struct iotx_visitor *v, struct iotx_slice data)
{
	char text[IOTX_IP_MAX];

	v_str(v, "rdata",
	      iotx_slice(text, (u32)(iotx_ip_put(text, data.len == 4 ? 4 : 6, data.data) - text)));
}

/* The strings with a blank between, as far as there is room. */
static void show_strings(struct iotx_visitor *v, struct iotx_slice data)
{
	u8 text[STRINGS_MAX];
	u32 len = 0;

	for (u32 at = 0; at < data.len; at += 1u + data.data[at]) {
		u32 n = data.data[at], room = STRINGS_MAX - len;

		if (at && room) {
			text[len++] = ' ';
			room--;
		}
		n = n < room ? n : room;
		memcpy(text + len, data.data + at + 1, n);
		len += n;
	}
	v_str(v, "rdata", iotx_slice(text, len));
}

/* RFC 3597, section 5 */
static void show_octets(struct iotx_visitor *v, struct iotx_slice data)
{
	char text[3 + IOTX_U64_DIGITS + 1 + 2 * OCTETS_MAX] = "\\# ";
	u32 len = 3;

	if (!data.len || data.len > OCTETS_MAX)
		return;
	len += iotx_digits_put(text + len, data.len);
	text[len++] = ' ';
	for (u32 i = 0; i < data.len; i++, len += 2)
		iotx_digits_hex(text + len, data.data[i]);
	v_str(v, "rdata", iotx_slice(text, len));
}

static void show_srv(const struct iotx_dns_msg *msg, const struct iotx_dns_record *rec,
		     struct iotx_visitor *v)
{
	struct iotx_slice data = iotx_dns_data(msg, rec);

	if (rec->section != IOTX_DNS_ANSWER) { /* EVE has the object only there */
		show_name(msg, rec->data_off + 6, v, "rdata");
		return;
	}
	v_open(v, "srv");
	v_u64(v, "priority", iotx_be16(data.data));
	v_u64(v, "weight", iotx_be16(data.data + 2));
	v_u64(v, "port", iotx_be16(data.data + 4));
	show_name(msg, rec->data_off + 6, v, "name");
	v_close(v);
}

static void show_soa(const struct iotx_dns_msg *msg, const struct iotx_dns_record *rec,
		     struct iotx_visitor *v)
{
	static const char *const names[] = { "serial", "refresh", "retry", "expire", "minimum" };
	struct iotx_slice data = iotx_dns_data(msg, rec);
	const u8 *numbers = data.data + data.len - 20;
	struct iotx_dns_text mname, rname;

	if (rec->section == IOTX_DNS_ADDITIONAL)
		return;
	iotx_dns_name(msg, iotx_dns_name_end(msg, rec->data_off, &mname), &rname);
	v_open(v, "soa");
	v_str(v, "mname", iotx_dns_text_slice(&mname));
	v_str(v, "rname", iotx_dns_text_slice(&rname));
	for (u32 i = 0; i < 5; i++)
		v_u64(v, names[i], iotx_be32(numbers + 4 * i));
	v_close(v);
}

static void show_data(const struct iotx_dns_msg *msg, const struct iotx_dns_record *rec,
		      struct iotx_visitor *v)
{
	switch (rec->type) {
	case IOTX_DNS_A:
	case IOTX_DNS_AAAA:
		show_address(v, iotx_dns_data(msg, rec));
		break;
	case IOTX_DNS_NS:
	case IOTX_DNS_CNAME:
	case IOTX_DNS_PTR:
	case IOTX_DNS_DNAME:
		show_name(msg, rec->data_off, v, "rdata");
		break;
	case IOTX_DNS_MX:
		show_name(msg, rec->data_off + 2, v, "rdata");
		break;
	case IOTX_DNS_SRV:
		show_srv(msg, rec, v);
		break;
	case IOTX_DNS_SOA:
		show_soa(msg, rec, v);
		break;
	case IOTX_DNS_TXT:
		show_strings(v, iotx_dns_data(msg, rec));
		break;
	default:
		show_octets(v, iotx_dns_data(msg, rec));
	}
}

static u32 name_length(const struct iotx_dns_msg *msg, u32 off)
{
	struct iotx_dns_text text;

	iotx_dns_name(msg, off, &text);
	return iotx_dns_text_slice(&text).len;
}

/* What show_record() makes of the names of a record. */
static u32 names_length(const struct iotx_dns_msg *msg, const struct iotx_dns_record *rec)
{
	u32 n = name_length(msg, rec->name_off), off;
	struct iotx_dns_text text;

	if (rec->section == IOTX_DNS_QUESTION)
		return n;
	switch (rec->type) {
	case IOTX_DNS_NS:
	case IOTX_DNS_CNAME:
	case IOTX_DNS_PTR:
	case IOTX_DNS_DNAME:
		return n + name_length(msg, rec->data_off);
	case IOTX_DNS_MX:
		return n + name_length(msg, rec->data_off + 2);
	case IOTX_DNS_SRV:
		return n + name_length(msg, rec->data_off + 6);
	case IOTX_DNS_SOA:
		off = iotx_dns_name_end(msg, rec->data_off, &text);
		return n + iotx_dns_text_slice(&text).len + name_length(msg, off);
	}
	return n;
}

/* --- the message --------------------------------------------------------------------------- */

/* Questions and answers are what a person wants to see. */
static enum iotx_weight weight_of(enum iotx_dns_section section)
{
	return section <= IOTX_DNS_ANSWER ? IOTX_SHOW : IOTX_DETAIL;
}

static void show_record(const struct iotx_dns_msg *msg, const struct iotx_dns_record *rec,
			struct iotx_visitor *v)
{
	v_open(v, NULL);
	show_name(msg, rec->name_off, v, "rrname");
	show_type(v, rec->type);
	if (rec->section != IOTX_DNS_QUESTION) {
		v->weight = IOTX_DETAIL;
		v_u64(v, "ttl", rec->ttl_s);
		v->weight = weight_of(rec->section);
		show_data(msg, rec, v);
	}
	v_close(v);
}

/*
 * Names are compressed: a message of such pointers says the same long name thousands of
 * times. As many records are shown as their names take SHOWN_PER_OCTET times the message.
 */
static u32 records_shown(const struct iotx_dns_msg *msg, u32 *all)
{
	u64 room = (u64)SHOWN_PER_OCTET * msg->bytes.len + SHOWN_LEAST;
	struct iotx_dns_walk w = iotx_dns_walk(msg);
	struct iotx_dns_record rec;
	u32 shown = 0;

	for (*all = 0; iotx_dns_next(&w, &rec); ++*all) {
		u32 n = names_length(msg, &rec);

		room = n < room ? room - n : 0;
		shown += room != 0;
	}
	return shown;
}

static void show_records(const struct iotx_dns_msg *msg, struct iotx_visitor *v)
{
	u32 all, left = records_shown(msg, &all);
	static const char *const names[] = { "queries", "answers", "authorities", "additionals" };
	struct iotx_dns_walk w = iotx_dns_walk(msg);
	struct iotx_dns_record rec;
	u32 open = IOTX_DNS_SECTIONS; /* the list that is open */

	while (left-- && iotx_dns_next(&w, &rec)) {
		if (rec.section != open) {
			if (open != IOTX_DNS_SECTIONS)
				v_end(v);
			open = rec.section;
			v->weight = weight_of(rec.section);
			v_list(v, names[open]);
		}
		show_record(msg, &rec, v);
	}
	if (open != IOTX_DNS_SECTIONS)
		v_end(v);
	v->weight = IOTX_SHOW;
}

static void show_flags(const struct iotx_dns_msg *msg, struct iotx_visitor *v)
{
	static const struct {
		const char *name;
		u16 bit;
	} bits[] = {
		{ "qr", IOTX_DNS_QR }, { "aa", IOTX_DNS_AA }, { "tc", IOTX_DNS_TC },
		{ "rd", IOTX_DNS_RD }, { "ra", IOTX_DNS_RA }, { "z", IOTX_DNS_Z },
	};
	char hex[4];

	iotx_digits_hex(hex, (u8)(msg->flags >> 8));
	iotx_digits_hex(hex + 2, (u8)msg->flags);
	v_str(v, "flags", iotx_slice(hex, sizeof(hex)));
	for (u32 i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (msg->flags & bits[i].bit)
			v_bool(v, bits[i].name, true);
	v_u64(v, "opcode", msg->flags >> 11 & 15);
}

static void show_rcode(const struct iotx_dns_msg *msg, struct iotx_visitor *v)
{
	const char *name = iotx_dns_rcode_name(iotx_dns_rcode(msg));
	char digits[IOTX_U64_DIGITS];

	if (name)
		v_text(v, "rcode", name);
	else
		v_str(v, "rcode", iotx_slice(digits, iotx_digits_put(digits, iotx_dns_rcode(msg))));
}

static void fields(const void *data, struct iotx_visitor *v)
{
	const struct iotx_dns_msg *msg = data;
	bool response = msg->flags & IOTX_DNS_QR;

	v->weight = IOTX_DETAIL; /* the title says it */
	v_u64(v, "version", VERSION);
	v_text(v, "type", response ? "response" : "request");
	if (msg->has_header) {
		v_u64(v, "id", msg->id);
		show_flags(msg, v);
		if (response)
			show_rcode(msg, v);
		show_records(msg, v);
	}
	v->weight = IOTX_SHOW;
}

/* Records of mDNS that take the place of those known before (RFC 6762, 10.2). */
static void extra(const void *data, struct iotx_visitor *v)
{
	const struct iotx_dns_msg *msg = data;
	struct iotx_dns_walk w = iotx_dns_walk(msg);
	struct iotx_dns_record rec;
	u32 flush = 0, shown, all;

	while (iotx_dns_next(&w, &rec))
		flush += rec.section != IOTX_DNS_QUESTION && rec.class & IOTX_DNS_CLASS_TOP &&
			 rec.type != 41; /* the class of OPT is a size (RFC 6891, 6.1.2) */
	shown = records_shown(msg, &all);
	v->weight = IOTX_DETAIL;
	if (flush)
		v_u64(v, "cache_flush", flush);
	v->weight = IOTX_SHOW;
	if (shown < all)
		v_u64(v, "records_left_out", all - shown);
	v->weight = IOTX_SHOW;
}

static const char *title(const void *data, char buf[IOTX_TITLE_MAX])
{
	const struct iotx_dns_msg *msg = data;
	const char *rcode = iotx_dns_rcode_name(iotx_dns_rcode(msg));
	static const char start[] = "response ";

	if (!msg->has_header)
		return "cut header";
	if (!(msg->flags & IOTX_DNS_QR))
		return "query";
	if (!rcode)
		return "response";
	memcpy(buf, start, sizeof(start) - 1);
	memcpy(buf + sizeof(start) - 1, rcode, strlen(rcode) + 1);
	return buf;
}

const struct iotx_event_class iotx_dns_event = {
	.name = "dns",
	.label = "DNS",
	.dissector = { .name = "dns", .as_udp = true },
	.title = title,
	.fields = fields,
	.extra = extra,
};
