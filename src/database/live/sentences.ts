import { QueryError } from "../client.ts";

/** Why a connection could not be made, as one sentence with host and remedy; the password is in none of it. */
export function explainConnection(error: unknown, url: string): QueryError {
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  const { host, user, database } = partsOf(url);
  const about = { code: /^[0-9A-Z]{5}$/.test(code) ? code : "", lost: true };
  return new QueryError(mask(sentence(), url), about);

  function sentence(): string {
    switch (code) {
      case "ECONNREFUSED":
        return `Nothing answers at ${host}: is the server running, and is that its port?`;
      case "ENOTFOUND":
      case "EAI_AGAIN":
        return `There is no host called ${host}: check the name in the connection string.`;
      case "28P01":
        return `The password for ${user} at ${host} is wrong.`;
      case "28000":
        return `The server at ${host} does not let ${user} in this way: ${message}.`;
      case "3D000":
        return `There is no database "${database}" at ${host}.`;
      case "53300":
        return `The server at ${host} has no connection left: close some, or use its pooler.`;
      case "42501":
        return `${user} may not connect to "${database}" at ${host}.`;
    }
    if (/timeout/i.test(message) || code === "ETIMEDOUT")
      return `${host} did not answer in time: is it reachable from here?`;
    if (/does not support SSL/i.test(message))
      return `The server at ${host} offers no TLS, which sslmode wants; sslmode=disable connects without.`;
    if (/certificate|self.signed|altnames|CERT_/i.test(`${message} ${code}`))
      return `The certificate of ${host} could not be verified (${message}); give its authority as sslrootcert, or take sslmode=require.`;
    if (/SASL|password must be a string/i.test(message))
      return `The server at ${host} wants a password, and the connection string has none.`;
    if (/terminated|ECONNRESET/i.test(`${message} ${code}`))
      return `${host} closed the connection before it was made: ${message}.`;
    return `The connection to ${host} failed: ${message}.`;
  }
}

/** A text without the secrets of a connection string. */
export function mask(text: string, url: string): string {
  const secrets = [url];
  try {
    const { password } = new URL(url);
    if (password) secrets.push(password, decodeURIComponent(password));
  } catch {
    // No URL, no password in it.
  }
  return secrets.reduce((masked, secret) => (secret ? masked.replaceAll(secret, "***") : masked), text);
}

function partsOf(url: string) {
  const { hostname, port, username, pathname } = new URL(url);
  return {
    host: `${hostname || "localhost"}:${port || 5432}`,
    user: decodeURIComponent(username) || "the login",
    database: decodeURIComponent(pathname.slice(1)),
  };
}
