// How far the sending and the survey have come: bars, numbers and reasons.

import { element } from "./element.js";
import { number } from "./format.js";

const PARTS = [
  ["sent", "Đã gửi"],
  ["waiting", "Đang chờ"],
  ["blocked", "Đã chặn bot"],
  ["failed", "Không gửi được"],
  ["unknown", "Chưa rõ"],
];

const sum = (numbers) => numbers.reduce((total, value) => total + value, 0);

/** Redraws only numbers and widths from then on, so nothing flickers twenty times a second. */
export class SendingProgress {
  constructor(section) {
    this.section = section;
    this.label = element("b", {});
    this.rate = element("span", { class: "rate" });
    this.limited = element("span", { class: "rate" });
    this.bar = element("div", { class: "bar", role: "img" });
    this.reasons = element("p", { class: "reasons" });
    this.parts = PARTS.map(([name, label]) => {
      const segment = element("span", { class: `segment ${name}` });
      const count = element("b", {});
      return { name, label, segment, count };
    });
    this.bar.append(...this.parts.map(({ segment }) => segment));
    section.append(element("p", { class: "caption" }, this.label, this.rate, this.limited), this.bar,
      element("p", { class: "legend" }, ...this.parts.map(({ name, label, count }) =>
        element("span", {}, element("i", { class: name }), `${label} `, count))), this.reasons);
  }

  draw(progress) {
    this.section.hidden = !progress;
    if (!progress) return;
    const failures = Object.entries(progress.failed ?? {});
    const counts = { ...progress, failed: sum(failures.map(([, count]) => count)) };
    const whole = Math.max(progress.total ?? 0, sum(this.parts.map(({ name }) => counts[name] ?? 0)), 1);
    this.label.textContent = `${progress.label}: ${number(progress.total)}`;
    this.rate.textContent = `${number(progress.per_second)} tin/giây`;
    this.limited.textContent = `${number(progress.too_many_requests)} lần bị giới hạn (429)`;
    for (const { name, segment, count } of this.parts) {
      segment.style.width = `${(100 * (counts[name] ?? 0)) / whole}%`;
      count.textContent = number(counts[name]);
    }
    const spoken = this.parts.map(({ name, label }) => `${label} ${number(counts[name])}`);
    this.bar.setAttribute("aria-label", spoken.join(", "));
    this.reasons.hidden = failures.length === 0;
    this.reasons.textContent = `Lý do: ${failures.map(([why, count]) => `${why} ${number(count)}`).join(" · ")}`;
  }
}

export class SurveyProgress {
  constructor(section) {
    this.section = section;
    this.label = element("b", {});
    this.numbers = element("span", { class: "rate" });
    this.segment = element("span", { class: "segment sent" });
    this.bar = element("div", { class: "bar", role: "img" }, this.segment);
    section.append(element("p", { class: "caption" }, this.label, this.numbers), this.bar);
  }

  draw(survey) {
    this.section.hidden = !survey;
    if (!survey) return;
    const { label, completed, started, answers } = survey;
    this.label.textContent = label;
    this.numbers.textContent =
      `${number(completed)}/${number(started)} người hoàn thành · ${number(answers)} câu trả lời`;
    this.segment.style.width = `${(100 * completed) / Math.max(started, 1)}%`;
    this.bar.setAttribute("aria-label", this.numbers.textContent);
  }
}
