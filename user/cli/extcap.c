// SPDX-License-Identifier: GPL-2.0-only
#include "extcap.h"

#include "base/log.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>

/* An interface of ours is called so in Wireshark, with the system's name behind it. */
#define PREFIX "iotxdp-"

/* What Wireshark asks for. */
struct call {
	bool interfaces, dlts, config, capture;
	const char *interface, *fifo, *filter, *content;
};

/* A word of it: alone, or with a value. */
struct word {
	const char *name;
	bool *flag;
	const char **value;
};

bool iotx_extcap_calls(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strncmp(argv[i], "--extcap-", strlen("--extcap-")))
			return true;
	return false;
}

/* Takes argv[*i], and what belongs to it, if it is the word: "--word value", "--word=value". */
static bool take(const struct word *w, char **argv, int *i)
{
	size_t len = strlen(w->name);

	if (strncmp(argv[*i], w->name, len))
		return false;
	if (w->value && argv[*i][len] == '=') {
		*w->value = argv[*i] + len + 1;
		return true;
	}
	if (argv[*i][len])
		return false;
	if (w->flag)
		*w->flag = true;
	else if (argv[*i + 1])
		*w->value = argv[++*i];
	return true;
}

/* What is of extcap goes to *c, the rest to `rest`: those are options of any run. */
static int split(struct call *c, char **argv, char **rest)
{
	const char *version;
	const struct word words[] = {
		{ "--extcap-interfaces", .flag = &c->interfaces },
		{ "--extcap-interface", .value = &c->interface },
		{ "--extcap-dlts", .flag = &c->dlts },
		{ "--extcap-config", .flag = &c->config },
		{ "--extcap-capture-filter", .value = &c->filter },
		{ "--extcap-version", .value = &version },
		{ "--capture", .flag = &c->capture },
		{ "--fifo", .value = &c->fifo },
		{ "--content", .value = &c->content },
	};
	int n = 0;

	for (int i = 1; argv[i]; i++) {
		u32 k = 0;

		while (k < sizeof(words) / sizeof(words[0]) && !take(&words[k], argv, &i))
			k++;
		if (k == sizeof(words) / sizeof(words[0]))
			rest[n++] = argv[i];
	}
	return n;
}

static int list_interfaces(void)
{
	struct if_nameindex *all = if_nameindex();

	puts("extcap {version=" IOTX_VERSION "}{display=MQTT and CoAP, decoded by iotxdp}");
	for (struct if_nameindex *i = all; i && i->if_index; i++)
		printf("interface {value=" PREFIX "%s}{display=iotxdp: %s}\n", i->if_name,
		       i->if_name);
	if_freenameindex(all);
	return 0;
}

static int list_dlts(void)
{
	puts("dlt {number=252}{name=WIRESHARK_UPPER_PDU}{display=Decoded messages}");
	puts("dlt {number=1}{name=EN10MB}{display=Frames that are decoded}");
	return 0;
}

static int list_config(void)
{
	puts("arg {number=0}{call=--content}{display=Content}{type=selector}"
	     "{tooltip=Messages, put together and unmasked, or the frames that hold them}");
	puts("value {arg=0}{value=pdu}{display=Decoded messages}{default=true}");
	puts("value {arg=0}{value=pcapng}{display=Frames that are decoded}{default=false}");
	puts("arg {number=1}{call=--sample}{display=One conversation in}{type=unsigned}"
	     "{default=1}{tooltip=Decode one conversation in so many}");
	return 0;
}

/* Wireshark asks whether a filter is good; silence means that it is. */
static int judge_filter(const char *filter)
{
	if (*filter)
		puts("iotxdp captures without a filter: what it decodes it finds itself");
	return 0;
}

static bool content_known(const struct call *c)
{
	return !c->content || !strcmp(c->content, "pdu") || !strcmp(c->content, "pcapng");
}

static int refuse(const char *why)
{
	iotx_error("%s", why);
	return 2;
}

/* As if it had been asked for on the command line: -q -o pdu:FIFO eth0, and the rest. */
static int prepare(struct iotx_options *o, const struct call *c, char **rest, int count)
{
	static char *argv[64];
	static char output[4096];
	int argc = 0, n;

	if (!c->fifo || strncmp(c->interface, PREFIX, strlen(PREFIX)))
		return refuse("extcap: a capture needs an interface of ours and a FIFO");
	if (c->filter && *c->filter)
		return refuse("extcap: a capture filter is not supported");
	if (!content_known(c))
		return refuse("extcap: the content is pdu or pcapng");
	n = snprintf(output, sizeof(output), "%s:%s", c->content ? c->content : "pdu", c->fifo);
	if ((size_t)n >= sizeof(output) || count > 50)
		return refuse("extcap: too long");
	argv[argc++] = (char *)"iotxdp";
	argv[argc++] = (char *)"-q";
	argv[argc++] = (char *)"-o";
	argv[argc++] = output;
	for (int i = 0; i < count; i++)
		argv[argc++] = rest[i];
	argv[argc++] = (char *)c->interface + strlen(PREFIX);
	return iotx_options_parse(o, argc, argv) ? 2 : -1;
}

int iotx_extcap(struct iotx_options *o, int argc, char **argv)
{
	struct call c = {};
	char **rest = calloc((size_t)argc + 1, sizeof(*rest));
	int count, status;

	if (!rest)
		return refuse("out of memory");
	count = split(&c, argv, rest);
	if (c.interfaces)
		status = list_interfaces();
	else if (!c.interface)
		status = refuse("extcap: no interface is named");
	else if (c.dlts)
		status = list_dlts();
	else if (c.config)
		status = list_config();
	else if (c.capture)
		status = prepare(o, &c, rest, count);
	else
		status = c.filter ? judge_filter(c.filter) : refuse("extcap: nothing is asked for");
	free(rest);
	return status;
}
