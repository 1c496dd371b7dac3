// SPDX-License-Identifier: GPL-2.0-only
/* What an engine has counted. */
#include "core/engine_self.h"
#include "core/track.h"

const struct iotx_engine_stats *iotx_engine_stats(const struct iotx_engine *e)
{
	return &e->stats;
}

const struct iotx_totals *iotx_engine_totals(const struct iotx_engine *e)
{
	return iotx_tracker_totals(e->tracker);
}

const struct iotx_ledger *iotx_engine_ledger(const struct iotx_engine *e)
{
	return iotx_tracker_ledger(e->tracker);
}

u64 iotx_engine_flows(const struct iotx_engine *e)
{
	return e->flows;
}
