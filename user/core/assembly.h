/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One direction of a stream, cut into messages that say how long they are.
 *
 * A direction is lost until a boundary is found in it. From then on it counts: every
 * message says how long it is. Bytes that are missing inside a message cost that message
 * its payload; bytes missing where a header is expected lose the direction again.
 */
#ifndef IOTXDP_CORE_ASSEMBLY_H
#define IOTXDP_CORE_ASSEMBLY_H

#include "base/buf.h"
#include "core/session.h"

/* Zero-initialised is a direction of which nothing was seen. */
struct iotx_assembly {
	bool tracked;
	bool was_lost;        /* the next message is the first after bytes that were skipped */
	bool hole;            /* the message in assembly lacks bytes behind those kept */
	u32 len;              /* of the message in assembly; 0: its header is not complete */
	u32 passed;           /* bytes of it that went by, kept or not */
	u32 delivered;        /* of them, bytes that were delivered */
	struct iotx_buf kept; /* its first bytes */
};

/* What a protocol knows. `session` is its own. */
struct iotx_assembly_class {
	/* The length of the message that starts at data: see iotx_mqtt_measure(). */
	enum iotx_err (*measure)(const u8 *data, u32 n, u32 *len);
	/* Header bytes that measure() calls bad: shown as a message all the same? May be NULL. */
	bool (*unmeasured)(void *session, const struct iotx_delivery *d, const u8 *data, u32 n);
	/* Does a message start in this piece of a lost direction, and how far in? */
	bool (*boundary)(const struct iotx_assembly *a, const struct iotx_piece *piece, u32 *skip);
	/* One message, of which the first cap_len bytes are at data. */
	void (*message)(void *session, const struct iotx_delivery *d, const u8 *data, u32 cap_len,
			u32 len);
	/* d->side was lost: what was learnt from it may be outdated. May be NULL. */
	void (*lost)(void *session, const struct iotx_delivery *d);
	const char *protocol; /* of the finding where no header is: its name and ... */
	const char *rule;     /* ... whom it offends */
	const char *finding;
};

/* These three are what a session class needs for streams. */
void iotx_assembly_bytes(const struct iotx_assembly_class *cls, struct iotx_assembly *a,
			 void *session, const struct iotx_delivery *d,
			 const struct iotx_piece *piece);
void iotx_assembly_missing(const struct iotx_assembly_class *cls, struct iotx_assembly *a,
			   void *session, const struct iotx_delivery *d, u32 n);
void iotx_assembly_end(const struct iotx_assembly_class *cls, struct iotx_assembly *a,
		       void *session, const struct iotx_delivery *d);

/* True for the first message after a loss. */
bool iotx_assembly_resynced(struct iotx_assembly *a);
void iotx_assembly_free(struct iotx_assembly *a);

#endif
