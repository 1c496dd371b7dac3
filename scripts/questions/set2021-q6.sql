-- SPDX-License-Identifier: GPL-2.0-only
-- How many PUBLISH messages of QoS 1 do not receive their PUBACK?
--
-- Counted per connection, direction and packet identifier: a PUBLISH that is sent again (DUP)
-- is the message that it repeats, and a PUBACK answers the PUBLISH before it that has its
-- identifier and goes the other way. Line 2: all PUBLISH messages of QoS 1. Line 3: all
-- PUBACK messages.
--
-- Rows: frame | time | from | to | packet identifier | topic
DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
WITH part AS (
	SELECT m.id, m.run, m.flow_id, m.message_id, m.type = 'puback' AS answer,
	       m.type = 'publish' AND NOT m.dup AS first,
	       CASE m.type WHEN 'publish' THEN e.src_ip || ' ' || e.src_port
	       ELSE e.dst_ip || ' ' || e.dst_port END AS publisher
	FROM mqtt m JOIN event e USING (id)
	WHERE (m.type = 'publish' AND m.qos = 1) OR m.type = 'puback'
),
delivery AS (
	SELECT *, sum(first) OVER (PARTITION BY run, flow_id, publisher, message_id ORDER BY id)
	       AS number
	FROM part
),
unanswered AS (
	SELECT min(id) AS id FROM delivery
	GROUP BY run, flow_id, publisher, message_id, number HAVING NOT sum(answer)
)
SELECT id, frame, time, src_ip || ' ' || src_port AS "from", dst_ip || ' ' || dst_port AS "to",
       message_id, topic
FROM unanswered JOIN mqtt_message USING (id);

SELECT count(*) FROM proof;
SELECT count(*) FROM mqtt WHERE type = 'publish' AND qos = 1;
SELECT count(*) FROM mqtt WHERE type = 'puback';
SELECT frame, time, "from", "to", message_id, json_quote(topic) FROM proof ORDER BY id;
