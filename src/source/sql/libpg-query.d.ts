/** The compiled parser without its package's JavaScript around it, which copies texts byte by byte. */
declare module "libpg-query/wasm/libpg-query.js" {
  export interface Parser {
    /** Another one after the memory has grown. */
    readonly HEAPU8: Uint8Array<ArrayBuffer>;
    _malloc(bytes: number): number;
    _free(at: number): void;
    getValue(at: number, type: "i32"): number;
    _wasm_parse_query_raw(text: number): number;
    _wasm_free_parse_result(result: number): void;
    _wasm_parse_plpgsql(text: number): number;
    _wasm_free_string(at: number): void;
  }
  const createParser: () => Promise<Parser>;
  export default createParser;
}
