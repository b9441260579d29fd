import { posix } from "node:path";
import type { ImportedFact } from "../source/code/facts.ts";
import type { Edit } from "../text/edit.ts";
import type { Remedy } from "../text/finding.ts";
import { literal, wholeName } from "../text/pattern.ts";
import type { Span } from "../text/span.ts";
import type { Project } from "./project.ts";

/** A client that code makes, as a rule about duplicates sees it. */
export interface MadeClient {
  readonly path: string;
  readonly span: Span;
  /** The class or factory that makes it, and the module it comes from. */
  readonly made: string;
  readonly module: string;
  readonly variable?: string;
  readonly exportedAs?: string;
  readonly declaration?: Span;
  readonly imported?: ImportedFact;
}

/**
 * The edits by which a file imports `kept` instead of making a client of its own: the declaration goes, or builds on the
 * one (`prisma.$extends(...)`), and the import of what made it becomes the import of the one. Undefined where that cannot
 * be done whole.
 */
export function replaceClient(project: Project, duplicate: MadeClient, kept: MadeClient): Remedy | undefined {
  const text = project.text(duplicate.path);
  const { variable, declaration, span } = duplicate;
  if (text === undefined || !variable || !declaration || !isImportable(kept)) return undefined;
  if (kept.path === duplicate.path) return useAbove(duplicate, kept);
  const before = findImport(text, duplicate);
  if (!before || !DECLARED.test(text.slice(declaration.start, span.start))) return undefined;
  const from = `${before.quote}${specifierFor(text, duplicate.path, kept.path)}${before.quote}${before.end}`;
  const tail = text.slice(span.end, declaration.end);
  const edits = /^\s*\.\$extends\b/.test(tail)
    ? buildOn(text, duplicate, kept, before, from)
    : /^[\s;]*$/.test(tail)
      ? standIn(text, { ...duplicate, variable, declaration }, kept, before, from)
      : undefined;
  return edits && { kind: "edit", title: `Import the client of ${kept.path}`, edits };
}

/** In one file the client that stands above takes the other's place. */
function useAbove({ path, span }: MadeClient, { variable, span: above }: MadeClient): Remedy | undefined {
  if (variable === undefined || above.start > span.start) return undefined;
  return { kind: "edit", title: `Use ${variable}`, edits: [{ path, span, text: variable }] };
}

/** A declaration of one variable, up to the client: `export const db: Db = globalThis.db ?? `. */
const DECLARED =
  /^(?:export\s+)?(?:const|let|var)\s+[\w$]+\s*(?::[^=]+)?=\s*(?:[\w$.?!]+\s*(?:\?\?|\|\|)\s*)?$/;

/** `new PrismaClient().$extends(...)` becomes `prisma.$extends(...)`. */
function buildOn(
  text: string,
  { path, span, made }: MadeClient,
  kept: MadeClient,
  before: FoundImport,
  from: string,
): Edit[] | undefined {
  const name = kept.exportedAs === "default" ? (kept.variable ?? "client") : kept.exportedAs!;
  if (new RegExp(`(?<![\\w$.@/-])${literal(name)}\\b`).test(text)) return undefined;
  const statement = `import ${importing(kept, name)} from ${from}`;
  return [replaceImport(text, { path, made }, span, before, statement), { path, span, text: name }];
}

/** The variable is imported, and exported again where others import it from here. */
function standIn(
  text: string,
  duplicate: MadeClient & { readonly variable: string; readonly declaration: Span },
  kept: MadeClient,
  before: FoundImport,
  from: string,
): Edit[] {
  const { path, variable, declaration } = duplicate;
  const exported = /^export\b/.test(text.slice(declaration.start, declaration.end));
  const others =
    text.slice(0, before.span.start) +
    text.slice(before.span.end, declaration.start) +
    text.slice(declaration.end);
  if (exported && !/[^\s;]/.test(others)) {
    const whole = { start: before.span.start, end: declaration.end };
    return [{ path, span: whole, text: `export { ${naming(kept, variable)} } from ${from}` }];
  }
  const statement = `import ${importing(kept, variable)} from ${from}`;
  const rest = exported
    ? { path, span: declaration, text: `export { ${variable} }${before.end}` }
    : { path, span: wholeLine(text, declaration), text: "" };
  return [replaceImport(text, duplicate, declaration, before, statement), rest];
}

/** A client that a module exports as it is, not through a function. */
const isImportable = ({ exportedAs, variable }: MadeClient): boolean =>
  exportedAs !== undefined && (exportedAs === "default" || exportedAs === variable);

const naming = ({ exportedAs }: MadeClient, variable: string): string =>
  exportedAs === variable ? variable : `${exportedAs} as ${variable}`;

const importing = (kept: MadeClient, variable: string): string =>
  kept.exportedAs === "default" ? variable : `{ ${naming(kept, variable)} }`;

interface FoundImport extends ImportedFact {
  /** `;` where the file ends statements with it. */
  readonly end: string;
}

/** The statement that imports what the duplicate is made with, under its own name. */
function findImport(text: string, { made, module, imported }: MadeClient): FoundImport | undefined {
  if (!imported?.names.includes(made)) return undefined;
  const written = text.slice(imported.span.start, imported.span.end);
  const { quote } = imported;
  return written.includes(`${quote}${module}${quote}`)
    ? { ...imported, end: written.endsWith(";") ? ";" : "" }
    : undefined;
}

/** What else the file uses of the old import stays imported. */
function replaceImport(
  text: string,
  { path, made }: Pick<MadeClient, "path" | "made">,
  removed: Span,
  before: FoundImport,
  statement: string,
): Edit {
  const uses = [...text.matchAll(new RegExp(wholeName(made), "g"))].filter(
    ({ index }) =>
      !(index >= before.span.start && index < before.span.end) &&
      !(index >= removed.start && index < removed.end),
  );
  const others = before.names.filter((name) => name !== made);
  if (!uses.length && !others.length) return { path, span: before.span, text: statement };
  const written = text.slice(before.span.start, before.span.end);
  const old = uses.length ? written : written.replace(/\{[^}]*\}/, `{ ${others.join(", ")} }`);
  return { path, span: before.span, text: `${old}${text.includes("\r\n") ? "\r\n" : "\n"}${statement}` };
}

/** The path to `to` as `from` would import it: relative, with an extension where the file writes extensions. */
export function specifierFor(text: string, from: string, to: string): string {
  const extension = /from\s*["']\.{1,2}\/[^"']+(\.[cm]?[jt]s)["']/.exec(text)?.[1];
  const bare = to.replace(/\.[cm]?[jt]sx?$/, "");
  const path = posix.relative(
    posix.dirname(from),
    extension ? `${bare}${extension}` : bare.replace(/\/index$/, ""),
  );
  return path.startsWith(".") ? path : `./${path}`;
}

/** A statement with its indentation and line end, and one of the empty lines around it. */
function wholeLine(text: string, { start: from, end }: Span): Span {
  const start = from - /[ \t]*$/.exec(text.slice(Math.max(0, from - 200), from))![0].length;
  const after = /^;?[ \t]*(\r?\n)?/.exec(text.slice(end, end + 200))![0].length;
  const next = end + after;
  const blankBefore = /(^|\n)\r?\n[ \t]*$/.test(text.slice(Math.max(0, start - 200), start));
  const blankAfter = blankBefore ? (/^[ \t]*\r?\n/.exec(text.slice(next, next + 200))?.[0].length ?? 0) : 0;
  return { start, end: next + blankAfter };
}
