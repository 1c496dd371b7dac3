/* SPDX-License-Identifier: GPL-2.0-only */
/* The fields of a protobuf message, one after the other, as they stand on the wire. */
#ifndef IOTXDP_WIRE_PROTOBUF_H
#define IOTXDP_WIRE_PROTOBUF_H

#include "wire.h"

enum iotx_pb_type { IOTX_PB_VARINT = 0, IOTX_PB_64 = 1, IOTX_PB_BYTES = 2, IOTX_PB_32 = 5 };

struct iotx_pb_field {
	u32 number;
	u8 type;                 /* enum iotx_pb_type */
	u64 value;               /* of all but BYTES */
	struct iotx_slice bytes;
};

/*
 * Takes the next field off the front of a message. E_SHORT: it goes on behind the end;
 * E_BAD: it is none. Groups, which proto2 has given up, are none.
 */
enum iotx_err iotx_pb_next(struct iotx_slice *rest, struct iotx_pb_field *f);

/* Takes a number off the front of those that are packed in one field. */
enum iotx_err iotx_pb_packed(struct iotx_slice *rest, u64 *value);

#endif
