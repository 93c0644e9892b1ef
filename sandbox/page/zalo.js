// The Zalo app of a phone: the conversation with the Official Account, its window and quota, its buttons.

import { drawMessage } from "./bubble.js";
import { Composer } from "./composer.js";
import { element } from "./element.js";
import { showPhoto } from "./overlay.js";
import * as wire from "./wire.js";

const KEPT = 200;
const ADDRESS = /https?:\/\/[^\s<>()]+[^\s<>().,;:!?]/g;

export class ZaloApp {
  /** hooks: unread(app) when what is new may have changed; failed(text). */
  constructor(hooks) {
    this.hooks = hooks;
    this.known = 0;
    this.unread = 0;
    this.shown = false;
    this.list = element("div", { class: "messages", role: "log", "aria-live": "off", "aria-label": "Tin nhắn Zalo" });
    this.pane = element("div", { class: "pane", tabindex: "0", onclick: (event) => this.touch(event) }, this.list);
    this.account = element("span", { class: "bot-name" });
    this.window = element("span", { class: "window", role: "status" });
    this.follow = element("button", { type: "button", class: "start", onclick: () => this.act(wire.follow(this.id)) },
      "Quan tâm");
    this.composer = new Composer((text) => this.say(text));
    this.node = element("div", { class: "screen zalo", hidden: true },
      element("div", { class: "bot" }, element("span", { class: "bot-avatar icon-loa", "aria-hidden": "true" }),
        element("span", { class: "bot-lines" }, this.account, this.window), element("span", { class: "bot-kind" }, "OA")),
      element("div", { class: "wall" }, this.pane), this.composer.node, this.follow);
  }

  draw(spec) {
    this.id = spec.id;
  }

  async reload() {
    try {
      this.replace(await wire.zaloPerson(this.id));
    } catch (error) {
      this.hooks.failed(`Không đọc được Zalo: ${error.message}`);
    }
  }

  replace(person) {
    this.account.textContent = person.account;
    this.window.textContent = windowLine(person.window);
    this.follow.hidden = person.follows;
    this.composer.node.hidden = !person.follows;
    const lines = [...person.messages.map(fromAccount), ...person.said.map(fromPerson)]
      .sort((one, other) => one.date - other.date).slice(-KEPT);
    const fresh = person.messages.length - this.known;
    this.known = person.messages.length;
    this.unread = this.shown ? 0 : this.unread + fresh;
    const atEnd = this.pane.scrollHeight - this.pane.scrollTop - this.pane.clientHeight < 80;
    this.list.replaceChildren(...lines.map(drawLine));
    if (atEnd || fresh > 0) this.toEnd();
    this.hooks.unread(this);
  }

  appear(shown) {
    this.shown = shown;
    this.node.hidden = !shown;
    if (!shown) return;
    this.unread = 0;
    this.toEnd();
  }

  toEnd() {
    this.pane.scrollTop = this.pane.scrollHeight;
  }

  async act(doing) {
    try {
      await doing;
      return true;
    } catch (error) {
      this.hooks.failed(`Không gửi được: ${error.message}`);
      return false;
    }
  }

  say(text) {
    return this.act(wire.zaloSay(this.id, text));
  }

  touch(event) {
    const photo = event.target.closest("[data-photo]");
    if (photo) showPhoto(photo.dataset.photo);
    const key = event.target.closest("[data-data]");
    if (!key) return;
    key.classList.add("chosen");
    this.act(wire.zaloTap(this.id, key.closest(".message").dataset.id, key.dataset.data));
  }
}

function fromAccount(sent) {
  const picture = sent.data.token ? `/sim/zalo/files/${sent.data.token}` : "";
  return {
    id: sent.id, mine: false, date: sent.at, kind: sent.kind, paid: sent.paid,
    html: sent.kind === "article" ? "" : linked(sent.text), text: sent.text, articles: sent.data.articles,
    photo: sent.kind === "image" ? picture : "",
    document: sent.kind === "file" ? { name: sent.data.name, url: picture, size: sent.data.size } : null,
    keyboard: sent.buttons.map(({ title, payload }) => [
      payload?.url ? { text: title, url: payload.url } : { text: title, data: title }]),
  };
}

function fromPerson({ id, at, text }) {
  return { id, mine: true, date: at, text, html: "", keyboard: [] };
}

function drawLine(view) {
  const node = element("div", { class: `message ${view.kind ?? ""}`, "data-id": view.id });
  drawMessage(node, view.articles ? { ...view, text: "" } : view);
  if (view.articles) node.querySelector(".bubble").prepend(...view.articles.map(({ title, description }) =>
    element("div", { class: "card" }, element("b", {}, title), description && element("span", {}, description))));
  const label = { template: "Tin mẫu ZBS · có phí", article: "Bài viết của OA" }[view.kind] ?? (view.paid && "Có phí");
  if (label) node.querySelector(".body").prepend(element("span", { class: "kind" }, label));
  return node;
}

function linked(text) {
  const safe = (written) => written.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  let made = "";
  let at = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = safe(found[0]).replace(/"/g, "&quot;");
    made += `${safe(text.slice(at, found.index))}<a href="${address}">${address}</a>`;
    at = found.index + found[0].length;
  }
  return made + safe(text.slice(at));
}

function windowLine({ now, free_until: free, open_until: open, package_left: left }) {
  if (!open || now > open) return "Ngoài cửa sổ 7 ngày: chỉ gửi được tin mẫu ZBS";
  if (now <= free) return `Miễn phí đến ${stamp(free)}`;
  return `Trong 7 ngày, đến ${stamp(open)} · gói còn ${left} tin`;
}

function stamp(seconds) {
  return new Date(seconds * 1000).toLocaleString("vi-VN", {
    hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
}
