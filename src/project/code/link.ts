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
  readonly files: readonly CodeFacts[];
  readonly facts: Map<string, CodeFacts>;
  readonly imports: Map<string, readonly (string | undefined)[]>;
  readonly calls: CallIndex;
  readonly carriers: CarrierIndex;
  readonly clients: Map<string, CarriedClient>;
  readonly linked: Map<string, Linked>;
}

/** From one link to the next. */
interface Step {
  /** `linked` still says what was linked before. */
  readonly memory: Memory;
  /** Paths whose facts, or whose imports' meaning, are not what they were; those that are gone included. */
  readonly changed: ReadonlySet<string>;
  /** What a file said before. */
  formerly(path: string): CodeFacts | undefined;
}

type Linked = LinkedFile & { readonly functions?: readonly string[] };

/**
 * Follows clients, names and properties from file to file. With what an earlier link left, only files that changed,
 * or that looked at one that did, are linked again.
 */
export function linkCode(files: readonly CodeFacts[], context: CodeContext, before?: Memory): LinkedCode {
  const step = (before && takeOver(before, files, context)) ?? indexAll(files, context, before);
  const { memory } = step;
  const { facts, imports, commands, linked } = memory;
  const reach = findClientComponents(facts, (path) => imports.get(path) ?? [], isDelicate);
  const around = surroundingsOf(memory);
  const stale = before ? findStale(step) : new Set<string>();
  for (const each of files) {
    const client = reach.client.has(each.path);
    const known = linked.get(each.path);
    const isSame = known?.facts === each && commands === before?.commands;
    const role = isSame ? known.code.role : roleOf(each, commands);
    const isFresh =
      known && !stale.has(each.path) && known.code.clientComponent === client && known.code.role === role;
    if (!isFresh) linked.set(each.path, relink(each, role, client, around, memory.calls, known));
  }
  const results = files.map((each) => linked.get(each.path)!);
  return {
    files: results.map((each) => each.code),
    generatedNames: files.flatMap((each) => generatedNames(each) ?? []),
    unread: findUnread(results, facts, reach.unread),
    memory,
  };
}

/** The step where the same files say something else: what is kept of all others stays as it is. Undefined for any other. */
function takeOver(before: Memory, files: readonly CodeFacts[], context: CodeContext): Step | undefined {
  const edited = isSameContext(before.context, context) ? findEdited(before.files, files) : undefined;
  if (!edited) return undefined;
  const { facts, imports, calls, carriers, resolver } = before;
  const former = new Map<string, CodeFacts>();
  for (const each of edited) {
    const old = facts.get(each.path)!;
    former.set(each.path, old);
    for (const index of [calls, carriers]) {
      index.remove(old);
      index.add(each);
    }
    facts.set(each.path, each);
    imports.set(each.path, importsOf(each, resolver));
  }
  return {
    memory: { ...before, files },
    changed: new Set(former.keys()),
    formerly: (path) => former.get(path) ?? facts.get(path),
  };
}

const isSameContext = (a: CodeContext, b: CodeContext): boolean =>
  a.packages === b.packages && a.tsconfigs === b.tsconfigs;

/** Those that are others than before; undefined where not every file has the path that it had. */
function findEdited(before: readonly CodeFacts[], files: readonly CodeFacts[]): CodeFacts[] | undefined {
  if (before.length !== files.length) return undefined;
  const edited: CodeFacts[] = [];
  for (let i = 0; i < files.length; i++) {
    if (before[i] === files[i]) continue;
    if (before[i]!.path !== files[i]!.path) return undefined;
    edited.push(files[i]!);
  }
  return edited;
}

const importsOf = ({ path, modules }: CodeFacts, resolver: ModuleResolver): (string | undefined)[] =>
  modules.map(({ specifier }) => resolver.resolve(path, specifier));

/** The step to any files: what is kept of those that are as they were is taken over one by one. */
function indexAll(files: readonly CodeFacts[], context: CodeContext, before: Memory | undefined): Step {
  const facts = new Map(files.map((each) => [each.path, each]));
  const isSame = before && isSameContext(before.context, context);
  const resolver = new ModuleResolver((path) => facts.has(path), context.packages, context.tsconfigs);
  const calls = before?.calls ?? new CallIndex();
  const carriers = before?.carriers ?? new CarrierIndex();
  for (const each of before?.files ?? [])
    if (facts.get(each.path) !== each) {
      calls.remove(each);
      carriers.remove(each);
    }
  for (const each of files)
    if (before?.facts.get(each.path) !== each) {
      calls.add(each);
      carriers.add(each);
    }
  const imports = new Map(files.map((each) => [each.path, importsOf(each, resolver)]));
  const kept = files.flatMap(({ path }) => before?.linked.get(path) ?? []);
  return {
    memory: {
      ...{ context, resolver, files, facts, imports, calls, carriers },
      commands: isSame ? before.commands : readCommands(context.packages),
      clients: before?.clients ?? new Map(),
      linked: new Map(kept.map((each) => [each.facts.path, each])),
    },
    changed: before ? findChanged(facts, imports, before) : new Set(),
    formerly: (path) => before?.facts.get(path),
  };
}

function findChanged(
  facts: Memory["facts"],
  imports: Memory["imports"],
  before: Memory,
): ReadonlySet<string> {
  const changed = new Set<string>();
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
function findStale(step: Step): ReadonlySet<string> {
  const { changed, formerly } = step;
  const { facts, clients, linked: before } = step.memory;
  const stale = new Set(changed);
  if (!changed.size) return stale;
  const { moved, altered } = sortChanges(step);
  const names = new Set<string>();
  const carried = new Set<string>();
  for (const path of altered)
    for (const each of [formerly(path), facts.get(path)]) {
      for (const { name } of each?.calls ?? []) names.add(name);
      for (const { name } of each?.carried ?? []) carried.add(name);
    }
  for (const [name, client] of clients)
    if (meet(client.touched, altered) || meet(client.asked, carried)) {
      clients.delete(name);
      carried.add(name);
    }
  for (const [path, linked] of before) {
    const looked =
      meet(linked.touched, altered) || meet(linked.asked, names) || meet(linked.askedCarriers, carried);
    if (looked || (meet(linked.touched, moved) && meet(placesIn(linked.code), moved))) stale.add(path);
  }
  return stale;
}

/** Files that say something else now, and those in which the same stands elsewhere: only places in them have moved. */
function sortChanges({ changed, formerly, memory }: Step): {
  readonly moved: ReadonlySet<string>;
  readonly altered: ReadonlySet<string>;
} {
  const moved = new Set<string>();
  const altered = new Set<string>();
  for (const path of changed) {
    const old = formerly(path);
    const now = memory.facts.get(path);
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

function surroundingsOf({ facts, imports, carriers, clients }: Memory): Surroundings {
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
