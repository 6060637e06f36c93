# SPDX-License-Identifier: Apache-2.0
"""The rows of tests/bench/state, made from what state_measures.py has measured."""
import statistics

from state_data import SCENARIOS, STATES
from table_rows import row


def rows(results):
    """Leaves out what has not been measured."""
    measured = results["measured"]
    for scenario in SCENARIOS:
        for state, per_key in STATES.items():
            yield from of_state(measured, scenario, state, per_key * results["keys"])
        yield from of_key(measured.get(f"{scenario} key"), scenario)
    yield from of_lines(measured.get("one group"), f"heap: {results['keys']} values in one key group")
    yield from of_key(measured.get("large key"), f"{results['gigabytes']} GB of RocksDB")


def of_state(measured, scenario, state, entries):
    lines, keys, flink = (measured.get(f"{scenario} {state} {what}") for what in ("lines", "keys", "flink"))
    yield from of_lines(lines, f"{scenario}: {entries} entries of a {state}, all as JSON")
    if flink:
        yield row("the same by Flink's State Processor API, JVM warmed up", "s", flink["time"])
    if flink and lines:
        yield row("times as fast", "x", [statistics.median(flink["time"]) / seconds for seconds in lines["time"]], 10, most=False)
    if keys:
        yield row("--keys-only", "s", keys["time"])
        yield row("RocksDB's iterator alone (ldb dump --count_only)", "s", keys["bare"])
        yield row("times its time", "x", [ours / theirs for ours, theirs in zip(keys["time"], keys["bare"])], 2)


def of_lines(measured, what):
    if measured:
        yield row(what, "s", measured["time"])
        yield row("memory of both processes", "MB", measured["memory"], 128)


def of_key(measured, what):
    if measured:
        yield row(f"{what}: --key, on the wall", "ms", measured["wall"], 50)
        yield row("processor time of it", "ms", measured["processor"])
