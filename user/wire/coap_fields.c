// SPDX-License-Identifier: GPL-2.0-only
/* How CoAP messages are shown. */
#include "coap.h"

#include "base/utf8.h"
#include "coap_code.h"
#include "coap_text.h"

/* Of a joined path or query: a request of more does not fit the 1152 bytes of section 4.6. */
#define JOINED_MAX 4096
/* The longest opaque value that is shown in hexadecimal: of Proxy-Cri, the longest option. */
#define HEX_MAX 1023

static void show_hex(struct iotx_visitor *v, const char *name, struct iotx_slice value)
{
	char buf[2 * HEX_MAX];
	struct iotx_coap_text hex = iotx_coap_text(buf, sizeof(buf));

	iotx_coap_text_hex(&hex, value);
	v_plain(v, name, iotx_coap_text_slice(&hex));
}

/*
 * The meaning of an option, or NULL when a receiver has to treat it as unrecognised: not
 * registered, of a length out of range (RFC 7252, section 5.4.3), or repeated though it may
 * not be (5.4.5). `last` remembers between calls.
 */
static const struct iotx_coap_option_def *recognise(u8 code, const struct iotx_coap_option *opt,
						    const struct iotx_coap_option_def **last)
{
	const struct iotx_coap_option_def *def = iotx_coap_option_in(code, opt->number);

	if (!def || opt->value.len < def->len_min || opt->value.len > def->len_max)
		return NULL;
	if (def->format == IOTX_COAP_OPAQUE && opt->value.len > HEX_MAX)
		return NULL;
	if (def == *last && !def->repeatable)
		return NULL;
	*last = def;
	return def;
}

/* Options of one number stand together: what is shown of them as one. */
struct run {
	struct iotx_visitor *v;
	bool stream;
	const struct iotx_coap_option_def *def; /* NULL: between runs */
	struct iotx_coap_text text;             /* of a path or query */
};

static bool is_joined(const struct iotx_coap_option_def *def)
{
	return def->format == IOTX_COAP_PATH || def->format == IOTX_COAP_QUERY;
}

static void joined_end(struct run *run)
{
	char buf[40];
	struct iotx_coap_text cut = iotx_coap_text(buf, sizeof(buf) - 1);

	v_str(run->v, run->def->field, iotx_coap_text_slice(&run->text));
	if (!run->text.cut)
		return;
	iotx_coap_text_str(&cut, run->def->field);
	iotx_coap_text_str(&cut, "_cut");
	buf[cut.len] = '\0';
	v_bool(run->v, buf, true);
}

static void run_end(struct run *run)
{
	if (!run->def)
		return;
	if (is_joined(run->def))
		joined_end(run);
	else if (run->def->repeatable)
		v_end(run->v);
}

static void run_begin(struct run *run, const struct iotx_coap_option_def *def)
{
	run_end(run);
	run->def = def;
	run->v->weight = def->weight;
	run->text = iotx_coap_text(run->text.data, run->text.room);
	if (def->repeatable && !is_joined(def))
		v_list(run->v, def->field);
}

/* "/a/b" and "a=1&b=2": a path's separator leads, a query's stands between. */
static void join(struct run *run, struct iotx_slice value, bool first)
{
	bool path = run->def->format == IOTX_COAP_PATH;

	if (path || !first)
		iotx_coap_text_str(&run->text, path ? "/" : "&");
	iotx_coap_text_component(&run->text, value, path ? '/' : '&');
}

static void show_media(struct iotx_visitor *v, const struct iotx_coap_option_def *def, u32 id)
{
	const char *name = iotx_coap_content_format_name(id);

	v_coded(v, def->field, id, name);
	if (!name)
		return;
	v->weight = IOTX_DETAIL;
	v_text(v, def->number == IOTX_COAP_OPT_ACCEPT ? "accept_name" : "content_format_name",
	       name);
}

static void show_block(const struct run *run, const char *name, struct iotx_slice value)
{
	struct iotx_coap_block block = iotx_coap_block(value);
	bool bert = block.reserved && run->stream;

	v_open(run->v, name);
	v_u64(run->v, "num", block.num);
	v_bool(run->v, "more", block.more);
	v_u64(run->v, "size", bert ? IOTX_COAP_BERT_SIZE : block.size);
	if (bert)
		v_bool(run->v, "bert", true);
	v_close(run->v);
}

static void show_value(struct run *run, const struct iotx_coap_option *opt, bool first)
{
	const struct iotx_coap_option_def *def = run->def;
	const char *name = def->repeatable ? NULL : def->field;

	switch (def->format) {
	case IOTX_COAP_EMPTY:
		v_bool(run->v, name, true);
		break;
	case IOTX_COAP_OPAQUE:
		show_hex(run->v, name, opt->value);
		break;
	case IOTX_COAP_UINT:
		v_u64(run->v, name, iotx_coap_uint(opt->value));
		break;
	case IOTX_COAP_MEDIA:
		show_media(run->v, def, iotx_coap_uint(opt->value));
		break;
	case IOTX_COAP_BLOCK:
		show_block(run, name, opt->value);
		break;
	case IOTX_COAP_STRING:
		v_str(run->v, name, opt->value);
		break;
	case IOTX_COAP_PATH:
	case IOTX_COAP_QUERY:
		join(run, opt->value, first);
		break;
	}
}

static void show_recognised(const struct iotx_coap_msg *msg, struct iotx_visitor *v)
{
	struct iotx_coap_options it = iotx_coap_options_of(msg->options);
	const struct iotx_coap_option_def *def, *last = NULL;
	char buf[JOINED_MAX];
	struct run run = {
		.v = v,
		.stream = msg->stream,
		.text = iotx_coap_text(buf, sizeof(buf)),
	};
	struct iotx_coap_option opt;

	while (!iotx_coap_option_next(&it, &opt, NULL)) {
		bool first;

		def = recognise(msg->hdr.code, &opt, &last);
		if (!def)
			continue;
		first = def != run.def;
		if (first)
			run_begin(&run, def);
		show_value(&run, &opt, first);
	}
	run_end(&run);
}

static void show_unrecognised(struct iotx_visitor *v, u8 code, const struct iotx_coap_option *opt)
{
	const struct iotx_coap_option_def *def = iotx_coap_option_in(code, opt->number);

	v_open(v, NULL);
	v_u64(v, "number", opt->number);
	if (def)
		v_text(v, "name", def->name);
	v_bool(v, "critical", iotx_coap_option_critical(opt->number));
	v_bool(v, "unsafe", iotx_coap_option_unsafe(opt->number));
	if (opt->value.len > HEX_MAX)
		v_bytes(v, "value", opt->value);
	else
		show_hex(v, "value_hex", opt->value);
	v_close(v);
}

static void show_all_unrecognised(const struct iotx_coap_msg *msg, struct iotx_visitor *v)
{
	struct iotx_coap_options it = iotx_coap_options_of(msg->options);
	const struct iotx_coap_option_def *last = NULL;
	struct iotx_coap_option opt;
	bool any = false;

	v->weight = IOTX_DETAIL;
	while (!iotx_coap_option_next(&it, &opt, NULL)) {
		if (recognise(msg->hdr.code, &opt, &last))
			continue;
		if (!any)
			v_list(v, "unknown_options");
		any = true;
		show_unrecognised(v, msg->hdr.code, &opt);
	}
	if (any)
		v_end(v);
}

/* Every option's name, in the order of the message; a number where there is no name. */
static void show_names(const struct iotx_coap_msg *msg, struct iotx_visitor *v)
{
	struct iotx_coap_options it = iotx_coap_options_of(msg->options);
	struct iotx_coap_option opt;

	v->weight = IOTX_DETAIL;
	v_list(v, "options");
	while (!iotx_coap_option_next(&it, &opt, NULL)) {
		u8 code = msg->hdr.code;
		const struct iotx_coap_option_def *def = iotx_coap_option_in(code, opt.number);
		char buf[8];
		struct iotx_coap_text number = iotx_coap_text(buf, sizeof(buf));

		iotx_coap_text_number(&number, opt.number);
		v_plain(v, NULL, def ? iotx_slice_str(def->name) : iotx_coap_text_slice(&number));
	}
	v_end(v);
}

static void show_header(const struct iotx_coap_msg *msg, struct iotx_visitor *v)
{
	const char *name = iotx_coap_code_name(msg->hdr.code);
	char buf[4];
	struct iotx_coap_text code = iotx_coap_text(buf, sizeof(buf));

	iotx_coap_text_code(&code, msg->hdr.code);
	v->weight = IOTX_DETAIL; /* the title says it */
	if (!msg->stream)
		v_word(v, "type", iotx_coap_type_name(msg->hdr.type));
	if (msg->header_len == 1)
		return;
	v_plain(v, "code", iotx_coap_text_slice(&code));
	if (name)
		v_word(v, "code_name", name);
	if (msg->stream)
		v_word(v, "transport", "tcp");
	v->weight = IOTX_SHOW;
	if (msg->has_header && !msg->stream)
		v_u64(v, "message_id", msg->hdr.message_id);
	if (msg->token.len)
		show_hex(v, "token", msg->token);
}

/* Is the payload a part of a body that comes in blocks (RFC 7959, 9177)? */
static bool is_block(const struct iotx_coap_msg *msg)
{
	static const u16 options[2][2] = { { IOTX_COAP_OPT_BLOCK2, IOTX_COAP_OPT_Q_BLOCK2 },
					   { IOTX_COAP_OPT_BLOCK1, IOTX_COAP_OPT_Q_BLOCK1 } };
	bool request = iotx_coap_is_request(msg->hdr.code);
	struct iotx_coap_block block;
	struct iotx_slice value;

	for (u32 i = 0; i < 2; i++) {
		if (!iotx_coap_find(msg, options[request][i], &value))
			continue;
		block = iotx_coap_block(value);
		if (block.num || block.more)
			return true;
	}
	return false;
}

struct iotx_payload iotx_coap_payload(const struct iotx_coap_msg *msg, struct iotx_slice data)
{
	struct iotx_payload p = { .data = data };
	struct iotx_slice value;
	const char *name;

	if (!iotx_coap_find(msg, IOTX_COAP_OPT_CONTENT_FORMAT, &value))
		return p;
	name = iotx_coap_content_format_name(iotx_coap_uint(value));
	if (name)
		p.media = iotx_slice_str(name);
	return p;
}

static struct iotx_payload payload_of(const struct iotx_coap_msg *msg)
{
	struct iotx_payload p = iotx_coap_payload(msg, msg->payload);

	p.part = msg->skipped_length || is_block(msg);
	return p;
}

static void show_payload(const struct iotx_coap_msg *msg, struct iotx_visitor *v)
{
	v->weight = IOTX_SHOW;
	if (msg->payload.len && iotx_utf8_check(msg->payload) == IOTX_UTF8_BAD) {
		const struct iotx_payload p = payload_of(msg);

		v->weight = iotx_payload_weight(&p, iotx_payload_format(&p));
		v_bytes(v, "payload", msg->payload);
	} else if (msg->payload.len) {
		v_content(v, "payload", msg->payload);
	}
	v->weight = IOTX_DETAIL;
	if (msg->payload_len)
		v_u64(v, "payload_length", msg->payload_len);
	if (!msg->skipped_length)
		return;
	v_bool(v, "truncated", true);
	v_u64(v, "skipped_length", msg->skipped_length);
}

static void coap_fields(const void *m, struct iotx_visitor *v)
{
	const struct iotx_coap_msg *msg = m;

	show_header(msg, v);
	if (msg->has_header) {
		show_recognised(msg, v);
		show_all_unrecognised(msg, v);
		show_names(msg, v);
	}
	show_payload(msg, v);
}

/* Unknown critical options break no rule, yet make a receiver refuse (section 5.4.1). */
static void show_notes(const struct iotx_coap_msg *msg, struct iotx_visitor *v)
{
	struct iotx_coap_options it = iotx_coap_options_of(msg->options);
	struct iotx_coap_option opt;
	bool any = false;

	v->weight = IOTX_DETAIL;
	while (!iotx_coap_option_next(&it, &opt, NULL)) {
		char buf[40];
		struct iotx_coap_text note = iotx_coap_text(buf, sizeof(buf));

		if (!iotx_coap_option_critical(opt.number) ||
		    iotx_coap_option_in(msg->hdr.code, opt.number))
			continue;
		if (!any)
			v_list(v, "notes");
		any = true;
		iotx_coap_text_str(&note, "unknown critical option ");
		iotx_coap_text_number(&note, opt.number);
		v_str(v, NULL, iotx_coap_text_slice(&note));
	}
	if (any)
		v_end(v);
}

static void coap_extra(const void *m, struct iotx_visitor *v)
{
	const struct iotx_coap_msg *msg = m;
	struct iotx_payload p;

	show_notes(msg, v);
	if (!msg->payload.len)
		return;
	p = payload_of(msg);
	iotx_payload_show(v, &iotx_payload_names, &p, iotx_payload_format(&p));
}

static void add_word(struct iotx_coap_text *t, const char *word)
{
	if (t->len)
		iotx_coap_text_str(t, " ");
	iotx_coap_text_str(t, word);
}

/* "CON GET", "ACK 2.05 Content"; an Empty message needs no code beside its type. */
static const char *coap_title(const void *m, char buf[IOTX_TITLE_MAX])
{
	const struct iotx_coap_msg *msg = m;
	struct iotx_coap_text t = iotx_coap_text(buf, IOTX_TITLE_MAX - 1);
	const char *name = iotx_coap_code_name(msg->hdr.code);
	bool dotted = !name || (msg->hdr.code && !iotx_coap_is_request(msg->hdr.code));
	bool coded = msg->hdr.code || msg->stream;

	if (!msg->has_header)
		return "cut header";
	if (!msg->stream)
		add_word(&t, iotx_coap_type_name(msg->hdr.type));
	if (coded && dotted) {
		add_word(&t, "");
		iotx_coap_text_code(&t, msg->hdr.code);
	}
	if (coded && name)
		add_word(&t, name);
	buf[t.len] = '\0';
	return buf;
}

const struct iotx_event_class iotx_coap_event = {
	.name = "coap",
	.label = "CoAP",
	.title = coap_title,
	.fields = coap_fields,
	.extra = coap_extra,
};
