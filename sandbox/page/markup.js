// Turns Telegram HTML into nodes through a strict allow-list; everything else becomes plain text.

import { element } from "./element.js";
import { safeAddress } from "./links.js";

const KEPT = new Set(["b", "strong", "i", "em", "u", "s", "code", "pre", "blockquote",
  "h3", "p", "hr", "ul", "li", "table", "tr", "th", "td"]);
const DROPPED = new Set(["script", "style", "template", "iframe", "object", "noscript"]);
const BLOCKS = new Set(["pre", "blockquote"]);
const LITERAL = new Set(["a", "code", "pre"]);
// Telegram makes addresses and commands in plain text touchable by itself.
const ADDRESS = /(?:https?:\/\/|\bt\.me\/)[^\s<>"“”]*[^\s<>"“”.,;:!?)\]]/u;
const COMMAND = /(?<![\p{L}\p{N}_/.])\/[a-z][a-z0-9_]{0,31}(?![\p{L}\p{N}_/])/u;
const TOUCHABLE = new RegExp(`${ADDRESS.source}|${COMMAND.source}`, "giu");

/** A fragment for the given Telegram HTML. Scripts, handlers, styles and unknown tags do not survive. */
export function markup(html) {
  // An explicit body keeps leading white space; a parsed document runs no script and loads nothing.
  const parsed = new DOMParser().parseFromString(`<!doctype html><body>${html}`, "text/html");
  const fragment = document.createDocumentFragment();
  copy(parsed.body, fragment, false);
  return fragment;
}

function copy(source, target, literal) {
  for (const child of source.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      const text = BLOCKS.has(target.lastChild?.localName) ? child.data.replace(/^\n/, "") : child.data;
      target.append(...(literal ? [text] : touchable(text)));
    } else if (child.nodeType === Node.ELEMENT_NODE) {
      const tag = child.localName;
      if (DROPPED.has(tag)) continue;
      const node = allowed(child, tag);
      copy(child, node ?? target, literal || LITERAL.has(tag));
      if (node) target.append(node);
    }
  }
}

function allowed(source, tag) {
  if (tag === "a") return link(source.getAttribute("href") ?? "");
  return KEPT.has(tag) ? document.createElement(tag) : null;
}

function link(address, text) {
  const href = safeAddress(address);
  if (href === null) return null;
  return element("a", { href, target: "_blank", rel: "noopener noreferrer" }, text);
}

function touchable(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(TOUCHABLE)) {
    const [found] = match;
    parts.push(text.slice(end, match.index));
    parts.push(found.startsWith("/")
      ? element("button", { type: "button", class: "command", "data-say": found }, found)
      : link(/^http/i.test(found) ? found : `https://${found}`, found) ?? found);
    end = match.index + found.length;
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== "");
}
