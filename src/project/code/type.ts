import type { CodeFacts } from "../../source/code/facts.ts";
import type { TypeFact, Value } from "../../source/code/value.ts";
import { callBuiltin } from "./builtin.ts";
import type { Evaluation } from "./evaluate.ts";
import { callFunction } from "./invoke.ts";
import { type Frame, isClient, type Known } from "./known.ts";
import { instanceOf } from "./packages.ts";

export function evaluateTyped(
  evaluation: Evaluation,
  of: Value,
  type: TypeFact,
  file: CodeFacts,
  frame: Frame | undefined,
): Known[] {
  const known = evaluation.evaluate(of, file, frame);
  if (known.some(isClient)) return known;
  const typed = evaluation.type(type, file, frame);
  return typed.length ? typed : known;
}

/** What a value of a type is. */
export function evaluateType(
  evaluation: Evaluation,
  type: NonNullable<TypeFact>,
  file: CodeFacts,
  frame: Frame | undefined,
): Known[] {
  switch (type.is) {
    case "members":
      return [{ is: "shape", file, members: type.members }];
    case "any":
      return type.of.flatMap((each) => evaluation.type(each, file, frame));
    case "declared":
      return evaluation.type(file.types[type.type], file, frame);
    case "typeof":
      return evaluation.evaluate(type.of, file, frame);
    case "name":
      return evaluateNamed(evaluation, type, file, frame);
  }
}

function evaluateNamed(
  evaluation: Evaluation,
  type: TypeFact & { is: "name" },
  file: CodeFacts,
  frame: Frame | undefined,
): Known[] {
  const args = (type.args ?? []).flatMap((each) => evaluation.type(each, file, frame));
  if (type.name === "ReturnType")
    return args.flatMap((known) =>
      known.is === "function"
        ? callFunction(evaluation, known, [])
        : callBuiltin(evaluation, known, { is: "call", of: null, args: [] }, [], file, frame),
    );
  return evaluation.evaluate(type.of, file, frame).flatMap((known) => {
    const instance = instanceOf(known);
    return instance ? [instance] : [];
  });
}
