"""How the report looks as a page: its style sheet and the few lines of script that join a box and its text."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #f6f5f2; --card: #fff; --ink: #1d1f24; --soft: #5b6068; --line: #d9d7d0; --desk: #e9e7e1;
  --error: #b3261e; --error-soft: #fbe9e7; --warning: #8a5300; --warning-soft: #fdf1dc;
  --passed: #1b6e3c; --passed-soft: #e4f3e9; --unchecked: #33569b; --unchecked-soft: #e6edf9;
  --plain-soft: #ecebe6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181c; --card: #1f2227; --ink: #eceae5; --soft: #a6abb3; --line: #3a3e45; --desk: #101215;
    --error: #ff9a90; --error-soft: #43211f; --warning: #f4c069; --warning-soft: #3d2f16;
    --passed: #83d6a0; --passed-soft: #1d3626; --unchecked: #a4c1f7; --unchecked-soft: #22304a;
    --plain-soft: #2b2f35;
  }
}
* { box-sizing: border-box }
html { scroll-behavior: smooth; scroll-padding-top: 1rem }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 "Source Sans 3", "Source Sans Pro",
  system-ui, -apple-system, "Segoe UI", sans-serif; font-variant-numeric: tabular-nums }
main, header { max-width: 1180px; margin: 0 auto; padding: 0 1.5rem }
header { padding-top: 2.25rem }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .35rem; letter-spacing: -.01em; overflow-wrap: anywhere }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.75rem 0 .9rem; break-after: avoid }
h3 { font-size: 1.05rem; margin: 0 0 .75rem }
p { margin: 0 0 .5rem; max-width: 46rem }
a { color: inherit }
code { font: .86em ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace }
.soft { color: var(--soft) }
.verdict { display: flex; align-items: baseline; gap: .75rem; flex-wrap: wrap; margin: 1.4rem 0 1rem;
  padding: 1rem 1.25rem;
  border-radius: 10px; border-left: 6px solid currentColor; font-size: 1.05rem; max-width: none }
.verdict strong { font-size: 1.25rem }
.verdict span { color: var(--ink) }
.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .75rem; margin: 0;
  padding: 0 }
.counts div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .7rem 1rem }
.counts dt { color: var(--soft); font-size: .9rem }
.counts dd { margin: 0; font-size: 1.6rem; line-height: 1.2; font-weight: 600 }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin: 1.25rem 0 0;
  font-size: .95rem }
.facts dt { color: var(--soft) }
.facts dd { margin: 0; overflow-wrap: anywhere }
.error { color: var(--error) } .warning { color: var(--warning) } .passed { color: var(--passed) }
.unchecked { color: var(--unchecked) }
.verdict.error { background: var(--error-soft) } .verdict.warning { background: var(--warning-soft) }
.verdict.passed { background: var(--passed-soft) } .verdict.unchecked { background: var(--unchecked-soft) }
.tag { display: inline-block; white-space: nowrap; border-radius: 99px; padding: .05rem .6rem; font-size: .82rem;
  font-weight: 600; line-height: 1.5; background: var(--plain-soft); color: var(--soft) }
.tag.error { background: var(--error-soft); color: var(--error) }
.tag.warning { background: var(--warning-soft); color: var(--warning) }
.tag.passed { background: var(--passed-soft); color: var(--passed) }
.tag.unchecked { background: var(--unchecked-soft); color: var(--unchecked) }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px }
table { border-collapse: collapse; width: 100%; font-size: .93rem }
th, td { text-align: left; vertical-align: baseline; padding: .5rem .9rem; border-top: 1px solid var(--line) }
thead th { border-top: 0; color: var(--soft); font-weight: 600; font-size: .82rem; white-space: nowrap }
td:first-child { white-space: nowrap }
td p { margin: .15rem 0 0; font-size: .88rem; color: var(--soft) }
tr.muted td { color: var(--soft) }
.findings { list-style: none; margin: 0; padding: 0; display: grid; gap: .55rem }
.findings li { border: 1px solid var(--line); border-left: 4px solid currentColor; border-radius: 8px;
  padding: .55rem .8rem }
.findings li > * { color: var(--ink) }
.findings .error, .findings .warning { background: var(--card) }
.findings .head { display: flex; gap: .5rem; align-items: baseline; flex-wrap: wrap; font-size: .85rem }
.findings .head .tag.error { color: var(--error) } .findings .head .tag.warning { color: var(--warning) }
.findings .number { font-weight: 700; min-width: 1.4rem; text-align: center; border-radius: 99px; color: var(--card);
  line-height: 1.45; padding: 0 .35rem }
.error .number { background: var(--error) } .warning .number { background: var(--warning) }
.findings .said { margin: .2rem 0 0; font-weight: 600; overflow-wrap: anywhere }
.findings .hint { margin: .1rem 0 0; color: var(--soft); font-size: .93rem; overflow-wrap: anywhere }
.findings .head a { text-decoration-color: var(--line); text-underline-offset: .15em }
.findings li.on, .findings li:target { box-shadow: 0 0 0 3px currentColor }
.leaf { display: grid; grid-template-columns: minmax(0, 27rem) minmax(0, 1fr); gap: 1.5rem; align-items: start;
  background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.1rem; margin: 0 0 1.25rem }
.leaf.wide { grid-template-columns: minmax(0, 1fr) }
.leaf .sheet { position: sticky; top: 1rem } .leaf.wide .sheet { position: relative; top: 0 }
.sheet { background: var(--desk); border-radius: 8px; padding: .9rem }
.page { position: relative; margin: 0 auto; line-height: 0; width: fit-content; max-width: 100%;
  box-shadow: 0 1px 6px #0004 }
.page img { max-width: 100%; height: auto; display: block; background: #fff }
.mark { position: absolute; border: 2px solid; border-radius: 2px; outline: 1px solid #fff; cursor: pointer }
.mark.error { border-color: #c1261c; background: #c1261c26; --label: #b3261e }
.mark.warning { border-color: #b36b00; border-style: dashed; background: #e0940026; --label: #8a5300 }
.mark b { position: absolute; left: -2px; bottom: 100%; background: var(--label); color: #fff; padding: 0 .35em;
  font: 700 11px/1.5 inherit; font-family: inherit; line-height: 1.5; border-radius: 3px 3px 3px 0 }
.mark.whole { background: none } .mark.whole b { bottom: auto; top: -2px; border-radius: 0 0 3px 0 }
.mark.low:not(.whole) b { bottom: auto; top: 100%; border-radius: 0 3px 3px 3px }
.mark.on, .mark:hover, .mark:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px var(--label); z-index: 2 }
:focus-visible { outline: 3px solid var(--unchecked); outline-offset: 2px }
.thumbs { display: grid; grid-template-columns: repeat(auto-fill, minmax(88px, 1fr)); gap: .9rem; padding: 0; margin: 0;
  list-style: none }
.thumbs li { text-align: center; font-size: .82rem; color: var(--soft) }
.thumbs img { display: block; width: 100%; height: auto; background: #fff; box-shadow: 0 1px 4px #0003;
  margin-bottom: .3rem }
.thumbs .none { display: grid; place-items: center; aspect-ratio: 7 / 10; background: var(--plain-soft);
  margin-bottom: .3rem }
footer { max-width: 1180px; margin: 3rem auto 0; padding: 1rem 1.5rem 2.5rem; color: var(--soft); font-size: .9rem }
@media (max-width: 760px) { .leaf { grid-template-columns: minmax(0, 1fr) } .leaf .sheet { position: static } }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto } }
@media print {
  :root { color-scheme: light; --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --desk: #fff;
    --error: #a3201a; --warning: #7a4a00; --passed: #155c31; --unchecked: #2c4c88; --error-soft: #fff;
    --warning-soft: #fff; --passed-soft: #fff; --unchecked-soft: #fff; --plain-soft: #fff }
  @page { margin: 14mm }
  body { font-size: 10pt } main, header, footer { max-width: none; padding: 0 }
  .leaf { break-inside: avoid-page; grid-template-columns: 45% 1fr; border: 0;
  padding: 0 } .leaf .sheet { position: static }
  .findings li, .thumbs li, tr { break-inside: avoid } .page { box-shadow: none; outline: 1px solid #999 }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
}
"""

SCRIPT = """
const partners = id => document.querySelectorAll('[data-finding="' + id + '"]');
function show(id, from) {
  document.querySelectorAll('.on').forEach(e => e.classList.remove('on'));
  partners(id).forEach(e => { e.classList.add('on');
    if (e !== from && e.tagName === 'LI') e.scrollIntoView({ block: 'nearest' }); });
}
document.addEventListener('click', event => {
  const hit = event.target.closest('[data-finding]');
  if (!hit || event.target.closest('.head a')) return;
  event.preventDefault();
  show(hit.dataset.finding, hit);
});
"""
