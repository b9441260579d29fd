import type { SourceText } from "../../text/source-text.ts";
import { type CodeFacts, type ModuleFact, noFacts } from "./facts.ts";
import { findScript, shipsToBrowser } from "./script.ts";
import type { Value } from "./value.ts";

/**
 * Modules and marks of a file without parsing it: enough to follow re-exports and to know what reaches the browser.
 * Never throws.
 */
export function skimCode(source: SourceText): CodeFacts {
  const { text } = findScript(source);
  const side = findSide(source.path, text);
  const found: Found = { modules: [], exports: Object.create(null), stars: [] };
  for (const match of text.matchAll(IMPORT)) readModule(match, found);
  return { ...noFacts(source.path), ...found, depth: "skim", ...(side && { side }) };
}

interface Found {
  readonly modules: ModuleFact[];
  readonly exports: Record<string, Value>;
  readonly stars: number[];
}

const CLAUSE = String.raw`(type\s+)?(?:([\w$]+)\s*,?\s*)?(?:\*\s*as\s+([\w$]+)|\{([^{}]*)\})?\s*from\s*`;
const IMPORT = new RegExp(
  String.raw`^[ \t;]*import\s*(?:${CLAUSE})?(["'])([^"'\n]+)\5` +
    String.raw`|^[ \t;]*export\s+(type\s+)?(?:\*(?:\s*as\s+([\w$]+))?|\{([^{}]*)\})\s*from\s*(["'])([^"'\n]+)\10` +
    String.raw`|\b(?:import|require)\s*\(\s*(["'])([^"'\n]+)\12\s*\)`,
  "gm",
);

function readModule(match: RegExpMatchArray & { index: number }, found: Found): void {
  const [whole, type, one, all, some, , imported, exportType, exportAll, exportSome, , exported, , called] =
    match;
  const specifier = imported ?? exported ?? called ?? "";
  const at = match.index + whole.lastIndexOf(specifier);
  const module = found.modules.length;
  const how = imported !== undefined ? "import" : called !== undefined ? "call" : "export";
  const renamed = exported === undefined ? [] : readNames(exportSome ?? `* as ${exportAll ?? "*"}`);
  const names =
    how === "import" ? importedNames(one, all, some) : how === "call" ? ["*"] : renamed.map(([name]) => name);
  found.modules.push({
    specifier,
    at,
    quote: whole.charAt(at - match.index - 1),
    start: match.index,
    names,
    how,
    ...((type ?? exportType) && { typeOnly: true as const }),
  });
  for (const [name, as] of renamed)
    if (as === "*") found.stars.push(module);
    else found.exports[as] = { is: "import", module, name };
}

function importedNames(one?: string, all?: string, some?: string): string[] {
  const names = some === undefined ? [] : readNames(some).map(([name]) => name);
  if (all !== undefined) names.push("*");
  if (one !== undefined) names.push("default");
  return names;
}

const readNames = (list: string): [name: string, as: string][] =>
  list
    .split(",")
    .map((each) =>
      each
        .trim()
        .replace(/^type\s+/, "")
        .split(/\s+as\s+/),
    )
    .filter((pair) => /^([\w$]+|\*)$/.test(pair[0]!))
    .map((pair) => [pair[0]!, pair[1] ?? pair[0]!]);

/** Which side of the wire a file is made for, as its first lines say. */
export function findSide(path: string, text: string): CodeFacts["side"] {
  const directive = /^(?:\s|;|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*["']use (client|server)["']/.exec(text);
  if (directive) return directive[1] as "client" | "server";
  if (text.includes("server-only") && /^[ \t]*import\s*["']server-only["']/m.test(text)) return "server";
  if (text.includes("react-dom/client") && /\bfrom\s*["']react-dom\/client["']/.test(text)) return "client";
  return shipsToBrowser(path) ? "client" : undefined;
}
