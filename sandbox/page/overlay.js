// What lies over the page: alerts with OK, a photo enlarged, short toasts in a phone.

import { element } from "./element.js";

const TOAST_MS = 4000;

function openDialog(kind, label, ...children) {
  const dialog = element("dialog", {
    class: kind, "aria-label": label,
    onclose: () => dialog.remove(),
    onclick: (event) => event.target === dialog && dialog.close(),
  }, ...children);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** The bot's answer that must be read: stays until OK. */
export function showAlert(person, text) {
  const dialog = openDialog("alert", `Thông báo cho ${person}`,
    element("h2", {}, "Loa – Bản tin CCHC"),
    element("p", {}, text),
    element("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, "OK"));
}

export function showPhoto(url) {
  const dialog = openDialog("enlarged", "Ảnh",
    element("img", { src: url, alt: "Ảnh trong tin nhắn, cỡ lớn", onclick: () => dialog.close() }),
    element("button", { type: "button", class: "close", "aria-label": "Đóng", autofocus: true,
      onclick: () => dialog.close() }, "✕"));
}

/** A line over the chat that goes away by itself; a newer one takes its place. */
export class Toast {
  constructor() {
    this.timer = 0;
    this.node = element("div", { class: "toast", role: "status" });
  }

  show(text) {
    clearTimeout(this.timer);
    this.node.textContent = text;
    this.node.classList.add("shown");
    this.timer = setTimeout(() => this.node.classList.remove("shown"), TOAST_MS);
  }
}
