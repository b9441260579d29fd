import type { ClassFact, CodeFacts } from "../../source/code/facts.ts";
import type { Value } from "../../source/code/value.ts";
import { carriedInside } from "./carried-client.ts";
import { memberOfClient } from "./client.ts";
import type { Evaluation } from "./evaluate.ts";
import { callFunction } from "./invoke.ts";
import {
  type Frame,
  findFrame,
  functionKey,
  isDecided,
  type Known,
  type KnownInstance,
  type KnownObject,
  type Piece,
  shared,
  type Thunk,
} from "./known.ts";
import { exportedValue } from "./module.ts";
import { instanceOf, knownExport, modelLibrary } from "./packages.ts";
import { joinText, oneText, textsOf } from "./text.ts";

export function evaluateMember(
  evaluation: Evaluation,
  value: Value & { is: "member" },
  file: CodeFacts,
  frame: Frame | undefined,
): Known[] {
  const of = evaluation.evaluate(value.of, file, frame);
  const piece: Piece = { text: value.name, path: file.path, start: value.at, direct: value.at > 0 };
  const found = of.flatMap((known) => memberOf(evaluation, known, value.name, piece));
  if (found.length || of.some(isDecided)) return found;
  return carriedBy(evaluation, value.name);
}

/** A property of a known value. */
export function memberOf(evaluation: Evaluation, of: Known, name: string, piece: Piece): Known[] {
  switch (of.is) {
    case "object":
      return propertyOf(evaluation, of, name);
    case "array":
      return [{ is: "method", of, name }];
    case "instance":
      return memberOfInstance(evaluation, of, name, piece);
    case "class":
      return memberOfClass(evaluation, of, name);
    case "module":
      return exportedValue(evaluation, of.path, name, piece);
    case "shape": {
      const type = Object.hasOwn(of.members, name) ? of.members[name]! : null;
      return evaluation.type(type, of.file, undefined);
    }
    case "package":
      return of.name === "*" || of.name === "default" ? [knownExport(of.specifier, name)] : [];
    case "function":
      return [];
    default:
      return memberOfClient(of, name, piece);
  }
}

export function propertyOf(evaluation: Evaluation, of: KnownObject, name: string): Known[] {
  const entry = of.entries.find((each) => each.name === name);
  if (entry) {
    const known = evaluation.evaluate(entry.value, of.file, of.frame);
    return of.direct ? known : known.map(shared);
  }
  const spreads = of.entries.filter((each) => each.name === undefined);
  return spreads.flatMap((each) => {
    const inner = each.value?.is === "spread" ? each.value.of : each.value;
    // An object may be spread into itself: `options = { ...options, deep: true }`, called again and again.
    return evaluation.once(each, () =>
      evaluation
        .evaluate(inner, of.file, of.frame)
        .flatMap((known) =>
          known.is === "object" ? propertyOf(evaluation, { ...known, direct: false }, name) : [],
        ),
    );
  });
}

function memberOfInstance(evaluation: Evaluation, of: KnownInstance, name: string, piece: Piece): Known[] {
  const fact = of.file.classes[of.index];
  if (!fact) return [];
  const frame = thisFrame(of, fact);
  const field = Object.hasOwn(fact.fields, name) ? fact.fields[name]! : undefined;
  if (field) {
    const known = evaluation.evaluate(field.value, of.file, frame);
    if (known.length || !field.type) return known;
    return evaluation.type(field.type, of.file, frame);
  }
  const method = methodOf(fact, name) ?? methodOf(fact, `get ${name}`);
  if (method !== undefined) {
    const called: Known = { is: "function", file: of.file, index: method, frame };
    return methodOf(fact, name) === undefined ? callFunction(evaluation, called, []) : [called];
  }
  return memberOfBase(evaluation, of, fact, frame, name, piece);
}

function memberOfBase(
  evaluation: Evaluation,
  of: KnownInstance,
  fact: ClassFact,
  frame: Frame | undefined,
  name: string,
  piece: Piece,
): Known[] {
  const base = fact.extends ? evaluation.evaluate(fact.extends, of.file, undefined) : [];
  return base.flatMap((known): Known[] => {
    const args = fact.superArgs?.map((value) => ({ value, file: of.file, frame }));
    if (name === "super") return known.is === "class" ? [known] : [];
    if (known.is === "class")
      return memberOfInstance(
        evaluation,
        { is: "instance", file: known.file, index: known.index, args },
        name,
        piece,
      );
    const instance = instanceOf(known);
    return instance ? memberOf(evaluation, instance, name, piece) : [];
  });
}

function memberOfClass(evaluation: Evaluation, of: Known & { is: "class" }, name: string): Known[] {
  const fact = of.file.classes[of.index];
  if (!fact) return [];
  const field = Object.hasOwn(fact.fields, name) ? fact.fields[name]! : undefined;
  if (field) {
    const known = evaluation.evaluate(field.value, of.file, undefined);
    return known.length || !field.type ? known : evaluation.type(field.type, of.file, undefined);
  }
  const method = methodOf(fact, name);
  if (method !== undefined) return [{ is: "function", file: of.file, index: method, frame: undefined }];
  return memberOfModel(evaluation, of, fact, name);
}

/** What the classes of other ORMs' models have from the class they extend: `Task.findAll`. */
function memberOfModel(
  evaluation: Evaluation,
  { file }: Known & { is: "class" },
  fact: ClassFact,
  name: string,
): Known[] {
  const bases = fact.extends ? evaluation.evaluate(fact.extends, file, undefined) : [];
  return bases.flatMap((base): Known[] => {
    const library = modelLibrary(base);
    const table = fact.name === undefined ? {} : { table: fact.name };
    return library === undefined ? [] : [{ is: "method", of: { is: "sql", library, ...table }, name }];
  });
}

/** What travels under a name where the code alone does not say what it is on: `ctx.prisma`. */
export function carriedBy(evaluation: Evaluation, name: string): Known[] {
  if (evaluation.insideCarrier) return [...carriedInside(evaluation, name)];
  evaluation.askedCarriers.add(name);
  const { known, unread } = evaluation.around.carriedClient(name);
  for (const path of unread) evaluation.unread.add(path);
  return [...known];
}

export function evaluateElement(
  evaluation: Evaluation,
  value: Value & { is: "element" },
  file: CodeFacts,
  frame: Frame | undefined,
): Known[] {
  const index = oneText(evaluation.evaluate(value.index, file, frame));
  return evaluation.evaluate(value.of, file, frame).flatMap((known): Known[] => {
    if (known.is === "array") return itemOf(evaluation, known.items, known.direct, index);
    if (known.is === "object" && index !== undefined) return propertyOf(evaluation, known, index);
    if (known.is === "prisma" || known.is === "instance")
      return textsOf(evaluation.evaluate(value.index, file, frame)).flatMap((name) =>
        memberOf(evaluation, known, joinText(name), name.pieces[0]!),
      );
    return [];
  });
}

function itemOf(
  evaluation: Evaluation,
  items: readonly Thunk[],
  direct: boolean,
  index: string | undefined,
): Known[] {
  const at = index === undefined ? undefined : items[Number(index)];
  const known = at ? evaluation.thunk(at) : [];
  return direct ? known : known.map(shared);
}

const methodOf = (fact: ClassFact, name: string): number | undefined =>
  Object.hasOwn(fact.methods, name) ? fact.methods[name] : undefined;

const THIS = "this ";

/** Binds the arguments of `new` while fields and methods of that object are looked at. */
function thisFrame(of: KnownInstance, fact: ClassFact): Frame | undefined {
  if (!of.args) return of.frame;
  const self: Frame = { key: `${THIS}${of.file.path}#${of.index}`, args: of.args, parent: undefined };
  return fact.init === undefined
    ? self
    : { key: functionKey(of.file, fact.init), args: of.args, parent: self };
}

/** `this` in a class: an object with the arguments that are bound around it. */
export function evaluateThis(index: number, file: CodeFacts, frame: Frame | undefined): Known {
  const args = findFrame(frame, `${THIS}${file.path}#${index}`)?.args;
  return { is: "instance", file, index, args, frame };
}
