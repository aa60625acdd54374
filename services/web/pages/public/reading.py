"""Pages that only tell: how it works, who answers for what, personal data, accessibility, the source."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from litestar import MediaType, Response, get

from services.web.pages.public.glossary import explained
from services.web.site.caller import Caller
from services.web.site.rendering import static_files
from shared.refused import Unknown

ROBOTS = """User-agent: *
Allow: /$
Allow: /calls
Allow: /how-it-works
Allow: /past-grants
Allow: /accessibility
Allow: /privacy
Allow: /about
Allow: /help
Allow: /words
Allow: /static/
Disallow: /
"""
"""What is for everybody may be found; what needs an account is nobody's to index."""
MARK = "mark.svg"
KEPT_A_DAY = "public, max-age=86400"
NO_PAGE = {"Cache-Control": KEPT_A_DAY, "X-Content-Type-Options": "nosniff"}


def installed_version() -> str:
    try:
        return version("bifall")
    except PackageNotFoundError:  # run from a folder that was never installed
        return ""


@get("/how-it-works", name="page_how_it_works")
async def how_it_works_page(caller: Caller) -> Response[Any]:
    return caller.page("public/how_it_works.html")


@get("/help", name="page_help")
async def help_page(caller: Caller) -> Response[Any]:
    return caller.page("public/help.html")


@get("/words", name="page_words")
async def words_page(caller: Caller) -> Response[Any]:
    return caller.page("public/words.html", words=explained(caller.language))


@get("/privacy", name="page_privacy")
async def privacy_page(caller: Caller) -> Response[Any]:
    return caller.page("public/privacy.html")


@get("/about", name="page_about")
async def about_page(caller: Caller) -> Response[Any]:
    return caller.page("public/about.html", version=installed_version(), licences=static_files().address("LICENCES.md"))


@get("/source", name="page_source")
async def source_page(caller: Caller) -> Response[Any]:
    """What the foot of every page calls it."""
    return caller.goes_on("/about")


@get("/robots.txt", name="robots", media_type=MediaType.TEXT)
async def robots() -> Response[str]:
    return Response(ROBOTS, media_type=MediaType.TEXT, headers=dict(NO_PAGE))


@get("/favicon.ico", name="favicon")
async def favicon() -> Response[bytes]:
    """For browsers that ask without having read a page."""
    file = static_files().files.get(MARK)
    if file is None:
        raise Unknown
    return Response(file.content, media_type=file.media_type, headers=dict(NO_PAGE))


ROUTES = (how_it_works_page, help_page, words_page, privacy_page, about_page, source_page, robots, favicon)
