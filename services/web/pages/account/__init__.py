"""Pages for everybody: signing in and out, the page about oneself, signing a text, and the administrator's accounts."""

from services.web.pages.account import (
    administer,
    by_email,
    by_password,
    by_provider,
    held,
    help_with,
    invitation,
    mine,
    my_tokens,
    sign,
    sign_in,
    ways_in,
)

ROUTES = (
    *sign_in.ROUTES,
    *by_email.ROUTES,
    *by_password.ROUTES,
    *by_provider.ROUTES,
    *mine.ROUTES,
    *held.ROUTES,
    *ways_in.ROUTES,
    *my_tokens.ROUTES,
    *invitation.ROUTES,
    *help_with.ROUTES,
    *sign.ROUTES,
    *administer.ROUTES,
)
