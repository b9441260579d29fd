import { applicationOf } from "../../project/application.ts";
import { draftSupabase } from "../../project/drafts.ts";
import {
  type ExposedPlaces,
  exposedVariables,
  isClientModule,
  isUnused,
} from "../../project/exposed-variables.ts";
import type { Project } from "../../project/project.ts";
import { isPublicName, privateName } from "../../project/secret-names.ts";
import { supabaseModules } from "../../project/supabase-modules.ts";
import { placeOf, type Usage } from "../../project/usage.ts";
import type { EnvironmentFile, EnvironmentVariable } from "../../source/manifest/manifest.ts";
import type { RawFinding, Remedy } from "../../text/finding.ts";
import type { Place } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "error",
  summary: "A service key or another secret reaches browsers or the repository.",
  why: "The service key steps around every policy. Whatever a client component holds, and whatever a bundler's public prefix names, is in the JavaScript that every visitor loads; whatever is committed is in the history for good. Taking it out is half of the remedy: only a secret that is renewed is one again, and only code of the server is to read it.",
  *check(project) {
    const exposed = exposedVariables(project);
    for (const [name, places] of exposed) yield exposedVariable(project, name, places);
    for (const places of literals(project).values()) yield writtenOut(places);
    for (const file of project.environment)
      for (const variable of file.variables) if (isCommitted(file, variable)) yield committed(file, variable);
    yield* importedKeys(project, exposed);
  },
});

type Literal = Extract<Usage, { kind: "secret" }>;

/** Where each secret stands, first of all where every visitor can read it. */
function literals(project: Project): Map<string, Literal[]> {
  const found = new Map<string, Literal[]>();
  for (const usage of project.usages.get("secret") ?? []) {
    if (usage.kind !== "secret" || usage.demo) continue;
    if (usage.role === "test" || usage.role === "generated") continue;
    const places = found.get(usage.mark) ?? [];
    if (usage.clientComponent) places.unshift(usage);
    else places.push(usage);
    found.set(usage.mark, places);
  }
  return found;
}

/** One secret is one defect, in however many files: once it is renewed, all of them are mended. */
function writtenOut([first, ...others]: readonly Literal[]): RawFinding {
  const { path, what, clientComponent } = first!;
  return {
    at: placeOf(first!),
    subject: `code ${path}`,
    message: clientComponent
      ? `This ${what} is in a client component: every visitor can read it until it is renewed.`
      : `This ${what} is in the source code: whoever can read the repository has it until it is renewed.`,
    related: others
      .slice(0, 50)
      .map((each) => ({ place: placeOf(each), message: "It stands here as well." })),
  };
}

function exposedVariable(project: Project, name: string, places: ExposedPlaces): RawFinding {
  const { declared, inClient, elsewhere } = places;
  const [at, ...others] = [...inClient, ...declared, ...elsewhere];
  const isFree = isUnused(project, privateName(name));
  const remedy = inClient.length
    ? modulesFor(project, name)
    : isFree
      ? renaming(name, [...declared, ...elsewhere])
      : undefined;
  const reason = inClient.length
    ? `${name} is a secret, and code for browsers reads it: it belongs in a server module`
    : `${name} is a secret, and its prefix puts it into what browsers load${isFree ? "" : `: ${privateName(name)} is there to be read instead`}`;
  return {
    at: at!,
    subject: `environment ${name}`,
    message: `${reason}.`,
    related: others.slice(0, 20).map((place) => ({ place, message: `${name} stands here as well.` })),
    ...(remedy ? { remedy } : {}),
  };
}

const renaming = (name: string, places: readonly Place[]): Remedy => ({
  kind: "edit",
  title: `Rename it to ${privateName(name)}`,
  edits: places.map(({ path, span }) => ({ path, span, text: privateName(name) })),
});

/** Example files are there to be committed; of others, git knows. */
const isCommitted = ({ tracked, example }: EnvironmentFile, { secret, name }: EnvironmentVariable): boolean =>
  secret?.demo === false && !isPublicName(name) && (tracked ?? example);

const committed = (
  { path }: EnvironmentFile,
  { name, valueSpan, secret }: EnvironmentVariable,
): RawFinding => ({
  at: { path, span: valueSpan },
  subject: `environment ${name}`,
  message: `${name} in ${path} is a ${secret!.what}, and the file is committed: whoever can read the repository has it until it is renewed.`,
});

/** Clients that a client component makes with a key that is reported nowhere else. */
function* importedKeys(project: Project, exposed: ReadonlyMap<string, ExposedPlaces>): Iterable<RawFinding> {
  const literals = new Set((project.usages.get("secret") ?? []).map(({ path }) => path));
  for (const usage of project.usages.get("supabase-client") ?? []) {
    if (usage.kind !== "supabase-client" || usage.client !== "service") continue;
    if (usage.role === "test" || usage.role === "generated") continue;
    if (!isClientModule(project, usage.path) || literals.has(usage.path)) continue;
    if (exposed.has(usage.key?.value ?? "")) continue;
    const remedy = draftedFor(project, usage.path);
    yield {
      at: { path: usage.path, span: usage.span },
      subject: `code ${usage.path}`,
      message:
        "This client component makes a Supabase client with the service key: it belongs in a server module.",
      ...(remedy ? { remedy } : {}),
    };
  }
}

/** Modules for a client component that makes a Supabase client with the secret. */
function modulesFor(project: Project, name: string): Remedy | undefined {
  const client = (project.usages.get("supabase-client") ?? []).find(
    (usage) =>
      usage.kind === "supabase-client" &&
      usage.clientComponent &&
      usage.role === "runtime" &&
      usage.key?.value === name,
  );
  return client && draftedFor(project, client.path);
}

/** The modules to which its work can go, where the application has not both yet. */
function draftedFor(project: Project, path: string): Remedy | undefined {
  const folder = applicationOf(project, path);
  const modules = supabaseModules(project, folder);
  if (typeof modules !== "object") return undefined;
  const { sides, own } = modules;
  return sides.includes("server") && sides.some((side) => own[side] === undefined)
    ? draftSupabase(folder)
    : undefined;
}
