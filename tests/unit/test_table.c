// SPDX-License-Identifier: GPL-2.0-only
#include "base/table.h"
#include "rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void finds_what_was_added(void **state)
{
	struct iotx_table *t = iotx_table_new(16, 8, 100000);

	(void)state;
	for (u64 i = 0; i < 50000; i++) {
		u64 key[2] = { i, ~i }, *value = iotx_table_add(t, key);

		assert_non_null(value);
		assert_int_equal(*value, 0);
		*value = i;
	}
	assert_int_equal(iotx_table_count(t), 50000);
	for (u64 i = 0; i < 50000; i++) {
		u64 key[2] = { i, ~i }, other[2] = { i, i }, *value = iotx_table_find(t, key);

		assert_non_null(value);
		assert_int_equal(*value, i);
		assert_memory_equal(iotx_table_key(t, value), key, sizeof(key));
		assert_null(iotx_table_find(t, other));
	}
	iotx_table_free(t);
}

static void refuses_beyond_its_limit(void **state)
{
	struct iotx_table *t = iotx_table_new(8, 4, 3);
	void *value;
	u64 key;

	(void)state;
	for (key = 0; key < 3; key++)
		assert_non_null(iotx_table_add(t, &key));
	assert_null(iotx_table_add(t, &key));
	key = 1;
	value = iotx_table_find(t, &key);
	iotx_table_remove(t, value);
	assert_null(iotx_table_find(t, &key));
	assert_non_null(iotx_table_add(t, &key));
	iotx_table_free(t);
}

static void keeps_the_order_of_use(void **state)
{
	struct iotx_table *t = iotx_table_new(8, 8, 10);
	u64 expected[] = { 2, 0, 1 }, n = 0;

	(void)state;
	for (u64 key = 0; key < 3; key++)
		*(u64 *)iotx_table_add(t, &key) = key;
	for (u64 key = 0; key < 2; key++)
		iotx_table_touch(t, iotx_table_find(t, &key));
	for (u64 *v = iotx_table_oldest(t); v; v = iotx_table_newer(t, v))
		assert_int_equal(*v, expected[n++]);
	assert_int_equal(n, 3);
	iotx_table_free(t);
}

/* Values must not move while the table grows and shrinks around them. */
static void values_stay_where_they_are(void **state)
{
	struct iotx_table *t = iotx_table_new(8, 8, 5000);
	u64 key = 7, *pinned = iotx_table_add(t, &key);
	struct iotx_rng rng = { 1 };

	(void)state;
	*pinned = 42;
	for (int i = 0; i < 20000; i++) {
		void *value;

		key = 100 + iotx_rng_below(&rng, 4000);
		value = iotx_table_find(t, &key);
		if (value)
			iotx_table_remove(t, value);
		else
			assert_non_null(iotx_table_add(t, &key));
	}
	key = 7;
	assert_ptr_equal(iotx_table_find(t, &key), pinned);
	assert_int_equal(*pinned, 42);
	iotx_table_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_added),
		cmocka_unit_test(refuses_beyond_its_limit),
		cmocka_unit_test(keeps_the_order_of_use),
		cmocka_unit_test(values_stay_where_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
