// SPDX-License-Identifier: GPL-2.0-only
#include "core/coap_judge.h"

#include "wire/coap_code.h"

#define NS_PER_S 1000000000ull
#define NON_LIFETIME_NS (145 * NS_PER_S) /* RFC 7252 4.8.2 */
#define ACK_TIMEOUT_NS (2 * NS_PER_S)    /* 4.8 */
#define MAX_RETRANSMIT 4
#define COPY_NS 10000000ull /* repeated so soon, a datagram is a copy of the capture's */
#define REQUESTS_LOOKED_AT 8

#define OFF_MESSAGE_ID 2

static void breach(const struct iotx_coap_sight *in, enum iotx_coap_rule rule, u32 off)
{
	iotx_coap_breach(in->judged, rule, off);
}

static u32 token_off(const struct iotx_coap_sight *in)
{
	return in->msg->token.data ? (u32)(in->msg->token.data - in->data) : 0;
}

/* Over TCP the code stands before the token. */
static u32 code_off(const struct iotx_coap_sight *in)
{
	u32 token = token_off(in);

	return in->msg->stream && token ? token - 1 : 1;
}

static u32 option_off(const struct iotx_coap_sight *in, u16 number)
{
	struct iotx_coap_options it = iotx_coap_options_of(in->msg->options);
	struct iotx_coap_option opt;

	while (!iotx_coap_option_next(&it, &opt, NULL))
		if (opt.number == number)
			return (u32)(in->msg->options.data - in->data) + opt.off;
	return 0;
}

static bool is_datagram(const struct iotx_coap_sight *in, u8 type)
{
	return !in->msg->stream && in->msg->hdr.type == type;
}

/* How long ago; 0 when the clock went back. */
static u64 since(u64 then_ns, u64 now_ns)
{
	return now_ns > then_ns ? now_ns - then_ns : 0;
}

/* --- Message IDs and tokens ------------------------------------------------------------------ */

/*
 * Was all seen that the other side may have sent and this side answers? The conversation
 * has begun with a question, or over TCP with the other side's CSM, and nothing of it was
 * forgotten since.
 */
static bool knows_all(const struct iotx_coap_exchanges *e, const struct iotx_coap_sight *in)
{
	bool began = in->msg->stream || e->began == IOTX_COAP_BEGAN;

	return in->whole && began && !e->forgot &&
	       e->memory[!in->side].next <= IOTX_COAP_RECENT_MAX;
}

/* A Message ID is free again some time after its message (RFC 7252, section 4.4). */
static void message_id(const struct iotx_coap_case *c)
{
	const struct iotx_coap_recent *r = c->other;
	u64 lifetime_ns;

	if (!r || (c->in->msg->hdr.type != IOTX_COAP_CON && c->in->msg->hdr.type != IOTX_COAP_NON))
		return;
	lifetime_ns = r->type == IOTX_COAP_CON ? IOTX_COAP_LIFETIME_NS : NON_LIFETIME_NS;
	if (since(r->ts_ns, c->in->ts_ns) < lifetime_ns)
		breach(c->in, IOTX_COAP_RULE_MID_REUSED, OFF_MESSAGE_ID);
}

static void belonging(const struct iotx_coap_exchanges *e, const struct iotx_coap_case *c)
{
	bool answers = c->facts->role == IOTX_COAP_ROLE_ACK ||
		       c->facts->role == IOTX_COAP_ROLE_RESET ||
		       is_datagram(c->in, IOTX_COAP_ACK); /* piggybacked */

	if (c->facts->other_token)
		breach(c->in, IOTX_COAP_RULE_ACK_TOKEN, token_off(c->in));
	else if (!c->facts->stray || !knows_all(e, c->in))
		return;
	else if (answers)
		breach(c->in, IOTX_COAP_RULE_MID_UNKNOWN, OFF_MESSAGE_ID);
	else if (c->facts->role == IOTX_COAP_ROLE_RESPONSE)
		breach(c->in, IOTX_COAP_RULE_TOKEN_UNKNOWN, token_off(c->in));
	else if (c->facts->role == IOTX_COAP_ROLE_PONG)
		breach(c->in, IOTX_COAP_RULE_PONG_TOKEN, token_off(c->in));
}

/* --- requests -------------------------------------------------------------------------------- */

/*
 * One that nobody has acknowledged or answered, and that its sender cannot have given up
 * yet (RFC 7252, section 4.7).
 */
static bool is_outstanding(const struct iotx_coap_exchange *x, const struct iotx_coap_sight *in)
{
	return x->side == in->side && x->confirmable && !x->acked &&
	       since(x->last_ns, in->ts_ns) < ACK_TIMEOUT_NS;
}

static void request(const struct iotx_coap_exchanges *e, const struct iotx_coap_case *c)
{
	const struct iotx_coap_exchange *x = e->store.use[IOTX_COAP_WAITING].newest;

	if (!is_datagram(c->in, IOTX_COAP_CON))
		return;
	for (u32 i = 0; x && i < REQUESTS_LOOKED_AT; i++, x = x->older)
		if (x != c->x && is_outstanding(x, c->in)) {
			breach(c->in, IOTX_COAP_RULE_NSTART, 0);
			return;
		}
}

/* --- responses ------------------------------------------------------------------------------- */

/* What a Block1 option in a response acknowledges (RFC 7959, section 2.3). */
static void block1(const struct iotx_coap_case *c)
{
	const struct iotx_coap_block sent = iotx_coap_block_of(c->x->block1);
	struct iotx_coap_block got;
	struct iotx_slice value;
	u8 code = c->in->msg->hdr.code;

	if (code == IOTX_COAP_CODE_CONTINUE && !c->x->has_q_block &&
	    (!c->x->has_block1 || !sent.more))
		breach(c->in, IOTX_COAP_RULE_CONTINUE, code_off(c->in));
	if (!c->x->has_block1 || iotx_coap_class(code) != 2 ||
	    !iotx_coap_find(c->in->msg, IOTX_COAP_OPT_BLOCK1, &value))
		return;
	got = iotx_coap_block(value);
	if (got.num != sent.num)
		breach(c->in, IOTX_COAP_RULE_BLOCK1_NUM, option_off(c->in, IOTX_COAP_OPT_BLOCK1));
	if (got.size > sent.size)
		breach(c->in, IOTX_COAP_RULE_BLOCK1_SIZE, option_off(c->in, IOTX_COAP_OPT_BLOCK1));
}

/* What was on its way when the other side heard of the end is no offence. */
static void notification(const struct iotx_coap_case *c)
{
	const struct iotx_coap_exchange *x = c->x;

	if (c->facts->observe_stale)
		breach(c->in, IOTX_COAP_RULE_OBSERVE_STALE,
		       option_off(c->in, IOTX_COAP_OPT_OBSERVE));
	if (!x || !c->facts->late)
		return;
	if (x->ended == IOTX_COAP_ENDED_BY_SERVER)
		breach(c->in, IOTX_COAP_RULE_OBSERVE_ENDED, 0);
	if (x->ended == IOTX_COAP_ENDED_BY_RESET &&
	    since(x->ended_ns, c->in->ts_ns) > x->latency_ns)
		breach(c->in, IOTX_COAP_RULE_OBSERVE_RESET, 0);
}

/* --- all of them ----------------------------------------------------------------------------- */

void iotx_coap_judge(const struct iotx_coap_exchanges *e, const struct iotx_coap_case *c)
{
	if (!c->in->msg->stream)
		message_id(c);
	belonging(e, c);
	switch (c->facts->role) {
	case IOTX_COAP_ROLE_REQUEST:
		request(e, c);
		break;
	case IOTX_COAP_ROLE_RESPONSE:
		if (c->x)
			block1(c);
		break;
	case IOTX_COAP_ROLE_NOTIFICATION:
		notification(c);
		break;
	default:
		break;
	}
}

/* Intervals grow from the first, which has a least value; a tenth is left to clocks. */
void iotx_coap_judge_repeat(const struct iotx_coap_sight *in, struct iotx_coap_recent *before)
{
	u64 gap_ns = since(before->last_ns, in->ts_ns);
	u64 least_ns = before->repeats ? 2 * before->gap_ns : ACK_TIMEOUT_NS;

	if (in->msg->hdr.type != IOTX_COAP_CON || gap_ns < COPY_NS)
		return;
	if (gap_ns < least_ns - least_ns / 10)
		breach(in, IOTX_COAP_RULE_RETRANSMIT_TIME, 0);
	if (++before->repeats > MAX_RETRANSMIT)
		breach(in, IOTX_COAP_RULE_RETRANSMIT_COUNT, 0);
	before->gap_ns = gap_ns;
	before->last_ns = in->ts_ns;
}
