// SPDX-License-Identifier: GPL-2.0-only
#include "core/session.h"

#define IOTX_PROTO(id, name, transport, ...)                                                    \
	extern const struct iotx_session_class iotx_session_##name;
#include <iotxdp/protos.def>
#undef IOTX_PROTO

/* Recognised and counted, but not decoded: a class that takes nothing. */
const struct iotx_session_class iotx_session_websocket = {};

const struct iotx_session_class *iotx_session_class_of(enum iotx_proto proto)
{
	switch (proto) {
#define IOTX_PROTO(id, name, transport, ...)                                                    \
	case id:                                                                                \
		return &iotx_session_##name;
#include <iotxdp/protos.def>
#undef IOTX_PROTO
	default:
		return NULL;
	}
}
