import { applicationOf } from "./application.ts";
import { dependencyOf } from "./dependencies.ts";
import type { Project } from "./project.ts";
import { isPublicName, isSecretName } from "./secret-names.ts";
import type { Usage } from "./usage.ts";

export type SupabaseClient = Extract<Usage, { kind: "supabase-client" }>;

/** Where a client runs; `plain` is the one of an application without a server's part. */
export type ClientSide = "browser" | "server" | "plain";

/** The variables by which code finds its Supabase project, and where it reads them: `process.env`, or a module's name. */
export interface SupabaseAccess {
  readonly url: string;
  readonly key: string;
  readonly from: string;
}

/** What the modules that make an application's Supabase clients would be. */
export interface SupabaseModules {
  readonly clients: readonly SupabaseClient[];
  readonly access: SupabaseAccess;
  /** The sides that call for a module. */
  readonly sides: readonly ClientSide[];
  /** Modules of the project's own that do nothing but make the client of a side, for who imports them. */
  readonly own: Readonly<Partial<Record<ClientSide, string>>>;
  /** The framework whose server hands cookies on in a way that is not known here. */
  readonly framework?: string;
}

/** Undefined where nothing makes a client; a sentence where something does, and its modules cannot be told. */
export function supabaseModules(project: Project, folder: string): SupabaseModules | string | undefined {
  const clients = (project.usages.get("supabase-client") ?? []).filter(
    (usage): usage is SupabaseClient =>
      usage.kind === "supabase-client" &&
      usage.role === "runtime" &&
      applicationOf(project, usage.path) === folder,
  );
  if (!clients.length) return undefined;
  const has = (name: string) => dependencyOf(project, folder, name) !== undefined;
  const own = ownModules(clients);
  const framework = FRAMEWORKS.find(({ packages }) => packages.some(has));
  if (framework?.instead) return framework.instead(has);
  const isNext = framework?.name === "Next.js";
  if (clients.some(({ module }) => isHelper(module)) && !(has("@supabase/ssr") && isNext))
    return isNext
      ? "@supabase/ssr takes the place of the auth helpers, and is not among the dependencies: npm install @supabase/ssr, and run this again."
      : `${framework ? `${framework.name} hands` : "Frameworks other than Next.js hand"} cookies on in a way that is not known here: write the clients by @supabase/ssr as your framework's guide has them.`;
  const access = accessOf(project, folder, clients);
  if (!access) return "No client shows by which variables the application finds its Supabase project.";
  const sides: ClientSide[] = has("@supabase/ssr")
    ? isNext
      ? ["browser", "server"]
      : ["browser"]
    : ["plain"];
  return { clients, access, sides, own, ...(framework && !isNext && { framework: framework.name }) };
}

/** Whether a client can come from a module that is there or would be. */
export function hasModule({ sides, own }: SupabaseModules, client: SupabaseClient): boolean {
  const side = sideOf(client);
  if (client.client === "service" || isOfRequest(client.path)) return false;
  if (side === undefined)
    return sides.includes("plain") && client.declaration !== undefined && !client.perRequest;
  return own[side] === undefined ? sides.includes(side) : own[side] !== client.path;
}

const BROWSER = new Set(["createClientComponentClient", "createPagesBrowserClient", "createBrowserClient"]);
const SERVER = new Set([
  "createServerComponentClient",
  "createRouteHandlerClient",
  "createServerActionClient",
  "createServerClient",
]);

export const sideOf = ({ factory }: Pick<SupabaseClient, "factory">): "browser" | "server" | undefined =>
  BROWSER.has(factory) ? "browser" : SERVER.has(factory) ? "server" : undefined;

/** Whether code there makes a client for the request and response at hand. */
export const isOfRequest = (path: string): boolean =>
  /(^|\/)(middleware|proxy)[^/]*$|(^|\/)(middleware|proxy)\//i.test(path);

const isHelper = (module: string): boolean => module.startsWith("@supabase/auth-helpers-");

interface Framework {
  readonly name: string;
  readonly packages: readonly string[];
  /** Why no module is written for it, and what to do. */
  readonly instead?: (has: (name: string) => boolean) => string;
}

const byLoader = (name: string) => () =>
  `${name} hands a browser its variables from a loader, and cookies on by the headers of a request and its response: make both clients by @supabase/ssr in its loaders and root.`;

const FRAMEWORKS: readonly Framework[] = [
  { name: "Next.js", packages: ["next"] },
  {
    name: "Nuxt",
    packages: ["nuxt"],
    instead: (has) =>
      has("@nuxtjs/supabase")
        ? "@nuxtjs/supabase makes the clients of a Nuxt application: call useSupabaseClient() in components, and serverSupabaseClient(event) on the server."
        : "Nuxt hands variables on by its runtime configuration: npx nuxt module add supabase, and call useSupabaseClient() in components, and serverSupabaseClient(event) on the server.",
  },
  { name: "Remix", packages: ["@remix-run/react", "@remix-run/node"], instead: byLoader("Remix") },
  { name: "React Router", packages: ["@react-router/node"], instead: byLoader("React Router") },
  { name: "SvelteKit", packages: ["@sveltejs/kit"] },
  { name: "Astro", packages: ["astro"] },
];

function ownModules(clients: readonly SupabaseClient[]): SupabaseModules["own"] {
  const making = clients.filter(
    ({ path, module, exportedAs }) =>
      module === "@supabase/ssr" &&
      exportedAs === "createClient" &&
      !isOfRequest(path) &&
      clients.filter((each) => each.path === path).length === 1,
  );
  const find = (side: ClientSide) => making.find((each) => sideOf(each) === side)?.path;
  const [browser, server] = [find("browser"), find("server")];
  return { ...(browser && { browser }), ...(server && { server }) };
}

/** The variables that the application's clients read, with the key that everybody may have; else those in use. */
function accessOf(
  project: Project,
  folder: string,
  clients: readonly SupabaseClient[],
): SupabaseAccess | undefined {
  const known = clients.find(
    ({ client, url, key }) => client !== "service" && isVariable(url) && isVariable(key),
  );
  if (known)
    return {
      url: known.url!.value,
      key: known.key!.value,
      from: readFrom(project, folder, known, known.key!.value),
    };
  const names = variablesIn(project, folder);
  const url = names.find((name) => /SUPABASE_URL$/.test(name));
  const key = names.find((name) => /SUPABASE_(ANON|PUBLISHABLE)(_DEFAULT)?_KEY$/.test(name));
  if (url && key) return { url, key, from: usualFor(project, folder, key) };
  // What the auth helpers read by themselves.
  return clients.some(({ module }) => module === "@supabase/auth-helpers-nextjs")
    ? { url: "NEXT_PUBLIC_SUPABASE_URL", key: "NEXT_PUBLIC_SUPABASE_ANON_KEY", from: "process.env" }
    : undefined;
}

/** A variable that browsers may know, by its name. */
const isVariable = (value: SupabaseClient["key"]): boolean =>
  value !== undefined && value.quote === undefined && isPublicName(value.value);

/** Names of public variables that environment files of an application declare or its code reads. */
function variablesIn(project: Project, folder: string): string[] {
  const declared = project.environment
    .filter(({ path }) => applicationOf(project, path) === folder)
    .flatMap(({ variables }) => variables.map(({ name }) => name));
  const read = (project.usages.get("environment") ?? []).flatMap((usage) =>
    usage.kind === "environment" && applicationOf(project, usage.path) === folder
      ? [usage.variable.value]
      : [],
  );
  return [...new Set([...declared, ...read])].filter((name) => isPublicName(name) && !isSecretName(name));
}

/** Where the file of a client reads a variable from. */
function readFrom(project: Project, folder: string, { path }: SupabaseClient, name: string): string {
  const reads = (project.usages.get("environment") ?? []).filter(
    (usage) => usage.kind === "environment" && usage.path === path && usage.variable.value === name,
  );
  const texts = reads.map(({ span }) => project.text(path)?.slice(span.start, span.end) ?? "");
  const from = ["process.env", "import.meta.env"].find((each) => texts.some((text) => text.startsWith(each)));
  return from ?? usualFor(project, folder, name);
}

/** Where variables of a prefix are read from, as the framework or bundler that has the prefix hands them on. */
function usualFor(project: Project, folder: string, name: string): string {
  if (name.startsWith("VITE_")) return "import.meta.env";
  if (!name.startsWith("PUBLIC_")) return "process.env";
  return dependencyOf(project, folder, "@sveltejs/kit") ? "$env/static/public" : "import.meta.env";
}
