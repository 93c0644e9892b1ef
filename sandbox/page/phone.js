// One phone: whose it is, tabs when it holds several people, the bot's header, the chat, the composer.

import { Composer } from "./composer.js";
import { element, whenChanged } from "./element.js";
import { initials } from "./format.js";
import { isTelegram, startCommand } from "./links.js";
import { Toast, showAlert, showPhoto } from "./overlay.js";
import * as wire from "./wire.js";

const BOT = "Loa – Bản tin CCHC";
const AVATARS = 7;

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
    this.node = element("section", { class: "phone", "aria-labelledby": `phone-${index}` },
      this.label, this.people,
      element("div", { class: "screen" },
        element("div", { class: "bot" },
          element("span", { class: "bot-avatar icon-loa", "aria-hidden": "true" }),
          element("span", { class: "bot-name" }, BOT),
          element("span", { class: "bot-kind" }, "bot")),
        element("div", { class: "wall" }, this.panes, this.jump, this.toast.node),
        this.composer.node));
    this.drawPeople = whenChanged((people) => this.replacePeople(people));
  }

  get chat() {
    return this.chats.get(this.selected);
  }

  get unread() {
    return [...this.chats.values()].reduce((sum, chat) => sum + chat.unread, 0);
  }

  /** spec: {label, chats: [{id, name, role}]}; chats: the Chat objects of the same people. */
  draw(spec, chats) {
    this.spec = spec;
    this.label.textContent = spec.label;
    for (const chat of this.chats.values()) if (!chats.includes(chat)) chat.pane.remove();
    this.chats = new Map(chats.map((chat) => [chat.id, chat]));
    for (const chat of chats) if (chat.pane.parentNode !== this.panes) this.panes.append(chat.pane);
    this.drawPeople(spec.chats);
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
