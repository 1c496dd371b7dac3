#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Validates events against EVE's schema, to which nothing is added but coap, mqttsn and
iotxdp at top level and mqtt.auth. usage: schema.py SCHEMA JSON"""

import json
import sys

import jsonschema


def extended(path):
    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    for name in ("coap", "mqttsn", "iotxdp"):
        assert name not in schema["properties"], name
        schema["properties"][name] = {"type": "object"}
    mqtt = schema["properties"]["mqtt"]
    assert "auth" not in mqtt["properties"]
    mqtt["properties"]["auth"] = {"type": "object"}
    mqtt.update(minProperties=1, maxProperties=1)
    return schema


def validator(path):
    schema = extended(path)
    return jsonschema.validators.validator_for(schema)(schema)


def faults(check, event):
    """Sentences, none when the event is as the schema wants it."""
    return ["%s: %s" % ("/".join(map(str, error.absolute_path)), error.message)
            for error in check.iter_errors(event)]


def main():
    check = validator(sys.argv[1])
    found, count = [], 0
    with open(sys.argv[2], encoding="utf-8") as lines:
        for count, line in enumerate(lines, 1):
            found += ["line %d: %s" % (count, f) for f in faults(check, json.loads(line))]
    print("\n".join(found[:20] + ["%d events, %d faults" % (count, len(found))]))
    return 1 if found or not count else 0


if __name__ == "__main__":
    sys.exit(main())
