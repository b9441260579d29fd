import { findSecret } from "../../text/secret.ts";
import type { SourceText } from "../../text/source-text.ts";
import type { ConnectionUrl, EnvironmentFile, EnvironmentVariable } from "./manifest.ts";

/**
 * Reads a `.env` file as dotenv does: `export`, quotes of three kinds (over several lines too), comments, `:` for `=`.
 * Never throws; what is no assignment is skipped. `tracked` is what git says of the file. No value is kept, only what
 * rules ask: whether it is empty, the parts of a connection string without its password, and whether it is a secret.
 */
export function readEnvironment(source: SourceText, tracked?: boolean): EnvironmentFile {
  return {
    path: source.path,
    example: EXAMPLE.test(source.path.slice(source.path.lastIndexOf("/") + 1)),
    tracked,
    variables: [...readVariables(source.text)],
  };
}

const EXAMPLE = /(?:^|[._-])(?:example|sample|template|tmpl|dist)(?:[._-]|$)/i;

/** From a line's first character to behind `=`. */
const ASSIGNMENT = /[ \t\ufeff]*(?:export[ \t]+)?([\w.-]+)[ \t]*(?:=|:[ \t])[ \t]*/y;
/** What a value's opening quote closes with, over several lines; a backslash keeps a quote from closing. */
const QUOTED: Readonly<Record<string, RegExp>> = {
  '"': /[^"\\]*(?:\\[\s\S][^"\\]*)*(?=")/y,
  "'": /[^'\\]*(?:\\[\s\S][^'\\]*)*(?=')/y,
  "`": /[^`\\]*(?:\\[\s\S][^`\\]*)*(?=`)/y,
};
const BARE = /[^#\r\n]*/y;
const REST = /[^\r\n]*(?:\r\n|[\r\n]|$)/y;

function* readVariables(text: string): Generator<EnvironmentVariable> {
  let at = 0;
  while (at < text.length) {
    const head = matchAt(ASSIGNMENT, text, at);
    const name = head?.[1];
    if (head && name !== undefined) {
      const valueSpan = findValue(text, at + head[0].length);
      const nameStart =
        at + head[0].indexOf(name, /^[ \t\ufeff]*(?:export[ \t]+)?/.exec(head[0])?.[0].length);
      yield {
        name,
        nameSpan: { start: nameStart, end: nameStart + name.length },
        valueSpan,
        empty: valueSpan.end === valueSpan.start,
        ...judge(text.slice(valueSpan.start, valueSpan.end)),
      };
      at = valueSpan.end;
    }
    at += matchAt(REST, text, at)?.[0].length || 1;
  }
}

/** The value without its quotes. */
function findValue(text: string, at: number): { start: number; end: number } {
  const quoted = QUOTED[text[at] ?? ""];
  if (quoted) {
    const inner = matchAt(quoted, text, at + 1)?.[0];
    if (inner !== undefined) return { start: at + 1, end: at + 1 + inner.length };
  }
  const bare = matchAt(BARE, text, at)?.[0].trimEnd() ?? "";
  return { start: at, end: at + bare.length };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** All that is kept of a value. */
function judge(value: string): Pick<EnvironmentVariable, "url" | "secret"> {
  const url = readConnectionUrl(value);
  const secret = findSecret(value);
  return { ...(url && { url }), ...(secret && { secret }) };
}

/** The parts of `postgresql://...` without its password; undefined for anything else. */
export function readConnectionUrl(value: string): ConnectionUrl | undefined {
  if (!/^postgres(?:ql)?:\/\//i.test(value) || !URL.canParse(value)) return undefined;
  const { username, hostname, port, pathname, searchParams } = new URL(value);
  const user = decode(username);
  const database = decode(pathname.slice(1));
  return {
    ...(user && { user }),
    ...(hostname && { host: hostname }),
    ...(port && { port: Number(port) }),
    ...(database && { database }),
    options: Object.fromEntries([...searchParams].filter(([name]) => !/password|secret|key/i.test(name))),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone % is what it says.
    return text;
  }
}
