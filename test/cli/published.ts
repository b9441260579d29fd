import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";

/** What a published schema has against a value; "" where it fits. */
export function misfit(name: string, value: unknown): string {
  const text = readFileSync(join(import.meta.dirname, "../../media", name), "utf8");
  const validate = new Ajv2020({ strict: true }).compile(JSON.parse(text));
  return validate(value) ? "" : JSON.stringify(validate.errors);
}
