import type { Row } from "../../../protocol/database.ts";
import { make } from "./dom.ts";

/** Where a grid has its rows from. `gap`: a row that only others see. Undefined: not here yet, and asked for. */
export interface Rows {
  readonly length: number;
  at(index: number): Row | "gap" | undefined;
  /** What is to be known of a row besides its values. */
  about(index: number): About;
}

export interface About {
  /** `partial`: not everybody sees it; `foreign`: it belongs to another tenant or person. */
  readonly mark: "" | "partial" | "foreign";
  /** Whose it is and what lets it through. */
  readonly words: string;
}

export interface Grid {
  readonly element: HTMLElement;
  /** Draws what is in sight anew. */
  refresh(): void;
  scrollTo(top: number): void;
}

export interface GridOptions {
  readonly label: string;
  readonly columns: readonly string[];
  /** Of the columns, in characters. */
  readonly widths: readonly number[];
  readonly rows: Rows;
  readonly onScroll?: (top: number) => void;
}

const HEIGHT = 24;
/** Rows drawn above and below what is in sight. */
const MARGIN = 8;
/** Browsers draw nothing beyond some 33 million pixels; far more rows than the host keeps. */
const MOST = 1_000_000;

let grids = 0;

/** A table of any length: only rows in sight exist. Arrow keys move, Ctrl+C copies a cell. */
export function createGrid({ label, columns, widths, rows, onScroll }: GridOptions): Grid {
  const id = `grid-${grids++}`;
  const active = { row: 0, column: 0 };
  const body = make("div", { class: "body", role: "rowgroup" });
  const head = make(
    "div",
    { class: "head", role: "rowgroup" },
    make(
      "div",
      { class: "row", role: "row", "aria-rowindex": 1 },
      ...columns.map((name, i) =>
        make("div", { class: "cell", role: "columnheader", "aria-colindex": i + 1, title: name }, name),
      ),
    ),
  );
  const element = make(
    "div",
    {
      class: "grid",
      role: "grid",
      tabindex: 0,
      "aria-label": label,
      "aria-readonly": "true",
      "aria-rowcount": rows.length + 1,
      "aria-colcount": columns.length,
    },
    head,
    body,
  );
  element.style.setProperty("--columns", widths.map((width) => `${width}ch`).join(" "));
  element.style.setProperty("--width", `${widths.reduce((sum, width) => sum + width, 0)}ch`);
  body.style.height = `${Math.min(rows.length, MOST) * HEIGHT}px`;

  function draw(): void {
    const height = element.clientHeight || 400;
    const from = Math.max(0, Math.floor(element.scrollTop / HEIGHT) - MARGIN);
    const to = Math.min(rows.length, Math.ceil((element.scrollTop + height) / HEIGHT) + MARGIN);
    const drawn: HTMLElement[] = [];
    for (let index = from; index < to; index++) drawn.push(drawRow(index));
    body.replaceChildren(...drawn);
    if (rows.length) element.setAttribute("aria-activedescendant", cellId(active.row, active.column));
  }

  const cellId = (row: number, column: number) => `${id}-${row}-${column}`;

  function drawRow(index: number): HTMLElement {
    const row = rows.at(index);
    const { mark, words } = rows.about(index);
    const line = make("div", {
      class: `row ${row === "gap" ? "gap" : mark}`,
      role: "row",
      "aria-rowindex": index + 2,
      title: words,
      "aria-description": words,
    });
    line.style.transform = `translateY(${index * HEIGHT}px)`;
    if (row === "gap") line.append(drawGap(index));
    else line.append(...columns.map((_, column) => drawCell(index, column, row?.[column])));
    return line;
  }

  function drawGap(index: number): HTMLElement {
    const cell = make(
      "div",
      {
        class: "cell",
        role: "gridcell",
        "aria-colindex": 1,
        "aria-colspan": columns.length,
        id: cellId(index, 0),
      },
      "not seen",
    );
    if (index === active.row) cell.classList.add("active");
    return cell;
  }

  function drawCell(index: number, column: number, value: string | null | undefined): HTMLElement {
    const cell = make(
      "div",
      { class: "cell", role: "gridcell", "aria-colindex": column + 1, id: cellId(index, column) },
      value === undefined ? "…" : (value ?? "NULL"),
    );
    if (value === null) cell.classList.add("null");
    if (index === active.row && column === active.column) cell.classList.add("active");
    return cell;
  }

  function moveTo(row: number, column: number): void {
    active.row = Math.max(0, Math.min(rows.length - 1, row));
    active.column = Math.max(0, Math.min(columns.length - 1, column));
    const top = active.row * HEIGHT;
    const sight = element.clientHeight - 2 * HEIGHT;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top > element.scrollTop + sight) element.scrollTop = top - sight;
    draw();
    document
      .getElementById(cellId(active.row, active.column))
      ?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function press(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(element.clientHeight / HEIGHT) - 2);
    const { row, column } = active;
    const all = event.ctrlKey || event.metaKey;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => moveTo(row + 1, column),
      ArrowUp: () => moveTo(row - 1, column),
      ArrowRight: () => moveTo(row, column + 1),
      ArrowLeft: () => moveTo(row, column - 1),
      PageDown: () => moveTo(row + page, column),
      PageUp: () => moveTo(row - page, column),
      Home: () => moveTo(all ? 0 : row, 0),
      End: () => moveTo(all ? rows.length - 1 : row, columns.length - 1),
    };
    if (all && event.key === "c") copy();
    else if (moves[event.key]) moves[event.key]!();
    else return;
    event.preventDefault();
  }

  function copy(): void {
    const row = rows.at(active.row);
    if (row && row !== "gap") void navigator.clipboard.writeText(row[active.column] ?? "");
  }

  let asked = false;
  element.addEventListener("scroll", () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
      onScroll?.(element.scrollTop);
    });
  });
  element.addEventListener("keydown", press);
  body.addEventListener("mousedown", (event) => {
    const cell = (event.target as HTMLElement).closest(".cell");
    const [, row, column] = /-(\d+)-(\d+)$/.exec(cell?.id ?? "") ?? [];
    if (row !== undefined) moveTo(Number(row), Number(column));
  });
  new ResizeObserver(draw).observe(element);
  return {
    element,
    refresh: draw,
    scrollTo(top) {
      if (Math.abs(element.scrollTop - top) > 1) element.scrollTop = top;
    },
  };
}

/** In characters: as wide as the name and the first values, within reason. */
export function widthsOf(columns: readonly string[], rows: readonly (Row | undefined)[]): number[] {
  const widths = columns.map((name) => name.length);
  for (const row of rows)
    row?.forEach((value, column) => {
      widths[column] = Math.max(widths[column] ?? 0, value?.length ?? 4);
    });
  return widths.map((width) => Math.max(4, Math.min(width, 36)) + 2);
}
