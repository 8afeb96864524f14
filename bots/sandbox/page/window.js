// One chat: its messages, its input line and the list of commands above it.

import { el, post, toast } from "./dom.js";

export class ChatWindow {
  #messages = new Map();
  #list = el("div", { class: "messages", role: "log", tabindex: "0" });
  #input;
  #offers = el("ul", { class: "offers", hidden: true });
  #asked = 0;
  #lastArrival = 0;

  constructor(chat, index, platform) {
    this.chat = chat;
    this.index = index;
    this.platform = platform;
    this.#input = el("input", {
      type: "text", autocomplete: "off", enterkeyhint: "send", placeholder: platform.placeholder(chat),
      "aria-label": `Message to ${chat.title}`, oninput: () => this.#suggest(), onblur: () => setTimeout(() => this.#offer([]), 150),
      onfocus: () => this.#suggest(), onkeydown: (event) => this.#key(event),
    });
    const form = el(
      "form",
      { class: "line", onsubmit: (event) => { event.preventDefault(); this.#send(); } },
      this.#offers, this.#input, el("button", { "aria-label": "Send", class: "send" }, "➤"),
    );
    this.element = el("section", { class: `window ${platform.name}`, id: `chat-${index}`, "aria-label": chat.title },
      platform.header(chat), this.#list, form);
  }

  /** The reader's line. */
  said(text, time) {
    this.#list.append(this.platform.said(text, time, this.chat));
    this.#list.scrollTo(0, this.#list.scrollHeight);
    this.#lastArrival = 0;
  }

  /** A call that was accepted. */
  apply(entry, at, time) {
    for (const [id, payload] of this.platform.changes(entry, (id) => this.#messages.get(id)?.payload)) {
      const before = this.#messages.get(id);
      const shown = before?.time ?? time;
      const element = this.platform.message(id, payload, {
        chat: this.chat, time: shown,
        say: (text) => this.say(text),
        press: (message, action, button) => this.#press(message, action, button),
      });
      this.#messages.set(id, { payload, element, time: shown });
      if (before) before.element.replaceWith(element);
      else this.#arrive(element, at);
    }
  }

  /** A call that did not get through. */
  trouble(text) {
    const follows = this.#atEnd();
    this.#list.append(el("p", { class: "trouble" }, text));
    if (follows) this.#list.scrollTo(0, this.#list.scrollHeight);
  }

  say(text) {
    return post("/say", { chat: this.index, text });
  }

  #atEnd() {
    return this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 80;
  }

  /** A new message: the first of several is brought to the top, so that a long digest is read from its beginning. */
  #arrive(element, at) {
    this.#list.append(element);
    const first = at - this.#lastArrival > 4000;
    this.#lastArrival = at;
    if (!first) return;
    const show = () => this.#list.scrollTo(0, element.offsetTop - 12);
    show();
    for (const picture of element.querySelectorAll("img")) picture.addEventListener("load", show, { once: true });
  }

  #send() {
    const text = this.#input.value.trim();
    if (!text) return;
    this.#input.value = "";
    this.#offer([]);
    this.say(text);
  }

  async #press(message, action, button) {
    button.disabled = true;
    const answer = await post("/press", { chat: this.index, message, action });
    button.disabled = false;
    toast(answer?.notice);
  }

  async #suggest() {
    const text = this.#input.value;
    const turn = ++this.#asked;
    const offers = text.startsWith("/") ? await post("/suggest", { chat: this.index, text }) : [];
    // A slower, earlier answer must not replace a later one.
    if (turn === this.#asked) this.#offer(offers ?? []);
  }

  #offer(offers) {
    this.#asked++;
    this.#offers.hidden = offers.length === 0;
    this.#offers.replaceChildren(
      ...offers.slice(0, 10).map((offer) => {
        const pick = (event) => { event.preventDefault(); this.#pick(offer.line); };
        return el("li", { onmousedown: pick, "data-line": offer.line }, el("b", {}, offer.label), el("span", {}, offer.detail));
      }),
    );
  }

  #pick(line) {
    this.#input.value = line;
    this.#input.focus();
    this.#suggest();
  }

  #key(event) {
    const marked = this.#offers.querySelector(".marked");
    const all = [...this.#offers.children];
    if (event.key === "Escape") this.#offer([]);
    if (event.key === "Tab" && all.length) {
      event.preventDefault();
      this.#pick((marked ?? all[0]).dataset.line);
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = all[(all.indexOf(marked) + step + all.length) % all.length];
      marked?.classList.remove("marked");
      next.classList.add("marked");
    }
    if (event.key === "Enter" && marked) {
      event.preventDefault();
      this.#pick(marked.dataset.line);
    }
  }
}
