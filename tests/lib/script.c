// SPDX-License-Identifier: GPL-2.0-only
#include "script.h"

#include "coap_hex.h"
#include "talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENT_PORT 40000

static struct iotx_talk t; /* too large for a stack */

static void die(const struct iotx_script *s, const char *what, const char *script)
{
	fprintf(stderr, "%s: %s: %s %s\n%s\nfound: %s\n", s->row, s->rule->id, s->rule->text, what,
		script, t.findings);
	abort();
}

static void say(const struct iotx_script *s, char who, const char *hex)
{
	u8 data[COAP_TEST_MAX];
	int n = coap_bytes(hex, data);
	struct iotx_say what = {
		.from = who == 's',
		.src_port = who == 's' ? s->port : CLIENT_PORT,
		.dst_port = who == 's' ? CLIENT_PORT : s->port,
		.data = data,
		.len = (u32)n,
		.multicast = who == 'm',
	};

	if (n < 0)
		die(s, "is no hex", hex);
	if (s->tcp)
		iotx_talk_tcp(&t, &what);
	else
		iotx_talk_udp(&t, &what);
}

static void step(const struct iotx_script *s, const char *text)
{
	text += strspn(text, " ");
	if (*text == '+')
		iotx_talk_wait(&t, strtoull(text + 1, NULL, 10) * 1000000);
	else if (*text)
		say(s, *text, text + 1);
}

static void play(const struct iotx_script *s, const char *script)
{
	char text[4096], *rest = text, *next;

	if ((u32)snprintf(text, sizeof(text), "%s", script) >= sizeof(text))
		die(s, "is too long", script);
	iotx_talk_start(&t);
	while ((next = strsep(&rest, ";")))
		step(s, next);
	iotx_talk_stop(&t);
}

const char *iotx_script_offsets(const struct iotx_script *s)
{
	play(s, s->trip);
	return t.offsets;
}

void iotx_script_check(const struct iotx_script *s)
{
	char want[512];

	snprintf(want, sizeof(want), "%s: %s|", s->rule->id, s->rule->text);
	play(s, s->trip);
	if (!strstr(t.findings, want))
		die(s, "is not found", s->trip);
	play(s, s->near);
	if (t.findings[0])
		die(s, "has a near miss that breaks a rule", s->near);
}
