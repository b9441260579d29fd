import { checkPicture } from "./check-picture.ts";
import { schemaFiles } from "./schemas.ts";

/** What is made of the command's own output, by path: its schemas and its picture. The list of rules must be up to date. */
export async function publishedFiles(): Promise<Map<string, string>> {
  const files = [...schemaFiles(), await checkPicture()];
  return new Map(files.map(({ path, text }) => [path, text]));
}
