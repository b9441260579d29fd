/** A value that is a secret by its known prefix or shape. Never holds the value. */
export interface Secret {
  /** What it is, as a sentence would name it: "Supabase service key". */
  readonly what: string;
  /** A published key of a local stack, a test key or a placeholder: no harm in showing it. */
  readonly demo: boolean;
}

/**
 * The secret that a whole value (a variable's, a string literal's) is, if it is one. Recognises Supabase service keys
 * (as JSON web tokens, whose payload names the role, and as `sb_secret_`), Stripe's and Clerk's, AWS, GitHub, OpenAI
 * and other well-known tokens, private keys, and the password in a connection string.
 */
export function findSecret(value: string): Secret | undefined {
  const text = value.trim();
  if (!mayBeSecret(text)) return undefined;
  if (text.startsWith("eyJ")) return findServiceToken(text);
  if (text.startsWith("-----BEGIN")) return findPrivateKey(text);
  if (text.startsWith("postgres")) return findPassword(text);
  for (const { what, pattern, test } of SHAPES) {
    const body = pattern.exec(text)?.[1];
    if (body !== undefined) return { what, demo: test === true || isPlaceholder(body) };
  }
  return undefined;
}

/** A value as it may be kept: of a secret only its beginning, of a connection string all but its password; as long as before. */
export function maskSecret(value: string): string {
  if (!mayBeSecret(value.trim()) || !findSecret(value)) return value;
  const hide = (text: string) => "*".repeat(text.length);
  const url = /^(\s*postgres(?:ql)?:\/\/[^:/?#]*:)(.*)(@[\s\S]*)$/s.exec(value);
  if (url) return url[1]! + hide(url[2]!) + url[3]!;
  const beginning = BEGINNINGS.exec(value.trimStart())![0];
  return beginning + hide(value.slice(beginning.length));
}

/** Cheap: false for nearly every string there is. */
export const mayBeSecret = (text: string): boolean =>
  text.length >= 16 && text.length <= 20_000 && BEGINNINGS.test(text);

const BEGINNINGS =
  /^(?:eyJ|sb_secret_|sbp_|[sr]k_(?:live|test)_|sk-|whsec_|gh[pousr]_|github_pat_|glpat-|AKIA|ASIA|xox[abeprs]-|SG\.|re_|npm_|-----BEGIN|postgres(?:ql)?:)/;

/** `pattern` captures what follows the prefix. `test` marks keys that open a sandbox only. */
const SHAPES: readonly { readonly what: string; readonly pattern: RegExp; readonly test?: true }[] = [
  { what: "Supabase service key", pattern: /^sb_secret_(N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz)$/, test: true },
  { what: "Supabase service key", pattern: /^sb_secret_([\w-]{16,})$/ },
  { what: "Supabase access token", pattern: /^sbp_((?:v\d_)?[0-9a-f]{40})$/ },
  { what: "live secret key", pattern: /^[sr]k_live_(\w{16,})$/ },
  { what: "test secret key", pattern: /^[sr]k_test_(\w{16,})$/, test: true },
  { what: "webhook signing secret", pattern: /^whsec_([\w+/=]{20,})$/ },
  { what: "AWS access key", pattern: /^A(?:KIA|SIA)([A-Z2-7]{16})$/ },
  { what: "GitHub token", pattern: /^gh[pousr]_([A-Za-z0-9]{36,})$/ },
  { what: "GitHub token", pattern: /^github_pat_(\w{40,})$/ },
  { what: "GitLab token", pattern: /^glpat-([\w-]{20,})$/ },
  { what: "Anthropic key", pattern: /^sk-ant-([\w-]{24,})$/ },
  { what: "OpenAI key", pattern: /^sk-(?:proj-|svcacct-|admin-)([\w-]{20,})$/ },
  { what: "OpenAI key", pattern: /^sk-([A-Za-z0-9]{32,})$/ },
  { what: "Slack token", pattern: /^xox[abeprs]-([\w-]{20,})$/ },
  { what: "SendGrid key", pattern: /^SG\.([\w-]{16,}\.[\w-]{32,})$/ },
  { what: "Resend key", pattern: /^re_([A-Za-z0-9]{8}_[A-Za-z0-9]{20,})$/ },
  { what: "npm token", pattern: /^npm_([A-Za-z0-9]{36})$/ },
];

/** People write these where a secret should go; and a real secret does not repeat itself. */
const PLACEHOLDER =
  /your|example|placeholder|change[_-]?me|replace|dummy|fake|sample|insert|<|>|\.\.\.|\$\{|xxxx|\*\*\*|1234567|abcdef/i;

const isPlaceholder = (body: string): boolean => PLACEHOLDER.test(body) || new Set(body).size < 7;

/** Supabase's service keys are signed tokens that say `"role": "service_role"`; the anonymous one is public. */
function findServiceToken(text: string): Secret | undefined {
  const payload = /^eyJ[\w-]*\.(eyJ[\w-]*)\.[\w-]*$/.exec(text)?.[1];
  if (payload === undefined) return undefined;
  const claims = decodeClaims(payload);
  if (claims?.role !== "service_role") return undefined;
  return { what: "Supabase service key", demo: claims.iss === "supabase-demo" };
}

function decodeClaims(payload: string): { readonly role?: unknown; readonly iss?: unknown } | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null ? claims : undefined;
  } catch {
    // Three parts that only look like a token.
    return undefined;
  }
}

function findPrivateKey(text: string): Secret | undefined {
  const body = /^-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----([\s\S]*)/.exec(text)?.[1];
  if (body === undefined) return undefined;
  const key = body.replace(/-----END[\s\S]*$/, "").replace(/\\n|\s/g, "");
  return { what: "private key", demo: key.length < 40 || isPlaceholder(key) };
}

const WEAK =
  /^(?:postgres|password|passwd|pass|pwd|secret|root|admin|test|user|prisma|supabase|docker|dev|local|\d{1,8}|x+|\W*)$/i;
/** A host without a dot is a machine beside this one. */
const LOCAL =
  /^(?:[\w-]*|127(?:\.\d+){3}|0\.0\.0\.0|\[.*\]|host\.docker\.internal|.*\.(?:local|localhost|test|internal|example|example\.\w+))$/i;

function findPassword(text: string): Secret | undefined {
  if (!URL.canParse(text)) return undefined;
  const { password, hostname, username } = new URL(text);
  if (!password) return undefined;
  const plain = safeDecode(password);
  const demo =
    LOCAL.test(hostname) ||
    /^example\./i.test(hostname) ||
    plain === safeDecode(username) ||
    WEAK.test(plain) ||
    /^\[.*\]$/.test(plain) ||
    PLACEHOLDER.test(`${plain} ${safeDecode(hostname)}`);
  return { what: "database password", demo };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone % in a password is not encoded; it is what it says.
    return text;
  }
}
