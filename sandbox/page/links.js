// What a link means in a phone: an address of the web, or something said to the bot.

const TELEGRAM = new Set(["t.me", "www.t.me", "telegram.me"]);
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);

const parsed = (address) => {
  try {
    return new URL(/^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`);
  } catch {
    return null;
  }
};

/** The address if it may stand in a link, otherwise null (javascript:, data: and the like). */
export function safeAddress(address) {
  const url = parsed(address);
  return url && SCHEMES.has(url.protocol) ? url.href : null;
}

/** Whether Telegram would open this address itself. */
export function isTelegram(address) {
  const url = parsed(address);
  return url !== null && TELEGRAM.has(url.hostname);
}

/** "https://t.me/loa_bot?start=abc" → "/start abc"; null for any other address. */
export function startCommand(address) {
  if (!isTelegram(address)) return null;
  const payload = parsed(address).searchParams.get("start");
  return payload === null ? null : `/start ${payload}`.trim();
}
