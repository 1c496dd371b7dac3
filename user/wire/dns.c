// SPDX-License-Identifier: GPL-2.0-only
#include "dns.h"

#include "base/digits.h"

#define POINTERS_MAX 127 /* a name has not more labels than that (RFC 1035, 3.1) */
#define NAME_MAX_LEN 255

/* Reads within a message; `end` is where the part ends that is being read. */
struct reader {
	struct iotx_cur cur;
	u32 end;
	struct iotx_diag *diag;
};

static enum iotx_err bad(struct reader *r, u32 off, const char *rule, const char *text)
{
	*r->diag = (struct iotx_diag){ .off = off, .rule = rule, .text = text };
	return IOTX_E_BAD;
}

static enum iotx_err need(struct reader *r, u32 n, const char *rule, const char *text)
{
	if (r->cur.off > r->end || r->end - r->cur.off < n)
		return bad(r, r->cur.off, rule, text);
	return iotx_cur_left(&r->cur) < n ? IOTX_E_SHORT : IOTX_OK;
}

/* --- names --------------------------------------------------------------------------------- */

static void put_octet(struct iotx_dns_text *t, u8 octet)
{
	if (octet == '.' || octet == '\\' || octet < 0x21 || octet > 0x7e)
		t->data[t->len++] = '\\';
	if (octet >= 0x21 && octet <= 0x7e) {
		t->data[t->len++] = (char)octet;
		return;
	}
	iotx_digits_fixed(t->data + t->len, 3, octet);
	t->len += 3;
}

/* The caller has checked that the name is within 255 octets, so it fits. */
static void put_label(struct iotx_dns_text *t, struct iotx_slice label)
{
	if (t->len)
		t->data[t->len++] = '.';
	for (u32 i = 0; i < label.len; i++)
		put_octet(t, label.data[i]);
}

/* Where reading of one name is. */
struct name {
	struct iotx_dns_text *text; /* NULL: only to be checked */
	u32 octets;
	u32 pointers;
	u32 run;   /* where the labels at hand start: a pointer leads before them */
	u32 after; /* where the name ends in its own place; 0: no pointer was met yet */
};

static enum iotx_err label_read(struct reader *r, struct name *n, u8 len)
{
	struct iotx_slice label;
	enum iotx_err err = need(r, len, "RFC 1035 3.1", "a label ends beyond what holds it");

	n->octets += 1u + len;
	if (!err && n->octets + 1 > NAME_MAX_LEN)
		err = bad(r, r->cur.off, "RFC 1035 3.1", "a name has more than 255 octets");
	if (!err)
		err = iotx_cur_slice(&r->cur, len, &label);
	if (!err && n->text)
		put_label(n->text, label);
	return err;
}

/* A prior name, never one that is still to come: so there is no way round (4.1.4). */
static enum iotx_err pointer_read(struct reader *r, struct name *n, u8 high)
{
	u32 at = r->cur.off - 1, target;
	enum iotx_err err = need(r, 1, "RFC 1035 4.1.4", "a pointer is cut");
	u8 low;

	if (!err)
		err = iotx_cur_u8(&r->cur, &low);
	if (err)
		return err;
	target = (high & 0x3fu) << 8 | low;
	if (target >= n->run || target < IOTX_DNS_HDR_LEN)
		return bad(r, at, "RFC 1035 4.1.4", "a pointer does not lead to a name before it");
	if (++n->pointers > POINTERS_MAX)
		return bad(r, at, "RFC 1035 4.1.4", "a name has more pointers than labels");
	if (!n->after)
		n->after = r->cur.off;
	n->run = r->cur.off = target;
	r->end = at; /* what is prior ends before the pointer */
	return IOTX_OK;
}

/* Moves behind the name. */
static enum iotx_err name_read(struct reader *r, struct iotx_dns_text *text)
{
	struct name n = { .text = text, .run = r->cur.off };
	u32 end = r->end;
	enum iotx_err err;
	u8 len;

	if (text)
		text->len = 0;
	do {
		err = need(r, 1, "RFC 1035 3.1", "a name ends beyond what holds it");
		if (!err)
			err = iotx_cur_u8(&r->cur, &len);
		if (err)
			return err;
		if (len >= 0xc0)
			err = pointer_read(r, &n, len);
		else if (len > 63)
			err = bad(r, r->cur.off - 1, "RFC 6891 5", "a label is of an unknown type");
		else if (len)
			err = label_read(r, &n, len);
		if (err)
			return err;
	} while (len);
	if (text && !text->len)
		text->data[text->len++] = '.';
	if (n.after)
		r->cur.off = n.after;
	r->end = end;
	return IOTX_OK;
}

/* --- records ------------------------------------------------------------------------------- */

/* `before` octets, a name or more, `behind` octets, and nothing else. */
static enum iotx_err names_check(struct reader *r, u32 before, u32 names, u32 behind)
{
	enum iotx_err err = need(r, before, "RFC 1035 3.3", "the data of a record is cut");

	if (!err)
		err = iotx_cur_skip(&r->cur, before);
	while (!err && names--)
		err = name_read(r, NULL);
	if (!err && r->end - r->cur.off != behind)
		err = bad(r, r->cur.off, "RFC 1035 3.3", "the data of a record has another length");
	return err;
}

static enum iotx_err length_check(struct reader *r, u32 len, const char *rule)
{
	if (r->end - r->cur.off != len)
		return bad(r, r->cur.off, rule, "an address has another length");
	return IOTX_OK;
}

/* One or more strings, each with its length (3.3.14). */
static enum iotx_err strings_check(struct reader *r)
{
	enum iotx_err err;
	u8 len;

	do {
		err = need(r, 1, "RFC 1035 3.3.14", "a text has no string");
		if (!err)
			err = iotx_cur_u8(&r->cur, &len);
		if (!err)
			err = need(r, len, "RFC 1035 3.3.14", "a string ends beyond its record");
		if (!err)
			err = iotx_cur_skip(&r->cur, len);
	} while (!err && r->cur.off < r->end);
	return err;
}

/* From the data's first byte to r->end. */
static enum iotx_err data_check(struct reader *r, u16 type)
{
	switch (type) {
	case IOTX_DNS_A:
		return length_check(r, 4, "RFC 1035 3.4.1");
	case IOTX_DNS_AAAA:
		return length_check(r, 16, "RFC 3596 2.2");
	case IOTX_DNS_NS:
	case IOTX_DNS_CNAME:
	case IOTX_DNS_PTR:
	case IOTX_DNS_DNAME:
		return names_check(r, 0, 1, 0);
	case IOTX_DNS_MX:
		return names_check(r, 2, 1, 0);
	case IOTX_DNS_SRV:
		return names_check(r, 6, 1, 0);
	case IOTX_DNS_SOA:
		return names_check(r, 0, 2, 20);
	case IOTX_DNS_TXT:
		return strings_check(r);
	default:
		return IOTX_OK;
	}
}

static enum iotx_err fixed_read(struct reader *r, struct iotx_dns_record *rec)
{
	u32 n = rec->section == IOTX_DNS_QUESTION ? 4 : 10;
	enum iotx_err err = need(r, n, "RFC 1035 4.1", "the message ends in a record");

	if (err)
		return err;
	iotx_cur_be16(&r->cur, &rec->type);
	iotx_cur_be16(&r->cur, &rec->class);
	if (n == 4)
		return IOTX_OK;
	iotx_cur_be32(&r->cur, &rec->ttl_s);
	return iotx_cur_be16(&r->cur, &rec->data_len);
}

/* Moves behind the record. */
static enum iotx_err record_read(struct reader *r, struct iotx_dns_record *rec)
{
	u32 end = r->end;
	enum iotx_err err;

	rec->name_off = r->cur.off;
	err = name_read(r, NULL);
	if (!err)
		err = fixed_read(r, rec);
	rec->data_off = r->cur.off;
	if (!err)
		err = need(r, rec->data_len, "RFC 1035 4.1.3", "data goes beyond the message");
	if (err)
		return err;
	r->end = r->cur.off + rec->data_len;
	if (rec->section != IOTX_DNS_QUESTION)
		err = data_check(r, rec->type);
	r->cur.off = r->end;
	r->end = end;
	return err;
}

static enum iotx_dns_section section_of(const struct iotx_dns_msg *msg, u32 index)
{
	u32 section = IOTX_DNS_QUESTION;

	while (section < IOTX_DNS_ADDITIONAL && index >= msg->count[section])
		index -= msg->count[section++];
	return (enum iotx_dns_section)section;
}

static u32 record_count(const struct iotx_dns_msg *msg)
{
	u32 n = 0;

	for (u32 i = 0; i < IOTX_DNS_SECTIONS; i++)
		n += msg->count[i];
	return n;
}

static enum iotx_err header_read(struct reader *r, struct iotx_dns_msg *msg)
{
	enum iotx_err err = need(r, IOTX_DNS_HDR_LEN, "RFC 1035 4.1.1",
				 "the message ends in its header");

	if (err)
		return err;
	iotx_cur_be16(&r->cur, &msg->id);
	iotx_cur_be16(&r->cur, &msg->flags);
	for (u32 i = 0; i < IOTX_DNS_SECTIONS; i++)
		iotx_cur_be16(&r->cur, &msg->count[i]);
	msg->has_header = true;
	return IOTX_OK;
}

enum iotx_err iotx_dns_decode(const u8 *data, u32 cap_len, u32 len, struct iotx_dns_msg *msg,
			      struct iotx_diag *diag)
{
	u32 present = cap_len < len ? cap_len : len;
	struct reader r = { .cur = iotx_cur_mem(data, present), .end = len, .diag = diag };
	struct iotx_dns_record rec;
	enum iotx_err err;

	*msg = (struct iotx_dns_msg){ .bytes = iotx_slice(data, present), .len = len };
	*diag = (struct iotx_diag){};
	err = header_read(&r, msg);
	for (u32 n = record_count(msg); !err && msg->well_formed < n;) {
		rec = (struct iotx_dns_record){ .section = section_of(msg, msg->well_formed) };
		err = record_read(&r, &rec);
		msg->well_formed += !err;
	}
	return err;
}

/* --- what was read ------------------------------------------------------------------------- */

struct iotx_dns_walk iotx_dns_walk(const struct iotx_dns_msg *msg)
{
	return (struct iotx_dns_walk){ .msg = msg, .off = IOTX_DNS_HDR_LEN };
}

static struct reader reader_at(const struct iotx_dns_msg *msg, u32 off, struct iotx_diag *diag)
{
	struct reader r = { .cur = iotx_cur_mem(msg->bytes.data, msg->bytes.len), .end = msg->len,
			    .diag = diag };

	r.cur.off = off;
	return r;
}

bool iotx_dns_next(struct iotx_dns_walk *w, struct iotx_dns_record *rec)
{
	struct iotx_diag diag;
	struct reader r = reader_at(w->msg, w->off, &diag);

	if (w->index >= w->msg->well_formed)
		return false;
	*rec = (struct iotx_dns_record){ .section = section_of(w->msg, w->index++) };
	if (record_read(&r, rec))
		return false;
	w->off = r.cur.off;
	return true;
}

u32 iotx_dns_name_end(const struct iotx_dns_msg *msg, u32 off, struct iotx_dns_text *text)
{
	struct iotx_diag diag;
	struct reader r = reader_at(msg, off, &diag);

	if (name_read(&r, text))
		text->len = 0;
	return r.cur.off;
}

void iotx_dns_name(const struct iotx_dns_msg *msg, u32 off, struct iotx_dns_text *text)
{
	iotx_dns_name_end(msg, off, text);
}

struct iotx_slice iotx_dns_data(const struct iotx_dns_msg *msg, const struct iotx_dns_record *rec)
{
	struct iotx_diag diag;
	struct reader r = reader_at(msg, rec->data_off, &diag);
	struct iotx_slice data = {};

	iotx_cur_slice(&r.cur, rec->data_len, &data);
	return data;
}

const char *iotx_dns_type_name(u16 type)
{
	static const struct {
		u16 type;
		const char *name;
	} names[] = {
		{ 1, "A" },      { 2, "NS" },     { 5, "CNAME" },  { 6, "SOA" },
		{ 10, "NULL" },  { 12, "PTR" },   { 13, "HINFO" }, { 15, "MX" },
		{ 16, "TXT" },   { 28, "AAAA" },  { 29, "LOC" },   { 33, "SRV" },
		{ 35, "NAPTR" }, { 39, "DNAME" }, { 41, "OPT" },   { 43, "DS" },
		{ 44, "SSHFP" }, { 46, "RRSIG" }, { 47, "NSEC" },  { 48, "DNSKEY" },
		{ 50, "NSEC3" }, { 52, "TLSA" },  { 64, "SVCB" },  { 65, "HTTPS" },
		{ 99, "SPF" },   { 250, "TSIG" }, { 251, "IXFR" }, { 252, "AXFR" },
		{ 255, "ANY" },  { 256, "URI" },  { 257, "CAA" },
	};

	for (u32 i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == type)
			return names[i].name;
	return NULL;
}

const char *iotx_dns_rcode_name(u8 rcode)
{
	static const char *const names[] = {
		"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
		"YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE",
	};

	return rcode < sizeof(names) / sizeof(names[0]) ? names[rcode] : NULL;
}
