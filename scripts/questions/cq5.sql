-- SPDX-License-Identifier: GPL-2.0-only
-- How many subscribers receive a Last Will through a subscription without a wildcard?
--
-- Line 1: the clients that have a subscription without a wildcard which is equal to the will
-- topic of any CONNECT in the capture. A client is a connection, not a port; every filter of
-- every SUBSCRIBE counts, and of "$share/NAME/" what is behind.
-- Line 2: the clients to which a broker has sent a will that was fired, through such a
-- subscription.
--
-- Rows, one per client: frame of the first such SUBSCRIBE | time | client id | client | broker |
-- filter | frames of the CONNECTs with that will topic | 1: one of them is at the same broker
DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
SELECT min(s.frame) AS frame, s.time, s.client_id, s.src_ip || ' ' || s.src_port AS client,
       s.dst_ip || ' ' || s.dst_port AS broker, s.topic,
       json_group_array(DISTINCT w.frame) AS wills, max(w.dst_ip = s.dst_ip) AS same_broker
FROM mqtt_subscription s JOIN mqtt_connection w ON w.will_topic = s.filter
WHERE NOT s.single_level AND NOT s.multi_level
GROUP BY s.run, s.flow_id;

SELECT count(*) FROM proof;
SELECT count(*) FROM (
	SELECT DISTINCT run, receiver_flow_id FROM mqtt_will_delivery WHERE wildcard = 0);
SELECT frame, time, json_quote(client_id), client, broker, json_quote(topic), wills, same_broker
FROM proof ORDER BY frame;
