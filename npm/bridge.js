// onnxruntime-web for Python in the browser: any page with Pyodide, or with PyScript, may use it without the rest.

const PYTHON = new URL("./bridge.zip", import.meta.url); // the few modules that it needs

// Python's modules get at JavaScript as they do in a page of PyScript. Where there is none, this stands for it.
const CONNECT = `
def connect(bridge):
    import sys
    from types import ModuleType
    try:
        from pyscript import js_modules
    except ImportError:
        js_modules, pyscript = ModuleType("pyscript.js_modules"), ModuleType("pyscript")
        pyscript.js_modules = js_modules
        sys.modules["pyscript"] = pyscript
    sys.modules["pyscript.js_modules"] = js_modules
    js_modules.semblance_bridge = bridge
connect
`;

/**
 * @param {import("./bridge.d.ts").PyodideLike} pyodide
 * @param {{ assets?: string | URL }} [options]
 */
export async function installBridge(pyodide, { assets = "/semblance/" } = {}) {
  const folder = new URL(String(assets).replace(/\/?$/, "/"), document.baseURI);
  const address = (/** @type {string} */ file) => new URL(`static/js/${file}`, folder).href;
  const [sessions, { threads }, modules] = await Promise.all([
    import(/* @vite-ignore */ /* webpackIgnore: true */ address("onnx.js")),
    import(/* @vite-ignore */ /* webpackIgnore: true */ address("threads.js")),
    fetch(PYTHON).then((response) => response.arrayBuffer()),
    pyodide.loadPackage("numpy"),
  ]);
  pyodide.unpackArchive(modules, "zip", { extractDir: pyodide.runPython("import site; site.getsitepackages()[0]") });
  const connect = pyodide.runPython(CONNECT);
  connect({ ...sessions, threads });
  connect.destroy();
}
