import type { QualifiedName } from "../../source/sql/expression.ts";
import type { FunctionStatement } from "../../source/sql/statement.ts";
import { type Instead, qualify, type Trigger } from "../catalog.ts";
import { findOverloads } from "./function.ts";
import { findRelation, reportUnknown, schemaForNew } from "./names.ts";
import { markChanged, type State, type Step } from "./state.ts";
import { touchesRowSecurity } from "./unresolved.ts";

type Of<Kind extends FunctionStatement["kind"]> = Extract<FunctionStatement, { kind: Kind }>;

export function createTrigger(step: Step, statement: Of<"create-trigger">) {
  const found = findRelation(step.state, statement.table);
  if (!found) return reportUnknown(step, "create trigger", statement.table, false);
  if (found.kind === "view")
    return addInstead(step, found.key, { name: statement.name, kind: "trigger", events: statement.events });
  const table = found.kind === "table" ? step.state.edit("tables", found.key) : undefined;
  if (!table) return;
  const trigger: Trigger = {
    name: statement.name,
    function: functionKey(step.state, statement.function),
    events: statement.events,
    timing: statement.timing,
    made: step.place,
  };
  table.triggers = [...table.triggers.filter(({ name }) => name !== trigger.name), trigger];
  step.state.addUser(trigger.function, found.key);
}

/** Rules on tables are not looked at. */
export function createRule(step: Step, { name, table, event }: Of<"create-rule">): void {
  const found = findRelation(step.state, table);
  if (found?.kind === "view") addInstead(step, found.key, { name, kind: "rule", events: [event] });
}

function addInstead(step: Step, key: string, added: Instead): void {
  const view = step.state.edit("views", key);
  if (view) view.instead = [...view.instead.filter((each) => !isSame(each, added)), added];
}

const isSame = (a: Pick<Instead, "name" | "kind">, b: Pick<Instead, "name" | "kind">): boolean =>
  a.name === b.name && a.kind === b.kind;

export function dropInstead(step: Step, relation: QualifiedName, kind: Instead["kind"], name: string): void {
  const found = findRelation(step.state, relation);
  const view = found?.kind === "view" ? step.state.edit("views", found.key) : undefined;
  if (view) view.instead = view.instead.filter((each) => !isSame(each, { name, kind }));
}

function functionKey(state: State, name: QualifiedName): string {
  const [func] = findOverloads(state, name, undefined);
  return func ? qualify(func.schema, func.name) : qualify(schemaForNew(state, name), name.name);
}

/** An event trigger whose function switches row-level security makes every later table's switch uncertain. */
export function createEventTrigger(
  step: Step,
  { name, event, function: called }: Of<"create-event-trigger">,
): void {
  const { state } = step;
  const key = functionKey(state, called);
  state.replace("eventTriggers", [
    ...state.lists.eventTriggers.filter((each) => each.name !== name),
    { name, event, function: key, made: step.place },
  ]);
  updateWatch(state);
}

export function dropEventTrigger(state: State, name: string): void {
  state.replace(
    "eventTriggers",
    state.lists.eventTriggers.filter((each) => each.name !== name),
  );
  updateWatch(state);
}

function updateWatch(state: State): void {
  state.watched = state.lists.eventTriggers.some(({ event, function: key }) => {
    const functions = state.shelves.functions.get(key) ?? [];
    return event.startsWith("ddl_command") && functions.some(touchesRowSecurity);
  });
}

export function dropTrigger(step: Step, table: QualifiedName, name: string): void {
  dropInstead(step, table, "trigger", name);
  const found = findRelation(step.state, table);
  const draft = found?.kind === "table" ? step.state.edit("tables", found.key) : undefined;
  if (!draft?.triggers.some((trigger) => trigger.name === name)) return;
  draft.triggers = draft.triggers.filter((trigger) => trigger.name !== name);
  markChanged(step, draft);
}

export function renameTrigger(step: Step, table: QualifiedName, name: string, to: string): void {
  const found = findRelation(step.state, table);
  const draft = found?.kind === "table" ? step.state.edit("tables", found.key) : undefined;
  if (draft)
    draft.triggers = draft.triggers.map((each) => (each.name === name ? { ...each, name: to } : each));
}
