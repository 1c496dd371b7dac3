# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Who has to do with a topic, asked while it happens: what each subscriber printed is what the
# database says it got, and by which filter.

topics() { # QUERY
	sqlite3 "$LAB_TMP/run.db" "$1"
}

topics_say() { # QUERY EXPECTED
	[ "$(topics "$1")" = "$2" ]
}

receipts() { # "CLIENT TOPIC" of each line that a subscriber printed
	local id
	for id in "$@"; do
		sed "s/^/$id /" "$LAB_TMP/$id.sub"
	done | sort
}

test_topics_of_clients() {
	local topic
	lab_up
	lab_broker
	watch run eth0 -o "sqlite:$LAB_TMP/run.db"
	mqtt_sub all -V 311 -h $LAB_SERVER4 -F %t -t '#' -C 6
	mqtt_sub parent -V 5 -h $LAB_SERVER4 -F %t -t 'plant/#' -C 4
	mqtt_sub level -V 5 -h $LAB_SERVER4 -F %t -t '+/temp' -t 'plant/+' -U 'plant/+' -C 2
	mqtt_sub group -V 5 -h $LAB_SERVER4 -F %t -t '$share/g/plant/temp' -C 1
	mqtt_sub system -V 5 -h $LAB_SERVER4 -F %t -t '$SYS/broker/version' -C 1
	for topic in plant plant/temp plant/a/temp /temp other plant/hum; do
		mqtt_pub -V 5 -h $LAB_SERVER4 -i "pub" -t "$topic" -m x
	done
	wait_for 20 grep -q 'Received DISCONNECT from all' "$LAB_TMP/broker.log"
	# it is still watching
	wait_for 20 topics_say "SELECT count(*) FROM mqtt_delivery WHERE client_id = 'all'" 6
	same 'who got what' "$(receipts all parent level group system)" "$(topics "SELECT client_id || ' ' ||
		topic FROM mqtt_topic_client WHERE role = 'receives' ORDER BY 1")"
	same 'by which filter' "all|#
group|plant/temp
level|+/temp
parent|plant/#" "$(topics "SELECT client_id, filter FROM mqtt_delivery WHERE topic = 'plant/temp'
		ORDER BY 1")"
	same 'what matches nothing' 0 "$(topics 'SELECT count(*) FROM mqtt_delivery WHERE filter IS NULL')"
	same 'who has to do with it' 'publishes|pub|
receives|all|
receives|group|
receives|level|
receives|parent|
subscribes|all|#
subscribes|group|$share/g/plant/temp
subscribes|level|+/temp
subscribes|level|plant/+
subscribes|parent|plant/#' "$(topics "SELECT role, client_id, filter FROM mqtt_topic_client
		WHERE topic = 'plant/temp' ORDER BY 1, 2, 3")"
	unwatch run
}
