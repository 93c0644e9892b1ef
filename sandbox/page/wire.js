// Talks to the sandbox server: requests, and the stream of events that reconnects by itself.

const RETRY_MS = 1500;
const KINDS = ["message", "edit", "delete", "toast", "board", "zalo", "mail"];

async function ask(path, body) {
  const response = await fetch(path, body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}

export const say = (chat, text) => ask("/sim/say", { chat, text });
export const tap = (chat, message, data) => ask("/sim/tap", { chat, message_id: message, data });
export const press = (id) => ask("/sim/actions", { id });
export const readBoard = () => ask("/sim/board");
export const history = async (chat) => (await ask(`/sim/chats/${chat}/messages`)).messages;

export const zaloPerson = (id) => ask(`/sim/zalo/people/${id}`);
export const zaloSay = (id, text) => ask("/sim/zalo/say", { id, text });
export const zaloTap = (id, message, title) => ask("/sim/zalo/tap", { id, message_id: message, title });
export const follow = (id) => ask("/sim/zalo/follow", { id });
export const letters = (address) => ask(`/sim/mail/${encodeURIComponent(address)}`);
export const unsubscribe = (letter) => ask(`${letter}/unsubscribe`, {});

/** Follows chats: on.event(kind, data), on.open() after every (re)connection, on.lost() when it breaks. */
export class Stream {
  constructor(on) {
    this.on = on;
    this.source = null;
    this.retry = 0;
  }

  /** also: names on other networks, "zalo:ID" or "mail:ADDRESS". */
  follow(chats, also = []) {
    clearTimeout(this.retry);
    this.source?.close();
    const source = new EventSource(`/sim/events?chats=${chats.join(",")}&also=${encodeURIComponent(also.join(","))}`);
    this.source = source;
    source.addEventListener("open", () => this.on.open());
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => this.on.event(kind, JSON.parse(event.data)));
    }
    source.addEventListener("error", (event) => {
      if (event.target !== this.source) return;
      this.on.lost();
      // Browsers retry a broken connection themselves, but give up for good after an HTTP error.
      if (source.readyState === EventSource.CLOSED) this.retry = setTimeout(() => this.follow(chats, also), RETRY_MS);
    });
  }
}
