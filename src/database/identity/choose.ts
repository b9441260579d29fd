import { findAlike } from "../../text/near.ts";
import type { Identity } from "../session/identity.ts";

/** The identities that names stand for, in their order; a sentence for the first that nobody has. */
export function chooseIdentities(
  names: readonly string[],
  known: readonly Identity[],
): readonly Identity[] | { readonly problem: string } {
  const chosen: Identity[] = [];
  for (const name of names) {
    const identity = findNamed(name.trim(), known);
    if (!identity) return { problem: unknownIdentity(name, known) };
    chosen.push(identity);
  }
  return chosen;
}

/** Without a wish: the visitor, and one member of each of the first two tenants; else who there is. */
export function usualIdentities(known: readonly Identity[]): Identity[] {
  const tenants = new Map<string, Identity>();
  for (const each of known)
    if (each.kind === "member" && each.tenant !== undefined && !tenants.has(each.tenant))
      tenants.set(each.tenant, each);
  const people = tenants.size ? [...tenants.values()] : known.filter(({ kind }) => kind === "user");
  const shown = [...known.filter(({ kind }) => kind === "anonymous"), ...people.slice(0, 2)];
  return people.length
    ? shown
    : [...shown, ...known.filter(({ kind }) => kind === "signed-in" || kind === "custom")];
}

function findNamed(name: string, known: readonly Identity[]): Identity | undefined {
  const same = (other: string | undefined) => other?.toLowerCase() === name.toLowerCase();
  const exact = known.find((each) => same(each.name));
  if (exact) return exact;
  const [, role, tenant] = /^(?:an? |the )?(.+) of (.+)$/i.exec(name) ?? [];
  if (role && tenant) {
    const member = known.find(
      (each) =>
        each.memberRole?.toLowerCase() === role.toLowerCase() &&
        each.tenant?.toLowerCase() === tenant.toLowerCase(),
    );
    return member && { ...member, name };
  }
  const word = OTHER_WORDS[name.toLowerCase()];
  return known.find((each) => (word ? each.kind === word : same(each.name.split("@")[0]!)));
}

const OTHER_WORDS: Readonly<Record<string, Identity["kind"]>> = {
  anonymous: "anonymous",
  visitor: "anonymous",
  authenticated: "signed-in",
  service_role: "service",
};

function unknownIdentity(name: string, known: readonly Identity[]): string {
  const names = known.map((each) => each.name);
  const near = findAlike(name, names);
  const some = names.slice(0, 8).join(", ");
  const more = names.length > 8 ? ` and ${names.length - 8} more` : "";
  const members = known.some(({ kind }) => kind === "member" || kind === "user");
  const hint = members
    ? ""
    : " No members are to be seen in its data; identities in rowguard.config.json add your own.";
  return `Nobody is called "${name}"${near ? `; did you mean "${near}"?` : "."} There are ${some}${more}.${hint}`;
}
