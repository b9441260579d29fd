import type { ResolvedType } from "../catalog.ts";
import { familyOf } from "../resolve/types.ts";
import type { Term } from "./formula.ts";
import { applied } from "./opaque.ts";
import { constantOf, sortOf, typeOfTerm } from "./value.ts";

/** The value that a cast gives: the same seen as another type, or one made of it. */
export function castTerm(term: Term, type: ResolvedType): Term {
  if (term.kind === "null") return term;
  if (term.kind === "constant") return type.array ? term : constantOf(term.value, sortOf(type));
  const family = familyOf(type);
  const before = familyOf(typeOfTerm(term));
  if (family === "bool" && before !== "bool" && !type.array)
    return applied("::bool", [term], { strict: true, nullable: false, free: true, type });
  const faithful =
    type.array ||
    family === "json" ||
    family === "jsonb" ||
    type.kind === "enum" ||
    (family !== undefined && FAITHFUL.has(family));
  if (faithful && before !== "bool" && (isFaithful(before, family) || isSameArray(term, type)))
    return retyped(term, type);
  return applied(`::${type.name}`, [term], { strict: true, nullable: false, free: false, type });
}

/** Types between which a cast gives another value for another value, and the same for the same. */
const FAITHFUL = new Set(["string", "uuid", "number", "time"]);

const isSameArray = (term: Term, { name, array }: ResolvedType): boolean => {
  const before = typeOfTerm(term);
  return array && before?.array === true && before.name === name;
};

/** To a narrower number, or to a date, several values become one. */
const isFaithful = (before: string | undefined, after: string | undefined): boolean =>
  !(before === "number" && after === "number") && !(before === "time" && after === "time");

/** The same value seen as another type. A bounded string is cut, and that changes nothing that policies compare. */
function retyped(term: Term, type: ResolvedType): Term {
  if (term.kind === "null" || term.kind === "constant") return term;
  if (term.kind !== "column" || !term.domain || type.kind !== "enum") return { ...term, type } as Term;
  const { domain: _, ...rest } = term;
  return { ...rest, type };
}
