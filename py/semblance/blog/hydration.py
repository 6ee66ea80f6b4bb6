"""Pages that a script draws again in the reader's browser: what is written into their HTML does not last there."""

from __future__ import annotations

from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

# Where frameworks put an app: Docusaurus, Gatsby, Next.js, Nuxt, SvelteKit, Angular, Astro's islands, Vue and React.
_ROOTS = (
    "#__docusaurus, #___gatsby, #__next, #__nuxt, #svelte, [data-sveltekit-hydrate], [ng-version], [ng-server-context],"
    " astro-island, [data-server-rendered], [data-reactroot], [data-v-app]"
)
_USUAL_ROOTS = ("app", "root")  # they tell of an app only together with a script for it
# What frameworks leave in a page whose root has no name.
_DATA = (
    "#__NEXT_DATA__",
    "__VP_SITE_DATA__",
    "__VP_HASH_MAP__",
    "self.__next_f",
    "__sveltekit_",
    "__remixContext",
    "__reactRouterContext",
    "window.___gatsby",
    "__NUXT__",
)


def is_hydrated(tree: LexborHTMLParser, post: Sequence[LexborNode]) -> bool:
    """Whether a script draws the post again."""
    if not post:
        return False
    roots = {node.mem_id for node in tree.css(_ROOTS)}
    scripts = [(script, script.text()) for script in tree.css("script")]
    for name in _USUAL_ROOTS:
        if any(_is_for(name, script, text) for script, text in scripts):
            roots.update(node.mem_id for node in tree.css(f"#{name}"))
    if roots and any(ancestor in roots for ancestor in _ancestors(post[0])):
        return True
    return any(mark in text for _, text in scripts for mark in _DATA) or tree.css_first(_DATA[0]) is not None


def _is_for(name: str, script: LexborNode, text: str) -> bool:
    is_module = script.attributes.get("type") == "module"
    return is_module or any(f"{quote}{sign}{name}{quote}" in text for quote in "\"'`" for sign in ("", "#"))


def _ancestors(node: LexborNode | None) -> list[int]:
    ancestors = []
    while node is not None:
        ancestors.append(node.mem_id)
        node = node.parent
    return ancestors
