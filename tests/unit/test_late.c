// SPDX-License-Identifier: GPL-2.0-only
/* CoAP on ports nobody named: which pairs of datagrams agree, and what becomes of the first. */
#include "engine_lab.h"
#include "pkt.h"

#include <iotxdp/late.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(s) (const u8 *)(s), sizeof(s) - 1

static struct iotx_late of(bool from_client, const u8 *data, u32 len, bool *shaped)
{
	struct iotx_l4 l4 = { .transport = UDP, .payload_len = len, .src_port = 40000,
			      .dst_port = 7777 };
	struct iotx_cur c = { .src = { data }, .end = len };
	struct iotx_head head = {};
	struct iotx_coap_hdr h = {};
	struct iotx_late late = {};

	l4.src[0] = 10;
	l4.dst[0] = 20;
	if (!from_client) {
		l4.src[0] = 20;
		l4.dst[0] = 10;
		l4.src_port = 7777;
		l4.dst_port = 40000;
	}
	iotx_head_read(&c, &head);
	*shaped = iotx_late_shape(&head, len, &h);
	if (*shaped)
		iotx_late_set(&late, &l4, &head, &h);
	return late;
}

#define GET_CON "\x42\x01\x12\x34\xaa\xbb\xb1x"

static const struct {
	const char *what;
	bool same_sender, agree;
	const u8 *first;
	u32 first_len;
	const u8 *next;
	u32 next_len;
} pairs[] = {
	{ "a piggybacked response", false, true, BYTES(GET_CON), BYTES("\x62\x45\x12\x34\xaa\xbb") },
	{ "its Message ID differs", false, false, BYTES(GET_CON), BYTES("\x62\x45\x12\x35\xaa\xbb") },
	{ "its token differs", false, false, BYTES(GET_CON), BYTES("\x62\x45\x12\x34\xaa\xbc") },
	{ "an empty acknowledgement", false, true, BYTES(GET_CON), BYTES("\x60\x00\x12\x34") },
	{ "of another message", false, false, BYTES(GET_CON), BYTES("\x60\x00\x12\x44") },
	{ "a reset", false, true, BYTES(GET_CON), BYTES("\x70\x00\x12\x34") },
	{ "a separate response", false, true, BYTES(GET_CON), BYTES("\x42\x45\x77\x77\xaa\xbb") },
	{ "a token of one byte does not tell", false, false, BYTES("\x51\x01\x12\x34\xaa\xb1x"),
	  BYTES("\x51\x45\x77\x77\xaa") },
	{ "a request answers nothing", false, false, BYTES(GET_CON), BYTES("\x42\x01\x77\x77\xaa\xbb") },
	{ "a response is acknowledged", false, true, BYTES("\x42\x45\x77\x77\xaa\xbb"),
	  BYTES("\x60\x00\x77\x77") },
	{ "two requests in a row", true, true, BYTES("\x50\x02\x00\xff\xb1x"),
	  BYTES("\x50\x02\x01\x00\xb1x") },
	{ "after the last Message ID comes the first", true, true, BYTES("\x50\x02\xff\xff\xb1x"),
	  BYTES("\x50\x02\x00\x00\xb1x") },
	{ "a datagram that is sent again", true, false, BYTES(GET_CON), BYTES(GET_CON) },
	{ "with another method", true, false, BYTES("\x50\x02\x00\xff\xb1x"),
	  BYTES("\x50\x01\x01\x00\xb1x") },
	{ "DNS, which has the same second byte both ways", false, false,
	  BYTES("\x44\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03"),
	  BYTES("\x44\x01\x81\x80\x00\x01\x00\x00\x00\x00\x00\x00\x03") },
	{ "a response that was captured first", false, true, BYTES("\x62\x45\x12\x34\xaa\xbb"),
	  BYTES(GET_CON) },
	{ "and is of another request", false, false, BYTES("\x62\x45\x12\x35\xaa\xbb"),
	  BYTES(GET_CON) },
	{ "two responses answer nothing", false, false, BYTES("\x62\x45\x12\x34\xaa\xbb"),
	  BYTES("\x62\x45\x12\x34\xaa\xbb") },
	{ "a confirmable request, then one that is not", true, true, BYTES("\x40\x02\x00\xff\xb1x"),
	  BYTES("\x50\x02\x01\x00\xb1x") },
	{ "two responses in a row", true, true, BYTES("\x62\x45\x00\xff\xaa\xbb"),
	  BYTES("\x62\x45\x01\x00\xaa\xbc") },
	{ "with a Message ID left out", true, false, BYTES("\x62\x45\x00\xff\xaa\xbb"),
	  BYTES("\x62\x45\x01\x01\xaa\xbc") },
	{ "with a token too short to tell", true, false, BYTES("\x61\x45\x00\xff\xaa"),
	  BYTES("\x61\x45\x01\x00\xbb") },
	{ "of which one acknowledges", true, false, BYTES("\x62\x45\x00\xff\xaa\xbb"),
	  BYTES("\x42\x45\x01\x00\xaa\xbb") },
	{ "of two codes", true, false, BYTES("\x62\x45\x00\xff\xaa\xbb"),
	  BYTES("\x62\x44\x01\x00\xaa\xbb") },
	{ "two acknowledgements that hold nothing", true, false, BYTES("\x60\x00\x00\xff"),
	  BYTES("\x60\x00\x01\x00") },
	{ "what a sender answers itself", true, false, BYTES(GET_CON), BYTES("\x60\x00\x12\x34") },
};

static void datagrams_that_agree(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		bool shaped[2];
		struct iotx_late first = of(true, pairs[i].first, pairs[i].first_len, &shaped[0]);
		struct iotx_late next = of(pairs[i].same_sender, pairs[i].next, pairs[i].next_len,
					   &shaped[1]);

		assert_true(shaped[0] && shaped[1]);
		if (iotx_late_agree(&first, &next) != pairs[i].agree)
			fail_msg("%s", pairs[i].what);
	}
}

static const struct {
	const char *what;
	const u8 *data;
	u32 len;
} strange[] = {
	{ "three bytes", BYTES("\x40\x01\x00") },
	{ "version 2", BYTES("\x80\x01\x00\x01") },
	{ "a token of nine bytes", BYTES("\x49\x01\x00\x01""123456789") },
	{ "a token that is cut", BYTES("\x44\x01\x00\x01""123") },
	{ "code 0.08", BYTES("\x40\x08\x00\x01") },
	{ "class 1", BYTES("\x40\x21\x00\x01") },
	{ "class 3", BYTES("\x40\x61\x00\x01") },
	{ "a request as an acknowledgement", BYTES("\x60\x01\x00\x01") },
	{ "a response as a reset", BYTES("\x70\x45\x00\x01") },
	{ "an empty message that holds something", BYTES("\x60\x00\x00\x01x") },
	{ "an empty NON", BYTES("\x50\x00\x00\x01") },
	{ "an option whose delta is 15", BYTES("\x40\x01\x00\x01\xf1x") },
	{ "an option whose length is 15", BYTES("\x40\x01\x00\x01\xbfx") },
	{ "a marker with nothing behind", BYTES("\x40\x01\x00\x01\xff") },
};

static void what_is_not_shaped_like_coap(void **state)
{
	bool shaped;

	(void)state;
	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
		of(true, strange[i].data, strange[i].len, &shaped);
		if (shaped)
			fail_msg("%s", strange[i].what);
	}
}

/* One datagram between a client and port 7777. */
static void datagram(bool from_client, const u8 *data, u32 len)
{
	struct iotx_pkt p = { .transport = UDP, .src_port = from_client ? LAB_CLIENT : 7777,
			      .dst_port = from_client ? 7777 : LAB_CLIENT, .payload = data,
			      .payload_len = len, .src_host = from_client ? 1 : 2,
			       .dst_host = from_client ? 2 : 1 };

	lab_frame(&p);
}

static void the_first_is_decoded_too(void **state)
{
	const struct iotx_ledger *ledger = iotx_engine_ledger(lab.engine);

	(void)state;
	datagram(true, BYTES(GET_CON));
	datagram(true, BYTES("nothing of the kind"));
	lab_expect("");
	datagram(false, BYTES("\x62\x45\x12\x34\xaa\xbb"));
	lab_expect("1:c:CON GET 3:s:ACK 2.05 Content");
	assert_int_equal(ledger->recognised_late, 1);
	assert_int_equal(ledger->not_iot, 2);
	datagram(true, BYTES("\x42\x01\x12\x35\xaa\xbc\xb1x"));
	lab_expect("1:c:CON GET 3:s:ACK 2.05 Content 4:c:CON GET");
	assert_int_equal(ledger->recognised_late, 1);
}

static void a_frame_too_long_to_keep(void **state)
{
	static u8 big[IOTX_PKT_ROOM / 2] = GET_CON;

	(void)state;
	memset(big + sizeof(GET_CON) - 1, 0xff, 1);
	datagram(true, big, 2048);
	assert_int_equal(iotx_engine_stats(lab.engine)->late_not_kept, 1);
	datagram(false, BYTES("\x62\x45\x12\x34\xaa\xbb"));
	lab_expect("2:s:ACK 2.05 Content");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(datagrams_that_agree),
		cmocka_unit_test(what_is_not_shaped_like_coap),
		cmocka_unit_test_setup_teardown(the_first_is_decoded_too, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(a_frame_too_long_to_keep, lab_setup, lab_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
