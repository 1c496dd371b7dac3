# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Wireshark captures through iotxdp, which stands in its folder of extcaps for a while: in a
# mount namespace of the test's own.

with_extcap() { # COMMAND...
	local folder
	folder=$(tshark -G folders 2>/dev/null | sed -n 's/^Extcap path:[[:space:]]*//p')
	[ -d "$folder" ] || skip 'tshark has no folder of extcaps'
	mkdir -p "$LAB_TMP/extcap"
	cat >"$LAB_TMP/extcap/iotxdp" <<-EOF
		#!/bin/sh
		exec "$(realpath "$IOTXDP")" --pin-dir "$LAB_PINS" "\$@"
	EOF
	chmod +x "$LAB_TMP/extcap/iotxdp"
	lab_spawn server unshare -m sh -c 'mount --bind "$0" "$1" && shift && exec "$@"' \
		"$LAB_TMP/extcap" "$folder" "$@"
}

xdp_attached() { server ip -d link show eth0 | grep -q 'prog/xdp'; }
xdp_gone() { ! xdp_attached; }

# What tshark shows until it has seen so many packets goes to the file.
capture() { # FILE COUNT OPTIONS...
	local file=$1 count=$2
	shift 2
	with_extcap tshark -n -l -i iotxdp-eth0 -c "$count" "$@" >"$file" 2>"$file.err"
	wait_for 30 xdp_attached
}

test_wireshark_lists_interfaces() {
	lab_up
	with_extcap tshark -D >"$LAB_TMP/list" 2>/dev/null
	wait "$LAB_PID"
	contains "$LAB_TMP/list" '[0-9]\. iotxdp-eth0 \(iotxdp: eth0\)'
	contains "$LAB_TMP/list" 'iotxdp-lo'
}

test_wireshark_captures_messages() {
	lab_up
	lab_broker
	capture "$LAB_TMP/messages" 6 -T fields -e mqtt.msgtype -e mqtt.topic -e exported_pdu.p2p_dir
	mqtt_pub -V 5 -h "$LAB_SERVER4" -i pub -q 1 -t 'wire/shark' -m hello
	mqtt_pub -V 5 -h "$LAB_SERVER6" -i pub -q 1 -t 'wire/shark' -m hello
	wait "$LAB_PID" || true
	same 'types, topics and directions of MQTT' \
		"$(printf '1\t\t1\n2\t\t0\n3\twire/shark\t1\n4\t\t0\n14\t\t1\n1\t\t1')" \
		"$(cat "$LAB_TMP/messages")"
	wait_for 20 xdp_gone
}

test_wireshark_captures_frames() {
	lab_up
	lab_coap
	capture "$LAB_TMP/frames" 2 -o extcap.iotxdp_eth0.content:pcapng \
		-T fields -e eth.type -e coap.code
	coap -m get "coap://$LAB_SERVER4/time" >/dev/null
	wait "$LAB_PID" || true
	same 'frames of CoAP' "$(printf '0x0800\t1\n0x0800\t69')" "$(cat "$LAB_TMP/frames")"
	wait_for 20 xdp_gone
}

# MQTT in WebSocket, live: messages as in our JSON; frames with their interface, direction and time.
test_wireshark_files() {
	local run
	lab_up
	lab_broker
	run=$LAB_TMP/run
	watch_json run -o "pdu:$run.pdu" -o "pcapng:$run.frames"
	client timeout 60 scripts/mqtt-ws.py $LAB_SERVER4 5 pub-ws pub wire/shark 1 one two
	mqtt_pub -V 5 -h "$LAB_SERVER6" -i pub-tcp -q 2 -t wire/shark -m hello
	wait_for 20 grep -q 'Received DISCONNECT from pub-tcp' "$LAB_TMP/broker.log"
	wait_for 20 grep -q 'Received DISCONNECT from pub-ws' "$LAB_TMP/broker.log"
	sleep 0.3
	unwatch run
	identities_hold run
	same_in_wireshark run
	same 'interface' 'eth0' "$(shown "$run.frames" frame.interface_name | sort -u)"
	same 'directions' "$(printf '1\n2')" "$(shown "$run.frames" frame.packet_flags_direction | sort -u |
		sed 's/^0x0*//')"
	# Nanoseconds: all times in microseconds would end in zeros.
	shown "$run.frames" frame.time_epoch | grep -q '[1-9][0-9]\{0,2\}$'
	shown "$run.frames" frame.time_epoch | grep -q -v '000$'
	"$IOTXDP" -q -r "$run.frames" -o json | jq -r '.mqtt.publish // empty | .topic + " " + .message' |
		grep -q 'wire/shark two'
}

# Wireshark has seen enough and goes: no error, and what it did not take is counted.
test_wireshark_reader_goes() {
	local kind status
	lab_up
	lab_broker
	for kind in pdu pcapng; do
		mkfifo "$LAB_TMP/$kind.fifo"
		# The limit is for opening the FIFO, too: nobody may come to the other end.
		# shellcheck disable=SC2016 # of the inner shell
		lab_spawn server timeout 40 sh -c 'exec tshark -n -l -i - -c 2 <"$0"' \
			"$LAB_TMP/$kind.fifo" >"$LAB_TMP/$kind.shark" 2>/dev/null
		watch "$kind" eth0 -o "$kind:$LAB_TMP/$kind.fifo"
		for _ in 1 2 3 4 5 6; do
			mqtt_pub -h "$LAB_SERVER4" -i pub -t wire/shark -m hello
			sleep 0.5
		done
		wait_for 20 lab_pid_gone "$WATCHER"
		status=0
		wait "$WATCHER" || status=$?
		same 'exit status' 0 $status
		contains "$LAB_TMP/$kind.err" "I5 $kind: .* dropped [0-9]+.*: holds"
		lacks "$LAB_TMP/$kind.err" 'DOES NOT HOLD|cannot be written'
		same "packets that tshark saw of $kind" 2 "$(wc -l <"$LAB_TMP/$kind.shark")"
	done
}

test_wireshark_questions() {
	local status wrong
	same 'link types' 'dlt {number=252} dlt {number=1} ' \
		"$("$IOTXDP" --extcap-interface=iotxdp-lo --extcap-dlts --extcap-version=4.0 |
			sed 's/}.*/}/' | tr '\n' ' ')"
	same 'options' '--content --sample ' \
		"$("$IOTXDP" --extcap-config --extcap-interface iotxdp-lo |
			sed -n 's/.*{call=\([^}]*\)}.*/\1/p' | tr '\n' ' ')"
	same 'what is wrong with no filter' '' \
		"$("$IOTXDP" --extcap-interface iotxdp-lo --extcap-capture-filter '')"
	"$IOTXDP" --extcap-interface iotxdp-lo --extcap-capture-filter 'tcp' | grep -q .
	for wrong in '--extcap-dlts' '--extcap-interface lo --capture --fifo /x' \
		'--extcap-interface iotxdp-lo --capture' '--extcap-interface' \
		'--extcap-interface iotxdp-lo --capture --fifo /x --content text' \
		'--extcap-interface iotxdp-lo --capture --fifo /x --extcap-capture-filter tcp' \
		'--extcap-interface iotxdp-lo --capture --fifo /x --no-such-option'; do
		# shellcheck disable=SC2086 # a list of words
		status=0
		timeout 20 "$IOTXDP" $wrong 2>/dev/null || status=$?
		same "the exit status of $wrong" 2 "$status"
	done
}
