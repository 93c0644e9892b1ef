// One chat: its messages in order, changed in place as events arrive, at most once per frame.

import { drawMessage, markPressed } from "./bubble.js";
import { element } from "./element.js";
import { day } from "./format.js";
import { ScrollKeeper } from "./scroll.js";
import * as wire from "./wire.js";

const KEPT_MESSAGES = 500;
const ANSWER_PATIENCE_MS = 15_000;

export class Chat {
  /** hooks: changed(chat) after messages, unread count or scroll position change; failed(text). */
  constructor(id, hooks) {
    this.id = id;
    this.hooks = hooks;
    this.drawn = new Map();
    this.queue = [];
    this.frame = 0;
    this.loads = 0;
    this.loading = false;
    this.loaded = false;
    this.unread = 0;
    this.draft = "";
    this.pressed = null;
    this.list = element("div", { class: "messages", role: "log", "aria-live": "off", "aria-label": "Tin nhắn" });
    this.pane = element("div", { class: "pane", id: `chat-${id}`, role: "tabpanel", tabindex: "0" }, this.list);
    this.keeper = new ScrollKeeper(this.pane, this.list, () => this.settleUnread());
  }

  get empty() {
    return this.loaded && this.drawn.size === 0;
  }

  /** Reads the whole history again; what arrives meanwhile waits and is applied on top of it. */
  async reload() {
    const load = ++this.loads;
    this.loading = true;
    let views = null;
    try {
      views = (await wire.history(this.id)).slice(-KEPT_MESSAGES);
    } catch (error) {
      this.hooks.failed(`Không đọc được cuộc trò chuyện: ${error.message}`);
    }
    if (load !== this.loads) return;
    this.loading = false;
    if (views) this.change(() => this.replaceAll(views));
    this.flush();
  }

  receive(kind, data) {
    this.queue.push({ kind, data });
    this.frame ||= requestAnimationFrame(() => this.flush());
  }

  flush() {
    this.frame = 0;
    if (this.loading || this.queue.length === 0) return;
    const events = this.queue.splice(0);
    this.change(() => {
      for (const { kind, data } of events) {
        if (kind === "delete") this.remove(data.id);
        else this.put(data.message);
      }
    }, events);
  }

  /** Runs a change of the messages with the person's place kept. */
  change(apply, events = []) {
    this.keeper.remember();
    const watched = events.filter(({ kind }) => kind === "edit")
      .map(({ data }) => this.drawn.get(data.message.id)?.node)
      .filter((node) => node && this.keeper.sees(node));
    const arrived = events.filter(({ kind }) => kind === "message").map(({ data }) => data.message);
    const answered = arrived.some(({ mine }) => mine) || (this.pressed !== null && arrived.length > 0);
    if (this.pressed && events.some(({ kind, data }) => kind !== "delete" && !data.message.mine)) this.settle();
    apply();
    if (this.keeper.atBottom) this.prune();
    this.keeper.hold();
    // What a person says or presses brings its answer into sight; anything else leaves them where they read.
    if (answered) this.keeper.toBottom();
    else if (watched.length && !this.keeper.atBottom) this.keeper.reveal(watched.at(-1));
    this.settleUnread();
  }

  put(view) {
    const key = JSON.stringify(view);
    const known = this.drawn.get(view.id);
    if (known?.key === key) return;
    const node = known?.node ?? this.insert(view);
    this.drawn.set(view.id, { node, key, date: view.date });
    drawMessage(node, view);
    if (this.pressed?.message === view.id) markPressed(node, this.pressed.data);
    if (!known && !view.mine && this.loaded) this.unread += 1;
  }

  insert(view) {
    const node = element("div", { class: "message", tabindex: "-1", "data-id": view.id });
    let before = this.list.lastElementChild;
    while (before && Number(before.dataset.id) > view.id) before = before.previousElementSibling;
    if (before) before.after(node);
    else this.list.prepend(node);
    const previous = before && day(this.drawn.get(Number(before.dataset.id)).date);
    if (previous !== day(view.date)) node.dataset.day = day(view.date);
    return node;
  }

  remove(id) {
    this.drawn.get(id)?.node.remove();
    this.drawn.delete(id);
  }

  replaceAll(views) {
    const ids = new Set(views.map(({ id }) => id));
    for (const id of [...this.drawn.keys()]) if (!ids.has(id)) this.remove(id);
    for (const view of views) this.put(view);
    // A screen reader hears what is new, not the whole history.
    if (!this.loaded) setTimeout(() => this.list.setAttribute("aria-live", "polite"), 500);
    this.loaded = true;
  }

  prune() {
    while (this.list.childElementCount > KEPT_MESSAGES) this.remove(Number(this.list.firstElementChild.dataset.id));
  }

  async press(message, data) {
    if (this.pressed?.message === message && this.pressed.data === data) return;
    this.settle();
    const pressed = { message, data };
    this.pressed = pressed;
    markPressed(this.drawn.get(message).node, data);
    setTimeout(() => this.pressed === pressed && this.settle(), ANSWER_PATIENCE_MS);
    try {
      await wire.tap(this.id, message, data);
    } catch (error) {
      if (this.pressed === pressed) this.settle();
      this.hooks.failed(`Không bấm được nút: ${error.message}`);
    }
  }

  /** The bot has answered (or never will): the pressed button rests again. */
  settle() {
    const node = this.pressed && this.drawn.get(this.pressed.message)?.node;
    this.pressed = null;
    if (node) markPressed(node, null);
  }

  settleUnread() {
    if (this.keeper.shown && this.keeper.atBottom) this.unread = 0;
    this.hooks.changed(this);
  }

  /** Call after the pane has become visible. */
  appear() {
    this.keeper.hold();
    this.settleUnread();
  }
}
