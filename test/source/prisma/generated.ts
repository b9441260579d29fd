import fc from "fast-check";

const SCALARS = [
  "String",
  "String @db.Uuid",
  "String @db.VarChar(40)",
  'String @default("a // b \\"c\\" }")',
  "String @default(cuid())",
  "Int",
  "Int @default(-1)",
  "BigInt",
  "Boolean @default(true)",
  "Float?",
  "Decimal @db.Decimal(10, 2)",
  "DateTime @default(now())",
  "DateTime @updatedAt @db.Timestamptz(3)",
  'Json @default("{\\"a\\": [1, 2]}")',
  "Bytes",
  "String[]",
  "Int[] @default([1, 2])",
  "Colour",
  "Colour[]",
  "Colour? @default(RED)",
  'Unsupported("tsvector")?',
];

const field = fc.record({
  type: fc.constantFrom(...SCALARS),
  mapped: fc.boolean(),
  comment: fc.constantFrom("", "// plain", "/// said behind", "/* block */"),
  above: fc.constantFrom("", "  /// said above\n", "  // not said\n", "\n", "  /* said\n  twice */\n"),
  gap: fc.constantFrom(" ", "   ", "\t"),
});

const model = fc.record({
  fields: fc.array(field, { maxLength: 7 }),
  mapped: fc.boolean(),
  above: fc.constantFrom("", "/// A thing.\n", "/// Two\n/// lines.\n", "// not this\n", "/// lost\n\n"),
  composite: fc.boolean(),
  unique: fc.boolean(),
});

const relation = fc.record({
  from: fc.nat(),
  to: fc.nat(),
  optional: fc.boolean(),
  rule: fc.constantFrom("", ", onDelete: Cascade", ', onUpdate: NoAction, map: "by_hand"'),
});

type ModelPlan = typeof model extends fc.Arbitrary<infer Plan> ? Plan : never;
type FieldPlan = typeof field extends fc.Arbitrary<infer Plan> ? Plan : never;
type RelationPlan = typeof relation extends fc.Arbitrary<infer Plan> ? Plan : never;

/** Schemas that Prisma accepts, in many ways of writing them. */
export const schemaText: fc.Arbitrary<string> = fc
  .record({
    models: fc.array(model, { minLength: 1, maxLength: 5 }),
    relations: fc.array(relation, { maxLength: 4 }),
    newline: fc.constantFrom("\n", "\r\n"),
  })
  .map(({ models, relations, newline }) => render(models, relations).replaceAll("\n", newline));

function render(models: readonly ModelPlan[], relations: readonly RelationPlan[]): string {
  const bodies = models.map(renderBody);
  relations.forEach((each, index) => {
    const from = each.from % models.length;
    const to = each.to % models.length;
    const mark = each.optional ? "?" : "";
    bodies[from]!.push(
      `  key${index} Int${mark}`,
      `  rel${index} M${to}${mark} @relation("r${index}", fields: [key${index}], references: [id]${each.rule.replace("by_hand", `fk_${index}`)})`,
    );
    bodies[to]!.push(`  back${index} M${from}[] @relation("r${index}")`);
  });
  const blocks = bodies.map(
    (body, index) => `${models[index]!.above}model M${index} {\n${body.join("\n")}\n}\n`,
  );
  return [DATASOURCE, ...blocks, ENUM].join("\n");
}

const DATASOURCE = `datasource db {\n  provider = "postgresql"\n}\n`;
const ENUM = `enum Colour {\n  RED\n  GREEN @map("green") // not red\n}\n`;

function renderBody(plan: ModelPlan, index: number): string[] {
  const lines = [`  id Int @id @default(autoincrement())`, ...plan.fields.map(renderField)];
  if (plan.composite)
    lines.push("  left Int", "  right Int", "  @@unique([left, right])", "  @@index([right])");
  if (plan.unique) lines.push(`  alone String`, `  @@unique([alone], map: "alone_${index}")`);
  if (plan.mapped) lines.push("", `  @@map("table_${index}")`);
  return lines;
}

function renderField(plan: FieldPlan, index: number): string {
  const mapped = plan.mapped ? ` @map("c${index}")` : "";
  return `${plan.above}  f${index}${plan.gap}${plan.type}${mapped} ${plan.comment}`.trimEnd();
}
