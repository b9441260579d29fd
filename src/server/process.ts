import { serveProcess } from "./main.ts";

serveProcess();
