// SPDX-License-Identifier: GPL-2.0-only
#include "core/alias.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void expect(const struct iotx_aliases *a, u16 alias, const char *topic)
{
	assert_true(iotx_slice_eq(iotx_aliases_get(a, alias), iotx_slice_str(topic)));
}

static void binds_and_binds_anew(void **state)
{
	struct iotx_aliases a = {};

	(void)state;
	expect(&a, 1, "");
	assert_int_equal(iotx_aliases_set(&a, 65535, iotx_slice_str("last")), 0);
	assert_int_equal(iotx_aliases_set(&a, 1, iotx_slice_str("first")), 0);
	assert_int_equal(iotx_aliases_set(&a, 300, iotx_slice_str("middle")), 0);
	assert_int_equal(iotx_aliases_set(&a, 1, iotx_slice_str("other")), 0);
	expect(&a, 1, "other");
	expect(&a, 300, "middle");
	expect(&a, 65535, "last");
	expect(&a, 2, "");
	assert_int_equal(a.count, 3);
	iotx_aliases_free(&a);
	expect(&a, 1, "");
}

/* Beyond the limit an alias is unbound, never bound to what it stood for before. */
static void keeps_a_bounded_number_of_bytes(void **state)
{
	struct iotx_aliases a = {};
	u32 len = 60000;
	u8 *topic = calloc(1, len);

	(void)state;
	for (u16 i = 1; i <= 4; i++)
		assert_int_equal(iotx_aliases_set(&a, i, iotx_slice(topic, len)), 0);
	assert_int_equal(iotx_aliases_set(&a, 5, iotx_slice(topic, len)), -ENOSPC);
	expect(&a, 5, "");
	assert_int_equal(iotx_aliases_set(&a, 4, iotx_slice_str("short")), 0);
	assert_int_equal(iotx_aliases_set(&a, 5, iotx_slice(topic, len)), 0);
	assert_int_equal(iotx_aliases_set(&a, 4, iotx_slice(topic, len)), -ENOSPC);
	expect(&a, 4, "");
	assert_true(a.bytes <= IOTX_ALIAS_BYTES_MAX);
	iotx_aliases_free(&a);
	free(topic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(binds_and_binds_anew),
		cmocka_unit_test(keeps_a_bounded_number_of_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
