import type { Connection } from "vscode-languageserver";
import { withTenancy } from "../project/corrected.ts";
import type { Project } from "../project/project.ts";
import { knownKind, SCOPE_SENTENCES, scopePath, scopeReasons } from "../project/scope-words.ts";
import type { Corrections } from "../workspace/fix/configure.ts";
import type { Question } from "../workspace/fix/questions.ts";
import { choose } from "./choose.ts";
import type { Client } from "./client.ts";

type Kind = NonNullable<Corrections["scopes"]>[string];

const KINDS: readonly { readonly kind: Kind; readonly label: string }[] = [
  { kind: "tenant", label: "A tenant's" },
  { kind: "user", label: "One user's" },
  { kind: "public", label: "Everyone's" },
  { kind: "service", label: "The service's alone" },
];

const LEAVE = {
  kind: "leave",
  label: "Leave it for now",
  detail: "Nothing is written for this table.",
} as const;

/** Asks whose rows a table holds, and says of each answer what would follow from it. */
export async function askScope(
  connection: Connection,
  client: Client,
  project: Project,
  key: string,
  mayLeave = false,
): Promise<Kind | "leave" | undefined> {
  const now = project.tenancy.scopes.get(key);
  const kinds = KINDS.map(({ kind, label }) => ({
    kind,
    label,
    ...(now && knownKind(now) === kind && { description: "as it is now" }),
    detail: consequence(project, key, kind),
  }));
  const options = mayLeave ? [...kinds, LEAVE] : kinds;
  const chosen = await choose(connection, client, {
    title: `Whose rows does ${key} hold?`,
    prompt: now?.reasons.length ? `As far as is known: ${scopeReasons(now).join("; ")}` : "",
    options,
  });
  return chosen?.kind;
}

function consequence(project: Project, key: string, kind: Kind): string {
  const scope = withTenancy(project, { scopes: { [key]: kind } }).tenancy.scopes.get(key);
  const path = scope ? scopePath(scope) : "";
  if (kind === "public" || kind === "service") return SCOPE_SENTENCES[kind];
  return path ? `${SCOPE_SENTENCES[kind]} By ${path}` : `${SCOPE_SENTENCES[kind]} No column leads to it yet`;
}

/** Asks which table's rows are the tenants. */
export async function askTenant(
  connection: Connection,
  client: Client,
  project: Project,
): Promise<string | undefined> {
  const { candidates, tenant, scopes } = project.tenancy;
  const likely = candidates.map(({ table, reasons }) => ({ table, detail: reasons.join("; ") }));
  const others = [...scopes.keys()]
    .filter((key) => !candidates.some(({ table }) => table === key))
    .map((table) => ({ table, detail: "" }));
  const options = [...likely, ...others].map(({ table, detail }) => ({
    label: table,
    ...(table === tenant?.table && { description: "as it is now" }),
    ...(detail && { detail }),
  }));
  const chosen = await choose(connection, client, {
    title: "Which table's rows are the tenants?",
    prompt: tenant?.reasons.length ? `As far as is known: ${tenant.reasons.join("; ")}` : "",
    options,
  });
  return chosen?.label;
}

/** Answers to all questions; undefined where the user left one open. */
export async function answer(
  connection: Connection,
  client: Client,
  questions: readonly Question[],
): Promise<Corrections | undefined> {
  let corrections: Corrections = {};
  for (const question of questions) {
    const project = withTenancy(question.project, corrections);
    if (question.kind === "tenant") {
      const tenantTable = await askTenant(connection, client, project);
      if (tenantTable === undefined) return undefined;
      corrections = { ...corrections, tenantTable };
      continue;
    }
    // Which table holds the tenants, or whose the rows above are, may have settled it.
    const scope = project.tenancy.scopes.get(question.table);
    if (!scope || knownKind(scope) !== "unknown") continue;
    const kind = await askScope(connection, client, project, question.table, questions.length > 1);
    if (kind === undefined) return undefined;
    if (kind === "leave") continue;
    corrections = { ...corrections, scopes: { ...corrections.scopes, [question.table]: kind } };
  }
  return corrections;
}
