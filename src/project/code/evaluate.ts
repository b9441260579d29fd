import type { ClassFact, CodeFacts } from "../../source/code/facts.ts";
import type { CallValue, TypeFact, Value } from "../../source/code/value.ts";
import { MEMOISING } from "../../source/code/vocabulary.ts";
import { callBuiltin } from "./builtin.ts";
import { callClient, memberOfClient, openChannel } from "./client.ts";
import type { Drafts } from "./draft.ts";
import {
  type Frame,
  findFrame,
  functionKey,
  type Known,
  type KnownInstance,
  type KnownObject,
  loopKey,
  type Piece,
  shared,
  type Thunk,
} from "./known.ts";
import { findSupabaseFactory, instanceOf, knownExport } from "./packages.ts";
import { joinText, oneText, textsOf } from "./text.ts";

/** What evaluation may ask of the rest of the project. */
export interface Surroundings {
  facts(path: string): CodeFacts | undefined;
  resolve(from: CodeFacts, module: number): string | undefined;
  /** Values of properties that carry a client under this name anywhere in the project. */
  carried(name: string): readonly Thunk[];
  carriedTypes(name: string): readonly { readonly type: TypeFact; readonly file: CodeFacts }[];
}

/** A parameter or loop that something depended on and that nothing has bound yet. */
export interface Free {
  readonly key: string;
  readonly file: CodeFacts;
  /** A function whose callers say, or the array of a loop. */
  readonly index?: number;
  readonly items?: readonly Thunk[];
}

const MOST_STEPS = 30_000;
const DEEPEST = 80;
const MOST_ALTERNATIVES = 40;

/**
 * Evaluates expressions of one file, reaching into others. Abstract: every alternative is followed, and what cannot
 * be known has no value. `touched` is every file that had a say.
 */
export class Evaluation {
  readonly touched = new Set<string>();
  readonly unread = new Set<string>();
  readonly askedCarriers = new Set<string>();
  readonly free = new Map<string, Free>();
  drafts: Drafts | undefined;
  readonly around: Surroundings;
  private steps = MOST_STEPS;
  private deep = 0;
  private readonly following = new Set<string>();
  private readonly pending = new Set<Thunk>();

  constructor(around: Surroundings) {
    this.around = around;
  }

  /** Every site may take as long as any other. */
  restart(): void {
    this.steps = MOST_STEPS;
    this.free.clear();
  }

  thunk(thunk: Thunk): Known[] {
    const known = this.evaluate(thunk.value, thunk.file, thunk.frame);
    return thunk.shared ? known.map(shared) : known;
  }

  evaluate(value: Value, file: CodeFacts, frame: Frame | undefined): Known[] {
    if (value === null || this.deep >= DEEPEST || --this.steps < 0) return [];
    this.deep++;
    const known = this.step(value, file, frame);
    this.deep--;
    return known.length > MOST_ALTERNATIVES ? known.slice(0, MOST_ALTERNATIVES) : known;
  }

  private step(value: NonNullable<Value>, file: CodeFacts, frame: Frame | undefined): Known[] {
    switch (value.is) {
      case "text":
        return this.text(value, file, frame);
      case "flag":
        return [{ is: "flag", value: value.value }];
      case "environment":
        return [{ ...value, path: file.path }];
      case "binding":
        return this.binding(value.binding, file, frame);
      case "import":
        return this.imported(file, value.module, value.name);
      case "global":
        return value.name.startsWith("use") || value.name.startsWith("server")
          ? [{ is: "package", specifier: "", name: value.name }]
          : [];
      case "this":
        return [
          { is: "instance", file, index: value.class, args: findThis(frame, file, value.class), frame },
        ];
      case "param":
        return this.param(value, file, frame);
      case "member":
        return this.memberValue(value, file, frame);
      case "element":
        return this.element(value, file, frame);
      case "call":
        return this.call(value, file, frame);
      case "new":
        return this.construct(value, file, frame);
      case "object":
        return [{ is: "object", entries: value.entries, file, frame, direct: true }];
      case "array":
        return [{ is: "array", items: this.items(value.items, file, frame), direct: true }];
      case "function":
        return [{ is: "function", file, index: value.function, frame }];
      case "class":
        return [{ is: "class", file, index: value.class }];
      case "or": {
        const known = this.evaluate(value.of, file, frame);
        return known.length ? known : this.evaluate(value.fallback, file, frame);
      }
      case "any":
        return value.of.flatMap((each) => this.evaluate(each, file, frame));
      case "each":
        return this.each(value, file, frame);
      case "typed":
        return this.typed(value.of, value.type, file, frame);
      case "site":
        return this.evaluate(file.sites[value.site]?.value ?? null, file, frame);
      case "spread":
        return [];
    }
  }

  private text(value: Value & { is: "text" }, file: CodeFacts, frame: Frame | undefined): Known[] {
    const pieces: Piece[] = [];
    for (const part of value.parts) {
      if ("hole" in part) pieces.push(...this.hole(part.hole, file, frame));
      else {
        const quote = value.parts.length === 1 ? value.quote : undefined;
        pieces.push({ ...part, path: file.path, direct: true, ...(quote && { quote }) });
      }
    }
    return [{ is: "text", pieces }];
  }

  private hole(value: Value, file: CodeFacts, frame: Frame | undefined): readonly Piece[] {
    const texts = textsOf(this.evaluate(value, file, frame));
    const only = texts.length === 1 ? texts[0] : undefined;
    return only?.pieces ?? [{ text: undefined, path: file.path, start: 0, direct: false }];
  }

  private binding(index: number, file: CodeFacts, frame: Frame | undefined): Known[] {
    const fact = file.bindings[index];
    if (!fact) return [];
    const key = `${file.path} ${index}`;
    if (this.following.has(key)) return [];
    this.following.add(key);
    const known = this.evaluate(fact.value, file, frame);
    this.following.delete(key);
    const typed = fact.type && !known.some(isClient) ? this.type(fact.type, file, frame) : [];
    if (typed.length) return typed;
    return comesFromParam(fact.value) ? known : known.map(shared);
  }

  /** A parameter: what the call at hand binds, else what its type says, else what calls it back. */
  private param(value: Value & { is: "param" }, file: CodeFacts, frame: Frame | undefined): Known[] {
    const fact = file.functions[value.function];
    const param = fact?.params[value.index];
    if (!fact || !param) return [];
    const key = functionKey(file, value.function);
    const bound = findFrame(frame, key);
    if (bound) {
      if (value.rest) return [{ is: "array", items: bound.args.slice(value.index), direct: true }];
      const arg = bound.args[value.index];
      const known = arg?.value ? this.argument(arg, frame) : [];
      if (known.length) return known;
      const typed = param.type ? this.type(param.type, file, frame) : [];
      return typed.length || arg?.value ? typed : this.evaluate(param.fallback ?? null, file, frame);
    }
    const typed = param.type ? this.type(param.type, file, frame) : [];
    if (typed.length && !typed.every((each) => each.is === "shape")) return typed;
    const given = fact.given ? this.given(value, file, frame) : [];
    if (given.length) return given.filter((each) => each.is !== "pending");
    this.free.set(key, { key, file, index: value.function });
    return typed.length ? typed : this.evaluate(param.fallback ?? null, file, frame);
  }

  private argument(arg: Thunk, frame: Frame | undefined): Known[] {
    if (!arg.open) return this.thunk(arg);
    // A function that calls itself hands its own parameter on.
    if (this.pending.has(arg)) return [];
    this.pending.add(arg);
    const known = this.evaluate(arg.value, arg.file, frame);
    this.pending.delete(arg);
    return known;
  }

  /** What a callback's parameter gets from what it is an argument of. */
  private given(value: Value & { is: "param" }, file: CodeFacts, frame: Frame | undefined): Known[] {
    const { callee, arg } = file.functions[value.function]!.given!;
    return this.evaluate(callee, file, frame).flatMap((known): Known[] => {
      if (known.is === "function") return this.gift(known, arg, value.index);
      if (known.is !== "method") return [];
      if (known.of.is === "prisma") return value.index === 0 ? [{ is: "prisma", transaction: true }] : [];
      if (known.of.is === "sql") return value.index === 0 ? [known.of] : [];
      if (known.of.is === "array" && value.index === 0) {
        const key = functionKey(file, value.function);
        this.free.set(key, { key, file, items: shareItems(known.of.items, known.of.direct) });
        return [{ is: "pending" }];
      }
      return [];
    });
  }

  private gift(known: Known & { is: "function" }, arg: number, index: number): Known[] {
    const gives = known.file.functions[known.index]?.gives ?? [];
    return gives
      .filter((each) => each.param === arg)
      .flatMap((each) => this.evaluate(each.args[index] ?? null, known.file, known.frame));
  }

  private each(value: Value & { is: "each" }, file: CodeFacts, frame: Frame | undefined): Known[] {
    const key = loopKey(file, value.id);
    const bound = findFrame(frame, key);
    if (bound) return bound.args[0] ? this.thunk(bound.args[0]) : [];
    const items = this.evaluate(value.of, file, frame).flatMap((known) =>
      known.is === "array" ? shareItems(known.items, known.direct) : [],
    );
    if (items.length) this.free.set(key, { key, file, items });
    return [];
  }

  private items(values: readonly Value[], file: CodeFacts, frame: Frame | undefined): Thunk[] {
    return values.flatMap((value) => {
      if (value?.is !== "spread") return [{ value, file, frame }];
      return this.evaluate(value.of, file, frame).flatMap((known) =>
        known.is === "array" ? known.items : [],
      );
    });
  }

  private memberValue(value: Value & { is: "member" }, file: CodeFacts, frame: Frame | undefined): Known[] {
    const of = this.evaluate(value.of, file, frame);
    const piece: Piece = { text: value.name, path: file.path, start: value.at, direct: value.at > 0 };
    const found = of.flatMap((known) => this.member(known, value.name, piece));
    if (found.length || of.some(isDecided)) return found;
    return this.carriedBy(value.name);
  }

  /** A property of a known value. */
  member(of: Known, name: string, piece: Piece): Known[] {
    switch (of.is) {
      case "object":
        return this.property(of, name);
      case "array":
        return [{ is: "method", of, name }];
      case "instance":
        return this.instanceMember(of, name, piece);
      case "class":
        return this.classMember(of, name);
      case "module":
        return this.exported(of.path, name, piece);
      case "shape": {
        const type = Object.hasOwn(of.members, name) ? of.members[name]! : null;
        return this.type(type, of.file, undefined);
      }
      case "package":
        return of.name === "*" || of.name === "default" ? [knownExport(of.specifier, name)] : [];
      case "function":
        return [];
      default:
        return memberOfClient(of, name, piece);
    }
  }

  property(of: KnownObject, name: string): Known[] {
    const entry = of.entries.find((each) => each.name === name);
    if (entry) {
      const known = this.evaluate(entry.value, of.file, of.frame);
      return of.direct ? known : known.map(shared);
    }
    const spreads = of.entries.filter((each) => each.name === undefined);
    return spreads.flatMap((each) => {
      const inner = each.value?.is === "spread" ? each.value.of : each.value;
      return this.evaluate(inner, of.file, of.frame).flatMap((known) =>
        known.is === "object" ? this.property({ ...known, direct: false }, name) : [],
      );
    });
  }

  private instanceMember(of: KnownInstance, name: string, piece: Piece): Known[] {
    const fact = of.file.classes[of.index];
    if (!fact) return [];
    const frame = thisFrame(of, fact);
    const field = Object.hasOwn(fact.fields, name) ? fact.fields[name]! : undefined;
    if (field) {
      const known = this.evaluate(field.value, of.file, frame);
      if (known.length || !field.type) return known;
      return this.type(field.type, of.file, frame);
    }
    const method = methodOf(fact, name) ?? methodOf(fact, `get ${name}`);
    if (method !== undefined) {
      const called: Known = { is: "function", file: of.file, index: method, frame };
      return methodOf(fact, name) === undefined ? this.callFunction(called, []) : [called];
    }
    return this.baseMember(of, fact, frame, name, piece);
  }

  private baseMember(
    of: KnownInstance,
    fact: ClassFact,
    frame: Frame | undefined,
    name: string,
    piece: Piece,
  ): Known[] {
    const base = fact.extends ? this.evaluate(fact.extends, of.file, undefined) : [];
    return base.flatMap((known): Known[] => {
      const args = fact.superArgs?.map((value) => ({ value, file: of.file, frame }));
      if (name === "super") return known.is === "class" ? [known] : [];
      if (known.is === "class")
        return this.instanceMember(
          { is: "instance", file: known.file, index: known.index, args },
          name,
          piece,
        );
      const instance = instanceOf(known);
      return instance ? this.member(instance, name, piece) : [];
    });
  }

  private classMember(of: Known & { is: "class" }, name: string): Known[] {
    const fact = of.file.classes[of.index];
    if (!fact) return [];
    const field = Object.hasOwn(fact.fields, name) ? fact.fields[name]! : undefined;
    if (field) {
      const known = this.evaluate(field.value, of.file, undefined);
      return known.length || !field.type ? known : this.type(field.type, of.file, undefined);
    }
    const method = methodOf(fact, name);
    return method === undefined ? [] : [{ is: "function", file: of.file, index: method, frame: undefined }];
  }

  /** What travels under a name where the code alone does not say what it is on: `ctx.prisma`. */
  carriedBy(name: string): Known[] {
    const thunks = this.around.carried(name);
    const types = this.around.carriedTypes(name);
    this.askedCarriers.add(name);
    if ((!thunks.length && !types.length) || this.following.has(name)) return [];
    this.following.add(name);
    const known = [
      ...thunks.flatMap((thunk) => this.touch(thunk.file, () => this.thunk(thunk))),
      ...types.flatMap(({ type, file }) => this.touch(file, () => this.type(type, file, undefined))),
    ];
    this.following.delete(name);
    const clients = known.filter((each) => each.is === "prisma" || each.is === "supabase");
    const kinds = new Set(clients.map((each) => each.is));
    return kinds.size === 1 ? clients.slice(0, 1) : [];
  }

  private touch<T>(file: CodeFacts, work: () => T): T {
    this.touched.add(file.path);
    return work();
  }

  private element(value: Value & { is: "element" }, file: CodeFacts, frame: Frame | undefined): Known[] {
    const index = oneText(this.evaluate(value.index, file, frame));
    return this.evaluate(value.of, file, frame).flatMap((known): Known[] => {
      if (known.is === "array") return this.item(known.items, known.direct, index);
      if (known.is === "object" && index !== undefined) return this.property(known, index);
      if (known.is === "prisma" || known.is === "instance")
        return textsOf(this.evaluate(value.index, file, frame)).flatMap((name) =>
          this.member(known, joinText(name), name.pieces[0]!),
        );
      return [];
    });
  }

  private item(items: readonly Thunk[], direct: boolean, index: string | undefined): Known[] {
    const at = index === undefined ? undefined : items[Number(index)];
    const known = at ? this.thunk(at) : [];
    return direct ? known : known.map(shared);
  }

  private construct(value: Value & { is: "new" }, file: CodeFacts, frame: Frame | undefined): Known[] {
    const args = value.args.map((arg) => ({ value: arg, file, frame }));
    return this.evaluate(value.of, file, frame).flatMap((known): Known[] => {
      if (known.is === "class") return [{ is: "instance", file: known.file, index: known.index, args }];
      const instance = instanceOf(known);
      if (instance) return [instance];
      return known.is === "package"
        ? [{ is: "foreign", specifier: known.specifier, name: known.name, args }]
        : [];
    });
  }

  private call(value: CallValue, file: CodeFacts, frame: Frame | undefined): Known[] {
    const args = value.args.map((arg) => ({ value: arg, file, frame }));
    const callees = this.evaluate(value.of, file, frame);
    const found = callees.flatMap((callee): Known[] => {
      if (callee.is === "function") return this.callProject(callee, args);
      if (callee.is === "method") return callClient(this, callee, value, args, file);
      if (callee.is === "sql") return [callee];
      return callBuiltin(this, callee, value, args, file, frame);
    });
    if (found.length || callees.length) return found;
    return this.fetched(value, args, file);
  }

  /** `singleton("prisma", () => new PrismaClient())` keeps what the callback gives where nobody can follow. */
  private callProject(callee: Known & { is: "function" }, args: readonly Thunk[]): Known[] {
    const found = this.callFunction(callee, args);
    const name = callee.file.functions[callee.index]?.name;
    if (found.length || name === undefined || !MEMOISING.test(name)) return found;
    return args.flatMap((arg) =>
      this.thunk(arg).flatMap((known) => (known.is === "function" ? this.callFunction(known, []) : [])),
    );
  }

  /** `c.get("prisma")`, `inject("supabase")`, `Object.values(TABLES)`. */
  private fetched(value: CallValue, args: readonly Thunk[], file: CodeFacts): Known[] {
    const of = value.of;
    if (of?.is !== "member") return [];
    if (of.of?.is === "global" && of.of.name === "Object")
      return args[0] ? this.listOf(of.name, args[0]) : [];
    if (of.name === "on") return this.listened(of, value, args, file);
    if (!/^(get|inject|getContext|resolve)$/.test(of.name)) return [];
    const name = args[0] ? oneText(this.thunk(args[0])) : undefined;
    return name === undefined ? [] : this.carriedBy(name);
  }

  /** `x.channel("room").on("presence", ...)` and `x.on("postgres_changes", ...)` are realtime whatever `x` is. */
  private listened(
    of: Value & { is: "member" },
    value: CallValue,
    args: readonly Thunk[],
    file: CodeFacts,
  ): Known[] {
    const kind = args[0] ? oneText(this.thunk(args[0])) : undefined;
    const opened =
      of.of?.is === "call" && of.of.of?.is === "member" && of.of.of.name === "channel" ? of.of : undefined;
    if (kind !== "postgres_changes" && !(opened && (kind === "broadcast" || kind === "presence"))) return [];
    const channels: Known[] = opened
      ? this.opened(opened, file, args[0]!.frame)
      : [{ is: "channel", draft: undefined, file }];
    return channels.flatMap((channel) =>
      callClient(this, { is: "method", of: channel, name: "on" }, value, args, file),
    );
  }

  private opened(call: CallValue, file: CodeFacts, frame: Frame | undefined): Known[] {
    const args = call.args.map((value) => ({ value, file, frame }));
    const names = args[0] ? textsOf(this.thunk(args[0])) : [];
    return (names.length ? names : [undefined]).flatMap((name) => openChannel(this, name, call, args, file));
  }

  private listOf(what: string, object: Thunk): Known[] {
    return this.thunk(object).flatMap((known): Known[] => {
      if (known.is !== "object") return known.is === "array" && what === "freeze" ? [known] : [];
      if (what === "freeze") return [known];
      const named = known.entries.filter((each) => each.name !== undefined);
      const list = named.map((entry): Value => {
        const key: Value = {
          is: "text",
          parts: [{ text: entry.name!, start: entry.at ?? 0 }],
          ...(entry.quote && { quote: entry.quote }),
        };
        if (what === "keys") return key;
        return what === "values" ? entry.value : { is: "array", items: [key, entry.value] };
      });
      if (!/^(keys|values|entries)$/.test(what)) return [];
      return [
        {
          is: "array",
          items: list.map((each) => ({ value: each, file: known.file, frame: known.frame })),
          direct: known.direct,
        },
      ];
    });
  }

  callFunction(called: Known & { is: "function" }, args: readonly Thunk[]): Known[] {
    const fact = called.file.functions[called.index];
    const key = functionKey(called.file, called.index);
    if (!fact || this.following.has(key)) return [];
    this.following.add(key);
    const frame: Frame = { key, args, parent: called.frame };
    const known = fact.returns.flatMap((each) => this.evaluate(each, called.file, frame));
    const typed =
      known.some(isClient) || !fact.returnType ? [] : this.type(fact.returnType, called.file, frame);
    this.following.delete(key);
    return typed.length ? [...known, ...typed] : known;
  }

  /** What a file imports from one of its modules. */
  imported(file: CodeFacts, module: number, name: string): Known[] {
    const path = this.around.resolve(file, module);
    const specifier = file.modules[module]?.specifier ?? "";
    if (path === undefined) return [knownExport(specifier, name)];
    if (name === "*") return [{ is: "module", path }];
    const found = this.exported(path, name).map(shared);
    // A generated client is too large to read, and its own name says what it is.
    return found.length || (name !== "PrismaClient" && name !== "Prisma")
      ? found
      : [knownExport(specifier, name)];
  }

  /** What a file exports under a name, through re-exports. */
  exported(path: string, name: string, piece?: Piece, seen = new Set<string>()): Known[] {
    const facts = this.around.facts(path);
    this.touched.add(path);
    if (!facts || seen.has(path)) return [];
    seen.add(path);
    if (Object.hasOwn(facts.exports, name)) return this.evaluate(facts.exports[name]!, facts, undefined);
    if (name !== "default")
      for (const star of facts.stars) {
        const target = this.around.resolve(facts, star);
        const found =
          target === undefined
            ? this.fromPackage(facts, star, name)
            : this.exported(target, name, piece, seen);
        if (found.length) return found;
      }
    if (facts.depth === "skim") this.unread.add(path);
    if (!Object.hasOwn(facts.exports, "=")) return [];
    const whole = this.evaluate(facts.exports["="]!, facts, undefined);
    if (name === "default" || name === "*") return whole;
    const at = piece ?? { text: name, path, start: 0, direct: false };
    return whole.flatMap((known) => this.member(known, name, at));
  }

  /** `export * from "@prisma/client"`. */
  private fromPackage(facts: CodeFacts, module: number, name: string): Known[] {
    const { specifier } = facts.modules[module]!;
    const known = knownExport(specifier, name);
    return known.is !== "package" || findSupabaseFactory(known) || instanceOf(known) ? [known] : [];
  }

  private typed(of: Value, type: TypeFact, file: CodeFacts, frame: Frame | undefined): Known[] {
    const known = this.evaluate(of, file, frame);
    if (known.some(isClient)) return known;
    const typed = this.type(type, file, frame);
    return typed.length ? typed : known;
  }

  /** What a value of a type is. */
  type(type: TypeFact, file: CodeFacts, frame: Frame | undefined): Known[] {
    if (type === null || this.deep >= DEEPEST || --this.steps < 0) return [];
    this.deep++;
    const known = this.typeStep(type, file, frame);
    this.deep--;
    return known;
  }

  private typeStep(type: NonNullable<TypeFact>, file: CodeFacts, frame: Frame | undefined): Known[] {
    switch (type.is) {
      case "members":
        return [{ is: "shape", file, members: type.members }];
      case "any":
        return type.of.flatMap((each) => this.type(each, file, frame));
      case "declared":
        return this.type(file.types[type.type] ?? null, file, frame);
      case "typeof":
        return this.evaluate(type.of, file, frame);
      case "name":
        return this.namedType(type, file, frame);
    }
  }

  private namedType(type: TypeFact & { is: "name" }, file: CodeFacts, frame: Frame | undefined): Known[] {
    const args = (type.args ?? []).flatMap((each) => this.type(each, file, frame));
    if (type.name === "ReturnType")
      return args.flatMap((known) =>
        known.is === "function"
          ? this.callFunction(known, [])
          : callBuiltin(this, known, { is: "call", of: null, args: [] }, [], file, frame),
      );
    return this.evaluate(type.of, file, frame).flatMap((known) => {
      const instance = instanceOf(known);
      return instance ? [instance] : [];
    });
  }
}

const CLIENTS: ReadonlySet<Known["is"]> = new Set([
  "prisma",
  "supabase",
  "query",
  "channel",
  "sql",
  "prisma-model",
  "instance",
]);

const isClient = (known: Known): boolean => CLIENTS.has(known.is);

/** What a property of such a value is was settled by looking: it is not to be guessed from its name. */
const isDecided = (known: Known): boolean =>
  (known.is === "object" && known.entries.every((each) => each.name !== undefined)) ||
  isClient(known) ||
  known.is === "package" ||
  known.is === "module" ||
  known.is === "class" ||
  known.is === "environment";

const methodOf = (fact: ClassFact, name: string): number | undefined =>
  Object.hasOwn(fact.methods, name) ? fact.methods[name] : undefined;

/** Parameters keep the place of what was handed in. */
function comesFromParam(value: Value): boolean {
  if (value?.is === "param") return true;
  if (value?.is === "member" || value?.is === "element") return comesFromParam(value.of);
  if (value?.is === "or") return comesFromParam(value.of);
  return value?.is === "any" && value.of.some(comesFromParam);
}

const THIS = "this ";

/** Binds the arguments of `new` while fields and methods of that object are looked at. */
function thisFrame(of: KnownInstance, fact: ClassFact): Frame | undefined {
  if (!of.args) return of.frame;
  const self: Frame = { key: `${THIS}${of.file.path}#${of.index}`, args: of.args, parent: undefined };
  return fact.init === undefined
    ? self
    : { key: functionKey(of.file, fact.init), args: of.args, parent: self };
}

const findThis = (frame: Frame | undefined, file: CodeFacts, index: number): readonly Thunk[] | undefined =>
  findFrame(frame, `${THIS}${file.path}#${index}`)?.args;

function shareItems(items: readonly Thunk[], direct: boolean): readonly Thunk[] {
  return direct ? items : items.map((item) => ({ ...item, shared: true }));
}
