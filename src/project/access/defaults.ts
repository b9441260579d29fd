import { qualify, type Table } from "../../catalog/catalog.ts";
import type { Project } from "../project.ts";
import { isLogName, isReceivedName, isRoleColumn, stem } from "../tenancy/vocabulary.ts";
import type { Scope } from "../tenancy.ts";
import { trustedColumns } from "./ranks.ts";

/**
 * The words for a table of which nothing is declared: the configuration's for its scope, else what such tables are
 * usually for. Members read and work; what decides who may do that is for admins; the tenant itself goes only with its
 * owners; what a server writes about money or deeds is for reading.
 */
export function defaultAccess(project: Project, table: Table, scope: Scope): string | undefined {
  if (scope.kind === "unknown") return undefined;
  return (
    rankAccess(project, table, scope) ??
    (scope.readers && READ_BY[scope.readers]) ??
    project.settings.access.defaults[scope.kind] ??
    recordAccess(table, scope) ??
    USUAL[scope.kind]
  );
}

const READ_BY = { everyone: "everyone reads", users: "users read" } as const;

const USUAL: Readonly<Record<Exclude<Scope["kind"], "unknown">, string>> = {
  tenant: "members read, members write",
  user: "self read, self write",
  public: READ_BY.everyone,
  service: "nobody reads",
};

/** Tables that decide who belongs where, and as what. */
function rankAccess(
  { tenancy }: Project,
  table: Table,
  { kind, path, ownerColumn }: Scope,
): string | undefined {
  const key = qualify(table.schema, table.name);
  const isUsers = key === tenancy.user?.table;
  const [step] = path;
  // Rows that are users, and not users' own, are made and removed where people sign up and leave.
  const isOfUsers = isUsers || (!path.length && ownerColumn === undefined);
  if (kind === "user") return isOfUsers || step?.by === "referred to" ? "self read, self update" : undefined;
  if (kind !== "tenant") return undefined;
  // A detail is made before the row that has it, and nobody's until then.
  if (step?.by === "referred to") return detailAccess(table, step.to === tenancy.tenant?.table);
  const [membership] = tenancy.memberships;
  if (isUsers) return "members read, self update, admins update";
  if (key === tenancy.tenant?.table) return "members read, admins update, owners delete";
  if (isKeyTable(table) && /^personal_/.test(stem(table.name)) && ownerColumn !== undefined)
    return "self read, self write";
  if (key === membership?.table || grantsMembership(table)) return "members read, admins write";
  return undefined;
}

function detailAccess(table: Table, isTenants: boolean): string {
  if (isBilling(table) || /(^|_)(claim|quota|limit|plan)$/.test(stem(table.name))) return "members read";
  return isTenants ? "members read, admins update" : "members read, members update";
}

/** What a server writes about money or deeds. */
function recordAccess(table: Table, { kind }: Scope): string | undefined {
  const who = { tenant: "members", user: "self", public: undefined, service: undefined, unknown: undefined }[
    kind
  ];
  if (who === undefined) return undefined;
  if (kind === "user" && trustedColumns(table).length) return "self read";
  if (isBilling(table) || isReceivedName(table.name)) return `${who} read`;
  return isLogName(table.name) ? `${who} read, ${who} create` : undefined;
}

/** A table that hands out roles or memberships, such as invitations, decides who becomes what. */
export const grantsMembership = (table: Table): boolean =>
  /invit/i.test(table.name) ||
  isKeyTable(table) ||
  /(^|_)(role|permission|member|membership)$/.test(stem(table.name)) ||
  [...table.columns.values()].some(({ name }) => isRoleColumn(name));

export const isKeyTable = ({ name }: Table): boolean =>
  /(^|_)(api_(key|token)|access_token)$/.test(stem(name));

const isBilling = ({ name }: Table): boolean =>
  /(^|_)(subscription|payment|charge|refund|payout|ledger|billing\w*|stripe\w*|entitlement|license|credit|usage\w*)(_|$)/.test(
    stem(name),
  ) && !/(^|_)(setting|preference)(_|$)/.test(stem(name));
