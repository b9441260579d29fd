import { marked } from "marked";

/**
 * A rule's fixture, `test/rules/<category>/<rule-id>.md`, read. A heading with a fenced file below it is a test:
 *
 * - A fence whose first word is a language is a file; the rest of the info string is its path. Without a path the
 *   language gives one (`sql`: the first migration, `prisma`: `prisma/schema.prisma`, `json`: the configuration).
 * - In a file, a line below the code marks a finding: `-- ^^^^ message` (or `//`, `#`, or bare where the place begins
 *   in the first columns). The carets cover the exact place and the message is whole. `^^^^ warning: message` where
 *   the severity is not the rule's own. `^^^^… message` begins a place of several lines, and a caret without words below
 *   its last character ends it. `|` is an empty place.
 * - `fixed <path>` is the text of a file after every fix of the test. `migration` is the SQL that the fixes write.
 *   `intent` is the commands that the findings name, one a line. Blocks below a test are compared; a rule whose findings
 *   carry a kind of remedy shows it in one test at least.
 */
export interface Fixture {
  readonly path: string;
  readonly text: string;
  readonly tests: readonly FixtureTest[];
}

export interface FixtureTest {
  readonly title: string;
  /** The prose between the heading and its first block. */
  readonly prose: string;
  readonly blocks: readonly FixtureBlock[];
}

export interface FixtureBlock {
  readonly role: "file" | "fixed" | "intent" | "migration";
  readonly language: string;
  /** Path of the file; "" for intents and migrations. */
  readonly path: string;
  readonly text: string;
  /** Where `text` stands in the fixture. */
  readonly start: number;
  readonly end: number;
}

const DEFAULT_PATHS: Readonly<Record<string, string>> = {
  sql: "supabase/migrations/20240101000000_init.sql",
  prisma: "prisma/schema.prisma",
  ts: "lib/main.ts",
  tsx: "app/page.tsx",
  js: "lib/main.js",
  jsx: "app/page.jsx",
  vue: "components/main.vue",
  svelte: "routes/main.svelte",
  json: "rowguard.config.json",
  toml: "supabase/config.toml",
  env: ".env",
};

/** Reads a fixture; never throws: an unknown language without a path gives a file of the language's name. */
export function readFixture(path: string, text: string): Fixture {
  const tests: { title: string; prose: string; blocks: FixtureBlock[] }[] = [];
  let offset = 0;
  for (const token of marked.lexer(text)) {
    const start = text.indexOf(token.raw, offset);
    offset = start + token.raw.length;
    if (token.type === "heading") tests.push({ title: token.text, prose: "", blocks: [] });
    const test = tests.at(-1);
    if (!test) continue;
    if (token.type === "paragraph" && !test.blocks.length) test.prose += `${token.text}\n\n`;
    if (token.type === "code") test.blocks.push(readBlock(token.raw, start, test.blocks));
  }
  return { path, text, tests: tests.filter((test) => test.blocks.length) };
}

function readBlock(raw: string, start: number, before: readonly FixtureBlock[]): FixtureBlock {
  const [, fence, info, body] = /^(`{3,}|~{3,})([^\n]*)\n([\s\S]*?)(?<=\n)\1[ \t]*\n*$/.exec(raw) ?? [
    raw,
    "",
    "",
    raw,
  ];
  const [language = "", ...rest] = info!.trim().split(/\s+/);
  const named = rest.join(" ");
  const from = start + fence!.length + info!.length + 1;
  const common = { language, text: body!, start: from, end: from + body!.length };
  if (language === "intent" || language === "migration") return { ...common, role: language, path: "" };
  if (language === "fixed") {
    const only = before.find((block) => block.role === "file" && block.language !== "json");
    return { ...common, role: "fixed", path: named || (only?.path ?? "") };
  }
  return { ...common, role: "file", path: named || (DEFAULT_PATHS[language] ?? language) };
}

/** The sign that begins a line comment in a file of this path. */
export function commentSign(path: string): string {
  if (path.endsWith(".sql")) return "--";
  return /\.(toml|ya?ml|sh)$|(^|\/)\.env/.test(path) ? "#" : "//";
}
