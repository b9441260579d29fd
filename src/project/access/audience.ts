import type { RowCommand } from "../row-access.ts";

/** Whom a command is open to, and so for which rows. `roles` are values of the membership's role column. */
export type Audience =
  /** Every row, whoever asks. */
  | { readonly kind: "everyone"; readonly name: "everyone" }
  /** Every row, for whoever is signed in. */
  | { readonly kind: "signed-in"; readonly name: "users" }
  /** Rows of the tenants that the caller belongs to, with one of `roles` where those are given. */
  | { readonly kind: "members"; readonly name: string; readonly roles?: readonly string[] }
  /** Rows that name the caller as their own. */
  | { readonly kind: "self"; readonly name: "own"; readonly column: string };

export type Allowed = Readonly<Record<RowCommand, readonly Audience[]>>;

/** Whether everybody in `inner` is in `outer`, row for row. */
export function includes(outer: Audience, inner: Audience): boolean {
  if (outer.kind === "everyone") return true;
  if (outer.kind === "signed-in") return inner.kind !== "everyone";
  if (outer.kind === "self") return inner.kind === "self" && inner.column === outer.column;
  if (inner.kind !== "members") return false;
  return outer.roles === undefined || (inner.roles?.every((role) => outer.roles!.includes(role)) ?? false);
}

/** Audiences without those that are part of another; members by several roles become one. */
export function widest(audiences: readonly Audience[]): readonly Audience[] {
  const kept: Audience[] = [];
  for (const each of joinRoles(audiences)) {
    if (kept.some((other) => includes(other, each))) continue;
    kept.splice(0, kept.length, ...kept.filter((other) => !includes(each, other)), each);
  }
  return kept;
}

function joinRoles(audiences: readonly Audience[]): readonly Audience[] {
  const byRole = audiences.filter(
    (each): each is Extract<Audience, { kind: "members" }> =>
      each.kind === "members" && each.roles !== undefined,
  );
  if (byRole.length < 2) return audiences;
  const roles = [...new Set(byRole.flatMap((each) => each.roles!))];
  const largest = byRole.find((each) => roles.every((role) => each.roles!.includes(role)));
  const name = largest?.name ?? [...new Set(byRole.map((each) => each.name))].join("_");
  return [...audiences.filter((each) => !byRole.includes(each as never)), { kind: "members", name, roles }];
}
