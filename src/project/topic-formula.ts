import { qualify, type Table } from "../catalog/catalog.ts";
import {
  and,
  type Formula,
  NULL_TERM,
  not,
  rewriteTerms,
  spokenBy,
  type Term,
} from "../catalog/meaning/formula.ts";
import { columnTerm } from "../catalog/meaning/value.ts";
import { equalitiesIn } from "./atoms.ts";
import type { Project } from "./project.ts";

/** What a policy asks of whoever joins a topic, which is his to choose. */
export interface TopicFormula {
  readonly formula: Formula;
  /** The columns of the message that say which topic it is, and what is made of it. */
  readonly columns: ReadonlySet<string>;
}

/**
 * A condition on messages as one on the topic, by whatever name it goes. What is made of it alone can be anything, and
 * a topic with fixed words around a value of another row stands for the value.
 */
export function readTopic(project: Project, messages: Table, written: Formula): TopicFormula {
  const key = qualify(messages.schema, messages.name);
  const topic = columnTerm(project.catalog, 0, key, TOPIC, messages.columns.get(TOPIC));
  const setting = `current_setting('${project.platform.realtimeTopic}')`;
  const columns = new Set([TOPIC]);
  const named = rewriteTerms(written, (term) =>
    term.kind === "caller" && term.source === setting ? topic : term,
  );
  const plain = (term: Term): Term => {
    if (term.kind !== "apply" || !isKnown(term)) return term;
    const { row, caller, local } = spokenBy(term);
    if (row && !caller && !local) {
      if (speaksOf(term, topic)) columns.add(term.key);
      return columnTerm(NOTHING, 0, undefined, term.key, undefined);
    }
    const [only, ...others] = term.args.filter(({ kind }) => kind !== "constant");
    return local && only && !others.length && JOINED.has(term.name) ? plain(only) : term;
  };
  return { formula: forUnnamed(rewriteTerms(named, plain), key), columns };
}

const TOPIC = "topic";
const NOTHING = { types: new Map() };
const JOINED = new Set(["||", "concat", "format"]);

type Apply = Extract<Term, { kind: "apply" }>;

/** A function that PostgreSQL brings along, or an operator; of others nobody knows what they ask besides. */
const isKnown = ({ name, type, args }: Apply): boolean =>
  !name.startsWith("? ") &&
  (type !== undefined || !/^\w+$/.test(name)) &&
  args.every((arg) => arg.kind !== "apply" || isKnown(arg));

const speaksOf = (term: Term, topic: Term): boolean =>
  term.key === topic.key || (term.kind === "apply" && term.args.some((arg) => speaksOf(arg, topic)));

/** The condition for a topic that it does not call by name: `topic = 'lobby'` is open on purpose. */
function forUnnamed(formula: Formula, messages: string): Formula {
  const isNamed = ([side, other]: readonly [Term, Term]) =>
    side.kind === "column" &&
    side.row === 0 &&
    side.table === messages &&
    side.column === TOPIC &&
    other.kind === "constant";
  const names = [...equalitiesIn(formula)].filter(({ sides }) => isNamed(sides)).map(({ part }) => not(part));
  return and([formula, ...names]);
}

/** The condition without what it asks of the message besides its topic. */
export const ofTopicAlone = (formula: Formula, columns: TopicFormula["columns"]): Formula =>
  rewriteTerms(formula, (term) =>
    term.kind === "column" && term.row === 0 && !columns.has(term.column) ? NULL_TERM : term,
  );
