-- SPDX-License-Identifier: GPL-2.0-only
-- How long is a will topic on average, of the clients with an empty client id? In bytes.
--
-- Line 2: how many CONNECTs there are of that kind.
--
-- Rows: frame | time | client | broker | bytes | will topic
DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
SELECT id, frame, time, src_ip || ' ' || src_port AS client, dst_ip || ' ' || dst_port AS broker,
       length(CAST(will_topic AS BLOB)) AS bytes, will_topic
FROM mqtt_connection
WHERE client_id = '' AND will;

SELECT printf('%.2f', avg(bytes)) FROM proof;
SELECT count(*) FROM proof;
SELECT frame, time, client, broker, bytes, json_quote(will_topic) FROM proof ORDER BY id;
