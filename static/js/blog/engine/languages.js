// The languages of a site, each of which has its own index.

/** The language whose index an element searches: its own, or else that of the largest index. */
export function languageFor(host, languages) {
  const wanted = host.closest("[lang]")?.lang ?? "";
  const named = tagsOf(wanted).find((tag) => tag in languages);
  return named ?? Object.keys(languages).sort((a, b) => languages[b].count - languages[a].count)[0];
}

/** The tags that an index of a language may have, as py/semblance/blog/language.py shortens them: zh-TW has that of zh-Hant. */
function tagsOf(wanted) {
  try {
    const { language, script, region } = new Intl.Locale(wanted).maximize();
    return [wanted, `${language}-${script}`, `${language}-${region}`, language];
  } catch {
    return [wanted, wanted.toLowerCase().split("-")[0]];
  }
}
