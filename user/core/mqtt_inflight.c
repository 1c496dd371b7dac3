// SPDX-License-Identifier: GPL-2.0-only
#include "core/mqtt_inflight.h"

#include <iotxdp/mqtt_hdr.h>
#include <stdlib.h>

#define ROOM_MIN 8u

/* Ids are mostly counted upwards: spread them out. */
static u32 home_of(const struct iotx_mqtt_flights *f, u16 id)
{
	return (id * 0x9e37u >> 3) & (f->room - 1);
}

static u32 behind(const struct iotx_mqtt_flights *f, u32 i)
{
	return (i + 1) & (f->room - 1);
}

struct iotx_mqtt_flight *iotx_mqtt_flight_find(const struct iotx_mqtt_flights *f, u16 id)
{
	if (!f->count)
		return NULL;
	for (u32 i = home_of(f, id); f->ids[i]; i = behind(f, i))
		if (f->ids[i] == id)
			return &f->place[i];
	return NULL;
}

/* Takes a free place. */
static struct iotx_mqtt_flight *take_place(struct iotx_mqtt_flights *f, u16 id)
{
	u32 i = home_of(f, id);

	while (f->ids[i])
		i = behind(f, i);
	f->ids[i] = id;
	return &f->place[i];
}

/* At most half of the places are taken. */
static bool grow(struct iotx_mqtt_flights *f)
{
	struct iotx_mqtt_flights bigger = *f;

	bigger.room = f->room ? f->room * 2 : ROOM_MIN;
	bigger.ids = calloc(bigger.room, sizeof(*bigger.ids));
	bigger.place = malloc(bigger.room * sizeof(*bigger.place));
	if (!bigger.ids || !bigger.place) {
		free(bigger.ids);
		free(bigger.place);
		return false;
	}
	for (u32 i = 0; i < f->room; i++)
		if (f->ids[i])
			*take_place(&bigger, f->ids[i]) = f->place[i];
	free(f->ids);
	free(f->place);
	*f = bigger;
	return true;
}

struct iotx_mqtt_flight *iotx_mqtt_flight_add(struct iotx_mqtt_flights *f, u16 id)
{
	struct iotx_mqtt_flight *flight;

	if (!id || f->count == IOTX_MQTT_FLIGHTS_MAX || (f->count * 2 >= f->room && !grow(f)))
		return NULL;
	flight = take_place(f, id);
	memset(flight, 0, sizeof(*flight));
	flight->id = id;
	f->count++;
	return flight;
}

bool iotx_mqtt_flight_keep(struct iotx_mqtt_flights *f, struct iotx_mqtt_flight *flight,
			   struct iotx_slice filters)
{
	if (!filters.len || filters.len > IOTX_MQTT_FILTERS_MAX ||
	    filters.len > IOTX_MQTT_FILTERS_ALL - f->filters)
		return false;
	flight->filters = malloc(filters.len);
	if (!flight->filters)
		return false;
	memcpy(flight->filters, filters.data, filters.len);
	flight->filters_len = filters.len;
	f->filters += filters.len;
	return true;
}

/* Closes the gap: what would not be found any more moves into it. */
static void take_out(struct iotx_mqtt_flights *f, u32 hole)
{
	u32 i = hole;

	for (;;) {
		u32 home;

		i = behind(f, i);
		if (!f->ids[i])
			break;
		home = home_of(f, f->ids[i]);
		if (((i - home) & (f->room - 1)) < ((i - hole) & (f->room - 1)))
			continue;
		f->ids[hole] = f->ids[i];
		f->place[hole] = f->place[i];
		hole = i;
	}
	f->ids[hole] = 0;
	f->count--;
}

void iotx_mqtt_past_add(struct iotx_mqtt_flights *f, const struct iotx_mqtt_past *past)
{
	if (!f->past)
		f->past = calloc(IOTX_MQTT_PAST, sizeof(*f->past));
	if (f->past)
		f->past[f->over % IOTX_MQTT_PAST] = *past;
	f->over++;
}

void iotx_mqtt_flight_done(struct iotx_mqtt_flights *f, struct iotx_mqtt_flight *flight,
			   bool refused)
{
	const struct iotx_mqtt_past past = {
		.content = flight->content,
		.id = flight->id,
		.type = flight->type,
		.refused = refused,
	};

	iotx_mqtt_past_add(f, &past);
	if (flight->type == IOTX_MQTT_PUBLISH && !flight->carried)
		f->publishes--;
	free(flight->filters);
	f->filters -= flight->filters_len;
	take_out(f, (u32)(flight - f->place));
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
	for (u32 i = flight ? (u32)(flight - f->place) + 1 : 0; i < f->room; i++)
		if (f->ids[i])
			return &f->place[i];
	return NULL;
}

void iotx_mqtt_flights_requests(struct iotx_mqtt_flights *f)
{
	for (u32 i = 0; i < f->room; i++) {
		if (!f->ids[i] || f->place[i].type == IOTX_MQTT_PUBLISH)
			continue;
		free(f->place[i].filters);
		f->filters -= f->place[i].filters_len;
		take_out(f, i);
		i--; /* another one may have moved here */
	}
}

void iotx_mqtt_flights_free(struct iotx_mqtt_flights *f)
{
	struct iotx_mqtt_flight *flight = NULL;

	while ((flight = iotx_mqtt_flight_next(f, flight)))
		free(flight->filters);
	free(f->ids);
	free(f->place);
	free(f->past);
	memset(f, 0, sizeof(*f));
}
