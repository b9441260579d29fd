import { join } from "node:path";
import { run } from "../cli/program.ts";
import type { NewFile } from "../text/edit.ts";
import { renderPicture } from "./terminal-picture.ts";
import { ROOT } from "./tree.ts";

const COLUMNS = 100;
/** Lines of findings that are shown; the rest is said to be left out. */
const LINES = 40;

/** The README's picture: what `rowguard check` says of the example workspace, cut in the middle. */
export async function checkPicture(): Promise<NewFile> {
  let output = "";
  const print = (text: string) => {
    output += text;
  };
  const cwd = join(ROOT, "examples", "strive", "before");
  await run(["check", "--no-cache"], {
    cwd,
    width: COLUMNS,
    colour: true,
    watched: false,
    print,
    complain: print,
  });
  return {
    path: "media/check.svg",
    text: renderPicture(`$ npx rowguard check\n${shorten(output)}`, COLUMNS),
  };
}

/** The first findings whole, and the score. */
function shorten(output: string): string {
  const score = output.lastIndexOf("\n\n", output.indexOf("\u001b[1mScore"));
  const findings = output.slice(0, score).split("\n\n");
  const shown: string[] = [];
  let lines = 0;
  for (const finding of findings) {
    lines += finding.split("\n").length + 1;
    if (lines > LINES) break;
    shown.push(finding);
  }
  const cut = shown.length < findings.length ? "\n\n      \u001b[2m⋮\u001b[22m" : "";
  return shown.join("\n\n") + cut + output.slice(score);
}
