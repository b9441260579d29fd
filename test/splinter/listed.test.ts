import { strict as assert } from "node:assert";
import { listRuleFiles } from "../../src/build/rule-files.ts";
import { ROOT } from "../../src/build/tree.ts";
import { readMap } from "./compare.ts";

/** Every advisor of https://github.com/supabase/splinter, in the order of its files. */
const ADVISORS = `
  unindexed_foreign_keys auth_users_exposed auth_rls_initplan no_primary_key unused_index multiple_permissive_policies
  policy_exists_rls_disabled rls_enabled_no_policy duplicate_index security_definer_view function_search_path_mutable
  auth_allow_anonymous_sign_ins rls_disabled_in_public extension_in_public rls_references_user_metadata
  materialized_view_in_api foreign_table_in_api unsupported_reg_types insecure_queue_exposed_in_api table_bloat
  fkey_to_auth_unique extension_versions_outdated sensitive_columns_exposed rls_policy_always_true
  pg17_deprecated_extensions public_bucket_allows_listing pg_graphql_anon_table_exposed
  pg_graphql_authenticated_table_exposed anon_security_definer_function_executable
  authenticated_security_definer_function_executable autovacuum_disabled invalid_index rls_policy_null_auth_disjunct
  unused_replication_slot`;

/** Those that say nothing of who sees which rows. */
const NOT_COVERED = `
  no_primary_key unused_index duplicate_index table_bloat invalid_index autovacuum_disabled unused_replication_slot
  extension_in_public extension_versions_outdated pg17_deprecated_extensions unsupported_reg_types fkey_to_auth_unique
  insecure_queue_exposed_in_api pg_graphql_anon_table_exposed pg_graphql_authenticated_table_exposed`;

const namesOf = (text: string): string[] => text.trim().split(/\s+/).sort();

describe("docs/splinter.md", () => {
  const map = readMap();

  it("lists every advisor, and no other", () => {
    assert.deepEqual([...map.keys()].sort(), namesOf(ADVISORS));
  });

  it("gives each its rules, but those it says are not covered", () => {
    const without = [...map].filter(([, rules]) => !rules.length).map(([name]) => name);
    assert.deepEqual(without.sort(), namesOf(NOT_COVERED));
  });

  it("names rules that there are", () => {
    const ids = new Set(listRuleFiles(ROOT).map(({ id }) => id));
    assert.deepEqual(
      [...map.values()].flat().filter((rule) => !ids.has(rule)),
      [],
    );
  });
});
