# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What comes out, where, and how it ends.

some_traffic() {
	mqtt_pub -V 5 -h $LAB_SERVER4 -i pub-a -q 2 -t a/b -m hello \
		-D PUBLISH user-property k v -D CONNECT receive-maximum 7
	mqtt_pub -V 311 -h $LAB_SERVER6 -i pub-b -q 1 -t 'ä/b' -m $'\x01\xff\xfe binary' \
		--will-topic w/t --will-payload gone -u user -P secret
	mqtt_sub sub-c -V 5 -h $LAB_SERVER4 -t 'no/+/one' -q 2
	lab_stop "$LAB_PID" INT || true
	coap -m get "coap://$LAB_SERVER4/time" >/dev/null
	coap -N -m put -e x "coap://[$LAB_SERVER6]/example_data" 2>/dev/null
}

lab_with_servers() {
	lab_up
	lab_broker
	lab_coap
}

# With -o json, standard output is JSON and nothing else; the rest is on standard error.
test_output_json_only() {
	lab_with_servers
	watch run eth0 -o json
	some_traffic
	wait_for 20 quiet
	unwatch run
	jq -e -s 'length > 20' "$LAB_TMP/run.out" >/dev/null
	same 'lines that are no object' '' "$(grep -v '^{.*}$' "$LAB_TMP/run.out")"
	contains "$LAB_TMP/run.err" 'packets'
}

# Text for people: a line a message; the password stays hidden unless asked for.
test_output_text() {
	lab_with_servers
	watch run eth0 -o text -o "json:$LAB_TMP/run.json"
	some_traffic
	wait_for 20 quiet
	unwatch run
	same 'lines' "$(grep -c -v '"event_type":"flow"' "$LAB_TMP/run.json")" \
		"$(grep -c -E '(MQTT|CoAP)' "$LAB_TMP/run.out")"
	contains "$LAB_TMP/run.err" 'I5 text: .* \+ not for it [1-9]'
	lacks "$LAB_TMP/run.out" FLOW
	same 'bytes of terminal control' '' "$(LC_ALL=C grep -a -P '[^\x20-\x7e\x80-\xff\t]' "$LAB_TMP/run.out")"
	lacks "$LAB_TMP/run.out" secret
	lacks "$LAB_TMP/run.json" secret
	contains "$LAB_TMP/run.out" 'CONNECT.*pub-b'
}

test_output_secrets() {
	lab_with_servers
	watch_json run --show-secrets
	some_traffic
	wait_for 20 quiet
	unwatch run
	same 'the password' secret "$(events run '.mqtt.connect.password // empty')"
}

# -o none decodes and says nothing.
test_output_none() {
	lab_with_servers
	watch run eth0 -o none
	some_traffic
	wait_for 20 quiet
	unwatch run
	same 'standard output' '' "$(grep -E 'PUBLISH|CONNECT|GET' "$LAB_TMP/run.out")"
	identities_hold run
}

# Events come in the order of the traffic: time never goes back, and an answer follows
# what it answers.
test_output_order() {
	local i
	lab_with_servers
	watch_json run
	for i in 1 2 3 4 5; do
		mqtt_pub -V 5 -h $LAB_SERVER4 -i "pub-$i" -q 2 -t a/b -m "$i"
	done
	wait_for 20 quiet
	unwatch run
	same 'messages of a client, in order' \
		"$(for i in 1 2 3 4 5; do
			printf '%s\n' connect connack publish pubrec pubrel pubcomp disconnect
		done)" \
		"$(events run '.mqtt | keys[0]')"
	events run .timestamp | sort -c
}

# Ended in the middle of traffic, a file still holds whole lines.
test_output_whole_lines() {
	local round
	lab_with_servers
	seq -f '%g some text to publish, again and again' 100000 >"$LAB_TMP/lines"
	for round in 1 2 3; do
		: >"$LAB_TMP/run.json"
		watch_json run
		mqtt_pub -V 5 -h $LAB_SERVER4 -i "pub-$round" -t a/b -l <"$LAB_TMP/lines" &
		wait_for 20 test -s "$LAB_TMP/run.json"
		unwatch run
		jq -e -s 'length > 1' "$LAB_TMP/run.json" >/dev/null
		wait $!
	done
}

# SIGTERM is as good as SIGINT.
test_output_sigterm() {
	local status=0
	lab_with_servers
	watch_json run
	some_traffic
	wait_for 20 quiet
	lab_stop "$WATCHER" TERM || status=$?
	same 'exit status' 0 $status
	identities_hold run
}

# Signals that come in pairs, as timeout(1) and a terminal with sudo send them, end it as
# one does.
test_output_signal_twice() {
	local status=0
	lab_with_servers
	watch_json run
	some_traffic
	wait_for 20 quiet
	kill -INT "$WATCHER"
	kill -TERM "$WATCHER"
	sleep 0.002
	kill -INT "$WATCHER" 2>/dev/null || true
	lab_stop "$WATCHER" TERM || status=$?
	same 'exit status' 0 $status
	same 'pins' '' "$(ls -d "$LAB_PINS" 2>/dev/null)"
	identities_hold run
}

# A reader that is there and does not read: one signal ends the program all the same, and
# what could not be written is counted.
test_output_stuck_reader() {
	local status=0 reader
	lab_with_servers
	mkfifo "$LAB_TMP/pipe"
	sleep 60 <"$LAB_TMP/pipe" &
	reader=$!
	lab_spawn server "$IOTXDP" --pin-dir "$LAB_PINS" eth0 -o json \
		>"$LAB_TMP/pipe" 2>"$LAB_TMP/run.err"
	WATCHER=$LAB_PID
	lab_watching "$WATCHER" "$LAB_TMP/run.err"
	seq -f '%g some text to publish, again and again' 20000 >"$LAB_TMP/lines"
	mqtt_pub -h $LAB_SERVER4 -t a/b -l <"$LAB_TMP/lines"
	kill -INT "$WATCHER"
	wait_for 10 lab_pid_gone "$WATCHER"
	lab_stop "$WATCHER" TERM || status=$?
	same 'exit status' 1 $status
	kill "$reader"
	same 'pins' '' "$(ls -d "$LAB_PINS" 2>/dev/null)"
	identities_hold run
}

# A reader that goes away ends the program, quietly.
test_output_closed_pipe() {
	local status=0 format
	lab_with_servers
	for format in text json; do
		mkfifo "$LAB_TMP/pipe"
		head -n 1 "$LAB_TMP/pipe" >"$LAB_TMP/first" &
		lab_spawn server "$IOTXDP" --pin-dir "$LAB_PINS" eth0 -o $format \
			>"$LAB_TMP/pipe" 2>"$LAB_TMP/$format.err"
		WATCHER=$LAB_PID
		lab_watching "$WATCHER" "$LAB_TMP/$format.err"
		mqtt_pub -V 5 -h $LAB_SERVER4 -i pub-1 -q 2 -t a/b -m x
		wait_for 20 test -s "$LAB_TMP/first"
		mqtt_pub -V 5 -h $LAB_SERVER4 -i pub-2 -q 2 -t a/b -m y
		wait_for 20 lab_pid_gone "$WATCHER"
		wait "$WATCHER" || status=$?
		same 'exit status' 0 $status
		same 'complaints' '' "$(grep -i -E 'broken|pipe|error' "$LAB_TMP/$format.err")"
		rm "$LAB_TMP/pipe"
	done
}

# A file that cannot be written is an error that names it.
test_output_unwritable() {
	lab_up
	refused eth0 --pin-dir "$LAB_PINS" -o json:/nonexistent/file
	same 'exit status' 1 $REFUSED
	contains "$LAB_TMP/refused" '/nonexistent/file'
}

# EVE's own schema, closed as it is, with the additions that this project allows itself.
test_output_schema() {
	local shared=${IOTXDP_SHARED:-../shared}
	[ -e "$shared/schemas/eve-schema.json" ] || skip "no schema at $shared (set IOTXDP_SHARED)"
	python3 -c 'import jsonschema' 2>/dev/null || skip 'python3-jsonschema is not installed'
	lab_with_servers
	watch_json run
	some_traffic
	wait_for 20 quiet
	unwatch run
	python3 tests/golden/schema.py "$shared/schemas/eve-schema.json" "$LAB_TMP/run.json"
}

# It ends by itself after as many events, or as long, as it was told.
test_output_ends_by_itself() {
	local status=0
	lab_with_servers
	watch_json count -c 3
	some_traffic
	wait_for 20 lab_pid_gone "$WATCHER"
	wait "$WATCHER" || status=$?
	same 'exit status' 0 $status
	same 'events' 'connect connack publish' "$(events count '.mqtt | keys[0]' | paste -s -d ' ')"
	identities_hold count
	watch_json duration --duration 0.5
	wait_for 20 lab_pid_gone "$WATCHER"
	wait "$WATCHER" || status=$?
	same 'exit status' 0 $status
}
