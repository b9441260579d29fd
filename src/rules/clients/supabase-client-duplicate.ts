import { byApplication } from "../../project/application.ts";
import type { Project } from "../../project/project.ts";
import { type MadeClient, replaceClient } from "../../project/replace-client.ts";
import type { Usage } from "../../project/usage.ts";
import type { RawFinding } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

type Construction = Extract<Usage, { kind: "supabase-client" }>;

const FACTORIES = new Set(["createClient", "createBrowserClient", "createServerClient"]);

/** Places where frameworks need a client of their own, tied to the request and response at hand. */
const OWN_CLIENT =
  /(^|\/)(middleware|proxy|hooks\.server|hooks\.client|\+layout(\.server)?|entry\.server)\.[cm]?[jt]sx?$/;

export default defineRule({
  on: "project",
  reads: ["usages", "packages"],
  severity: "warning",
  summary: "One kind of Supabase client is made in several places.",
  why: "Every client keeps its own session, realtime connection and timers. Two of them in a browser refresh the same token against each other and sign the user out; and options set in one place are missing in the other.",
  *check(project) {
    const runtime = (project.usages.get("supabase-client") ?? []).filter(isCandidate);
    for (const clients of byApplication(project, runtime).values())
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
  const kept = clients.reduce((best, each) => (worth(each) > worth(best) ? each : best));
  const seen = new Set([kept.path]);
  for (const client of clients) {
    if (seen.has(client.path)) continue;
    seen.add(client.path);
    const remedy =
      client.perRequest || kept.perRequest ? undefined : replaceClient(project, toMade(client), toMade(kept));
    yield {
      at: { path: client.path, span: client.span },
      subject: `code ${client.path}`,
      message: `This makes another ${KINDS[client.client]} client of Supabase: ${kept.path} makes one for the same project and key.`,
      related: [
        { place: { path: kept.path, span: kept.span }, message: "The client to import is made here." },
      ],
      ...(remedy ? { remedy } : {}),
    };
  }
}

const KINDS = { browser: "browser", server: "server", service: "service", plain: "plain" } as const;

const worth = ({ exportedAs, guarded }: Construction): number => (exportedAs ? 2 : 0) + (guarded ? 1 : 0);

const toMade = (client: Construction): MadeClient => ({ ...client, made: client.factory });
