// The mail reader of a phone: the letters of one mailbox, and one letter opened where nothing in it can run.

import { element } from "./element.js";
import { size } from "./format.js";
import * as wire from "./wire.js";

export class MailApp {
  /** hooks: unread(app) when what is new may have changed; failed(text). */
  constructor(hooks) {
    this.hooks = hooks;
    this.letters = [];
    this.read = new Set();
    this.list = element("div", { class: "letters", role: "list", "aria-label": "Hộp thư đến" });
    this.open = element("article", { class: "letter", hidden: true });
    this.node = element("div", { class: "screen mail", hidden: true }, this.list, this.open);
  }

  get unread() {
    return this.letters.filter(({ number }) => !this.read.has(number)).length;
  }

  draw(spec) {
    this.address = spec.address;
  }

  async reload() {
    try {
      this.letters = (await wire.letters(this.address)).reverse();
    } catch (error) {
      this.hooks.failed(`Không đọc được thư: ${error.message}`);
      return;
    }
    this.list.replaceChildren(...this.letters.length ? this.letters.map((one) => this.line(one)) : [
      element("p", { class: "none" }, `Hộp thư ${this.address} chưa có thư nào.`)]);
    this.hooks.unread(this);
  }

  appear(shown) {
    this.node.hidden = !shown;
  }

  line(letter) {
    const fresh = this.read.has(letter.number) ? "" : " fresh";
    const text = letter.text.replace(/\s+/g, " ").slice(0, 120);
    return element("div", { role: "listitem" }, element("button", {
      type: "button", class: `letter-line${fresh}`, onclick: () => this.show(letter),
    }, element("b", {}, name(letter)), element("span", { class: "subject" }, letter.subject),
    element("span", { class: "snippet" }, text)));
  }

  show(letter) {
    this.read.add(letter.number);
    const at = `/sim/mail/${encodeURIComponent(this.address)}/${letter.number}`;
    const frame = element("iframe", {
      src: `${at}/html`, title: letter.subject, sandbox: "allow-popups allow-popups-to-escape-sandbox",
    });
    const text = element("pre", { class: "plain", hidden: true, tabindex: "0" }, letter.text);
    const kind = element("button", { type: "button", class: "tool", onclick: () => {
      text.hidden = !text.hidden;
      frame.hidden = !frame.hidden;
      kind.textContent = text.hidden ? "Xem dạng văn bản" : "Xem dạng HTML";
    } }, "Xem dạng văn bản");
    const files = letter.files.map((file, place) => ({ ...file, place })).filter((file) => file.disposition !== "inline");
    this.open.replaceChildren(...[
      element("div", { class: "tools" },
        element("button", { type: "button", class: "tool back", onclick: () => this.close() }, "‹ Hộp thư"), kind,
        header(letter, "List-Unsubscribe-Post") && this.unsubscribe(at)),
      element("h3", {}, letter.subject),
      element("p", { class: "from" }, `${name(letter)} → ${letter.to}`),
      files.length > 0 && element("div", { class: "files" }, ...files.map((file) => element("a", {
        class: "tool", href: `${at}/files/${file.place}`, download: file.name,
      }, `📎 ${file.name} · ${size(file.size)}`))),
      frame, text].filter(Boolean));
    this.open.hidden = false;
    this.list.hidden = true;
    this.reload();
  }

  close() {
    this.open.hidden = true;
    this.list.hidden = false;
  }

  /** One click as at the large providers: the mail server posts, the page only asks it to. */
  unsubscribe(at) {
    const button = element("button", { type: "button", class: "tool stop", onclick: async () => {
      button.disabled = true;
      try {
        const { status } = await wire.unsubscribe(at);
        button.textContent = status === 200 ? "Đã huỷ đăng ký" : `Máy chủ trả lời ${status}`;
      } catch (error) {
        button.disabled = false;
        this.hooks.failed(`Không huỷ được: ${error.message}`);
      }
    } }, "Huỷ đăng ký");
    return button;
  }
}

function header(letter, wanted) {
  return letter.headers.find(([named]) => named.toLowerCase() === wanted.toLowerCase())?.[1] ?? "";
}

function name(letter) {
  return header(letter, "From").replace(/\s*<[^>]*>\s*$/, "").replace(/^"|"$/g, "") || letter.envelope_from;
}
