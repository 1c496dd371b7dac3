# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Flows come, are shown, and go.

shown() { # how many entries flows4 has
	bpftool -j map dump pinned "$LAB_PINS/eth0/flows4" | jq length
}

shows() { # N
	[ "$(shown)" = "$1" ]
}

# A flow is shown within about a second, and is gone once nothing came for long enough.
test_flows_idle() {
	lab_up 4
	lab_coap
	watch run eth0 -o none --idle 2:3600
	coap -m get "coap://$LAB_SERVER4/time" >/dev/null
	wait_for 2 shows 2
	wait_for 10 shows 0
	published
	same 'flows that are over' 2 \
		"$(bpftool -j map dump pinned "$LAB_PINS/eth0/flows" | jq '.[].formatted.value.expired')"
	unwatch run
	identities_hold run
	contains "$LAB_TMP/run.err" 'I3 eth0: flows created 2 = live 0 \+ expired 2 \+ evicted 0: holds'
}

# A table for 16 flows, and 200 of them: most make room for others, and all are accounted for.
test_flows_evicted() {
	local i
	lab_up 4
	lab_coap
	watch run eth0 -o none --flows 16
	for i in $(seq 100); do
		coap -N -B 1 -p $((42000 + i)) -m put -e x "coap://$LAB_SERVER4/example_data" >/dev/null 2>&1 || true
	done
	wait_for 20 quiet
	published
	[ "$(shown)" -ge 16 ]
	[ "$(shown)" -le 32 ]
	unwatch run
	identities_hold run
	contains "$LAB_TMP/run.err" '  flows_evicted  *[1-9]'
}
