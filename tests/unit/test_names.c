// SPDX-License-Identifier: GPL-2.0-only
#include "core/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const u8 one[16] = { 10, 9, 0, 1 }, two[16] = { 10, 9, 0, 2 }, three[16] = { 10, 9, 0, 3 };

static void learn(struct iotx_names *n, const u8 *ip, const char *name)
{
	iotx_names_learn(n, 4, ip, iotx_slice_str(name));
}

static void the_last_name_counts(void **state)
{
	struct iotx_names *n = iotx_names_new(8);

	(void)state;
	assert_null(iotx_names_of(n, 4, one));
	learn(n, one, "a");
	learn(n, two, "b");
	assert_string_equal(iotx_names_of(n, 4, one), "a");
	learn(n, one, "c");
	assert_string_equal(iotx_names_of(n, 4, one), "c");
	assert_string_equal(iotx_names_of(n, 4, two), "b");
	iotx_names_free(n);
}

/* The same sixteen bytes are two addresses; of IPv4 only four bytes are looked at. */
static void versions_are_kept_apart(void **state)
{
	struct iotx_names *n = iotx_names_new(8);
	u8 more[16] = { 10, 9, 0, 1, 99 };

	(void)state;
	learn(n, one, "four");
	assert_null(iotx_names_of(n, 6, one));
	assert_string_equal(iotx_names_of(n, 4, more), "four");
	iotx_names_learn(n, 6, one, iotx_slice_str("six"));
	assert_null(iotx_names_of(n, 6, more));
	assert_string_equal(iotx_names_of(n, 6, one), "six");
	assert_string_equal(iotx_names_of(n, 4, one), "four");
	iotx_names_free(n);
}

static void the_one_not_named_for_longest_makes_room(void **state)
{
	struct iotx_names *n = iotx_names_new(2);

	(void)state;
	learn(n, one, "a");
	learn(n, two, "b");
	learn(n, one, "a");
	learn(n, three, "c");
	assert_string_equal(iotx_names_of(n, 4, one), "a");
	assert_null(iotx_names_of(n, 4, two));
	assert_string_equal(iotx_names_of(n, 4, three), "c");
	iotx_names_free(n);
}

static void names_that_are_not_learnt(void **state)
{
	struct iotx_names *n = iotx_names_new(8);
	char name[IOTX_NAME_LEN_MAX + 1];

	(void)state;
	memset(name, 'x', sizeof(name));
	iotx_names_learn(n, 4, one, iotx_slice(name, 0));
	assert_null(iotx_names_of(n, 4, one));
	iotx_names_learn(n, 4, one, iotx_slice(name, sizeof(name)));
	assert_null(iotx_names_of(n, 4, one));
	iotx_names_learn(n, 4, one, iotx_slice(name, IOTX_NAME_LEN_MAX));
	assert_int_equal(strlen(iotx_names_of(n, 4, one)), IOTX_NAME_LEN_MAX);
	iotx_names_free(n);
	iotx_names_free(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_name_counts),
		cmocka_unit_test(versions_are_kept_apart),
		cmocka_unit_test(the_one_not_named_for_longest_makes_room),
		cmocka_unit_test(names_that_are_not_learnt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
