/** One measured value and what it may be at most. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: "ms" | "MB" | "x";
  readonly budget?: number;
}

/** Rows in columns; a value over its budget says so. */
export function renderRows(rows: readonly Row[]): string {
  const widest = Math.max(...rows.map(({ what }) => what.length));
  return rows
    .map(({ what, value, unit, budget }) => {
      const limit = budget === undefined ? "" : `at most ${format(budget, unit)}`;
      const verdict = budget === undefined ? "" : value <= budget ? "ok" : "OVER";
      return `${what.padEnd(widest)}  ${format(value, unit).padStart(10)}  ${limit.padEnd(17)}  ${verdict}`.trimEnd();
    })
    .join("\n");
}

export const isOver = ({ value, budget }: Row): boolean => budget !== undefined && !(value <= budget);

const format = (value: number, unit: Row["unit"]): string =>
  `${unit === "ms" && value >= 10 ? Math.round(value) : value.toFixed(unit === "MB" ? 0 : 2)} ${unit}`;
