"""What themes do that is unusual: Pelican's has the site's name as h1, the post's title as h2, and footers in articles."""

from __future__ import annotations

from unit.blog.support import COFFEE, TEA, Site, page

LAYOUT = "<h1><a href='../'>Site</a></h1><main>{}</main>"
ARTICLE = "<article><header><h2><a href='{0}.html'>{0}</a></h2></header><p>{1}</p><footer>By hand</footer></article>"
POSTS = {"Tea": TEA, "Coffee": COFFEE}


def test_a_post_s_title_may_be_an_h2_and_its_article_have_a_footer(site: Site) -> None:
    articles = {title: ARTICLE.format(title, text) for title, text in POSTS.items()}
    for title, article in articles.items():
        site.write(f"{title}.html", page(f"Site - {title}", body=LAYOUT.format(article)))
    site.write("index.html", page("All posts", body=LAYOUT.format("".join(articles.values()))))
    assert site.run() == 0
    assert {url: post["title"] for url, post in site.posts().items()} == {
        "Tea.html": "Tea",
        "Coffee.html": "Coffee",
    }
