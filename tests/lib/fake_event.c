// SPDX-License-Identifier: GPL-2.0-only
#include "fake_event.h"

#include <iotxdp/proto.h>

static const char *fake_title(const void *arg, char buf[IOTX_TITLE_MAX])
{
	const struct iotx_fake_msg *msg = arg;

	(void)buf;
	return msg->title;
}

static void fake_fields(const void *arg, struct iotx_visitor *v)
{
	const struct iotx_fake_msg *msg = arg;

	if (msg->fields)
		msg->fields(v);
	if (msg->text.data)
		v_str(v, "text", msg->text);
}

static void fake_extra(const void *arg, struct iotx_visitor *v)
{
	const struct iotx_fake_msg *msg = arg;

	if (msg->extra)
		msg->extra(v);
}

const struct iotx_event_class iotx_fake_class = {
	.name = "fake",
	.label = "Fake",
	.title = fake_title,
	.fields = fake_fields,
	.extra = fake_extra,
};

const struct iotx_endpoints iotx_fake_ends = {
	.src_ip = { 10, 9, 0, 1 },
	.dst_ip = { 10, 9, 0, 2 },
	.src_port = 40000,
	.dst_port = 1883,
	.ip_version = 4,
	.transport = TCP,
	.flow_id = 123456789,
};

struct iotx_event iotx_fake_event(const struct iotx_fake_msg *msg)
{
	return (struct iotx_event){
		.ts_ns = 1714566896123456789ull,
		.frame = 7,
		.ends = &iotx_fake_ends,
		.cls = &iotx_fake_class,
		.msg = msg,
		.weight = 1,
	};
}
