/**
 * What differs between Supabase, plain PostgreSQL and whatever comes next: data only. Code that wants to know
 * asks a field here, never for the platform's name.
 */
export interface Platform {
  readonly id: "supabase" | "postgres";
  readonly name: string;
  /** Roles that clients come in as, the anonymous one first if there is one. */
  readonly clientRoles: readonly string[];
  readonly anonymousRole?: string;
  readonly signedInRole?: string;
  /** Roles that step around policies by design: a policy for them is no leak. */
  readonly bypassRoles: readonly string[];
  /** The role that runs migrations and owns what they make. */
  readonly migrationRole: string;
  /** Schemas that an API hands to clients. */
  readonly exposedSchemas: readonly string[];
  /** Schemas of the platform itself, never reported on. */
  readonly ownSchemas: readonly string[];
  /** True where clients send requests to an API only, false where they may run any SQL. */
  readonly clientsUseApi: boolean;
  /** The role that the API logs in as before it takes on a client's: its `session_user`. */
  readonly loginRole?: string;
  /** SQL that exists before the first migration: the text of `sql/platform/<id>.sql`. */
  readonly sql: string;
  /** Functions that name the caller, `schema.name`: `auth.uid`. */
  readonly callerFunctions: readonly string[];
  /** The function that gives the caller's whole token, the setting it reads, and functions that give one claim of it. */
  readonly token?: {
    readonly function: string;
    readonly setting: string;
    readonly claims: Readonly<Record<string, string>>;
    /** Claims that are objects, whoever asks. */
    readonly objects: readonly string[];
  };
  /** Caller functions that give the caller's id: what an owner column is compared with. */
  readonly callerId: readonly string[];
  /** The call that gives the caller's token as JSON. */
  readonly callerToken?: string;
  /** The claim that is true for who signed in without saying who they are, in the same role as everybody else. */
  readonly unnamedClaim?: string;
  /** What caller functions give a caller without an identity, where that is not NULL: `auth.role` -> `anon`; `{}` is a token without claims. */
  readonly anonymousConstants: Readonly<Record<string, string>>;
  /** Type of the caller's id: `uuid`, `text`. */
  readonly callerIdType: string;
  /** Settings that name the caller: `request.jwt.claims`; and prefixes such as `app.`. */
  readonly callerSettings: readonly string[];
  /** Where the platform keeps who may sign in: what its tokens say of them, claim by column. */
  readonly accounts?: {
    readonly table: string;
    readonly id: string;
    readonly claims: Readonly<Record<string, string>>;
  };
  readonly realtimePublication?: string;
  readonly storageObjects?: string;
  readonly realtimeMessages?: string;
  /** The setting that says which topic is joined, as the messages' column `topic` does. */
  readonly realtimeTopic?: string;
}
