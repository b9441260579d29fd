import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from "vscode-jsonrpc/node";
import { serveDatabases } from "./serve.ts";

// Whoever started this process speaks to it by its channel; when he is gone, so is the work.
process.once("disconnect", () => process.exit(0));
const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
serveDatabases(connection);
connection.listen();
