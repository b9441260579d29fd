import type { ConnectionOptions } from "node:tls";
import pg from "pg";
import type { Address } from "./address.ts";

/** What pg's own connection can do and its types do not say. */
interface Wire {
  connect(port: number, host: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
  end(): void;
  on(event: "connect" | "sslconnect" | "error" | "end", listener: () => void): void;
  readonly stream: { destroy(): void };
}

/** ms after which nobody waits for the request to arrive. */
const PATIENCE = 5_000;

/**
 * PostgreSQL's cancel request, on a connection of its own and by TLS where the first one has it: it needs no login, and a
 * pooler passes it to the backend that really runs the statement. Never rejects.
 */
export function stopBackend(
  { host, port }: Address,
  ssl: false | ConnectionOptions,
  processID: number,
  secretKey: number,
): Promise<void> {
  return new Promise((resolve) => {
    const Connection = pg.Connection as unknown as new (config: object) => Wire;
    const wire = new Connection({ ssl });
    const done = () => {
      clearTimeout(timer);
      wire.stream.destroy();
      resolve();
    };
    const timer = setTimeout(done, PATIENCE);
    const ask = () => wire.cancel(processID, secretKey);
    wire.on("connect", () => (ssl ? wire.requestSsl() : ask()));
    wire.on("sslconnect", ask);
    wire.on("error", done);
    wire.on("end", done);
    // A socket's path and a host are told apart by its first sign.
    if (host.startsWith("/")) wire.connect(`${host}/.s.PGSQL.${port}` as unknown as number, "");
    else wire.connect(port, host);
  });
}
