import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import pc from "picocolors";
import { printable } from "../report/printable.ts";

/** A file before and after a fix; `before` is undefined for a new one. */
export interface Change {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** A unified diff that `git apply` and `patch -p1` take. Coloured, it is for reading: what steers a terminal is shown instead. */
export function renderPatch(changes: readonly Change[], prefix: string, colour: boolean): string {
  const patch = changes.map((change) => patchOf(change, prefix)).join("");
  return colour ? patch.split("\n").map(paintLine).join("\n") : patch;
}

function patchOf({ path, before, after }: Change, prefix: string): string {
  const name = `${prefix}${path}`;
  const from = before === undefined ? "/dev/null" : `a/${name}`;
  return createTwoFilesPatch(from, `b/${name}`, before ?? "", after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}

const { bold, cyan, green, red } = pc.createColors(true);

function paintLine(line: string): string {
  const safe = printable(line.replace(/\r$/, ""));
  if (/^(\+\+\+|---) /.test(line)) return bold(safe);
  if (line.startsWith("@@")) return cyan(safe);
  if (line.startsWith("+")) return green(safe);
  return line.startsWith("-") ? red(safe) : safe;
}
