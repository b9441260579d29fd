import type { z } from "zod";
import type { Bucket, Func, Policy, Table, View } from "../catalog/catalog.ts";
import type { Model, Project } from "../project/project.ts";
import type { Usage } from "../project/usage.ts";
import type { RawFinding, Severity } from "../text/finding.ts";

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
}

/**
 * A pure rule: no I/O, no memory. `reads` names what it looks at beyond its own object (a policy's own table is
 * included); findings are kept between two projects while those parts and the object are the same.
 */
export interface Rule<On extends keyof Subjects = keyof Subjects, Options extends z.ZodObject = z.ZodObject> {
  readonly on: On;
  readonly reads?: readonly ProjectPart[];
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

export type ProjectPart =
  | "catalog"
  | "models"
  | "usages"
  | "packages"
  | "environment"
  | "tenancy"
  | "history"
  | "platform";

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
