// The page: makes a window for each chat and hands on what happens.

import * as controls from "./controls.js";
import * as discord from "./discord.js";
import { el } from "./dom.js";
import * as telegram from "./telegram.js";
import { ChatWindow } from "./window.js";

const PLATFORMS = { telegram, discord };

const chats = await (await fetch("/chats")).json();
const windows = chats.map((chat, index) => new ChatWindow(chat, index, PLATFORMS[chat.platform]));
const byChat = new Map(windows.map((window) => [`${window.chat.platform} ${window.chat.chat}`, window]));
const stage = document.querySelector(".stage");
stage.append(...windows.map((window) => window.element));
tabs();
controls.start();
follow();

/** On a phone one chat is shown at a time; the tabs go from one to the next. */
function tabs() {
  const all = windows.map((window) => {
    const show = () => window.element.scrollIntoView({ behavior: "smooth", inline: "start", block: "nearest" });
    const { platform, title, private: alone } = window.chat;
    const label = alone ? { telegram: "Telegram", discord: "Discord" }[platform] : `# ${title}`;
    return el("button", { class: platform, onclick: show }, label);
  });
  document.querySelector(".tabs").append(...all);
  const watch = new IntersectionObserver(
    (seen) => seen.forEach(({ target, isIntersecting }) => {
      all[windows.findIndex((window) => window.element === target)].classList.toggle("current", isIntersecting);
    }),
    { root: stage, threshold: 0.6 },
  );
  windows.forEach((window) => watch.observe(window.element));
}

function follow() {
  const events = new EventSource("/events");
  let began;
  events.addEventListener("age", ({ data }) => {
    const now = Date.now() - Number(data);
    // Another ledger: the demo was started anew.
    if (began !== undefined && Math.abs(now - began) > 2000) location.reload();
    began = now;
  });
  events.onmessage = ({ data }) => {
    const told = JSON.parse(data);
    const time = new Date(began + told.at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    if (told.kind === "said") windows[told.chat].said(told.text, time);
    else call(told, time);
  };
}

function call({ entry, at }, time) {
  const window = byChat.get(`${entry.platform} ${entry.chat}`);
  // Not the bot's doing: the reader's own app does not let the command through.
  if (entry.method === "interaction") return window?.trouble(entry.outcome.refused[1]);
  controls.tally(entry.outcome);
  if (!window) return;
  if (entry.outcome === "lost") window.trouble(`${entry.method} was lost on its way`);
  else if (entry.outcome.refused) window.trouble(`${entry.method} refused: ${entry.outcome.refused.join(" ")}`);
  else window.apply(entry, at, time);
}
