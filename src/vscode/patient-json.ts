import { randomUUID } from "node:crypto";
import { nextTurn } from "./sliced.ts";

/** Characters that are put together or taken apart in one turn. */
const SLICE = 100_000;

/** Stands for a long text while the message around it is written. No text has it by chance. */
const MARK = randomUUID();

/** Writes a message as JSON. A long text in it is written in slices, between which others get their turn. */
export const patientEncoder = {
  name: "application/json",
  async encode(message: unknown): Promise<Uint8Array> {
    const long: string[] = [];
    const json = JSON.stringify(message, (_, value) =>
      isLong(value) ? `${MARK}${long.push(value) - 1}${MARK}` : value,
    );
    if (!long.length) return Buffer.from(json);
    const parts: Buffer[] = [];
    for (const [index, part] of json.split(MARK).entries())
      if (index % 2 === 0) parts.push(Buffer.from(part));
      else parts.push(...(await encodeText(long[Number(part)]!)));
    return Buffer.concat(parts);
  },
};

/** What stands between the quotes of a JSON string. A pair that a cut parts is escaped as two, which are one again when read. */
async function encodeText(text: string): Promise<Buffer[]> {
  const slices: Buffer[] = [];
  for (let at = 0; at < text.length; at += SLICE) {
    await nextTurn();
    slices.push(Buffer.from(JSON.stringify(text.slice(at, at + SLICE)).slice(1, -1)));
  }
  await nextTurn();
  return slices;
}

const isLong = (value: unknown): value is string => typeof value === "string" && value.length > SLICE;

/** Reads a message. A long one has a turn of its own, and what is made of it another. */
export const patientDecoder = {
  name: "application/json",
  async decode<Message>(bytes: Uint8Array): Promise<Message> {
    const isLarge = bytes.length > SLICE;
    if (isLarge) await nextTurn();
    const message = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
    if (isLarge) await nextTurn();
    return message;
  },
};
