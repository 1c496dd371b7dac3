-- SPDX-License-Identifier: GPL-2.0-only
-- Does the client receive the response to the request in frame=? 1: yes.
--
-- A response belongs to a request by endpoints and token. A Non-confirmable one has a Message
-- ID of its own, so that the Message IDs do not tell.
--
-- Rows: frame | time | type | method | path | client | server | message id | token | response: frame |
-- type | code
CREATE TEMP TABLE IF NOT EXISTS param (name TEXT PRIMARY KEY, value TEXT);
INSERT OR IGNORE INTO param VALUES ('frame', '6949');

DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
SELECT id, frame, time, type, method, coalesce(uri_path, '/') AS path,
       src_ip || ' ' || src_port AS client, dst_ip || ' ' || dst_port AS server, message_id, token,
       response_frame, response_type, response_code
FROM coap_exchange, param
WHERE param.name = 'frame' AND frame = CAST(param.value AS INTEGER);

SELECT count(response_frame) FROM proof;
SELECT frame, time, type, method, json_quote(path), client, server, message_id, token,
       response_frame, response_type, response_code
FROM proof ORDER BY id;
