// SPDX-License-Identifier: GPL-2.0-only
#include "core/mqtt_inflight.h"

#include <iotxdp/mqtt_hdr.h>
#include <stdlib.h>

#define SLOTS_MIN 8u
#define PAST_BYTES (IOTX_MQTT_PAST * sizeof(struct iotx_mqtt_past))
#define ROOM_STEP 4u /* there are many connections, and few flights in most */

/* Ids are mostly counted upwards: spread them out. */
static u32 home_of(const struct iotx_mqtt_flights *f, u16 id)
{
	return (id * 0x9e37u >> 3) & (f->slot_room - 1);
}

static u32 behind(const struct iotx_mqtt_flights *f, u32 i)
{
	return (i + 1) & (f->slot_room - 1);
}

/* The slot of an id, or the free one where it belongs. */
static struct iotx_mqtt_slot *slot_of(const struct iotx_mqtt_flights *f, u16 id)
{
	u32 i = home_of(f, id);

	while (f->slots[i].id && f->slots[i].id != id)
		i = behind(f, i);
	return &f->slots[i];
}

struct iotx_mqtt_flight *iotx_mqtt_flight_find(const struct iotx_mqtt_flights *f, u16 id)
{
	const struct iotx_mqtt_slot *slot;

	if (!f->count)
		return NULL;
	slot = slot_of(f, id);
	return slot->id ? &f->flight[slot->at] : NULL;
}

static bool add_slots(struct iotx_mqtt_flights *f)
{
	struct iotx_mqtt_flights bigger = *f;

	bigger.slot_room = f->slot_room ? f->slot_room * 2 : SLOTS_MIN;
	bigger.slots = iotx_purse_calloc(f->purse, bigger.slot_room * sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (u32 i = 0; i < f->slot_room; i++)
		if (f->slots[i].id)
			*slot_of(&bigger, f->slots[i].id) = f->slots[i];
	iotx_purse_free(f->purse, f->slots, f->slot_room * sizeof(*f->slots));
	*f = bigger;
	return true;
}

static bool add_room(struct iotx_mqtt_flights *f)
{
	u32 room = f->room + ROOM_STEP;
	struct iotx_mqtt_flight *flight;

	if (!iotx_purse_take(f->purse, ROOM_STEP * sizeof(*flight)))
		return false;
	flight = realloc(f->flight, room * sizeof(*flight));
	if (!flight) {
		iotx_purse_give(f->purse, ROOM_STEP * sizeof(*flight));
		return false;
	}
	f->flight = flight;
	f->room = room;
	return true;
}

/* At most half of the slots are taken. */
static bool has_room(struct iotx_mqtt_flights *f)
{
	return f->count < IOTX_MQTT_FLIGHTS_MAX &&
	       (f->count * 2 < f->slot_room || add_slots(f)) &&
	       (f->count < f->room || add_room(f));
}

struct iotx_mqtt_flight *iotx_mqtt_flight_add(struct iotx_mqtt_flights *f, u16 id)
{
	struct iotx_mqtt_flight *flight;

	if (!id || !has_room(f))
		return NULL;
	*slot_of(f, id) = (struct iotx_mqtt_slot){ id, (u16)f->count };
	flight = &f->flight[f->count++];
	memset(flight, 0, sizeof(*flight));
	flight->id = id;
	return flight;
}

bool iotx_mqtt_flight_keep(struct iotx_mqtt_flights *f, struct iotx_mqtt_flight *flight,
			   struct iotx_slice filters)
{
	if (!filters.len || filters.len > IOTX_MQTT_FILTERS_MAX ||
	    filters.len > IOTX_MQTT_FILTERS_ALL - f->filters)
		return false;
	flight->filters = iotx_purse_calloc(f->purse, filters.len);
	if (!flight->filters)
		return false;
	memcpy(flight->filters, filters.data, filters.len);
	flight->filters_len = filters.len;
	f->filters += filters.len;
	return true;
}

static void free_filters(struct iotx_mqtt_flights *f, struct iotx_mqtt_flight *flight)
{
	if (flight->type == IOTX_MQTT_PUBLISH)
		return;
	iotx_purse_free(f->purse, flight->filters, flight->filters_len);
	f->filters -= flight->filters_len;
}

/* Closes the gap: what would not be found any more moves into it. */
static void free_slot(struct iotx_mqtt_flights *f, struct iotx_mqtt_slot *slot)
{
	u32 hole = (u32)(slot - f->slots), i = hole;

	for (;;) {
		u32 home;

		i = behind(f, i);
		if (!f->slots[i].id)
			break;
		home = home_of(f, f->slots[i].id);
		if (((i - home) & (f->slot_room - 1)) < ((i - hole) & (f->slot_room - 1)))
			continue;
		f->slots[hole] = f->slots[i];
		hole = i;
	}
	f->slots[hole].id = 0;
}

/* The last flight takes the place of the one that is taken out. */
static void take_out(struct iotx_mqtt_flights *f, struct iotx_mqtt_flight *flight)
{
	const struct iotx_mqtt_flight *last = &f->flight[--f->count];

	free_slot(f, slot_of(f, flight->id));
	if (flight == last)
		return;
	slot_of(f, last->id)->at = (u16)(flight - f->flight);
	*flight = *last;
}

void iotx_mqtt_past_add(struct iotx_mqtt_flights *f, const struct iotx_mqtt_past *past)
{
	if (!f->past)
		f->past = iotx_purse_calloc(f->purse, PAST_BYTES);
	if (f->past)
		f->past[f->over % IOTX_MQTT_PAST] = *past;
	f->over++;
}

void iotx_mqtt_flight_done(struct iotx_mqtt_flights *f, struct iotx_mqtt_flight *flight,
			   bool refused)
{
	bool publish = flight->type == IOTX_MQTT_PUBLISH;
	const struct iotx_mqtt_past past = {
		.content = publish ? flight->content : 0,
		.id = flight->id,
		.type = flight->type,
		.refused = refused,
	};

	iotx_mqtt_past_add(f, &past);
	if (publish && !flight->carried)
		f->publishes--;
	free_filters(f, flight);
	take_out(f, flight);
}

const struct iotx_mqtt_past *iotx_mqtt_past_find(const struct iotx_mqtt_flights *f, u16 id)
{
	u32 n = f->over < IOTX_MQTT_PAST ? f->over : IOTX_MQTT_PAST;

	if (!f->past)
		return NULL;
	for (u32 i = 1; i <= n; i++) {
		const struct iotx_mqtt_past *past = &f->past[(f->over - i) % IOTX_MQTT_PAST];

		if (past->id == id)
			return past;
	}
	return NULL;
}

struct iotx_mqtt_flight *iotx_mqtt_flight_next(const struct iotx_mqtt_flights *f,
					       const struct iotx_mqtt_flight *flight)
{
	u32 i = flight ? (u32)(slot_of(f, flight->id) - f->slots) + 1 : 0;

	for (; i < f->slot_room; i++)
		if (f->slots[i].id)
			return &f->flight[f->slots[i].at];
	return NULL;
}

void iotx_mqtt_flights_requests(struct iotx_mqtt_flights *f)
{
	for (u32 i = 0; i < f->count; i++) {
		if (f->flight[i].type == IOTX_MQTT_PUBLISH)
			continue;
		free_filters(f, &f->flight[i]);
		take_out(f, &f->flight[i]);
		i--; /* another one may have moved here */
	}
}

void iotx_mqtt_flights_free(struct iotx_mqtt_flights *f)
{
	for (u32 i = 0; i < f->count; i++)
		free_filters(f, &f->flight[i]);
	iotx_purse_free(f->purse, f->slots, f->slot_room * sizeof(*f->slots));
	iotx_purse_free(f->purse, f->flight, f->room * sizeof(*f->flight));
	iotx_purse_free(f->purse, f->past, f->past ? PAST_BYTES : 0);
	*f = (struct iotx_mqtt_flights){ .purse = f->purse };
}
