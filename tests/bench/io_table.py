# SPDX-License-Identifier: Apache-2.0
"""The results as text, and as the table of docs/performance.md."""
import re

from io_machine import in_force, machine_text

BEGIN = "<!-- table: begin (scripts/benchmark --write-docs) -->"
END = "<!-- table: end -->"
OURS = "checkpointfs"


def seconds(value):
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def goal_text(row):
    """`0.90: met`, `0.90: missed by 0.03`, or nothing."""
    if row["goal"] is None:
        return ""
    ratio = of(row, OURS)["ratio"]["median"]
    missed = row["goal"] - ratio
    return f"{row['goal']:.2f}: " + ("met" if missed <= 0 else f"missed by {missed:.3f}")


def of(row, name):
    return next((subject for subject in row["subjects"] if subject["name"] == name), None)


def auto_text(row):
    """How near the mode that was chosen comes to the better one."""
    modes = [of(row, f"{OURS} io={mode}") for mode in ("hybrid", "push")]
    if None in modes:
        return ""
    best = max(mode["ratio"]["median"] for mode in modes)
    return f"{of(row, OURS)['ratio']['median'] / best:.2f} of the better mode"


def row_title(work):
    return work.replace("`", "")


def row_text(row):
    """What comes below the title."""
    lines = []
    for subject in row["subjects"]:
        ratio = subject["ratio"]
        line = f"    {subject['name']:<36} {seconds(subject['seconds']):>10}"
        if subject is not row["subjects"][0]:
            line += f"   {ratio['median']:.2f}  ({ratio['min']:.2f} to {ratio['max']:.2f})"
        if subject["name"] == OURS and row["goal"] is not None:
            line += f"   goal {goal_text(row)}"
        if subject["name"] == OURS and auto_text(row):
            line += f"; {auto_text(row)}"
        lines.append(line)
    return "\n".join(lines)


def _cell(subject, spread):
    if subject is None:
        return ""
    ratio = subject["ratio"]
    return f"{ratio['median']:.2f}" + (f" ({ratio['min']:.2f}-{ratio['max']:.2f})" if spread else "")


def _states(rows):
    """What was in force, by mode and source: each only once."""
    said = {}
    for row in rows:
        for subject in row["subjects"]:
            text = in_force(subject["status"])
            if text and subject["name"].startswith(OURS):
                said.setdefault((subject["name"], text), []).append(row["key"].split()[0])
    for (name, text), sources in said.items():
        yield f"{name}: {text} ({', '.join(dict.fromkeys(sources))})"


def states_text(rows):
    return "\n".join(_states(rows))


def markdown(results):
    """The table, and what it was measured on."""
    rows = results["rows"]
    others = list(dict.fromkeys(each["name"] for row in rows for each in row["subjects"][1:]))
    # In rows that are not about the native file system, the first subject has no column.
    others.sort(key=lambda name: (name != "bind mount", name != OURS))
    lines = [
        f"{machine_text(results['machine'])}. {results['runs']} runs or more of each, {results['date']}.",
        "",
        "| work | native | " + " | ".join(others) + " | goal |",
        "|---|---|" + "---|" * len(others) + "---|",
    ]
    for row in rows:
        cells = [_cell(of(row, name), name in ("bind mount", OURS)) for name in others]
        lines.append(" | ".join([f"| {row['work']}", seconds(row["subjects"][0]["seconds"]), *cells, goal_text(row) + " |"]))
    lines += ["", "In force:", "", *(f"* {state}" for state in _states(rows))]
    if results.get("scale_text"):
        lines += ["", "```", *results["scale_text"].rstrip().splitlines(), "```"]
    return "\n".join(lines)


def write_docs(path, results):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    made = f"{BEGIN}\n{markdown(results)}\n{END}"
    replaced, count = re.subn(re.escape(BEGIN) + ".*" + re.escape(END), lambda _: made, text, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"{path} has no place for the table")
    with open(path, "w", encoding="utf-8") as file:
        file.write(replaced)
