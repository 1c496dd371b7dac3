-- SPDX-License-Identifier: GPL-2.0-only
-- How many different Confirmable PUT requests obtained an unsuccessful response from the
-- server? server= is its name or its addresses, separated by commas (default: this host).
--
-- A request is one exchange: however often it was sent again, it counts once, and two
-- requests that use the same token count twice. Unsuccessful are the classes 4 and 5 of
-- RFC 7252 (section 5.9); 2.31 Continue is none of them. The response is the one that belongs
-- to the request by endpoints and token, piggybacked or separate.
--
-- Rows: frame | time | client | server | path | token | frame and code of the response
CREATE TEMP TABLE IF NOT EXISTS param (name TEXT PRIMARY KEY, value TEXT);
INSERT OR IGNORE INTO param VALUES ('server', '127.0.0.1,::1');

DROP TABLE IF EXISTS temp.proof;
CREATE TEMP TABLE proof AS
WITH words (word) AS (
	SELECT lower(rtrim(trim(j.value), '.'))
	FROM param p, json_each('[' || replace(json_quote(p.value), ',', '","') || ']') j
	WHERE p.name = 'server'
),
server (address) AS (
	SELECT word FROM words
	UNION
	SELECT address FROM host_name WHERE name IN (SELECT word FROM words)
)
SELECT frame, time, src_ip || ' ' || src_port AS client, dst_ip || ' ' || dst_port AS server,
       coalesce(uri_path, '/') AS path, token, response_frame, response_code
FROM coap_exchange
WHERE type = 'CON' AND method = 'PUT' AND dst_ip IN server
AND substr(response_code, 1, 1) IN ('4', '5');

SELECT count(*) FROM proof;
SELECT frame, time, client, server, json_quote(path), token, response_frame, response_code FROM proof ORDER BY frame;
