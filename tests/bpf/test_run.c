// SPDX-License-Identifier: GPL-2.0-only
/* One packet at a time through the BPF object that ships: verdict, class, counters. */
#include "bpf_run.h"
#include "pkt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* In which one counter a packet must end. */
enum class { CLASS_NOT_IOT, CLASS_FRAGMENT, CLASS_MALFORMED, CLASS_MQTT, CLASS_WEBSOCKET,
	     CLASS_COAP, CLASS_COAP_TCP, CLASS_DNS, CLASS_MQTTSN, CLASS_TLS, CLASS_DTLS };

/* Counters of one direction; all members are u64. */
struct view {
	struct iotx_totals totals;
	struct iotx_ledger ledger;
};

#define COLUMNS (sizeof(struct view) / sizeof(u64))

struct row {
	const char *what;
	struct iotx_pkt pkt;
	enum class want;
	const char *mqtt; /* types of the messages counted, as bytes */
	u8 coap_type, coap_kind; /* counted when want is CLASS_COAP */
	u8 mqttsn;               /* the type counted when want is CLASS_MQTTSN */
	/* One byte made wrong: where and what; off 0 is none. */
	enum { AT_IP, AT_EXT, AT_L4 } where;
	u32 off;
	u8 value;
};

#define PAY(text) .payload = text, .payload_len = sizeof(text) - 1
#define CONNECT PAY("\x10\x0c\0\4MQTT\4\2\0\x3c\0\0")
#define TO(port) .src_port = 40000, .dst_port = port
#define FROM(port) .src_port = port, .dst_port = 40000
#define MQTT_TO TO(1883), CONNECT
#define UDP_TO(port) .transport = UDP, TO(port)
#define QUERY PAY("\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1")
#define COAP_TO .transport = UDP, TO(5683), PAY("\x40\x01\x12\x34")
#define V6(...) .ip_version = 6, .exts = sizeof((u8[]){ __VA_ARGS__ }), .ext = { __VA_ARGS__ }
#define IS(class) .want = CLASS_##class
#define MQTT_IS(types) IS(MQTT), .mqtt = types
#define MQTTSN_IS(t) IS(MQTTSN), .mqttsn = IOTX_MQTTSN_##t
#define COAP_IS(t, k) IS(COAP), .coap_type = IOTX_COAP_##t, .coap_kind = IOTX_COAP_KIND_##k

static const struct row rows[] = {
	{ "MQTT over IPv4", { MQTT_TO }, MQTT_IS("\1") },
	{ "MQTT over IPv6", { MQTT_TO, .ip_version = 6 }, MQTT_IS("\1") },
	{ "CoAP over IPv4", { COAP_TO }, COAP_IS(CON, GET) },
	{ "CoAP over IPv6", { COAP_TO, .ip_version = 6 }, COAP_IS(CON, GET) },
	{ "one VLAN tag", { MQTT_TO, .vlans = 1 }, MQTT_IS("\1") },
	{ "QinQ", { MQTT_TO, .vlans = 2, .tpid = { 0x88a8 } }, MQTT_IS("\1") },
	{ "old QinQ", { COAP_TO, .vlans = 2, .tpid = { 0x9100 } }, COAP_IS(CON, GET) },
	{ "three tags", { MQTT_TO, .vlans = 3 }, IS(NOT_IOT) },
	{ "IPv4 options", { MQTT_TO, .ip_option_words = 1 }, MQTT_IS("\1") },
	{ "IPv4 options, the most", { COAP_TO, .ip_option_words = 10 }, COAP_IS(CON, GET) },
	{ "TCP options", { MQTT_TO, .tcp_option_words = 10 }, MQTT_IS("\1") },
	{ "tags, options, options", { MQTT_TO, .vlans = 2, .ip_option_words = 10,
	  .tcp_option_words = 10 }, MQTT_IS("\1") },
	{ "hop-by-hop", { MQTT_TO, V6(0) }, MQTT_IS("\1") },
	{ "routing and destination", { COAP_TO, V6(43, 60) }, COAP_IS(CON, GET) },
	{ "AH", { MQTT_TO, V6(51), .ext_units = 3 }, MQTT_IS("\1") },
	{ "mobility, HIP, shim6", { MQTT_TO, V6(135, 139, 140) }, MQTT_IS("\1") },
	{ "eight extension headers", { MQTT_TO, V6(0, 60, 43, 51, 60, 135, 139, 60) }, MQTT_IS("\1") },
	{ "nine", { MQTT_TO, V6(0, 60, 43, 51, 60, 135, 139, 60, 60) }, IS(MALFORMED) },
	{ "an atomic fragment", { MQTT_TO, V6(44) }, MQTT_IS("\1") },
	{ "padding is no payload", { TO(1883), .padding = 6 }, IS(NOT_IOT) },
	{ "padding behind a message", { TO(1883), PAY("\xc0\0"), .padding = 4 }, MQTT_IS("\x0c") },

	{ "first fragment", { MQTT_TO, .fragment = 0x2000 }, IS(FRAGMENT) },
	{ "middle fragment", { MQTT_TO, .fragment = 0x2001 }, IS(FRAGMENT) },
	{ "last fragment", { COAP_TO, .fragment = 0x00b9 }, IS(FRAGMENT) },
	{ "IPv6: first fragment", { MQTT_TO, V6(44), .ext_fragment = 1 }, IS(FRAGMENT) },
	{ "IPv6: middle fragment", { MQTT_TO, V6(0, 44), .ext_fragment = 9 }, IS(FRAGMENT) },
	{ "IPv6: last fragment", { COAP_TO, V6(44), .ext_fragment = 8 }, IS(FRAGMENT) },

	{ "IPv4: version 5", { MQTT_TO }, IS(MALFORMED), .off = 0, .value = 0x55 },
	{ "IPv4: header of 16 bytes", { MQTT_TO }, IS(MALFORMED), .off = 0, .value = 0x44 },
	{ "IPv4: longer than the frame", { MQTT_TO }, IS(MALFORMED), .off = 2, .value = 1 },
	{ "IPv4: shorter than its header", { MQTT_TO }, IS(MALFORMED), .off = 3, .value = 19 },
	{ "IPv6: longer than the frame", { MQTT_TO, .ip_version = 6 }, IS(MALFORMED), .off = 4,
	  .value = 1 },
	{ "IPv6: no room for TCP", { MQTT_TO, .ip_version = 6 }, IS(MALFORMED), .off = 5,
	  .value = 19 },
	{ "an extension beyond the end", { COAP_TO, V6(60) }, IS(MALFORMED), .where = AT_EXT,
	  .off = 1, .value = 9 },
	{ "TCP: header of 16 bytes", { MQTT_TO }, IS(MALFORMED), .where = AT_L4, .off = 12,
	  .value = 0x40 },
	{ "TCP: header beyond the end", { MQTT_TO }, IS(MALFORMED), .where = AT_L4, .off = 12,
	  .value = 0xf0 },
	{ "UDP: length 7", { COAP_TO }, IS(MALFORMED), .where = AT_L4, .off = 5, .value = 7 },
	{ "UDP: length beyond the end", { COAP_TO }, IS(MALFORMED), .where = AT_L4, .off = 5,
	  .value = 13 },

	{ "ARP", { .ethertype = 0x0806, PAY("abc") }, IS(NOT_IOT) },
	{ "ICMP", { .transport = 1, PAY("abcdefgh") }, IS(NOT_IOT) },
	{ "ICMPv6", { .ip_version = 6, .transport = 58, PAY("abcdefgh") }, IS(NOT_IOT) },

	{ "CONNECT on any port", { TO(12345), CONNECT }, MQTT_IS("\1") },
	{ "CONNECT of MQTT 3.1", { TO(12345), PAY("\x10\x0e\0\6MQIsdp\3\2\0\x3c\0\0") }, MQTT_IS("\1") },
	{ "CONNECT cut on 1883", { TO(1883), PAY("\x10\x0c\0\4M") }, MQTT_IS("\1") },
	{ "CONNECT cut on any port", { TO(12345), PAY("\x10\x0c\0\4M") }, IS(NOT_IOT) },
	{ "CONNECT with another name", { TO(12345), PAY("\x10\x0c\0\4MQTX\4\2\0\x3c\0\0") },
	  IS(NOT_IOT) },
	{ "CONNECT with another name, to the port",
	  { TO(1883), PAY("\x10\x0c\0\4MQTX\4\2\0\x3c\0\0") }, MQTT_IS("\1") },
	{ "three messages in midstream", { TO(1883), PAY("\xc0\0\x40\2\0\1\x30\4\0\1tx") },
	  MQTT_IS("\x0c\4\3") },
	{ "a part of a message in midstream", { TO(1883), PAY("\x30\x05\0\1tx") }, IS(NOT_IOT) },
	{ "HTTP on 1883", { TO(1883), PAY("GET / HTTP/1.1\r\n\r\n") }, IS(NOT_IOT) },
	{ "LDAP on 1883", { TO(1883), PAY("\x30\x0c\2\1\1\x60\7\2\1\3\4\0\x80\0") }, IS(NOT_IOT) },
	{ "an ACK without payload", { TO(1883) }, IS(NOT_IOT) },
	{ "MQTT over UDP", { .transport = UDP, TO(1883), CONNECT }, IS(NOT_IOT) },

	{ "101", { FROM(8080), PAY("HTTP/1.1 101 Switching") }, IS(WEBSOCKET) },
	{ "200", { FROM(8080), PAY("HTTP/1.1 200 OK\r\n\r\n") }, IS(NOT_IOT) },
	{ "GET", { TO(8080), PAY("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }, IS(NOT_IOT) },

	{ "a ClientHello", { TO(8883), PAY("\x16\3\1\0\3abc") }, IS(TLS) },
	{ "a record in midstream", { TO(8883), PAY("\x17\3\3\0\3abc") }, IS(TLS) },
	{ "a part of one", { FROM(8883), PAY("\x17\3\3\0\4abc") }, IS(NOT_IOT) },
	{ "HTTP on 8883", { TO(8883), PAY("GET / HTTP/1.1\r\n\r\n") }, IS(NOT_IOT) },
	{ "TLS on another port", { TO(443), PAY("\x16\3\1\0\3abc") }, IS(NOT_IOT) },
	{ "DTLS", { UDP_TO(5684), PAY("\x16\xfe\xfd\0\0\0\0\0\0\0\0\0\3abc") }, IS(DTLS) },
	{ "DTLS, longer than its datagram", { UDP_TO(5684),
	  PAY("\x16\xfe\xfd\0\0\0\0\0\0\0\0\0\4abc") }, IS(NOT_IOT) },

	{ "an empty ACK from the port", { .transport = UDP, FROM(5683), PAY("\x60\0\0\1") },
	  COAP_IS(ACK, EMPTY) },
	{ "an empty RST", { .transport = UDP, TO(5683), PAY("\x70\0\0\1") }, COAP_IS(RST, EMPTY) },
	{ "POST, NON", { .transport = UDP, TO(5683), PAY("\x50\2\0\1") }, COAP_IS(NON, POST) },
	{ "PUT", { .transport = UDP, TO(5683), PAY("\x40\3\0\1") }, COAP_IS(CON, PUT) },
	{ "DELETE", { .transport = UDP, TO(5683), PAY("\x40\4\0\1") }, COAP_IS(CON, DELETE) },
	{ "FETCH", { .transport = UDP, TO(5683), PAY("\x40\5\0\1") }, COAP_IS(CON, FETCH) },
	{ "PATCH", { .transport = UDP, TO(5683), PAY("\x40\6\0\1") }, COAP_IS(CON, PATCH) },
	{ "iPATCH", { .transport = UDP, TO(5683), PAY("\x40\7\0\1") }, COAP_IS(CON, IPATCH) },
	{ "0.08", { .transport = UDP, TO(5683), PAY("\x40\x08\0\1") }, COAP_IS(CON, OTHER_REQUEST) },
	{ "2.05", { .transport = UDP, FROM(5683), PAY("\x60\x45\0\1") }, COAP_IS(ACK, SUCCESS) },
	{ "4.04", { .transport = UDP, FROM(5683), PAY("\x60\x84\0\1") }, COAP_IS(ACK, CLIENT_ERROR) },
	{ "5.03", { .transport = UDP, FROM(5683), PAY("\x50\xa3\0\1") }, COAP_IS(NON, SERVER_ERROR) },
	{ "a token of 9 bytes", { .transport = UDP, TO(5683), PAY("\x49\1\0\1") },
	  COAP_IS(CON, GET) },
	{ "class 7", { .transport = UDP, TO(5683), PAY("\x40\xe1\0\1") },
	  COAP_IS(CON, RESERVED) },
	{ "class 7 from the port", { .transport = UDP, FROM(5683), PAY("\x40\xe1\0\1") },
	  IS(NOT_IOT) },
	{ "version 2", { .transport = UDP, TO(5683), PAY("\x80\1\0\1") }, IS(NOT_IOT) },
	{ "three bytes", { .transport = UDP, TO(5683), PAY("\x40\1\0") }, IS(NOT_IOT) },
	{ "an empty datagram", { .transport = UDP, TO(5683) }, IS(NOT_IOT) },
	{ "an empty datagram, padded", { .transport = UDP, TO(5683), .padding = 18 }, IS(NOT_IOT) },
	{ "CoAP over TCP: CSM", { TO(5683), PAY("\0\xe1") }, IS(COAP_TCP) },
	{ "CoAP over TCP: one message", { TO(5683), PAY("\x21\1\xaa\xb1x") }, IS(COAP_TCP) },
	{ "CoAP over TCP: long length", { FROM(5683), PAY("\xd0\0\x45xxxxxxxxxxxxx") }, IS(COAP_TCP) },
	{ "CoAP over TCP: a part", { TO(5683), PAY("\x21\1\xaa\xb1") }, IS(NOT_IOT) },
	{ "CoAP over TCP: another port", { TO(5690), PAY("\0\xe1") }, IS(NOT_IOT) },

	{ "DNS", { UDP_TO(53), QUERY }, IS(DNS) },
	{ "DNS from 5683", { .transport = UDP, .src_port = 5683, .dst_port = 53, QUERY }, IS(DNS) },
	{ "mDNS", { UDP_TO(5353), QUERY }, IS(DNS) },
	{ "DNS over TCP", { TO(53), PAY("\0\x13\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1") }, IS(DNS) },
	{ "DNS over TCP, no length", { TO(53), QUERY }, IS(NOT_IOT) },
	{ "DNS on another port", { UDP_TO(54), QUERY }, IS(NOT_IOT) },
	{ "DNS: an update", { UDP_TO(53), PAY("\x12\x34\x28\0\0\1\0\0\0\0\0\0") }, IS(NOT_IOT) },
	{ "DNS: eleven bytes", { UDP_TO(53), PAY("\x12\x34\1\0\0\1\0\0\0\0\0") }, IS(NOT_IOT) },

	{ "MQTT-SN: PUBLISH", { UDP_TO(1885), PAY("\x08\x0c\0\0\1\0\0x") }, MQTTSN_IS(PUBLISH) },
	{ "MQTT-SN: long length", { UDP_TO(1883), PAY("\1\0\x0a\x0c\0\0\1\0\0x") }, MQTTSN_IS(PUBLISH) },
	{ "MQTT-SN: ADVERTISE", { UDP_TO(1884), PAY("\5\0\1\0\1") }, MQTTSN_IS(ADVERTISE) },
	{ "MQTT-SN: WILLMSGRESP", { UDP_TO(10000), PAY("\3\x1d\0") }, MQTTSN_IS(WILLMSGRESP) },
	{ "MQTT-SN: encapsulated", { UDP_TO(1885), PAY("\4\xfe\0\7\2\x16") }, MQTTSN_IS(ENCAPSULATED) },
	{ "MQTT-SN: CONNECT on any port", { UDP_TO(12345), PAY("\7\4\4\1\0\x3c" "a") }, MQTTSN_IS(CONNECT) },
	{ "MQTT-SN: PINGREQ on any port", { UDP_TO(12345), PAY("\2\x16") }, IS(NOT_IOT) },
	{ "MQTT-SN: a reserved type", { UDP_TO(1885), PAY("\2\3") }, IS(NOT_IOT) },
	{ "MQTT-SN: a byte too many", { UDP_TO(1885), PAY("\2\x16x") }, IS(NOT_IOT) },
};

#define ROWS (sizeof(rows) / sizeof(*rows))

static struct iotx_bpf *bpf[IOTX_BPF_PROG_COUNT];

static int load(void **state)
{
	(void)state;
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		bpf[prog] = iotx_bpf_open(&(struct iotx_bpf_opts){ .prog = prog });
		if (!bpf[prog])
			return -1;
	}
	return 0;
}

static int unload(void **state)
{
	(void)state;
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++)
		iotx_bpf_close(bpf[prog]);
	return 0;
}

static struct view look(enum iotx_bpf_prog prog)
{
	struct view v;

	iotx_bpf_totals(bpf[prog], iotx_bpf_dir(prog), &v.totals);
	iotx_bpf_ledger(bpf[prog], iotx_bpf_dir(prog), &v.ledger);
	return v;
}

/* What one frame added to the counters. */
static struct view feed(enum iotx_bpf_prog prog, const u8 *frame, u32 len)
{
	struct view before = look(prog), after;

	assert_int_equal(iotx_bpf_frame(bpf[prog], frame, len), iotx_bpf_pass(prog));
	after = look(prog);
	for (u32 i = 0; i < COLUMNS; i++)
		((u64 *)&after)[i] -= ((u64 *)&before)[i];
	return after;
}

static void count_coap(struct iotx_coap_count *c, const struct row *row)
{
	u64 *type[] = { &c->con, &c->non, &c->ack, &c->rst };
	u64 *kind[] = {
#define X(id, name) &c->name,
		IOTX_COAP_KINDS(X)
#undef X
	};

	(*type[row->coap_type])++;
	(*kind[row->coap_kind])++;
}

static void count_mqtt(struct iotx_mqtt_count *c, const char *types)
{
	for (; types && *types; types++)
		((u64 *)c)[*types - 1]++; /* one counter for each type, from 1 */
}

static void count_mqttsn(struct iotx_mqttsn_count *c, u8 type)
{
#define X(value, id, name) c->name += type == value;
	IOTX_MQTTSN_TYPES(X)
#undef X
}

/* All that a packet of this class may add, and nothing else. */
static struct view wanted(const struct row *row, enum class class, u32 len)
{
	struct view v = { .ledger = { .seen = 1, .seen_bytes = len } };
	struct iotx_volume volume = { 1, len };

	v.ledger.not_iot = class == CLASS_NOT_IOT;
	v.ledger.fragments = class == CLASS_FRAGMENT;
	v.ledger.malformed = class == CLASS_MALFORMED;
	v.ledger.flows_created = class >= CLASS_MQTT && class != CLASS_DNS;
	if (class == CLASS_MQTT) {
		v.totals.mqtt = volume;
		count_mqtt(&v.totals.mqtt_messages, row->mqtt);
	} else if (class == CLASS_TLS) {
		v.totals.mqtt_tls = volume;
		v.totals.mqtt_tls_records = 1;
	} else if (class == CLASS_DTLS) {
		v.totals.coaps = volume;
	} else if (class == CLASS_WEBSOCKET) {
		v.totals.websocket = volume;
	} else if (class == CLASS_COAP) {
		v.totals.coap = volume;
		count_coap(&v.totals.coap_messages, row);
	} else if (class == CLASS_COAP_TCP) {
		v.totals.coap = volume;
	} else if (class == CLASS_DNS) {
		v.totals.dns = volume;
	} else if (class == CLASS_MQTTSN) {
		v.totals.mqttsn = volume;
		count_mqttsn(&v.totals.mqttsn_messages, row->mqttsn);
	}
	return v;
}

static void check(const struct row *row, enum iotx_bpf_prog prog, const struct view *got,
		  const struct view *want)
{
	struct view g = *got;

	/* what is sampled, and how a stream was entered, other tests look at */
	g.ledger.samples_wanted = g.ledger.samples_ring_full = g.ledger.sample_bytes_cut = 0;
	g.ledger.resyncs = g.ledger.ws_not_framed = 0;
	for (u32 i = 0; i < COLUMNS; i++)
		if (((u64 *)&g)[i] != ((const u64 *)want)[i])
			fail_msg("%s, %s: counter %u of totals and ledger", row->what,
				 iotx_bpf_name(prog), i);
}

/* A five-tuple that was never used before. */
static u32 build(const struct row *row, u8 *frame, struct iotx_pkt_at *at)
{
	static u16 number;
	struct iotx_pkt p = row->pkt;
	u32 len;

	p.src_host = p.dst_host = ++number;
	len = iotx_pkt_build(&p, frame, at);
	if (row->value) {
		u32 base = row->where == AT_IP ? at->ip : row->where == AT_EXT ? at->ext : at->l4;

		frame[base + row->off] = row->value;
	}
	return len;
}

static void each_row(void **state)
{
	static u8 frame[IOTX_PKT_ROOM];

	(void)state;
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		for (u32 i = 0; i < ROWS; i++) {
			struct iotx_pkt_at at;
			u32 len = build(&rows[i], frame, &at);
			struct view want = wanted(&rows[i], rows[i].want, len);
			struct view got = feed(prog, frame, len);

			check(&rows[i], prog, &got, &want);
		}
	}
}

/* Whatever reaches TCP or UDP when it is whole is malformed when it is cut before its end. */
static void each_row_cut_at_every_byte(void **state)
{
	static u8 frame[IOTX_PKT_ROOM];
	u32 cuts = 0;

	(void)state;
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		for (u32 i = 0; i < ROWS; i++) {
			struct iotx_pkt_at at;

			if (rows[i].want < CLASS_MQTT)
				continue;
			build(&rows[i], frame, &at);
			for (u32 len = 14; len < at.end; len++) {
				struct view want = wanted(&rows[i], CLASS_MALFORMED, len), got;

				if (!iotx_bpf_takes(prog, frame, len))
					continue;
				got = feed(prog, frame, len);
				check(&rows[i], prog, &got, &want);
				cuts++;
			}
		}
	}
	print_message("# %u cuts\n", cuts);
	assert_true(cuts > 1000);
}

static void an_upgrade_request(void **state)
{
	static const struct row row = {
		"an upgrade", { TO(9001), PAY("GET /mqtt HTTP/1.1\r\nUpgrade: websocket\r\n\r\n") },
		IS(WEBSOCKET)
	};
	static u8 frame[IOTX_PKT_ROOM];

	(void)state;
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		struct iotx_pkt_at at;
		u32 len = build(&row, frame, &at);
		struct view want = wanted(&row, row.want, len), got = feed(prog, frame, len);

		check(&row, prog, &got, &want);
	}
}

/* A datagram of another version in a flow that is CoAP is counted, and ignored. */
static void another_version_in_a_coap_flow(void **state)
{
	static u8 frame[IOTX_PKT_ROOM];
	struct iotx_pkt good = { COAP_TO, .src_host = 9999 }, bad = good;

	(void)state;
	bad.payload = "\x80\1\0\1";
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		struct view got;

		feed(prog, frame, iotx_pkt_build(&good, frame, NULL));
		got = feed(prog, frame, iotx_pkt_build(&bad, frame, NULL));
		assert_int_equal(got.totals.coap.packets, 1);
		assert_int_equal(got.totals.coap_messages.con, 0);
		assert_int_equal(got.ledger.coap_ignored, 1);
	}
}

/* I1: packets seen = classified + not IoT + fragments + malformed. */
static void every_packet_is_in_one_counter(void **state)
{
	(void)state;
	for (enum iotx_bpf_prog prog = 0; prog < IOTX_BPF_PROG_COUNT; prog++) {
		struct view v = look(prog);
		u64 classified = iotx_totals_packets(&v.totals);

		assert_true(v.ledger.seen > ROWS);
		assert_int_equal(v.ledger.seen, classified + v.ledger.not_iot +
							v.ledger.fragments + v.ledger.malformed);
		assert_int_equal(iotx_bpf_flows(bpf[prog], NULL, NULL), v.ledger.flows_created);
		iotx_bpf_ledger(bpf[prog], !iotx_bpf_dir(prog), &v.ledger);
		assert_int_equal(v.ledger.seen, 0); /* nothing in the other direction */
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(each_row_cut_at_every_byte),
		cmocka_unit_test(an_upgrade_request),
		cmocka_unit_test(another_version_in_a_coap_flow),
		cmocka_unit_test(every_packet_is_in_one_counter),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
