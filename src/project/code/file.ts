import type { CodeFacts, SiteFact } from "../../source/code/facts.ts";
import type { Value } from "../../source/code/value.ts";
import type { CodeFile, FileRole, NamedAt, Usage } from "../usage.ts";
import { type CallIndex, callerNames, findCallers } from "./callers.ts";
import { readConstruction } from "./construction.ts";
import { Drafts } from "./draft.ts";
import { Evaluation, type Free, type Surroundings } from "./evaluate.ts";
import { type Frame, findFrame, functionKey, type Known } from "./known.ts";
import { isWatched } from "./packages.ts";
import { packageOf } from "./resolve.ts";
import { nameOf, textsOf } from "./text.ts";

/** A linked file, and everything outside it that had a say. */
export interface LinkedFile {
  readonly facts: CodeFacts;
  readonly code: CodeFile;
  /** Files whose facts were looked at. */
  readonly touched: ReadonlySet<string>;
  /** Names whose callers were asked for, and properties that carry a client. */
  readonly asked: ReadonlySet<string>;
  readonly askedCarriers: ReadonlySet<string>;
  /** Functions whose parameters name something: their callers matter. */
  readonly demanded: ReadonlySet<string>;
  /** Skimmed files that must be read to know more. */
  readonly unread: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** Most files ask for nothing: what is kept of thousands of them is one set. */
export const orNone = (set: ReadonlySet<string>): ReadonlySet<string> => (set.size ? set : NONE);

const DEEPEST = 4;
const MOST_BINDINGS = 300;

/** Turns the facts of one file into its usages. */
export class FileLinker {
  readonly evaluation: Evaluation;
  readonly asked = new Set<string>();
  readonly demanded = new Set<string>();
  private readonly drafts: Drafts;
  private readonly usages: Usage[] = [];
  private bindings = 0;
  private readonly facts: CodeFacts;
  private readonly role: FileRole;
  private readonly client: boolean;
  private readonly around: Surroundings;
  private readonly index: CallIndex;

  constructor(facts: CodeFacts, role: FileRole, client: boolean, around: Surroundings, index: CallIndex) {
    this.facts = facts;
    this.role = role;
    this.client = client;
    this.around = around;
    this.index = index;
    this.evaluation = new Evaluation(around);
    this.drafts = new Drafts(facts.path);
  }

  link(): LinkedFile {
    const { facts, role, client, evaluation } = this;
    for (const site of facts.sites) this.linkSite(site);
    for (const draft of this.drafts.all()) this.usages.push({ path: facts.path, role, ...draft });
    this.linkEnvironment();
    this.linkImports();
    for (const secret of facts.secrets) this.add({ kind: "secret", ...secret, clientComponent: client });
    const usages = this.usages.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    return {
      facts,
      code: { path: facts.path, role, clientComponent: client, usages, directives: facts.directives },
      touched: orNone(evaluation.touched),
      asked: orNone(this.asked),
      askedCarriers: orNone(evaluation.askedCarriers),
      demanded: orNone(this.demanded),
      unread: orNone(evaluation.unread),
    };
  }

  private add(usage: DistributiveOmit<Usage, "path" | "role">): void {
    this.usages.push({ path: this.facts.path, role: this.role, ...usage } as Usage);
  }

  private linkSite(site: SiteFact): void {
    if (site.sql) this.linkSql(site, site.sql);
    else if (site.made) this.linkConstruction(site, site.made);
    else {
      this.bindings = 0;
      this.enumerate((frame) => this.evaluation.evaluate(site.value, this.facts, frame), site);
    }
  }

  /** Evaluates under every binding of the parameters and loops that it depends on. */
  private enumerate(work: (frame: Frame | undefined) => void, site: SiteFact, frame?: Frame, deep = 0): void {
    const drafts = new Drafts(this.facts.path);
    drafts.span = site.span;
    this.evaluation.drafts = drafts;
    this.evaluation.restart();
    work(frame);
    this.evaluation.drafts = undefined;
    // What is bound already and asked for again is out of reach of that binding, as in an object of the same class.
    const free =
      deep < DEEPEST ? [...this.evaluation.free.values()].filter(({ key }) => !findFrame(frame, key)) : [];
    for (const each of free) {
      const frames = this.framesOf(each, frame);
      if (!frames.length) continue;
      for (const bound of frames)
        if (++this.bindings < MOST_BINDINGS) this.enumerate(work, site, bound, deep + 1);
      return;
    }
    this.drafts.merge(drafts);
  }

  private framesOf(free: Free, parent: Frame | undefined): Frame[] {
    if (free.items) return free.items.map((item) => ({ key: free.key, args: [item], parent }));
    if (free.index === undefined) return [];
    this.demanded.add(functionKey(free.file, free.index));
    const names = callerNames(free.file, free.index, this.index);
    for (const name of names) this.asked.add(name);
    return findCallers(this.evaluation, this.index, names, free.file, free.index, parent);
  }

  private linkConstruction(site: SiteFact, made: NonNullable<SiteFact["made"]>): void {
    this.evaluation.restart();
    const usage = readConstruction(this.evaluation, site, made, this.facts, this.client);
    if (usage) this.add({ ...usage, span: site.span });
  }

  private linkSql(site: SiteFact, sql: NonNullable<SiteFact["sql"]>): void {
    this.evaluation.restart();
    const receivers = this.evaluation.evaluate(site.value, this.facts, undefined).map(receiverOf);
    if (!sql.certain && !receivers.some((each) => each?.is === "sql" || each?.is === "prisma")) return;
    const inTransaction =
      sql.inTransaction || receivers.some((each) => each?.is === "prisma" && each.transaction);
    this.add({ kind: "sql", span: site.span, text: sql.text, tag: sql.tag });
    for (const setting of sql.settings)
      this.add({ kind: "setting", span: site.span, ...setting, inTransaction });
  }

  private linkEnvironment(): void {
    const { facts, client } = this;
    const checked: string[] = [];
    let wholesale = false;
    for (const read of facts.environment) {
      const variables = this.variablesOf(read.variable);
      const dynamic = read.variable?.is !== "environment";
      for (const variable of variables) {
        this.add({
          kind: "environment",
          span: read.span,
          variable,
          asserted: read.asserted,
          clientComponent: client,
        });
        if (read.checked) checked.push(variable.value);
      }
      wholesale ||= dynamic && read.checked && variables.length > 0;
    }
    for (const { span, library, variables } of facts.environmentSchemas)
      this.add({ kind: "environment-schema", span, library, variables });
    const first = facts.environment.find((each) => each.checked);
    if (first && new Set(checked).size >= (wholesale ? 2 : MOST_OF_AN_ENVIRONMENT))
      this.add({
        kind: "environment-schema",
        span: first.span,
        library: "checks",
        variables: [...new Set(checked)],
      });
  }

  private variablesOf(value: Value): NamedAt[] {
    if (value?.is === "environment") {
      const span = { start: value.at, end: value.at + value.name.length };
      const quote = value.quote ? { quote: value.quote } : {};
      return [{ value: value.name, path: this.facts.path, span, literal: true, ...quote }];
    }
    const found = new Map<string, NamedAt>();
    const collect = (frame: Frame | undefined) => {
      for (const text of textsOf(this.evaluation.evaluate(value, this.facts, frame))) {
        const name = nameOf(text);
        if (name) found.set(name.value, name);
      }
    };
    this.bindings = 0;
    this.enumerate(collect, { value, span: { start: 0, end: 0 } });
    return [...found.values()];
  }

  private linkImports(): void {
    const { facts } = this;
    facts.modules.forEach((module, index) => {
      const { specifier, at, start, names, typeOnly, quote } = module;
      const name = packageOf(specifier);
      if (!isWatched(name) || this.around.resolve(facts, index) !== undefined) return;
      const end = at + specifier.length;
      this.add({
        kind: "import",
        span: { start, end: end + 1 },
        package: name,
        specifier: { value: specifier, path: facts.path, span: { start: at, end }, literal: true, quote },
        names,
        typeOnly: typeOnly ?? false,
      });
    });
  }
}

/** A single check is no schema; several in one module are, and a list of names is one of two. */
const MOST_OF_AN_ENVIRONMENT = 3;

type DistributiveOmit<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;

const receiverOf = (known: Known): Known | undefined => (known.is === "method" ? known.of : known);
