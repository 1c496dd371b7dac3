/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages written in hexadecimal (see coap_hex.h), put before a guard page. */
#ifndef IOTXDP_TESTS_GUARD_HEX_H
#define IOTXDP_TESTS_GUARD_HEX_H

#include "coap_hex.h"
#include "guard.h"

/* How many bytes the text is; they are in iotx_hex_bytes. A text that is none ends the test. */
u32 iotx_hex_read(const char *hex);
extern u8 iotx_hex_bytes[COAP_TEST_MAX];

/* As iotx_guard_whole() and iotx_guard_each_prefix(). */
void iotx_hex_whole(const char *hex, iotx_guard_fn fn, void *arg);
void iotx_hex_each_prefix(const char *hex, iotx_guard_fn fn, void *arg);

#endif
