import type { z } from "zod";
import type { Bucket, Func, Policy, Table, View } from "../catalog/catalog.ts";
import type { Model, Project } from "../project/project.ts";
import type { Usage } from "../project/usage.ts";
import type { Edit } from "../text/edit.ts";
import type { RawFinding, Severity } from "../text/finding.ts";
import type { Place, Span } from "../text/span.ts";

/** What a rule looks at, one object at a time. */
export interface Subjects {
  table: Table;
  policy: { readonly policy: Policy; readonly table: Table };
  function: Func;
  view: View;
  model: Model;
  usage: Usage;
  bucket: Bucket;
  project: Project;
  /** A comment or configuration entry that accepts findings; looked at after every other rule ran. */
  suppression: Suppression;
  /** A part of the configuration that could not be used. */
  configuration: ConfigurationProblem;
}

export interface Suppression {
  readonly place: Place;
  /** The rules it names, and where; `unknown` where there is no such rule, with the one that was meant. */
  readonly rules: readonly {
    readonly id: string;
    readonly span: Span;
    readonly unknown?: boolean;
    readonly near?: string;
  }[];
  readonly reason: string | undefined;
  readonly scope: "next" | "file" | "configuration";
  /** Those of its rules that accepted no finding here, the ones that did not run left out. */
  readonly unused: readonly string[];
  /** What to delete when nothing of it is used: its whole line where it stands alone. */
  readonly removal: Span;
  /** False in a migration that may be applied: it stays as it is. */
  readonly editable: boolean;
}

export interface ConfigurationProblem {
  readonly place: Place;
  readonly message: string;
  /** `rules.table-wihtout-rls`: the way to it from the root. */
  readonly key: string;
  /** The name that was meant, and where it goes. */
  readonly near?: { readonly name: string; readonly edit: Edit };
  /** Where it is none that keeps the configuration from being read. */
  readonly severity?: Severity;
}

/**
 * A pure rule: no I/O, no memory. What it looks at in the project is noted as it looks, and its findings are kept from
 * one project to the next while that and its own object are the same. What many objects want to know of a project is
 * worth a `derived` (catalog/derived.ts).
 */
export interface Rule<On extends keyof Subjects = keyof Subjects, Options extends z.ZodObject = z.ZodObject> {
  readonly on: On;
  /** For rules on usages: the kinds it wants. */
  readonly kinds?: readonly Usage["kind"][];
  readonly severity: Severity | "off";
  /** One sentence: what the rule reports. */
  readonly summary: string;
  /** Why it matters: which rows, for whom. One short paragraph. */
  readonly why: string;
  /** `(z) => z.strictObject({ pattern: z.string().default("...") })`. A function, so that zod is loaded only where options are checked; every option has a default. */
  readonly options?: (zod: typeof z) => Options;
  check(subject: Subjects[On], project: Project, options: z.infer<Options>): Iterable<RawFinding>;
}

// The registry holds rules of every kind in one list, so the precise types end here.
// biome-ignore lint/suspicious/noExplicitAny: a list of rules over different subjects has no narrower type
export type AnyRule = Rule<any, any>;

/** Types a rule; gives it back as it is. */
export function defineRule<On extends keyof Subjects, Options extends z.ZodObject>(
  rule: Rule<On, Options>,
): Rule<On, Options> {
  return rule;
}

/** A rule with the names its file gives it. */
export interface RegisteredRule {
  readonly id: string;
  readonly category: string;
  readonly rule: AnyRule;
  /** The options where none are configured. */
  readonly defaults: Readonly<Record<string, unknown>>;
}
