-- SPDX-License-Identifier: GPL-2.0-only
-- How many PUBLISH messages of QoS 2 are never followed by their PUBREL?
--
-- A PUBREL belongs to a PUBLISH by connection, direction and packet identifier. Line 2: all
-- PUBLISH messages of QoS 2. Line 3: all PUBREL messages.
--
-- Rows: frame | time | from | to | packet identifier | topic
DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
WITH part AS (
	SELECT m.id, m.run, m.flow_id, m.message_id, m.type = 'publish' AS start,
	       e.src_ip || ' ' || e.src_port AS publisher
	FROM mqtt m JOIN event e USING (id)
	WHERE (m.type = 'publish' AND m.qos = 2) OR m.type = 'pubrel'
),
delivery AS (
	SELECT *, sum(NOT start) OVER (PARTITION BY run, flow_id, publisher, message_id ORDER BY id
	       ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS releases
	FROM part
)
SELECT id, frame, time, src_ip || ' ' || src_port AS "from", dst_ip || ' ' || dst_port AS "to",
       mqtt_message.message_id, topic
FROM delivery JOIN mqtt_message USING (id)
WHERE start AND NOT releases;

SELECT count(*) FROM proof;
SELECT count(*) FROM mqtt WHERE type = 'publish' AND qos = 2;
SELECT count(*) FROM mqtt WHERE type = 'pubrel';
SELECT frame, time, "from", "to", message_id, json_quote(topic) FROM proof ORDER BY id;
