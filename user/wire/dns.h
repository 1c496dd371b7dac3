/* SPDX-License-Identifier: GPL-2.0-only */
/* DNS messages (RFC 1035), as of mDNS too (RFC 6762). */
#ifndef IOTXDP_WIRE_DNS_H
#define IOTXDP_WIRE_DNS_H

#include "wire.h"
#include <iotxdp/dns_hdr.h>

/* The types that are looked into; others are octets. */
#define IOTX_DNS_A 1
#define IOTX_DNS_NS 2
#define IOTX_DNS_CNAME 5
#define IOTX_DNS_SOA 6
#define IOTX_DNS_PTR 12
#define IOTX_DNS_MX 15
#define IOTX_DNS_TXT 16
#define IOTX_DNS_AAAA 28
#define IOTX_DNS_SRV 33
#define IOTX_DNS_DNAME 39

#define IOTX_DNS_CLASS_IN 1
/* mDNS: a record that takes the place of others, a question to be answered to one (10.2, 5.4). */
#define IOTX_DNS_CLASS_TOP 0x8000

/* Flags and what stands among them (4.1.1). */
#define IOTX_DNS_QR 0x8000
#define IOTX_DNS_AA 0x0400
#define IOTX_DNS_TC 0x0200
#define IOTX_DNS_RD 0x0100
#define IOTX_DNS_RA 0x0080
#define IOTX_DNS_Z 0x0040

enum iotx_dns_section {
	IOTX_DNS_QUESTION,
	IOTX_DNS_ANSWER,
	IOTX_DNS_AUTHORITY,
	IOTX_DNS_ADDITIONAL,
	IOTX_DNS_SECTIONS
};

struct iotx_dns_msg {
	bool has_header;         /* otherwise the message ends in it */
	u16 id, flags;
	u16 count[IOTX_DNS_SECTIONS];
	u32 well_formed;         /* questions and records, from the first on */
	struct iotx_slice bytes; /* the whole message, as far as it was captured */
	u32 len;                 /* of the message */
};

static inline u8 iotx_dns_rcode(const struct iotx_dns_msg *msg)
{
	return msg->flags & 15;
}

/* A question has neither TTL nor data. */
struct iotx_dns_record {
	enum iotx_dns_section section;
	u16 type, class;
	u32 ttl_s;
	u32 name_off;       /* where the owner's name starts: iotx_dns_name() */
	u32 data_off;
	u16 data_len;
};

/*
 * A name as text: labels with dots between, "." for the root. A dot or backslash within a
 * label has a backslash before it, other octets that do not print are \DDD (RFC 1035, 5.1).
 */
#define IOTX_DNS_TEXT_MAX 1024 /* 255 octets, each escaped */
struct iotx_dns_text {
	u32 len;
	char data[IOTX_DNS_TEXT_MAX];
};

static inline struct iotx_slice iotx_dns_text_slice(const struct iotx_dns_text *t)
{
	return iotx_slice(t->data, t->len);
}

/*
 * One message, without the length that stands before it over TCP, of which cap_len bytes of
 * len are present. E_SHORT when the capture ends before the last record does. On E_BAD `msg`
 * holds the records before the one that is broken.
 */
enum iotx_err iotx_dns_decode(const u8 *data, u32 cap_len, u32 len, struct iotx_dns_msg *msg,
			      struct iotx_diag *diag);

/* The well-formed questions and records in their order. */
struct iotx_dns_walk {
	const struct iotx_dns_msg *msg;
	u32 index, off;
};

struct iotx_dns_walk iotx_dns_walk(const struct iotx_dns_msg *msg);

/* False: there are no more. */
bool iotx_dns_next(struct iotx_dns_walk *w, struct iotx_dns_record *record);

/* The name that starts at off, in a record that is well formed. */
void iotx_dns_name(const struct iotx_dns_msg *msg, u32 off, struct iotx_dns_text *text);

/* The same, returning where it ends. */
u32 iotx_dns_name_end(const struct iotx_dns_msg *msg, u32 off, struct iotx_dns_text *text);

/* Of a record; empty when it is a question. */
struct iotx_slice iotx_dns_data(const struct iotx_dns_msg *msg, const struct iotx_dns_record *r);

/* "A", "HTTPS"; NULL when it has no name here. */
const char *iotx_dns_type_name(u16 type);

/* "NOERROR", "NXDOMAIN"; NULL when it has no name here. */
const char *iotx_dns_rcode_name(u8 rcode);

extern const struct iotx_event_class iotx_dns_event;

#endif
