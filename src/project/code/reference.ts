import type { CodeFacts } from "../../source/code/facts.ts";
import type { Value } from "../../source/code/value.ts";
import type { Evaluation } from "./evaluate.ts";
import {
  type Frame,
  findFrame,
  functionKey,
  isClient,
  type Known,
  loopKey,
  shared,
  type Thunk,
} from "./known.ts";

export function evaluateBinding(
  evaluation: Evaluation,
  index: number,
  file: CodeFacts,
  frame: Frame | undefined,
): Known[] {
  const fact = file.bindings[index];
  if (!fact) return [];
  const known = evaluation.once(fact, () => evaluation.evaluate(fact.value, file, frame));
  const typed = known.some(isClient) ? [] : evaluation.type(fact.type, file, frame);
  if (typed.length) return typed;
  return comesFromParam(fact.value) ? known : known.map(shared);
}

/** A parameter: what the call at hand binds, else what its type says, else what calls it back. */
export function evaluateParam(
  evaluation: Evaluation,
  value: Value & { is: "param" },
  file: CodeFacts,
  frame: Frame | undefined,
): Known[] {
  const fact = file.functions[value.function];
  const param = fact?.params[value.index];
  if (!fact || !param) return [];
  const key = functionKey(file, value.function);
  const bound = findFrame(frame, key);
  if (bound) {
    if (value.rest) return [{ is: "array", items: bound.args.slice(value.index), direct: true }];
    const arg = bound.args[value.index];
    const known = arg?.value ? evaluateArgument(evaluation, arg, frame) : [];
    if (known.length) return known;
    const typed = evaluation.type(param.type, file, frame);
    return typed.length || arg?.value ? typed : evaluation.evaluate(param.fallback ?? null, file, frame);
  }
  const typed = evaluation.type(param.type, file, frame);
  if (typed.length && !typed.every((each) => each.is === "shape")) return typed;
  const given = fact.given ? givenBy(evaluation, value, file, frame) : [];
  if (given.length) return given.filter((each) => each.is !== "pending");
  evaluation.free.set(key, { key, file, index: value.function });
  return typed.length ? typed : evaluation.evaluate(param.fallback ?? null, file, frame);
}

function evaluateArgument(evaluation: Evaluation, arg: Thunk, frame: Frame | undefined): Known[] {
  if (!arg.open) return evaluation.thunk(arg);
  // A function that calls itself hands its own parameter on.
  return evaluation.once(arg, () => evaluation.evaluate(arg.value, arg.file, frame));
}

/** What a callback's parameter gets from what it is an argument of. */
function givenBy(
  evaluation: Evaluation,
  value: Value & { is: "param" },
  file: CodeFacts,
  frame: Frame | undefined,
): Known[] {
  const { callee, arg } = file.functions[value.function]!.given!;
  return evaluation.evaluate(callee, file, frame).flatMap((known): Known[] => {
    if (known.is === "function") return giftOf(evaluation, known, arg, value.index);
    if (known.is !== "method") return [];
    if (known.of.is === "prisma") return value.index === 0 ? [{ is: "prisma", transaction: true }] : [];
    if (known.of.is === "sql") return value.index === 0 ? [known.of] : [];
    if (known.of.is === "array" && value.index === 0) {
      const key = functionKey(file, value.function);
      evaluation.free.set(key, { key, file, items: shareItems(known.of.items, known.of.direct) });
      return [{ is: "pending" }];
    }
    return [];
  });
}

function giftOf(
  evaluation: Evaluation,
  known: Known & { is: "function" },
  arg: number,
  index: number,
): Known[] {
  const gives = known.file.functions[known.index]?.gives ?? [];
  return gives
    .filter((each) => each.param === arg)
    .flatMap((each) => evaluation.evaluate(each.args[index] ?? null, known.file, known.frame));
}

export function evaluateEach(
  evaluation: Evaluation,
  value: Value & { is: "each" },
  file: CodeFacts,
  frame: Frame | undefined,
): Known[] {
  const key = loopKey(file, value.id);
  const bound = findFrame(frame, key);
  if (bound) return bound.args[0] ? evaluation.thunk(bound.args[0]) : [];
  const items = evaluation
    .evaluate(value.of, file, frame)
    .flatMap((known) => (known.is === "array" ? shareItems(known.items, known.direct) : []));
  if (items.length) evaluation.free.set(key, { key, file, items });
  return [];
}

/** Parameters keep the place of what was handed in. */
function comesFromParam(value: Value): boolean {
  if (value?.is === "param") return true;
  if (value?.is === "member" || value?.is === "element") return comesFromParam(value.of);
  if (value?.is === "or") return comesFromParam(value.of);
  return value?.is === "any" && value.of.some(comesFromParam);
}

function shareItems(items: readonly Thunk[], direct: boolean): readonly Thunk[] {
  return direct ? items : items.map((item) => ({ ...item, shared: true }));
}
