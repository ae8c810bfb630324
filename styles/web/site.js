// Search over the briefs. Nothing is fetched before somebody looks for something, and nothing is sent anywhere.
"use strict";

(function () {
  const form = document.getElementById("_search");
  if (!form) return;
  const input = document.getElementById("_query");
  const status = document.getElementById("_found");
  const list = document.getElementById("_results");
  const most = 20;
  const around = 90;
  let loading = false;

  // Letters without their accents, so that “resume” finds “résumé”. As long as the text, sign by sign.
  function plain(text) {
    return Array.from(text.toLowerCase(), function (sign) {
      const bare = sign.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
      return bare.length === sign.length ? bare : sign;
    }).join("");
  }

  function escaped(text) {
    return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  }

  // Words of the query, each at the start of a word of the text.
  function patterns(query) {
    return plain(query).split(/\s+/).filter(Boolean).map(function (word) {
      return new RegExp("(?<![\\p{L}\\p{N}])" + escaped(word), "gu");
    });
  }

  function count(text, pattern) {
    return (plain(text).match(pattern) || []).length;
  }

  function score(row, words) {
    let total = 0;
    for (const word of words) {
      const points = 12 * count(row[1], word) + 6 * count(row[2], word) + count(row[4], word);
      if (!points) return 0;
      total += points;
    }
    return total;
  }

  function excerpt(text, words) {
    const flat = plain(text);
    const marks = [];
    for (const word of words) {
      for (const match of flat.matchAll(word)) marks.push([match.index, match.index + match[0].length]);
    }
    marks.sort(function (a, b) { return a[0] - b[0]; });
    const first = marks.length ? marks[0][0] : 0;
    let start = Math.max(0, first - around);
    let end = Math.min(text.length, first + 2 * around);
    if (start) start = text.indexOf(" ", start) + 1 || start;
    if (end < text.length) end = Math.max(text.lastIndexOf(" ", end), first);
    const part = document.createElement("p");
    let at = start;
    if (start) part.append("… ");
    for (const [from, to] of marks) {
      if (from < at || to > end) continue;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(from, to);
      part.append(text.slice(at, from), mark);
      at = to;
    }
    part.append(text.slice(at, end));
    if (end < text.length) part.append(" …");
    return part;
  }

  function result(row, words) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = row[0];
    link.textContent = row[2] ? row[1] + ": " + row[2] : row[1];
    const page = document.createElement("span");
    page.className = "found-page";
    page.textContent = ", page " + row[3];
    item.append(link, page, excerpt(row[4], words));
    return item;
  }

  function show() {
    const rows = window.policybookSearch;
    if (!rows) return;
    const words = patterns(input.value);
    const found = words.length
      ? rows.map(function (row) { return [score(row, words), row]; })
          .filter(function (pair) { return pair[0]; })
          .sort(function (a, b) { return b[0] - a[0]; })
      : [];
    list.replaceChildren(...found.slice(0, most).map(function (pair) { return result(pair[1], words); }));
    if (!words.length) status.textContent = "";
    else if (!found.length) status.textContent = "Nothing found.";
    else if (found.length === 1) status.textContent = "1 place found.";
    else if (found.length <= most) status.textContent = found.length + " places found.";
    else status.textContent = found.length + " places found; here are the best " + most + ".";
  }

  function load() {
    if (loading) return;
    loading = true;
    const script = document.createElement("script");
    script.src = form.dataset.index;
    script.addEventListener("load", show);
    script.addEventListener("error", function () { status.textContent = "The search can’t be loaded."; });
    document.head.append(script);
  }

  document.getElementById("_without").hidden = true;
  form.hidden = false;
  input.addEventListener("focus", load);
  input.addEventListener("input", function () { load(); show(); });
  form.addEventListener("submit", function (event) { event.preventDefault(); load(); show(); });
})();
