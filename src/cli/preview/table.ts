import { printable } from "../../report/printable.ts";
import type { Ink } from "../../report/text.ts";
import { characters, widthOf } from "../../report/width.ts";

/** A column: what stands above it, and in it; null is NULL. */
export interface Column {
  readonly title: string;
  readonly cells: readonly (string | null)[];
}

/** Columns of the terminal below which a value says nothing any more. */
const NARROW = 8;
const WIDE = 48;

/** Columns side by side in at most `width`: the widest give way first; those that find no room are named below. */
export function renderTable(columns: readonly Column[], width: number, ink: Ink): string[] {
  const texts = columns.map(({ title, cells }) =>
    [title, ...cells.map((cell) => cell ?? NULL)].map(printable),
  );
  const wanted = texts.map((lines) => Math.min(WIDE, Math.max(...lines.map(widthOf))));
  const widths = fitWidths(wanted, width);
  const rows = (columns[0]?.cells.length ?? 0) + 1;
  const lines = Array.from({ length: rows }, (_, row) =>
    widths
      .map((size, i) => {
        const text = shorten(texts[i]![row]!, size);
        const padded = isNumeric(columns[i]!)
          ? " ".repeat(size - widthOf(text)) + text
          : text + " ".repeat(size - widthOf(text));
        if (row === 0) return ink.dim(padded);
        return columns[i]!.cells[row - 1] === null ? ink.dim(padded) : padded;
      })
      .join("  ")
      .trimEnd(),
  );
  const left = columns.slice(widths.length).map(({ title }) => printable(title));
  return left.length ? [...lines, ink.dim(shorten(`no room for ${left.join(", ")}`, width))] : lines;
}

const NULL = "null";

const isNumeric = ({ cells }: Column): boolean =>
  cells.some((cell) => cell !== null) && cells.every((cell) => cell === null || /^-?\d+(\.\d+)?$/.test(cell));

/** Widths of as many columns as there is room for. */
function fitWidths(wanted: readonly number[], width: number): number[] {
  const least = wanted.map((size) => Math.min(size, NARROW));
  let shown = wanted.length;
  while (shown > 1 && total(least.slice(0, shown)) > width) shown--;
  const widths = wanted.slice(0, shown);
  while (total(widths) > width) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= 1) break;
    widths[widest]!--;
  }
  return widths;
}

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, size) => sum + size, 0) + 2 * Math.max(0, widths.length - 1);

function shorten(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const character of characters(text)) {
    used += widthOf(character);
    if (used > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
