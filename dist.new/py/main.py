"""The page's composition root: wires the browser's adapters to the core, and starts the app where there is one."""

from semblance.browser.start import start

await start()  # type: ignore[top-level-await]  # noqa: F704 - PyScript runs this as an asynchronous script
