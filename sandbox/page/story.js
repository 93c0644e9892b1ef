// The strip over the phones: what the demonstration tells, what can be pressed, how far it has come.

import { element, whenChanged } from "./element.js";
import { startCommand } from "./links.js";
import { SendingProgress, SurveyProgress } from "./progress.js";
import * as wire from "./wire.js";

const STATES = { done: "đã xong", now: "đang diễn ra", later: "sắp tới" };
const NARROW = matchMedia("(max-width: 699px)");

export class Story {
  /** sayFrom(phoneIndex, text) is how links speak. */
  constructor(strip, sayFrom) {
    this.strip = strip;
    this.sayFrom = sayFrom;
    this.at = (id) => strip.querySelector(`#${id}`);
    this.buttons = new Map();
    this.sending = new SendingProgress(this.at("progress"));
    this.survey = new SurveyProgress(this.at("survey"));
    this.drawSteps = whenChanged((steps) => this.replaceSteps(steps ?? []));
    this.drawLinks = whenChanged((links) => {
      this.at("links").replaceChildren(...(links ?? []).map((link) => this.link(link)));
    });
    this.at("fold").addEventListener("click", () => this.fold(!strip.classList.contains("folded")));
    NARROW.addEventListener("change", () => this.fold(NARROW.matches));
    this.fold(NARROW.matches);
  }

  draw(board) {
    const title = board.title || "Loa";
    document.title = title;
    this.at("title").textContent = title;
    this.at("note").textContent = board.note ?? "";
    this.drawSteps(board.steps);
    this.drawActions(board.actions ?? []);
    this.drawLinks(board.links);
    this.sending.draw(board.progress);
    this.survey.draw(board.survey);
  }

  connected(yes) {
    this.at("connection").textContent = yes ? "" : "Mất kết nối, đang nối lại…";
  }

  fold(folded) {
    this.strip.classList.toggle("folded", folded);
    this.at("fold").setAttribute("aria-expanded", String(!folded));
    this.at("fold").textContent = folded ? "Mở rộng" : "Thu gọn";
  }

  replaceSteps(steps) {
    const list = this.at("steps");
    list.replaceChildren(...steps.map(({ text, state }) => element("li", {
      class: state, "aria-current": state === "now" ? "step" : null,
    }, text, element("span", { class: "unseen" }, ` (${STATES[state] ?? state})`))));
    const now = steps.findIndex(({ state }) => state === "now");
    this.at("now").textContent = now < 0 ? "" : `Bước ${now + 1}/${steps.length}: ${steps[now].text}`;
    const current = list.children[now];
    if (current) list.scrollTop = current.offsetTop - list.offsetTop - (list.clientHeight - current.offsetHeight) / 2;
  }

  /** Buttons are kept by id, so that a focused one stays focused while the board changes. */
  drawActions(actions) {
    const ids = new Set(actions.map(({ id }) => id));
    for (const [id, button] of this.buttons) {
      if (ids.has(id)) continue;
      button.remove();
      this.buttons.delete(id);
    }
    actions.forEach(({ id, label, enabled }, place) => {
      const button = this.buttons.get(id) ?? this.newAction(id);
      button.textContent = label;
      button.disabled = !enabled;
      const group = this.at("actions");
      if (group.children[place] !== button) group.insertBefore(button, group.children[place] ?? null);
    });
  }

  newAction(id) {
    const button = element("button", { type: "button", class: "action", onclick: () => this.press(id, button) });
    this.buttons.set(id, button);
    return button;
  }

  async press(id, button) {
    button.setAttribute("aria-busy", "true");
    try {
      await wire.press(id);
    } catch (error) {
      this.at("connection").textContent = `Không thực hiện được: ${error.message}`;
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  link({ label, url, svg, phone }) {
    const command = startCommand(url);
    return element("button", {
      type: "button", class: "link", title: url, disabled: !command,
      onclick: () => {
        this.sayFrom(phone ?? 0, command);
        if (NARROW.matches) this.fold(true);
      },
    }, svg && element("img", { class: "qr", src: picture(svg), alt: "Mã QR" }), element("span", {}, label));
  }
}

/** An SVG as a picture: inside an image it can run nothing and fetch nothing. */
function picture(svg) {
  const named = svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  return `data:image/svg+xml,${encodeURIComponent(named)}`;
}
