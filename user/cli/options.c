// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include "base/log.h"
#include "input/pcap_filter.h"
#include "ports.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#define FLOWS_LEAST 16
#define FLOWS_MOST (1u << 26)
#define IDLE_MOST_S (4 * 3600)
#define RING_LEAST 4096
#define RING_MOST (1u << 30)
#define SNAPLEN_LEAST 64 /* below it hardly a header is whole */

/* A decimal number without sign that ends at *end; false when there is none. */
static bool number(const char *s, u64 least, u64 most, u64 *value, const char **end)
{
	char *stop;

	if (*s < '0' || *s > '9')
		return false;
	errno = 0;
	*value = strtoull(s, &stop, 10);
	*end = stop;
	return !errno && *value >= least && *value <= most;
}

static bool whole_number(const char *s, u64 least, u64 most, u64 *value)
{
	const char *end;

	return number(s, least, most, value, &end) && !*end;
}

static bool set_read(struct iotx_options *o, const char *arg)
{
	o->read_path = arg;
	return *arg != '\0';
}

static bool set_filter(struct iotx_options *o, const char *arg)
{
	o->filter = arg;
	return *arg != '\0';
}

static bool set_output(struct iotx_options *o, const char *arg)
{
	if (o->output_count == IOTX_SINKS_MAX)
		return false;
	o->outputs[o->output_count++] = arg;
	return *arg != '\0';
}

/* N[:SNAPLEN]; like tcpdump, 0 and anything longer than a packet mean the whole of it. */
static bool set_sample(struct iotx_options *o, const char *arg)
{
	u64 one_in, snaplen = IOTX_SAMPLE_MAX;
	const char *end;

	if (!number(arg, 0, UINT32_MAX, &one_in, &end))
		return false;
	if (*end && (*end != ':' || !whole_number(end + 1, 0, UINT32_MAX, &snaplen)))
		return false;
	if (!snaplen || snaplen > IOTX_SAMPLE_MAX)
		snaplen = IOTX_SAMPLE_MAX;
	o->live.sample_one_in = (u32)one_in;
	o->live.snaplen = (u32)snaplen;
	return snaplen >= SNAPLEN_LEAST;
}

static bool set_ports(struct iotx_options *o, const char *arg)
{
	return iotx_ports_apply(&o->live.ports, &o->ports_given, arg);
}

static bool set_ingress_only(struct iotx_options *o, const char *arg)
{
	(void)arg;
	o->live.ingress_only = true;
	return true;
}

static bool set_pin_dir(struct iotx_options *o, const char *arg)
{
	o->live.pin_dir = arg;
	return *arg == '/';
}

static bool set_mode(struct iotx_options *o, const char *arg)
{
	static const char *const names[] = {
		[IOTX_MODE_AUTO] = "auto",
		[IOTX_MODE_NATIVE] = "native",
		[IOTX_MODE_GENERIC] = "generic",
	};

	for (u32 i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(arg, names[i])) {
			o->live.mode = (enum iotx_mode)i;
			return true;
		}
	}
	return false;
}

static bool set_flows(struct iotx_options *o, const char *arg)
{
	u64 n;

	if (!whole_number(arg, FLOWS_LEAST, FLOWS_MOST, &n))
		return false;
	o->live.flows_max = (u32)n;
	return true;
}

static bool set_budget(struct iotx_options *o, const char *arg)
{
	u64 n;

	if (!whole_number(arg, 0, IOTX_BUDGET_MAX, &n))
		return false;
	o->live.budget = (u32)n;
	return true;
}

/* UDP[:TCP], in seconds; the ages of the flow table come round after four hours. */
static bool set_idle(struct iotx_options *o, const char *arg)
{
	u64 udp, tcp = o->live.idle.tcp_s;
	const char *end;

	if (!number(arg, 1, IDLE_MOST_S, &udp, &end))
		return false;
	if (*end && (*end != ':' || !whole_number(end + 1, 1, IDLE_MOST_S, &tcp)))
		return false;
	o->live.idle.udp_s = (u32)udp;
	o->live.idle.tcp_s = (u32)tcp;
	if (o->live.idle.closed_s > tcp)
		o->live.idle.closed_s = (u32)tcp;
	return true;
}

/* The kernel demands a power of two: the next one is taken. */
static bool set_ring_size(struct iotx_options *o, const char *arg)
{
	static const char units[] = "KMG";
	const char *end, *unit;
	u64 n, size = RING_LEAST;

	if (!number(arg, 1, RING_MOST, &n, &end))
		return false;
	if (*end) {
		unit = strchr(units, *end & ~0x20);
		if (!unit || end[1])
			return false;
		n <<= 10 * (unit - units + 1);
	}
	if (n > RING_MOST)
		return false;
	while (size < n)
		size *= 2;
	o->live.ring_bytes = (u32)size;
	return true;
}

static bool set_show_secrets(struct iotx_options *o, const char *arg)
{
	(void)arg;
	o->show_secrets = true;
	return true;
}

static bool set_events(struct iotx_options *o, const char *arg)
{
	return iotx_event_types_parse(&o->events, arg);
}

static bool set_findings(struct iotx_options *o, const char *arg)
{
	(void)arg;
	return iotx_event_types_parse(&o->events, "finding");
}

static bool set_append(struct iotx_options *o, const char *arg)
{
	(void)arg;
	o->append = true;
	return true;
}

static bool set_count(struct iotx_options *o, const char *arg)
{
	return whole_number(arg, 1, UINT64_MAX, &o->count);
}

static bool set_duration(struct iotx_options *o, const char *arg)
{
	const double most_s = 1e9;
	char *end;
	double s;

	if (*arg < '0' || *arg > '9')
		return false;
	s = strtod(arg, &end);
	o->duration_ns = s <= most_s ? (u64)(s * 1e9) : 0;
	return !*end && o->duration_ns;
}

static bool set_quiet(struct iotx_options *o, const char *arg)
{
	(void)arg;
	o->quiet = true;
	return true;
}

static bool set_verbose(struct iotx_options *o, const char *arg)
{
	(void)arg;
	o->live.verbose = true;
	return true;
}

static bool set_help(struct iotx_options *o, const char *arg)
{
	(void)arg;
	o->command = IOTX_CMD_HELP;
	return true;
}

static bool set_version(struct iotx_options *o, const char *arg)
{
	(void)arg;
	o->command = IOTX_CMD_VERSION;
	return true;
}

const struct iotx_option iotx_option_table[] = {
	{ 'r', "read", "FILE", "read a capture instead of an interface; - is standard input",
	  set_read },
	{ 'f', "filter", "FILTER", "read only the frames that pass, as in tcpdump: 'tcp port 1883'",
	  set_filter },
	{ 'o', "output", "SINK[:ARG]", "where events go; may be repeated (default: text)",
	  set_output },
	{ 's', "sample", "N[:SNAPLEN]",
	  "decode one flow in N, SNAPLEN bytes of a packet (default: 1)", set_sample },
	{ 'p', "ports", "PROTO:PORT[,PORT...]", "ports of a protocol, instead of its defaults",
	  set_ports },
	{ 'c', "count", "N", "stop after N events", set_count },
	{ 0, "duration", "SECONDS", "stop watching after SECONDS", set_duration },
	{ 0, "ingress-only", NULL, "see received packets only, as on a mirror port",
	  set_ingress_only },
	{ 0, "mode", "MODE", "XDP native, generic, or auto: native where possible (default)",
	  set_mode },
	{ 0, "pin-dir", "DIR", "pin the maps in DIR/IFACE (default: " IOTX_PIN_ROOT ")",
	  set_pin_dir },
	{ 0, "flows", "N", "flows of IPv4 and of IPv6 to keep count of (default: 65536)",
	  set_flows },
	{ 0, "idle", "UDP[:TCP]", "seconds without a packet that end a flow (default: 300:3600)",
	  set_idle },
	{ 0, "ring-size", "SIZE", "room for samples on their way, with K, M or G (default: 16M)",
	  set_ring_size },
	{ 0, "events", "TYPE[,TYPE...]",
	  "put out only these: mqtt, coap, mqttsn, websocket, dns, finding, flow", set_events },
	{ 0, "findings", NULL, "put out only what breaks a rule of its protocol", set_findings },
	{ 0, "budget", "N", "samples a second of each direction of a flow, 0: any number "
	  "(default: 50000)", set_budget },
	{ 0, "show-secrets", NULL, "show passwords and authentication data", set_show_secrets },
	{ 0, "append", NULL, "add to an SQLite database that is there already", set_append },
	{ 'q', "quiet", NULL, "no progress and no summary", set_quiet },
	{ 'v', "verbose", NULL, "show what libbpf and the kernel's verifier say", set_verbose },
	{ 'h', "help", NULL, "show this help", set_help },
	{ 'V', "version", NULL, "show the version", set_version },
};
#define OPTIONS (sizeof(iotx_option_table) / sizeof(iotx_option_table[0]))
const u32 iotx_option_count = OPTIONS;

/* What getopt_long returns for row i: its letter, or a number above all letters. */
static int option_value(u32 i)
{
	return iotx_option_table[i].letter ? iotx_option_table[i].letter : 0x100 + (int)i;
}

struct getopt_tables {
	char letters[2 * OPTIONS + 2];
	struct option names[OPTIONS + 1];
};

static void fill_tables(struct getopt_tables *t)
{
	char *p = t->letters;

	memset(t, 0, sizeof(*t));
	*p++ = ':'; /* tell a missing argument from an unknown option */
	for (u32 i = 0; i < OPTIONS; i++) {
		const struct iotx_option *row = &iotx_option_table[i];

		t->names[i].name = row->name;
		t->names[i].has_arg = row->arg ? required_argument : no_argument;
		t->names[i].val = option_value(i);
		if (row->letter)
			*p++ = row->letter;
		if (row->letter && row->arg)
			*p++ = ':';
	}
}

static const struct iotx_option *find_row(int value)
{
	for (u32 i = 0; i < OPTIONS; i++)
		if (option_value(i) == value)
			return &iotx_option_table[i];
	return NULL;
}

static int usage_error(const char *what, const char *which)
{
	iotx_error("%s%s%s; see iotxdp --help", what, which ? " " : "", which ? which : "");
	return -EINVAL;
}

/* getopt_long found no use for an option: names it as it was written. */
static int bad_option(int value, char **argv)
{
	char letter[3] = { '-', (char)optopt, 0 };
	bool is_letter = optopt && optopt < 0x100 && strncmp(argv[optind - 1], "--", 2);

	return usage_error(value == ':' ? "an argument is missing after" : "unknown option",
			   is_letter ? letter : argv[optind - 1]);
}

static int take_option(struct iotx_options *o, int value, char **argv)
{
	const struct iotx_option *row = find_row(value);

	if (!row)
		return bad_option(value, argv);
	if (row->set(o, optarg))
		return 0;
	iotx_error("--%s does not take \"%s\": it wants %s; see iotxdp --help", row->name,
		   optarg, row->arg);
	return -EINVAL;
}

static int check_operands(struct iotx_options *o)
{
	if (o->command == IOTX_CMD_HELP || o->command == IOTX_CMD_VERSION)
		return 0;
	if (o->read_path && o->iface_count)
		return usage_error("-r reads a file: no interface beside it, but there is",
				   o->ifaces[0]);
	if (o->filter && !o->read_path)
		return usage_error("-f filters what -r reads, and there is no -r", NULL);
	if (o->filter && iotx_filter_check(o->filter))
		return -EINVAL;
	if (o->iface_count > IOTX_IFACES_MAX)
		return usage_error("too many interfaces", NULL);
	if (!o->read_path && !o->iface_count) {
		iotx_help_usage(stderr);
		return -EINVAL;
	}
	for (u32 i = 0; i < o->iface_count; i++)
		for (u32 j = 0; j < i; j++)
			if (!strcmp(o->ifaces[i], o->ifaces[j]))
				return usage_error("an interface is named twice:", o->ifaces[i]);
	o->command = o->read_path ? IOTX_CMD_READ : IOTX_CMD_WATCH;
	return 0;
}

static void set_defaults(struct iotx_options *o)
{
	memset(o, 0, sizeof(*o));
	o->live.pin_dir = IOTX_PIN_ROOT;
	o->live.sample_one_in = 1;
	o->live.snaplen = IOTX_SAMPLE_MAX;
	o->live.flows_max = IOTX_FLOWS_DEFAULT;
	o->live.idle = (struct iotx_idle){ IOTX_IDLE_UDP_DEFAULT, IOTX_IDLE_TCP_DEFAULT,
					   IOTX_IDLE_CLOSED };
	o->live.ring_bytes = IOTX_RING_DEFAULT;
	o->live.budget = IOTX_BUDGET_DEFAULT;
	iotx_ports_reset(&o->live.ports);
}

int iotx_options_parse(struct iotx_options *o, int argc, char **argv)
{
	struct getopt_tables tables;
	int value, err;

	set_defaults(o);
	fill_tables(&tables);
	opterr = 0;
	optind = 0; /* glibc: start afresh */
	while ((value = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1) {
		err = take_option(o, value, argv);
		if (err)
			return err;
	}
	if (!o->output_count)
		o->outputs[o->output_count++] = "text";
	o->ifaces = argv + optind;
	o->iface_count = (u32)(argc - optind);
	return check_operands(o);
}
