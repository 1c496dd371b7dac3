// SPDX-License-Identifier: GPL-2.0-only
/* Values of Sparkplug metrics: every datatype as JSON, at every prefix, with every bit wrong. */
#include "guard.h"
#include "json_check.h"
#include "pb.h"

#include <output/json_writer.h>
#include <wire/sparkplug.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* --- what a metric shows -------------------------------------------------------------------- */

/* JSON without quotation marks, or "-": it is no metric. */
static const char *shown(const u8 *data, u32 n)
{
	static char text[65536];
	struct iotx_sparkplug_metric m;
	struct iotx_json_writer w;
	struct iotx_buf buf = {};
	size_t len = 0;

	if (iotx_sparkplug_metric(iotx_slice(data, n), &m))
		return "-";
	iotx_json_writer_start(&w, &buf);
	iotx_sparkplug_metric_show(&w.visitor, &m);
	assert_int_equal(w.err, 0);
	assert_true(iotx_json_check((const char *)buf.data, buf.len));
	for (size_t i = 0; i < buf.len && len + 1 < sizeof(text); i++)
		if (buf.data[i] != '"')
			text[len++] = (char)buf.data[i];
	text[len] = '\0';
	iotx_buf_free(&buf);
	return text;
}

static void show(const u8 *data, u32 n, void *arg)
{
	(void)arg;
	shown(data, n);
}

static void expect(struct pb *m, const char *want)
{
	assert_string_equal(shown(m->b, m->n), want);
	iotx_guard_each_prefix(m->b, m->n, show, NULL);
	for (u32 at = 0; at < m->n; at++)
		for (u32 bit = 0; bit < 8; bit++) {
			m->b[at] ^= (u8)(1u << bit);
			iotx_guard_whole(m->b, m->n, show, NULL);
			m->b[at] ^= (u8)(1u << bit);
		}
	m->n = 0;
}

/* --- numbers -------------------------------------------------------------------------------- */

static void numbers(void **state)
{
	static const struct {
		u32 datatype, kind;
		u64 bits;
		const char *want;
	} rows[] = {
		{ 1, 10, 0xffffffff, "{datatype:Int8,value:-1}" }, /* with its sign continued ... */
		{ 1, 10, 0x80, "{datatype:Int8,value:-128}" },	   /* ... or not */
		{ 1, 10, 0x7f, "{datatype:Int8,value:127}" },
		{ 2, 10, 0x8000, "{datatype:Int16,value:-32768}" },
		{ 3, 10, 0x80000000, "{datatype:Int32,value:-2147483648}" },
		{ 3, 11, (u64)-7, "{datatype:Int32,value:-7}" },
		{ 4, 11, (u64)1 << 63, "{datatype:Int64,value:-9223372036854775808}" },
		{ 5, 10, 0xff, "{datatype:UInt8,value:255}" },
		{ 6, 10, 0xffff, "{datatype:UInt16,value:65535}" },
		{ 7, 10, 0xffffffff, "{datatype:UInt32,value:4294967295}" },
		{ 8, 11, (u64)-1, "{datatype:UInt64,value:18446744073709551615}" },
		{ 9, 12, 0x7fc00000, "{datatype:Float,value:nan}" },
		{ 9, 12, 0x3dcccccd, "{datatype:Float,value:0.1}" },
		{ 10, 13, 0xfff0000000000000, "{datatype:Double,value:-inf}" },
		{ 10, 13, 0x3fb999999999999a, "{datatype:Double,value:0.1}" },
		{ 11, 14, 2, "{datatype:Boolean,value:true}" },
		{ 13, 11, 1700000000000, "{datatype:DateTime,value:1700000000000}" },
		{ 99, 10, 5, "{value:5}" },
	};
	struct pb m = { .n = 0 };

	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		pb_num(&m, 4, rows[i].datatype);
		if (rows[i].kind == 12 || rows[i].kind == 13)
			pb_fixed(&m, rows[i].kind, rows[i].bits, rows[i].kind == 12 ? 4 : 8);
		else
			pb_num(&m, rows[i].kind, rows[i].bits);
		expect(&m, rows[i].want);
	}
	pb_num(&m, 4, 9);
	pb_num(&m, 12, 1); /* a Float in another wire type is a field that nobody knows */
	expect(&m, "{datatype:Float}");
}

/* --- arrays --------------------------------------------------------------------------------- */

#define BYTES(s) s, sizeof(s) - 1

static void arrays(void **state)
{
	static const struct {
		u32 datatype;
		const char *bytes;
		u32 n;
		const char *want;
	} rows[] = {
		{ 22, BYTES("\xff\x05"), "{datatype:Int8Array,values:[-1,5]}" },
		{ 23, BYTES("\xfe\xff\x2c\x01"), "{datatype:Int16Array,values:[-2,300]}" },
		{ 24, BYTES("\xff\xff\xff\xff"), "{datatype:Int32Array,values:[-1]}" },
		{ 25, BYTES("\xff\xff\xff\xff\xff\xff\xff\xff"), "{datatype:Int64Array,values:[-1]}" },
		{ 26, BYTES("\xff"), "{datatype:UInt8Array,values:[255]}" },
		{ 27, BYTES("\xff\xff"), "{datatype:UInt16Array,values:[65535]}" },
		{ 28, BYTES("\xff\xff\xff\xff"), "{datatype:UInt32Array,values:[4294967295]}" },
		{ 29, BYTES("\xff\xff\xff\xff\xff\xff\xff\xff"),
		  "{datatype:UInt64Array,values:[18446744073709551615]}" },
		{ 30, BYTES("\x00\x00\xc0\x3f"), "{datatype:FloatArray,values:[1.5]}" },
		{ 31, BYTES("\0\0\0\0\0\0\xf8\xbf"), "{datatype:DoubleArray,values:[-1.5]}" },
		{ 32, BYTES("\x09\0\0\0\xa0\x80"), "{datatype:BooleanArray,values:["
		  "true,false,true,false,false,false,false,false,true]}" },
		{ 32, BYTES("\0\0\0\0"), "{datatype:BooleanArray,values:[]}" },
		{ 33, BYTES("ab\0\0c\0"), "{datatype:StringArray,values:[ab,,c]}" },
		{ 34, BYTES("\0\x68\xe5\xcf\x8b\x01\0\0"), "{datatype:DateTimeArray,values:[1700000000000]}" },
		{ 22, BYTES(""), "{datatype:Int8Array,values:[]}" },
		/* what does not add up is no array */
		{ 23, BYTES("\1\2\3"), "{datatype:Int16Array,value_base64:AQID}" },
		{ 32, BYTES("\x09\0\0\0\xa0"), "{datatype:BooleanArray,value_base64:CQAAAKA=}" },
		{ 32, BYTES("\x08\0\0\0\xa0\x80"), "{datatype:BooleanArray,value_base64:CAAAAKCA}" },
		{ 32, BYTES("\xff\xff\xff\xff"), "{datatype:BooleanArray,value_base64://///w==}" },
		{ 32, BYTES("\1\0\0"), "{datatype:BooleanArray,value_base64:AQAA}" },
		{ 33, BYTES("ab"), "{datatype:StringArray,value_base64:YWI=}" },
		{ 17, BYTES("\0\1"), "{datatype:Bytes,value_base64:AAE=}" },
		{ 18, BYTES("\0\1"), "{datatype:File,value_base64:AAE=}" },
	};
	struct pb m = { .n = 0 };

	(void)state;
	for (u32 i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		pb_num(&m, 4, rows[i].datatype);
		pb_bytes(&m, 16, rows[i].bytes, rows[i].n);
		expect(&m, rows[i].want);
	}
}

static void no_more_items_than_are_shown(void **state)
{
	static u8 bytes[IOTX_SPARKPLUG_ITEMS_MAX + 3];
	struct pb m = { .n = 0 };

	(void)state;
	for (u32 more = 0; more < 4; more += 3) {
		pb_num(&m, 4, 26);
		pb_bytes(&m, 16, bytes, IOTX_SPARKPLUG_ITEMS_MAX + more);
		assert_int_equal(!!strstr(shown(m.b, m.n), "values_skipped:3"), more == 3);
		m.n = 0;
	}
}

/* --- DataSets and Templates ----------------------------------------------------------------- */

static void element(struct pb *row, u32 field, u64 value, const char *text)
{
	struct pb e = { .n = 0 };

	if (text)
		pb_str(&e, field, text);
	else if (field == 3 || field == 4)
		pb_fixed(&e, field, value, field == 3 ? 4 : 8);
	else if (field)
		pb_num(&e, field, value);
	pb_msg(row, 1, &e);
}

static void datasets(void **state)
{
	struct pb m = { .n = 0 }, d = { .n = 0 }, row = { .n = 0 };

	(void)state;
	for (int packed = 0; packed < 2; packed++) {
		pb_num(&d, 1, 3);
		pb_str(&d, 2, "a");
		pb_str(&d, 2, "b");
		pb_str(&d, 2, "c");
		if (packed) {
			pb_bytes(&d, 3, "\x01\x0c\x0a", 3);
		} else {
			pb_num(&d, 3, 1);
			pb_num(&d, 3, 12);
			pb_num(&d, 3, 10);
		}
		element(&row, 1, 0xff, NULL);
		element(&row, 6, 0, "x\"y");
		element(&row, 4, 0x3ff8000000000000, NULL);
		pb_msg(&d, 4, &row);
		row.n = 0;
		element(&row, 0, 0, NULL); /* has no value */
		element(&row, 5, 1, NULL);
		pb_msg(&d, 4, &row);
		row.n = 0;
		pb_str(&m, 1, "table");
		pb_num(&m, 4, 16);
		pb_msg(&m, 17, &d);
		d.n = 0;
		expect(&m, "{name:table,datatype:DataSet,dataset:{columns:[a,b,c],types:[Int8,String,Double],"
			   "rows:[[-1,x\\y,1.5],[{},true]]}}");
	}
	pb_str(&d, 2, "a");
	pb_raw(&d, "\x22\x05", 2); /* a row that is cut */
	pb_msg(&m, 17, &d);
	expect(&m, "{dataset:{columns:[a],types:[],rows:[],cut:malformed}}");
}

static void template(struct pb *m, const struct pb *member)
{
	struct pb t = { .n = 0 }, parameter = { .n = 0 };

	pb_str(&t, 1, "v1");
	pb_msg(&t, 2, member);
	pb_str(&parameter, 1, "size");
	pb_num(&parameter, 2, 2);
	pb_num(&parameter, 3, 0xfff0);
	pb_msg(&t, 3, &parameter);
	pb_str(&t, 4, "Mot");
	pb_str(&t, 4, "Motor"); /* the last one holds */
	pb_num(&t, 5, 0);
	m->n = 0;
	pb_num(m, 4, 19);
	pb_msg(m, 18, &t);
}

static void templates(void **state)
{
	struct pb m = { .n = 0 }, inner = { .n = 0 };

	(void)state;
	pb_str(&inner, 1, "rpm");
	pb_num(&inner, 4, 3);
	pb_num(&inner, 10, 7);
	template(&m, &inner);
	expect(&m, "{datatype:Template,template:{version:v1,template_ref:Motor,is_definition:false,"
		   "parameters:[{name:size,datatype:Int16,value:-16}],"
		   "metrics:[{name:rpm,datatype:Int32,value:7}]}}");
	for (u32 depth = 0; depth <= IOTX_SPARKPLUG_DEPTH_MAX; depth++) {
		assert_null(strstr(shown(inner.b, inner.n), "cut:limit"));
		template(&m, &inner);
		inner = m;
	}
	assert_non_null(strstr(shown(inner.b, inner.n), "cut:limit"));
}

static void properties_and_metadata(void **state)
{
	struct pb m = { .n = 0 }, set = { .n = 0 }, value = { .n = 0 };

	(void)state;
	pb_str(&set, 1, "Quality");
	pb_num(&value, 1, 3);
	pb_num(&value, 3, 192);
	pb_msg(&set, 2, &value);
	pb_str(&set, 1, "alone");
	pb_msg(&m, 9, &set);
	set.n = 0;
	pb_num(&set, 1, 1);
	pb_str(&set, 2, "text/plain");
	pb_num(&set, 3, 5);
	pb_str(&set, 5, "a.txt");
	pb_str(&set, 99, "unknown");
	pb_msg(&m, 8, &set);
	pb_num(&m, 7, 1);
	expect(&m, "{is_null:true,metadata:{is_multi_part:true,content_type:text/plain,size:5,"
		   "file_name:a.txt},properties:[{name:Quality,datatype:Int32,value:192}]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(arrays),
		cmocka_unit_test(no_more_items_than_are_shown),
		cmocka_unit_test(datasets),
		cmocka_unit_test(templates),
		cmocka_unit_test(properties_and_metadata),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
