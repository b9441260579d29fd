import { z } from "zod";

/** What browsers may know. Bundlers fill in a variable where its whole name stands, so each is written out below. */
const schema = z.object({
  NEXT_PUBLIC_APP_URL: z.url(),
  NEXT_PUBLIC_SUPABASE_ANON_KEY: z.string().min(1),
  NEXT_PUBLIC_SUPABASE_URL: z.url(),
});

const checked = schema.safeParse({
  NEXT_PUBLIC_APP_URL: process.env.NEXT_PUBLIC_APP_URL,
  NEXT_PUBLIC_SUPABASE_ANON_KEY: process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY,
  NEXT_PUBLIC_SUPABASE_URL: process.env.NEXT_PUBLIC_SUPABASE_URL,
});

if (!checked.success) {
  const problems = checked.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new Error(`Environment variables are missing or wrong:\n${problems.join("\n")}`);
}

export const publicEnv = checked.data;
