import pc from "picocolors";
import type { DriftJson } from "./drift-shape.ts";
import { stringify } from "./json.ts";
import { printable } from "./printable.ts";

type Drift = DriftJson["drift"][number];

export const renderDriftJson = (drift: readonly Drift[], incomplete: readonly string[]): string =>
  stringify({ version: 1, drift: [...drift], incomplete: [...incomplete] } satisfies DriftJson);

/** Drift by object: `+` is in the database only, `-` in the migrations only. Ends in a line end. */
export function renderDrift(drift: readonly Drift[], { colour }: { readonly colour: boolean }): string {
  const ink = pc.createColors(colour);
  if (!drift.length) return "\nThe database is what the migrations make.\n";
  const objects = new Map<string, string[]>();
  for (const { object, where, statement } of drift) {
    const line = `  ${where === "database" ? "+" : "-"} ${printable(shorten(statement))}`;
    const inked = where === "database" ? ink.green(line) : ink.red(line);
    objects.set(object, [...(objects.get(object) ?? []), inked]);
  }
  const blocks = [...objects].map(
    ([object, lines]) => `${ink.bold(printable(object))}\n${lines.join("\n")}\n`,
  );
  const extra = drift.filter(({ where }) => where === "database").length;
  const counts = [
    extra && `${extra} only in the database (+)`,
    drift.length - extra && `${drift.length - extra} only in the migrations (-)`,
  ].filter(Boolean);
  return `\n${blocks.join("\n")}\n${counts.join(", ")}.\n`;
}

/** A function's body is not what one looks for here. */
const LONGEST = 300;
const shorten = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
