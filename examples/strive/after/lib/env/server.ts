import { z } from "zod";

/** What only the server may know: never import this module into a client component. */
const schema = z.object({
  DATABASE_URL: z.url(),
  OPENAI_API_KEY: z.string().min(1),
  STRIPE_SECRET_KEY: z.string().min(1),
  STRIPE_WEBHOOK_SECRET: z.string().min(1),
});

const checked = schema.safeParse({
  DATABASE_URL: process.env.DATABASE_URL,
  OPENAI_API_KEY: process.env.OPENAI_API_KEY,
  STRIPE_SECRET_KEY: process.env.STRIPE_SECRET_KEY,
  STRIPE_WEBHOOK_SECRET: process.env.STRIPE_WEBHOOK_SECRET,
});

if (!checked.success) {
  const problems = checked.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new Error(`Environment variables are missing or wrong:\n${problems.join("\n")}`);
}

export const env = checked.data;
