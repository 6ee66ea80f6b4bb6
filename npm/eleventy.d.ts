/** Eleventy's configuration, as far as the plugin needs it. */
export interface EleventyConfig {
  on(event: string, listener: (built: any) => void): void;
}

/** A plugin for Eleventy, for `config.addPlugin`. `options` are those of `semblance site`, `--inject` if they are not named. */
export default function semblance(config: EleventyConfig, settings?: { command?: string; options?: string[] }): void;
