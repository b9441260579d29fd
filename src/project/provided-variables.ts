/** Variables that a runtime, a host or a bundler sets by itself. */
const PROVIDED = new RegExp(
  `^(?:NODE_ENV|NODE_OPTIONS|NODE_V8_COVERAGE|CI|PORT|HOST|HOSTNAME|HOME|PATH|PWD|TMPDIR|TEMP|TZ|LANG|SHELL|USER|USERNAME|USERPROFILE|APPDATA|LOCALAPPDATA|XDG_\\w+|HTTPS?_PROXY|NO_PROXY|ALL_PROXY|https?_proxy|no_proxy|all_proxy|KUBERNETES_SERVICE_\\w+|TERM|COLORTERM|FORCE_COLOR|NO_COLOR|EDITOR|VISUAL|DEBUG
|MODE|DEV|PROD|SSR|BASE_URL|PUBLIC_URL
|(?:NEXT_PUBLIC_)?VERCEL(?:_\\w+)?|NEXT_RUNTIME|NEXT_PHASE|__NEXT_\\w+|NETLIFY|CONTEXT|DEPLOY_PRIME_URL|EDGE_CONFIG|RENDER(?:_\\w+)?|RAILWAY_\\w+|FLY_\\w+|DYNO|HEROKU_\\w+|CF_PAGES(?:_\\w+)?|K_SERVICE
|AWS_REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_\\w+|LAMBDA_TASK_ROOT|FUNCTIONS_\\w+|DENO_\\w+|SB_\\w+
|GITHUB_(?:ACTIONS|SHA|REF|REF_NAME|REPOSITORY|RUN_ID|WORKSPACE|EVENT_NAME|TOKEN)|JEST_WORKER_ID|VITEST(?:_\\w+)?|PLAYWRIGHT_\\w+|STORYBOOK|ANALYZE|SKIP_ENV_VALIDATION|npm_\\w+|INIT_CWD|TURBO_\\w+)$`.replaceAll(
    "\n",
    "",
  ),
);

/** What Supabase gives every edge function. */
const EDGE = /^SUPABASE_(?:URL|ANON_KEY|SERVICE_ROLE_KEY|DB_URL|PUBLISHABLE_KEYS|SECRET_KEYS|JWKS)$/;

/** True where nobody has to set the variable for the file at `path`. */
export const isProvided = (name: string, path: string): boolean =>
  PROVIDED.test(name) || (EDGE.test(name) && /(^|\/)supabase\/functions\//.test(path));
