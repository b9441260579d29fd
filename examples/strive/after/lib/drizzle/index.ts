import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import * as schema from "./schema";
import { env } from "../env/server";

const connection = postgres(env.DATABASE_URL, { prepare: false });

export const reports = drizzle(connection, { schema });
