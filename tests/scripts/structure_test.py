#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/structure refuses small trees by name, each for one flaw. Usage: structure_test.py PROGRAM [TEST...]"""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.path.abspath(sys.argv.pop(1))

# Three modules in each of three folders.
GOOD = {
    "meson.build": "subdir('src/base')\nsubdir('index/database')\n# subdir('nowhere')\nsubdir('fs')\nsubdir('tests')\n",
    "src/base/meson.build": "base = static_library('base', 'text.cc')\n",
    "src/base/text.h": "// A text.\n#include <string>\n",
    "src/base/text.cc": '#include "base/text.h"\n',
    "src/base/error.h": "",
    "src/base/path.h": '#include "base/text.h"\n',
    "index/database/meson.build": "index = static_library('index', 'sqlite.cc')\n",
    "index/database/sqlite.h": '#include "base/error.h"\n',
    "index/database/sqlite.cc": '#include "index/database/sqlite.h"\n#include <sqlite3.h>\n',
    "index/database/scan.h": '#include "index/database/sqlite.h"\n',
    "index/database/rows.h": '#include "index/database/sqlite.h"\n',
    "fs/meson.build": "fs = static_library('fs', 'view.cc')\n",
    "fs/libfuse.h": "#include <fuse_lowlevel.h>\n",
    "fs/view.h": '#include "base/path.h"\n#include "index/database/rows.h"\n',
    "fs/view.cc": '#include "fs/view.h"\n#include "fs/libfuse.h"\n',
    "fs/mount.h": '#include "view.h"\n',
    "tests/meson.build": "subdir('unit')\n",
    "tests/unit/meson.build": "",
    "tests/unit/rows_test.cc": '#include "index/database/rows.h"\n',
}


def members(number):
    return "".join(f"  void f{i}(int a, bool b = true) const;\n" for i in range(number))


class StructureTest(unittest.TestCase):
    def run_in(self, changes, *options):
        """The program, in the good tree with changes: {path: text, or None for no such file}."""
        with tempfile.TemporaryDirectory() as root:
            for path, text in {**GOOD, **changes}.items():
                if text is not None:
                    (Path(root) / path).parent.mkdir(parents=True, exist_ok=True)
                    (Path(root) / path).write_text(text, encoding="utf-8")
            return subprocess.run([PROGRAM, root, *options], capture_output=True, text=True, check=False, timeout=60)

    def assert_passes(self, changes):
        done = self.run_in(changes)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def assert_refuses(self, changes, *lines):
        """Each violation is one line, which begins with one of these."""
        done = self.run_in(changes)
        self.assertEqual(done.returncode, 1)
        found = done.stderr.splitlines()
        self.assertEqual(len(found), len(lines), done.stderr)
        for line, expected in zip(found, lines):
            self.assertEqual(line[: len(expected)], expected)

    def folder(self, changes, name):
        report = json.loads(self.run_in(changes, "--json").stdout)
        return next(folder for folder in report["folders"] if folder["folder"] == name)

    def test_good_tree_passes_with_a_table_of_80_columns(self):
        done = self.run_in({"fs/mount.h": f"class {'Long' * 30} {{\n  void f();\n}};\n"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = done.stdout.splitlines()
        self.assertEqual([line.split()[:3] for line in lines[1:4]],
                         [["a", "src/base", "3"], ["b", "index/database", "3"], ["c", "fs", "3"]])  # fmt: skip
        self.assertRegex(lines[3], r" ab +1 Long")
        self.assertLessEqual(max(map(len, lines)), 80)

    def test_figures_are_right_when_text_looks_like_code(self):
        text = """/* class NoClass {
 */
#include <string>
namespace a {

class Tree : public Base {
 public:
  explicit Tree(int a);
  ~Tree();
  Tree& operator=(const Tree&) = delete;
  friend bool is_friend(const Tree& tree);
  bool operator==(const Tree&) const;
  int one() const { return '"' + 1'000; }
  struct Row {
    int id() const;
  };
  std::function<void(int)> member_;
  int array_[2] = {f(1), 2};
};

#define OPEN \\
  {
template <typename T>
Tree::Tree(int a)
    : member_{[] {}},  // {
      array_{1, 2} {
  f(R"sql(}
}
"{{)sql", "\\"{");
}

const int kFour = f([] {
  // A comment.
  switch (1) {
    default: return 4;
  }
  return 4;
  return 4;
  return 4;
});
}  // namespace a
"""
        figures = self.folder({"fs/mount.h": text}, "fs")
        self.assertEqual(figures["longest_function"], [8, "Tree::Tree", "fs/mount.h"])
        self.assertEqual(figures["largest_class"], [2, "Tree", "fs/mount.h"])
        self.assertEqual(figures["longest_file"], [41, "fs/mount.h"])
        self.assertEqual(figures["code"], 41 - 6 + 5)
        self.assertEqual(figures["includes"], ["src/base", "index/database"])

    def test_ring_of_modules_is_refused_when_inside_a_folder(self):
        self.assert_refuses(
            {"index/database/sqlite.cc": '\n#include "index/database/scan.h"\n'},
            "index/database/scan.h:1: ring of modules: index/database/scan -> index/database/sqlite -> index/database/scan: ",
        )

    def test_ring_is_refused_when_between_folders(self):
        self.assert_refuses(
            {"src/base/text.cc": '#include "fs/view.h"\n'},
            "src/base/path.h:1: ring of modules: src/base/path -> src/base/text -> fs/view -> src/base/path: ",
            "src/base/text.cc:1: ring of folders, the shortest among 3 folders: src/base -> fs -> src/base: ",
            "src/base/text.cc:1: src/base includes fs/view.h, against the order of the subdir() calls",
        )

    def test_shortest_ring_is_named_when_there_are_longer_ones(self):
        changes = {f"fs/{name}.h": f'#include "fs/{after}.h"\n' for name, after in zip("abcd", "bcda")}
        self.assert_refuses(
            {**changes, "fs/d.cc": '#include "fs/c.h"\n', "fs/d.h": '#include "fs/a.h"\n'},
            "fs/c.h:1: ring of modules, the shortest among 4 modules: fs/c -> fs/d -> fs/c: ",
        )

    def test_include_against_the_order_is_refused(self):
        self.assert_refuses(
            {"index/database/scan.h": '// A scan.\n#include "fs/libfuse.h"\n', "fs/view.h": ""},
            "index/database/scan.h:2: index/database includes fs/libfuse.h, against the order",
        )

    def test_folder_with_sub_folders_stands_where_its_library_does(self):
        folder = {f"fs/io/{name}.h": "" for name in "abc"}
        folder["fs/io/meson.build"] = "io = static_library('io')\n"
        above, below = '#include "fs/view.h"\n', '#include "fs/io/a.h"\n'
        library = GOOD["fs/meson.build"]
        first = {**folder, "fs/meson.build": "subdir('io')\n" + library}
        last = {**folder, "fs/meson.build": library + "subdir('io')\n"}
        self.assert_passes({**first, "fs/mount.h": below})
        self.assert_passes({**last, "fs/io/b.h": above})
        self.assert_refuses({**first, "fs/io/b.h": above}, "fs/io/b.h:1: fs/io includes fs/view.h, against the order")
        self.assert_refuses({**last, "fs/mount.h": below}, "fs/mount.h:1: fs includes fs/io/a.h, against the order")
        self.assert_passes({**folder, "fs/meson.build": "subdir('io')\n", "fs/io/b.h": above})

    def test_folder_with_too_many_or_too_few_modules_is_refused(self):
        self.assert_passes({f"index/database/m{number}.h": "" for number in range(17)})
        self.assert_refuses(
            {f"index/database/m{number}.h": "" for number in range(18)},
            "index/database/meson.build:1: index/database has 21 modules, not 3 to 20: split",
        )
        self.assert_refuses(
            {"index/database/scan.h": None},
            "index/database/meson.build:1: index/database has 2 modules, not 3 to 20: merge",
        )

    def test_folder_without_a_subdir_call_is_refused(self):
        self.assert_refuses({"fs/io/a.cc": ""}, "fs/io/meson.build:1: fs/io has sources, but no subdir() call")

    def test_source_without_header_is_refused(self):
        commands = {f"src/cli/commands/{name}.cc": "" for name in ("gc", "list", "mount")}
        commands["meson.build"] = GOOD["meson.build"] + "subdir('src/cli/commands')\n"
        commands["src/cli/commands/meson.build"] = ""
        self.assert_passes({**commands, "fs/main.cc": ""})
        self.assert_refuses({"fs/view_more.cc": ""}, "fs/view_more.cc:1: has no header fs/view_more.h: ")

    def test_class_with_too_many_functions_is_refused(self):
        uncounted = (
            "  Big();\n  ~Big();\n  Big& operator=(Big&&) = default;\n  friend void f();\n  int (*call_)(int);\n"
        )
        big = "\nclass Big final {\n%s\n};\n"
        self.assert_passes({"fs/mount.h": big % (uncounted + members(25))})
        self.assert_refuses(
            {"fs/mount.h": big % members(26)}, "fs/mount.h:2: class Big has 26 member functions, more than 25: "
        )

    def test_wrapped_header_is_refused_outside_of_its_wrapper(self):
        for name in ("fuse.h", "fuse_lowlevel.h", "fuse3/fuse.h"):
            self.assert_refuses(
                {"fs/mount.h": f"#include <{name}>\n"}, f"fs/mount.h:1: includes {name}, which only fs/libfuse.h may: "
            )
        self.assert_refuses(
            {"fs/mount.h": "#include <sqlite3.h>\n"}, "fs/mount.h:1: includes sqlite3.h, which only index/database/sqlite.h and "
        )
        self.assert_passes({"fs/mount.h": "#include <linux/fuse.h>\n"})

    def test_headless_sentences_are_refused_when_they_are_2_percent(self):
        good = "// The index is read, of which\n// Who is a word. Offsets are numbers, `That` too.\n\n" * 49
        bad = "// Begins well. It goes\n// on.  Whether it ends\n// well is open.\nint a;  // of a note\n"
        self.assert_passes({"fs/mount.h": good + bad, "fs/view.h": "// More text.\n" * 10})
        self.assert_refuses(
            {"tests/unit/view_test.cc": bad}, "tests/unit/view_test.cc:2: 25.0 % of all comment sentences begin with"
        )
        self.assertEqual(
            self.run_in({"fs/mount.h": bad}, "--headless").stdout, "fs/mount.h:2: Whether it ends well is open.\n"
        )

    def test_json_has_the_violations(self):
        done = self.run_in({"fs/view_more.cc": ""}, "--json")
        self.assertEqual(done.returncode, 1)
        self.assertEqual([found["file"] for found in json.loads(done.stdout)["violations"]], ["fs/view_more.cc"])

    def test_help_names_the_options(self):
        done = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True, timeout=60)
        self.assertIn("--json", done.stdout)


if __name__ == "__main__":
    unittest.main()
