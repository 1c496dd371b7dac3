# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sessions with a real broker, from one connection to the next: what became of each will, who
# took whose place, what answers what; and nobody breaks a rule who keeps to them.

test_sessions_of_a_broker() {
	lab_up
	lab_broker 'max_keepalive 10'
	watch run eth0 -o "json:$LAB_TMP/run.json"
	client timeout 90 /usr/bin/python3 tests/net/sessions.py $LAB_SERVER4 >"$LAB_TMP/got"
	finish_mqtt run
	same 'wills' 'asks delivered disconnect_with_will watcher
asks fired disconnect_with_will
calm cancelled disconnect
falls delivered client_closed watcher
falls fired client_closed
later delivered client_closed watcher
later fired client_closed
silent delivered keep_alive watcher
silent fired keep_alive
twice cancelled reconnected' "$(events run '.iotxdp.will // empty | [.client_id, .action, .cause,
		.receiver.client_id // empty] | join(" ")' | sort)"
	same 'takeovers' twice "$(events run '.iotxdp.takeover.client_id // empty')"
	same 'sessions resumed' 2 "$(events run '.mqtt.connack.session_present | select(.)' | wc -l)"
	same 'responses, to the broker and from it' 'answer/me answer/me' "$(events run '
		select(.iotxdp.response_latency_ns) | .mqtt.publish.topic' | paste -s -d ' ')"
	same 'topics of the alias' 'will/a will/a will/a will/b will/b' "$(events run '.mqtt.publish // empty |
		select(.properties.topic_alias) | .topic' | paste -s -d ' ')"
	same 'what the broker asks to be kept to' '10 1' "$(events run '.mqtt.connack.properties // empty |
		.server_keep_alive // empty, (.assigned_client_identifier // empty | 1)' | paste -s -d ' ')"
	# How late a broker notices the silence is its own affair: MQTT-3.1.2-22, MQTT-3.2.2-22.
	same 'rules' 'MQTT-3.1.2-20' "$(events run 'select(.event_type == "finding") | .iotxdp.rule |
		select(. != "MQTT-3.1.2-22" and . != "MQTT-3.2.2-22")')"
}
