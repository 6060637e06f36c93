# SPDX-License-Identifier: Apache-2.0
"""The results as text, and as the tables of docs/performance.md."""
import textwrap

from io_machine import IN_FORCE, machine_text, wake_up_text
from table_rows import replace_between

BEGIN = "<!-- table: begin (scripts/benchmark --write-docs) -->"
END = "<!-- table: end -->"
OURS = "checkpointfs"
OVER_IO_URING = OURS + " over io_uring"
WIDTH = 128  # of the lines in docs/performance.md


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


def _field(status, name):
    return status.get(name, status.get("io", {}).get(name))


def _by_mode(statuses, field):
    """`on (io=hybrid); off (io=plain, io=push)`; a value that all mounts share stands alone."""
    modes = {}
    for _, status in statuses:
        value = _field(status, field)
        if value is not None:
            modes.setdefault(str(value), set()).add(f"io={_field(status, 'mode')}")
    if len(modes) == 1:
        return next(iter(modes))
    return "; ".join(f"{value} ({', '.join(sorted(each))})" for value, each in modes.items())


def _states(rows):
    """The settings in force, each once."""
    subjects = [subject for row in rows for subject in row["subjects"]]
    statuses = [(each["name"], each["status"]) for each in subjects if each["status"] and each["name"] != OVER_IO_URING]
    for field in IN_FORCE:
        text = _by_mode(statuses, field)
        if text:
            yield f"{field}: {text}"
    chosen = {}
    for name, status in statuses:
        if name == OURS and _field(status, "why"):
            chosen.setdefault(_field(status, "mode"), []).append(_field(status, "why"))
    for mode, reasons in sorted(chosen.items()):
        yield f"`auto` takes {mode}: {'; '.join(dict.fromkeys(reasons))}"


def states_text(rows):
    return "\n".join(_states(rows))


def _wrapped(text, bullet=""):
    return textwrap.wrap(
        text, WIDTH, initial_indent=bullet, subsequent_indent=" " * len(bullet), break_long_words=False, break_on_hyphens=False
    )


def _table(head, rows):
    return ["| " + " | ".join(head) + " |", "|---" * len(head) + "|", *("| " + " | ".join(row) + " |" for row in rows)]


def _against_native(rows):
    """Our speed, with the control and the goals."""
    names = ("bind mount", OURS)
    return _table(
        ("work", "native", *names, "goal"),
        (
            (row["work"], seconds(row["subjects"][0]["seconds"]), *(_cell(of(row, name), True) for name in names), goal_text(row))
            for row in rows
        ),
    )


def _against_others(rows):
    """The modes that can be asked for, and other file systems; empty if none was measured."""
    # The first subject of a row is its measure, and has no column.
    found = dict.fromkeys(each["name"] for row in rows for each in row["subjects"][1:])
    names = sorted((name for name in found if name not in ("bind mount", OURS)), key=lambda name: not name.startswith(OURS))
    rows = [row for row in rows if any(of(row, name) for name in names)]
    if not rows:
        return []
    head = ("work", OURS, *(name.removeprefix(OURS + " ") for name in names))
    return _table(head, ((row["work"], *(_cell(of(row, name), False) for name in (OURS, *names))) for row in rows))


def conditions_text(results):
    """How the figures were made."""
    priority = "with real-time priority, " if results["machine"]["real_time"] else ""
    loads = [load for row in results["rows"] for load in row["load"]]
    return f"{results['runs']} runs or more of each, {priority}load {min(loads):.0f} to {max(loads):.0f}, {results['date']}"


def markdown(results):
    """The tables, the machine, and the settings in force."""
    rows = results["rows"]
    lines = _wrapped(f"{machine_text(results['machine'])}. {conditions_text(results)}.")
    lines += ["", "In force:", ""]
    for state in (f"wake-up: {wake_up_text(results['machine'])}", *_states(rows)):
        lines += _wrapped(state, "* ")
    lines += ["", *_against_native(rows)]
    others = _against_others(rows)
    if others:
        lines += ["", "Each mode of `-o io=`, and other file systems, medians of the first half of the rounds:", "", *others]
    if results["left_out"]:
        lines += ["", *_wrapped(f"Not measured: {'; '.join(results['left_out'])}.")]
    if results.get("scale_text"):
        lines += ["", "```", *results["scale_text"].rstrip().splitlines(), "```"]
    return "\n".join(lines)


def write_docs(path, results):
    replace_between(path, BEGIN, END, markdown(results))
