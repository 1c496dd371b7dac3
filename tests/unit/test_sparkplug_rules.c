// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a message of Sparkplug B shows by itself: each rule is broken by a row and met by the
 * row before it. Then what takes a connection, and payloads that are compressed.
 */
#include "sparkplug_lab.h"

#include <core/sparkplug.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#define NBIRTH "spBv1.0/g/NBIRTH/n"
#define DBIRTH "spBv1.0/g/DBIRTH/n/d"
#define NCMD "spBv1.0/g/NCMD/n"
#define DCMD "spBv1.0/g/DCMD/n/d"
#define DDEATH "spBv1.0/g/DDEATH/n/d"
#define ID "tck-id-payloads-"

/* --- a message by itself -------------------------------------------------------------------- */

/* What a payload and its one metric have, letter by letter. */
static void put_metric(struct pb *p, const char *has)
{
	struct pb m = { .n = 0 };

	if (strchr(has, 'n'))
		pb_str(&m, 1, "temp");
	if (strchr(has, 'a'))
		pb_num(&m, 2, 1);
	if (strchr(has, 't'))
		pb_num(&m, 3, 9);
	if (strchr(has, 'd'))
		pb_num(&m, 4, SPB_FLOAT);
	if (strchr(has, 'h'))
		pb_num(&m, 4, 34);
	if (strchr(has, 'o'))
		pb_num(&m, 4, 35);
	pb_fixed(&m, 12, 0x41ac0000, 4);
	pb_msg(p, 2, &m);
}

static void put_rebirth(struct pb *p, const char *has)
{
	struct pb m = { .n = 0 };

	if (strchr(has, 'R'))
		rebirth(p);
	if (strchr(has, 'W')) /* is true */
		metric(p, "Node Control/Rebirth", 0, SPB_BOOLEAN, 14, 1);
	if (strchr(has, 'N')) /* is a number */
		metric(p, "Node Control/Rebirth", 0, SPB_INT32, 10, 0);
	if (!strchr(has, 'A'))
		return;
	metric(&m, "Node Control/Rebirth", 4, SPB_BOOLEAN, 14, 0);
	pb_raw(p, m.b, m.n);
}

static void put(struct pb *p, const char *topic, u64 seq, const char *has)
{
	p->n = 0;
	if (strchr(has, 'T'))
		pb_num(p, 1, 8);
	if (!strcmp(topic, NBIRTH)) {
		metric(p, "bdSeq", 0, SPB_INT64, 11, 0);
		put_rebirth(p, has);
	}
	if (strpbrk(has, "natdho"))
		put_metric(p, has);
	if (strchr(has, 'S'))
		pb_num(p, 3, seq);
}

static void alone(void **state)
{
	static const struct {
		const char *topic, *has, *breaks;
	} rows[] = {
		{ NBIRTH, "TSRnatd", "" },
		{ NBIRTH, "SRnatd", ID "nbirth-timestamp" },
		{ NBIRTH, "TSnatd", ID "nbirth-rebirth-req" },
		{ NBIRTH, "TSWnatd", ID "nbirth-rebirth-req" },
		{ NBIRTH, "TSNnatd", ID "nbirth-rebirth-req" },
		{ NBIRTH, "TSAnatd", "tck-id-operational-behavior-data-commands-rebirth-name-aliases" },
		{ NBIRTH, "TSRntd", "" },
		{ NBIRTH, "TSRatd", ID "alias-birth-requirement" },
		{ NBIRTH, "TSRnad", ID "name-birth-data-requirement" },
		{ NBIRTH, "TSRnat", ID "metric-datatype-req" },
		{ NBIRTH, "TSRnath", "" },
		{ NBIRTH, "TSRnato", ID "metric-datatype-value" },
		{ NBIRTH, "TSRtd", ID "name-requirement" },
		{ DBIRTH, "TSntd", "" },
		{ DBIRTH, "Sntd", ID "dbirth-timestamp" },
		{ DBIRTH, "TSnd", ID "name-birth-data-requirement" },
		{ DBIRTH, "TSnt", ID "metric-datatype-req" },
		{ NDATA, "TSat", "" },
		{ NDATA, "TSnt", "" },
		{ NDATA, "Sat", ID "ndata-timestamp" },
		{ NDATA, "TSt", ID "name-requirement" },
		{ NDATA, "TSa", ID "name-birth-data-requirement" },
		{ NDATA, "TSnat", ID "alias-data-cmd-requirement" },
		{ NDATA, "TSatd", ID "metric-datatype-not-req" },
		{ NDATA, "TSato", ID "metric-datatype-value " ID "metric-datatype-not-req" },
		{ DDATA, "TSnt", "" },
		{ DDATA, "Snt", ID "ddata-timestamp" },
		{ DDATA, "TSn", ID "name-birth-data-requirement" },
		{ NCMD, "Tn", "" }, /* a time of its own is not asked for */
		{ NCMD, "n", ID "ncmd-timestamp" },
		{ NCMD, "TnS", ID "ncmd-seq" },
		{ NCMD, "Tna", ID "alias-data-cmd-requirement" },
		{ DCMD, "Tn", "" },
		{ DCMD, "n", ID "dcmd-timestamp" },
		{ DCMD, "TnS", ID "dcmd-seq" },
		{ DDEATH, "TS", "" },
		{ DDEATH, "S", ID "ddeath-timestamp" },
	};

	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pb p;

		start();
		connect_node(0);
		if (strcmp(rows[i].topic, NBIRTH))
			birth("c", 0, 0);
		put(&p, rows[i].topic, strcmp(rows[i].topic, NBIRTH) ? 1 : 0, rows[i].has);
		publish("s", rows[i].topic, &p); /* what a server passes on is not its own */
		found("");
		publish("c", rows[i].topic, &p);
		if (strcmp(script.found, rows[i].breaks))
			fail_msg("%s %s: %s, not %s", rows[i].topic, rows[i].has, script.found,
				 rows[i].breaks);
		iotx_script_stop(&script);
	}
}

/* --- aliases -------------------------------------------------------------------------------- */

static void births_of(const char *topic, u64 seq, const char *name, const char *other)
{
	struct pb p = { .n = 0 };

	pb_num(&p, 1, 8);
	if (!strcmp(topic, NBIRTH)) {
		metric(&p, "bdSeq", 0, SPB_INT64, 11, 0);
		rebirth(&p);
	}
	metric(&p, name, 7, SPB_INT32, 10, 1);
	if (other)
		metric(&p, other, 7, SPB_INT32, 10, 1);
	pb_num(&p, 3, seq);
	publish("c", topic, &p);
}

static void aliases(void **state)
{
	static const char twice[] = ID "alias-uniqueness";

	(void)state;
	start();
	connect_node(0);
	births_of(NBIRTH, 0, "a", NULL);
	births_of(DBIRTH, 1, "b", NULL); /* another metric of the same node */
	found(twice);
	births_of(NBIRTH, 0, "a", "b");
	found(twice);
	births_of(NBIRTH, 0, "c", NULL); /* a birth gives all of them anew */
	births_of(NBIRTH, 0, "c", "c");
	found("");
	birth("c", 0, 0);
	births_of(DBIRTH, 1, "b", NULL);
	births_of(DBIRTH, 2, "c", NULL); /* the same device, born again */
	found("");
	births_of("spBv1.0/g/DBIRTH/n/e", 3, "c", NULL); /* the same name of another one */
	found(twice);
	iotx_script_stop(&script);
}

/* --- births before data, lives that are told apart ------------------------------------------ */

static void order(void **state)
{
	struct pb p;

	(void)state;
	start();
	connect_node(0);
	put(&p, NDATA, 1, "TSnt");
	publish("c", NDATA, &p);
	found(ID "ndata-order");
	put(&p, DDATA, 2, "TSnt");
	publish("c", DDATA, &p);
	found(ID "ddata-order");
	put(&p, DBIRTH, 3, "TSntd");
	publish("c", DBIRTH, &p);
	found(ID "dbirth-order");
	put(&p, NCMD, 0, "Tn");
	publish("c", NCMD, &p);
	birth("c", 0, 0);
	put(&p, DBIRTH, 1, "TSntd");
	publish("c", DBIRTH, &p);
	put(&p, DDATA, 2, "TSnt");
	publish("c", DDATA, &p);
	found("");
	iotx_script_stop(&script);
}

static void numbers_of_lives(void **state)
{
	static const char again[] = "tck-id-topics-nbirth-bdseq-increment";

	(void)state;
	start();
	connect_node(0);
	connect_node(0); /* started anew */
	connect_node(1);
	connect_node(2);
	assert_null(strstr(script.found, again));
	connect_node(2);
	assert_non_null(strstr(script.found, again));
	script.found[0] = '\0';
	connect_node(255);
	connect_node(0);
	assert_null(strstr(script.found, again));
	iotx_script_stop(&script);
}

/* What a node does wrong in every message is told a few times. */
static void not_for_ever(void **state)
{
	const struct iotx_engine_stats *stats;
	u32 told = 0;

	(void)state;
	start();
	stats = iotx_engine_stats(script.engine);
	connect_node(0);
	birth("c", 0, 0);
	found("");
	for (u32 i = 0; i < 20; i++) {
		struct pb p;

		put(&p, NDATA, 1 + i, "Sat");
		publish("c", NDATA, &p);
		told += !!script.found[0];
		script.found[0] = '\0';
	}
	assert_int_equal(told, 8);
	assert_int_equal(stats->mqtt_findings_limit, 12);
	iotx_script_stop(&script);
}

/* --- compressed ----------------------------------------------------------------------------- */

enum { ZLIB = 15, GZIP = 15 + 16, RAW = -15 };

static u32 pack(u8 *out, u32 room, const void *data, u32 n, int format)
{
	z_stream z = { .next_in = (u8 *)(uintptr_t)data, .avail_in = n, .next_out = out,
		       .avail_out = room };

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, format, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

static void wrap(struct pb *p, const char *algorithm, const void *packed, u32 n)
{
	struct pb m = { .n = 0 };

	p->n = 0;
	pb_str(p, 4, "SPBV1.0_COMPRESSED");
	pb_bytes(p, 5, packed, n);
	if (!algorithm)
		return;
	pb_str(&m, 1, "algorithm");
	pb_str(&m, 15, algorithm);
	pb_msg(p, 2, &m);
}

/* Births and data are what they hold: aliases and sequence numbers go on. */
static void compressed(void **state)
{
	static const struct {
		int format;
		const char *algorithm, *shown;
	} rows[] = {
		{ GZIP, "GZIP", "\"compressed\":\"GZIP\"" },
		{ ZLIB, "DEFLATE", "\"compressed\":\"DEFLATE\"" },
		{ ZLIB, NULL, "\"compressed\":\"unknown\"" },
	};
	struct pb p, outer;
	u8 packed[1000];

	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		start();
		connect_node(0);
		put(&p, NBIRTH, 0, "TSRnatd");
		wrap(&outer, rows[i].algorithm, packed,
		     pack(packed, sizeof(packed), p.b, p.n, rows[i].format));
		publish("c", NBIRTH, &outer);
		assert_non_null(strstr(script.events, rows[i].shown));
		assert_non_null(strstr(script.events, "\"name\":\"temp\",\"alias\":1"));
		assert_non_null(strstr(script.events, "\"payload_format\":\"sparkplug\""));
		script.events[0] = '\0';
		data("c", NDATA, 1, 1);
		assert_non_null(strstr(script.events, "\"name\":\"temp\",\"alias\":1"));
		found("");
		data("c", NDATA, 2, 9);
		found("tck-id-topics-nbirth-metric-reqs");
		iotx_script_stop(&script);
	}
}

/* Damaged, cut, of another format; a body that says nothing of compression. */
static void not_to_be_unpacked(void **state)
{
	struct pb p, outer;
	u8 packed[1000];
	u32 n;

	(void)state;
	start();
	connect_node(0);
	birth("c", 0, 0);
	put(&p, NDATA, 1, "TSat");
	n = pack(packed, sizeof(packed), p.b, p.n, GZIP);
	packed[n - 5] ^= 1; /* of the checksum */
	wrap(&outer, "GZIP", packed, n);
	publish("c", NDATA, &outer);
	found("Sparkplug 3.0.0 6.4.1");
	packed[n - 5] ^= 1;
	wrap(&outer, "GZIP", packed, n - 1);
	publish("c", NDATA, &outer);
	found("Sparkplug 3.0.0 6.4.1");
	n = pack(packed, sizeof(packed), p.b, p.n, RAW);
	wrap(&outer, "DEFLATE", packed, n);
	publish("c", NDATA, &outer);
	found("Sparkplug 3.0.0 6.4.1");
	put(&p, NDATA, 1, "TSat");
	pb_bytes(&p, 5, "anything", 8);
	publish("c", NDATA, &p);
	found("");
	iotx_script_stop(&script);
}

/* More than a payload may be long: what it holds is not known, and nothing is said of it. */
static void too_much(void **state)
{
	static u8 zeros[IOTX_SPARKPLUG_UNPACKED_MAX + 1], packed[8000];
	const struct iotx_engine_stats *stats;
	struct pb outer;

	(void)state;
	start();
	stats = iotx_engine_stats(script.engine);
	connect_node(0);
	wrap(&outer, "GZIP", packed, pack(packed, sizeof(packed), zeros, sizeof(zeros), GZIP));
	publish("c", NBIRTH, &outer);
	found("");
	assert_int_equal(stats->sparkplug_limit, 1);
	assert_non_null(strstr(script.events, "\"cut\":\"incomplete\""));
	data("c", NDATA, 1, 5); /* an alias that it may have given */
	found("");
	iotx_script_stop(&script);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alone),	 cmocka_unit_test(aliases),
		cmocka_unit_test(order),	 cmocka_unit_test(numbers_of_lives),
		cmocka_unit_test(not_for_ever),	 cmocka_unit_test(compressed),
		cmocka_unit_test(not_to_be_unpacked), cmocka_unit_test(too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
