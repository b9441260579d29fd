/** Node has it; the types of a program without a browser do not. */
interface Wasm {
  compile(bytes: Uint8Array): Promise<never>;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

export const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Wasm };
