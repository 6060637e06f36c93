# SPDX-License-Identifier: Apache-2.0
"""Rows of a table of measures, each with all its values and perhaps a goal."""
import re
import statistics


def row(what, unit, values, goal=None, most=True):
    """`goal`: what the median may be at most, or has to be at least."""
    return {"what": what, "unit": unit, "values": values, "goal": goal, "most": most}


def line(measured):
    values = measured["values"]
    median = statistics.median(values)
    figures = " ".join(f"{value:>10.3f}" for value in (min(values), median, max(values)))
    goal = ""
    if measured["goal"] is not None:
        met = median <= measured["goal"] if measured["most"] else median >= measured["goal"]
        goal = f"{'<=' if measured['most'] else '>='} {measured['goal']:g} {measured['unit']}: {'met' if met else 'missed'}"
    return f"{measured['what']:<62} {figures} {measured['unit']:<3} {goal}".rstrip()


def replace_between(path, begin, end, text):
    """Replaces what a page has between two marker comments."""
    with open(path, encoding="utf-8") as file:
        page = file.read()
    made = f"{begin}\n{text}\n{end}"
    replaced, count = re.subn(re.escape(begin) + ".*" + re.escape(end), lambda _: made, page, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"{path} has no place for the table between {begin} and {end}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(replaced)
