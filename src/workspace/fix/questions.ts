import { accessOf } from "../../project/access/access.ts";
import type { Project } from "../../project/project.ts";
import { rivalsOf } from "../../project/tenancy/rivals.ts";
import type { Candidate } from "../../project/tenancy.ts";
import type { Finding } from "../../text/finding.ts";
import { requestOf } from "./resolve.ts";

/** What only the user knows: whose rows a table holds, or which of several tables holds the tenants. */
export type Question =
  | { readonly kind: "scope"; readonly project: Project; readonly table: string }
  | { readonly kind: "tenant"; readonly project: Project; readonly candidates: readonly Candidate[] };

/** What must be known before policies for tables can be written. */
export function questionsAbout(project: Project, tables: readonly string[]): Question[] {
  const rivals = rivalsOf(project);
  const open = tables.filter((key) => {
    const table = project.catalog.tables.get(key);
    return table && !table.platform && accessOf(project, table) === undefined;
  });
  // Whose the rows of a table are may settle it for those that hang on it.
  const distance = (key: string) => project.tenancy.scopes.get(key)?.path.length ?? 0;
  open.sort((a, b) => distance(a) - distance(b));
  return [
    ...(rivals.length ? [{ kind: "tenant" as const, project, candidates: rivals }] : []),
    ...open.map((table) => ({ kind: "scope" as const, project, table })),
  ];
}

/** The same for the policies that findings ask for. */
export function questionsOf(
  findings: readonly Finding[],
  ownerOf: (finding: Finding) => Project | undefined,
): Question[] {
  const tables = new Map<Project, Set<string>>();
  for (const finding of findings) {
    const project = ownerOf(finding);
    const { remedy } = finding;
    const request = project && remedy?.kind === "intent" ? requestOf(remedy.intent, project) : undefined;
    if (!project || !request?.tables.length) continue;
    const known = tables.get(project) ?? new Set();
    tables.set(project, known);
    for (const key of request.tables) known.add(key);
  }
  return [...tables].flatMap(([project, keys]) => questionsAbout(project, [...keys]));
}
