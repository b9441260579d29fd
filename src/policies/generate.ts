import { qualify, type Table } from "../catalog/catalog.ts";
import type { Project } from "../project/project.ts";
import { isConcealed } from "../project/reach.ts";
import type { Membership, Scope } from "../project/tenancy.ts";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../text/quote.ts";
import { type Audience, createHelper, createHelperSchema, tenantsOf } from "./helpers.ts";
import { ownerPredicate, tenantPredicate } from "./predicate.ts";

/** Policies as SQL, and the tables and buckets that nothing could be written for, with the reason. */
export interface Generated {
  readonly groups: readonly StatementGroup[];
  readonly undecided: readonly { readonly subject: string; readonly why: string }[];
}

/** Statements that belong together, below one line of comment. */
export interface StatementGroup {
  readonly title: string;
  readonly statements: readonly string[];
}

export interface GenerateRequest {
  /** Catalog keys. */
  readonly tables: readonly string[];
  /** Bucket ids. */
  readonly buckets: readonly string[];
  /** Drops the policies that the tables have; without it they are kept, and such tables left alone. */
  readonly replace?: boolean;
}

/** Every table of the project that row-level security does not protect yet, and every private bucket without a policy. */
export function everythingOpen(project: Project): GenerateRequest {
  const tables = [...project.catalog.tables.values()].filter(
    (table) =>
      !isConcealed(project, table) && !table.policies.size && !table.uncertain && table.kind !== "foreign",
  );
  return {
    tables: tables.map((table) => qualify(table.schema, table.name)),
    buckets: unmentionedBuckets(project),
  };
}

/**
 * The SQL that protects tables and buckets as their tenancy calls for: the switch, one policy for each command and
 * audience, the helper functions that those call, and an index where none leads with the compared column. A table whose
 * tenancy is not known is not guessed: it is in `undecided`.
 */
export function generatePolicies(project: Project, request: GenerateRequest): Generated {
  const undecided: { subject: string; why: string }[] = [];
  const { signedInRole } = project.platform;
  if (!signedInRole || !project.platform.callerId.length) {
    const why =
      "policies for settings of plain PostgreSQL are not generated yet: write them, and the linter checks them";
    return {
      groups: [],
      undecided: [...request.tables, ...request.buckets].map((subject) => ({ subject, why })),
    };
  }
  const writer = createWriter(project, signedInRole);
  const tables = request.tables.flatMap((key): StatementGroup[] => {
    const table = project.catalog.tables.get(key);
    const kept = table?.policies.size && !request.replace;
    const made = !table
      ? "there is no such table"
      : kept
        ? "it has policies already, which are kept"
        : writer.protect(table);
    if (typeof made !== "string") return [{ title: `Protect ${key}`, statements: made }];
    undecided.push({ subject: key, why: made });
    return [];
  });
  const buckets = request.buckets.map((id) => ({
    title: `Protect the bucket ${id.replace(/\s+/g, " ")}`,
    statements: writer.protectBucket(id),
  }));
  const helpers = { title: "What the policies ask", statements: writer.helpers() };
  const groups = [helpers, ...tables, ...buckets].filter(({ statements }) => statements.length);
  return { groups, undecided };
}

interface Writer {
  /** Statements, or why there are none. */
  protect(table: Table): readonly string[] | string;
  protectBucket(id: string): readonly string[];
  /** What the statements so far call. */
  helpers(): readonly string[];
}

type Command = "select" | "insert" | "update" | "delete";

function createWriter(project: Project, role: string): Writer {
  const { tenancy, catalog } = project;
  const membership = tenancy.memberships[0];
  const members = membership && catalog.tables.get(membership.table);
  const plural = tenancy.tenant?.table.split(".").at(-1) ?? "tenants";
  const used = new Map<Audience["name"], Audience>();
  const audiences = audiencesOf(membership);
  const setOf = (name: Audience["name"]): string => {
    const audience = audiences[name];
    used.set(audience.name, audience);
    return tenantsOf(plural, audience);
  };

  function policy(table: Table, command: Command, words: string, condition: string): string {
    const name = quoteIdentifier(`${table.name}_${command}_${words}`.slice(0, 63));
    const clauses =
      command === "insert"
        ? `with check (${condition})`
        : command === "update"
          ? `using (${condition})\n  with check (${condition})`
          : `using (${condition})`;
    return `create policy ${name} on ${quoteQualified(table.schema, table.name)}\n  for ${command} to ${role}\n  ${clauses};`;
  }

  /** Members read and work; what decides who may do that is for admins; the tenant itself goes only with its owners. */
  function tenantPolicies(table: Table): readonly string[] | string {
    const key = qualify(table.schema, table.name);
    const scope = tenancy.scopes.get(key)!;
    if (!membership || !members) return "nothing says which users belong to which tenant";
    const rule = (command: Command, audience: Audience["name"], and: string): string | undefined => {
      const condition = tenantPredicate(scope, table, setOf(audience));
      return condition && policy(table, command, audience, condition + and);
    };
    const plan: readonly (readonly [Command, Audience["name"]])[] =
      key === tenancy.tenant?.table
        ? [
            ["select", "members"],
            ["update", "admins"],
            ["delete", "owners"],
          ]
        : key === membership.table || grantsMembership(table, membership)
          ? [
              ["select", "members"],
              ["insert", "admins"],
              ["update", "admins"],
              ["delete", "admins"],
            ]
          : [
              ["select", "members"],
              ["insert", "members"],
              ["update", "members"],
              ["delete", "members"],
            ];
    const guard = key === membership.table ? ownerGuard(scope, table) : "";
    const made = plan.map(([command, audience]) =>
      rule(command, audience, command === "select" ? "" : guard),
    );
    return made.every((each) => each !== undefined)
      ? made
      : "its way to the tenant could not be written as a condition";
  }

  /** Only an owner makes, changes or removes an owner: an admin could otherwise raise himself. */
  function ownerGuard(scope: Scope, table: Table): string {
    const { owners } = audiences;
    const column = membership?.roleColumn;
    if (owners.name !== "owners" || !column) return "";
    const condition = tenantPredicate(scope, table, setOf("owners"));
    return condition
      ? ` and (${quoteIdentifier(column)} not in (${owners.roles!.map(quoteLiteral).join(", ")}) or ${condition})`
      : "";
  }

  function personalPolicies(table: Table): readonly string[] | string {
    const scope = tenancy.scopes.get(qualify(table.schema, table.name))!;
    const column = scope.path.length > 1 ? undefined : scope.column;
    const condition = column && ownerPredicate(project, table, column);
    if (!condition) return "its way to the user could not be written as a condition";
    const isUsers = qualify(table.schema, table.name) === tenancy.user?.table;
    const commands: readonly Command[] = isUsers
      ? ["select", "update"]
      : ["select", "insert", "update", "delete"];
    return commands.map((command) => policy(table, command, "own", condition));
  }

  function policiesOf(table: Table): readonly string[] | string {
    switch (tenancy.scopes.get(qualify(table.schema, table.name))?.kind) {
      case "tenant":
        return tenantPolicies(table);
      case "user":
        return personalPolicies(table);
      case "public":
        return [
          `create policy ${quoteIdentifier(`${table.name}_select_everyone`)} on ${quoteQualified(table.schema, table.name)}\n  for select to ${project.platform.clientRoles.join(", ")}\n  using (true);`,
        ];
      case "service":
        return [];
      default:
        return `whose rows it holds is not known: say so in the configuration, "tenancy": { "scopes": { "${table.schema}.${table.name}": ... } }`;
    }
  }

  return {
    protect(table) {
      const policies = policiesOf(table);
      if (typeof policies === "string") return policies;
      const guard = table.implicit ? "if exists " : "";
      return [
        `alter table ${guard}${quoteQualified(table.schema, table.name)} enable row level security;`,
        ...[...table.policies.keys()].map(
          (name) => `drop policy ${quoteIdentifier(name)} on ${quoteQualified(table.schema, table.name)};`,
        ),
        ...policies,
        ...indexFor(project, table),
      ];
    },
    protectBucket: (id) =>
      bucketPolicies(project, id, role, membership && members ? setOf("members") : undefined),
    helpers() {
      if (!used.size || !membership || !members) return [];
      return [
        ...createHelperSchema(project),
        ...[...used.values()].flatMap((audience) =>
          createHelper(project, membership, members, plural, audience),
        ),
      ];
    },
  };
}

/** Roles by name: owners above admins above everybody. Without a role column every member is both. */
function audiencesOf(membership: Membership | undefined): Record<Audience["name"], Audience> {
  const named = (pattern: RegExp) => (membership?.roles ?? []).filter((role) => pattern.test(role));
  const owners = named(/^(owner|founder|super_?admin)$/i);
  const admins = [...owners, ...named(/^(admin|administrator|manager)$/i)];
  return {
    members: { name: "members" },
    admins: admins.length ? { name: "admins", roles: admins } : { name: "members" },
    owners: owners.length
      ? { name: "owners", roles: owners }
      : admins.length
        ? { name: "admins", roles: admins }
        : { name: "members" },
  };
}

/** A table that hands out a role of the membership, such as invitations, decides who becomes what. */
const grantsMembership = (table: Table, membership: Membership): boolean =>
  membership.roleColumn !== undefined &&
  table.columns.has(membership.roleColumn) &&
  /invit/i.test(table.name);

/** An index that begins with the compared column, where none does. */
function indexFor(project: Project, table: Table): string[] {
  const scope = project.tenancy.scopes.get(qualify(table.schema, table.name));
  const column = scope?.path[0]?.column ?? scope?.column;
  if (!column || (scope?.kind !== "tenant" && scope?.kind !== "user")) return [];
  const led =
    table.indexes.some((index) => index.keys[0]?.column === column && !index.where) ||
    table.constraints.some(
      ({ kind, columns }) => (kind === "primary key" || kind === "unique") && columns[0] === column,
    );
  return led
    ? []
    : [`create index on ${quoteQualified(table.schema, table.name)} (${quoteIdentifier(column)});`];
}

function unmentionedBuckets(project: Project): string[] {
  const objects =
    project.platform.storageObjects && project.catalog.tables.get(project.platform.storageObjects);
  const text = objects
    ? [...objects.policies.values()].map(({ using, check }) => `${using?.text} ${check?.text}`).join(" ")
    : "";
  return [...project.catalog.buckets.values()]
    .filter((bucket) => bucket.public === false && !text.includes(bucket.id))
    .map(({ id }) => id);
}

/** A private bucket's first folder is the tenant, or, without tenants, the user: `<tenant>/...`. */
function bucketPolicies(project: Project, id: string, role: string, tenants: string | undefined): string[] {
  const objects = project.platform.storageObjects;
  const [caller] = project.platform.callerId;
  if (!objects || !caller) return [];
  const folder = "(storage.foldername(name))[1]";
  const own = tenants
    ? `${folder} in (select t.id::text from (${tenants} as id) t)`
    : `${folder} = (select ${caller}())::text`;
  const condition = `bucket_id = ${quoteLiteral(id)} and ${own}`;
  const [schema, table] = objects.split(".") as [string, string];
  const on = quoteQualified(schema, table);
  const make = (command: Command, clauses: string) =>
    `create policy ${quoteIdentifier(`${id}_${command}_${tenants ? "members" : "own"}`)} on ${on}\n  for ${command} to ${role}\n  ${clauses};`;
  return [
    make("select", `using (${condition})`),
    make("insert", `with check (${condition})`),
    make("update", `using (${condition})\n  with check (${condition})`),
    make("delete", `using (${condition})`),
  ];
}
