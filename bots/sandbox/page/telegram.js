// Telegram's chats: messages from the Bot API's own payloads.

import { count, el, link, spoiler } from "./dom.js";

export const name = "telegram";

/** What stands above the messages. */
export function header(chat) {
  return el(
    "header",
    { class: "tg-head" },
    el("span", { class: "tg-back", "aria-hidden": "true" }, "‹"),
    avatar(chat),
    el("div", {}, el("h2", {}, chat.title), el("p", {}, chat.note)),
    el("span", { class: "tg-dots", "aria-hidden": "true" }, "⋮"),
  );
}

function avatar(chat) {
  if (chat.private) return el("img", { class: "avatar", src: "/icon.svg", alt: "" });
  return el("span", { class: "avatar letter", "aria-hidden": "true" }, [...chat.title][0]);
}

export const placeholder = () => "Message";

/** A line that the reader has typed. */
export function said(text, time) {
  const meta = el("span", { class: "tg-meta" }, time, el("span", { class: "tg-ticks" }, "✓✓"));
  return el("div", { class: "tg-row out" }, el("div", { class: "tg-bubble" }, el("div", { class: "tg-text" }, text, meta)));
}

/** How a call changes the chat's messages: pairs of id and what the message becomes. */
export function changes(entry, known) {
  const { method, payload } = entry;
  const ids = payload.message_ids ?? [payload.message_id ?? entry.outcome.accepted];
  return ids.map(String).map((id) => {
    if (method.startsWith("delete")) return [id, { ...known(id), deleted: true }];
    if (!method.startsWith("edit")) return [id, payload];
    // An edit takes buttons and words away that it does not have; only a new picture replaces the old one.
    const { photo, document } = known(id) ?? {};
    if (!payload.media) return [id, { photo, document, ...payload, edited: true }];
    const { media, ...words } = payload.media;
    return [id, { ...words, photo: media, reply_markup: payload.reply_markup, edited: true }];
  });
}

/** Draws a message. */
export function message(id, payload, { chat, time, press, say }) {
  const caption = payload.photo !== undefined || payload.document !== undefined;
  const text = caption ? payload.caption : payload.text;
  const entities = (caption ? payload.caption_entities : payload.entities) ?? [];
  const meta = el("span", { class: "tg-meta" }, payload.edited && "edited ", time);
  const bubble = el(
    "div",
    { class: `tg-bubble${payload.photo ? " has-photo" : ""}${text ? "" : " bare"}` },
    !chat.private && !payload.photo && el("div", { class: "tg-name" }, "Paperboy"),
    payload.photo && photo(payload.photo),
    payload.document && el("div", { class: "tg-file" }, payload.document.file_name ?? "file"),
    payload.rich_message && el("div", { class: "tg-text" }, "(rich message)"),
    el("div", { class: "tg-text" }, formatted(text ?? "", entities, say), meta),
  );
  const keyboard = payload.reply_markup?.inline_keyboard;
  return el(
    "div",
    { class: `tg-row in${payload.deleted ? " deleted" : ""}`, "data-message": id },
    !chat.private && el("img", { class: "tg-face", src: "/icon.svg", alt: "" }),
    el(
      "div",
      { class: "tg-column" },
      bubble,
      keyboard && el("div", { class: "tg-keys" }, keyboard.map((row) => el("div", {}, row.map((one) => key(one, id, press))))),
      text !== undefined && el("p", { class: "count" }, measure(text, entities, caption)),
    ),
  );
}

function photo(photo) {
  const file = typeof photo === "string" ? photo : photo.file_id;
  const size = typeof photo === "string" ? {} : { width: photo.width, height: photo.height };
  return el("img", { class: "tg-photo", src: `/picture/telegram/${encodeURIComponent(file)}`, alt: "The picture of the digest", ...size });
}

function key(button, id, press) {
  if (button.url) return link(button.url, button.text, el("sup", {}, "↗"));
  return el("button", { onclick: (event) => press(id, button.callback_data, event.currentTarget) }, button.text);
}

function measure(text, entities, caption) {
  const styles = entities.length ? ` · ${entities.length}/100 entities` : "";
  return `${count(text)}/${caption ? 1024 : 4096}${styles}`;
}

const WRAP = {
  bold: (children) => el("strong", {}, children),
  italic: (children) => el("em", {}, children),
  underline: (children) => el("u", {}, children),
  strikethrough: (children) => el("s", {}, children),
  spoiler: (children) => spoiler(children),
  code: (children) => el("code", {}, children),
  pre: (children, entity) => el("pre", {}, entity.language && el("b", {}, entity.language), el("code", {}, children)),
  text_link: (children, entity) => link(entity.url, children),
  url: (children, entity, text) => link(text, children),
  blockquote: (children) => el("blockquote", {}, children),
  expandable_blockquote: (children) =>
    el("blockquote", { class: "folded", onclick: (event) => event.currentTarget.classList.toggle("folded") }, children),
};

/** Nodes for a text with entities, whose offsets count UTF-16 units like JavaScript's own strings. */
export function formatted(text, entities, say) {
  const order = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return span(text, 0, text.length, order, say);
}

function span(text, from, to, entities, say) {
  const nodes = [];
  let at = from;
  let rest = entities;
  while (rest.length) {
    const [entity, ...later] = rest;
    const begin = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    nodes.push(...plain(text.slice(at, begin), say));
    const inside = later.filter((other) => other.offset < end);
    const within = span(text, begin, end, inside, entity.type === "text_link" ? null : say);
    nodes.push((WRAP[entity.type] ?? ((children) => el("span", {}, children)))(within, entity, text.slice(begin, end)));
    at = end;
    // A block ends its line by itself.
    if (["pre", "blockquote", "expandable_blockquote"].includes(entity.type) && text[at] === "\n" && at < to) at += 1;
    // What reaches beyond this one goes on behind it.
    rest = later
      .filter((other) => other.offset + other.length > at)
      .map((other) => (other.offset < at ? { ...other, offset: at, length: other.offset + other.length - at } : other));
  }
  nodes.push(...plain(text.slice(at, to), say));
  return nodes;
}

/** What the apps find in plain text by themselves: addresses and commands. */
function plain(text, say) {
  if (!say) return text ? [text] : [];
  return text.split(/(https?:\/\/[^\s，。；：！？）】》]+|(?<![\w/])\/[a-z_]{2,32}(?![\w/]))/).map((part, index) => {
    if (index % 2 === 0) return part;
    if (part.startsWith("/")) return el("button", { class: "tg-command", onclick: () => say(part) }, part);
    return link(part, part);
  });
}
