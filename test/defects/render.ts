import { ORIGINAL, type Verdict } from "./suite.ts";

/** Each on its line: what leaks, and what was said. */
export const renderVerdicts = (verdicts: readonly Verdict[]): string =>
  verdicts
    .map(({ style, operator, where, leaks, findings }) => {
      const said = findings.map(({ rule, message }) => `${rule}: ${message}`).join(" / ");
      return `${style}, ${operator}, ${where}: ${leaks.join("; ") || "no leak"}; ${said || "nothing named"}`;
    })
    .join("\n");

/** Leaking mutants that were named, of all that leak; harmless ones that were flagged, of all harmless ones. */
export function renderTable(verdicts: readonly Verdict[]): string {
  const mutants = verdicts.filter(({ operator }) => operator !== ORIGINAL);
  const styles = [...new Set(mutants.map(({ style }) => style))];
  const operators = [...new Set(mutants.map(({ operator }) => operator))];
  const line = (name: string, of: readonly Verdict[]) => [
    name,
    ...styles.map((style) => cell(of.filter((each) => each.style === style))),
    cell(of),
  ];
  const lines = [
    ["named/leaking flagged/harmless", ...styles, "all"],
    ...operators.map((name) =>
      line(
        name,
        mutants.filter(({ operator }) => operator === name),
      ),
    ),
    line("all", mutants),
  ];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((each) => each[column]!.length)));
  return lines
    .map((each) =>
      each
        .map((text, i) => text.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function cell(verdicts: readonly Verdict[]): string {
  const leaking = verdicts.filter(({ leaks }) => leaks.length);
  const harmless = verdicts.filter(({ leaks }) => !leaks.length);
  const spoken = (some: readonly Verdict[]) => some.filter(({ findings }) => findings.length).length;
  return verdicts.length
    ? `${spoken(leaking)}/${leaking.length} ${spoken(harmless)}/${harmless.length}`
    : "-";
}
