#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the table of what Flink restores from the results of scripts/flink-matrix.

usage: flink_matrix.py write|check KINDS VERSIONS UPGRADES RESULTS PAGE

KINDS has lines of label, first version of Flink, description; VERSIONS and UPGRADES are the files in tests/flink; RESULTS has a line per cell: written by,
restored by, kind, form, claim mode, outcome. write: sorts RESULTS, keeps of each cell the last line, and puts the table into PAGE, between
its two marker comments. check: exit code 1 if a cell of the table is empty, an outcome was not as expected, or PAGE differs.
"""
import sys

from flink_tables import minor, read, write_or_check

BEGIN = "<!-- matrix: begin (scripts/flink-matrix --table) -->"
END = "<!-- matrix: end -->"
RESTORED = "restored"
IMPOSSIBLE = "not possible: "


def number(version):
    return [int(part) for part in version.split(".")]


class Matrix:
    def __init__(self, kinds, versions, upgrades, results):
        self.kinds = [line.split("\t") for line in read(kinds)]
        self.versions = [line.split()[0] for line in read(versions)]
        self.upgraded = [line.split() for line in read(upgrades)]
        self.results = {}
        for line in read(results):
            fields = line.split("\t")
            self.results[tuple(fields[:5])] = fields[5]
        self.notes = []
        self.problems = []

    def sorted_lines(self):
        order = [kind[0] for kind in self.kinds]
        key = lambda cell: (number(cell[1]), number(cell[0]), order.index(cell[2]) if cell[2] in order else -1, cell[3:])
        return ["\t".join((*cell, self.results[cell])) for cell in sorted(self.results, key=key)]

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)
        return f" [{self.notes.index(text) + 1}]"

    def cell(self, written_by, restored_by, kind):
        """The text of one cell: the forms that can be restored, and a note for each that cannot."""
        where = f"{kind}, written by {written_by}, restored by {restored_by}"
        found = {cell[3:]: outcome for cell, outcome in self.results.items() if cell[:3] == (written_by, restored_by, kind)}
        if not found:
            self.problems.append(f"no result: {where}")
            return ""
        claims = ["none"] if number(minor(restored_by)) < [1, 15] else ["CLAIM", "LEGACY", "NO_CLAIM"]
        for claim in claims:
            if not any(outcome_claim == claim for _, outcome_claim in found):
                self.problems.append(f"no result: {where}, {claim}")
            elif RESTORED not in (found.get(("owned", claim)), found.get(("absolute", claim))):
                if ("absolute", claim) not in found:
                    self.problems.append(f"no result: {where}, absolute, {claim}")
        good = [form for form in ("owned", "absolute") if any(found.get((form, claim)) == RESTORED for claim in claims)]
        text = ", ".join(good) if good else "no"
        done = [claim for claim in claims if any(found_claim == claim for _, found_claim in found)]
        if done != claims:
            text += f" ({', '.join(done)} only)"
        exceptions = {}
        for (form, claim), outcome in sorted(found.items(), reverse=True):
            if outcome.startswith(IMPOSSIBLE):
                exceptions.setdefault((form, outcome[len(IMPOSSIBLE):]), []).append(claim)
            elif outcome != RESTORED:
                self.problems.append(f"{where}, {form}, {claim}: {outcome}")
                text = "FAILED"
        for (form, exception), where_not in exceptions.items():
            mode = "" if sorted(where_not) == claims else " with " + " or ".join(sorted(where_not))
            text += self.note(f"{form}{mode}: `{exception}`")
        return text

    def rows(self):
        yield ["", *(minor(version) for version in self.versions)]
        yield ["---"] * (len(self.versions) + 1)
        for label, since, *_ in self.kinds:
            row = [label]
            for version in self.versions:
                row.append(self.cell(version, version, label) if number(minor(version)) >= number(since) else f"not in Flink {minor(version)}")
            yield row

    def upgrades(self):
        kinds = [kind[0] for kind in self.kinds if any(kind[0] in upgraded[2].split(",") for upgraded in self.upgraded)]
        yield ["written by, restored by", *kinds]
        yield ["---"] * (len(kinds) + 1)
        for written_by, restored_by, tried in self.upgraded:
            yield [f"{minor(written_by)}, {minor(restored_by)}",
                   *(self.cell(written_by, restored_by, kind) if kind in tried.split(",") else "not tried" for kind in kinds)]

    def table(self):
        lines = ["| " + " | ".join(row) + " |" for row in self.rows()]
        lines += ["", "| " + " |\n| ".join(" | ".join(row) for row in self.upgrades()) + " |", ""]
        lines += [f"* [{i}] {text}" for i, text in enumerate(self.notes, 1)]
        lines += ["", "| Kind | |", "|---|---|"]
        lines += [f"| {label} | {description} |" for label, _, description in self.kinds]
        lines += ["", "Versions: " + ", ".join(self.versions) + "."]
        return "\n".join(lines)


def main():
    if len(sys.argv) != 7 or sys.argv[1] not in ("write", "check"):
        sys.exit(__doc__)
    action, kinds, versions, upgrades, results, page = sys.argv[1:]
    matrix = Matrix(kinds, versions, upgrades, results)
    write_or_check(action, matrix, "results", (BEGIN, END), results, page)


if __name__ == "__main__":
    main()
