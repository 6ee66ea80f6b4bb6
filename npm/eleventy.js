// A plugin for Eleventy: a build writes related posts and search into the site. It runs `semblance site`, a command of Python.

import { spawnSync } from "node:child_process";

/**
 * @param {{ on(event: string, listener: (built: any) => void): void }} config  Eleventy's
 * @param {{ command?: string, options?: string[] }} [settings]
 */
export default function semblance(config, { command = "semblance", options = ["--inject"] } = {}) {
  config.on("eleventy.after", ({ dir, directories, runMode }) => {
    if (runMode !== "build") return; // a site that is only looked at while it is written is left as it is
    const { error, status } = spawnSync(command, ["site", directories?.output ?? dir.output, ...options], { stdio: "inherit" });
    if (error) throw new Error(`${command} could not be started (${error.message}): run pip install in a clone of Semblance.`);
    if (status && status !== 3) throw new Error(`${command} site failed with status ${status}: see above.`);
  });
}
