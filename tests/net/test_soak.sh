# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What happens to an interface and to a process in the course of a day, while it is watched.
LOAD=${LOAD:-1}

seen_message() { # ID
	mqtt_pub -V 5 -h $LAB_SERVER4 -i "$1" -q 1 -t a/b -m x
	wait_for 20 grep -q "\"client_id\":\"$1\"" "$LAB_TMP/run.json"
}

# Down and up again, and another name: the programs stay, and so do the counts.
test_soak_interface_down_up_renamed() {
	local i seen
	lab_up 4
	lab_broker
	watch_json run
	seen_message before
	for i in $(seq $((3 * LOAD))); do
		server ip link set eth0 down
		server ip link set eth0 name eth1
		server ip link set eth1 up
		seen_message "renamed-$i"
		server ip link set eth1 down
		server ip link set eth1 name eth0
		server ip link set eth0 up
		seen_message "again-$i"
	done
	unwatch run
	identities_hold run
}

# Killed and started anew, over and over, while clients come and go: each start finds a clean place.
test_soak_killed_and_restarted() {
	local i seen
	lab_up 4
	lab_broker
	for i in $(seq $((3 * LOAD))); do
		watch_json run
		seen_message "client-$i"
		kill -KILL "$WATCHER"
		lab_reap "$WATCHER" || true
		seen=$(jq -r 'select(.mqtt.connect) | .mqtt.connect.client_id' "$LAB_TMP/run.json")
		same 'the client of this run' "client-$i" "$seen"
	done
	watch_json run
	seen_message last
	unwatch run
	identities_hold run
}

# All at once: a flood of flows into a small table, clients of a real broker, a second instance
# that is refused, and every other time the end by SIGKILL in the middle of it.
test_soak_churn_killed_and_attached_twice() {
	local blast i flood
	blast=$(dirname "$IOTXDP")/tests/bench/blast
	[ -x "$blast" ] || skip 'tests/bench/blast is not built'
	lab_up 4
	lab_broker
	for i in $(seq $((4 * LOAD))); do
		watch_json run --flows 4096 --idle 1:2 --mode native
		lab_spawn client "$blast" lab0 40000 "coap:80000:65536" "mqtt:8000:1024" >/dev/null 2>&1
		flood=$LAB_PID
		seen_message "client-$i"
		refused eth0 -o none --pin-dir "$LAB_PINS"
		same 'the status of a second instance' 1 $REFUSED
		if ((i % 2)); then
			kill -KILL "$WATCHER"
			lab_reap "$WATCHER" || true
			wait "$flood"
			continue
		fi
		wait "$flood"
		wait_for 20 quiet
		unwatch run
		identities_hold run
		adds_up run I3
		adds_up run I7
	done
}
