import type { Catalog } from "../catalog/catalog.ts";
import type { Failure } from "../database/embedded/outcome.ts";
import type { Project } from "../project/project.ts";
import { covers, type Place } from "../text/span.ts";

/** Schemas, tables, columns, functions and other objects that are not there. */
const MISSING: ReadonlySet<string> = new Set(["3F000", "42P01", "42703", "42883", "42704"]);

export const isMissing = ({ code }: Failure): boolean => MISSING.has(code);

/**
 * The failure for which a later one came about: of the statement that would have made what the later one misses, or of
 * what that one misses in turn. Undefined where that is not known for sure.
 */
export function causeOf(
  project: Project,
  failure: Failure,
  earlier: readonly Failure[],
): Failure | undefined {
  const makers = isMissing(failure) ? makersOf(project, failure) : [];
  const causes = earlier.filter(({ place }) => makers.some((each) => holds(place, each)));
  const [cause] = causes;
  if (!cause || causes.length > 1) return undefined;
  return causeOf(project, cause, earlier.slice(0, earlier.indexOf(cause))) ?? cause;
}

const holds = (statement: Place, made: Place): boolean =>
  statement.path === made.path && covers(statement.span, made.span);

/** PostgreSQL's words for what is missing; a name has its schema where the statement said it. */
const MISSED: readonly (readonly [RegExp, (catalog: Catalog, name: string, text: string) => Place[]])[] = [
  [/^relation "(.+)" does not exist$/s, ({ tables, views }, name) => madeAs([tables, views], name)],
  [/^schema "(.+)" does not exist$/s, ({ schemas }, name) => madeAs([schemas], name)],
  [/^role "(.+)" does not exist$/s, ({ roles }, name) => madeAs([roles], name)],
  [/^type "(.+)" does not exist$/s, ({ types }, name) => madeAs([types], name)],
  [/^function (.+?)\(.*\) does not exist$/s, ({ functions }, name) => functionsMadeAs(functions, name)],
  [/^column (?:\S+\.)?"?([^"]+?)"?(?: of relation ".+")? does not exist$/s, columnsMadeAs],
];

/** The statements that would make what a failure misses. */
function makersOf({ catalog, text }: Project, { message, place }: Failure): Place[] {
  const statement = text(place.path)?.slice(place.span.start, place.span.end) ?? "";
  for (const [words, find] of MISSED) {
    const [, name] = words.exec(message) ?? [];
    if (name !== undefined) return find(catalog, name, statement);
  }
  return [];
}

interface Made {
  readonly name: string;
  readonly made: Place;
}

const madeAs = (maps: readonly ReadonlyMap<string, Made>[], said: string): Place[] =>
  maps.flatMap((map) =>
    [...map].filter(([key, { name }]) => said === key || said === name).map(([, { made }]) => made),
  );

const functionsMadeAs = (functions: Catalog["functions"], said: string): Place[] =>
  [...functions].flatMap(([key, overloads]) =>
    said === key || said === overloads[0]?.name ? overloads.map(({ made }) => made) : [],
  );

/** A message may not say of which table: the statement does. */
function columnsMadeAs({ tables }: Catalog, said: string, statement: string): Place[] {
  return [...tables.values()].flatMap(({ name, columns }) => {
    const column = columns.get(said);
    return column && statement.includes(name) ? [column.made] : [];
  });
}
