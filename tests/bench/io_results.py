# SPDX-License-Identifier: Apache-2.0
"""Files of results, and several of them as one: a long measurement may be made in parts."""
import json
import statistics

from io_process import Failure
from io_rows import ROWS

CHANGING = ("round_trips_us",)  # facts about a machine that are measured


def _machine(files):
    machines = [each["machine"] for each in files]
    fixed = [{key: value for key, value in each.items() if key not in CHANGING} for each in machines]
    for each in fixed[1:]:
        if each != fixed[0]:
            raise Failure(f"the files are not from one machine with the same settings: {fixed[0]}, {each}")
    trips = zip(*(each["round_trips_us"] for each in machines))
    return {**fixed[0], "round_trips_us": [round(statistics.median(values), 1) for values in trips]}


def merged(files):
    """One result for each row: that of the last file that has the row. The same holds for the scale table."""
    rows = {row["key"]: row for each in files for row in each["rows"]}
    scale = next(({key: each[key] for key in ("scale", "scale_text")} for each in reversed(files) if "scale" in each), {})
    return {
        "date": max(each["date"] for each in files),
        "quick": any(each["quick"] for each in files),
        "runs": min((each["runs"] for each in files if each["rows"]), default=0),
        "machine": _machine(files),
        "left_out": list(dict.fromkeys(text for each in files for text in each["left_out"])),
        "rows_left_out": [key for each in files for key in each["rows_left_out"] if key not in rows],
        "rows": [rows[row.key()] for row in ROWS if row.key() in rows],
        **scale,
    }


def read_results(names):
    files = []
    for name in names:
        with open(name, encoding="utf-8") as file:
            files.append(json.load(file))
    return merged(files)


def write_results(name, results):
    with open(name, "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
        file.write("\n")


def missing_rows(results):
    """Keys of rows without a result, except for those that the machine cannot have."""
    found = [row["key"] for row in results["rows"]] + results["rows_left_out"]
    return [row.key() for row in ROWS if row.key() not in found]
