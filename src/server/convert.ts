import type { Location, Position, Range } from "vscode-languageserver";
import { findLineStarts, positionAt } from "../text/source-text.ts";
import type { Place, Span } from "../text/span.ts";

/** Turns offsets into lines and characters and back, for one text. The only place where the server counts lines. */
export interface Lines {
  range(span: Span): Range;
  offset(position: Position): number;
}

const cut = new Map<string, { readonly text: string; readonly lines: Lines }>();
const MOST = 64;

/** Lines of a text; the last few texts are kept, since one request asks for many places in the same file. */
export function linesOf(path: string, text: string): Lines {
  const known = cut.get(path);
  if (known?.text === text) return known.lines;
  const starts = findLineStarts(text);
  const at = (offset: number): Position => {
    const { line, column } = positionAt(starts, Math.min(Math.max(offset, 0), text.length));
    return { line: line - 1, character: column - 1 };
  };
  const lines: Lines = {
    range: (span) => ({ start: at(span.start), end: at(Math.max(span.start, span.end)) }),
    offset: ({ line, character }) => {
      const start = starts[line] ?? text.length;
      return Math.min(start + character, starts[line + 1] ?? text.length, text.length);
    },
  };
  cut.delete(path);
  cut.set(path, { text, lines });
  for (const oldest of cut.keys()) {
    if (cut.size <= MOST) break;
    cut.delete(oldest);
  }
  return lines;
}

/** Paths of one workspace folder as URIs, and back. Paths are relative to the folder, with forward slashes. */
export interface Uris {
  uri(path: string): string;
  /** Undefined for what lies outside the folder. */
  path(uri: string): string | undefined;
}

/** Encodes as editors do: every segment by itself, and `:` of a drive letter too. */
export function urisOf(rootUri: string): Uris {
  const root = rootUri.replace(/\/+$/, "");
  const plain = decode(root);
  return {
    uri: (path) => (path === "" ? root : `${root}/${path.split("/").map(encodeURIComponent).join("/")}`),
    path: (uri) => {
      const whole = decode(uri);
      if (whole === plain) return "";
      return whole.startsWith(`${plain}/`) ? whole.slice(plain.length + 1) : undefined;
    },
  };
}

function decode(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

/** A place as a location; the start of the file where its text is not known. */
export function locationOf(place: Place, uris: Uris, text: (path: string) => string | undefined): Location {
  return { uri: uris.uri(place.path), range: rangeOf(place, text) };
}

export const rangeOf = (place: Place, text: (path: string) => string | undefined): Range => {
  const source = text(place.path);
  return source === undefined ? START : linesOf(place.path, source).range(place.span);
};

/** What is underlined of a place: no blanks at its ends, and of several lines the first, which is a sign where all were a wall. */
export function underlined(place: Place, text: (path: string) => string | undefined): Range {
  const source = text(place.path);
  if (source === undefined) return START;
  const said = source.slice(place.span.start, place.span.end);
  const [line = ""] = said.trim().split(/[\r\n]/, 1);
  const start = place.span.start + said.indexOf(line);
  const span = line ? { start, end: start + line.trimEnd().length } : place.span;
  return linesOf(place.path, source).range(span);
}

const START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
