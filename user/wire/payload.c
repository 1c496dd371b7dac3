// SPDX-License-Identifier: GPL-2.0-only
#include "payload.h"

#include "base/json_text.h"
#include "base/utf8.h"
#include "cbor.h"

/* --- what the message says ------------------------------------------------------------------ */

struct said {
	u8 format;     /* UNKNOWN: nothing that is known here */
	bool sequence; /* of CBOR items (RFC 8742) */
};

struct media {
	const char *name;
	struct said said;
};

/* Behind the last slash or plus sign (RFC 6839). */
static const struct media suffixes[] = {
	{ "json", { IOTX_PAYLOAD_JSON, false } },     { "cbor", { IOTX_PAYLOAD_CBOR, false } },
	{ "cbor-seq", { IOTX_PAYLOAD_CBOR, true } },  { "xml", { IOTX_PAYLOAD_TEXT, false } },
	{ "cose", { IOTX_PAYLOAD_CBOR, false } },     { "cwt", { IOTX_PAYLOAD_CBOR, false } },
	{ "link-format", { IOTX_PAYLOAD_TEXT, false } },
	{ "multipart-core", { IOTX_PAYLOAD_CBOR, false } },
	{ "octet-stream", { IOTX_PAYLOAD_BINARY, false } },
};

static bool is_same(struct iotx_slice s, const char *name)
{
	if (s.len != strlen(name))
		return false;
	for (u32 i = 0; i < s.len; i++) {
		u8 c = s.data[i];

		if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != (u8)name[i])
			return false;
	}
	return true;
}

/* Without parameters and the blanks before them. */
static struct iotx_slice bare(struct iotx_slice media)
{
	const u8 *end = media.len ? memchr(media.data, ';', media.len) : NULL;

	if (end)
		media.len = (u32)(end - media.data);
	while (media.len && media.data[media.len - 1] == ' ')
		media.len--;
	return media;
}

static struct said said_of(struct iotx_slice media)
{
	u32 at;

	media = bare(media);
	for (at = media.len; at && media.data[at - 1] != '/' && media.data[at - 1] != '+';)
		at--;
	if (!at)
		return (struct said){};
	for (u32 i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
		if (is_same(iotx_slice(media.data + at, media.len - at), suffixes[i].name))
			return suffixes[i].said;
	if (media.len > 5 && is_same(iotx_slice(media.data, 5), "text/"))
		return (struct said){ .format = IOTX_PAYLOAD_TEXT };
	return (struct said){};
}

/* --- what it is ----------------------------------------------------------------------------- */

bool iotx_payload_text(struct iotx_slice data, bool cut, struct iotx_slice *text)
{
	u32 most = cut ? 3 : 0; /* bytes of a sequence that lacks its last */

	*text = data;
	while (iotx_utf8_check(*text) == IOTX_UTF8_BAD) {
		if (!most-- || text->len < 2)
			return false;
		text->len--;
	}
	return true;
}

/* The control characters that text is written with. */
static bool only_breaks(struct iotx_slice s)
{
	for (u32 i = 0; i < s.len; i++) {
		u8 c = s.data[i];

		if (c == 0x7f || (c < 0x20 && c != '\n' && c != '\r' && c != '\t'))
			return false;
	}
	return true;
}

static bool is_written(struct iotx_slice data, bool cut)
{
	enum iotx_utf8_verdict verdict = iotx_utf8_check(data);
	struct iotx_slice text = data;

	if (verdict == IOTX_UTF8_OK)
		return true;
	if (verdict == IOTX_UTF8_NUL || (verdict == IOTX_UTF8_BAD && !cut))
		return false;
	return iotx_payload_text(data, cut, &text) && only_breaks(text);
}

/* Is it true? Of a part only that it is text can be seen. */
static bool is_true(struct said said, const struct iotx_payload *p, bool text)
{
	switch (said.format) {
	case IOTX_PAYLOAD_JSON:
		return text && (p->part || iotx_json_valid(p->data));
	case IOTX_PAYLOAD_CBOR:
		return p->part || iotx_cbor_valid(p->data, said.sequence);
	case IOTX_PAYLOAD_TEXT:
		return text;
	default:
		return said.format == IOTX_PAYLOAD_BINARY;
	}
}

enum iotx_payload_format iotx_payload_format(const struct iotx_payload *p)
{
	struct said said;
	bool text;

	if (!p->data.len)
		return p->part ? IOTX_PAYLOAD_UNKNOWN : IOTX_PAYLOAD_EMPTY;
	text = is_written(p->data, p->part);
	if (p->media.len) {
		said = said_of(p->media);
		if (is_true(said, p, text))
			return said.format;
	}
	if (text)
		return !p->part && iotx_json_structured(p->data) ? IOTX_PAYLOAD_JSON :
								    IOTX_PAYLOAD_TEXT;
	if (!p->part && !p->utf8 && iotx_cbor_evident(p->data))
		return IOTX_PAYLOAD_CBOR;
	return IOTX_PAYLOAD_BINARY;
}

/* --- how it is shown ------------------------------------------------------------------------ */

const struct iotx_payload_names iotx_payload_names = {
	"payload_format", "payload_diagnostic", "payload_diagnostic_cut"
};

static void show_diagnostic(struct iotx_visitor *v, const struct iotx_payload_names *names,
			    struct iotx_slice data)
{
	char buf[IOTX_PAYLOAD_TEXT_MAX];
	struct iotx_coap_text text = iotx_coap_text(buf, sizeof(buf));

	iotx_cbor_text(data, &text);
	v_notation(v, names->diagnostic, iotx_coap_text_slice(&text));
	if (text.cut)
		v_bool(v, names->diagnostic_cut, true);
}

void iotx_payload_show(struct iotx_visitor *v, const struct iotx_payload_names *names,
		       const struct iotx_payload *p, enum iotx_payload_format format)
{
	static const char *const words[] = {
#define X(id, name) [IOTX_PAYLOAD_##id] = name,
		IOTX_PAYLOAD_FORMATS(X)
#undef X
	};

	v->weight = IOTX_DETAIL; /* a look at it says the same */
	v_word(v, names->format, words[format]);
	v->weight = IOTX_SHOW;
	if (format == IOTX_PAYLOAD_CBOR && !p->part)
		show_diagnostic(v, names, p->data);
}
