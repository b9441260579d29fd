/** A database that somebody asked for by name or URL. */
export interface ConnectionChoice {
  /** What people call it; never the connection string. */
  readonly name: string;
  readonly url: string;
  /** The configuration lets previews write there; undefined where it does not speak of it. */
  readonly write: boolean | undefined;
}

/** What names can stand for. */
export interface Names {
  readonly connections: Readonly<Record<string, { readonly variable: string; readonly write: boolean }>>;
  /** Value of a variable of the environment. */
  variable(name: string): string | undefined;
}

/**
 * The connection that a text stands for: a name of the configuration, else a variable of the environment, else a
 * connection string itself. A sentence where it stands for none; the text is not repeated in it where it may be a secret.
 */
export function chooseConnection(
  given: string,
  { connections, variable }: Names,
): ConnectionChoice | { readonly problem: string } {
  const configured = Object.hasOwn(connections, given) ? connections[given] : undefined;
  if (configured) {
    const url = variable(configured.variable);
    return url
      ? { name: given, url, write: configured.write }
      : {
          problem: `The connection ${given} is in ${configured.variable}, and the environment has no such variable.`,
        };
  }
  if (!/^[\w.-]+$/.test(given)) return { name: "the database", url: given, write: undefined };
  const url = variable(given);
  if (url) return { name: given, url, write: undefined };
  const names = Object.keys(connections);
  const known = names.length ? ` The configuration has ${names.join(", ")}.` : "";
  return { problem: `The environment has no variable ${given} with a connection string.${known}` };
}
