/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seam between the two worlds that compile include/iotxdp: the kernel
 * (clang -target bpf) and user space (gcc or clang, freestanding headers only).
 * This file and the bounds test in cursor.h are the only places that know which
 * world they are in.
 */
#ifndef IOTXDP_PORT_H
#define IOTXDP_PORT_H

#ifdef __bpf__

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;

#define IOTX_FN static __always_inline

/*
 * Nothing is carried across in a register: what the verifier knows of one on each of many
 * paths would keep these paths apart in all that follows.
 */
#define IOTX_FORGET() __asm__ volatile("" : : : "r6", "r7", "r8", "r9", "memory")

#else

#include <stdbool.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;

#define IOTX_FN static inline __attribute__((always_inline, unused))

#define IOTX_FORGET() ((void)0)

#endif

/*
 * Hides a value from the optimiser. clang folds a mask that a range check has
 * made redundant, yet the verifier needs the mask: check, hide, mask.
 */
#define IOTX_OPAQUE(v) __asm__ volatile("" : "+r"(v))

/*
 * Makes the compiler read memory again. What lies in a map the verifier knows nothing
 * of: values that went through it look alike on all paths, and paths that look alike
 * are verified once.
 */
#define IOTX_REREAD() __asm__ volatile("" : : : "memory")

/*
 * A table of sixteen 4-bit values in one word. Small constant arrays land in
 * .rodata.cst16, which libbpf 1.1 refuses, so tables that the kernel half reads
 * are words: NIB(index, value) | NIB(...) builds one, iotx_nib() reads it.
 */
#define IOTX_NIB(index, value) ((u64)(value) << (4 * (index)))

IOTX_FN u8 iotx_nib(u64 table, u8 index)
{
	return (table >> (4 * (index & 15))) & 15;
}

#endif
