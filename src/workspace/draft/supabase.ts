import { applicationOf } from "../../project/application.ts";
import type { Project } from "../../project/project.ts";
import type { Usage } from "../../project/usage.ts";
import { listOf } from "../../project/words.ts";
import type { NewFile } from "../../text/edit.ts";
import { WorkspaceProblem } from "../workspace.ts";
import type { Draft } from "./draft.ts";
import { importPath } from "./imports.ts";
import { dependencyOf, homeOf } from "./project-home.ts";
import { type Access, browserModule, plainModule, serverModule } from "./supabase-modules.ts";
import { isOfRequest, kindOf, moveClients } from "./supabase-moves.ts";

export type SupabaseClient = Extract<Usage, { kind: "supabase-client" }>;

/**
 * The modules that make an application's Supabase clients, one for browsers and one for the server, and the imports of
 * them where code makes clients of its own. What cannot be moved for sure is `todo`. Throws WorkspaceProblem where what
 * they need is not known or not there.
 */
export function draftSupabase(project: Project, folder: string): Draft {
  const clients = (project.usages.get("supabase-client") ?? []).filter(
    (usage): usage is SupabaseClient =>
      usage.kind === "supabase-client" &&
      usage.role === "runtime" &&
      applicationOf(project, usage.path) === folder,
  );
  if (!clients.length)
    throw new WorkspaceProblem(`No code ${folder ? `in ${folder}` : "here"} makes a Supabase client.`);
  const access = accessOf(project, folder, clients);
  const own = ownModules(project, clients);
  const home = `${homeOf(project, folder) || "lib/"}supabase/`;
  const paths = { browser: own.browser ?? `${home}client.ts`, server: own.server ?? `${home}server.ts` };
  const made = modulesOf(project, folder, clients, access, paths);
  const files = made.filter(({ path }) => project.text(path) === undefined);
  const isNew = (path: string) => files.some((each) => each.path === path);
  const kept = made.filter(({ path }) => !isNew(path) && !Object.values(own).includes(path));
  const moves = moveClients(project, clients, access, {
    ...(isNew(paths.browser) && { [isPlain(files) ? "plain" : "browser"]: paths.browser }),
    ...(isNew(paths.server) && { server: paths.server }),
    ...own,
  });
  if (!files.length && !moves.edits.length)
    throw new WorkspaceProblem(
      `${listOf(made.map(({ path }) => path))} ${made.length > 1 ? "are" : "is"} there already, and nothing more can be moved to ${made.length > 1 ? "them" : "it"} for sure.`,
    );
  return {
    title: "Write the modules that make the Supabase clients",
    files,
    edits: moves.edits,
    todo: [
      ...kept.map(({ path }) => `${path} exists already, and is left as it is`),
      ...(made.length > 1
        ? []
        : ["a client for the server is made as its framework hands cookies on, which is yours to write"]),
      ...moves.left,
    ],
  };
}

/** Modules of the project's own that do nothing but make the client of browsers, or the server's, for who imports them. */
function ownModules(project: Project, clients: readonly SupabaseClient[]): Own {
  const isAlone = ({ path }: SupabaseClient) => clients.filter((each) => each.path === path).length === 1;
  const making = clients.filter(
    (each) =>
      each.module === "@supabase/ssr" &&
      isAlone(each) &&
      !isOfRequest(each.path) &&
      MAKES.test(project.text(each.path) ?? ""),
  );
  const find = (kind: keyof Own) => making.find((each) => kindOf(each) === kind)?.path;
  const [browser, server] = [find("browser"), find("server")];
  return { ...(browser && { browser }), ...(server && { server }) };
}

interface Own {
  readonly browser?: string;
  readonly server?: string;
}

const MAKES = /^export\s+(?:const|(?:async\s+)?function)\s+createClient\b/m;

function modulesOf(
  project: Project,
  folder: string,
  clients: readonly SupabaseClient[],
  access: Access,
  paths: { readonly browser: string; readonly server: string },
): NewFile[] {
  const ssr = dependencyOf(project, folder, "@supabase/ssr");
  const next = dependencyOf(project, folder, "next");
  const typed = (path: string) => databaseType(project, path);
  if (ssr && next)
    return [
      { path: paths.browser, text: browserModule(access, typed(paths.browser)) },
      { path: paths.server, text: serverModule(access, typed(paths.server), ssr.version, next.version) },
    ];
  if (clients.some(({ module }) => module.startsWith("@supabase/auth-helpers-")))
    throw new WorkspaceProblem(
      ssr
        ? "Only Next.js hands cookies on in a way that is known here: write the clients by @supabase/ssr as your framework's guide has them."
        : "@supabase/ssr takes the place of the auth helpers, and is not among the dependencies: npm install @supabase/ssr, and run this again.",
    );
  const browser = ssr
    ? browserModule(access, typed(paths.browser))
    : plainModule(access, typed(paths.browser));
  return [{ path: paths.browser, text: browser }];
}

/** The variables by which the application's clients find their project, with the key that everybody may have. */
function accessOf(project: Project, folder: string, clients: readonly SupabaseClient[]): Access {
  const known = clients.find(
    ({ client, url, key }) =>
      client !== "service" &&
      url &&
      key &&
      url.quote === undefined &&
      key.quote === undefined &&
      isPublic(key.value),
  );
  const read = (name: string) => {
    const text = known && project.text(known.path);
    return text?.includes("import.meta.env.") ? `import.meta.env.${name}` : `process.env.${name}!`;
  };
  if (known) return { url: known.url!.value, key: known.key!.value, read };
  // What the auth helpers read by themselves.
  if (
    clients.some(({ module }) => module === "@supabase/auth-helpers-nextjs") &&
    dependencyOf(project, folder, "next")
  )
    return { url: "NEXT_PUBLIC_SUPABASE_URL", key: "NEXT_PUBLIC_SUPABASE_ANON_KEY", read };
  throw new WorkspaceProblem(
    "No client shows by which variables the application finds its Supabase project.",
  );
}

const isPlain = (files: readonly NewFile[]): boolean =>
  files.some(({ text }) => text.includes("export const supabase ="));

const isPublic = (name: string): boolean =>
  /^(NEXT_PUBLIC|VITE|PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|REACT_APP)_/.test(name);

/** The type of the database that `supabase gen types` wrote, as a module imports it. */
function databaseType(project: Project, from: string): string | undefined {
  const [types] = project.generatedNames;
  const text = types && project.text(types.path);
  if (!types || !text || !/^export\s+(type|interface)\s+Database\b/m.test(text)) return undefined;
  const sample =
    project.code.map(({ path }) => project.text(path)).find((each) => each?.includes('from "@/')) ?? "";
  return `import type { Database } from "${importPath(project, sample, from, types.path)}";`;
}
