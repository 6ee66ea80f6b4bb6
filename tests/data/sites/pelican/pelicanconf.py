"""A blog with addresses that end in .html, and with the tag, category and archive pages that Pelican writes by default."""

SITENAME = "All posts"
SITEURL = ""
RELATIVE_URLS = True
TIMEZONE = "UTC"
THEME = "simple"
THEME_TEMPLATES_OVERRIDES = ["templates"]
PATH = "content"
OUTPUT_PATH = "public"
ARTICLE_URL = ARTICLE_SAVE_AS = "posts/{category}/{slug}.html"
DEFAULT_PAGINATION = False
SUMMARY_MAX_LENGTH = 30
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = None
STATIC_PATHS = ["icon.svg"]
