// onnxruntime-web for Python in the browser: any page with Pyodide, or with PyScript, may use it without the rest.

const PYTHON = new URL("./bridge.zip", import.meta.url); // the few modules that it needs

// Python's modules get at JavaScript as they do in a page of PyScript, whose own `js_modules` takes no more modules. This one stands
// before it, or for it where there is no PyScript.
const CONNECT = `
def connect(bridge):
    import sys
    from types import ModuleType
    modules = ModuleType("pyscript.js_modules")
    modules.semblance_bridge = bridge
    try:
        import pyscript
        from pyscript import js_modules as own
        modules.__getattr__ = lambda name: getattr(own, name)
    except ImportError:
        pyscript = sys.modules["pyscript"] = ModuleType("pyscript")
    pyscript.js_modules = sys.modules["pyscript.js_modules"] = modules
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
