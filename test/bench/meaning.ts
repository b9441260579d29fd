import { renderTable, renderVerdicts } from "../defects/render.ts";
import { judgeAll, ORIGINAL } from "../defects/suite.ts";
import { findAdvisor } from "../splinter/advisor.ts";
import { adviseOnMutants } from "../splinter/mutants.ts";
import type { Row } from "./table.ts";

/** Every seeded defect: what PostgreSQL lets through, and what the rules say. */
export async function benchMeaning(): Promise<Row[]> {
  const verdicts = await judgeAll();
  const wrong = verdicts.filter(({ operator, leaks, findings }) =>
    operator === ORIGINAL ? leaks.length + findings.length : !leaks.length !== !findings.length,
  );
  console.log(`\n${renderVerdicts(wrong)}\n\n${renderTable(verdicts)}`);
  const advisor = findAdvisor();
  console.log(
    advisor === undefined
      ? "splinter could not be fetched."
      : `\nSupabase's advisors (splinter) on the same mutants:\n${renderTable(await adviseOnMutants(advisor, verdicts))}`,
  );
  return [];
}
