/** A variable of the environment as a module validates it. */
export interface Variable {
  readonly name: string;
  readonly required: boolean;
  /** The expression that reads it, as code does: `process.env.X`. */
  readonly read: string;
}

/**
 * The text of a module that reads variables once, when it is loaded, and says in one sentence each which of them are
 * missing or wrong. `exported` is the name of the checked values.
 */
export function renderEnvironment(
  exported: string,
  variables: readonly Variable[],
  isPublic: boolean,
  zod: number,
): string {
  const checks = variables.map((each) => `  ${each.name}: ${checkOf(each, zod)},`);
  const values = variables.map(({ name, read }) => `  ${name}: ${read},`);
  return `import { z } from "zod";

/** ${isPublic ? PUBLIC : SERVER} */
const schema = z.object({
${checks.join("\n")}
});

const checked = schema.safeParse({
${values.join("\n")}
});

if (!checked.success) {
  const problems = checked.error.issues.map(({ path, message }) => \`  \${path.join(".")}: \${message}\`);
  throw new Error(\`Environment variables are missing or wrong:\\n\${problems.join("\\n")}\`);
}

export const ${exported} = checked.data;
`;
}

const PUBLIC =
  "What browsers may know. Bundlers fill in a variable where its whole name stands, so each is written out below.";
const SERVER = "What only the server may know: never import this module into a client component.";

function checkOf({ name, required }: Variable, zod: number): string {
  const url = zod >= 4 ? "z.url()" : "z.string().url()";
  const check = /(^|_)(URL|URI|ENDPOINT)$/.test(name)
    ? url
    : /(^|_)PORT$/.test(name)
      ? "z.coerce.number().int()"
      : "z.string().min(1)";
  return required ? check : `${check}.optional()`;
}
