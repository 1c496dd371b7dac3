# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Edge nodes by a library of others', through a real broker: their metrics are the events' and the
# database's.

SPARKPLUG_RUN=''

# A live run with three nodes: plain, and both ways of compressing.
sparkplug_run() {
	need_npm sparkplug-client@3.2.4
	lab_up
	lab_broker
	SPARKPLUG_RUN=$LAB_TMP/run
	watch_json run -o "sqlite:$SPARKPLUG_RUN.db" -o "pcapng:$SPARKPLUG_RUN.frames"
	mqtt_sub host -V 311 -h "$LAB_SERVER4" -t 'spBv1.0/#' -C 3000
	client timeout 60 node tests/net/sparkplug-node.cjs "$LAB_SERVER4" plain
	client timeout 60 node tests/net/sparkplug-node.cjs "$LAB_SERVER4" gzip GZIP
	client timeout 60 node tests/net/sparkplug-node.cjs "$LAB_SERVER4" deflate DEFLATE
	sleep 0.5
	unwatch run
	identities_hold run
}

sql() {
	sqlite3 -separator ' ' "$SPARKPLUG_RUN.db" "$1"
}

test_sparkplug() {
	local node
	sparkplug_run
	for node in plain gzip deflate; do
		same "messages of $node" 'DBIRTH 1 1 1
DDATA 259 0 255
DDEATH 1 5 5
NBIRTH 1 0 0
NDEATH 2 - -' "$(sql "SELECT message_type, count(*),
			coalesce(min(seq), '-'), coalesce(max(seq), '-') FROM sparkplug_message
			WHERE by_client AND edge_node_id = '$node' GROUP BY 1")"
		same "metrics of $node" 'Boolean Node Control/Rebirth false 0
Int8 int8 -8 -8
Int16 int16 -16 -16
Int32 int32 -32 -32
Int64 int64 -64 -64
UInt8 uint8 200 200
UInt32 uint32 4000000000 4000000000
UInt64 uint64 64 64
Float float 1.5 1.5
Double double -0.1 -0.1
String string grüße -
Text text a b -
DateTime when 1700000000000 1700000000000
Bytes bytes 00FF -
UInt64 bdSeq 0 0' "$(sql "SELECT datatype, name, iif(datatype = 'Bytes', hex(value), value),
			coalesce(number, '-') FROM sparkplug_metric WHERE by_client AND edge_node_id = '$node'
			AND message_type = 'NBIRTH' AND datatype NOT IN ('DataSet', 'Template')")"
		same "the DataSet of $node" '["level","text"] ["Int8","String"] [["-5","low"],["7","high"]]' \
			"$(sql "SELECT value -> 'columns', value -> 'types', value -> 'rows' FROM sparkplug_metric
			WHERE by_client AND edge_node_id = '$node' AND name = 'table'")"
		same "the Template of $node" '1 Motor 0 Serial A7 rpm -1500' \
			"$(sql "SELECT value ->> 'version', value ->> 'template_ref', value ->> 'is_definition',
			value ->> '$.parameters[0].name', value ->> '$.parameters[0].value',
			value ->> '$.metrics[0].name', value ->> '$.metrics[0].value'
			FROM sparkplug_metric WHERE by_client AND edge_node_id = '$node' AND name = 'motor'")"
		same "what $node has measured" '260 0 64.75 8417.5' "$(sql "SELECT count(*), min(number),
			max(number), sum(number) FROM sparkplug_metric WHERE by_client AND name = 'force'
			AND edge_node_id = '$node'")"
	done
	same 'what the broker passes on' "$(sql 'SELECT edge_node_id, message_type, device_id, name, value,
		metric_timestamp FROM sparkplug_metric WHERE by_client AND NOT in_will ORDER BY id, position')" \
		"$(sql 'SELECT edge_node_id, message_type, device_id, name, value, metric_timestamp
		FROM sparkplug_metric WHERE NOT by_client ORDER BY id, position')"
	same 'what the library does not do as the specification asks' \
		'tck-id-payloads-metric-datatype-not-req DDATA note
tck-id-payloads-name-birth-data-requirement NBIRTH warning
tck-id-payloads-ndeath-will-message-qos NDEATH warning' \
		"$(sql "SELECT DISTINCT rule, message, severity FROM finding WHERE protocol = 'sparkplug' ORDER BY 1")"
	same 'what the frames say of it' "$(sql "SELECT count(*) FROM finding")" \
		"$(shown "$SPARKPLUG_RUN.frames" frame.comment | grep -o '(byte [0-9]*)' | wc -l)"
	same 'compressed' 'DEFLATE
GZIP' "$(events run '.iotxdp.sparkplug.compressed // empty' | sort -u)"
}
