// SPDX-License-Identifier: GPL-2.0-only
/*
 * Captures made by others ($IOTXDP_SHARED/captures, by default ../shared): each is read to
 * its end, and has the frames, bytes and times that its truth file tells.
 */
#include "capture.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static char folder[256];

struct truth {
	u64 frames, captured, on_wire;
	u64 earliest_ns, latest_ns;
	bool decodable; /* of link types that are read */
};

static u64 number_of(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	assert_non_null(at);
	return strtoull(at + strlen(name), NULL, 10);
}

/* "first_packet": "2020-01-25 14:05:46.430109" */
static u64 time_of(const char *text, const char *name)
{
	const char *at = strstr(text, name);
	char digits[10] = "000000000";
	struct tm tm = {};
	const char *rest;

	assert_non_null(at);
	rest = strptime(at + strlen(name), "%Y-%m-%d %H:%M:%S.", &tm);
	assert_non_null(rest);
	memcpy(digits, rest, strcspn(rest, "\""));
	return (u64)timegm(&tm) * 1000000000 + strtoull(digits, NULL, 10);
}

static bool load_truth(const char *name, struct truth *t)
{
	static char text[4096]; /* what is wanted stands in front */
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/truth/%s.json", folder, name);
	f = fopen(path, "r");
	if (!f)
		return false;
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	t->frames = number_of(text, "\"packets\": ");
	t->captured = number_of(text, "\"captured_bytes\": ");
	t->on_wire = number_of(text, "\"bytes\": ");
	t->earliest_ns = time_of(text, "\"first_packet\": \"");
	t->latest_ns = time_of(text, "\"last_packet\": \"");
	t->decodable = !strstr(text, "802.15.4");
	return true;
}

static void check(const char *name, const struct truth *t)
{
	struct iotx_outcome o;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	iotx_read_path(&o, path, NULL);
	if (!t->decodable) {
		assert_int_equal(o.status, -EPROTONOSUPPORT);
		assert_non_null(strstr(o.said, "IEEE802_15_4"));
		return;
	}
	if (o.status || o.frames != t->frames || o.captured != t->captured ||
	    o.on_wire != t->on_wire || o.earliest_ns != t->earliest_ns || o.latest_ns != t->latest_ns)
		fail_msg("%s: %d %s; %llu frames of %llu, %llu bytes of %llu, at %llu not %llu", name,
			 o.status, o.said, (unsigned long long)o.frames,
			 (unsigned long long)t->frames, (unsigned long long)o.captured,
			 (unsigned long long)t->captured, (unsigned long long)o.earliest_ns,
			 (unsigned long long)t->earliest_ns);
}

static void reads_every_shared_capture(void **state)
{
	u32 run = 0, skipped = 0;
	DIR *dir = opendir(folder);
	struct dirent *entry;
	struct truth t;

	(void)state;
	if (!dir) {
		print_message("captures: 0 run, all skipped: no such folder\n");
		skip();
	}
	while ((entry = readdir(dir))) {
		if (!strstr(entry->d_name, ".pcap"))
			continue;
		if (load_truth(entry->d_name, &t)) {
			check(entry->d_name, &t);
			run++;
		} else {
			skipped++;
		}
	}
	closedir(dir);
	print_message("captures: %u run, %u skipped: without a truth file\n", run, skipped);
	assert_true(run > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_shared_capture),
	};
	const char *shared = getenv("IOTXDP_SHARED");

	snprintf(folder, sizeof(folder), "%s/captures", shared ? shared : "../shared");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
