import { qualify, type Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import { type Formula, spokenBy, type Term, termsIn, visit } from "../catalog/meaning/formula.ts";
import { type CallerTerm, claimOf, equalitiesIn, isCallerId } from "./atoms.ts";
import { wordOf } from "./caller-settings.ts";
import { clausesOf } from "./clauses.ts";
import { identityOf } from "./identity.ts";
import { propositionOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import { isCalledTenant } from "./storage-folders.ts";
import { tenantColumnOf } from "./tenant-column.ts";

/** The claims and settings in a condition that name a tenant, by their keys, as they are written. */
export function claimedTenants(project: Project, formula: Formula): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  visit(formula, (part) => {
    for (const claim of termsIn(part).flatMap(callersIn)) {
      const said = saidOf(project, claim);
      if (said && namesTenant(project, claim, said.last)) found.set(claim.key, said.whole);
    }
  });
  return found;
}

const callersIn = (term: Term): readonly CallerTerm[] =>
  term.kind === "caller" ? [term] : term.kind === "apply" ? term.args.flatMap(callersIn) : [];

/** `the claim app_metadata.org_id`, `the setting app.tenant_id`, and the last word of it. */
function saidOf(
  project: Project,
  term: CallerTerm,
): { readonly whole: string; readonly last: string } | undefined {
  const path = claimOf(project, term);
  if (path) return path.length ? { whole: `the claim ${path.join(".")}`, last: path.at(-1)! } : undefined;
  const setting = /^current_setting\('(.*)'\)$/.exec(term.source)?.[1];
  return setting === undefined ? undefined : { whole: `the setting ${setting}`, last: wordOf(setting) };
}

/** Policies say so by what they compare it with; where none does, its name may. */
const namesTenant = (project: Project, claim: CallerTerm, name: string): boolean =>
  !isCallerId(project, claim) &&
  (comparedWithTenants(project).has(claim.key) || isCalledTenant(project, name));

const comparedWithTenants = derived((project: Project): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const table of project.catalog.tables.values())
    for (const key of comparedIn(project, table)) found.add(key);
  return found;
});

const comparedIn = derived((project: Project, table: Table): readonly string[] => {
  const isStored = qualify(table.schema, table.name) === project.platform.storageObjects;
  const own = tenantColumnOf(project, table);
  const isOfTenant = (term: Term) => (isStored ? isOfRow(term) : isTenant(project, term, own));
  return [...table.policies.values()].flatMap((policy) =>
    clausesOf(policy).flatMap(({ clause }) =>
      [...equalitiesIn(propositionOf(project, table, clause).formula)].flatMap(({ sides: [claim, other] }) =>
        claim.kind === "caller" && isOfTenant(other) ? [claim.key] : [],
      ),
    ),
  );
});

/** Of a stored object: its path, or a folder of it. */
function isOfRow(term: Term): boolean {
  const { row, local, caller } = spokenBy(term);
  return row && !local && !caller;
}

function isTenant(project: Project, term: Term, own: string | undefined): boolean {
  if (term.kind !== "column") return false;
  if (term.row === 0 && term.column === own) return true;
  const { tenant } = project.tenancy;
  return tenant !== undefined && identityOf(project, term)?.of === tenant.table;
}
