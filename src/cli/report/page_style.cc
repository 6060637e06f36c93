// SPDX-License-Identifier: Apache-2.0
#include "cli/report/page_style.h"

#include <string_view>

#include "base/text/message.h"
#include "transfer/manifest/sha256.h"

namespace checkpointfs::cli {
namespace {

// RFC 4648, with padding.
std::string base64(const transfer::Sha256Sum& bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t bits = 0;
    for (size_t j = 0; j < 3; ++j) bits = bits << 8 | (i + j < bytes.size() ? bytes[i + j] : 0U);
    for (size_t j = 0; j < 4; ++j) text += i + j > bytes.size() ? '=' : kDigits[bits >> (6 * (3 - j)) & 63];
  }
  return text;
}

std::string source_of(std::string_view text) {
  transfer::Sha256 sum;
  sum.update(text);
  return base::format("'sha256-{}'", base64(sum.sum()));
}

}  // namespace

const char kPageStyle[] = R"css(
:root { color-scheme: light dark; --paper: #fff; --card: #f5f6f8; --ink: #1c2024; --faint: #60646c; --line: #dfe2e7;
  --link: #1f5a99; --exclusive: #2f6fb3; --shared: #8fb8de; --other: #d08a2e; --bad: #b3261e; --bad-soft: #fbe9e7;
  --good: #1b7340; --good-soft: #e4f4ea; --note: #6b5900; --note-soft: #f6efcf; }
@media (prefers-color-scheme: dark) { :root { --paper: #15171a; --card: #1d2024; --ink: #e6e8ea; --faint: #9ba1a8;
  --line: #31353b; --link: #8ab8ea; --exclusive: #6aa5e0; --shared: #35587c; --other: #d99a45; --bad: #f2897f;
  --bad-soft: #43211f; --good: #7bd19b; --good-soft: #1b3526; --note: #e3cf7a; --note-soft: #3a3418; } }
* { box-sizing: border-box; }
body { background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; margin: 0 auto;
  max-width: 74rem; padding: 2.2rem 1.5rem; }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .2em; }
a:hover { color: var(--link); text-decoration-color: currentColor; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; } h1 .path { font-size: 1em; }
h2 { font-size: 1.15rem; margin: 2.6rem 0 .6rem; } h3 { font-size: .9rem; margin: 1.4rem 0 .3rem; }
p { margin: .3rem 0; } .faint, .eyebrow, .legend { color: var(--faint); } .eyebrow { margin: 0; }
.path, code { font-family: ui-monospace, monospace; font-size: .87em; } .whole { overflow-wrap: anywhere; }
.label { font-weight: 600; } .hint { color: var(--faint); font-size: .87em; font-style: italic; } .fine { color: var(--good); }
.tiles { display: grid; gap: .7rem; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); margin-top: 1.3rem; }
.tile { background: var(--card); border-radius: .5rem; color: var(--faint); padding: .6rem .9rem; text-decoration: none; }
.tile b { color: var(--ink); display: block; font-size: 1.35rem; font-weight: 600; line-height: 1.3; }
.tile.bad { background: var(--bad-soft); } .tile.bad, .tile.bad b { color: var(--bad); }
.tile.good { background: var(--good-soft); } .tile.good, .tile.good b { color: var(--good); }
.silence { background: var(--note-soft); border-radius: .5rem; color: var(--note); margin-top: .9rem; padding: .5rem .9rem; }
.chip { border-radius: 1em; font-size: .82em; padding: .1em .65em; white-space: nowrap; }
.chip.good { background: var(--good-soft); color: var(--good); } .chip.bad { background: var(--bad-soft); color: var(--bad); }
.chip.note { background: var(--note-soft); color: var(--note); }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .42rem 1rem .42rem 0; text-align: left; vertical-align: baseline; }
th:last-child, td:last-child { padding-right: 0; } tbody tr:last-child td { border-bottom: 0; }
th { color: var(--faint); font-size: .87em; font-weight: 500; white-space: nowrap; } time { white-space: nowrap; }
th.number, td.number { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
#broken table { border-left: 3px solid var(--bad); } #broken th:first-child, #broken td:first-child { padding-left: .9rem; }
td.reason, td.types { color: var(--faint); font-size: .9em; overflow-wrap: anywhere; }
th button { all: unset; cursor: pointer; } th button:focus-visible { outline: 2px solid var(--link); }
th button::after { content: "\2195"; margin-left: .3em; opacity: .45; }
th[aria-sort=ascending] button::after { content: "\2191"; opacity: 1; }
th[aria-sort=descending] button::after { content: "\2193"; opacity: 1; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: 0 1rem; }
details[open] { padding-bottom: 1rem; } details:target { border-color: var(--link); }
summary { cursor: pointer; margin: 0 -1rem; padding: .55rem 1rem; } summary .chip { margin-left: .5em; }
svg rect, i { print-color-adjust: exact; }
rect.exclusive { fill: var(--exclusive); } rect.shared { fill: var(--shared); } rect.other { fill: var(--other); }
rect.band { fill: var(--bad); opacity: .3; } rect.band ~ rect { opacity: .5; }
.legend { font-size: .87em; } .legend span { white-space: nowrap; }
i { border-radius: 2px; display: inline-block; height: .75em; margin: 0 .4em 0 .9em; width: .75em; }
i.exclusive { background: var(--exclusive); } i.shared { background: var(--shared); } i.other { background: var(--other); }
i.band { background: var(--bad); opacity: .3; }
.spark { display: inline-block; height: 1.3rem; vertical-align: middle; } .spark.few { width: 1.6rem; } .spark.some { width: 4rem; }
.spark.many { width: 7rem; }
.chart { display: grid; grid-template-columns: auto 1fr; margin: 1rem 0; max-width: 26rem; } .chart.some { max-width: 44rem; }
.chart.many { max-width: none; } .scale, .times { color: var(--faint); font-size: .78rem; line-height: 1; }
.scale { display: flex; flex-direction: column; height: 10rem; justify-content: space-between; margin: -.39rem .6rem -.39rem 0;
  height: calc(10rem + .78rem); text-align: right; white-space: nowrap; }
.plot { display: block; height: 10rem; overflow: visible; width: 100%; }
.grid { stroke: var(--line); vector-effect: non-scaling-stroke; }
.times { display: grid; gap: .5rem; grid-auto-columns: 1fr; grid-auto-flow: column; grid-column: 2; line-height: 1.35;
  padding-top: .4rem; text-align: center; overflow-wrap: anywhere; }
.times.ends { display: flex; justify-content: space-between; } .times .bad { color: var(--bad); }
.scroll { overflow-x: auto; padding: .4rem 0; } .graph text { fill: var(--ink); font: 12px ui-monospace, monospace; }
.graph text.need { fill: var(--faint); font: 12px system-ui, sans-serif; } .graph .box { fill: var(--card); stroke: var(--line); }
.graph .gone .box { fill: none; stroke: var(--faint); stroke-dasharray: 4 3; } .graph .gone text { fill: var(--faint); }
path.need { fill: none; stroke: var(--other); stroke-width: 1.5; } marker path { fill: var(--other); }
path.lead { stroke: var(--line); stroke-dasharray: 1 4; stroke-linecap: round; stroke-width: 1.5; }
footer { border-top: 1px solid var(--line); color: var(--faint); font-size: .87em; margin-top: 3rem; padding-top: .8rem; }
@media (max-width: 640px) { body { padding: 1.2rem 1rem; } thead { display: none; } table, tbody { display: block; }
  .tiles { grid-template-columns: 1fr 1fr; } h1 { font-size: 1.25rem; }
  tr { border-bottom: 1px solid var(--line); display: grid; gap: .1rem .8rem; grid-template-columns: 1fr 1fr; padding: .7rem 0; }
  td { border: 0; font-size: .93em; overflow-wrap: anywhere; padding: 0; } td:first-child { font-size: 1em; } td.number { text-align: left; } td:first-child, td.reason, td.types { grid-column: 1 / -1; }
  td::before { color: var(--faint); content: attr(data-label); display: inline-block; font-family: system-ui, sans-serif;
  font-size: .8rem; margin-right: .5em; min-width: 3.4em; } td:first-child::before { content: none; }
  #broken tr { padding-left: .9rem; } #broken td:first-child { padding-left: 0; }
  td:empty { display: none; } details { padding: 0 .7rem; } summary { margin: 0 -.7rem; } }
@media print { :root { --paper: #fff; --card: #f5f6f8; --ink: #000; --faint: #444; --line: #bbb; --link: #000; --exclusive: #2f6fb3;
  --shared: #8fb8de; --other: #d08a2e; --bad: #b3261e; --bad-soft: #fbe9e7; --good: #1b7340; --good-soft: #e4f4ea;
  --note: #6b5900; --note-soft: #f6efcf; } body { font-size: 10.5px; max-width: none; padding: 0; } .chip, .tile { print-color-adjust: exact; }
  tr, figure, .tile { break-inside: avoid; } h2, h3, summary, .legend { break-after: avoid; } .scroll { overflow: visible; }
  .graph { height: auto; max-width: 100%; } details:not([open]) { display: none; } th button::after { content: none; } }
)css";

const char kPageScript[] = R"js(
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.onclick = () => {
      const key = row => row.cells[column].dataset.sort ?? row.cells[column].textContent;
      const down = head.ariaSort === "ascending" || (!head.ariaSort && head.classList.contains("number"));
      const rows = [...body.rows].sort((a, b) => key(a).localeCompare(key(b), "en", { numeric: true }));
      heads.forEach(other => { other.ariaSort = null; });
      head.ariaSort = down ? "descending" : "ascending";
      body.append(...(down ? rows.reverse() : rows));
    };
  });
}
const open = () => {
  const at = document.getElementById(location.hash.slice(1));
  if (at?.tagName === "DETAILS") at.open = true;
};
addEventListener("hashchange", open);
open();
)js";

std::string page_policy() {
  return base::format("default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
                      source_of(kPageStyle), source_of(kPageScript));
}

}  // namespace checkpointfs::cli
