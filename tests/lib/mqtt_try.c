/* SPDX-License-Identifier: GPL-2.0-only */
#include "mqtt_try.h"
#include "guard.h"
#include <stdio.h>
#include <stdlib.h>

static void fail(const struct iotx_try *t, u32 n, const char *what)
{
	fprintf(stderr, "%s: %u of %u bytes:", what, n, t->in.len);
	for (u32 i = 0; i < t->n; i++)
		fprintf(stderr, " %02x", t->bytes[i]);
	fprintf(stderr, "\n");
	abort();
}

u32 iotx_try_hex(const char *hex, u8 out[IOTX_TRY_MAX])
{
	static const char digits[] = "0123456789abcdef";
	u32 n = 0;

	for (; *hex; hex++) {
		const char *high, *low;

		if (*hex == ' ')
			continue;
		high = strchr(digits, hex[0]);
		low = hex[1] ? strchr(digits, hex[1]) : NULL;
		if (!high || !low || n == IOTX_TRY_MAX) {
			fprintf(stderr, "no hex: %s\n", hex);
			abort();
		}
		out[n++] = (u8)((high - digits) << 4 | (low - digits));
		hex++;
	}
	return n;
}

void iotx_try_init(struct iotx_try *t, const char *hex, u8 version)
{
	memset(t, 0, sizeof(*t));
	t->n = iotx_try_hex(hex, t->bytes);
	t->in.version = version;
	iotx_record_init(&t->record);
}

static void show(struct iotx_try *t, u32 n, const struct iotx_mqtt_msg *msg)
{
	const char *text = iotx_record_show(&t->record, iotx_mqtt_event.fields, msg);

	snprintf(t->fields, sizeof(t->fields), "%s", text);
	text = iotx_record_show(&t->record, iotx_mqtt_event.extra, msg);
	snprintf(t->extra, sizeof(t->extra), "%s", text);
	if (t->record.broken)
		fail(t, n, "what is shown is not well formed");
}

static void decode(struct iotx_try *t, const u8 *data, u32 n)
{
	t->in.data = data;
	t->in.cap_len = n;
	t->verdict = iotx_mqtt_decode(&t->in, &t->msg, &t->diag);
	show(t, n, &t->msg);
	if ((t->verdict == IOTX_OK) != !t->diag.text)
		fail(t, n, "a sentence goes with every fault and with nothing else");
}

static void try_whole(const u8 *data, u32 n, void *arg)
{
	decode(arg, data, n);
}

/* Is it all right that this prefix is no E_SHORT? */
static bool may_be(const struct iotx_try *t, enum iotx_err whole)
{
	if (t->verdict == IOTX_OK)
		return t->msg.type == IOTX_MQTT_PUBLISH && t->msg.publish.skipped_length;
	return whole != IOTX_OK;
}

static void try_prefix(const u8 *data, u32 n, void *arg)
{
	struct iotx_try *t = arg;
	enum iotx_err whole = t->verdict;
	u32 len;

	if (n == t->in.len)
		return;
	if (iotx_mqtt_measure(data, n, &len) == IOTX_OK && len != t->in.len)
		fail(t, n, "the length depends on what follows");
	decode(t, data, n);
	if (t->verdict != IOTX_E_SHORT && !may_be(t, whole))
		fail(t, n, "a part is taken for the whole");
	t->verdict = whole;
}

void iotx_try_run(struct iotx_try *t)
{
	u32 len = t->n;

	t->measured = iotx_mqtt_measure(t->bytes, t->n, &len);
	t->in.len = len;
	if (!t->measured && len <= t->n) {
		iotx_guard_whole(t->bytes, len, try_whole, t);
		iotx_guard_each_prefix(t->bytes, len, try_prefix, t);
		decode(t, t->bytes, len); /* what it shows has to outlive the guard pages */
		return;
	}
	iotx_guard_whole(t->bytes, t->n, try_whole, t);
	decode(t, t->bytes, t->n);
}
