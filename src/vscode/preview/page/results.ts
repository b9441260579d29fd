import type { PreviewOutcome, Row, RowOrigin, RowsPage, TableAccess } from "../../../protocol/database.ts";
import { type Alignment, align } from "./align.ts";
import { button, count, make } from "./dom.ts";
import { type About, createGrid, type Grid, type Rows, widthsOf } from "./grid.ts";
import { wordsFor } from "./words.ts";

/** Rows that are asked for at once. */
const PAGE = 1000;
/** Up to so many rows of each, rows are put side by side; beyond, each list stands for itself. */
const ALIGNED = 5000;

export interface Results {
  readonly element: HTMLElement;
  /** Rows that came. */
  take(result: number, from: number, page: RowsPage): void;
}

interface Asking {
  readonly rows: (result: number, from: number, count: number) => void;
  /** Runs again and keeps more rows. */
  readonly all: () => void;
}

/** A card for each identity, side by side: what it sees, what it does not, and by which policies. */
export function showResults(outcomes: readonly PreviewOutcome[], asking: Asking): Results {
  const lists = outcomes.map(({ rows, origins, kept }) => {
    const list: (Line | undefined)[] = Array.from({ length: kept });
    put(list, 0, { rows, origins });
    return list;
  });
  const missing = outcomes.map(({ rows, kept }) => kept - rows.length);
  const compared = outcomes.map(({ status, kept }) => status === "ok" && kept <= ALIGNED);
  const aligns = compared.filter(Boolean).length > 1 && outcomes.every(({ kept }) => kept <= ALIGNED);
  const pages = new Set<string>();
  let grids: (Grid | undefined)[] = [];
  const places = outcomes.map(() => make("div", { class: "place" }));

  function ask(result: number, index: number): void {
    const from = Math.floor(index / PAGE) * PAGE;
    const key = `${result} ${from}`;
    if (pages.has(key)) return;
    pages.add(key);
    asking.rows(result, from, PAGE);
  }

  function draw(): void {
    const alignment = aligns
      ? align(lists.map((list, i) => (compared[i] ? list.map(keyOf) : [])))
      : undefined;
    grids = outcomes.map((outcome, i) => {
      if (!outcome.columns.length || (outcome.status !== "ok" && !outcome.kept)) return undefined;
      const rows = alignment && compared[i] ? alignedRows(i, alignment) : plainRows(i);
      if (!rows.length) return undefined;
      return createGrid({
        label: `Rows that ${outcome.identity} sees`,
        columns: outcome.columns,
        // The same for all, so that eyes can go from one to the next.
        widths: widthsOf(
          outcome.columns,
          lists.flatMap((list) => list.slice(0, 100).map((line) => line?.row)),
        ),
        rows,
        ...(alignment
          ? { onScroll: (top: number) => grids.forEach((grid) => void grid?.scrollTo(top)) }
          : {}),
      });
    });
    grids.forEach((grid, i) => {
      places[i]!.replaceChildren(...(grid ? [grid.element] : []));
      grid?.refresh();
    });
  }

  const plainRows = (result: number): Rows => ({
    length: lists[result]!.length,
    at(index) {
      const line = lists[result]![index];
      if (!line) ask(result, index);
      return line?.row;
    },
    about: (index) => aboutLine(lists[result]![index], false),
  });

  const alignedRows = (result: number, alignment: Alignment): Rows => {
    const lineAt = (index: number) => lists[result]![alignment[index]![result]!];
    return {
      length: alignment.length,
      at: (index) => lineAt(index)?.row ?? "gap",
      about: (index) =>
        aboutLine(
          lineAt(index),
          alignment[index]!.some((own, i) => own < 0 && compared[i]),
        ),
    };
  };

  const cards = outcomes.map((outcome, i) => renderCard(outcome, places[i]!, asking.all));
  if (aligns && missing.some((n) => n > 0)) {
    outcomes.forEach(({ rows, kept }, i) => {
      for (let from = Math.floor(rows.length / PAGE) * PAGE; from < kept; from += PAGE) ask(i, from);
    });
  } else draw();

  return {
    element: make("div", { class: "cards" }, ...cards),
    take(result, from, page) {
      const list = lists[result];
      if (!list) return;
      missing[result]! -= put(list, from, page);
      if (!aligns) grids[result]?.refresh();
      else if (missing.every((n) => n <= 0)) draw();
    },
  };
}

interface Line {
  readonly row: Row;
  readonly origin: RowOrigin | null;
}

/** Gives how many rows are new. */
function put(list: (Line | undefined)[], from: number, { rows, origins }: RowsPage): number {
  let added = 0;
  rows.forEach((row, i) => {
    if (!list[from + i]) added++;
    list[from + i] = { row, origin: origins[i] ?? null };
  });
  return added;
}

/** Rows without a known origin are the same when their values are. */
const keyOf = (line: Line | undefined): string => line?.origin?.key ?? JSON.stringify(line?.row);

function aboutLine(line: Line | undefined, partial: boolean): About {
  const origin = line?.origin;
  const words = [
    origin?.of ? `Belongs to ${origin.of}` : "",
    origin?.policies.length ? `Let in by ${origin.policies.map(({ policy }) => policy).join(", ")}` : "",
    partial && line ? "Not everybody here sees it" : "",
  ];
  return {
    mark: origin?.foreign ? "foreign" : partial ? "partial" : "",
    words: words.filter(Boolean).join(". "),
  };
}

const WORDS: Readonly<Record<PreviewOutcome["status"], string>> = {
  ok: "sees rows",
  denied: "denied",
  failed: "failed",
  invalid: "invalid",
  unproven: "unproven",
};

function renderCard(outcome: PreviewOutcome, place: HTMLElement, all: () => void): HTMLElement {
  const { identity, status, access, foreign, message, more } = outcome;
  const word = status === "ok" && !outcome.kept && outcome.written === null ? "sees nothing" : WORDS[status];
  const title = make("h2", {}, identity);
  return make(
    "section",
    { class: `card ${status}`, "aria-label": `${identity}: ${describe(outcome)}` },
    make(
      "header",
      {},
      title,
      make("span", { class: `status ${status}` }, outcome.written === null ? word : "rolled back"),
    ),
    make("p", { class: "counts" }, describe(outcome)),
    message && make("p", { class: "message" }, message),
    foreign.length > 0 && renderForeign(foreign),
    access.length > 0 &&
      renderAccess(access, { denied: status === "denied", none: outcome.kept === 0 && outcome.hidden === 0 }),
    place,
    more &&
      make(
        "p",
        { class: "more" },
        "There are more rows than these. ",
        button("Read up to 100,000", all, { secondary: true }),
      ),
  );
}

/** "3 rows, 5 hidden, 12 ms" */
function describe({ status, kept, more, hidden, written, time }: PreviewOutcome): string {
  const parts: string[] = [];
  if (written !== null) parts.push(`${count(written, "row")} written and rolled back`);
  if (status === "ok" && (written === null || kept))
    parts.push(`${more ? "first " : ""}${count(kept, "row")}`);
  if (status === "ok" && hidden !== null)
    parts.push(hidden ? `${hidden.toLocaleString("en")} hidden` : "nothing hidden");
  parts.push(`${time < 10 ? time.toFixed(1) : Math.round(time)} ms`);
  return parts.join(" · ");
}

function renderForeign(foreign: PreviewOutcome["foreign"]): HTMLElement {
  const rows = foreign.reduce((sum, each) => sum + each.rows, 0);
  const whose = foreign.slice(0, 3).map(({ of }) => of);
  return make(
    "p",
    { class: "foreign-words" },
    `${count(rows, "row")} of others: ${whose.join(", ")}${foreign.length > 3 ? ` and ${foreign.length - 3} more` : ""}`,
  );
}

type Decided = Parameters<typeof wordsFor>[1] & object;

/** Table by table, what decides what is seen. */
function renderAccess(access: readonly TableAccess[], how: Decided): HTMLElement {
  const items = access.map((each) =>
    make(
      "li",
      {},
      make("code", {}, each.table.replace(/^public\./, "")),
      `${sumOf(each)}: `,
      whyOf(each, how),
    ),
  );
  return make(
    "ul",
    { class: "access", "aria-label": how.denied ? "What decided" : "Why these rows are let through" },
    ...items,
  );
}

const sumOf = ({ seen, total }: TableAccess): string =>
  seen === null ? "" : total === null ? ` ${count(seen, "row")}` : ` ${seen} of ${count(total, "row")}`;

const whyOf = (access: TableAccess, how: Decided): HTMLElement =>
  make(
    "span",
    {},
    ...wordsFor(access, how).map((part) => (typeof part === "string" ? part : make("code", {}, part.policy))),
  );
