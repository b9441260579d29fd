import { applicationOf, byApplication, programOf } from "../../project/application.ts";
import { draftSupabase } from "../../project/drafts.ts";
import type { Project } from "../../project/project.ts";
import { type MadeClient, replaceClient } from "../../project/replace-client.ts";
import { hasModule, supabaseModules } from "../../project/supabase-modules.ts";
import { placeOf, type Usage } from "../../project/usage.ts";
import type { RawFinding, Remedy } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

type Construction = Extract<Usage, { kind: "supabase-client" }>;

const FACTORIES = new Set(["createClient", "createBrowserClient", "createServerClient"]);

/** Places where frameworks need a client of their own, tied to the request and response at hand. */
const OWN_CLIENT =
  /(^|\/)((middleware|proxy)\/.*|[^/]*(middleware|proxy)[^/]*|hooks\.server|hooks\.client|\+layout(\.server)?|entry\.server)\.[cm]?[jt]sx?$/i;

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "One kind of Supabase client is made in several places.",
  why: "Every client keeps its own session, realtime connection and timers. Two of them in a browser refresh the same token against each other and sign the user out; and options set in one place are missing in the other.",
  *check(project) {
    const runtime = (project.usages.get("supabase-client") ?? []).filter(isCandidate);
    for (const clients of byApplication(project, runtime, programOf).values())
      for (const same of sameKind(clients).values()) yield* duplicates(project, same);
  },
});

const isCandidate = (usage: Usage): usage is Construction =>
  usage.kind === "supabase-client" &&
  usage.role === "runtime" &&
  FACTORIES.has(usage.factory) &&
  !OWN_CLIENT.test(usage.path);

/** Clients of one kind for one project and key; where either is not known, nothing can be said. */
function sameKind(clients: readonly Construction[]): Map<string, Construction[]> {
  const found = new Map<string, Construction[]>();
  for (const client of clients) {
    if (!client.url || !client.key) continue;
    const key = `${client.client} ${client.url.value} ${client.key.value}`;
    found.set(key, [...(found.get(key) ?? []), client]);
  }
  return found;
}

function* duplicates(project: Project, clients: readonly Construction[]): Iterable<RawFinding> {
  const files = new Map(clients.toReversed().map((client) => [client.path, client]));
  if (files.size < 2) return;
  const kept = clients.reduce((best, each) => (isBetter(each, best) ? each : best));
  files.delete(kept.path);
  const others = [...files.values()].reverse();
  if (worth(kept) < 1) yield exportedNowhere(project, kept, others);
  else for (const client of others) yield duplicate(project, client, kept);
}

function duplicate(project: Project, client: Construction, kept: Construction): RawFinding {
  const replaced =
    client.perRequest || kept.perRequest ? undefined : replaceClient(project, toMade(client), toMade(kept));
  const remedy = replaced ?? draftedFor(project, [client], kept);
  return {
    at: placeOf(client),
    subject: `code ${client.path}`,
    message: `This makes another ${nameOf(client)}: ${kept.path} makes one for the same project and key.`,
    related: [{ place: placeOf(kept), message: "The client to import is made here." }],
    ...(remedy ? { remedy } : {}),
  };
}

function exportedNowhere(project: Project, first: Construction, others: readonly Construction[]): RawFinding {
  const remedy = draftedFor(project, [first, ...others]);
  return {
    at: placeOf(first),
    subject: `code ${first.path}`,
    message: `The ${nameOf(first)} is made in ${others.length + 1} files, and no module exports one.`,
    related: others
      .slice(0, 50)
      .map((client) => ({ place: placeOf(client), message: "It is made here as well." })),
    ...(remedy ? { remedy } : {}),
  };
}

/** Modules that are written to make the clients; none beside the one that is there. */
function draftedFor(
  project: Project,
  clients: readonly Construction[],
  kept?: Construction,
): Remedy | undefined {
  const folder = applicationOf(project, clients[0]!.path);
  const modules = supabaseModules(project, folder);
  if (typeof modules !== "object") return undefined;
  if (kept && !Object.values(modules.own).includes(kept.path)) return undefined;
  return clients.some((each) => hasModule(modules, each)) ? draftSupabase(folder) : undefined;
}

/**
 * Which client the others should import, 0 for one that cannot be. A function that makes one for every request must give
 * it to its caller: then no variable holds it.
 */
function worth({ exportedAs, perRequest, variable, guarded, path }: Construction): number {
  if (exportedAs === undefined) return 0;
  const named = /supabase/i.test(path);
  if (perRequest && variable !== undefined) return named && /^(create|get|make|use)/.test(exportedAs) ? 1 : 0;
  return 2 + (named ? 1 : 0) + (guarded ? 1 : 0);
}

const nameOf = ({ client }: Construction): string =>
  client === "plain" ? "Supabase client" : `Supabase client (${client})`;

/** Of two that are worth the same, the one nearer to the root. */
const isBetter = (a: Construction, b: Construction): boolean =>
  worth(a) > worth(b) || (worth(a) === worth(b) && a.path.length < b.path.length);

const toMade = (client: Construction): MadeClient => ({ ...client, made: client.factory });
