/* SPDX-License-Identifier: GPL-2.0-only */
/* CBOR (RFC 8949): items one after the other, each with its place, and as text. */
#ifndef IOTXDP_WIRE_CBOR_H
#define IOTXDP_WIRE_CBOR_H

#include "coap_text.h"
#include "wire.h"

#define IOTX_CBOR_DEPTH_MAX 32 /* what is nested deeper is taken for none */
#define IOTX_CBOR_SELF_DESCRIBED 55799

enum iotx_cbor_kind {
	IOTX_CBOR_UINT,
	IOTX_CBOR_NINT, /* of the number -1 - value */
	IOTX_CBOR_BYTES,
	IOTX_CBOR_TEXT,
	IOTX_CBOR_ARRAY,
	IOTX_CBOR_MAP,
	IOTX_CBOR_TAG,
	IOTX_CBOR_SIMPLE,
	IOTX_CBOR_HALF,
	IOTX_CBOR_FLOAT,
	IOTX_CBOR_DOUBLE,
	IOTX_CBOR_END, /* of what was opened last */
};

/* An item's head; of a string all of it, unless it comes in chunks. */
struct iotx_cbor_item {
	u8 kind;         /* enum iotx_cbor_kind */
	u8 in;           /* the kind of what it stands in; IOTX_CBOR_END: in nothing */
	bool indefinite; /* its end is marked; of an END: so it was */
	bool longer;     /* its head has more bytes than it needs */
	u64 place;       /* from 0; in a map names are even */
	u64 value;       /* number, bits of a float, members, tag */
	struct iotx_slice bytes;
};

struct iotx_cbor_level {
	u64 left; /* members to come, where their number was told */
	u64 place;
	u8 kind;
	bool indefinite;
};

struct iotx_cbor_walk {
	struct iotx_cur cur;
	u32 depth;
	bool begun;
	struct iotx_cbor_level level[IOTX_CBOR_DEPTH_MAX];
};

void iotx_cbor_start(struct iotx_cbor_walk *w, struct iotx_slice data);

/*
 * E_END behind one whole item, whatever follows it. E_SHORT, E_BAD (section 5.3.1), E_LIMIT:
 * nested too deeply.
 */
enum iotx_err iotx_cbor_next(struct iotx_cbor_walk *w, struct iotx_cbor_item *out);

/* One well-formed item and nothing behind it; as a sequence (RFC 8742), any number of them. */
bool iotx_cbor_valid(struct iotx_slice data, bool sequence);

/*
 * Is it CBOR, though nobody has said so? Any two bytes may be. One item that says so of itself
 * by its tag, or a map or an array of maps, of which every name is a number or text, every head
 * as short as can be (section 4.1) and all text UTF-8.
 */
bool iotx_cbor_evident(struct iotx_slice data);

/* Diagnostic notation (section 8), of a sequence with commas between, as far as there is room. */
void iotx_cbor_text(struct iotx_slice data, struct iotx_coap_text *out);

#endif
