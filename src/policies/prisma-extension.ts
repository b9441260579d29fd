import { posix } from "node:path";
import { callerSettingsOf } from "../project/caller-settings.ts";
import type { Project } from "../project/project.ts";
import type { PrismaClientConstruction, Usage } from "../project/usage.ts";
import type { NewFile } from "../text/edit.ts";

type Made = Extract<Usage, PrismaClientConstruction>;

/**
 * The module by which a Prisma client says who asks, beside the client that the application exports: policies that
 * compare settings know nobody without it. Undefined where the platform names callers itself, where no TypeScript
 * exports a client, or where there is such a module already.
 */
export function prismaExtension(project: Project): NewFile | undefined {
  if (project.platform.callerId.length) return undefined;
  const client = (project.usages.get("prisma-client") ?? []).find(isTheApplications) as Made | undefined;
  if (!client) return undefined;
  const path = posix.join(posix.dirname(client.path), "caller.ts");
  const settings = callerSettingsOf(project);
  const known = project.code.some(({ path: file }) =>
    project.text(file)?.includes(`set_config('${settings.user}'`),
  );
  if (known || project.text(path) !== undefined) return undefined;
  return { path, text: moduleFor(client, project.text(client.path) ?? "", settings) };
}

const isTheApplications = (usage: Usage): boolean =>
  usage.kind === "prisma-client" &&
  usage.role === "runtime" &&
  usage.exportedAs !== undefined &&
  // A function that returns the client is not the client.
  (usage.exportedAs === "default" || usage.exportedAs === usage.variable) &&
  /\.m?tsx?$/.test(usage.path);

function moduleFor(
  { path, exportedAs }: Made,
  text: string,
  { user, tenant }: { readonly user: string; readonly tenant: string },
): string {
  // Where imports carry an extension, this one does too.
  const extension = /from\s*["']\.{1,2}\/[^"']+(\.m?[jt]s)["']/.exec(text)?.[1] ?? "";
  const from = `./${posix.basename(path).replace(/\.m?tsx?$/, "")}${extension}`;
  const name = exportedAs === "default" ? "prisma" : exportedAs!;
  const imported = exportedAs === "default" ? name : `{ ${name} }`;
  return `import ${imported} from "${from}";

/** Who asks, as the server knows it from its own session. */
export interface Caller {
  readonly userId: string;
  readonly tenantId?: string;
}

/** The client as one caller: each query runs in a transaction that first says who asks. */
export function forCaller(caller: Caller) {
  return ${name}.$extends({
    name: "caller",
    query: {
      async $allOperations({ args, query }) {
        const [, result] = await ${name}.$transaction([sayWho(${name}, caller), query(args)]);
        return result;
      },
    },
  });
}

/** Several queries as one caller, in one transaction. */
export function transactionFor<T>(caller: Caller, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return ${name}.$transaction(async (transaction) => {
    await sayWho(transaction, caller);
    return work(transaction);
  });
}

type Transaction = Parameters<Parameters<typeof ${name}.$transaction>[0]>[0];

/** Settings end with their transaction, so that the next one on the connection begins as nobody. */
const sayWho = (client: Pick<typeof ${name}, "$executeRaw">, { userId, tenantId = "" }: Caller) =>
  client.$executeRaw\`select set_config('${user}', \${userId}, true), set_config('${tenant}', \${tenantId}, true)\`;
`;
}
