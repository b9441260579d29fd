import type { Table } from "../../src/catalog/catalog.ts";
import type { Project } from "../../src/project/project.ts";
import type { CodeFile, Usage } from "../../src/project/usage.ts";
import { defineRule, type RegisteredRule, type Rule } from "../../src/rules/rule.ts";
import type { Finding } from "../../src/text/finding.ts";

/** A table of the catalog with nothing but what the linter looks at. */
export const table = (name: string, more: Partial<Table> = {}): Table =>
  ({
    schema: "public",
    name,
    platform: false,
    policies: new Map(),
    made: { path: "a.sql", span: { start: 0, end: 10 } },
    ...more,
  }) as Table;

/** A project of these parts, empty in every other. */
export function project(parts: {
  tables?: readonly Table[];
  code?: readonly CodeFile[];
  history?: Project["history"];
  prisma?: Project["prisma"];
  folder?: string;
  texts?: Readonly<Record<string, string>>;
}): Project {
  const catalog = {
    tables: new Map((parts.tables ?? []).map((each) => [`public.${each.name}`, each])),
    views: new Map(),
    functions: new Map(),
    buckets: new Map(),
    publications: new Map(),
  };
  const usages = new Map<string, Usage[]>();
  for (const usage of (parts.code ?? []).flatMap((file) => file.usages))
    usages.set(usage.kind, [...(usages.get(usage.kind) ?? []), usage]);
  return {
    folder: parts.folder ?? "",
    platform: PLATFORM,
    settings: SETTINGS,
    manages: MANAGES,
    packages: PACKAGES,
    environment: [],
    catalog,
    models: new Map(),
    modelOfTable: new Map(),
    history: parts.history ?? [],
    prisma: parts.prisma ?? [],
    code: parts.code ?? [],
    usages,
    text: (path: string) => parts.texts?.[path],
  } as unknown as Project;
}

const PLATFORM = {};
const SETTINGS = {};
const MANAGES = {};
const PACKAGES: readonly unknown[] = [];

/** A rule as the registry holds it. */
export const registered = (
  id: string,
  rule: Pick<Rule, "on" | "check"> & Partial<Rule>,
  category = "exposure",
): RegisteredRule => ({
  id,
  category,
  rule: defineRule({ severity: "error", summary: `${id}.`, why: "Because.", ...rule } as Rule),
  defaults: {},
});

export const finding = (rule: string, subject: string, more: Partial<Finding> = {}): Finding => ({
  rule,
  category: "exposure",
  severity: "error",
  subject,
  message: `${rule} about ${subject}`,
  at: { path: "a.sql", span: { start: 0, end: 10 } },
  ...more,
});
