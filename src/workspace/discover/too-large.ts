import { createReadStream } from "node:fs";
import { turns } from "../turns.ts";
import { type FileKind, megabytesRead } from "./file-kind.ts";
import { type Unread, whyUnread } from "./walk.ts";

/** What is larger than what is read of its kind: a file, or the text of an open editor. */
export interface Large {
  readonly kind: FileKind;
  readonly size: number;
  readonly pieces: () => AsyncIterable<string>;
}

/** Why it is not read; `needed` where a database is not whole without it. */
export async function whyTooLarge({ kind, size, pieces }: Large, needed: boolean): Promise<Unread> {
  const why = `larger than ${megabytesRead(kind)} MB`;
  if (!needed) return { why };
  if (kind !== "sql" || size > LOOKED_THROUGH) return { why: `${why}: split it`, failed: true };
  try {
    if (await holdsRowsAlone(pieces())) return { why: `${why}, and holds rows alone` };
    return { why: `${why}: split it, or move its rows into a file of their own`, failed: true };
  } catch (error) {
    return whyUnread(error);
  }
}

/** Nobody waits while more bytes than these are looked through. */
const LOOKED_THROUGH = 256 * 2 ** 20;

const PIECE = 2 ** 20;

export const piecesOfFile = (file: string): AsyncIterable<string> =>
  createReadStream(file, { encoding: "latin1", highWaterMark: PIECE });

export async function* piecesOfText(text: string): AsyncGenerator<string> {
  const turn = turns();
  for (let at = 0; at < text.length; at += PIECE) {
    yield text.slice(at, at + PIECE);
    await turn();
  }
}

/** Without these words a file makes, changes and drops nothing. A NUL: what it holds is no text, or not in UTF-8. */
const MAKES =
  /\b(?:create|alter|drop|grant|revoke|import|buckets)\b|\bdo\s*(?:$|[$']|language\b)|^\s*\\ir?\b|\0/i;

const COPY = /^COPY\s[^;]+\sFROM\s+stdin\b[^;]*;\s*$/i;

/** Whether it is certain without a grammar that a file only fills tables. Rejects where it cannot be read. */
async function holdsRowsAlone(pieces: AsyncIterable<string>): Promise<boolean> {
  let isCopied = false;
  for await (const lines of linesOf(pieces))
    for (const line of lines)
      if (isCopied) isCopied = !line.startsWith("\\.");
      else if (MAKES.test(line)) return false;
      else isCopied = COPY.test(line);
  return true;
}

/** A longer line is taken in parts, which share enough for a word. */
const LONGEST = 2 ** 20;
const SHARED = 64;

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    yield lines;
    if (rest.length < LONGEST) continue;
    yield [rest];
    rest = rest.slice(-SHARED);
  }
  yield [rest];
}
