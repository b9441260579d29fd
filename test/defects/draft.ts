import type { Style } from "./style.ts";

/** Conjuncts, as written. */
export type Clause = readonly string[];

export interface PolicyDraft {
  readonly name: string;
  readonly table: string;
  readonly command: "all" | "select" | "insert" | "update" | "delete";
  readonly restrictive?: boolean;
  /** Without one, it is for everybody. */
  readonly role?: string | undefined;
  readonly using?: Clause | undefined;
  readonly check?: Clause | undefined;
}

/** A style's protection, whole: what operators change and PostgreSQL and the rules then look at. */
export interface Draft {
  readonly style: Style;
  readonly policies: readonly PolicyDraft[];
  /** Helper functions by name. */
  readonly helpers: Readonly<Record<string, string>>;
  readonly switches: readonly string[];
  /** Statements after all others. */
  readonly more: readonly string[];
}

/** `notes` is guarded by a restrictive floor under a wide permissive policy, `tasks` by one policy for each command. */
export function draftOf(style: Style): Draft {
  const { bound, role, tables } = style;
  const open = "(status = 'open' or status = 'draft')";
  const tasks: PolicyDraft[] = [
    { name: "tasks_select", table: "tasks", command: "select", role, using: [bound, open] },
    { name: "tasks_insert", table: "tasks", command: "insert", role, check: [bound] },
    {
      name: "tasks_update",
      table: "tasks",
      command: "update",
      role,
      using: [bound],
      check: [bound, "status <> 'closed'"],
    },
    { name: "tasks_delete", table: "tasks", command: "delete", role, using: [bound, "status = 'draft'"] },
  ];
  const notes: PolicyDraft[] = [
    { name: "notes_all", table: "notes", command: "all", role, using: ["not archived"] },
    { name: "notes_floor", table: "notes", command: "all", role, restrictive: true, using: [bound] },
  ];
  return {
    style,
    policies: [...tasks, ...notes],
    helpers: style.helpers,
    switches: tables.flatMap((table) => [
      `alter table ${table} enable row level security;`,
      ...(style.ownedByApplication ? [`alter table ${table} force row level security;`] : []),
    ]),
    more: [],
  };
}

/** What a mutant adds to its style's tables. */
export const writeDraft = ({ helpers, switches, policies, more }: Draft): string =>
  [...Object.values(helpers), ...switches, ...policies.map(writePolicy), ...more].join("\n");

function writePolicy({ name, table, command, restrictive, role, using, check }: PolicyDraft): string {
  const as = restrictive ? " as restrictive" : "";
  const to = role ? ` to ${role}` : "";
  const clause = (word: string, parts: Clause | undefined) =>
    parts ? ` ${word} (${parts.length ? parts.join(" and ").replaceAll("ROW.", `${table}.`) : "true"})` : "";
  return `create policy ${name} on ${table}${as} for ${command}${to}${clause("using", using)}${clause("with check", check)};`;
}
