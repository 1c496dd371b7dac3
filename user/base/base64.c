// SPDX-License-Identifier: GPL-2.0-only
#include "base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void put_group(u8 *at, u32 bits)
{
	for (u32 i = 0; i < 4; i++)
		at[i] = (u8)alphabet[(bits >> (18 - 6 * i)) & 63];
}

void iotx_base64_put(u8 *at, struct iotx_slice s)
{
	const u8 *p = s.data;
	u32 left = s.len;

	for (; left >= 3; left -= 3, p += 3, at += 4)
		put_group(at, (u32)p[0] << 16 | (u32)p[1] << 8 | p[2]);
	if (!left)
		return;
	put_group(at, (u32)p[0] << 16 | (left == 2 ? (u32)p[1] << 8 : 0));
	at[3] = '=';
	if (left == 1)
		at[2] = '=';
}

bool iotx_base64_size(struct iotx_slice text, u32 *size)
{
	u32 n = text.len, padding = 0;

	while (padding < 2 && padding < n && text.data[n - 1 - padding] == '=')
		padding++;
	if (n % 4)
		return false;
	for (u32 i = 0; i < n - padding; i++)
		if (!text.data[i] || !strchr(alphabet, text.data[i]))
			return false;
	*size = n / 4 * 3 - padding;
	return true;
}
