-- SPDX-License-Identifier: GPL-2.0-only
-- How many GET requests, but for those with Observe, were for resources that do not exist?
--
-- Requests, not messages: what was sent again counts once. They do not exist if the answer
-- was 4.04 Not Found.
--
-- Rows: frame | time | type | method | path | client | server | message id | token | response: frame |
-- type | code
DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
SELECT id, frame, time, type, method, coalesce(uri_path, '/') AS path,
       src_ip || ' ' || src_port AS client, dst_ip || ' ' || dst_port AS server, message_id, token,
       response_frame, response_type, response_code
FROM coap_exchange
WHERE method = 'GET' AND observe IS NULL AND response_code = '4.04';

SELECT count(*) FROM proof;
SELECT frame, time, type, method, json_quote(path), client, server, message_id, token,
       response_frame, response_type, response_code FROM proof ORDER BY id;
