import type { QualifiedName } from "../../source/sql/expression.ts";
import type { FunctionStatement } from "../../source/sql/statement.ts";
import { qualify, type Trigger } from "../catalog.ts";
import { findOverloads } from "./function.ts";
import { findRelation, reportUnknown, schemaForNew } from "./names.ts";
import { markChanged, type State, type Step } from "./state.ts";
import { touchesRowSecurity } from "./unresolved.ts";

type Of<Kind extends FunctionStatement["kind"]> = Extract<FunctionStatement, { kind: Kind }>;

export function createTrigger(step: Step, statement: Of<"create-trigger">) {
  const found = findRelation(step.state, statement.table);
  if (!found) return reportUnknown(step, "create trigger", statement.table, false);
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
