import { type Model, type Project, placeInModel } from "../../project/project.ts";
import type { PrismaField, PrismaModel } from "../../source/prisma/schema.ts";

/** What the models of a schema have in common, for one that is to look as if its author had written it. */
export interface Conventions {
  /** The text behind a field's name as most models declare a field of that name: `String @id @default(uuid())`. */
  declarationOf(field: string): string | undefined;
  /** The same for the relation that goes over a field: `user User @relation(fields: [userId], references: [id])`. */
  relationOver(
    field: string,
  ): { readonly name: string; readonly text: string; readonly to: string } | undefined;
  /** ` @map("created_at")` where most fields of several words are mapped to snake_case. */
  mapOf(field: string): string;
  /** ` @@map("notifications")` where most models are. */
  tableOf(model: string): string | undefined;
}

export function readConventions(project: Project): Conventions {
  const models = [...project.models.values()].filter(({ model }) => model.kind === "model");
  const fields = models.flatMap((each) => {
    const text = project.text(each.path) ?? "";
    const textOf = (field: PrismaField) => declarationIn(text, project, each, field);
    return each.model.fields.map((field) => ({ field, model: each.model, textOf }));
  });
  const named = (name: string) => fields.filter(({ field }) => field.name === name);
  const mapsFields = most(
    fields.filter(({ field }) => /[a-z][A-Z]/.test(field.name) && !isRelation(field, project)),
    ({ field }) => field.column === snake(field.name),
  );
  const mapsModels = most(models, ({ model }) => model.table !== model.name);
  const plural = most(models, ({ model }) => /s$/.test(model.table));
  return {
    declarationOf: (name) =>
      commonest(
        named(name)
          .filter(({ field }) => !isRelation(field, project))
          .map(({ field, textOf }) => textOf(field))
          .map((text) => text.replace(/\s*@unique(\([^)]*\))?/g, "").replace(/\s+/g, " ")),
      ),
    relationOver: (name) =>
      fields
        .filter(({ field }) => field.relation?.fields.length === 1 && field.relation.fields[0] === name)
        .map(({ field, textOf }) => ({
          name: field.name,
          to: field.type,
          text: withoutName(textOf(field)),
        }))[0],
    mapOf: (name) => (mapsFields && snake(name) !== name ? ` @map("${snake(name)}")` : ""),
    tableOf: (model) => (mapsModels ? (plural ? pluralOf(snake(model)) : snake(model)) : undefined),
  };
}

export const isRelation = (field: PrismaField, { models }: Project): boolean => models.has(field.type);

/** The model's only id field, which a relation to it refers to. */
export const idOf = (model: PrismaModel): PrismaField | undefined => model.fields.find(({ id }) => id);

export const snake = (name: string): string => name.replace(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase();

/** English as tables are named: `category` -> `categories`. */
export const pluralOf = (name: string): string =>
  /[^aeiou]y$/i.test(name)
    ? `${name.slice(0, -1)}ies`
    : /(s|x|z|ch|sh)$/i.test(name)
      ? `${name}es`
      : `${name}s`;

const most = <T>(all: readonly T[], is: (each: T) => boolean): boolean =>
  all.length > 0 && all.filter(is).length * 2 > all.length;

function commonest(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** The text behind a field's name, its comment left out. */
function declarationIn(text: string, project: Project, model: Model, field: PrismaField): string {
  const last = field.attributes.at(-1)?.span ?? field.typeSpan;
  const { start, end } = placeInModel(project, model, { from: field.typeSpan.from, to: last.to }).span;
  return text.slice(start, end) + (/^[?[\]]*/.exec(text.slice(end))?.[0] ?? "");
}

/** A relation's name and constraint are its own. */
const withoutName = (text: string): string =>
  text
    .replace(/@relation\(\s*(?:name:\s*)?"[^"]*"\s*,\s*/, "@relation(")
    .replace(/,\s*(?:name|map):\s*"[^"]*"/g, "")
    .replace(/\s+/g, " ");
