// SPDX-License-Identifier: GPL-2.0-only
#include "ng_comment.h"

#include <stdio.h>

#define COMMENT_MAX 512

int iotx_ng_comment(struct iotx_buf *b, const struct iotx_event *ev)
{
	char title[IOTX_TITLE_MAX], text[COMMENT_MAX];
	const char *what = ev->cls->title(ev->msg, title);
	int n = snprintf(text, sizeof(text), "%s %s: %s (byte %u)", what, ev->diag.rule,
			 ev->diag.text, ev->diag.off);

	if (n >= COMMENT_MAX)
		n = COMMENT_MAX - 1;
	return iotx_buf_add(b, text, (size_t)n + 1);
}
