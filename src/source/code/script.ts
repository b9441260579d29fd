import type { SourceText } from "../../text/source-text.ts";

/** A text that is TypeScript or JavaScript alone, with every offset where it was. */
export interface Script {
  readonly text: string;
  readonly language: "ts" | "tsx" | "js";
  /** False where markup stands beside the script. */
  readonly wholeFile: boolean;
}

const LANGUAGES: Readonly<Record<string, Script["language"]>> = {
  ts: "ts",
  mts: "ts",
  cts: "ts",
  tsx: "tsx",
  js: "js",
  jsx: "js",
  mjs: "js",
  cjs: "js",
};

/** True for files that `readCode` knows how to read, by extension. */
export const isCode = (path: string): boolean => {
  const extension = extensionOf(path);
  return extension in LANGUAGES || isComponent(extension);
};

/** Components of Vue and Svelte are sent to browsers; Astro's front matter is not. */
export const shipsToBrowser = (path: string): boolean => /\.(vue|svelte)$/.test(path);

/** The script of a file: all of it, or the `<script>` blocks of a component with everything else blank. */
export function findScript(source: SourceText): Script {
  const extension = extensionOf(source.path);
  const language = LANGUAGES[extension];
  if (language) return { text: source.text, language, wholeFile: true };
  return readComponent(source.text, extension);
}

function readComponent(text: string, extension: string): Script {
  const kept: [start: number, end: number][] = [];
  let language: Script["language"] = "ts";
  if (extension === "astro") {
    const front = /^\s*---\r?\n([\s\S]*?)^---/m.exec(text);
    if (front && text.slice(0, front.index).trim() === "") {
      const start = front.index + front[0].indexOf("---") + 3;
      kept.push([start, front.index + front[0].length - 3]);
    }
  }
  for (const block of text.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi)) {
    if (/\blang\s*=\s*["']?[tj]sx/.test(block[1]!)) language = "tsx";
    const start = block.index + block[0].indexOf(">", "<script".length + block[1]!.length) + 1;
    kept.push([start, start + block[2]!.length]);
  }
  return { text: blankOutside(text, kept), language, wholeFile: false };
}

/** Semicolons keep two blocks apart; blanks keep the offsets. */
function blankOutside(text: string, kept: readonly (readonly [number, number])[]): string {
  let out = "";
  for (const [start, end] of kept) {
    if (start < out.length) continue;
    out += `${" ".repeat(Math.max(0, start - out.length - 1))}${start > out.length ? ";" : ""}`;
    out += text.slice(start, end);
  }
  return out + " ".repeat(Math.max(0, text.length - out.length));
}

const isComponent = (extension: string): boolean =>
  extension === "vue" || extension === "svelte" || extension === "astro";

const extensionOf = (path: string): string => path.slice(path.lastIndexOf(".") + 1).toLowerCase();
