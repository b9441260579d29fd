import type { CodeFacts } from "../../source/code/facts.ts";
import type { TsconfigFacts } from "../../source/code/tsconfig.ts";
import type { PackageManifest } from "../../source/manifest/manifest.ts";
import type { CodeFile, FileRole, GeneratedNames } from "../usage.ts";
import { CallIndex } from "./callers.ts";
import { type CarriedClient, findCarriedClient } from "./carried-client.ts";
import { CarrierIndex } from "./carriers.ts";
import { findClientComponents } from "./client-component.ts";
import type { Surroundings } from "./evaluate.ts";
import { FileLinker, type LinkedFile } from "./file.ts";
import { generatedNames } from "./generated-names.ts";
import { outline, placesIn } from "./outline.ts";
import { ModuleResolver } from "./resolve.ts";
import { type Commands, readCommands, roleOf } from "./role.ts";
import { linkSkimmed } from "./skimmed.ts";

/** What lies around the code files. */
export interface CodeContext {
  readonly packages: readonly PackageManifest[];
  /** Every `tsconfig*.json` and `jsconfig.json`. */
  readonly tsconfigs: readonly TsconfigFacts[];
}

export interface LinkedCode {
  /** In the order of the facts; a file that says the same as before is the same object. */
  readonly files: readonly CodeFile[];
  readonly generatedNames: readonly GeneratedNames[];
  /** Skimmed files that turned out to matter: read them in full (`readCode`) and link again. */
  readonly unread: readonly string[];
  /** What the next link takes over. */
  readonly memory: Memory;
}

/** What one link leaves for the next; nobody else looks inside. */
export interface Memory {
  readonly context: CodeContext;
  readonly resolver: ModuleResolver;
  readonly commands: Commands;
  readonly facts: ReadonlyMap<string, CodeFacts>;
  readonly imports: ReadonlyMap<string, readonly (string | undefined)[]>;
  readonly calls: CallIndex;
  readonly carriers: CarrierIndex;
  readonly clients: Map<string, CarriedClient>;
  readonly linked: ReadonlyMap<string, Linked>;
}

type Linked = LinkedFile & { readonly functions?: readonly string[] };

/**
 * Follows clients, names and properties from file to file. With what an earlier link left, only files that changed,
 * or that looked at one that did, are linked again.
 */
export function linkCode(files: readonly CodeFacts[], context: CodeContext, before?: Memory): LinkedCode {
  const facts = new Map(files.map((each) => [each.path, each]));
  const memory = takeOver(facts, context, before);
  const changed = findChanged(facts, memory.imports, before);
  const importsOf = (path: string) => memory.imports.get(path) ?? [];
  const reach = findClientComponents(facts, importsOf, isDelicate);
  const around = surroundingsOf(memory);
  const stale = findStale(changed, memory, before);
  const linked = new Map<string, Linked>();
  for (const each of facts.values()) {
    const client = reach.client.has(each.path);
    const known = before?.linked.get(each.path);
    const isSame = known?.facts === each && memory.commands === before?.commands;
    const role = isSame ? known.code.role : roleOf(each, memory.commands);
    const isFresh =
      known && !stale.has(each.path) && known.code.clientComponent === client && known.code.role === role;
    linked.set(each.path, isFresh ? known : relink(each, role, client, around, memory.calls, known));
  }
  const results = files.map((each) => linked.get(each.path)!);
  return {
    files: results.map((each) => each.code),
    generatedNames: files.flatMap((each) => generatedNames(each) ?? []),
    unread: findUnread(results, facts, reach.unread),
    memory: { ...memory, linked },
  };
}

/** Indexes of the files that are there now: the old ones, less what is gone, and what is new. */
function takeOver(
  facts: ReadonlyMap<string, CodeFacts>,
  context: CodeContext,
  before: Memory | undefined,
): Omit<Memory, "linked"> {
  const samePaths =
    before && before.facts.size === facts.size && [...facts.keys()].every((path) => before.facts.has(path));
  const sameContext =
    before && before.context.packages === context.packages && before.context.tsconfigs === context.tsconfigs;
  const resolver =
    samePaths && sameContext
      ? before.resolver
      : new ModuleResolver((path) => facts.has(path), context.packages, context.tsconfigs);
  const calls = before?.calls ?? new CallIndex();
  const carriers = before?.carriers ?? new CarrierIndex();
  const imports = new Map<string, readonly (string | undefined)[]>();
  for (const [path, each] of facts) {
    const old = before?.facts.get(path);
    const isSame = old === each && resolver === before?.resolver;
    const resolved = isSame ? before?.imports.get(path) : undefined;
    imports.set(path, resolved ?? each.modules.map(({ specifier }) => resolver.resolve(path, specifier)));
    if (old === each) continue;
    if (old) {
      calls.remove(old);
      carriers.remove(old);
    }
    calls.add(each);
    carriers.add(each);
  }
  for (const [path, old] of before?.facts ?? [])
    if (!facts.has(path)) {
      calls.remove(old);
      carriers.remove(old);
    }
  const commands = sameContext ? before.commands : readCommands(context.packages);
  const clients = new Map(before?.clients);
  return { context, resolver, commands, facts, imports, calls, carriers, clients };
}

/** Paths whose facts, or whose imports' meaning, are not what they were; those that are gone included. */
function findChanged(
  facts: ReadonlyMap<string, CodeFacts>,
  imports: Memory["imports"],
  before: Memory | undefined,
): Set<string> {
  const changed = new Set<string>();
  if (!before) return changed;
  for (const [path, each] of facts) {
    const isSame =
      before.facts.get(path) === each && sameTargets(before.imports.get(path), imports.get(path));
    if (!isSame) changed.add(path);
  }
  for (const path of before.facts.keys()) if (!facts.has(path)) changed.add(path);
  return changed;
}

const sameTargets = (
  a: readonly (string | undefined)[] = [],
  b: readonly (string | undefined)[] = [],
): boolean => a === b || (a.length === b.length && a.every((each, index) => each === b[index]));

/** Files to link again: changed ones, and those that looked at one, at its calls, or at what it carries. */
function findStale(
  changed: ReadonlySet<string>,
  { facts, clients }: Omit<Memory, "linked">,
  before: Memory | undefined,
): ReadonlySet<string> {
  const stale = new Set(changed);
  if (!before || !changed.size) return stale;
  const { moved, altered } = sortChanges(changed, facts, before);
  const names = new Set<string>();
  const carried = new Set<string>();
  for (const path of altered)
    for (const each of [before.facts.get(path), facts.get(path)]) {
      for (const { name } of each?.calls ?? []) names.add(name);
      for (const { name } of each?.carried ?? []) carried.add(name);
    }
  for (const [name, client] of clients)
    if (meet(client.touched, altered) || meet(client.asked, carried)) {
      clients.delete(name);
      carried.add(name);
    }
  for (const [path, linked] of before.linked) {
    const looked =
      meet(linked.touched, altered) || meet(linked.asked, names) || meet(linked.askedCarriers, carried);
    if (looked || (meet(linked.touched, moved) && meet(placesIn(linked.code), moved))) stale.add(path);
  }
  return stale;
}

/** Files that say something else now, and those in which the same stands elsewhere: only places in them have moved. */
function sortChanges(
  changed: ReadonlySet<string>,
  facts: ReadonlyMap<string, CodeFacts>,
  before: Memory,
): { readonly moved: ReadonlySet<string>; readonly altered: ReadonlySet<string> } {
  const moved = new Set<string>();
  const altered = new Set<string>();
  for (const path of changed) {
    const old = before.facts.get(path);
    const now = facts.get(path);
    const isSame = old && now && outline(old) === outline(now);
    (isSame ? moved : altered).add(path);
  }
  return { moved, altered };
}

function meet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  // Asked of every file at every edit, nearly always with a set of nothing: then without an iterator or a list.
  if (!a.size || !b.size) return false;
  if (a.size > b.size) return meet(b, a);
  for (const each of a) if (b.has(each)) return true;
  return false;
}

function relink(
  facts: CodeFacts,
  role: FileRole,
  client: boolean,
  around: Surroundings,
  calls: CallIndex,
  known: Linked | undefined,
): Linked {
  const linked =
    facts.depth === "skim"
      ? linkSkimmed(facts, role, client, around, calls)
      : new FileLinker(facts, role, client, around, calls).link();
  // A file that uses the database and was edited is another one: findings in it may come from its text.
  const mayStay = known && (known.facts === facts || !linked.code.usages.length);
  const isSame = mayStay && JSON.stringify(known.code) === JSON.stringify(linked.code);
  return isSame ? { ...linked, code: known.code } : linked;
}

function surroundingsOf({ facts, imports, carriers, clients }: Omit<Memory, "linked">): Surroundings {
  const around: Surroundings = {
    facts: (path) => facts.get(path),
    resolve: (from, module) => imports.get(from.path)?.[module],
    carried: (name) => carriers.values(name),
    carriedTypes: (name) => carriers.types(name),
    carriedClient(name) {
      const known = clients.get(name) ?? findCarriedClient(around, name);
      clients.set(name, known);
      return known;
    },
  };
  return around;
}

/** Modules for which it matters whether they reach a browser. */
const isDelicate = (facts: CodeFacts): boolean =>
  facts.secrets.length > 0 || facts.environment.length > 0 || facts.sites.some((site) => site.made);

function findUnread(
  linked: readonly Linked[],
  facts: ReadonlyMap<string, CodeFacts>,
  seen: readonly string[],
): string[] {
  const unread = new Set(seen);
  const demanded = new Set<string>();
  for (const each of linked) for (const key of each.demanded) demanded.add(key);
  for (const each of linked) {
    for (const path of each.unread) unread.add(path);
    if (each.functions?.some((key) => demanded.has(key))) unread.add(each.facts.path);
  }
  return [...unread].filter((path) => facts.get(path)?.depth === "skim");
}
