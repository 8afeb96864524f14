// Discord's own Markdown, as its apps draw it.

import { el, link, spoiler } from "./dom.js";

// What stands between two marks: anything but the mark, and anything behind a backslash.
const within = (mark) => `((?:\\\\[\\s\\S]|(?!${mark})[\\s\\S])+)`;
const rule = (pattern) => new RegExp(pattern, "y");

const RULES = [
  [rule("\\\\([^0-9A-Za-z\\s])"), (m) => m[1]],
  [rule("(`+)([\\s\\S]*?[^`])\\1(?!`)"), (m) => el("code", {}, m[2])],
  [
    rule("\\[((?:\\\\.|\\[[^\\]]*\\]|[^\\[\\]\\\\])+)\\]\\(<?(https?://[^\\s()<>]+(?:\\([^\\s()]*\\)[^\\s()<>]*)*)>?\\)"),
    (m) => link(m[2], inline(m[1])),
  ],
  [rule("<(https?://[^\\s>]+)>"), (m) => link(m[1], m[1])],
  [rule("https?://[^\\s<]+[^\\s<.,:;\"'!?)\\]。，；：！？）】》]"), (m) => link(m[0], m[0])],
  [rule(`\\*\\*\\*${within("\\*\\*\\*")}\\*\\*\\*`), (m) => el("strong", {}, el("em", {}, inline(m[1])))],
  [rule(`\\*\\*${within("\\*\\*")}\\*\\*(?!\\*)`), (m) => el("strong", {}, inline(m[1]))],
  [rule(`__${within("__")}__(?!_)`), (m) => el("u", {}, inline(m[1]))],
  [rule(`\\*(?![\\s*])${within("\\*")}\\*`), (m) => el("em", {}, inline(m[1]))],
  [rule(`_(?![\\s_])${within("_")}_(?![0-9A-Za-z_])`), (m) => el("em", {}, inline(m[1]))],
  [rule(`~~${within("~~")}~~`), (m) => el("s", {}, inline(m[1]))],
  [rule(`\\|\\|${within("\\|\\|")}\\|\\|`), (m) => spoiler(inline(m[1]))],
  [rule("<t:(-?\\d{1,13})(?::[tTdDfFR])?>"), (m) => el("span", { class: "stamp" }, new Date(m[1] * 1000).toLocaleString())],
  [rule("<[@#][!&]?\\d+>"), (m) => el("span", { class: "mention" }, "@someone")],
];

/** The nodes of a text without blocks. */
export function inline(text) {
  const nodes = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const found = first(text, at, nodes.length > 0 || plain !== "" ? text[at - 1] : "");
    if (found) {
      if (plain) nodes.push(plain);
      plain = "";
      nodes.push(found.node);
      at += found.length;
    } else {
      plain += text[at++];
    }
  }
  if (plain) nodes.push(plain);
  return nodes;
}

function first(text, at, before) {
  // Most characters begin nothing.
  if (!/[\\`\[<h*_~|]/.test(text[at])) return null;
  // An underscore in the middle of a word is only that.
  if (text[at] === "_" && text[at + 1] !== "_" && /[0-9A-Za-z]/.test(before)) return null;
  for (const [pattern, make] of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { node: make(match), length: match[0].length };
  }
  return null;
}

/** The nodes of a text with headings, lists, quotes and code. */
export function markdown(text) {
  const nodes = [];
  const lines = text.split("\n");
  let plain = [];
  const flush = () => {
    if (plain.length) nodes.push(el("div", { class: "lines" }, inline(plain.join("\n"))));
    plain = [];
  };
  while (lines.length) {
    const line = lines.shift();
    let match;
    if ((match = /^```(\w*)\s*$/.exec(line)) && lines.some((later) => later.includes("```"))) {
      flush();
      const code = [];
      while (lines.length && !lines[0].includes("```")) code.push(lines.shift());
      const last = lines.shift().split("```");
      if (last[0]) code.push(last[0]);
      if (last[1]) lines.unshift(last[1]);
      nodes.push(el("pre", {}, el("code", {}, code.join("\n"))));
    } else if ((match = /^(#{1,3}) +(.+)$/.exec(line))) {
      flush();
      nodes.push(el(`h${match[1].length + 2}`, { class: `head head-${match[1].length}` }, inline(match[2])));
    } else if ((match = /^-# +(.+)$/.exec(line))) {
      flush();
      nodes.push(el("small", { class: "subtext" }, inline(match[1])));
    } else if (/^>>> /.test(line)) {
      flush();
      nodes.push(el("blockquote", {}, markdown([line.slice(4), ...lines.splice(0)].join("\n"))));
    } else if (/^> /.test(line)) {
      flush();
      const quoted = [line.slice(2)];
      while (lines.length && /^> ?/.test(lines[0])) quoted.push(lines.shift().replace(/^> ?/, ""));
      nodes.push(el("blockquote", {}, markdown(quoted.join("\n"))));
    } else if ((match = item(line))) {
      flush();
      const items = [match];
      while (lines.length && (match = item(lines[0]))) {
        items.push(match);
        lines.shift();
      }
      nodes.push(list(items));
    } else {
      plain.push(line);
    }
  }
  flush();
  return nodes;
}

function item(line) {
  const match = /^( *)([-*]|\d+\.) +(.*)$/.exec(line);
  return match && { depth: Math.floor(match[1].length / 2), mark: match[2], text: match[3] };
}

function list(items) {
  return el(
    "div",
    { class: "list" },
    items.map(({ depth, mark, text }) => {
      const bullet = /\d/.test(mark) ? mark : depth % 2 ? "◦" : "•";
      const row = el("div", { class: "item" }, el("span", { class: "bullet" }, bullet), el("span", {}, inline(text)));
      row.style.marginInlineStart = `${Math.min(depth, 5) * 1.1}em`;
      return row;
    }),
  );
}
