// Discord's chats: messages from the REST API's own payloads.

import { count, el, link } from "./dom.js";
import { inline, markdown } from "./markdown.js";

export const name = "discord";

/** What stands above the messages. */
export function header(chat) {
  return el(
    "header",
    { class: "dc-head" },
    chat.private
      ? el("img", { class: "dc-small", src: "/icon.svg", alt: "" })
      : el("span", { class: "dc-hash", "aria-hidden": "true" }, "#"),
    el("h2", {}, chat.title),
    el("p", {}, chat.note),
  );
}

export const placeholder = (chat) => `Message ${chat.private ? "@" : "#"}${chat.title}`;

/** What the reader has typed: a slash command is shown above the bot's answer, anything else as a message. */
export function said(text, time, chat) {
  if (text.startsWith("/")) {
    return el("div", { class: "dc-used" }, face(chat, "dc-tiny"), el("b", {}, chat.reader), " used ", el("code", {}, text));
  }
  return el("div", { class: "dc-row" }, face(chat, "dc-face"), el("div", {}, who(chat.reader, time, false), el("div", { class: "dc-text" }, markdown(text))));
}

function face(chat, kind) {
  return el("span", { class: `${kind} letter`, "aria-hidden": "true" }, [...chat.reader][0]);
}

function who(person, time, bot) {
  return el("div", { class: "dc-who" }, el("b", {}, person), bot && el("span", { class: "dc-app" }, "✓ APP"), el("time", {}, `Today at ${time}`));
}

/** How a call changes the channel's messages: pairs of id and what the message becomes. */
export function changes(entry, known) {
  const id = String(entry.outcome.accepted);
  if (entry.method.startsWith("delete")) return [[id, { ...known(id), deleted: true }]];
  const { type, data } = entry.payload;
  const body = entry.method === "interactionResponse" ? { ...data, files: entry.payload.files } : entry.payload;
  const before = known(id);
  const edit = before && (entry.method.startsWith("edit") || type === 7);
  if (!edit) return [[id, { ...body, files: body.files ?? [] }]];
  // Who lists attachments keeps no other ones.
  const kept = body.attachments ? [] : before.files;
  return [[id, { ...before, ...body, files: [...kept, ...(body.files ?? [])], edited: entry.method === "editMessage" }]];
}

/** Draws a message. */
export function message(id, payload, { time, press }) {
  const embeds = payload.embeds ?? [];
  const shown = JSON.stringify([embeds, payload.components ?? []]);
  const loose = (payload.files ?? []).filter((file) => !shown.includes(`attachment://${file.name}`));
  const at = { id, press };
  return el(
    "div",
    { class: `dc-row${payload.deleted ? " deleted" : ""}`, "data-message": id },
    el("img", { class: "dc-face", src: "/icon.svg", alt: "" }),
    el(
      "div",
      { class: "dc-body" },
      who("Paperboy", time, true),
      payload.content && el("div", { class: "dc-text" }, markdown(payload.content), payload.edited && el("small", {}, " (edited)")),
      loose.map((file) => picture(at, `attachment://${file.name}`, "dc-picture")),
      embeds.map((one) => embed(one, at)),
      (payload.components ?? []).map((one) => component(one, at)),
      ((payload.flags ?? 0) & 64) !== 0 && el("p", { class: "dc-only" }, "👁 Only you can see this"),
      el("p", { class: "count" }, measure(payload)),
    ),
  );
}

function measure({ content, embeds, flags, components }) {
  const parts = [];
  if ((flags ?? 0) & 32768) parts.push(`${texts(components).reduce((sum, text) => sum + count(text), 0)}/4000`);
  if (content) parts.push(`${count(content)}/2000`);
  if (embeds?.length) parts.push(`${embeds.reduce((sum, one) => sum + size(one), 0)}/6000 in ${embeds.length} embed${embeds.length > 1 ? "s" : ""}`);
  return parts.join(" · ");
}

function size({ title, description, footer, author, fields }) {
  const all = [title, description, footer?.text, author?.name, ...(fields ?? []).flatMap((field) => [field.name, field.value])];
  return all.reduce((sum, text) => sum + count(text), 0);
}

const texts = (components) => (components ?? []).flatMap((one) => [...(one.content ? [one.content] : []), ...texts(one.components)]);

function embed(one, at) {
  const box = el(
    "article",
    { class: "dc-embed" },
    one.author && el("div", { class: "dc-author" }, one.author.url ? link(one.author.url, one.author.name) : one.author.name),
    one.title && el("h3", {}, one.url ? link(one.url, inline(one.title)) : inline(one.title)),
    one.description && el("div", { class: "dc-text" }, markdown(one.description)),
    one.fields?.length && el("div", { class: "dc-fields" }, one.fields.map(field)),
    one.image && picture(at, one.image.url, "dc-picture"),
    one.footer && el("footer", {}, one.footer.text),
  );
  // The bar's colour is the payload's, a number.
  if (Number.isInteger(one.color)) box.style.borderInlineStartColor = `#${one.color.toString(16).padStart(6, "0")}`;
  return box;
}

function field({ name, value, inline: narrow }) {
  return el("div", { class: narrow ? "narrow" : "" }, el("h4", {}, inline(name)), el("div", { class: "dc-text" }, markdown(value)));
}

function picture(at, address, kind) {
  const name = /^attachment:\/\/(.+)$/.exec(address)?.[1];
  // Pictures from elsewhere are not fetched: the page speaks to this machine alone.
  if (!name) return el("p", { class: "dc-only" }, link(address, address));
  return el("img", { class: kind, src: `/picture/discord/${at.id}/${encodeURIComponent(name)}`, alt: "The picture of the digest" });
}

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger" };

function component(one, at) {
  const inside = () => (one.components ?? []).map((child) => component(child, at));
  switch (one.type) {
    case 1:
      return el("div", { class: "dc-buttons" }, inside());
    case 2: {
      const label = [one.emoji?.name && `${one.emoji.name} `, one.label];
      if (one.style === 5) return link(one.url, el("span", { class: "dc-button secondary" }, label, " ↗"));
      const use = (event) => at.press(at.id, one.custom_id, event.currentTarget);
      return el("button", { class: `dc-button ${STYLES[one.style] ?? "secondary"}`, disabled: one.disabled, onclick: use }, label);
    }
    case 3:
      return el("select", { class: "dc-select", disabled: true }, el("option", {}, one.placeholder ?? "Make a selection"));
    case 9:
      return el("div", { class: "dc-section" }, el("div", {}, inside()), one.accessory && component(one.accessory, at));
    case 10:
      return el("div", { class: "dc-text" }, markdown(one.content));
    case 11:
      return picture(at, one.media.url, "dc-thumbnail");
    case 12:
      return el("div", {}, one.items.map((item) => picture(at, item.media.url, "dc-picture")));
    case 14:
      return el("hr", { class: one.divider === false ? "gap" : "" });
    case 17: {
      const box = el("article", { class: "dc-embed dc-container" }, inside());
      if (Number.isInteger(one.accent_color)) box.style.borderInlineStartColor = `#${one.accent_color.toString(16).padStart(6, "0")}`;
      return box;
    }
    default:
      return null;
  }
}
