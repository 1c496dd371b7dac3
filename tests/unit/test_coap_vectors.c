// SPDX-License-Identifier: GPL-2.0-only
/* The vectors of public test suites (IOTXDP_SHARED/vectors/coap.tsv), each with its verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "guard.h"
#include "vectors.h"
#include "coap_hex.h"
#include <wire/coap.h>

struct row {
	char *name, *hex, *status;
};

static const struct {
	const char *status;
	enum iotx_err err;
} verdicts[] = {
	{ "ok", IOTX_OK },          { "note", IOTX_OK },          { "ignore", IOTX_E_ALIEN },
	{ "malformed", IOTX_E_BAD }, { "violation", IOTX_E_RULE },
};

static enum iotx_err expected(const struct row *row)
{
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++)
		if (!strcmp(row->status, verdicts[i].status))
			return verdicts[i].err;
	fail_msg("%s: no such status: %s", row->name, row->status);
	return IOTX_OK;
}

struct whole {
	const struct row *row;
	u32 len;
	enum iotx_err err;
};

/* A capture's end is no fault of the message: the same verdict, or incomplete. */
static void check_prefix(const u8 *data, u32 n, void *arg)
{
	const struct whole *w = arg;
	struct iotx_coap_msg msg;
	struct iotx_diag diag;
	enum iotx_err err = iotx_coap_decode(data, n, w->len, &msg, &diag);

	if (err != w->err && (err != IOTX_E_SHORT || n == w->len))
		fail_msg("%s: %u of %u bytes give %d", w->row->name, n, w->len, err);
	if (err == IOTX_OK && n < w->len)
		assert_int_equal(msg.payload_len - msg.payload.len, w->len - n);
	iotx_coap_decode(data, n, n, &msg, &diag);
}

/*
 * A datagram has no end of its own: a second copy becomes payload or options of the
 * first, and only what is decided before it stays decided.
 */
static void check_appended(const u8 *data, const struct whole *w)
{
	static u8 twice[2 * COAP_TEST_MAX];
	struct iotx_coap_msg msg;
	struct iotx_diag diag;
	enum iotx_err err;

	memcpy(twice, data, w->len);
	memcpy(twice + w->len, data, w->len);
	err = iotx_coap_decode(twice, 2 * w->len, 2 * w->len, &msg, &diag);
	if (w->err == IOTX_E_ALIEN)
		assert_int_equal(err, IOTX_E_ALIEN);
	assert_true(msg.token.len + msg.options.len + msg.payload.len <= 2 * w->len);
	assert_int_equal(msg.skipped_length, 0);
	/* What lies beyond the message's length is not looked at. */
	err = iotx_coap_decode(twice, 2 * w->len, w->len, &msg, &diag);
	assert_int_equal(err, w->err);
}

static bool check_row(const struct row *row)
{
	u8 data[COAP_TEST_MAX];
	int len = coap_bytes(row->hex, data);
	struct whole w = { .row = row, .len = (u32)len };

	if (len < 0)
		return false;
	w.err = expected(row);
	iotx_guard_each_prefix(data, w.len, check_prefix, &w);
	check_appended(data, &w);
	return true;
}

static void test_vectors(void **state)
{
	u32 run = 0, skipped = 0;
	struct iotx_vectors v;

	(void)state;
	iotx_vectors_open(&v, "coap.tsv");
	while (iotx_vectors_next(&v)) {
		const struct row row = { v.column[0], v.column[2], v.column[3] };

		if (check_row(&row))
			run++;
		else
			skipped++;
	}
	iotx_vectors_close(&v);
	print_message("coap.tsv: %u rows run, %u skipped\n", run, skipped);
	assert_true(run > 180);
	assert_int_equal(skipped, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_vectors) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
