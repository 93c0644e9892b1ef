// The phones side by side, and the switcher that shows one at a time on a small screen.

import { Chat } from "./chat.js";
import { element, whenChanged } from "./element.js";
import { Phone, setBadge } from "./phone.js";

export class Stage {
  constructor(root, switcher) {
    this.root = root;
    this.switcher = switcher;
    this.chats = new Map();
    this.phones = [];
    this.current = 0;
    this.draw = whenChanged((phones) => this.replace(phones ?? []));
  }

  get chatIds() {
    return [...this.chats.keys()];
  }

  /** Who is followed on other networks. */
  get others() {
    return this.phones.flatMap((phone) => phone.others);
  }

  replace(specs) {
    const ids = new Set(specs.flatMap(({ chats }) => chats.map(({ id }) => id)));
    for (const id of this.chatIds) if (!ids.has(id)) this.chats.delete(id);
    for (const id of ids) if (!this.chats.has(id)) this.chats.set(id, this.newChat(id));
    for (const phone of this.phones.splice(specs.length)) phone.node.remove();
    specs.forEach((spec, index) => {
      if (!this.phones[index]) {
        this.phones[index] = new Phone(index, () => this.refreshSwitcher());
        this.root.append(this.phones[index].node);
      }
      this.phones[index].draw(spec, spec.chats.map(({ id }) => this.chats.get(id)));
    });
    this.switcher.replaceChildren(...specs.map(({ label }, index) => element("button", {
      type: "button", onclick: () => this.show(index),
    }, element("span", {}, label), element("span", { class: "badge", hidden: true }))));
    this.show(Math.min(this.current, Math.max(0, specs.length - 1)));
  }

  newChat(id) {
    return new Chat(id, {
      changed: (chat) => {
        const phone = this.phoneOf(id);
        if (phone?.chat === chat || chat.unread) phone?.refresh();
      },
      failed: (text) => this.phoneOf(id)?.toast.show(text),
    });
  }

  phoneOf(id) {
    return this.phones.find((phone) => phone.chats.has(id));
  }

  receive(kind, data) {
    if (kind === "zalo" || kind === "mail") {
      for (const phone of this.phones) if (phone.others.includes(`${kind}:${data.name}`)) phone.apps[kind].reload();
    } else if (kind === "toast") this.phoneOf(data.chat)?.answer(data.chat, data);
    else this.chats.get(data.chat)?.receive(kind, data);
  }

  reload() {
    for (const chat of this.chats.values()) chat.reload();
    for (const phone of this.phones) phone.reloadApps();
  }

  /** Brings a phone into sight: alone on a small screen, by scrolling on a tablet. */
  show(index) {
    this.current = index;
    this.phones.forEach((phone, at) => phone.node.classList.toggle("current", at === index));
    const phone = this.phones[index];
    if (!phone) return;
    if (this.root.scrollWidth > this.root.clientWidth) {
      phone.node.scrollIntoView({ inline: "center", block: "nearest" });
    }
    phone.chat?.appear();
    this.refreshSwitcher();
  }

  /** Shows a phone and says something from its selected chat. */
  sayFrom(index, text) {
    this.show(index);
    this.phones[index]?.say(text);
  }

  refreshSwitcher() {
    [...this.switcher.children].forEach((button, index) => {
      button.setAttribute("aria-current", String(index === this.current));
      setBadge(button.lastElementChild, index === this.current ? 0 : this.phones[index]?.unread ?? 0);
    });
  }
}
