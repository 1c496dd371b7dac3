/* SPDX-License-Identifier: GPL-2.0-only */
/* Does a server's Sec-WebSocket-Accept answer the key (RFC 6455, section 4.2.2)? */
#ifndef IOTXDP_CORE_WS_ACCEPT_H
#define IOTXDP_CORE_WS_ACCEPT_H

#include "base/slice.h"

bool iotx_ws_accept_ok(struct iotx_slice key, struct iotx_slice accept);

#endif
