// SPDX-License-Identifier: GPL-2.0-only
#include "coap_code.h"

#include <stddef.h>

const char *iotx_coap_type_name(u8 type)
{
	static const char *const names[] = {
		[IOTX_COAP_CON] = "CON",
		[IOTX_COAP_NON] = "NON",
		[IOTX_COAP_ACK] = "ACK",
		[IOTX_COAP_RST] = "RST",
	};

	return names[type & 3];
}

const char *iotx_coap_code_name(u8 code)
{
	switch (code) {
#define X(id, class, detail, name)                                                              \
	case IOTX_COAP_CODE(class, detail):                                                     \
		return name;
		IOTX_COAP_CODES(X)
#undef X
	}
	return NULL;
}

/* The IANA registry of content formats, in its order. */
#define CONTENT_FORMATS(X)                                                                      \
	X(0, "text/plain; charset=utf-8")                                                       \
	X(16, "application/cose; cose-type=\"cose-encrypt0\"")                                  \
	X(17, "application/cose; cose-type=\"cose-mac0\"")                                      \
	X(18, "application/cose; cose-type=\"cose-sign1\"")                                     \
	X(19, "application/ace+cbor")                                                           \
	X(21, "image/gif")                                                                      \
	X(22, "image/jpeg")                                                                     \
	X(23, "image/png")                                                                      \
	X(40, "application/link-format")                                                        \
	X(41, "application/xml")                                                                \
	X(42, "application/octet-stream")                                                       \
	X(47, "application/exi")                                                                \
	X(50, "application/json")                                                               \
	X(51, "application/json-patch+json")                                                    \
	X(52, "application/merge-patch+json")                                                   \
	X(60, "application/cbor")                                                               \
	X(61, "application/cwt")                                                                \
	X(62, "application/multipart-core")                                                     \
	X(63, "application/cbor-seq")                                                           \
	X(64, "application/edhoc+cbor-seq")                                                     \
	X(65, "application/cid-edhoc+cbor-seq")                                                 \
	X(96, "application/cose; cose-type=\"cose-encrypt\"")                                   \
	X(97, "application/cose; cose-type=\"cose-mac\"")                                       \
	X(98, "application/cose; cose-type=\"cose-sign\"")                                      \
	X(101, "application/cose-key")                                                          \
	X(102, "application/cose-key-set")                                                      \
	X(110, "application/senml+json")                                                        \
	X(111, "application/sensml+json")                                                       \
	X(112, "application/senml+cbor")                                                        \
	X(113, "application/sensml+cbor")                                                       \
	X(114, "application/senml-exi")                                                         \
	X(115, "application/sensml-exi")                                                        \
	X(140, "application/yang-data+cbor; id=sid")                                            \
	X(256, "application/coap-group+json")                                                   \
	X(257, "application/concise-problem-details+cbor")                                      \
	X(258, "application/swid+cbor")                                                         \
	X(259, "application/pkixcmp")                                                           \
	X(260, "application/yang-sid+json")                                                     \
	X(261, "application/ace-groupcomm+cbor")                                                \
	X(262, "application/ace-trl+cbor")                                                      \
	X(263, "application/eat+cwt")                                                           \
	X(264, "application/eat+jwt")                                                           \
	X(265, "application/eat-bun+cbor")                                                      \
	X(266, "application/eat-bun+json")                                                      \
	X(267, "application/eat-ucs+cbor")                                                      \
	X(268, "application/eat-ucs+json")                                                      \
	X(269, "application/coap-eap")                                                          \
	X(270, "application/suit-report+cose")                                                  \
	X(271, "application/dots+cbor")                                                         \
	X(272, "application/missing-blocks+cbor-seq")                                           \
	X(273, "application/cmw+cbor")                                                          \
	X(274, "application/cmw+json")                                                          \
	X(275, "application/cmw+cose")                                                          \
	X(276, "application/cmw+jws")                                                           \
	X(277, "application/scitt-statement+cose")                                              \
	X(278, "application/scitt-receipt+cose")                                                \
	X(279, "application/statuslist+cwt")                                                    \
	X(280, "application/pkcs7-mime; smime-type=server-generated-key")                       \
	X(281, "application/pkcs7-mime; smime-type=certs-only")                                 \
	X(284, "application/pkcs8")                                                             \
	X(285, "application/csrattrs")                                                          \
	X(286, "application/pkcs10")                                                            \
	X(287, "application/pkix-cert")                                                         \
	X(290, "application/aif+cbor")                                                          \
	X(291, "application/aif+json")                                                          \
	X(292, "application/aif+cbor; toid=CRI-local-part")                                     \
	X(293, "application/sd-cwt")                                                            \
	X(294, "application/kb+cwt")                                                            \
	X(295, "application/measured-component+cbor")                                           \
	X(296, "application/measured-component+json")                                           \
	X(297, "application/aif+cbor; toid=oscore-gname; tperm=oscore-gperm")                   \
	X(298, "application/aif+json; toid=oscore-gname; tperm=oscore-gperm")                   \
	X(310, "application/senml+xml")                                                         \
	X(311, "application/sensml+xml")                                                        \
	X(320, "application/senml-etch+json")                                                   \
	X(322, "application/senml-etch+cbor")                                                   \
	X(340, "application/yang-data+cbor")                                                    \
	X(341, "application/yang-data+cbor; id=name")                                           \
	X(432, "application/td+json")                                                           \
	X(433, "application/tm+json")                                                           \
	X(434, "application/sdf+json")                                                          \
	X(553, "application/dns-message")                                                       \
	X(601, "application/uccs+cbor")                                                         \
	X(836, "application/voucher+cose")                                                      \
	X(10000, "application/vnd.ocf+cbor")                                                    \
	X(10001, "application/oscore")                                                          \
	X(10002, "application/javascript")                                                      \
	X(10003, "application/eat+cwt; eat_profile=\"tag:psacertified.org,2023:psa#tfm\"")      \
	X(10004, "application/eat+cwt; eat_profile=\"tag:psacertified.org,2019:psa#legacy\"")   \
	X(10005, "application/eat+cwt; eat_profile=2.16.840.1.113741.1.16.1")                   \
	X(10006, "application/vnd.oms.cellular-cose-content+cbor")                              \
	X(10007, "application/syslog-msg")                                                      \
	X(10570, "application/toc+cbor")                                                        \
	X(10571, "application/ce+cbor")                                                         \
	X(10572, "application/toc+cbor; profile=2.16.840.1.113741.1.16.1")                      \
	X(10573, "application/ce+cbor; profile=2.16.840.1.113741.1.16.1")                       \
	X(11050, "application/json@deflate")                                                    \
	X(11060, "application/cbor@deflate")                                                    \
	X(11542, "application/vnd.oma.lwm2m+tlv")                                               \
	X(11543, "application/vnd.oma.lwm2m+json")                                              \
	X(11544, "application/vnd.oma.lwm2m+cbor")                                              \
	X(12000, "text/plain; charset=utf-8@zstd")                                              \
	X(12041, "application/xml@zstd")                                                        \
	X(12050, "application/json@zstd")                                                       \
	X(20000, "text/css")                                                                    \
	X(20001, "application/vnd.as207960.vas.config+jer")                                     \
	X(20002, "application/vnd.as207960.vas.config+uper")                                    \
	X(20003, "application/vnd.as207960.vas.tap+jer")                                        \
	X(20004, "application/vnd.as207960.vas.tap+uper")                                       \
	X(30000, "image/svg+xml")

const char *iotx_coap_content_format_name(u32 id)
{
	switch (id) {
#define X(number, name)                                                                         \
	case number:                                                                            \
		return name;
		CONTENT_FORMATS(X)
#undef X
	}
	return NULL;
}
