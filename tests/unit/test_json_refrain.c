/* SPDX-License-Identifier: GPL-2.0-only */
/* What is kept of a refrain is what writing it anew would give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "output/json_refrain.h"
#include "output/json_writer.h"

static u32 shown;

static void show_number(const void *thing, struct iotx_visitor *v)
{
	u64 value;

	memcpy(&value, thing, sizeof(value));
	shown++;
	v_u64(v, "first", value);
	v_text(v, "second", "x");
}

static void show_other(const void *thing, struct iotx_visitor *v)
{
	(void)thing;
	shown++;
	v_bool(v, "other", true);
}

/* A text of its own for each: all have the same place. */
static void expect(struct iotx_json_refrains *kept, const struct iotx_refrain *refrain,
		   const char *text, u32 times)
{
	struct iotx_json_writer w = { .refrains = kept };
	struct iotx_buf out = {};

	shown = 0;
	iotx_json_writer_start(&w, &out);
	v_open(&w.visitor, NULL);
	v_u64(&w.visitor, "a", 1);
	v_refrain(&w.visitor, refrain);
	v_u64(&w.visitor, "z", 2);
	v_close(&w.visitor);
	assert_int_equal(w.err, 0);
	assert_int_equal(shown, times);
	assert_int_equal(out.len, strlen(text));
	assert_memory_equal(out.data, text, out.len);
	iotx_buf_free(&out);
}

static void a_refrain_is_written_once_and_kept(void **state)
{
	static const char one[] = "{\"a\":1,\"first\":1,\"second\":\"x\",\"z\":2}";
	static const char two[] = "{\"a\":1,\"first\":2,\"second\":\"x\",\"z\":2}";
	static const char other[] = "{\"a\":1,\"other\":true,\"z\":2}";
	struct iotx_json_refrains *kept = iotx_json_refrains_new();
	u64 number = 1;
	struct iotx_refrain refrain = { show_number, &number, sizeof(number), 7 };

	(void)state;
	assert_non_null(kept);
	expect(kept, &refrain, one, 1);
	expect(kept, &refrain, one, 0);
	number = 2;
	expect(kept, &refrain, two, 1);
	expect(kept, &refrain, two, 0);
	refrain.show = show_other;
	expect(kept, &refrain, other, 1);
	refrain.show = show_number;
	number = 1;
	expect(kept, &refrain, one, 1);
	expect(NULL, &refrain, one, 1);
	iotx_json_refrains_free(kept);
}

/* In front of everything else it has no comma. */
static void the_first_of_an_object_has_no_comma(void **state)
{
	struct iotx_json_refrains *kept = iotx_json_refrains_new();
	struct iotx_json_writer w = { .refrains = kept };
	u64 number = 1;
	const struct iotx_refrain refrain = { show_number, &number, sizeof(number), 7 };
	struct iotx_buf out = {};

	(void)state;
	assert_non_null(kept);
	for (u32 i = 0; i < 6; i++) {
		bool first = i / 2 != 1;

		out.len = 0;
		shown = 0;
		iotx_json_writer_start(&w, &out);
		v_open(&w.visitor, NULL);
		if (!first)
			v_u64(&w.visitor, "a", 1);
		v_refrain(&w.visitor, &refrain);
		v_u64(&w.visitor, "z", 2);
		assert_int_equal(shown, i % 2 == 0);
		assert_int_equal(out.len, first ? 29 : 35);
		assert_memory_equal(out.data, first ? "{\"first\":1" : "{\"a\":1,\"first\":1",
				    first ? 10 : 16);
	}
	iotx_buf_free(&out);
	iotx_json_refrains_free(kept);
}

/* What is too long to keep is right all the same. */
static void show_long(const void *thing, struct iotx_visitor *v)
{
	shown++;
	for (u32 i = 0; i < 100; i++)
		show_number(thing, v);
}

static void a_long_one_is_not_kept(void **state)
{
	struct iotx_json_refrains *kept = iotx_json_refrains_new();
	struct iotx_json_writer w = { .refrains = kept };
	u64 number = 5;
	const struct iotx_refrain refrain = { show_long, &number, sizeof(number), 1 };
	struct iotx_buf out = {};

	(void)state;
	assert_non_null(kept);
	shown = 0;
	iotx_json_writer_start(&w, &out);
	v_open(&w.visitor, NULL);
	v_u64(&w.visitor, "a", 1);
	v_refrain(&w.visitor, &refrain);
	v_refrain(&w.visitor, &refrain);
	assert_int_equal(shown, 202);
	iotx_buf_free(&out);
	iotx_json_refrains_free(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refrain_is_written_once_and_kept),
		cmocka_unit_test(the_first_of_an_object_has_no_comma),
		cmocka_unit_test(a_long_one_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
