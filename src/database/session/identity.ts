/** Who asks: a database role, and the settings that come with it. */
export interface Identity {
  /** `anon`, `alice@acme`, `owner of acme`. */
  readonly name: string;
  /** The role to become; the login itself where absent. */
  readonly role?: string;
  /** `request.jwt.claims`, `app.tenant_id` ...: set for the transaction. */
  readonly settings: Readonly<Record<string, string>>;
  /** The tenant that a member belongs to, and as what. */
  readonly tenant?: string;
  readonly memberRole?: string;
}
