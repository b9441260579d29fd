import { byApplication, programOf } from "../../project/application.ts";
import type { Project } from "../../project/project.ts";
import { type MadeClient, replaceClient } from "../../project/replace-client.ts";
import type { Usage } from "../../project/usage.ts";
import type { RawFinding } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

type Construction = Extract<Usage, { kind: "prisma-client" }>;

export default defineRule({
  on: "project",
  severity: "error",
  summary: "One application makes several Prisma clients.",
  why: "Every Prisma client opens a connection pool of its own, so that two of them exhaust the database's connections twice as fast, and what one is extended or configured with (an identity, logging, soft deletion) does not hold for queries through the other.",
  *check(project) {
    const runtime = (project.usages.get("prisma-client") ?? []).filter(
      (usage): usage is Construction =>
        usage.kind === "prisma-client" && usage.role === "runtime" && !usage.elsewhere,
    );
    const usual = usualUrls(project);
    for (const clients of byApplication(project, runtime, programOf).values())
      for (const same of sameDatabase(clients, usual).values()) yield* duplicates(project, same);
  },
});

/** The variables that a client reads its URL from when it is given none. */
function usualUrls(project: Project): Set<string> {
  const urls = project.prisma.flatMap(({ datasources }) => datasources.map(({ values }) => values.url));
  const names = urls.flatMap((url) => (typeof url === "object" && "env" in url ? [url.env] : []));
  return new Set(["DATABASE_URL", ...names]);
}

/** Clients by the database they are for: another generated client or another URL is another database. */
function sameDatabase(
  clients: readonly Construction[],
  usual: ReadonlySet<string>,
): Map<string, Construction[]> {
  const found = new Map<string, Construction[]>();
  for (const client of clients) {
    const url = client.url?.value ?? "";
    const key = `${moduleKey(client.module)} ${usual.has(url) ? "" : url}`;
    found.set(key, [...(found.get(key) ?? []), client]);
  }
  return found;
}

/** `../generated/prisma/client`, `@/generated/prisma` and `./prisma` inside `generated` are one module. */
const moduleKey = (module: string): string =>
  /^[./~]|^@\//.test(module)
    ? module
        .replace(/(\/(client|index))?(\.[cm]?[jt]s)?$/, "")
        .split("/")
        .at(-1)!
    : module;

function* duplicates(project: Project, clients: readonly Construction[]): Iterable<RawFinding> {
  const kept = clients.reduce((best, each) => (isBetter(each, best) ? each : best));
  for (const client of clients) {
    if (client === kept || isSameVariable(client, clients, kept)) continue;
    const remedy = replaceClient(project, toMade(client), toMade(kept));
    const isHere = kept.path === client.path;
    yield {
      at: { path: client.path, span: client.span },
      subject: `code ${client.path}`,
      message: `This makes another Prisma client: ${isHere ? "the file" : kept.path} makes one for the same application.`,
      related: [
        {
          place: { path: kept.path, span: kept.span },
          message: `The client to ${isHere ? "use" : "import"} is made here.`,
        },
      ],
      ...(remedy ? { remedy } : {}),
    };
  }
}

/** Which client the others should import. */
const worth = ({ guarded, exportedAs }: Construction): number => (exportedAs ? 2 : 0) + (guarded ? 1 : 0);

/** A singleton written out (one `new` for production, one for development) makes one client, whichever way it goes. */
function isSameVariable(client: Construction, clients: readonly Construction[], kept: Construction): boolean {
  const first = clients.find(({ path }) => path === client.path)!;
  const partner = kept.path === client.path ? kept : first;
  if (partner === client) return false;
  return client.guarded || partner.guarded || client.variable === partner.variable;
}

/** Of two that are worth the same, the one nearer to the root. */
const isBetter = (a: Construction, b: Construction): boolean =>
  worth(a) > worth(b) || (worth(a) === worth(b) && a.path.length < b.path.length);

const toMade = (client: Construction): MadeClient => ({ ...client, made: "PrismaClient" });
