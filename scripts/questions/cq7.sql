-- SPDX-License-Identifier: GPL-2.0-only
-- How many MQTT-SN messages are sent by clients to a broker on this machine at port=?
--
-- What goes to the port counts, not what comes from it; "this machine" is a loopback address,
-- or one that talks to itself. Messages are counted, not datagrams of any kind to that port,
-- nor those that an ICMP error quotes.
--
-- Rows: frame | time | client | broker | type | topic
CREATE TEMP TABLE IF NOT EXISTS param (name TEXT PRIMARY KEY, value TEXT);
INSERT OR IGNORE INTO param VALUES ('port', '1885');

DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
SELECT id, frame, time, src_ip || ' ' || src_port AS client, dst_ip || ' ' || dst_port AS broker,
       type, topic
FROM mqttsn_message, param
WHERE param.name = 'port' AND dst_port = CAST(param.value AS INTEGER)
AND (substr(dst_ip, 1, 4) = '127.' OR dst_ip = '::1' OR dst_ip = src_ip);

SELECT count(*) FROM proof;
SELECT frame, time, client, broker, type, json_quote(topic) FROM proof ORDER BY id;
