/** Who asks: a database role, and the settings that come with it. */
export interface Identity {
  /** `anon`, `alice@acme`, `owner of acme`. */
  readonly name: string;
  /** `custom` ones stand in the configuration; the others are found in the data, or come with the platform. */
  readonly kind?: "anonymous" | "signed-in" | "member" | "user" | "service" | "custom";
  /** The role to become; the login itself where absent. */
  readonly role?: string;
  /** `request.jwt.claims`, `app.tenant_id` ...: set for the transaction. */
  readonly settings: Readonly<Record<string, string>>;
  /** The tenant that a member belongs to, and as what. */
  readonly tenant?: string;
  readonly memberRole?: string;
  /** Keys of the tenants whose rows are its own: all of which a person is a member, unless a setting names one. */
  readonly tenantKeys?: readonly string[];
  /** Key of the user. */
  readonly userKey?: string;
}
