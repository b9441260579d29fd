import { listRuleFiles, loadRule } from "../../src/build/rule-files.ts";
import { ROOT } from "../../src/build/tree.ts";
import { type ActiveRule, activeRules } from "../../src/lint/active.ts";
import { readConfiguration } from "../../src/lint/read-configuration.ts";
import { runRules } from "../../src/lint/run.ts";
import type { Finding } from "../../src/text/finding.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";
import { type Draft, draftOf, writeDraft } from "./draft.ts";
import { Judge } from "./judge.ts";
import { type Mutant, mutantsOf } from "./operators.ts";
import { STYLES } from "./styles.ts";

/** One policy set, as PostgreSQL and the rules see it. */
export interface Verdict {
  readonly style: string;
  readonly operator: string;
  readonly where: string;
  readonly sql: string;
  /** What PostgreSQL let happen; empty where nothing leaks. */
  readonly leaks: readonly string[];
  /** What the rules say about leaks. */
  readonly findings: readonly Finding[];
}

export const ORIGINAL = "original";

/** Rules about cost, style, and policies that give too little or decide nothing: none of them claims that rows leak. */
const SILENT_CATEGORIES = new Set(["cost", "conventions", "models", "environment", "clients"]);
const ABOUT_TOO_LITTLE = new Set([
  "grant-missing",
  "policies-restrictive-only",
  "policy-compares-unrelated",
  "policy-name-unknown",
  "policy-never-true",
  "policy-overrides-stricter",
  "policy-reads-ungranted",
  "policy-target-unknown",
  "policy-type-mismatch",
  "returning-without-select",
  "setting-read-unsafe",
  "update-without-select",
]);

const speaksOfLeak = ({ severity }: Finding): boolean => severity !== "info";

/** All mutants, or one of `oneOf`. */
export async function judgeAll(oneOf = 1): Promise<Verdict[]> {
  const all = await Promise.all(listRuleFiles(ROOT).map((file) => loadRule(ROOT, file)));
  const registry = all.filter(
    ({ id, category }) => !SILENT_CATEGORIES.has(category) && !ABOUT_TOO_LITTLE.has(id),
  );
  const judge = await Judge.start();
  const verdicts: Verdict[] = [];
  try {
    for (const [at, style] of STYLES.entries()) {
      const configuration = await readConfiguration(configurationOf(style), registry);
      const rules = activeRules(registry, configuration);
      const original = { operator: ORIGINAL, where: "", draft: draftOf(style) };
      for (const { operator, where, draft } of [
        original,
        ...sample(unique([original, ...mutantsOf(original.draft)]).slice(1), oneOf, at),
      ]) {
        const leaks = await judge.leaksOf(draft);
        const findings = await findingsOf(draft, configuration, rules);
        verdicts.push({ style: style.name, operator, where, sql: writeDraft(draft), leaks, findings });
      }
    }
  } finally {
    await judge.close();
  }
  return verdicts;
}

/** A mutation that changes nothing, or what another made already, is none. */
function unique<T extends { readonly draft: Draft }>(all: readonly T[]): T[] {
  const seen = new Set<string>();
  return all.filter(({ draft }) => {
    const sql = writeDraft(draft);
    return seen.size < seen.add(sql).size;
  });
}

/** Every operator begins elsewhere in every style, so that all of them come about in one style or another. */
function sample(mutants: readonly Mutant[], oneOf: number, style: number): Mutant[] {
  const operators = [...new Set(mutants.map(({ operator }) => operator))];
  return operators.flatMap((name, start) =>
    mutants
      .filter(({ operator }) => operator === name)
      .filter((_, index) => (index + start + style) % oneOf === 0),
  );
}

const configurationOf = ({ platform }: Draft["style"]) => ({
  path: "rowguard.config.json",
  text: JSON.stringify({ platform, ...(platform === "postgres" && { applicationRole: "app" }) }),
});

type Configuration = Awaited<ReturnType<typeof readConfiguration>>;

async function findingsOf(
  draft: Draft,
  configuration: Configuration,
  rules: readonly ActiveRule[],
): Promise<Finding[]> {
  const text = `${draft.style.schema}\n${writeDraft(draft)}\n`;
  const projects = await buildProjectFromTexts([{ path: "migrations/0001_init.sql", text }], configuration);
  return projects.flatMap((project) => runRules(project, rules).findings).filter(speaksOfLeak);
}
