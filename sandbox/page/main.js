// Starts the page: reads the board, draws the story and the phones, and follows the events.

import { Stage } from "./stage.js";
import { Story } from "./story.js";
import { Stream, readBoard } from "./wire.js";

const RETRY_MS = 1500;

const stage = new Stage(document.querySelector("#phones"), document.querySelector("#switcher"));
const story = new Story(document.querySelector("#strip"), (phone, text) => stage.sayFrom(phone, text));
let followed = "";

const stream = new Stream({
  event(kind, data) {
    if (kind === "board") draw(data);
    else stage.receive(kind, data);
  },
  open() {
    story.connected(true);
    stage.reload();
  },
  lost() {
    story.connected(false);
  },
});

function draw(board) {
  story.draw(board ?? {});
  stage.draw(board?.phones);
  document.querySelector("#nobody").hidden = stage.phones.length > 0;
  const [chats, also] = [stage.chatIds, stage.others];
  if (followed === [...chats, ...also].join()) return;
  followed = [...chats, ...also].join();
  stream.follow(chats, also);
}

async function start() {
  try {
    draw(await readBoard());
    if (!followed) stream.follow([]);
  } catch {
    story.connected(false);
    setTimeout(start, RETRY_MS);
  }
}

start();
