import type { Platform } from "./platform.ts";
import { postgres } from "./postgres.ts";
import { supabase } from "./supabase.ts";

/** What a workspace shows of the database it is for. */
export interface PlatformEvidence {
  /** Names of packages in any manifest of the workspace. */
  readonly packages: Iterable<string>;
  /** A `supabase/` folder with migrations, schemas or `config.toml`. */
  readonly hasSupabaseFolder: boolean;
  /** SQL of the history calls `auth.uid()` and its kin, or names `anon`, `authenticated` or `storage.objects`. */
  readonly sqlMentionsAuth: boolean;
  /** Connection strings or variables that point at a Supabase host. */
  readonly environmentMentionsSupabase?: boolean;
}

export const PLATFORMS: readonly Platform[] = [supabase, postgres];

/** The platform the evidence speaks for; plain PostgreSQL where nothing does. */
export function choosePlatform(evidence: PlatformEvidence): Platform {
  if (evidence.hasSupabaseFolder || evidence.environmentMentionsSupabase) return supabase;
  const packages = [...evidence.packages];
  if (packages.some((name) => SUPABASE_PACKAGE.test(name))) return supabase;
  // Neon's roles and functions have the same names, and nobody may do anything there by default.
  return evidence.sqlMentionsAuth && !packages.some((name) => NEON_PACKAGE.test(name)) ? supabase : postgres;
}

const SUPABASE_PACKAGE = /^(supabase|@supabase\/.+)$/;
const NEON_PACKAGE = /^@neondatabase\/.+$/;
