# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Flows come, are shown, and go. LOAD is the length: 1 for make test, more for make nightly.
LOAD=${LOAD:-1}
blast=$(dirname "$IOTXDP")/tests/bench/blast

shown() { # how many entries flows4 has
	bpftool -j map dump pinned "$LAB_PINS/eth0/flows4" | grep -o '"formatted"' | wc -l
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

# An event for each conversation that is over, why, with everything that was counted of it.
test_flows_are_events() {
	lab_up 4
	lab_broker
	lab_coap
	watch run eth0 -o "json:$LAB_TMP/run.json" -o "sqlite:$LAB_TMP/run.db" --idle 2:6
	mqtt_sub stays -V 5 -h $LAB_SERVER4 -q 1 -t 'a/#' -k 5
	mqtt_pub -V 5 -h $LAB_SERVER4 -i goes -q 1 -t a/b -m x
	coap -m get "coap://$LAB_SERVER4/time" >/dev/null
	wait_for 20 grep -q '"app_proto":"coap".*"end":"idle"' "$LAB_TMP/run.json"
	wait_for 20 grep -q '"app_proto":"mqtt".*"end":"closed"' "$LAB_TMP/run.json"
	map_sum totals >"$LAB_TMP/totals.json"
	unwatch run
	identities_hold run
	same 'who it was, and how it ended' 'coap idle 1 1
mqtt closed 1 0
mqtt shutdown 1 1' "$(events run 'select(.event_type == "flow") | "\(.app_proto) \(.iotxdp.end) \(
		.iotxdp.messages_toserver | .connect // .get) \(
		.iotxdp.messages_toclient | .publish // .success // 0)"' | sort)"
	same 'the client begins' $LAB_CLIENT4 "$(events run 'select(.event_type == "flow") | .src_ip' | sort -u)"
	same 'flows, and the flows of their messages' \
		"$(events run 'select(.event_type == "flow") | .flow_id' | sort)" \
		"$(events run 'select(.event_type != "flow") | .flow_id' | sort -u)"
	same 'the database' "$(events run 'select(.event_type == "flow") | "\(.app_proto)|\(.flow.pkts_toserver)|\(
		.flow.bytes_toclient)|\(.iotxdp.end)"' | sort)" "$(sqlite3 "$LAB_TMP/run.db" 'SELECT protocol,
		packets_to_server, bytes_to_client, end_reason FROM flow WHERE messages > 0' | sort)"
	jq -e -s '[.[] | select(.event_type == "flow") | .flow | .pkts_toserver + .pkts_toclient] | add >= '"$(
		jq '[.[] | .mqtt.packets + .coap.packets] | add' "$LAB_TMP/totals.json")" "$LAB_TMP/run.json" >/dev/null
}

churn() { # PER_SECOND FRAME:PACKETS[:FLOWS]...
	client "$blast" lab0 "$@" >/dev/null 2>&1
}

# What a direction is shown with: of the client, and of the broker.
shown_of_broker() { # FIELD
	bpftool -j map dump pinned "$LAB_PINS/eth0/flows4" | jq -c -S "[.[].formatted |
		select([.key.src_ip, .key.dst_ip] | index([[10,9,0,1]])) |
		{(if .key.dst_port == 1883 then \"to\" else \"from\" end): .value.$1}] | add"
}

broker_shows() { # N: so many messages of the connection, and their answers
	[ "$(shown_of_broker mqtt.publish)" = "{\"from\":0,\"to\":$1}" ] &&
		[ "$(shown_of_broker mqtt.puback)" = "{\"from\":$1,\"to\":0}" ]
}

# 24,576 connections, 1,024 at once, of four packets and more: each of them drives out what rests
# for longest. A kind of frame has flows of its own for each place among the arguments.
connections_come() {
	local kind place places=()
	for place in 1 2 3 4 5 6 7 8 9 10 11 12; do
		for kind in mqtt coap; do
			churn 20000 "${places[@]}" $kind:4096:1024
		done
		places+=(other-udp:1)
	done
}

# Flows by the million, in a table of 8,192, while one connection rests and goes on: it has to
# make room, and still everything that it counted is shown, and is in its one event.
test_flows_churn() {
	local round kind said
	[ -x "$blast" ] || skip 'tests/bench/blast is not built'
	lab_up 4
	lab_broker
	mkfifo "$LAB_TMP/run.json" "$LAB_TMP/lines"
	grep -F '"10.9.0.1"' "$LAB_TMP/run.json" >"$LAB_TMP/lasting.json" &
	LAB_PIDS+=($!)
	watch run eth0 -o "json:$LAB_TMP/run.json" --events flow -s 0 --flows 4096 --mode native
	exec 7<>"$LAB_TMP/lines"
	lab_spawn client bash -c "exec mosquitto_pub -V 311 -h $LAB_SERVER4 -i lasting -q 1 -t a/b -l -k 600 \
		<'$LAB_TMP/lines' 7>&-"
	for round in 1 2; do
		seq 100 >&7
		wait_for 20 published_after_count "$((100 * round))"
		connections_come
		churn 40000 coap:$((LOAD * 500000)):1048576
	done
	seq 100 >&7
	wait_for 20 published_after_count 300
	wait_for 20 broker_shows 300 || same 'messages of the connection, to the broker and from it' \
		'300 each way' "$(shown_of_broker mqtt.publish) $(shown_of_broker mqtt.puback)"
	exec 7>&-
	wait_for 20 quiet
	unwatch run
	identities_hold run
	adds_up run I3
	adds_up run I7
	grep -E '  flows_|packets_evicted|I3|I7' "$LAB_TMP/run.err"
	said='[.flow.state, .iotxdp.evictions > 1, .iotxdp.messages_toserver, .iotxdp.messages_toclient]'
	same 'the event of the connection' \
		'["closed",true,{"connect":1,"publish":300,"disconnect":1},{"connack":1,"puback":300}]' \
		"$(jq -c "$said" "$LAB_TMP/lasting.json")"
}

published_after_count() { # N: so many messages were acknowledged
	[ "$(grep -c 'Sending PUBACK to lasting' "$LAB_TMP/broker.log")" -ge "$1" ]
}

cpu_ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

# More flows than are shown, all of them changing: those that change most are shown, the others
# are counted, and it costs no more than a twentieth of a CPU.
test_flows_more_than_shown() {
	local seconds=$((8 * LOAD)) ticks
	[ -x "$blast" ] || skip 'tests/bench/blast is not built'
	lab_up 4
	watch run eth0 -o none -s 0 --flows 131072 --mode native
	churn 0 coap:131072:131072
	published
	lab_spawn client "$blast" lab0 150000 "coap:$((100000 * seconds)):131072" \
		"mqtt:$((50000 * seconds)):512" >/dev/null 2>&1
	sleep 2
	ticks=$(cpu_ticks "$WATCHER")
	sleep $((seconds - 3))
	ticks=$(($(cpu_ticks "$WATCHER") - ticks))
	published
	same 'shown, and all but the few that made room not shown' '65536 true' \
		"$(bpftool -j map dump pinned "$LAB_PINS/eth0/flows" |
		jq -r --argjson rest $((131072 + 512 - 65536)) '.[].formatted.value |
			"\(.shown) \(.not_shown <= $rest and .not_shown >= $rest - 64)"')"
	wait "$LAB_PID"
	published
	same 'entries' 65536 "$(shown)"
	same 'of those that change most' 512 \
		"$(bpftool -j map dump pinned "$LAB_PINS/eth0/flows4" | grep -o '"proto": *"MQTT"' | wc -l)"
	unwatch run
	identities_hold run
	contains "$LAB_TMP/run.err" '  flows_not_shown  *660[0-4][0-9] '
	echo "$ticks ticks of $(getconf CLK_TCK) a second in $((seconds - 3)) s"
	((100 * ticks <= 5 * $(getconf CLK_TCK) * (seconds - 3)))
}
