/* SPDX-License-Identifier: GPL-2.0-only */
/* A strict reader of JSON (RFC 8259): says yes or no, keeps nothing. */
#ifndef IOTXDP_TESTS_JSON_CHECK_H
#define IOTXDP_TESTS_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* One value and nothing behind it: UTF-8, no raw control characters, no key twice. */
bool iotx_json_check(const void *text, size_t len);

#endif
