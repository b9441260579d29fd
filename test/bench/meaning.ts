import { renderTable, renderVerdicts } from "../defects/render.ts";
import { judgeAll, ORIGINAL } from "../defects/suite.ts";
import type { Row } from "./table.ts";

/** Every seeded defect: what PostgreSQL lets through, and what the rules say. */
export async function benchMeaning(): Promise<Row[]> {
  const verdicts = await judgeAll();
  const wrong = verdicts.filter(({ operator, leaks, findings }) =>
    operator === ORIGINAL ? leaks.length + findings.length : !leaks.length !== !findings.length,
  );
  console.log(`\n${renderVerdicts(wrong)}\n\n${renderTable(verdicts)}`);
  console.log("splinter was not run on these mutants.");
  return [];
}
