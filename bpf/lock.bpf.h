/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks in memory that user space maps too, where the kernel's own may not be. The
 * lowest byte of a word is the lock; the rest is the holder's to change.
 */
#ifndef IOTXDP_LOCK_BPF_H
#define IOTXDP_LOCK_BPF_H

#include "compat.bpf.h"

/*
 * How often a lock that is held is looked at again. It is held for one packet: that of a
 * packet of 65,536 header bytes, nearly a millisecond, is worth to be waited for.
 */
#define LOCK_TRIES 100000
#define LOCK_TRIES_PLAIN 64

/*
 * Without an atomic operation that tells what was there: who has added to the byte and
 * finds one in it is alone, because whoever else had added would make it two.
 */
static __always_inline bool try_lock_plain(u32 *word)
{
	__sync_fetch_and_add(word, 1);
	if ((*(volatile u32 *)word & 0xff) == 1)
		return true;
	__sync_fetch_and_add(word, -1);
	return false;
}

static __always_inline bool try_lock(u32 *word, enum loop_kind kind)
{
	u32 found = *(volatile u32 *)word;

	if (found & 0xff)
		return false;
	if (kind == LOOP_HELPER)
		return __sync_val_compare_and_swap(word, found, found + 1) == found;
	return try_lock_plain(word);
}

struct waiting {
	u32 *word;
	bool locked;
};

static long wait_step(u32 index, struct waiting *w)
{
	(void)index;
	w->locked = try_lock(w->word, LOOP_HELPER);
	return w->locked;
}

/* Functions of their own: what they keep on the stack is gone behind them. */
static __noinline bool wait_helper(u32 *word)
{
	struct waiting w = { .word = word };

	bpf_loop(LOCK_TRIES, wait_step, &w, 0);
	return w.locked;
}

static __noinline bool wait_plain(u32 *word)
{
	for (u32 i = 0; i < LOCK_TRIES_PLAIN; i++)
		if (try_lock(word, LOOP_PLAIN))
			return true;
	return false;
}

/* False: another CPU did not let go of it in time. */
static __always_inline bool lock(u32 *word, enum loop_kind kind)
{
	if (try_lock(word, kind))
		return true;
	return kind == LOOP_HELPER ? wait_helper(word) : wait_plain(word);
}

static __always_inline void unlock(u32 *word, enum loop_kind kind)
{
	IOTX_REREAD(); /* what was written is written before */
	if (kind == LOOP_HELPER)
		*(volatile u8 *)word = 0;
	else
		__sync_fetch_and_add(word, -1);
}

#endif
