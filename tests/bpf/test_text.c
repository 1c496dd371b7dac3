// SPDX-License-Identifier: GPL-2.0-only
/* Flows as text: a title and a line for each entry, with addresses as people write them. */
#include <input/text_view.h>
#include <iotxdp/abi.h>

#include <bpf/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define TITLE "source\tport\tdestination\tport\tprotocol\tdirection\tpackets\tbytes\tmessages\n"

static int map_of(u32 key_size)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_NO_PREALLOC);
	int fd = bpf_map_create(BPF_MAP_TYPE_HASH, "flows", key_size, sizeof(struct iotx_flow), 16,
				&opts);

	assert_true(fd >= 0);
	return fd;
}

static void check(int map, bool six, const char *want)
{
	char text[1024];
	int link = iotx_text_view(map, six), iterator;
	ssize_t n, all = 0;

	assert_true(link >= 0);
	iterator = bpf_iter_create(link);
	assert_true(iterator >= 0);
	while ((n = read(iterator, text + all, sizeof(text) - 1 - (size_t)all)) > 0)
		all += n;
	text[all] = '\0';
	assert_string_equal(text, want);
	close(iterator);
	close(link);
}

static void ipv4(void **state)
{
	struct iotx_key4 key = { .src_ip = { 10, 9, 0, 2 }, .dst_ip = { 10, 9, 0, 1 },
				 .src_port = 40000, .dst_port = 1883, .transport = TCP };
	struct iotx_flow flow = { .proto = MQTT, .dir = EGRESS, .packets = 7, .bytes = 5000000000,
				  .mqtt = { .connect = 1, .auth = 2 } };
	int map = map_of(sizeof(key));

	(void)state;
	check(map, false, "");
	assert_int_equal(bpf_map_update_elem(map, &key, &flow, BPF_ANY), 0);
	check(map, false, TITLE "10.9.0.2\t40000\t10.9.0.1\t1883\tmqtt\tout\t7\t5000000000\t3\n");
	close(map);
}

static void ipv6(void **state)
{
	struct iotx_key6 key = { .src_ip = (unsigned __int128)0xfd09ull << 112 | 2,
				 .dst_ip = (unsigned __int128)0xfd09ull << 112 | 1,
				 .src_port = 40000, .dst_port = 5683, .transport = UDP };
	struct iotx_flow flow = { .proto = COAP, .dir = INGRESS, .packets = 2, .bytes = 100,
				  .coap = { .con = 1, .non = 1, .get = 2 } };
	int map = map_of(sizeof(key));

	(void)state;
	assert_int_equal(bpf_map_update_elem(map, &key, &flow, BPF_ANY), 0);
	check(map, true, TITLE "fd09:0000:0000:0000:0000:0000:0000:0002\t40000\t"
			       "fd09:0000:0000:0000:0000:0000:0000:0001\t5683\tcoap\tin\t2\t100\t2\n");
	close(map);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4),
		cmocka_unit_test(ipv6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
