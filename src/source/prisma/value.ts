import type { PrismaAttribute } from "./schema.ts";

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** The text of `"a \"b\""`; anything that is no string stays as it is. */
export function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  const inner = text.slice(1, text.length > 1 && text.endsWith('"') ? -1 : undefined);
  if (!inner.includes("\\")) return inner;
  return inner.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code: string | undefined, mark: string) =>
    code ? String.fromCharCode(Number.parseInt(code, 16)) : (ESCAPES[mark] ?? mark),
  );
}

/** The named argument, else, where `orFirst`, the first unnamed one, as raw text. */
export function findArgument(
  attribute: PrismaAttribute,
  name: string,
  orFirst: "named" | "or-first" = "named",
): string | undefined {
  let first: string | undefined;
  for (const arg of attribute.args) {
    if (arg.name === name) return arg.text;
    if (arg.name === "") first ??= arg.text;
  }
  return orFirst === "or-first" ? first : undefined;
}

/** The items of `[a, b(sort: Desc)]` as raw texts; a single value is a list of one. */
export function splitList(text: string): string[] {
  const inner = text.startsWith("[") ? text.slice(1, text.endsWith("]") ? -1 : undefined) : text;
  if (!/[("/[]/.test(inner)) return trimmed(inner.split(","));
  const items: string[] = [];
  let item = "";
  let depth = 0;
  for (const [token] of inner.matchAll(/"(?:\\.|[^"\\\n])*"?|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/|[\s\S]/g)) {
    if (token.startsWith("//") || token.startsWith("/*")) continue;
    if (token === "(" || token === "[") depth++;
    else if (token === ")" || token === "]") depth--;
    if (token === "," && depth === 0) {
      items.push(item);
      item = "";
    } else item += token;
  }
  return trimmed([...items, item]);
}

const trimmed = (items: readonly string[]): string[] =>
  items.map((item) => item.trim()).filter((item) => item !== "");

/** The names in `[a, b(sort: Desc)]`, without their arguments. */
export const listNames = (text: string | undefined): string[] =>
  text === undefined ? [] : splitList(text).map(withoutArguments);

function withoutArguments(item: string): string {
  const paren = item.indexOf("(");
  return paren < 0 ? item : item.slice(0, paren).trimEnd();
}
