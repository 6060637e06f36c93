# SPDX-License-Identifier: Apache-2.0
"""Draws a session on a terminal as SVG.

usage: terminal_picture.py COLUMNS <SESSION >PICTURE

Lines that begin with "$ " are commands. Bold, faint and the eight colours of the terminal are drawn; other sequences are
left out. Each piece of text has a fixed length, so that columns stand where they stood, whatever font there is.
"""

import html
import re
import sys
import textwrap

ADVANCE, LINE, SIZE, MARGIN, BAR = 8.4, 20, 14, 20, 34
COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "35": "#d2a8ff", "36": "#76e3ea"}
INK, FAINT, PAPER, EDGE, PROMPT = "#e6edf3", "#8b949e", "#161b22", "#30363d", "#7ee787"
WORDS = re.compile(r"\S+(?: \S+)*")  # SVG may keep one blank of several
SEQUENCE = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])")


def pieces(line: str) -> list[tuple[str, str, bool]]:
    """The text of a line with its colour and weight."""
    found, colour, bold, at = [], INK, False, 0
    for sequence in SEQUENCE.finditer(line):
        found.append((line[at : sequence.start()], colour, bold))
        at = sequence.end()
        for code in sequence[1].split(";") if sequence[2] == "m" else []:
            if code in ("", "0"):
                colour, bold = INK, False
            elif code == "1":
                bold = True
            elif code == "2":
                colour = FAINT
            elif code in COLOURS:
                colour = COLOURS[code]
    found.append((line[at:], colour, bold))
    return [piece for piece in found if piece[0]]


def text(x: float, y: int, content: str, colour: str, bold: bool) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y}" textLength="{len(content) * ADVANCE:g}" fill="{colour}"{weight}>'
        f"{html.escape(content)}</text>"
    )


def wrapped(line: str, columns: int) -> list[str]:
    """A line that is too long, broken at blanks. One with sequences is left alone."""
    if len(line) <= columns or SEQUENCE.search(line):
        return [line]
    return textwrap.wrap(line, columns, break_long_words=False, break_on_hyphens=False)


def main() -> None:
    columns = int(sys.argv[1])
    session = sys.stdin.read().rstrip("\n").split("\n")
    lines = [part for line in session for part in wrapped(line, columns)]
    drawn, y = [], BAR + MARGIN
    for i, line in enumerate(lines):
        is_command = line.startswith("$ ")
        if is_command and i > 0:
            y += LINE // 2
        x = float(MARGIN)
        parts = [("$ ", PROMPT, True), (line[2:], INK, True)] if is_command else pieces(line)
        for content, colour, bold in parts:
            for words in WORDS.finditer(content):
                drawn.append(text(x + words.start() * ADVANCE, y, words[0], colour, bold))
            x += len(content) * ADVANCE
        y += LINE
    width, height = columns * ADVANCE + 2 * MARGIN, y + MARGIN - LINE // 2
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" width="{width:g}" height="{height}" '
        f'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="{SIZE}">'
    )
    print(f'<rect width="100%" height="100%" rx="8" fill="{PAPER}" stroke="{EDGE}"/>')
    for i, colour in enumerate(("#ff5f56", "#ffbd2e", "#27c93f")):
        print(f'<circle cx="{MARGIN + 20 * i + 2}" cy="20" r="6" fill="{colour}"/>')
    print("\n".join(drawn))
    print("</svg>")


main()
