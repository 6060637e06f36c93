# SPDX-License-Identifier: Apache-2.0
"""Reads a C++ source, without a compiler: includes, functions, classes, sentences. Relies on clang-format's layout."""
import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<comment> //[^\n]* | /\*.*?\*/)
      | \b(?:u8|[uUL])?R"(?P<mark>[^\s()\\]*)\(.*?\)(?P=mark)"
      | "(?:\\.|[^"\\\n])*"
      | (?<!\w)'(?:\\.|[^'\\\n])+'""",
    re.VERBOSE | re.DOTALL,
)
COMMENT_SIGNS = re.compile(r"^\s*(//[/!<]*|/?\*+(?!\S))|\*/$")
SENTENCE_BREAK = re.compile(r"(?<=[.!?])(?=\s+[A-Z`\"'])")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]', re.MULTILINE)
DIRECTIVE = re.compile(r"^[ \t]*#(?:.*\\\n)*.*", re.MULTILINE)
LABEL = re.compile(r"\s*(public|protected|private):")
NAMESPACE = re.compile(r"\s*((inline )?namespace\b|extern _+).*{$")
CLASS = re.compile(r"(?:template )?(?:class|struct|union) (?:\[\[.*?\]\] )?([\w:]+)[^(=]*$")
OPERATOR = re.compile(r"\boperator\s*(\(\)|[^\w\s(]+)")
CALL_LIKE = re.compile(r"\b(alignas|decltype|noexcept|explicit|requires)\s*\([^()]*\)")
FUNCTION = re.compile(r"(?!using|typedef|friend|static_assert|enum)[^=(]*?([\w~:]+) ?\((?!\*)")


@dataclass
class Function:
    name: str
    line: int
    lines: int


@dataclass
class Class:
    name: str
    line: int
    functions: int = 0  # member functions; constructors, destructors, defaulted and deleted operators do not count


def head_of(declaration):
    """The declaration up to its body, without template arguments and other text that hides the name of a function."""
    head = OPERATOR.sub("operator_", declaration).split("{")[0]
    while (shorter := re.sub(r"<[^<>]*>", "", head)) != head:
        head = shorter
    return " ".join(CALL_LIKE.sub("", head).split())


class Source:
    def __init__(self, path, text):
        self.path, self.module, self.folder = path, path.rpartition(".")[0], path.rpartition("/")[0]
        self.functions, self.classes = [], []
        self.comments = []  # (line, column, text, whether it is alone in its line)
        plain = TOKEN.sub(self._take_comment, text)
        self.lines = text.count("\n")
        self.lines_of_code = sum(bool(line.strip()) for line in plain.split("\n"))
        self.includes = [(plain.count("\n", 0, match.start(1)) + 1, match[1]) for match in INCLUDE.finditer(plain)]
        code = TOKEN.sub(lambda literal: re.sub(r"\S", "_", literal[0]), plain)
        self._read_declarations(DIRECTIVE.sub(lambda directive: re.sub(r"\S", " ", directive[0]), code).split("\n"))

    def _take_comment(self, token):
        if token["comment"] is None:
            return token[0]
        line = token.string.count("\n", 0, token.start()) + 1
        before = token.string[token.string.rfind("\n", 0, token.start()) + 1 : token.start()]
        for number, part in enumerate(token[0].split("\n")):
            text = COMMENT_SIGNS.sub("", part).strip()
            self.comments.append((line + number, len(before), text, number > 0 or not before.strip()))
        return re.sub(r"\S", " ", token[0])

    def _read_declarations(self, lines):
        """A declaration ends where its braces are closed, at the latest with a `}` of its first line's indentation."""
        scopes, text, first, indent = [], "", 0, ""
        for number, line in enumerate(map(str.rstrip, lines), 1):
            if not text:
                if not line or LABEL.match(line):
                    continue
                if line.lstrip().startswith("}"):
                    del scopes[-1:]
                    continue
                if NAMESPACE.match(line):
                    scopes.append(None)
                    continue
                first, indent = number, line[: len(line) - len(line.lstrip())]
            text += line.strip() + " "
            head, opened = head_of(text), text.count("{") - text.count("}")
            closed = opened == 0 and text.count("(") == text.count(")") and line.endswith((";", "}"))
            if opened == 1 and line.endswith("{") and (match := CLASS.match(head)):
                scopes.append(Class(match[1].rpartition(":")[2], first))
                self.classes.append(scopes[-1])
            elif closed or line == indent + "}":
                if match := FUNCTION.match(head):
                    self._take_function(match[1], text, first, number, scopes[-1] if scopes else None)
            else:
                continue
            text = ""

    def _take_function(self, name, text, first, last, owner):
        if text.endswith("} "):
            self.functions.append(Function(name, first, last - first + 1))
        uncounted = name.startswith("operator") and text.endswith(("= default; ", "= delete; "))
        if owner and name not in (owner.name, "~" + owner.name) and not uncounted:
            owner.functions += 1

    def sentences(self):
        """(line, sentence) of each sentence in the comments. A text that begins with a small letter is a mere note."""
        paragraphs, continued_at = [], None
        for line, column, text, alone in self.comments:
            if (line, column, alone) != continued_at or text.startswith(("* ", "- ")):
                paragraphs.append((line, []))
            paragraphs[-1][1].append(text.removeprefix("* ").removeprefix("- "))
            continued_at = (line + 1, column, True) if text and not text.startswith("SPDX-") else None
        for line, texts in paragraphs:
            for sentence in SENTENCE_BREAK.split("\n".join(texts)):
                if re.match(r"\s*[A-Z](?!PDX-)", sentence):
                    yield line + sentence.startswith("\n"), " ".join(sentence.split())
                line += sentence.count("\n")  # noqa: PLW2901
