import { maskSecret } from "../../text/secret.ts";
import type { Span } from "../../text/span.ts";
import { readBody } from "./body.ts";
import type { Scanner } from "./scan.ts";
import type { PrismaBlock, PrismaValue } from "./schema.ts";
import { splitList, unquote } from "./value.ts";

interface Setting {
  readonly key: string;
  readonly value: PrismaValue;
  readonly span: Span;
}

/** A `datasource` or `generator` behind its brace: lines of `key = value`. */
export function readConfigBlock(
  scan: Scanner,
  header: { readonly name: string; readonly nameSpan: Span; readonly span: Span },
): PrismaBlock {
  const values = new Map<string, PrismaValue>();
  const valueSpans = new Map<string, Span>();
  const { end } = readBody<Setting>(scan, header.span, {
    read: readSetting,
    take: ({ key, value, span }) => {
      values.set(key, value);
      valueSpans.set(key, span);
    },
    attribute: ({ span: { from, to } }) =>
      scan.fail(
        scan.origin + from,
        scan.origin + to,
        "A datasource or generator has no attributes: delete this one.",
      ),
  });
  return {
    name: header.name,
    nameSpan: header.nameSpan,
    span: { start: header.span.start, end },
    values: Object.fromEntries(values),
    valueSpans: Object.fromEntries(valueSpans),
  };
}

function readSetting(scan: Scanner): Setting | undefined {
  const word = scan.identifier();
  const key = scan.text.slice(word.start, word.end);
  if (!key) return undefined;
  scan.skipSpaces();
  if (scan.code !== 61) {
    scan.fail(word.start, word.end, `${key} has no value: write ${key} = "...".`);
    return undefined;
  }
  scan.at++;
  scan.skipSpaces();
  const span = skipSettingValue(scan);
  if (span.end === span.start) {
    scan.fail(word.start, word.end, `${key} has no value: write ${key} = "...".`);
    return undefined;
  }
  const value = toValue(scan.text.slice(span.start, span.end));
  return { key, value: typeof value === "string" ? maskSecret(value) : value, span };
}

/** A value ends with its line, unless a bracket is open. */
function skipSettingValue(scan: Scanner): Span {
  const start = scan.at;
  let end = start;
  let depth = 0;
  while (!scan.done && scan.code !== 125) {
    if (scan.atNewline) {
      if (depth === 0 || scan.atEndOfArguments()) break;
      scan.skipBlankLines();
      continue;
    }
    if (scan.comment()) continue;
    if (scan.code === 34) scan.skipString();
    else {
      if (scan.code === 40 || scan.code === 91) depth++;
      else if (scan.code === 41 || scan.code === 93) depth--;
      scan.at++;
    }
    if (!isBlank(scan.text.charCodeAt(scan.at - 1))) end = scan.at;
  }
  if (depth > 0) scan.fail(start, end, "This bracket is not closed: end it with ] or ).");
  scan.at = end;
  return { start, end };
}

const isBlank = (code: number): boolean => code === 32 || code === 9;

function toValue(text: string): PrismaValue {
  const env = /^env\s*\(\s*("(?:[^"\\]|\\.)*"?)/.exec(text);
  if (env) return { env: unquote(env[1]!) };
  return text.startsWith("[") ? splitList(text).map(unquote) : unquote(text);
}
