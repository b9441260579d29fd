import { isFalse } from "./apart.ts";
import type { World } from "./facts.ts";
import { type Spoken, spokenBy, type Term } from "./formula.ts";

type Applied = Extract<Term, { kind: "apply" }>;

/** Terms that are all equal, one of them a stranger's: whether the database holds what he has, or the policy names it. */
export function judgeStranger(
  members: readonly Term[],
  world: World,
): "possible" | "doubtful" | "impossible" {
  const callers = members.filter((term) => spokenBy(term).caller && !world.forged?.(term));
  const own = callers.filter((term) => typeof world.know(term) !== "object");
  if (!own.length) return isBlankKey(callers, members, world) ? "impossible" : "possible";
  const others = members.filter((term) => isMet(term, world));
  if (!others.length || own.some(isOfAnother)) return "possible";
  const isOpen = own.every((term) => term.kind === "apply" && !isHeld(term) && isUnsure(term, others, world));
  return isOpen ? "doubtful" : "impossible";
}

/** An empty one is named all the same, and no key. */
const isBlankKey = (callers: readonly Term[], members: readonly Term[], world: World): boolean =>
  callers.some((term) => {
    const known = world.know(term);
    return typeof known === "object" && known.constant === "";
  }) && members.some((term) => spokenBy(term).row || spokenBy(term).local);

const isMet = (term: Term, { stranger }: World): boolean => {
  const { caller, row } = spokenBy(term);
  return !caller && !isFalse(term) && !(stranger === "writes" && row);
};

/** Some element is another one, or before it: so is he. */
const isOfAnother = (term: Term): boolean => term.kind === "apply" && /^any (<>|!=|[<>]=?)$/.test(term.name);

/** A value of his that is asked for in so many words, in whatever holds it but what is his own. */
const isHeld = ({ name, args }: Applied): boolean =>
  /^(any|all) =$/.test(name)
    ? !args.every((arg) => spokenBy(arg).caller)
    : name.startsWith("json ") || name.startsWith("::");

/**
 * What comes of his value may be a constant: that it has a length says nothing of him. What comes of a claim is a
 * privilege, as far as others have it.
 */
function isUnsure(term: Applied, others: readonly Term[], world: World): boolean {
  const { row, local }: Spoken = spokenBy(term);
  if (row || local) return true;
  return (
    others.every(({ kind }) => kind === "constant") && !term.args.every((arg) => isPrivilege(arg, world))
  );
}

const isPrivilege = (term: Term, world: World): boolean =>
  term.kind === "constant" ||
  (term.kind === "caller" && term.path.length > 0 && world.know(term) === undefined) ||
  (term.kind === "apply" && term.args.length > 0 && term.args.every((arg) => isPrivilege(arg, world)));
