/* SPDX-License-Identifier: GPL-2.0-only */
/* An event of a protocol that does not exist: what outputs show must not depend on one. */
#ifndef IOTXDP_TESTS_FAKE_EVENT_H
#define IOTXDP_TESTS_FAKE_EVENT_H

#include "core/event.h"

struct iotx_fake_msg {
	const char *title;
	void (*fields)(struct iotx_visitor *v); /* in the class's object; may be NULL */
	void (*extra)(struct iotx_visitor *v);  /* in "iotxdp"; may be NULL */
	struct iotx_slice text;                 /* a field of its own, if data is not NULL */
};

extern const struct iotx_event_class iotx_fake_class;

/* 10.9.0.1:40000 > 10.9.0.2:1883 over TCP. */
extern const struct iotx_endpoints iotx_fake_ends;

/* A good event of 2024-05-01 12:34:56.123456789 UTC, frame 7. */
struct iotx_event iotx_fake_event(const struct iotx_fake_msg *msg);

#endif
