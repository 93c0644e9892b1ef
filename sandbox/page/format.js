// Numbers, times and sizes as people in Vietnam write them.

const ZONE = "Asia/Ho_Chi_Minh";
const NUMBER = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 1 });
const CLOCK = new Intl.DateTimeFormat("vi-VN", {
  hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: ZONE,
});
const DAY = new Intl.DateTimeFormat("vi-VN", {
  weekday: "long", day: "numeric", month: "long", timeZone: ZONE,
});

/** 1234.56 → "1.234,6" */
export const number = (value) => NUMBER.format(value ?? 0);

/** Unix seconds → "09:41" */
export const clock = (seconds) => CLOCK.format(seconds * 1000);

/** Unix seconds → "Thứ Hai, 12 tháng 5" */
export const day = (seconds) => DAY.format(seconds * 1000);

/** Bytes → "12,3 KB" */
export function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  const units = ["B", "KB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${number(value)} ${units[unit]}`;
}

/** "Nguyễn Văn An" → "NA" */
export function initials(name) {
  const words = name.trim().split(/\s+/u);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => [...word][0] ?? "").join("").toLocaleUpperCase("vi");
}
