import { canBeTrue } from "../catalog/meaning/decide.ts";
import type { World } from "../catalog/meaning/facts.ts";
import { type Formula, type Term, termsIn, visit } from "../catalog/meaning/formula.ts";
import { claimOf } from "./atoms.ts";
import { isEverybodys } from "./claims.ts";
import { worldOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import { claimedTenants } from "./tenant-claims.ts";

/**
 * The claims and settings of which a stranger must have some value to meet a condition, in words where they name a
 * tenant. Any other claim that not everybody has may well be a privilege.
 */
export function neededClaims(project: Project, formula: Formula): readonly (string | undefined)[] {
  const stranger = worldOf(project, "stranger");
  const isNeeded = (key: string): boolean => {
    const know: World["know"] = (term) => (term.key === key ? "null" : stranger.know(term));
    return canBeTrue(formula, { ...stranger, know }) === "no";
  };
  const tenants = claimedTenants(project, formula);
  const keys = new Set([...tenants.keys(), ...claimsIn(project, formula)]);
  return [...keys].filter(isNeeded).map((key) => tenants.get(key));
}

function claimsIn(project: Project, formula: Formula): readonly string[] {
  const found: string[] = [];
  const look = (term: Term): void => {
    if (term.kind === "apply") term.args.forEach(look);
    const claim = claimOf(project, term)?.join(".");
    if (claim && !isEverybodys(claim) && !project.platform.token?.objects.includes(claim))
      found.push(term.key);
  };
  visit(formula, (part) => {
    termsIn(part).forEach(look);
  });
  return found;
}

/** Needs a claim that says what somebody may do, rather than of which tenant he is. */
export const needsPrivilege = (project: Project, formula: Formula): boolean =>
  neededClaims(project, formula).includes(undefined);
