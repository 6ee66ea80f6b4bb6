// The languages of a site, each of which has its own index.

/** The language whose index an element searches: its own, or else that of the largest index. */
export function languageFor(host, languages) {
  const wanted = (host.closest("[lang]")?.lang ?? "").toLowerCase();
  const named = [wanted, wanted.split("-")[0]].find((tag) => tag in languages);
  return named ?? Object.keys(languages).sort((a, b) => languages[b].count - languages[a].count)[0];
}
