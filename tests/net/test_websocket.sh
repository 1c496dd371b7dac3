# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Real clients over ws://: what they did, and what the broker says, is what the events say.

mqtt_ws() { # VERSION ID pub|sub ...
	client timeout 60 scripts/mqtt-ws.py $LAB_SERVER4 "$@"
}

ws_sub() { # VERSION ID FILTER COUNT
	lab_spawn client timeout 60 scripts/mqtt-ws.py $LAB_SERVER4 "$1" "$2" sub "$3" "$4" \
		>"$LAB_TMP/$2.sub"
	wait_for 20 grep -q "Sending SUBACK to $2" "$LAB_TMP/broker.log"
}

# Handshakes accepted, and everything on their port is inside WebSocket.
carried_by_websocket() { # NAME CONNECTIONS
	same 'handshakes' "$2 $2" "$(events "$1" 'select(.event_type == "websocket") |
		.http.status // .http.http_method // empty' | sort | uniq -c |
		awk '{ print $1 }' | paste -s -d ' ')"
	same 'what carries the messages' '["websocket"]' "$(jq -c -s 'map(select(.event_type == "mqtt" and
		(.dest_port == 9001 or .src_port == 9001)) | .iotxdp.over) | unique' "$LAB_TMP/$1.json")"
	same 'subprotocols' '[["mqtt"]]' "$(jq -c -s 'map(select(.event_type == "websocket" and .http) |
		.iotxdp.subprotocols) | unique' "$LAB_TMP/$1.json")"
	same 'findings' '' "$(events "$1" 'select(.event_type == "finding") | .iotxdp.rule')"
}

finish_websocket() { # NAME CONNECTIONS
	finish_mqtt "$1"
	carried_by_websocket "$1" "$2"
	contains "$LAB_TMP/$1.err" 'I4 websocket: .*boundaries unknown 0 .*: holds'
}

# Both versions, every QoS, from TCP to WebSocket and back.
test_websocket_mqtt() {
	local qos
	lab_up
	lab_broker
	watch_json run
	ws_sub 311 ws-311 'plant/#' 9
	ws_sub 5 ws-5 'plant/+/ws' 6
	mqtt_sub tcp-5 -V 5 -h $LAB_SERVER4 -q 2 -t 'plant/+/ws' -C 6
	for qos in 0 1 2; do
		mqtt_ws 311 "pub-311-$qos" pub "plant/$qos/ws" $qos one
		mqtt_ws 5 "pub-5-$qos" pub "plant/$qos/ws" $qos zwei
		mqtt_pub -V 5 -h $LAB_SERVER4 -i "pub-tcp-$qos" -q $qos -t "plant/$qos/tcp" -m three
	done
	wait_for 20 grep -q 'Received DISCONNECT from ws-311' "$LAB_TMP/broker.log"
	wait_for 20 grep -q 'Received DISCONNECT from ws-5' "$LAB_TMP/broker.log"
	wait_for 20 grep -q 'Received DISCONNECT from tcp-5' "$LAB_TMP/broker.log"
	finish_websocket run 8
}

# Messages over many segments and frames, both ways.
test_websocket_large() {
	lab_up
	lab_broker
	watch_json run
	head -c 45000 /dev/urandom | base64 -w 0 | head -c 59999 >"$LAB_TMP/large"
	ws_sub 5 ws-large large 3
	mqtt_ws 311 pub-large pub large 1 "@$LAB_TMP/large" "@$LAB_TMP/large" small
	wait_for 30 grep -q 'Received DISCONNECT from ws-large' "$LAB_TMP/broker.log"
	finish_websocket run 2
	same 'lengths, in and out' "$(yes 59999 | head -n 4)" \
		"$(events run '.mqtt.publish // empty | .message | select(length > 10) | length')"
	events run '.mqtt.publish // empty | .message | select(length > 10)' | sort -u >"$LAB_TMP/said"
	echo >>"$LAB_TMP/large"
	cmp "$LAB_TMP/large" "$LAB_TMP/said"
}

# --- with permessage-deflate, which mosquitto does not have ------------------------------------

# "client topic message" of each PUBLISH in one direction, sorted.
published() { # NAME DIRECTION
	jq -n -r --arg dir "$2" 'foreach inputs as $e ({}; if $e.mqtt.connect then
			.[$e.flow_id | tostring] = $e.mqtt.connect.client_id else . end;
			if $e.mqtt.publish and $e.iotxdp.direction == $dir then
			"\(.[$e.flow_id | tostring]) \($e.mqtt.publish.topic) \($e.mqtt.publish.message)"
			else empty end)' "$LAB_TMP/$1.json" | sort
}

# Contexts taken over, contexts for each message, small windows: each on a port. Inflated, they
# are MQTT for Wireshark too.
test_websocket_deflate() {
	local port clients=''
	need_npm mqtt@5.16.0 ws@8.23.0 aedes@0.51.3
	lab_up
	lab_spawn server node tests/net/ws-broker.cjs >"$LAB_TMP/published" 2>"$LAB_TMP/broker.err"
	wait_for 20 grep -q listening "$LAB_TMP/broker.err"
	watch_json run -o "pdu:$LAB_TMP/run.pdu"
	for port in 9001 8083 8080; do
		lab_spawn client timeout 60 node tests/net/ws-client.cjs $LAB_SERVER4 $port "node-$port" 30 \
			>"$LAB_TMP/got-$port"
		clients="$clients $LAB_PID"
	done
	for port in $clients; do
		wait "$port"
	done
	sleep 0.3
	unwatch run
	same 'what the broker took in' "$(sort "$LAB_TMP/published")" "$(published run ingress)"
	same 'what the clients got' "$(sort "$LAB_TMP"/got-*)" "$(published run egress)"
	same_in_wireshark run
	same 'what was agreed' "permessage-deflate
permessage-deflate; client_max_window_bits=9; server_max_window_bits=10
permessage-deflate; server_no_context_takeover; client_no_context_takeover" \
		"$(events run 'select(.http.status == 101) | .iotxdp.extensions[]' | sort)"
	# In which order these programs close is a race between them, with RFC 6455 5.5.1 and 7.1.1.
	same 'findings' '' "$(events run 'select(.event_type == "finding") |
		select(.iotxdp.rule != "RFC 6455 7.1.1" and .iotxdp.rule != "RFC 6455 5.5.1")')"
	contains "$LAB_TMP/run.err" 'I4 websocket: .*boundaries unknown 0 .*: holds'
	identities_hold run
}
