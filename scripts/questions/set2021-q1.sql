-- SPDX-License-Identifier: GPL-2.0-only
-- What is the difference between the requests with the Message IDs of mids=?
--
-- Line 1: how many requests have one of these Message IDs; the rows show how they differ.
--
-- Rows: frame | time | type | method | path | client | server | message id | token | response: frame |
-- type | code
CREATE TEMP TABLE IF NOT EXISTS param (name TEXT PRIMARY KEY, value TEXT);
INSERT OR IGNORE INTO param VALUES ('mids', '3978,22636');

DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
WITH mids (mid) AS (
	SELECT CAST(j.value AS INTEGER) FROM param, json_each('[' || param.value || ']') j
	WHERE name = 'mids'
)
SELECT id, frame, time, type, method, coalesce(uri_path, '/') AS path,
       src_ip || ' ' || src_port AS client, dst_ip || ' ' || dst_port AS server, message_id, token,
       response_frame, response_type, response_code
FROM coap_exchange WHERE message_id IN mids;

SELECT count(*) FROM proof;
SELECT frame, time, type, method, json_quote(path), client, server, message_id, token,
       response_frame, response_type, response_code FROM proof ORDER BY id;
