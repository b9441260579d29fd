import type { CodeFacts, SiteFact } from "../../source/code/facts.ts";
import type { TypeFact, Value } from "../../source/code/value.ts";
import type { CarriedClient } from "./carried-client.ts";
import type { Drafts } from "./draft.ts";
import { evaluateCall, evaluateNew } from "./invoke.ts";
import { type Frame, type Known, type Piece, shared, type Thunk } from "./known.ts";
import { evaluateElement, evaluateMember, evaluateThis } from "./member.ts";
import { importedValue } from "./module.ts";
import { evaluateBinding, evaluateEach, evaluateParam } from "./reference.ts";
import { textsOf } from "./text.ts";
import { evaluateType, evaluateTyped } from "./type.ts";

/** What evaluation may ask of the rest of the project. */
export interface Surroundings {
  facts(path: string): CodeFacts | undefined;
  resolve(from: CodeFacts, module: number): string | undefined;
  /** Values of properties that carry a client under this name anywhere in the project. */
  carried(name: string): readonly Thunk[];
  carriedTypes(name: string): readonly { readonly type: TypeFact; readonly file: CodeFacts }[];
  /** The one client that all of these come to. */
  carriedClient(name: string): CarriedClient;
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
  /** It finds what a name carries; other names are followed in the same evaluation. */
  readonly insideCarrier: boolean;
  private steps = MOST_STEPS;
  private deep = 0;
  private readonly following = new Set<unknown>();

  constructor(around: Surroundings, insideCarrier = false) {
    this.around = around;
    this.insideCarrier = insideCarrier;
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
    return value === null ? [] : this.spend(() => this.step(value, file, frame));
  }

  /** What a value of a type is. */
  type(type: TypeFact | undefined, file: CodeFacts, frame: Frame | undefined): Known[] {
    return type ? this.spend(() => evaluateType(this, type, file, frame)) : [];
  }

  /** Follows something while it is not being followed: what leads back to itself has no value. */
  once(what: unknown, work: () => Known[]): Known[] {
    if (this.following.has(what)) return [];
    this.following.add(what);
    const known = work();
    this.following.delete(what);
    return known;
  }

  /** Neither depth nor length of what is followed is without end. */
  private spend(work: () => Known[]): Known[] {
    if (this.deep >= DEEPEST || --this.steps < 0) return [];
    this.deep++;
    const known = work();
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
        return [{ path: file.path, ...value }];
      case "binding":
        return evaluateBinding(this, value.binding, file, frame);
      case "import":
        return importedValue(this, file, value.module, value.name);
      case "global":
        return value.name.startsWith("use") || value.name.startsWith("server")
          ? [{ is: "package", specifier: "", name: value.name }]
          : [];
      case "this":
        return [evaluateThis(value.class, file, frame)];
      case "param":
        return evaluateParam(this, value, file, frame);
      case "member":
        return evaluateMember(this, value, file, frame);
      case "element":
        return evaluateElement(this, value, file, frame);
      case "call":
        return evaluateCall(this, value, file, frame);
      case "new":
        return evaluateNew(this, value, file, frame);
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
        return evaluateEach(this, value, file, frame);
      case "typed":
        return evaluateTyped(this, value.of, value.type, file, frame);
      case "site":
        return this.site(file.sites[value.site], file, frame);
      case "spread":
        return [];
    }
  }

  /** What is found on the way is found there, not where it is referred to. */
  private site(site: SiteFact | undefined, file: CodeFacts, frame: Frame | undefined): Known[] {
    const { drafts } = this;
    if (!site || drafts?.path !== file.path) return this.evaluate(site?.value ?? null, file, frame);
    const { span } = drafts;
    drafts.span = site.span;
    const known = this.evaluate(site.value, file, frame);
    drafts.span = span;
    return known;
  }

  private text(value: Value & { is: "text" }, file: CodeFacts, frame: Frame | undefined): Known[] {
    const pieces: Piece[] = [];
    for (const part of value.parts) {
      if ("hole" in part) pieces.push(...this.hole(part, file, frame));
      else {
        const quote = value.parts.length === 1 ? value.quote : undefined;
        pieces.push({ path: file.path, direct: true, ...part, ...(quote && { quote }) });
      }
    }
    return [{ is: "text", pieces }];
  }

  private hole(
    { hole, name }: { readonly hole: Value; readonly name?: string },
    file: CodeFacts,
    frame: Frame | undefined,
  ): readonly Piece[] {
    const texts = textsOf(this.evaluate(hole, file, frame));
    const only = texts.length === 1 ? texts[0] : undefined;
    const unknown = { text: undefined, path: file.path, start: 0, direct: false };
    return only?.pieces ?? [name === undefined ? unknown : { ...unknown, name }];
  }

  private items(values: readonly Value[], file: CodeFacts, frame: Frame | undefined): Thunk[] {
    return values.flatMap((value) => {
      if (value?.is !== "spread") return [{ value, file, frame }];
      return this.evaluate(value.of, file, frame).flatMap((known) =>
        known.is === "array" ? known.items : [],
      );
    });
  }
}
