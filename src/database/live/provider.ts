/** Who runs a server, as its host's name says: data that sentences speak from. */
export interface Provider {
  readonly name: string;
  /** Connections come through a pooler that other clients share. */
  readonly pooler: boolean;
  /** What to look at where nothing answers. */
  readonly unreachable?: string;
  /** What to look at where the login is refused. */
  readonly refused?: string;
}

/** Undefined for a server of one's own. */
export function providerOf(host: string): Provider | undefined {
  const found = PROVIDERS.find(({ pattern }) => pattern.test(host));
  return found && { ...found, pooler: found.pooled.test(host) };
}

interface Known extends Omit<Provider, "pooler"> {
  readonly pattern: RegExp;
  readonly pooled: RegExp;
}

const NEVER = /(?!)/;

const PROVIDERS: readonly Known[] = [
  {
    name: "Supabase",
    pattern: /\.supabase\.(co|com|net)$/,
    pooled: /\.pooler\./,
    unreachable:
      "Supabase's own host answers by IPv6 only, and a paused project not at all: take the pooler's connection string, or wake the project",
    refused: "through Supabase's pooler the user is called postgres.<project reference>",
  },
  {
    name: "Neon",
    pattern: /\.neon\.tech$/,
    pooled: /-pooler\./,
    unreachable: "a Neon project that was deleted has no host",
    refused: "Neon wants TLS: sslmode=require",
  },
  {
    name: "Amazon RDS",
    pattern: /\.rds\.amazonaws\.com(\.cn)?$/,
    pooled: /\.proxy-/,
    unreachable:
      "an RDS instance answers only those whom its security group lets in, and from outside only where it is public",
    refused: "RDS wants TLS: sslmode=require",
  },
  {
    name: "Azure",
    pattern: /\.postgres\.database\.azure\.com$/,
    pooled: NEVER,
    unreachable: "Azure answers only those whom the server's firewall lets in",
  },
  { name: "Cloud SQL", pattern: /\.sql\.goog$/, pooled: NEVER },
];
