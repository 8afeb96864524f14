// Building elements from text that is never taken for HTML.

const SAFE_LINK = /^(https?|tg|mailto|tel):/i;

/** An element with attributes and children; texts become text nodes. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A link that opens elsewhere; a text if its address is of a kind that the apps would not open either. */
export function link(address, ...children) {
  if (!SAFE_LINK.test(address)) return el("span", {}, ...children);
  return el("a", { href: address, target: "_blank", rel: "noreferrer noopener", title: address }, ...children);
}

/** A text that shows itself when it is tapped. */
export function spoiler(...children) {
  return el("span", { class: "spoiler", onclick: (event) => event.currentTarget.classList.add("shown") }, ...children);
}

/** Posts JSON to the page's own server and gives its answer. */
export async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.headers.get("content-type")?.includes("json") ? answer.json() : null;
}

/** A short line over the page. */
export function toast(text) {
  if (!text) return;
  const place = document.querySelector(".toast");
  place.textContent = text;
  place.classList.add("shown");
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => place.classList.remove("shown"), 4500);
}

/** How long a text is as the platforms count: in code points. */
export const count = (text) => [...(text ?? "")].length;
