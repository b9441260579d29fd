import { singular, words } from "../../text/near.ts";

/** Names repeat over a schema's thousands of columns: each is taken apart once. */
function remembering(take: (name: string) => string): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    if (known.size >= 50_000) known.clear();
    const taken = take(name);
    known.set(name, taken);
    return taken;
  };
}

const wordsOf = remembering((name) => words(name).replace(/^_+|_+$/g, ""));

/** A name's words in the singular, joined by "_": `OrganizationMembers` and `organization_members` are `organization_member`. */
export const stem = remembering((name) => singular(wordsOf(name)));

export const lastWord = (name: string): string => stem(name).split("_").at(-1)!;

/** What a column that holds a key is called after: `organizationId` is `organization`, `created_by` stays. */
export const keyStem = remembering((column) =>
  spelled(singular(wordsOf(column).replace(/_(id|uid|uuid|key|fk)$/, ""))),
);

export const namesKey = (column: string): boolean => /_(id|uid|uuid)$/.test(wordsOf(column));

/** `org` and `organisation` are `organization`. */
export const spelled = (name: string): string => name.replace(/(^|_)(org|organisation)$/, "$1organization");

const set = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/**
 * Names that nearly always mean the customer who pays: one row is one tenant. Where no table is called so, memberships, the
 * number of tables that hang on it and the policies that ask for members decide, whatever it is called (`tenant.ts`).
 */
export const TENANT_NAMES = set("organization tenant tenancy workspace team company");

/** Names that mean it often, and something else as often: members or user columns must agree. */
export const MAYBE_TENANT_NAMES = set(
  "account agency business group household family school clinic practice store shop space community club firm restaurant hotel brand studio institution customer client project site app league church gym farm studio network entity",
);

/** Things that people share or take part in, without being what keeps customers apart. */
export const NEVER_TENANT_NAMES = set(
  "user profile role permission tag plan badge skill notification conversation chat channel room thread message event course lesson session post comment document file feature product price category task ticket survey quiz interest topic language country list invitation subscription",
);

export type NameKind = "tenant" | "maybe" | "other" | "never";

/** What the singular of a table's name says of its rows. */
export function kindOfName(name: string): NameKind {
  if (TENANT_NAMES.has(name)) return "tenant";
  if (NEVER_TENANT_NAMES.has(name) || NEVER_TENANT_NAMES.has(lastWord(name))) return "never";
  if (TENANT_NAMES.has(lastWord(name)) || MAYBE_TENANT_NAMES.has(name)) return "maybe";
  return "other";
}

/** Tables of people, the plainest name first. */
export const USER_NAMES = [
  "user",
  "profile",
  "user_profile",
  "app_user",
  "auth_user",
  "account_user",
  "person",
  "people",
];

/** Tables that a key over tenant and user does not show to be memberships: without one, only the name tells them from a list of deeds. */
export const MEMBER_WORDS = /(^|_)(member|membership|collaborator|staff|employee|seat|user|role|access)(_|$)/;
export const NO_MEMBER_WORDS =
  /(^|_)(invit\w*|favou?rite|star|like|bookmark|follow\w*|view|read|visit|preference|setting|vote|reaction|rating|review|notification|pin|log|event|activity|session|token|request|watch\w*|subscri\w*)(_|$)/;

/** Columns that say whose a row is, the plainest first; what a person merely did to a row comes after all of them. */
export const OWNER_STEMS = ["user", "profile", "owner", "author", "creator", "member", "account", "assignee"];
export const DEED = /_by(_user|_profile|_member)?$|(?<!assigned)_to$/;
/** Deeds that bring a row about: who did them has it, where nobody else is named. */
export const MAKING =
  /(^|_)(created|uploaded|submitted|posted|written|authored|started|added)_by(_user|_profile|_member)?$/;
/**
 * Asked of columns that no foreign key explains. That a policy compares one with the caller shows no user: a tenant's column
 * beside it is then taken for less than it is, and the comparison may be the mistake that is looked for.
 */
export const USER_STEMS = set(
  "user profile owner author creator assignee auth auth_user clerk_user owner_user created_by user_created",
);

/** A column that remembers a choice, not to whom a row belongs. */
export const POINTER = /^(current|active|default|last|selected|primary|preferred)(_|$)/;

const LOOKUP = set(
  "plan pricing_plan subscription_plan price product country currency language locale timezone time_zone category region city unit permission role feature tier industry tag status kind type",
);
export const isLookupName = (name: string): boolean =>
  LOOKUP.has(stem(name)) ||
  /_(type|status|category|kind)$/.test(stem(name)) ||
  /^(lookup|ref)_/.test(stem(name));

/** Columns of what somebody pays, or of who does: their table is no lookup, though it refers to plans alone. */
export const isOfPayer = (column: string): boolean =>
  /^(?:stripe_)?(?:customer|subscriber|subscription|payment|invoice|payer)(?:_(?:id|ref|email))?$/.test(
    stem(column),
  ) || /(?:^|_)email$/.test(stem(column));

export const isServiceName = (name: string): boolean =>
  /(^|_)(migration|webhook\w*|outbox|inbox_event|cron\w*|idempotency(_key)?|rate_limit|verification_token|password_reset\w*|job|queue|lock|secret|cache|heartbeat|(stripe|billing)_event)$/.test(
    stem(name),
  );

/** Tables of what people did: the user that a row names did it, and has it no more than others. */
export const isLogName = (name: string): boolean =>
  /(^|_)(audit\w*|activity|event|access)_log$|(^|_)audit(_\w+)?$/.test(stem(name));

/** Tables of what came in from outside, or what the server notes of itself. */
export const isReceivedName = (name: string): boolean =>
  /(^|_)(webhook|operational|system|delivery|integration)_(event|log|call|run)$|(^|_)webhook_deliver/.test(
    stem(name),
  );

export const isRoleColumn = (name: string): boolean =>
  /(^|_)(role|role_name|access_level|permission_level|permission|user_right)$/.test(stem(name));

/** Tables of libraries that sign people in. */
export const isSignInName = (name: string): boolean =>
  /^(user_|auth_)?(session|account|passkey|authenticator|credential|two_factor|mfa_factor|verification|jwk)$|(^|_)(verification|password_reset|reset_password|refresh|magic_link)_token$|(^|_)(auth|authori[sz]ation|verification|login|sign_in|device)_code$|^o_?auth_?(client|access_token|refresh_token|consent|resource|state|code)\w*$/.test(
    stem(name),
  );

export const isSecretColumn = (name: string): boolean =>
  /(^|_)(token|secret|password|hash|credential_id|public_key|private_key|backup_code|provider_account_id|provider_id|client_id)s?$/.test(
    stem(name),
  );
