# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What MQTT clients and the broker did is what the events and the kernel's counters say.

payload_sums() { # NAME DIRECTION: "topic sum" of each publish, sorted
	local topic text
	jq -r --arg dir "$2" 'select(.iotxdp.direction == $dir) | .mqtt.publish // empty |
		"\(.topic)\t\(.message)"' "$LAB_TMP/$1.json" |
		while IFS=$'\t' read -r topic text; do
			printf '%s %s\n' "$topic" "$(printf %s "$text" | sha256sum)"
		done | sort
}

# Each version, each family, each QoS, retained or not; a subscriber of another version.
test_mqtt_versions() {
	local version address qos
	lab_up
	lab_broker
	watch_json run
	mqtt_sub sub-311 -V 311 -h $LAB_SERVER4 -q 1 -t 'plant/#' -t '+/state' -C 19
	mqtt_sub sub-5 -V 5 -h $LAB_SERVER6 -q 2 -t 'plant/+/5/#' -C 6
	for version in 31 311 5; do
		for address in $LAB_SERVER4 $LAB_SERVER6; do
			for qos in 0 1 2; do
				mqtt_pub -V $version -h $address -i "pub-$version-$qos" -q $qos \
					-t "plant/$qos/$version/temp" -m "value $version $qos $address"
			done
		done
	done
	mqtt_pub -V 5 -h $LAB_SERVER4 -i pub-retain -q 1 -r -t door/state -m 'öffnen ✓'
	wait_for 20 grep -q 'Received DISCONNECT from sub-311' "$LAB_TMP/broker.log"
	wait_for 20 grep -q 'Received DISCONNECT from sub-5' "$LAB_TMP/broker.log"
	finish_mqtt run
	same 'what a subscriber printed and its events' "$(sort "$LAB_TMP/sub-5.sub")" \
		"$(events run 'select(.iotxdp.direction == "egress") | .mqtt.publish // empty |
			select(.topic | test("^plant/./5/")) | .message' | sort | uniq -d)"
}

# Wills, wildcards, unsubscribe, many topics in one SUBSCRIBE, pings, an assigned client id.
test_mqtt_sessions() {
	lab_up
	lab_broker
	watch_json run
	mqtt_sub sub-many -V 5 -h $LAB_SERVER4 -t a/b -t '$SYS/none' -t 'c/+/d' -q 1 -U x/y -C 3
	mqtt_sub victim -V 311 -h $LAB_SERVER4 -t 'never/#' --will-topic c/x/d --will-payload gone \
		--will-qos 1 --will-retain -c
	lab_stop "$LAB_PID" KILL || true
	mqtt_pub -V 5 -h $LAB_SERVER4 -i pub-1 -t a/b -m one
	mqtt_pub -V 5 -h $LAB_SERVER4 -i pub-2 -t a/b -n
	wait_for 20 grep -q 'Received DISCONNECT from sub-many' "$LAB_TMP/broker.log"
	finish_mqtt run
}

# Properties arrive by name and type.
test_mqtt_properties() {
	lab_up
	lab_broker
	watch_json run
	mqtt_pub -V 5 -h $LAB_SERVER4 -i pub-props -q 1 -t p/q -m '{}' \
		-D CONNECT session-expiry-interval 10 -D CONNECT user-property agent lab \
		-D PUBLISH content-type application/json -D PUBLISH message-expiry-interval 60 \
		-D PUBLISH user-property site roof -D PUBLISH user-property site cellar \
		-D PUBLISH topic-alias 3 -D PUBLISH response-topic p/answers \
		-D PUBLISH correlation-data abc -D PUBLISH payload-format-indicator 1
	finish_mqtt run
	same 'the properties' "$(jq -n -c -S '{content_type: "application/json", topic_alias: 3,
			message_expiry_interval: 60, response_topic: "p/answers",
			payload_format_indicator: 1}')" \
		"$(events run '.mqtt.publish // empty | .properties | del(.correlation_data, .site,
			.correlation_data_base64, .user_property)' | jq -c -S .)"
	same 'user properties, repeated ones in order' 'site=roof site=cellar' \
		"$(events run 'select(.mqtt.publish) | .iotxdp.user_properties[] |
			"\(.name)=\(.value)"' | paste -s -d ' ')"
}

# 200 kB each way: what leaves the server is, at tc, one packet of up to 64 KiB.
test_mqtt_large_payloads() {
	local i
	lab_up
	lab_broker
	watch_json run
	mqtt_sub sub-large -V 5 -h $LAB_SERVER4 -q 1 -t 'large/#' -C 6
	for i in 1 2 3; do
		# Text, so that it stands in the events as it is.
		head -c 150000 /dev/urandom | base64 -w 0 | head -c $((200000 - i)) >"$LAB_TMP/large-$i"
		mqtt_pub -V 311 -h $LAB_SERVER4 -i "pub-4-$i" -q 1 -t "large/4/$i" -f "$LAB_TMP/large-$i"
		mqtt_pub -V 5 -h $LAB_SERVER6 -i "pub-6-$i" -q 1 -t "large/6/$i" -f "$LAB_TMP/large-$i"
	done
	wait_for 30 grep -q 'Received DISCONNECT from sub-large' "$LAB_TMP/broker.log"
	finish_mqtt run
	for i in 4/1 4/2 4/3 6/1 6/2 6/3; do
		echo "large/$i $(sha256sum <"$LAB_TMP/large-${i#*/}")"
	done >"$LAB_TMP/sums"
	same 'payloads in' "$(cat "$LAB_TMP/sums")" "$(payload_sums run ingress)"
	same 'payloads out' "$(cat "$LAB_TMP/sums")" "$(payload_sums run egress)"
	# Else nothing was learned about packets beyond the MTU.
	jq -e '.egress | .seen_bytes / .seen > 2000' "$LAB_TMP/ledger.json" >/dev/null
}

# Many small messages in one segment.
test_mqtt_many_in_a_segment() {
	lab_up
	lab_broker
	watch_json run
	mqtt_sub sub-lines -V 5 -h $LAB_SERVER4 -q 0 -t lines -C 2000
	seq 2000 | sed 's/^/line /' >"$LAB_TMP/lines"
	mqtt_pub -V 5 -h $LAB_SERVER4 -i pub-lines -t lines -l <"$LAB_TMP/lines"
	wait_for 30 grep -q 'Received DISCONNECT from sub-lines' "$LAB_TMP/broker.log"
	finish_mqtt run
	same 'what went in' "$(cat "$LAB_TMP/lines")" "$(events run '.mqtt.publish // empty |
		select(.qos == 0) | .message' | awk '!seen[$0]++')"
	same 'what the subscriber printed' "$(cat "$LAB_TMP/lines")" "$(cat "$LAB_TMP/sub-lines.sub")"
}
