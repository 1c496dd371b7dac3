// SPDX-License-Identifier: GPL-2.0-only
/* What a packet is taken for: each protocol, and each near miss. */
#include "msg.h"
#include "native.h"
#include "pkt.h"

#include <cli/ports.h>
#include <core/track.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static u8 frame[IOTX_PKT_ROOM];
static struct iotx_ports ports;

static struct iotx_tracker *tracker_new(void)
{
	struct iotx_tracker *tr;

	iotx_ports_reset(&ports);
	tr = iotx_tracker_new(&ports, 64);
	assert_non_null(tr);
	return tr;
}

static struct iotx_track track(struct iotx_tracker *tr, const struct iotx_pkt *p)
{
	u32 len = iotx_pkt_build(p, frame, NULL);
	struct iotx_frame f = { .data = iotx_guard(frame, len), .cap_len = len, .wire_len = len };
	struct iotx_track t;
	struct iotx_cur c;

	assert_int_equal(iotx_tracker_frame(tr, &f, &c, &t), IOTX_L4_OK);
	return t;
}

struct row {
	const char *what;
	u8 transport;
	u16 src_port, dst_port;
	const char *payload;
	u32 len;
	enum iotx_proto want;
};

#define P(text) text, sizeof(text) - 1
#define CONNECT P("\x10\x0c\0\4MQTT\4\2\0\x3c\0\0")
#define UPGRADE P("GET /mqtt HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")
#define GET_COAP P("\x40\x01\x00\x01")
#define QUERY P("\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1")
#define ANSWER P("\x12\x34\x81\x80\0\1\0\1\0\0\0\0\1a\0\0\1\0\1")
#define SN_CONNECT P("\7\4\4\1\0\x3c" "a")
#define SN_PUBLISH P("\x08\x0c\0\0\1\0\0x")

static const struct row rows[] = {
	{ "CONNECT to 1883", TCP, 40000, 1883, CONNECT, MQTT },
	{ "CONNECT to any port", TCP, 40000, 12345, CONNECT, MQTT },
	{ "CONNECT to a WebSocket port", TCP, 40000, 80, CONNECT, MQTT },
	{ "CONNECT from 1883", TCP, 1883, 40000, CONNECT, MQTT },
	{ "CONNECT of MQTT 3.1 to any port", TCP, 40000, 12345,
	  P("\x10\x0e\0\6MQIsdp\3\2\0\x3c\0\0"), MQTT },
	{ "CONNECT of MQTT over UDP", UDP, 40000, 1883, CONNECT, NOT_IOT },
	{ "CONNECT over UDP to 5683", UDP, 40000, 5683, CONNECT, NOT_IOT },
	{ "CONNECT cut in the name, to 1883", TCP, 40000, 1883, P("\x10\x0c\0\4MQ"), MQTT },
	{ "one byte of a CONNECT, to 1883", TCP, 40000, 1883, P("\x10"), MQTT },
	{ "CONNECT cut in the name, to any port", TCP, 40000, 12345, P("\x10\x0c\0\4MQ"), NOT_IOT },
	{ "CONNECT with another name, to 1883", TCP, 40000, 1883,
	  P("\x10\x0c\0\4mqtt\4\2\0\x3c\0\0"), MQTT },
	{ "CONNECT with another name, from 1883", TCP, 1883, 40000,
	  P("\x10\x0c\0\4mqtt\4\2\0\x3c\0\0"), NOT_IOT },
	{ "CONNECT with another name, and more", TCP, 40000, 1883,
	  P("\x10\x0c\0\4mqtt\4\2\0\x3c\0\0\0"), MQTT },
	{ "CONNECT with flags", TCP, 40000, 1883, P("\x12\x0a\0\4MQTT\3\2\0\x1e"), MQTT },
	{ "TLS to 1883", TCP, 40000, 1883, P("\x16\3\1\2\0\1\0\1\xfc\3\3"), NOT_IOT },
	{ "CONNECT whose length has no end", TCP, 40000, 1883, P("\x10\xff\xff\xff\xff\1"), MQTT },
	{ "a byte before the CONNECT", TCP, 40000, 12345, P("\0\x10\x0c\0\4MQTT\4\2\0\x3c\0\0"),
	  NOT_IOT },
	{ "PINGREQ to 1883", TCP, 40000, 1883, P("\xc0\x00"), MQTT },
	{ "PINGREQ to any port", TCP, 40000, 12345, P("\xc0\x00"), NOT_IOT },
	{ "PUBLISH in midstream, whole", TCP, 40000, 1883, P("\x30\x04\0\1tx"), MQTT },
	{ "two of them", TCP, 1883, 40000, P("\x30\x04\0\1tx\x30\x04\0\1ty"), MQTT },
	{ "PUBLISH in midstream, cut", TCP, 40000, 1883, P("\x30\x05\0\1tx"), NOT_IOT },
	{ "no payload to 1883", TCP, 40000, 1883, P(""), NOT_IOT },
	{ "HTTP request to 1883", TCP, 40000, 1883, P("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
	  NOT_IOT },
	{ "HTTP upgrade to 1883", TCP, 40000, 1883, UPGRADE, NOT_IOT },
	{ "HTTP response from 1883", TCP, 1883, 40000, P("HTTP/1.1 200 OK\r\n\r\n"), NOT_IOT },
	{ "LDAP unbind at 1883", TCP, 40000, 1883, P("\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04"
	  "\x00\x80\x00"), NOT_IOT },
	{ "LDAP bind at 1883", TCP, 40000, 1883, P("\x30\x0c\x02\x01\x02\x60\x07\x02\x01\x03\x04"
	  "\x00\x80\x00"), NOT_IOT },
	{ "TLS to 1883", TCP, 40000, 1883, P("\x16\x03\x01\x00\x05hello"), NOT_IOT },
	{ "SSH from 1883", TCP, 1883, 40000, P("SSH-2.0-OpenSSH_9.2\r\n"), NOT_IOT },
	{ "zeroes to 1883", TCP, 40000, 1883, P("\0\0\0\0\0\0\0\0"), NOT_IOT },

	{ "upgrade to 80", TCP, 40000, 80, UPGRADE, WEBSOCKET },
	{ "upgrade to 9001", TCP, 40000, 9001, UPGRADE, WEBSOCKET },
	{ "upgrade to another port", TCP, 40000, 8000, UPGRADE, NOT_IOT },
	{ "a plain GET to 80", TCP, 40000, 80, P("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), NOT_IOT },
	{ "a POST that upgrades", TCP, 40000, 80,
	  P("POST / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"), NOT_IOT },
	{ "101 from 8080", TCP, 8080, 40000, P("HTTP/1.1 101 Switching Protocols\r\n"), WEBSOCKET },
	{ "200 from 8080", TCP, 8080, 40000, P("HTTP/1.1 200 OK\r\n"), NOT_IOT },
	{ "upgrade over UDP", UDP, 40000, 80, UPGRADE, NOT_IOT },

	{ "CoAP GET to 5683", UDP, 40000, 5683, GET_COAP, COAP },
	{ "CoAP as over UDP, over TCP", TCP, 40000, 5683, GET_COAP, NOT_IOT },
	{ "CoAP GET to any port", UDP, 40000, 5690, GET_COAP, NOT_IOT },
	{ "2.05 from 5683", UDP, 5683, 40000, P("\x60\x45\x00\x01\xffhi"), COAP },
	{ "an empty datagram to 5683", UDP, 40000, 5683, P(""), NOT_IOT },
	{ "three bytes to 5683", UDP, 40000, 5683, P("\x40\x01\x00"), NOT_IOT },
	{ "version 2 to 5683", UDP, 40000, 5683, P("\x80\x01\x00\x01"), NOT_IOT },
	{ "class 7 to 5683", UDP, 40000, 5683, P("\x40\xe1\x00\x01"), COAP },
	{ "class 7 from 5683", UDP, 5683, 40000, P("\x40\xe1\x00\x01"), NOT_IOT },
	{ "a bad token length to 5683", UDP, 40000, 5683, P("\x4f\x01\x00\x01"), COAP },
	{ "a bad token length from 5683", UDP, 5683, 40000, P("\x4f\x45\x00\x01"), NOT_IOT },
	{ "DNS answer to 5683", UDP, 53, 5683, ANSWER, NOT_IOT },
	{ "NTP from 5683", UDP, 5683, 123, P("\x23\0\x06\xec\0\0\0\0\0\0\0\0\0\0\0\0"), NOT_IOT },

	{ "CSM to 5683", TCP, 40000, 5683, P("\x00\xe1"), COAP },
	{ "CSM with options and more behind it", TCP, 40000, 5683,
	  P("\x50\xe1\x23\x10\0\0\x40\x00\x01"), COAP },
	{ "CSM from 5683", TCP, 5683, 40000, P("\x00\xe1"), COAP },
	{ "CSM to another port", TCP, 40000, 5690, P("\x00\xe1"), NOT_IOT },
	{ "one CoAP message in midstream", TCP, 40000, 5683, P("\x21\x01\xaa\xb1x"), COAP },
	{ "with the long length", TCP, 40000, 5683, P("\xd0\x00\x45xxxxxxxxxxxxx"), COAP },
	{ "a part of it", TCP, 40000, 5683, P("\x21\x01\xaa\xb1"), NOT_IOT },
	{ "a byte more than it", TCP, 40000, 5683, P("\x21\x01\xaa\xb1xx"), NOT_IOT },
	{ "its first byte", TCP, 40000, 5683, P("\x21"), NOT_IOT },
	{ "a token of 9 bytes over TCP", TCP, 40000, 5683, P("\x09\x01xxxxxxxxx"), NOT_IOT },
	{ "class 6 over TCP", TCP, 40000, 5683, P("\x00\xc1"), NOT_IOT },

	{ "DNS query", UDP, 40000, 53, QUERY, DNS },
	{ "DNS query from 5683", UDP, 5683, 53, QUERY, DNS },
	{ "DNS answer", UDP, 53, 40000, ANSWER, DNS },
	{ "mDNS", UDP, 5353, 5353, P("\0\0\x84\0\0\0\0\1\0\0\0\0\1a\0\0\1\0\1"), DNS },
	{ "DNS query to another port", UDP, 40000, 54, QUERY, NOT_IOT },
	{ "its header and nothing else", UDP, 40000, 53, P("\x12\x34\1\0\0\1\0\0\0\0\0\0"), DNS },
	{ "a header of 11 bytes", UDP, 40000, 53, P("\x12\x34\1\0\0\1\0\0\0\0\0"), NOT_IOT },
	{ "DNS with neither question nor answer", UDP, 40000, 53,
	  P("\x12\x34\1\0\0\0\0\0\0\0\0\0"), NOT_IOT },
	{ "DNS update", UDP, 40000, 53, P("\x12\x34\x28\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1"), NOT_IOT },
	{ "the bit that must be zero", UDP, 40000, 53, P("\x12\x34\1\x40\0\1\0\0\0\0\0\0"), NOT_IOT },
	{ "seventeen questions", UDP, 40000, 53, P("\x12\x34\1\0\0\x11\0\0\0\0\0\0"), NOT_IOT },
	{ "DNS query over TCP", TCP, 40000, 53, P("\0\x13\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1"), DNS },
	{ "DNS query over TCP without its length", TCP, 40000, 53, QUERY, NOT_IOT },
	{ "its length and eleven bytes", TCP, 40000, 53, P("\0\x13\x12\x34\1\0\0\1\0\0\0\0\0"), NOT_IOT },

	{ "MQTT-SN PUBLISH to 1885", UDP, 40000, 1885, SN_PUBLISH, MQTTSN },
	{ "MQTT-SN PUBLISH to 1883", UDP, 40000, 1883, SN_PUBLISH, MQTTSN },
	{ "MQTT-SN PUBLISH to another port", UDP, 40000, 1886, SN_PUBLISH, NOT_IOT },
	{ "MQTT-SN PUBLISH over TCP", TCP, 40000, 1885, SN_PUBLISH, NOT_IOT },
	{ "a byte behind it", UDP, 40000, 1885, P("\x08\x0c\0\0\1\0\0xx"), NOT_IOT },
	{ "a byte too few", UDP, 40000, 1885, P("\x08\x0c\0\0\1\0\0"), NOT_IOT },
	{ "the long length", UDP, 40000, 1885, P("\1\0\x0a\x0c\0\0\1\0\0x"), MQTTSN },
	{ "the long length, cut", UDP, 40000, 1885, P("\1\0\x04"), NOT_IOT },
	{ "a length of 0", UDP, 40000, 1885, P("\0\x16"), NOT_IOT },
	{ "a reserved type", UDP, 40000, 1885, P("\2\3"), NOT_IOT },
	{ "PINGREQ", UDP, 40000, 1885, P("\2\x16"), MQTTSN },
	{ "PINGRESP from the port", UDP, 1885, 40000, P("\2\x17"), MQTTSN },
	{ "an encapsulated PINGREQ", UDP, 40000, 1885, P("\4\xfe\0\7\2\x16"), MQTTSN },
	{ "an encapsulation of nothing", UDP, 40000, 1885, P("\4\xfe\0\7"), NOT_IOT },
	{ "MQTT-SN CONNECT to any port", UDP, 40000, 12345, SN_CONNECT, MQTTSN },
	{ "a CONNECT of another protocol", UDP, 40000, 12345, P("\7\4\4\2\0\x3c" "a"), NOT_IOT },
	{ "a CONNECT with DUP", UDP, 40000, 12345, P("\7\4\x84\1\0\x3c" "a"), NOT_IOT },
	{ "a CONNECT without a name", UDP, 40000, 12345, P("\6\4\4\1\0\x3c"), NOT_IOT },
	{ "a CONNECT with a byte behind it", UDP, 40000, 12345, P("\7\4\4\1\0\x3c" "ab"), NOT_IOT },
};

static void one_packet(void **state)
{
	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];

		for (u8 version = 4; version <= 6; version += 2) {
			struct iotx_tracker *tr = tracker_new();
			struct iotx_pkt p = { .ip_version = version, .transport = row->transport,
					      .src_host = 1, .dst_host = 2, .padding = 6,
					      .src_port = row->src_port, .dst_port = row->dst_port,
					      .payload = row->payload, .payload_len = row->len };
			struct iotx_track t = track(tr, &p);

			if (t.proto != row->want)
				fail_msg("%s: %d", row->what, t.proto);
			assert_int_equal(iotx_tracker_ledger(tr)->not_iot, row->want == NOT_IOT);
			assert_int_equal(iotx_tracker_ledger(tr)->flows_created,
					 row->want != NOT_IOT && row->want != DNS);
			iotx_tracker_free(tr);
		}
	}
}

/* Text protocols on port 1883 in lines of every length: never taken for MQTT. */
static void lines_of_text_of_every_length(void **state)
{
	static const char *const starts[] = {
		"GET /", "POST /", "PUT /", "PATCH /", "HEAD /", "DELETE /", "OPTIONS *",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 200 OK\r\n", "220 mail ESMTP",
		"EHLO there", "PASS secret", "@RSYNCD: 31.0", "{\"id\":1}", "<?xml version",
	};

	(void)state;
	for (u32 i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		for (u32 len = (u32)strlen(starts[i]); len < 400; len++) {
			struct iotx_tracker *tr = tracker_new();
			char text[400];
			struct iotx_pkt p = { .src_port = 40000, .dst_port = 1883,
					      .payload = text, .payload_len = len };

			memset(text, 'x', sizeof(text));
			memcpy(text, starts[i], strlen(starts[i]));
			if (track(tr, &p).proto != NOT_IOT)
				fail_msg("%s, %u bytes", starts[i], len);
			iotx_tracker_free(tr);
		}
	}
}

#define CLIENT .src_host = 1, .dst_host = 2, .src_port = 40000
#define SERVER .src_host = 2, .dst_host = 1, .dst_port = 40000
#define PAYLOAD(text) .payload = text, .payload_len = sizeof(text) - 1

/* The acknowledgement of a CONNECT says where the other direction starts. */
static void both_directions_from_one_connect(void **state)
{
	struct iotx_tracker *tr = tracker_new();
	struct iotx_pkt connect = { CLIENT, .dst_port = 9999, .seq = 1000, .ack = 77,
				    PAYLOAD("\x10\x0c\0\4MQTT\4\2\0\x3c\0\0") };
	struct iotx_pkt first = { SERVER, .src_port = 9999, .seq = 77, PAYLOAD("\x20\x02\0") };
	struct iotx_pkt second = { SERVER, .src_port = 9999, .seq = 80, PAYLOAD("\0\xd0\0") };
	struct iotx_track t;

	(void)state;
	track(tr, &connect);
	t = track(tr, &first);
	assert_int_equal(t.proto, MQTT);
	assert_int_equal(t.walk.count[IOTX_MQTT_CONNACK], 1);
	t = track(tr, &second);
	assert_int_equal(t.walk.count[IOTX_MQTT_PINGRESP], 1);
	assert_int_equal(iotx_tracker_ledger(tr)->segments_lost, 0);
	assert_int_equal(iotx_tracker_ledger(tr)->flows_created, 2);
	iotx_tracker_free(tr);
}

/* A packet has its flow's protocol once the flow is recognised, payload or not. */
static void a_known_flow_keeps_its_protocol(void **state)
{
	struct iotx_tracker *tr = tracker_new();
	struct iotx_pkt upgrade = { CLIENT, .dst_port = 8080,
				    PAYLOAD("GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n") };
	struct iotx_pkt ack = { SERVER, .src_port = 8080 };
	struct iotx_pkt coap = { CLIENT, .dst_port = 5683, .transport = UDP,
				 PAYLOAD("\x40\x01\x00\x01") };
	struct iotx_pkt alien = { SERVER, .src_port = 5683, .transport = UDP, PAYLOAD("\x80\0\0\0") };

	(void)state;
	assert_int_equal(track(tr, &upgrade).proto, WEBSOCKET);
	assert_int_equal(track(tr, &ack).proto, WEBSOCKET);
	assert_int_equal(track(tr, &coap).proto, COAP);
	assert_int_equal(track(tr, &alien).proto, COAP);
	assert_int_equal(iotx_tracker_ledger(tr)->coap_ignored, 1);
	assert_int_equal(iotx_tracker_totals(tr)->coap_messages.con, 1);
	assert_int_equal(iotx_tracker_totals(tr)->coap_messages.get, 1);
	assert_int_equal(iotx_tracker_totals(tr)->coap.packets, 2);
	assert_int_equal(iotx_tracker_totals(tr)->websocket.packets, 2);
	iotx_tracker_free(tr);
}

/* Once recognised, a datagram of MQTT-SN counts by its type, whatever that is. */
static void mqttsn_counts_by_type(void **state)
{
	struct iotx_tracker *tr = tracker_new();
	struct iotx_pkt p = { CLIENT, .dst_port = 1885, .transport = UDP, PAYLOAD("\2\x16") };
	const struct iotx_mqttsn_count *count = &iotx_tracker_totals(tr)->mqttsn_messages;

	(void)state;
	track(tr, &p);
	p.payload = "\2\3";
	track(tr, &p);
	p.payload = "\0\x16"; /* no header: no message */
	assert_int_equal(track(tr, &p).proto, MQTTSN);
	assert_int_equal(count->pingreq, 1);
	assert_int_equal(count->reserved, 1);
	assert_int_equal(iotx_tracker_totals(tr)->mqttsn.packets, 3);
	iotx_tracker_free(tr);
}

/* Session-shaping messages are wanted whatever the sampling rate is. */
static void what_shapes_a_session(void **state)
{
	static const u16 shaping = 1 << 1 | 1 << 2 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 14 |
				   1 << 15;
	struct iotx_rng r = { 1 };

	(void)state;
	for (u8 type = 1; type < 16; type++) {
		struct iotx_tracker *tr = tracker_new();
		struct iotx_buf b = {};
		struct iotx_pkt p = { CLIENT, .dst_port = 1883 };

		iotx_msg_mqtt_typed(&b, &r, type, 0);
		p.payload = b.data;
		p.payload_len = (u32)b.len;
		assert_int_equal(track(tr, &p).shaping, shaping >> type & 1);
		iotx_buf_free(&b);
		iotx_tracker_free(tr);
	}
}

/* Bytes that starts of messages are made of, more often than others. */
static void draw_start(struct iotx_rng *r, struct iotx_track *t)
{
	static const char *const starts[] = {
		"\x10\x0c\0\4MQTT\4\2\0\x3c", "\x0b\4\4\1\0\x3c" "client",
		"\x44\1\x12\x34" "abcd\x12\x34\x56\x78",
		"\x60\0\x12\x34\0\0\0\0\0\0\0\0", "\1\0\x10\4\4\1\0\0\0\0\0\0",
	};
	u32 len = iotx_rng_below(r, 24);

	memset(t, 0, sizeof(*t));
	t->l4.transport = iotx_rng_below(r, 2) ? TCP : UDP;
	t->l4.payload_len = len;
	t->head.len = (u8)(len < IOTX_HEAD_MAX ? len : IOTX_HEAD_MAX);
	memcpy(t->head.b, starts[iotx_rng_below(r, 5)], 12);
	for (u32 i = iotx_rng_below(r, 3); i; i--)
		t->head.b[iotx_rng_below(r, IOTX_HEAD_MAX)] = (u8)iotx_rng_below(r, 256);
	if (t->l4.transport == UDP && iotx_rng_below(r, 2))
		t->head.b[0] = (u8)len;
	memset(t->head.b + t->head.len, 0, IOTX_HEAD_MAX - t->head.len);
}

/* The kernel half asks nothing else where this says that it need not. */
static void two_bytes_exclude_no_claim(void **state)
{
	struct iotx_rng r = { 1 };
	u32 claimed = 0, excluded = 0;

	(void)state;
	for (u32 i = 0; i < 300000; i++) {
		struct iotx_track t;
		bool possible;

		draw_start(&r, &t);
		iotx_claim_new(&t.head, &t.l4, NOT_IOT, NOT_IOT, &t.claim);
		possible = t.l4.payload_len >= 2 &&
			   iotx_claim_possible(&t.l4, t.head.b[0], t.head.b[1]);
		if (t.claim.how != IOTX_CLAIM_NONE || iotx_track_unsure(&t)) {
			assert_true(possible);
			claimed++;
		} else if (!possible) {
			excluded++;
		}
	}
	assert_in_range(claimed, 10000, 300000);
	assert_in_range(excluded, 10000, 300000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_packet),
		cmocka_unit_test(lines_of_text_of_every_length),
		cmocka_unit_test(both_directions_from_one_connect),
		cmocka_unit_test(a_known_flow_keeps_its_protocol),
		cmocka_unit_test(mqttsn_counts_by_type),
		cmocka_unit_test(what_shapes_a_session),
		cmocka_unit_test(two_bytes_exclude_no_claim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
