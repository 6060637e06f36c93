#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts test cases in what test runners have written.

usage: count_tests.py FILE...
       count_tests.py --slowest NUMBER FILE

A FILE is Meson's testlog.json or a JUnit report (Surefire's TEST-*.xml). Prints the failed and skipped ones by
name on standard error, and on standard output one line: PASSED FAILED SKIPPED.

--slowest: instead prints the NUMBER test programs in Meson's FILE that took longest, with their seconds.
"""
import json
import re
import sys
import xml.etree.ElementTree


class Counts:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def add(self, passed=0, failed=0, skipped=0):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped


def tell(what, name):
    print(f"{what}: {name}", file=sys.stderr)


def number(pattern, text):
    match = re.search(pattern, text, re.MULTILINE)
    return int(match[1]) if match else 0


def count_meson(path, counts):
    """One line of JSON for each test program; GoogleTest's summary is in what it printed."""
    with open(path, encoding="utf-8") as log:
        for line in log:
            test = json.loads(line)
            name, result, text = test["name"], test["result"], test.get("stdout") or ""
            good = result in ("OK", "EXPECTEDFAIL")
            # A program that died has no summary, or one that does not know of it.
            ran = number(r"^\[==========\] (\d+) tests? from \d+ test suites? ran", text)
            if ran == 0:
                skipped = result == "SKIP"
                counts.add(good, not good and not skipped, skipped)
                if not good:
                    tell("skipped" if skipped else "failed", name)
                continue
            passed = number(r"^\[  PASSED  \] (\d+) tests?", text)
            skipped = number(r"^\[  SKIPPED \] (\d+) tests?", text)
            failed = ran - passed - skipped
            counts.add(passed, failed, skipped)
            for case in dict.fromkeys(re.findall(r"^\[  FAILED  \] (\w\S*\.[^\s,]+)", text, re.MULTILINE)):
                tell("failed", f"{name}: {case}")
            tell_skipped(name, text, skipped)
            if not good and result != "SKIP" and failed == 0:
                counts.add(failed=1)
                tell("failed", f"{name}: {result}")


def tell_skipped(name, text, number_skipped):
    """By case where the program names them, else by the reasons that it gives."""
    cases = list(dict.fromkeys(re.findall(r"^\[  SKIPPED \] (\w\S*\.[^\s,]+)", text, re.MULTILINE)))
    if cases:
        for case in cases:
            tell("skipped", f"{name}: {case}")
    elif number_skipped:
        reasons = dict.fromkeys(re.findall(r": Skipped\n(.*)", text))
        tell("skipped", f"{name}: {number_skipped} tests: {'; '.join(reasons)}")


def count_junit(path, counts):
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            counts.add(failed=1)
            tell("failed", name)
        elif case.find("skipped") is not None:
            counts.add(skipped=1)
            tell("skipped", name)
        else:
            counts.add(passed=1)


def print_slowest(number_wanted, path):
    with open(path, encoding="utf-8") as log:
        tests = [json.loads(line) for line in log]
    for test in sorted(tests, key=lambda test: -test["duration"])[:number_wanted]:
        print(f"  {test['name']:22} {test['duration']:5.0f} s")


def main():
    if sys.argv[1] == "--slowest":
        print_slowest(int(sys.argv[2]), sys.argv[3])
        return
    counts = Counts()
    for path in sys.argv[1:]:
        (count_junit if path.endswith(".xml") else count_meson)(path, counts)
    print(counts.passed, counts.failed, counts.skipped)


main()
