import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "error",
  summary: "A line or block of the Prisma schema that Prisma's grammar refuses.",
  why: "Prisma makes no client and no migration of such a schema. Rowguard reads what stands around it and knows nothing of this part, so that a model or field may be missing from what else it says.",
  *check({ prisma }) {
    // Without either it is none of Prisma's schemas as they are now: its first version wrote models in another way.
    if (!prisma.some(({ datasources, generators }) => datasources.length + generators.length)) return;
    for (const { path, errors } of prisma)
      for (const { span, message } of errors)
        yield { at: { path, span }, subject: `prisma ${path}`, message };
  },
});
