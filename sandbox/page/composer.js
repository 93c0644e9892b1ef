// Where a person writes: the "/" menu, the text field, and "Bắt đầu" in an empty chat.

import { element } from "./element.js";

const COMMANDS = [
  ["/start", "Bắt đầu hoặc đăng ký lại"],
  ["/bantin", "Bản tin mới nhất"],
  ["/khaosat", "Phiếu khảo sát"],
  ["/dung", "Ngừng nhận tin"],
  ["/trogiup", "Trợ giúp"],
];

export class Composer {
  /** say(text) sends one message from the person. */
  constructor(say) {
    this.say = say;
    this.start = element("button", { type: "button", class: "start", onclick: () => say("/start") }, "Bắt đầu");
    this.field = element("textarea", {
      rows: "1", placeholder: "Nhắn tin…", "aria-label": "Tin nhắn", enterkeyhint: "send", maxlength: "4096",
      autocomplete: "off", onkeydown: (event) => this.key(event),
    });
    this.opener = element("button", {
      type: "button", class: "opener", "aria-haspopup": "menu", "aria-expanded": "false",
      "aria-label": "Các lệnh của bot", onclick: () => this.toggle(this.menu.hidden),
    }, "/");
    this.menu = element("div", {
      class: "menu", role: "menu", "aria-label": "Các lệnh của bot", hidden: true,
      onkeydown: (event) => this.walk(event), onfocusout: (event) => this.left(event.relatedTarget),
    }, ...COMMANDS.map(([command, meaning]) => element("button", {
      type: "button", role: "menuitem", tabindex: "-1", onclick: () => this.choose(command),
    }, element("b", {}, command), element("span", {}, meaning))));
    this.row = element("div", { class: "row" }, this.opener, this.field, element("button", {
      type: "button", class: "send icon-send", "aria-label": "Gửi", onclick: () => this.send(),
    }));
    this.node = element("div", { class: "composer" }, this.menu, this.row, this.start);
    document.addEventListener("pointerdown", (event) => this.left(event.target));
    this.showStart(false);
  }

  /** Telegram shows one big button instead of the field until the first message. */
  showStart(empty) {
    this.start.hidden = !empty;
    this.row.hidden = empty;
  }

  key(event) {
    // While a Vietnamese input method is composing, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.send();
  }

  async send() {
    const text = this.field.value.trim();
    if (!text) return;
    this.field.value = "";
    if (!await this.say(text) && !this.field.value) this.field.value = text;
  }

  toggle(open) {
    this.menu.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) this.menu.firstElementChild.focus();
  }

  choose(command) {
    this.toggle(false);
    this.opener.focus();
    this.say(command);
  }

  walk(event) {
    const items = [...this.menu.children];
    const at = items.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      items.at(next % items.length).focus();
    } else if (event.key === "Escape") {
      this.toggle(false);
      this.opener.focus();
    }
  }

  /** The focus or a press outside closes the menu (Safari moves no focus to a pressed button). */
  left(target) {
    const inside = target === null || target === this.opener || this.menu.contains(target);
    if (!this.menu.hidden && !inside) this.toggle(false);
  }
}
