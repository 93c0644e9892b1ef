// Reads one e-mail from standard input with another parser than ours and says as JSON what it understood.
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "reader.js"));
const { simpleParser } = require("mailparser");
const mail = await simpleParser(process.stdin, { keepCidLinks: true });
process.stdout.write(JSON.stringify({
  subject: mail.subject,
  from: mail.from.value[0],
  to: mail.to.value[0].address,
  messageId: mail.messageId,
  unsubscribe: mail.headers.get("list")?.unsubscribe ?? null,
  post: mail.headers.get("list")?.["unsubscribe-post"] ?? null,
  text: mail.text,
  html: mail.html,
  attachments: mail.attachments.map((one) => ({
    filename: one.filename ?? null, cid: one.cid ?? null, disposition: one.contentDisposition,
    type: one.contentType, size: one.size,
  })),
}));
