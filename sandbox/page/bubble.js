// Draws one message: bubble, photo, document, text, time and the keyboard under it.

import { element } from "./element.js";
import { clock, size } from "./format.js";
import { safeAddress } from "./links.js";
import { markup } from "./markup.js";

const STYLES = new Set(["primary", "success", "danger"]);

/** Fills a message node from its view; a photo that stays the same is kept, so an edit does not flicker. */
export function drawMessage(node, view) {
  const photo = view.photo && (keptPhoto(node, view.photo) ?? drawPhoto(view.photo));
  const focused = focusedKey(node);
  node.classList.toggle("mine", view.mine);
  node.classList.toggle("theirs", !view.mine);
  const text = view.html || view.text;
  const bubble = element("div", { class: text ? "bubble" : "bubble bare", dir: "auto" },
    element("span", { class: "unseen" }, view.mine ? "Người dùng: " : "Loa: "),
    photo,
    view.document && drawDocument(view.document),
    text && element("div", { class: "text" }, view.html ? markup(view.html) : view.text, drawTime(view)),
    !text && drawTime(view));
  node.replaceChildren(element("div", { class: "body" }, bubble, view.keyboard?.length && drawKeyboard(view.keyboard)));
  if (focused) refocus(node, focused);
}

/** Marks one button as waiting for the bot's answer, or (data null) none of the message. */
export function markPressed(node, data) {
  for (const key of node.querySelectorAll("button.key")) {
    const waiting = data !== null && key.dataset.data === data;
    key.classList.toggle("pressed", waiting);
    key.setAttribute("aria-busy", String(waiting));
  }
}

function drawTime(view) {
  return element("span", { class: "meta" },
    view.edited && element("span", {}, "đã sửa "),
    element("time", { datetime: new Date(view.date * 1000).toISOString() }, clock(view.date)));
}

function drawPhoto(url) {
  return element("button", { type: "button", class: "photo", "aria-label": "Xem ảnh lớn", "data-photo": url },
    element("img", { src: url, alt: "Ảnh trong tin nhắn", decoding: "async" }));
}

function keptPhoto(node, url) {
  const photo = node.querySelector("button.photo");
  return photo?.dataset.photo === url ? photo : null;
}

function drawDocument({ name, url, size: bytes }) {
  return element("a", { class: "document", href: url, download: name },
    element("span", { class: "document-icon icon-download", "aria-hidden": "true" }),
    element("span", { class: "document-name" }, name),
    element("span", { class: "document-size" }, `${size(bytes)} · Tải về`));
}

function drawKeyboard(rows) {
  return element("div", { class: "keyboard", role: "group", "aria-label": "Nút chọn" },
    ...rows.map((row) => element("div", { class: "keys" }, ...row.map(drawKey))));
}

function drawKey({ text, data, url, style }) {
  const kind = STYLES.has(style) ? `key ${style}` : "key";
  const href = url && safeAddress(url);
  if (!href) return element("button", { type: "button", class: kind, "data-data": data ?? "" }, text);
  return element("a", { class: kind, href, target: "_blank", rel: "noopener noreferrer" }, text,
    element("span", { class: "key-arrow", "aria-hidden": "true" }));
}

function focusedKey(node) {
  const key = document.activeElement;
  if (!key?.classList.contains("key") || !node.contains(key)) return null;
  return { data: key.dataset.data, place: [...node.querySelectorAll(".key")].indexOf(key) };
}

/** After an edit the keyboard stays in the hands of those who use it with the Tab key. */
function refocus(node, { data, place }) {
  const keys = [...node.querySelectorAll(".key")];
  const key = keys.find((candidate) => data !== undefined && candidate.dataset.data === data);
  const next = key ?? keys[Math.min(place, keys.length - 1)] ?? node;
  next.focus({ preventScroll: true });
}
