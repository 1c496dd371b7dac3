// SPDX-License-Identifier: GPL-2.0-only
#include "cli/options.h"
#include "redirect.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ARGS_MAX 12
#define MAN_PAGE "user/cli/iotxdp.8"

static struct iotx_options parsed;

/* Words apart by one blank; what is said of wrong ones is not this test's matter. */
static int parse(const char *line)
{
	static char words[256];
	static char *argv[ARGS_MAX + 1];
	char *rest;
	int argc = 0, err, saved, null = open("/dev/null", O_WRONLY);

	snprintf(words, sizeof(words), "iotxdp %s", line);
	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		assert_true(argc < ARGS_MAX);
		argv[argc++] = word;
	}
	argv[argc] = NULL;
	saved = iotx_redirect(STDERR_FILENO, null);
	err = iotx_options_parse(&parsed, argc, argv);
	iotx_restore(STDERR_FILENO, saved);
	close(null);
	return err;
}

/* What must come of one number among the options. */
#define FIELD(name) offsetof(struct iotx_options, name), sizeof(((struct iotx_options *)0)->name)

static const struct {
	const char *line;
	size_t at, size;
	u64 value;
} good[] = {
	{ "eth0", FIELD(command), IOTX_CMD_WATCH },
	{ "-r f.pcap", FIELD(command), IOTX_CMD_READ },
	{ "-r -", FIELD(command), IOTX_CMD_READ },
	{ "-r f.pcap -f tcp", FIELD(command), IOTX_CMD_READ },
	{ "-h", FIELD(command), IOTX_CMD_HELP },
	{ "--version eth0 eth0", FIELD(command), IOTX_CMD_VERSION },
	{ "eth0 eth1", FIELD(iface_count), 2 },
	{ "eth0 -q eth1", FIELD(iface_count), 2 },
	{ "eth0 -o json:F", FIELD(output_count), 1 },
	{ "eth0 --findings", FIELD(events), 1u << 7 },
	{ "eth0 --events finding", FIELD(events), 1u << 7 },
	{ "eth0 --events mqtt,flow", FIELD(events), 1u << 8 | 1 },
	{ "eth0 --events mqtt --events flow", FIELD(events), 1u << 8 | 1 },
	{ "eth0", FIELD(events), 0 },
	{ "eth0 -o json:F -o text", FIELD(output_count), 2 },
	{ "eth0", FIELD(output_count), 1 },
	{ "eth0", FIELD(live.sample_one_in), 1 },
	{ "eth0", FIELD(live.snaplen), IOTX_SAMPLE_MAX },
	{ "eth0 -s 10", FIELD(live.sample_one_in), 10 },
	{ "eth0 -s 0", FIELD(live.sample_one_in), 0 },
	{ "eth0 -s 10:96", FIELD(live.snaplen), 96 },
	{ "eth0 -s 10:0", FIELD(live.snaplen), IOTX_SAMPLE_MAX },
	{ "eth0 -s 10:262144", FIELD(live.snaplen), IOTX_SAMPLE_MAX },
	{ "eth0 -s 10", FIELD(live.snaplen), IOTX_SAMPLE_MAX },
	{ "eth0", FIELD(live.mode), IOTX_MODE_AUTO },
	{ "eth0 --mode generic", FIELD(live.mode), IOTX_MODE_GENERIC },
	{ "eth0 --mode=native", FIELD(live.mode), IOTX_MODE_NATIVE },
	{ "eth0 --ingress-only", FIELD(live.ingress_only), true },
	{ "eth0 --show-secrets", FIELD(show_secrets), true },
	{ "eth0", FIELD(show_secrets), false },
	{ "eth0 --flows 1000", FIELD(live.flows_max), 1000 },
	{ "eth0", FIELD(live.ring_bytes), IOTX_RING_DEFAULT },
	{ "eth0 --ring-size 1", FIELD(live.ring_bytes), 4096 },
	{ "eth0 --ring-size 65537", FIELD(live.ring_bytes), 131072 },
	{ "eth0 --ring-size 64K", FIELD(live.ring_bytes), 65536 },
	{ "eth0 --ring-size 3m", FIELD(live.ring_bytes), 4 << 20 },
	{ "eth0 --ring-size 1G", FIELD(live.ring_bytes), 1 << 30 },
	{ "eth0 -c 5", FIELD(count), 5 },
	{ "eth0 --duration 2", FIELD(duration_ns), 2000000000 },
	{ "eth0 --duration 0.25", FIELD(duration_ns), 250000000 },
	{ "-q eth0", FIELD(quiet), true },
	{ "-v eth0", FIELD(live.verbose), true },
};

static void takes_what_is_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		u64 value = 0;

		if (parse(good[i].line))
			fail_msg("refused: %s", good[i].line);
		memcpy(&value, (const char *)&parsed + good[i].at, good[i].size);
		if (value != good[i].value)
			fail_msg("%s: %llu, not %llu", good[i].line, (unsigned long long)value,
				 (unsigned long long)good[i].value);
	}
}

static const char *const bad[] = {
	"",
	"-q",
	"eth0 eth0",
	"-r f.pcap eth0",
	"eth0 -f tcp",
	"-r f.pcap -f tcp(",
	"-r f.pcap --filter=",
	"eth0 --nonsense",
	"eth0 -X",
	"eth0 -s",
	"eth0 -s x",
	"eth0 -s -1",
	"eth0 -s 1:",
	"eth0 -s 1:x",
	"eth0 -s 1:63",
	"eth0 -s 1,2",
	"eth0 -s 4294967296",
	"eth0 --mode maybe",
	"eth0 --flows 0",
	"eth0 --flows 1e3",
	"eth0 --flows 99999999999",
	"eth0 --ring-size 0",
	"eth0 --ring-size 1T",
	"eth0 --ring-size 1KB",
	"eth0 --ring-size 2G",
	"eth0 --pin-dir relative",
	"eth0 -c 0",
	"eth0 -c -1",
	"eth0 --duration 0",
	"eth0 --duration nan",
	"eth0 --duration -1",
	"eth0 --duration 1s",
	"eth0 --duration 1e300",
	"eth0 -p mqtt",
	"eth0 -p mqtt:",
	"eth0 -p mqtt:0",
	"eth0 -p mqtt:65536",
	"eth0 -p mqtt:1883,",
	"eth0 -p mqtt:1883;1884",
	"eth0 -p nonsense:1883",
	"eth0 -p mqt:1883",
	"eth0 --quiet=yes",
};

static void refuses_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse(bad[i]) != -EINVAL)
			fail_msg("taken: %s", bad[i]);
}

/* Each row is one question to the table of ports. */
static const struct {
	const char *line;
	u16 port;
	enum iotx_proto tcp, udp;
} ports[] = {
	{ "eth0", 1883, MQTT, MQTTSN },
	{ "eth0", 1885, NOT_IOT, MQTTSN },
	{ "eth0", 10000, NOT_IOT, MQTTSN },
	{ "eth0", 5683, COAP, COAP },
	{ "eth0", 53, DNS, DNS },
	{ "eth0", 5353, NOT_IOT, DNS },
	{ "eth0", 8080, WEBSOCKET, NOT_IOT },
	{ "eth0 -p mqtt:1884", 1884, MQTT, MQTTSN },
	{ "eth0 -p mqtt:1884", 1883, NOT_IOT, MQTTSN },
	{ "eth0 -p mqtt:1884", 5683, COAP, COAP },
	{ "eth0 -p mqttsn:20000", 20000, NOT_IOT, MQTTSN },
	{ "eth0 -p mqttsn:20000", 1884, NOT_IOT, NOT_IOT },
	{ "eth0 -p dns:54", 54, DNS, DNS },
	{ "eth0 -p dns:54", 5353, NOT_IOT, NOT_IOT },
	{ "eth0 -p mqtt:1884,65535", 65535, MQTT, NOT_IOT },
	{ "eth0 -p mqtt:1884 -p mqtt:1885", 1884, MQTT, MQTTSN },
	{ "eth0 -p coap:1", 1, COAP, COAP },
	{ "eth0 -p coap:1", 5683, NOT_IOT, NOT_IOT },
	{ "eth0 -p mqtt:8080", 8080, MQTT, NOT_IOT },
	{ "eth0 -p mqtt:8080", 8083, WEBSOCKET, NOT_IOT },
};

static void replaces_the_ports_of_a_protocol(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		assert_int_equal(parse(ports[i].line), 0);
		if (parsed.live.ports.tcp[ports[i].port] != ports[i].tcp ||
		    parsed.live.ports.udp[ports[i].port] != ports[i].udp)
			fail_msg("%s: port %u", ports[i].line, ports[i].port);
	}
}

static void keeps_texts_in_order(void **state)
{
	(void)state;
	assert_int_equal(parse("-o json:F eth0 -o none lo --pin-dir /sys/fs/bpf/x"), 0);
	assert_string_equal(parsed.outputs[0], "json:F");
	assert_string_equal(parsed.outputs[1], "none");
	assert_string_equal(parsed.ifaces[0], "eth0");
	assert_string_equal(parsed.ifaces[1], "lo");
	assert_string_equal(parsed.live.pin_dir, "/sys/fs/bpf/x");
	assert_int_equal(parse("eth0"), 0);
	assert_string_equal(parsed.outputs[0], "text");
	assert_string_equal(parsed.live.pin_dir, IOTX_PIN_ROOT);
}

/* ".It Fl r , -read Ar FILE", as far as the names go. */
static void item_of(const struct iotx_option *row, char *item, size_t size)
{
	if (row->letter)
		snprintf(item, size, ".It Fl %c , -%s", row->letter, row->name);
	else
		snprintf(item, size, ".It Fl -%s", row->name);
}

static bool same_item(const char *line, const char *item)
{
	size_t len = strlen(item);

	return !strncmp(line, item, len) && (line[len] == ' ' || line[len] == '\n');
}

/* The page has an item for each option, in the order of --help, and none for another. */
static void agrees_with_the_man_page(void **state)
{
	FILE *f = fopen(MAN_PAGE, "r");
	char line[512], item[64];
	u32 n = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, ".It Fl ", 7))
			continue;
		assert_true(n < iotx_option_count);
		item_of(&iotx_option_table[n], item, sizeof(item));
		if (!same_item(line, item))
			fail_msg("\"%s\" expected, not %s", item, line);
		if ((strstr(line, " Ar ") != NULL) != (iotx_option_table[n].arg != NULL))
			fail_msg("with or without argument: %s", line);
		n++;
	}
	fclose(f);
	assert_int_equal(n, iotx_option_count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_is_right),
		cmocka_unit_test(refuses_what_is_wrong),
		cmocka_unit_test(replaces_the_ports_of_a_protocol),
		cmocka_unit_test(keeps_texts_in_order),
		cmocka_unit_test(agrees_with_the_man_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
