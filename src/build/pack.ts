import { createHash, randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { PACKED } from "../database/embedded/packed.ts";

/** Brotli's best. It takes half a minute for the engine, so what was packed once is kept among temporary files. */
const QUALITY = 11;

const kept = join(tmpdir(), "rowguard-packed");

/** Writes `content` into `folder` as `<name>.br`. */
export async function pack(folder: string, name: string, content: Buffer): Promise<void> {
  const file = join(kept, `${createHash("sha256").update(content).digest("hex")}-${QUALITY}${PACKED}`);
  if (!existsSync(file)) await writePacked(file, content);
  copyFileSync(file, join(folder, basename(name) + PACKED));
}

async function writePacked(file: string, content: Buffer): Promise<void> {
  const packed = await promisify(brotliCompress)(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
  mkdirSync(kept, { recursive: true });
  // Another build may pack the same: whole files only.
  const part = `${file}.${randomBytes(4).toString("hex")}`;
  writeFileSync(part, packed);
  renameSync(part, file);
}

/** Files of the engine that only making a new database reads, or building extensions: the bundle's databases are made. */
const UNREAD = /\/pgxs\/|\.bki$|\/share\/postgresql\/[a-z_]+\.(sql|txt)$|\.sample$/;

/** The engine's archive of files with those blanked. They keep their places, which the engine's glue has by number. */
export function blankUnread(archive: string, glue: string): Buffer {
  const data = readFileSync(archive);
  const files = readFileSync(glue, "utf8").matchAll(/filename:"([^"]+)",start:(\d+),end:(\d+)/g);
  let blanked = 0;
  for (const [, name, start, end] of files) {
    if (!UNREAD.test(name!)) continue;
    data.fill(0, Number(start), Number(end));
    blanked++;
  }
  if (!blanked) throw new Error(`${glue} does not say where the files of the engine's archive lie.`);
  return data;
}
