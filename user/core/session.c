// SPDX-License-Identifier: GPL-2.0-only
#include "core/session.h"

#define IOTX_PROTO(id, name)                                                    \
	extern const struct iotx_session_class iotx_session_##name;
#include <iotxdp/protos.def>

/* Recognised and counted, but not decoded: classes that take nothing. */
const struct iotx_session_class iotx_session_websocket = {};

const struct iotx_session_class *iotx_session_class_of(enum iotx_proto proto)
{
	switch (proto) {
#define IOTX_PROTO(id, name)                                                    \
	case id:                                                                                \
		return &iotx_session_##name;
#include <iotxdp/protos.def>
	default:
		return NULL;
	}
}
