/** The part of Pyodide's interface that the bridge uses. */
export interface PyodideLike {
  loadPackage(names: string): Promise<unknown>;
  unpackArchive(buffer: ArrayBuffer, format: string, options: { extractDir: string }): void;
  runPython(code: string): any;
}

/**
 * Give a Pyodide onnxruntime-web. After that, Python has `semblance.browser.onnx.InferenceSession`, which reads like that of
 * onnxruntime, but is awaited. `assets` is the folder of Semblance's files, `/semblance/` if it is not named.
 */
export function installBridge(pyodide: PyodideLike, options?: { assets?: string | URL }): Promise<void>;
