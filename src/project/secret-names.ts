const PUBLIC = /^(NEXT_PUBLIC_|VITE_|PUBLIC_|NUXT_PUBLIC_|REACT_APP_|EXPO_PUBLIC_|GATSBY_)/;

/** Words at the end of a name that only secrets have. */
const SECRET =
  /(^|_)(SERVICE_ROLE(_KEY|_TOKEN|_SECRET)?|SERVICE_KEY|SECRET(_KEY|_TOKEN)?|PRIVATE_KEY|DATABASE_URL|DIRECT_URL|DATABASE_PASSWORD|DB_PASSWORD|POSTGRES_PASSWORD|SERVICE_ACCOUNT(_KEY)?)$/;

/** True where a bundler puts the variable's value into what browsers load. */
export const isPublicName = (name: string): boolean => PUBLIC.test(name);

/** True where the name says that the value is a secret: `SUPABASE_SERVICE_ROLE_KEY`, `STRIPE_SECRET_KEY`. */
export const isSecretName = (name: string): boolean => SECRET.test(name);

/** The same variable, kept on the server: `NEXT_PUBLIC_JWT_SECRET` without its prefix. */
export const privateName = (name: string): string => name.replace(PUBLIC, "");
