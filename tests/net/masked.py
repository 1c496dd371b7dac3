#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reads a `bpftool map dump` of a flow table as a person sees it, masks what differs from
run to run (times, bytes, sequence numbers, packets, chosen ports), and puts the entries
into a fixed order."""

import re
import sys

VARIES = r'("(?:first_seen_ns|last_seen_ns|bytes|packets|\w+_seq)": )\d+'
# Of the two ports of a conversation, the client's may be the system's choice.
CHOSEN_PORT = r'("(?:src|dst)_port": )(?!(?:1883|5683|4000\d)\b)\d+'


def main():
    text = re.sub(VARIES, r"\1#", sys.stdin.read())
    text = re.sub(CHOSEN_PORT, r"\1#", text)
    entries = text.strip().removeprefix("[{").removesuffix("    }\n]").split("    },{")
    print("".join("{%s}\n" % entry for entry in sorted(entries)), end="")


if __name__ == "__main__":
    main()
