#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The main job, shown. With an interface: watches it. Without: makes a lab, drives real
# MQTT and CoAP clients through it, and watches the server's side of it.
set -eu
cd "$(dirname "$0")/.."
iotxdp=${BUILD:-build}/iotxdp

if [ "$(id -u)" != 0 ]; then
	echo "run: XDP needs root: sudo make run${1:+ IFACE=$1}" >&2
	exit 1
fi
[ $# -eq 0 ] || exec "$iotxdp" "$@"

. scripts/lab.sh

if [ -t 1 ]; then
	bold=$'\e[1m' plain=$'\e[0m'
else
	bold='' plain=''
fi

say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

# A client's command. What runs in the background is waited for in a way that an
# interrupt ends at once.
run() {
	lab_spawn client "$@" >"$LAB_TMP/output" 2>&1
	wait "$LAB_PID" || { echo "run: failed: $*" >&2; cat "$LAB_TMP/output" >&2; return 1; }
}

# The pins stand where the command that is shown expects them, unless another iotxdp
# watches an interface of the same name: bpffs is shared by network namespaces.
choose_pins() {
	pins=/sys/fs/bpf/iotxdp
	pin_option=()
	if [ -e "$pins/eth0" ]; then
		pins=$LAB_PINS
		pin_option=(--pin-dir "$pins")
	fi
}

start_iotxdp() {
	say "\$ sudo iotxdp eth0${pin_option[*]:+ ${pin_option[*]}}"
	lab_spawn server "$iotxdp" eth0 "${pin_option[@]}" 2>"$LAB_TMP/iotxdp.err"
	watcher=$LAB_PID
	tail -n +1 -f -s 0.1 --pid="$watcher" "$LAB_TMP/iotxdp.err" >&2 &
	errors=$!
	lab_watching "$watcher" "$LAB_TMP/iotxdp.err"
}

subscriber() { # ARGUMENTS... -> its process in LAB_PID
	lab_spawn client mosquitto_sub -h $LAB_SERVER4 -W 20 "$@" >/dev/null 2>&1
}

broker_did() { grep -q "$1" "$LAB_TMP/broker.log"; }

drive_mqtt311() {
	local sub will
	subscriber -V 311 -i dashboard -q 1 -t 'sensors/#' -t '+/state' -C 4
	sub=$LAB_PID
	wait_for 20 broker_did 'Sending SUBACK to dashboard'
	subscriber -V 311 -i pump-7 -k 30 -t 'pumps/7/set' \
		--will-topic pump/state --will-payload gone --will-qos 1
	will=$LAB_PID
	wait_for 20 broker_did 'Sending SUBACK to pump-7'
	run mosquitto_pub -V 311 -h $LAB_SERVER4 -i thermo-1 -t sensors/kitchen/temp -m 21.5
	run mosquitto_pub -V 311 -h $LAB_SERVER4 -i thermo-1 -t sensors/cellar/temp -m 12.1 -q 1 -r
	run mosquitto_pub -V 311 -h $LAB_SERVER4 -i door-2 -t door/state -m open -q 2
	# Killed, it leaves without a DISCONNECT: the broker publishes its will.
	lab_stop "$will" KILL || true
	wait "$sub"
}

drive_mqtt5() {
	local sub
	subscriber -V 5 -i 'café-display' -q 2 -t 'sensors/#' -C 2 \
		-D CONNECT session-expiry-interval 60 -D CONNECT receive-maximum 20
	sub=$LAB_PID
	wait_for 20 broker_did 'Sending SUBACK to café-display'
	run mosquitto_pub -V 5 -h $LAB_SERVER6 -i meter-9 -q 2 -t sensors/power -m '{"watt":412}' \
		-D PUBLISH content-type application/json -D PUBLISH message-expiry-interval 60 \
		-D PUBLISH user-property site roof -D PUBLISH topic-alias 3 \
		-D PUBLISH response-topic meters/9/answers -D PUBLISH correlation-data 42
	wait "$sub"
	# Clears the retained message.
	run mosquitto_pub -V 5 -h $LAB_SERVER4 -i thermo-1 -t sensors/cellar/temp -n -r
}

# What a browser speaks: MQTT in WebSocket, on the port that such brokers have.
drive_websocket() {
	local sub
	lab_spawn client scripts/mqtt-ws.py $LAB_SERVER4 311 browser-1 sub 'rooms/#' 2 >/dev/null 2>&1
	sub=$LAB_PID
	wait_for 20 broker_did 'Sending SUBACK to browser-1'
	run scripts/mqtt-ws.py $LAB_SERVER4 5 phone-3 pub rooms/hall/light 1 on off
	wait "$sub"
}

drive_coap() {
	local tool
	tool=$(lab_coap_tool client)
	run "$tool" -m get "coap://$LAB_SERVER4/.well-known/core"
	run "$tool" -N -m get "coap://[$LAB_SERVER6]/time"
	run "$tool" -m put -t text/plain -e 'valve open' "coap://$LAB_SERVER4/example_data"
	run "$tool" -m get "coap://$LAB_SERVER4/nothing/here"
	run "$tool" -m get -s 2 "coap://$LAB_SERVER4/time"
}

# Counters that are zero are left out, so that more than one flow fits.
show_map() {
	sleep 1 # the map is a second old at most
	say "\$ sudo bpftool map dump pinned $pins/eth0/flows4 | grep -v ': 0,*\$' | head -n 60"
	bpftool map dump pinned "$pins/eth0/flows4" | grep -v ': 0,*$' >"$LAB_TMP/flows4"
	head -n 60 "$LAB_TMP/flows4"
}

# Also what only follows others ends before this script does.
clean_up() {
	lab_down
	wait
}

trap 'exit 0' INT TERM HUP
echo 'A lab of two namespaces: mosquitto and a CoAP server behind eth0, clients at its other end.'
lab_up
trap clean_up EXIT
choose_pins
lab_broker
lab_coap
start_iotxdp
drive_mqtt311
drive_mqtt5
drive_websocket
drive_coap
show_map
say 'Ctrl-C:'
status=0
lab_stop "$watcher" INT || status=$?
wait "$errors"
exit $status
