// One phone: whose it is, tabs when it holds several people, the bot's header, the chat, the composer.

import { Composer } from "./composer.js";
import { element, whenChanged } from "./element.js";
import { initials } from "./format.js";
import { isTelegram, startCommand } from "./links.js";
import { MailApp } from "./mail.js";
import { Toast, showAlert, showPhoto } from "./overlay.js";
import * as wire from "./wire.js";
import { ZaloApp } from "./zalo.js";

const BOT = "Loa – Bản tin CCHC";
const AVATARS = 7;
const APPS = { telegram: "Telegram", zalo: "Zalo", mail: "Thư" };

export class Phone {
  /** onUnread() is called when the number of unread messages of the phone may have changed. */
  constructor(index, onUnread) {
    this.onUnread = onUnread;
    this.chats = new Map();
    this.selected = null;
    this.composer = new Composer((text) => this.say(text));
    this.toast = new Toast();
    this.label = element("h2", { class: "phone-label", id: `phone-${index}` });
    this.people = element("div", { class: "people" });
    this.jump = element("button", { type: "button", class: "jump", onclick: () => this.chat?.keeper.toBottom() });
    this.panes = element("div", { class: "panes", onclick: (event) => this.touch(event),
      onauxclick: (event) => this.follow(event) });
    this.app = "telegram";
    const hooks = { unread: () => this.refresh(), failed: (text) => this.toast.show(text) };
    this.apps = { zalo: new ZaloApp(hooks), mail: new MailApp(hooks) };
    this.appTabs = element("div", { class: "apps", role: "tablist", "aria-label": "Ứng dụng", hidden: true },
      ...Object.entries(APPS).map(([app, label]) => element("button", {
        type: "button", class: "app", role: "tab", "data-app": app, onclick: () => this.switchTo(app),
        onkeydown: (event) => this.walkApps(event, app),
      }, element("span", {}, label), element("span", { class: "badge", hidden: true }))));
    this.screen = element("div", { class: "screen" },
      element("div", { class: "bot" },
        element("span", { class: "bot-avatar icon-loa", "aria-hidden": "true" }),
        element("span", { class: "bot-name" }, BOT),
        element("span", { class: "bot-kind" }, "bot")),
      element("div", { class: "wall" }, this.panes, this.jump),
      this.composer.node);
    this.node = element("section", { class: "phone", "aria-labelledby": `phone-${index}` },
      this.label, this.people, this.appTabs,
      element("div", { class: "screens" }, this.screen, this.apps.zalo.node, this.apps.mail.node, this.toast.node));
    this.drawPeople = whenChanged((people) => this.replacePeople(people));
  }

  get chat() {
    return this.chats.get(this.selected);
  }

  get unread() {
    return this.unreadChats + this.others.reduce((sum, name) => sum + this.apps[name.split(":")[0]].unread, 0);
  }

  get unreadChats() {
    return [...this.chats.values()].reduce((sum, chat) => sum + chat.unread, 0);
  }

  /** Whom this phone follows beside Telegram, as the events name them. */
  get others() {
    const { zalo, mail } = this.spec ?? {};
    return [zalo && `zalo:${zalo.id}`, mail && `mail:${mail.address}`].filter(Boolean);
  }

  reloadApps() {
    for (const name of this.others) this.apps[name.split(":")[0]].reload();
  }

  /** Brings another app of this phone to the front, with whose it is. */
  switchTo(app) {
    this.app = app;
    this.screen.hidden = app !== "telegram";
    for (const [name, shown] of Object.entries(this.apps)) shown.appear(name === app);
    this.drawPeople(app === "telegram" ? this.spec.chats : [{ id: 0, ...this.spec[app] }]);
    this.chat?.appear();
    this.refresh();
  }

  walkApps(event, app) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const names = Object.keys(APPS).filter((name) => name === "telegram" || this.spec[name]);
    const next = names.at((names.indexOf(app) + step) % names.length);
    this.switchTo(next);
    this.appTabs.querySelector(`[data-app=${next}]`).focus();
  }

  markApps() {
    for (const tab of this.appTabs.children) {
      const { app } = tab.dataset;
      tab.hidden = app !== "telegram" && !this.spec[app];
      tab.setAttribute("aria-selected", String(app === this.app));
      tab.tabIndex = app === this.app ? 0 : -1;
      const unread = app === "telegram" ? this.unreadChats : this.apps[app].unread;
      setBadge(tab.lastElementChild, app === this.app ? 0 : unread);
    }
  }

  /** spec: {label, chats: [{id, name, role}]}; chats: the Chat objects of the same people. */
  draw(spec, chats) {
    this.spec = spec;
    this.label.textContent = spec.label;
    for (const chat of this.chats.values()) if (!chats.includes(chat)) chat.pane.remove();
    this.chats = new Map(chats.map((chat) => [chat.id, chat]));
    for (const chat of chats) if (chat.pane.parentNode !== this.panes) this.panes.append(chat.pane);
    for (const app of ["zalo", "mail"]) if (spec[app]) this.apps[app].draw(spec[app]);
    this.appTabs.hidden = this.others.length === 0;
    if (this.app !== "telegram" && !spec[this.app]) this.app = "telegram";
    this.drawPeople(this.app === "telegram" ? spec.chats : [{ id: 0, ...spec[this.app] }]);
    if (!this.chats.has(this.selected)) this.select(chats[0]?.id ?? null);
  }

  replacePeople(people) {
    const tabs = people.length > 1;
    this.people.replaceChildren(...people.map((person) => drawPerson(person, tabs && {
      onclick: () => this.select(person.id),
      onkeydown: (event) => this.walk(event, person.id),
    })));
    if (tabs) this.people.setAttribute("role", "tablist");
    else this.people.removeAttribute("role");
    this.markSelected();
  }

  select(id) {
    if (this.chat) this.chat.draft = this.composer.field.value;
    this.selected = id;
    this.composer.field.value = this.chat?.draft ?? "";
    for (const chat of this.chats.values()) chat.pane.hidden = chat.id !== id;
    this.markSelected();
    this.chat?.appear();
    this.refresh();
  }

  markSelected() {
    for (const tab of this.people.querySelectorAll("[role=tab]")) {
      const chosen = Number(tab.dataset.chat) === this.selected;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
  }

  walk(event, id) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const ids = [...this.chats.keys()];
    const next = ids.at((ids.indexOf(id) + step) % ids.length);
    this.select(next);
    this.people.querySelector(`[data-chat="${next}"]`).focus();
  }

  /** Shows what the chats' state asks for: badges, the way down, "Bắt đầu". */
  refresh() {
    for (const badge of this.people.querySelectorAll(".badge")) {
      const chat = this.chats.get(Number(badge.parentNode.dataset.chat));
      setBadge(badge, chat && chat.id !== this.selected ? chat.unread : 0);
    }
    if (this.spec) this.markApps();
    const { chat } = this;
    this.jump.classList.toggle("shown", Boolean(chat) && !chat.keeper.atBottom);
    this.jump.dataset.unread = chat?.unread || "";
    const below = chat?.unread ? `, ${chat.unread} tin chưa đọc` : "";
    this.jump.setAttribute("aria-label", `Xuống cuối${below}`);
    this.composer.showStart(Boolean(chat?.empty));
    this.panes.classList.toggle("empty", Boolean(chat?.empty));
    this.onUnread();
  }

  /** Says text from the selected chat; answers whether it was taken. */
  async say(text) {
    if (this.app === "zalo") return this.apps.zalo.say(text.replace(/^\/start\s+/, "KS "));
    if (this.app === "mail") this.switchTo("telegram");
    try {
      await wire.say(this.selected, text);
      return true;
    } catch (error) {
      this.toast.show(`Không gửi được: ${error.message}`);
      return false;
    }
  }

  /** The bot's answer to a press: a passing line, or an alert that waits for OK. */
  answer(id, { text, alert }) {
    this.chats.get(id)?.settle();
    if (!text) return;
    const person = this.spec.chats.find((candidate) => candidate.id === id)?.name ?? this.spec.label;
    if (alert) showAlert(person, text);
    else this.toast.show(text);
  }

  touch(event) {
    const target = event.target.closest("[data-data], [data-say], [data-photo], a[href]");
    if (!target) return;
    if (target.matches("a")) this.follow(event);
    else if (target.dataset.say) this.say(target.dataset.say);
    else if (target.dataset.photo) showPhoto(target.dataset.photo);
    else this.chat.press(Number(target.closest(".message").dataset.id), target.dataset.data);
  }

  /** Links of Telegram stay inside this phone, whichever mouse button or key opens them. */
  follow(event) {
    const link = event.target.closest("a[href]");
    if (!link || !isTelegram(link.href)) return;
    event.preventDefault();
    const command = startCommand(link.href);
    if (command) this.say(command);
    else this.toast.show("Liên kết này chỉ mở được trong Telegram thật.");
  }
}

function drawPerson({ id, name, role }, tab) {
  const tint = `avatar tint-${Math.abs(id) % AVATARS}`;
  const avatar = element("span", { class: tint, "aria-hidden": "true" }, initials(name));
  const lines = [
    element("span", { class: "person-name" }, name),
    element("span", { class: "person-role" }, role ?? ""),
  ];
  if (!tab) return element("div", { class: "person", "data-chat": id }, avatar, ...lines);
  return element("button", {
    type: "button", class: "person", role: "tab", title: name, "data-chat": id, "aria-controls": `chat-${id}`, ...tab,
  }, avatar, ...lines, element("span", { class: "badge", hidden: true }));
}

/** Shows a number of unread messages, or hides the badge when there are none. */
export function setBadge(badge, unread) {
  badge.hidden = !unread;
  badge.textContent = unread > 99 ? "99+" : String(unread);
  badge.setAttribute("aria-label", `${unread} tin chưa đọc`);
}
