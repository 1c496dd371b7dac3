/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A conversation as text, and which rules it breaks. Steps stand between semicolons:
 * "c HEX" (the client says), "s HEX" (the server), "m HEX" (the client, to a group),
 * "+N" (N milliseconds pass).
 */
#ifndef IOTXDP_TESTS_SCRIPT_H
#define IOTXDP_TESTS_SCRIPT_H

#include <wire/rule.h>

/* A rule, a conversation that breaks it and one that nearly does. */
struct iotx_script {
	const char *row; /* of the list of rules that the project set out to cover */
	const struct iotx_rule *rule;
	bool tcp;
	u16 port; /* the server's */
	const char *trip, *near;
};

/* Where in their messages the rules are broken, as "2 4 ". Good until the next call. */
const char *iotx_script_offsets(const struct iotx_script *s);

/* Ends the test when trip does not break the rule, or near breaks any at all. */
void iotx_script_check(const struct iotx_script *s);

#endif
