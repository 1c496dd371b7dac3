# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# How the programs come onto an interface and leave it, whatever happens.

# Ids of loaded programs of ours, of any iotxdp of this machine.
our_programs() {
	bpftool -j prog show | jq -r '.[] | select((.name // "") | startswith("iotx_")) | .id' | sort
}

one_message() { # ID
	mqtt_pub -V 311 -h $LAB_SERVER4 -i "$1" -q 1 -t a/b -m x
}

watched_message() { # NAME ID: it is seen by the watcher of that name
	one_message "$2"
	wait_for 20 grep -q "\"client_id\":\"$2\"" "$LAB_TMP/$1.json"
}

# Nothing but XDP_PASS, under a name of its own.
foreign_program() {
	cat >"$LAB_TMP/foreign.bpf.c" <<-'EOF'
		__attribute__((section("xdp"), used)) int somebody_else(void *ctx)
		{
			(void)ctx;
			return 2;
		}
		char terms[] __attribute__((section("license"), used)) = "GPL";
	EOF
	clang -O2 -g -target bpf -c "$LAB_TMP/foreign.bpf.c" -o "$LAB_TMP/foreign.bpf.o"
	bpftool prog load "$LAB_TMP/foreign.bpf.o" "$LAB_PINS-foreign" type xdp
	server bpftool net attach xdp pinned "$LAB_PINS-foreign" dev eth0
	FOREIGN_ID=$(bpftool -j prog show pinned "$LAB_PINS-foreign" | jq .id)
	rm "$LAB_PINS-foreign"
}

# A second one is refused and names the interface; the first goes on.
test_attach_twice() {
	lab_up
	lab_broker
	watch_json first
	refused eth0 --pin-dir "$LAB_PINS" -o none
	same 'exit status' 1 $REFUSED
	contains "$LAB_TMP/refused" 'eth0 is already watched by another iotxdp'
	# Pins elsewhere do not help: the place on the interface is taken.
	refused eth0 --pin-dir "$LAB_PINS-2" -o none
	same 'exit status' 1 $REFUSED
	contains "$LAB_TMP/refused" 'eth0 is already watched by another iotxdp'
	same 'pins of the refused one' '' "$(ls -d "$LAB_PINS-2" 2>/dev/null)"
	watched_message first still-here
	unwatch first
	same 'pins afterwards' '' "$(ls -d "$LAB_PINS" 2>/dev/null)"
}

# Somebody else's XDP program is refused by name and id, and stays.
test_attach_foreign_program() {
	lab_up
	foreign_program
	refused eth0 --pin-dir "$LAB_PINS" -o none
	same 'exit status' 1 $REFUSED
	contains "$LAB_TMP/refused" "somebody_else.*$FOREIGN_ID"
	contains "$LAB_TMP/refused" 'ip link set dev eth0 xdp off'
	same 'the program on eth0' "$FOREIGN_ID" \
		"$(server ip -j link show dev eth0 | jq '.[0].xdp.prog.id')"
	server bpftool net detach xdp dev eth0
}

test_attach_no_such_interface() {
	lab_up
	refused nonesuch0 --pin-dir "$LAB_PINS"
	same 'exit status' 1 $REFUSED
	contains "$LAB_TMP/refused" 'nonesuch0.*eth0'
	same 'lines' 1 "$(wc -l <"$LAB_TMP/refused")"
}

test_attach_not_root() {
	local status=0
	lab_up
	chmod 755 "$LAB_TMP"
	cp "$IOTXDP" "$LAB_TMP/iotxdp"
	server setpriv --reuid=65534 --regid=65534 --clear-groups "$LAB_TMP/iotxdp" eth0 \
		>/dev/null 2>"$LAB_TMP/refused" || status=$?
	same 'exit status' 1 $status
	contains "$LAB_TMP/refused" 'sudo iotxdp eth0'
	same 'lines' 1 "$(wc -l <"$LAB_TMP/refused")"
}

# Native where possible, generic on request; each says which it is and sees the same.
test_attach_modes() {
	local mode xdp
	lab_up
	lab_broker
	for mode in native generic; do
		watch_json $mode --mode $mode
		contains "$LAB_TMP/$mode.err" "$mode"
		xdp=$(server ip -j link show dev eth0 | jq '.[0].xdp.mode')
		same 'mode of the link' "$([ $mode = native ] && echo 1 || echo 2)" "$xdp"
		one_message "in-$mode"
		wait_for 20 quiet
		unwatch $mode
		same 'messages' 'connect connack publish puback disconnect' \
			"$(events $mode '.mqtt | keys[0]' | paste -s -d ' ')"
		identities_hold $mode
	done
}

test_attach_ingress_only() {
	lab_up
	lab_broker
	watch_json run --ingress-only
	one_message half
	wait_for 20 quiet
	same 'packets of the egress side' 0 "$(map_sum ledger | jq .egress.seen)"
	unwatch run
	same 'messages' 'connect publish disconnect' "$(events run '.mqtt | keys[0]' | paste -s -d ' ')"
	same 'directions' ingress "$(events run .iotxdp.direction | sort -u)"
}

# Nothing stays attached after the end.
test_attach_leaves_nothing() {
	local before
	lab_up
	lab_broker
	before=$(our_programs)
	watch_json run
	one_message one
	unwatch run
	same 'XDP programs' 0 "$(server ip -j link show | jq 'map(select(.xdp)) | length')"
	same 'filters' '' "$(server tc filter show dev eth0 egress)"
	wait_for 20 no_new_programs "$before"
	same 'pins' '' "$(ls -d "$LAB_PINS" 2>/dev/null)"
}

no_new_programs() { [ -z "$(comm -13 <(echo "$1") <(our_programs))" ]; }

# After kill -9 the links are gone, the pins are stale, and the next start replaces them.
test_attach_after_kill_9() {
	local before
	lab_up
	lab_broker
	before=$(our_programs)
	watch_json killed
	watched_message killed one
	lab_stop "$WATCHER" KILL || true
	[ -e "$LAB_PINS/eth0/flows4" ]
	same 'XDP programs' 0 "$(server ip -j link show | jq 'map(select(.xdp)) | length')"
	watch_json next
	same 'flows of the killed one' 0 "$(bpftool -j map dump pinned "$LAB_PINS/eth0/flows4" | jq length)"
	watched_message next two
	wait_for 20 quiet
	unwatch next
	identities_hold next
	same 'pins' '' "$(ls -d "$LAB_PINS" 2>/dev/null)"
	wait_for 20 no_new_programs "$before"
}

# The interface goes: said, what was recorded is put out, and the status tells.
test_attach_interface_deleted() {
	local status=0
	lab_up
	lab_broker
	watch_json run
	watched_message run one
	one_message two
	server ip link del eth0
	wait_for 30 lab_pid_gone "$WATCHER"
	wait "$WATCHER" || status=$?
	same 'exit status' 1 $status
	contains "$LAB_TMP/run.err" 'eth0.*(gone|deleted|removed)'
	same 'clients' 'one two' "$(events run '.mqtt.connect.client_id // empty' | paste -s -d ' ')"
	same 'pins' '' "$(ls -d "$LAB_PINS" 2>/dev/null)"
}

# Two at once, each with pins and events of its own.
test_attach_two_interfaces() {
	lab_up
	lab_broker
	ip link add lab1 netns "$LAB_CLIENT" type veth peer name eth1 netns "$LAB_SERVER"
	client ip addr add 10.9.1.1/24 dev lab1
	server ip addr add 10.9.1.2/24 dev eth1
	client ip link set lab1 up
	server ip link set eth1 up
	watch run eth0 eth1 -o "json:$LAB_TMP/run.json"
	wait_for 20 test -e "$LAB_PINS/eth1/flows4"
	one_message first
	mqtt_pub -V 311 -h 10.9.1.2 -i second -q 1 -t a/b -m x
	wait_for 20 quiet
	published eth0
	published eth1
	same 'flows of each' '2 2' "$(for i in 0 1; do
		bpftool -j map dump pinned "$LAB_PINS/eth$i/flows4" | jq length
	done | paste -s -d ' ')"
	unwatch run
	same 'who was seen where' 'eth0 first eth1 second' "$(events run 'select(.mqtt.connect) |
		"\(.in_iface) \(.mqtt.connect.client_id)"' | sort | paste -s -d ' ')"
	identities_hold run
}

# One interface that does not exist among two is refused, and the other is left clean.
test_attach_one_of_two_missing() {
	lab_up
	refused eth0 nonesuch0 --pin-dir "$LAB_PINS" -o none
	same 'exit status' 1 $REFUSED
	same 'XDP programs' 0 "$(server ip -j link show | jq 'map(select(.xdp)) | length')"
	same 'pins' '' "$(ls -d "$LAB_PINS" 2>/dev/null)"
}

# The BPF file system is mounted where it is not; in a mount namespace of the test's own.
test_attach_mounts_bpffs() {
	local status=0
	lab_up
	# shellcheck disable=SC2016 # for the inner shell
	lab_spawn server unshare --mount sh -c 'umount -l /sys/fs/bpf; exec "$0" eth0 -o none' \
		"$IOTXDP" >"$LAB_TMP/run.out" 2>"$LAB_TMP/run.err"
	lab_watching "$LAB_PID" "$LAB_TMP/run.err"
	nsenter --target "$LAB_PID" --mount test -e /sys/fs/bpf/iotxdp/eth0/flows4
	lab_stop "$LAB_PID" INT || status=$?
	same 'exit status' 0 $status
}

# Usage errors are told apart, and need no root.
test_attach_usage() {
	local options
	lab_up
	for options in '' '--nonesuch eth0' 'eth0 -s x' 'eth0 -o nonesuch' 'eth0 --mode maybe'; do
		# shellcheck disable=SC2086 # words
		refused $options
		same "exit status of iotxdp $options" 2 $REFUSED
	done
}
