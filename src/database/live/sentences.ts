import { isSqlState, QueryError } from "../client.ts";
import { type Address, mask } from "./address.ts";
import { providerOf } from "./provider.ts";

/** Why a connection could not be made, as one sentence with host and remedy; no secret is in it. */
export function explainConnection(error: unknown, address: Address): QueryError {
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  const said = firstCause(error) ?? { code, message };
  const sentence = SENTENCES.find(({ when }) => when.test(`${said.code} ${said.message}`));
  const text = sentence
    ? sentence.say(partsOf(address), said.message.replace(/\.$/, ""))
    : `The connection to ${partsOf(address).at} failed: ${said.message}.`;
  return new QueryError(mask(text, address), { code: isSqlState(code) ? code : "", lost: true });
}

/** Where a name has several addresses, what the first of them said. */
const firstCause = (error: unknown): { code: string; message: string } | undefined =>
  error instanceof AggregateError ? error.errors[0] : undefined;

interface Parts {
  readonly at: string;
  readonly host: string;
  readonly user: string;
  readonly database: string;
  /** `: what to look at`, or nothing. */
  readonly unreachable: string;
  readonly refused: string;
}

function partsOf({ host, port, user, database }: Address): Parts {
  const provider = providerOf(host);
  const hint = (text: string | undefined) => (text ? `: ${text}` : "");
  return {
    at: `${host}:${port}`,
    host,
    user: user || "the login",
    database,
    unreachable: hint(provider?.unreachable),
    refused: hint(provider?.refused),
  };
}

/** In this order: the first that fits speaks. */
const SENTENCES: readonly { readonly when: RegExp; say(parts: Parts, message: string): string }[] = [
  {
    when: /^ECONNREFUSED/,
    say: ({ at }) => `Nothing answers at ${at}: is the server running, and is that its port?`,
  },
  {
    when: /^(ENOTFOUND|EAI_AGAIN)/,
    say: ({ host, unreachable }) =>
      `There is no host called ${host}${unreachable || ": check the name in the connection string"}.`,
  },
  {
    when: /^(ENETUNREACH|EHOSTUNREACH|ETIMEDOUT)|timeout/i,
    say: ({ at, unreachable }) =>
      `${at} did not answer in time${unreachable || ": is it reachable from here?"}.`.replace("?.", "?"),
  },
  {
    when: /tenant or user not found|tenant\/user/i,
    say: ({ at, user, refused }) => `The pooler at ${at} does not know ${user}${refused}.`,
  },
  {
    when: /endpoint id is not specified/i,
    say: ({ at, refused }) => `${at} cannot tell which database is meant${refused}.`,
  },
  {
    when: /^28P01|password authentication failed/,
    say: ({ at, user }) => `The password for ${user} at ${at} is wrong.`,
  },
  {
    when: /^28000.*no encryption|no pg_hba.*no encryption/i,
    say: ({ at, user }) => `The server at ${at} lets ${user} in by TLS only: sslmode=require.`,
  },
  {
    when: /^28000.*valid client certificate/i,
    say: ({ at, user }) =>
      `The server at ${at} lets ${user} in by a certificate only: give it as sslcert, with its key as sslkey.`,
  },
  {
    when: /^28000.*certificate authentication/i,
    say: ({ at, user }) =>
      `The certificate given as sslcert is not made out to ${user}, so ${at} does not let it in.`,
  },
  {
    when: /bad decrypt|BAD_DECRYPT|INTERRUPTED_OR_CANCELLED|MISSING_PASSPHRASE|bad password read|key values mismatch|KEY_VALUES_MISMATCH|wrong tag|NO_START_LINE|ERR_OSSL_UNSUPPORTED/i,
    say: (_, message) =>
      `The key given as sslkey cannot be used (${message}): is it the certificate's, and sslpassword its passphrase?`,
  },
  {
    when: /^28000/,
    say: ({ at, user, refused }, message) =>
      `The server at ${at} does not let ${user} in this way${refused || `: ${message}`}.`,
  },
  {
    when: /^3D000|no such database/,
    say: ({ at, database }) => `There is no database "${database}" at ${at}.`,
  },
  {
    when: /unsupported startup parameter/,
    say: ({ at }, message) =>
      `The pooler at ${at} does not pass everything on (${message}): leave that out of the connection string, or connect past the pooler.`,
  },
  {
    when: /statement pooling mode/,
    say: ({ at }) =>
      `The pooler at ${at} gives a connection for one statement only, and a preview needs a transaction: connect past it, or to a pool by transaction.`,
  },
  {
    when: /^53300|too many (clients|connections)|max client/i,
    say: ({ at }) => `The server at ${at} has no connection left: close some, or use its pooler.`,
  },
  { when: /^42501/, say: ({ at, user, database }) => `${user} may not connect to "${database}" at ${at}.` },
  {
    when: /^57P03/,
    say: ({ at }, message) =>
      `The server at ${at} takes no connections right now (${message}): try again in a moment.`,
  },
  {
    when: /does not support SSL/i,
    say: ({ at }) =>
      `The server at ${at} offers no TLS, which sslmode wants; sslmode=disable connects without.`,
  },
  {
    when: /ERR_TLS_CERT_ALTNAME_INVALID|altnames/i,
    say: ({ at }) =>
      `The certificate of ${at} is made out to another name; connect by the name in it, or take sslmode=verify-ca.`,
  },
  {
    when: /certificate|self.signed|CERT_|UNABLE_TO/i,
    say: ({ at }, message) =>
      `The certificate of ${at} could not be verified (${message}); give its authority as sslrootcert, or take sslmode=require.`,
  },
  {
    when: /SASL|password must be a string|no password supplied/i,
    say: ({ at }) => `The server at ${at} wants a password, and the connection string has none.`,
  },
  {
    when: /terminated|ECONNRESET|EPIPE|socket hang up/i,
    say: ({ at }) => `${at} closed the connection before it was made: is it PostgreSQL that listens there?`,
  },
];
