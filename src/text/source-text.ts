/** A path and its text: the only way into the program. `path` is workspace-relative, with forward slashes. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** 1-based line, 1-based column in UTF-16 units, 0-based UTF-16 offset. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** The offset at which every line begins; `\n`, `\r\n` and lone `\r` end a line. */
export function findLineStarts(text: string): number[] {
  const starts = [0];
  // Lone returns are rare: without one, searching for line feeds is ten times as quick as looking at each character.
  if (text.includes("\r") && /\r(?!\n)/.test(text)) {
    for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + end.length);
    return starts;
  }
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Turns an offset into a position; an offset past the end is the end of the last line. */
export function positionAt(lineStarts: readonly number[], offset: number): Position {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lineStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - lineStarts[low]! + 1, offset };
}
