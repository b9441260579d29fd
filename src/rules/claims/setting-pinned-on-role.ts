import type { Project } from "../../project/project.ts";
import { trustedSettings } from "../../project/trusted-settings.ts";
import { nameOf } from "../../project/words.ts";
import { quoteIdentifier } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "A role or database has a fixed value for a setting that policies trust.",
  why: "ALTER ROLE and ALTER DATABASE ... SET give every new session that value: a request that sets no tenant of its own runs as that one, instead of seeing nothing.",
  *check(project) {
    const trusted = trustedSettings(project);
    for (const pinned of project.catalog.settings) {
      const trust = trusted.get(pinned.setting.toLowerCase());
      if (!trust || isEmpty(pinned) || isOneOfMany(project, pinned)) continue;
      yield {
        at: pinned.made,
        subject: `${pinned.on} ${pinned.name}`,
        message: `Every session of the ${pinned.on} ${pinned.name} has ${pinned.setting} = '${pinned.values.join(", ")}', which "${trust.policy.name}" on ${nameOf(trust.table)} trusts.`,
        related: [{ place: trust.policy.nameSpan, message: `"${trust.policy.name}" is here.` }],
        remedy: {
          kind: "statements",
          title: `Reset ${pinned.setting}`,
          statements: [`alter ${pinned.on} ${quoteIdentifier(pinned.name)} reset ${pinned.setting};`],
        },
      };
    }
  },
});

type Pinned = Project["catalog"]["settings"][number];

/** `''` only keeps `current_setting` from raising. */
const isEmpty = ({ values }: Pinned): boolean => values.every((value) => value === "");

/** A login for each tenant, each with its own. */
const isOneOfMany = ({ catalog }: Project, pinned: Pinned): boolean =>
  pinned.on === "role" &&
  catalog.settings.some(
    (other) =>
      other.on === "role" &&
      other.setting === pinned.setting &&
      other.name !== pinned.name &&
      other.values.join() !== pinned.values.join(),
  );
