import type { NamedAt } from "../usage.ts";
import type { Known, KnownText, Piece } from "./known.ts";

/** Stands for a hole in joined text: no name contains it. */
export const HOLE = "\uFFFC";

/** Text in one string, with holes marked. */
export const joinText = (text: KnownText): string => text.pieces.map((piece) => piece.text ?? HOLE).join("");

/** A whole text as a name with its place; undefined where a part of it is not known. */
export function nameOf(text: KnownText): NamedAt | undefined {
  const value = joinText(text);
  return nameAt(text, 0, value.length);
}

/** A text of which parts are not known, with `*` for those: `room:*`. It stands at the first part that is. */
export function patternOf(text: KnownText): NamedAt | undefined {
  const first = text.pieces.find((piece) => piece.text);
  if (!first) return undefined;
  const span = { start: first.start, end: first.start + first.text!.length };
  return { value: joinText(text).replaceAll(HOLE, "*"), path: first.path, span, literal: false };
}

/** A text with what its unknown parts are called: `{organizationId}/{task.id}/{}`. */
export const templateOf = (text: KnownText): string =>
  text.pieces.map((piece) => piece.text ?? `{${piece.name ?? ""}}`).join("");

/** A part of a text, from `start` to `end` of the joined text, as a name with its place. */
export function nameAt(text: KnownText, start: number, end: number): NamedAt | undefined {
  const value = joinText(text).slice(start, end);
  if (value === "" || value.includes(HOLE)) return undefined;
  let before = 0;
  for (const piece of text.pieces) {
    const length = (piece.text ?? HOLE).length;
    if (start >= before && end <= before + length) return place(piece, value, start - before, length);
    before += length;
  }
  // The name is put together from several places: it stands at the first, and none of them can be edited.
  const first = text.pieces.find((piece) => piece.text);
  if (!first) return undefined;
  const span = { start: first.start, end: first.start + first.text!.length };
  return { value, path: first.path, span, literal: false };
}

function place(piece: Piece, value: string, from: number, length: number): NamedAt {
  const whole = from === 0 && value.length === length;
  const start = piece.start + from;
  const plain = piece.escaped ? value.replace(/\\(.)/g, "$1") : value;
  return {
    value: plain,
    path: piece.path,
    span: { start, end: start + value.length },
    literal: piece.direct && plain === value,
    ...(piece.quote && whole && { quote: piece.quote }),
  };
}

export const textsOf = (known: readonly Known[]): KnownText[] => known.filter((each) => each.is === "text");

/** The one text that an expression stands for; undefined for none, or several. */
export function oneText(known: readonly Known[]): string | undefined {
  const texts = textsOf(known).map(joinText);
  return texts.length === 1 && !texts[0]!.includes(HOLE) ? texts[0] : undefined;
}
