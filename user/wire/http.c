// SPDX-License-Identifier: GPL-2.0-only
#include "http.h"

static struct iotx_slice behind(struct iotx_slice s, u32 n)
{
	return iotx_slice(s.data + n, s.len - n);
}

static bool is_blank(u8 c)
{
	return c == ' ' || c == '\t';
}

static struct iotx_slice trimmed(struct iotx_slice s)
{
	while (s.len && is_blank(s.data[0]))
		s = behind(s, 1);
	while (s.len && is_blank(s.data[s.len - 1]))
		s.len--;
	return s;
}

/* Takes what stands before the next `c` off the front, and `c` with it; else everything. */
static struct iotx_slice take_until(struct iotx_slice *rest, u8 c)
{
	const u8 *at = rest->len ? memchr(rest->data, c, rest->len) : NULL;
	struct iotx_slice part = *rest;

	if (!at) {
		*rest = iotx_slice(rest->data + rest->len, 0);
		return part;
	}
	part.len = (u32)(at - rest->data);
	*rest = behind(*rest, part.len + 1);
	return part;
}

/* A line without its end; a recipient may take a bare LF for one (RFC 9112, section 2.2). */
static struct iotx_slice take_line(struct iotx_slice *rest)
{
	struct iotx_slice line = take_until(rest, '\n');

	if (line.len && line.data[line.len - 1] == '\r')
		line.len--;
	return line;
}

u32 iotx_http_head_len(const u8 *data, u32 n, u32 from)
{
	u32 at = from > 3 ? from - 3 : 0;

	for (; at < n; at++) {
		if (data[at] != '\n')
			continue;
		if (n - at > 1 && data[at + 1] == '\n')
			return at + 2;
		if (n - at > 2 && data[at + 1] == '\r' && data[at + 2] == '\n')
			return at + 3;
	}
	return 0;
}

static u8 lower(u8 c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

bool iotx_http_same(struct iotx_slice s, const char *word)
{
	u32 i = 0;

	for (; i < s.len && word[i]; i++)
		if (lower(s.data[i]) != lower((u8)word[i]))
			return false;
	return i == s.len && !word[i];
}

static bool is_digit(u8 c)
{
	return c >= '0' && c <= '9';
}

/* "HTTP/1.1" */
static bool version_read(struct iotx_slice s, struct iotx_http_head *h)
{
	if (s.len != 8 || memcmp(s.data, "HTTP/", 5) || !is_digit(s.data[5]) ||
	    s.data[6] != '.' || !is_digit(s.data[7]))
		return false;
	h->version = s;
	h->major = s.data[5] - '0';
	h->minor = s.data[7] - '0';
	return true;
}

static bool status_read(struct iotx_slice s, struct iotx_http_head *h)
{
	if (s.len != 3 || !is_digit(s.data[0]) || !is_digit(s.data[1]) || !is_digit(s.data[2]))
		return false;
	h->status = (u16)((s.data[0] - '0') * 100 + (s.data[1] - '0') * 10 + s.data[2] - '0');
	return true;
}

enum iotx_err iotx_http_head_decode(struct iotx_slice head, struct iotx_http_head *h)
{
	struct iotx_slice line = take_line(&head), word;

	*h = (struct iotx_http_head){ .fields = head };
	word = take_until(&line, ' ');
	if (version_read(word, h)) {
		h->response = true;
		word = take_until(&line, ' ');
		h->reason = line;
		return status_read(word, h) ? IOTX_OK : IOTX_E_BAD;
	}
	h->method = word;
	h->target = take_until(&line, ' ');
	return word.len && h->target.len && version_read(line, h) ? IOTX_OK : IOTX_E_BAD;
}

/* The value of the next field of this name. */
static bool next_field(struct iotx_slice *fields, const char *name, struct iotx_slice *value)
{
	while (fields->len) {
		struct iotx_slice line = take_line(fields);
		struct iotx_slice found = take_until(&line, ':');

		if (!iotx_http_same(found, name))
			continue;
		*value = trimmed(line);
		return true;
	}
	return false;
}

bool iotx_http_field(const struct iotx_http_head *h, const char *name, struct iotx_slice *value)
{
	struct iotx_slice fields = h->fields;

	return next_field(&fields, name, value);
}

/* As take_until(), but what stands in quotes is passed over (RFC 9110, section 5.6.4). */
static struct iotx_slice take_part(struct iotx_slice *rest, u8 c)
{
	struct iotx_slice part = *rest;
	bool quoted = false;

	for (u32 i = 0; i < rest->len; i++) {
		if (quoted && rest->data[i] == '\\')
			i++;
		else if (rest->data[i] == '"')
			quoted = !quoted;
		else if (rest->data[i] == c && !quoted) {
			part.len = i;
			*rest = behind(*rest, i + 1);
			return trimmed(part);
		}
	}
	*rest = iotx_slice(rest->data + rest->len, 0);
	return trimmed(part);
}

struct iotx_http_list iotx_http_list(const struct iotx_http_head *h, const char *name)
{
	return (struct iotx_http_list){ .name = name, .fields = h->fields };
}

bool iotx_http_list_next(struct iotx_http_list *l, struct iotx_slice *element)
{
	do {
		while (!l->line.len)
			if (!next_field(&l->fields, l->name, &l->line))
				return false;
		*element = take_part(&l->line, ',');
	} while (!element->len);
	return true;
}

bool iotx_http_has_token(const struct iotx_http_head *h, const char *name, const char *token)
{
	struct iotx_http_list list = iotx_http_list(h, name);
	struct iotx_slice element;

	while (iotx_http_list_next(&list, &element))
		if (iotx_http_same(element, token))
			return true;
	return false;
}

bool iotx_http_param_next(struct iotx_slice *rest, struct iotx_http_param *p)
{
	struct iotx_slice part;

	if (!rest->len)
		return false;
	part = take_part(rest, ';');
	p->has_value = part.len && memchr(part.data, '=', part.len);
	p->name = trimmed(take_until(&part, '='));
	p->value = trimmed(part);
	if (p->value.len >= 2 && p->value.data[0] == '"' &&
	    p->value.data[p->value.len - 1] == '"')
		p->value = iotx_slice(p->value.data + 1, p->value.len - 2);
	return true;
}
