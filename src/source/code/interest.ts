/**
 * Words without which a file has no site of its own. A file that only passes a client or a name along has none of
 * them: it is skimmed, and linking asks for it when what it passes matters.
 */
const WORDS = [
  "[pP]risma|PRISMA|[sS]upabase|SUPABASE",
  "process\\.env|import\\.meta\\.env|\\$env/|astro:env|Deno\\.env|\\benv\\b[^\\n]{0,40}\\bprocess\\b|createEnv|cleanEnv",
  "postgres|[\"']pg[\"']|\\bsql`|set_config",
  "drizzle|typeorm|sequelize|knex|kysely|mikro-orm",
  "rowguard-ignore",
  "\\.(?:find(?:Many|Unique|First)|(?:create|update|delete)Many|upsert|groupBy)\\b",
  "[\"'`](?:eyJ|sb_secret_|sbp_|[sr]k_(?:live|test)_|sk-|whsec_|gh[pousr]_|github_pat_|glpat-|A[KS]IA|xox[abeprs]-|SG\\.|npm_|-----BEGIN)",
  "\\bTables\\b[\\s\\S]{0,200}?\\bRow\\b\\s*:",
].join("|");

const INTEREST = new RegExp(WORDS);

/** True where the text is worth `readCode`; where false, `skimCode` is enough until `linkCode` says otherwise. */
export const mentionsInterest = (text: string): boolean => INTEREST.test(text);
