"""Passkeys: a key in somebody's phone or computer that opens with their finger or a code, bound to our address.

The challenge is ours, used once, and belongs to the browser that asked for it. Only keys that make sure who holds them
(user verification) are taken: a passkey is enough to sign with.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import generate_challenge, parse_authentication_credential_json, parse_client_data_json
from webauthn.helpers.bytes_to_base64url import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.web.signing_in import rate_limits
from services.web.signing_in.begun import Begun
from shared.refused import Refused

ANSWER_MAX = 16_384
PASSKEYS_MAX = 10
VERIFIED = UserVerificationRequirement.REQUIRED


class NoPasskey(Refused):
    """It did not open; whatever was wrong with it is nobody's but ours to know."""

    def __init__(self) -> None:
        super().__init__(
            "Nyckeln gick inte att använda. Försök igen, eller logga in på ett annat sätt.",
            "The passkey could not be used. Try again, or sign in another way.",
        )


class Challenge(msgspec.Struct, frozen=True):
    """For whom: an account's own new or repeated key, or nobody known yet."""

    account: UUID | None


class Passkey(msgspec.Struct, frozen=True):
    credential: bytes
    account: UUID
    public_key: bytes
    sign_count: int


class Passkeys:
    """`url` is the address people know us by. Browsers keep passkeys for names alone, not for numbers."""

    def __init__(self, pool: Any, url: str) -> None:
        self._pool = pool
        self._begun = Begun(pool)
        self._origin = url
        self._name = urlsplit(url).hostname or ""

    @property
    def are_possible(self) -> bool:
        return bool(self._name) and not self._name.replace(".", "").isdigit() and ":" not in self._name

    # A new one

    async def offer(self, account: UUID, shown_name: str, browser: str) -> str:
        """What the browser's script needs to make a key for the account, as JSON. Raises Refused."""
        if len(had := await self.of(account)) >= PASSKEYS_MAX:
            raise Refused("Ta bort en nyckel först.", "Remove a passkey first.")
        challenge = await self._challenge("passkey.new", browser, account)
        options = generate_registration_options(
            rp_id=self._name,
            rp_name="Bifall",
            user_id=account.bytes,
            user_name=shown_name,
            user_display_name=shown_name,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(one) for one in had],
        )
        return options_to_json(options)

    async def add(self, account: UUID, answer: str, browser: str) -> None:
        """Raises NoPasskey."""
        challenge = await self._answered("passkey.new", answer, browser, account)
        try:
            new = verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._name,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise NoPasskey from error
        added = await self._pool.execute(
            "insert into passkey (credential, account, public_key, sign_count) values ($1, $2, $3, $4)"
            " on conflict do nothing",
            new.credential_id,
            account,
            new.credential_public_key,
            new.sign_count,
        )
        if not added.endswith(" 1"):
            raise NoPasskey

    # Using one

    async def ask(self, browser: str, account: UUID | None = None) -> str:
        """What the script needs to use a key, as JSON: any key, or one of the account's."""
        challenge = await self._challenge("passkey", browser, account)
        allowed = [] if account is None else [PublicKeyCredentialDescriptor(one) for one in await self.of(account)]
        options = generate_authentication_options(
            rp_id=self._name, challenge=challenge, allow_credentials=allowed, user_verification=VERIFIED
        )
        return options_to_json(options)

    async def use(self, answer: str, browser: str, network: bytes, account: UUID | None = None) -> UUID:
        """Whose key it is. `account`: it has to be this one's. Raises NoPasskey, TooMany."""
        await rate_limits.count(self._pool, ("passkey.network", network))
        challenge = await self._answered("passkey", answer, browser, account)
        try:
            credential = parse_authentication_credential_json(answer)
            known = await self._known(credential.raw_id)
            if known is None or account not in (None, known.account):
                raise NoPasskey
            used = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._name,
                expected_origin=self._origin,
                credential_public_key=known.public_key,
                credential_current_sign_count=known.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise NoPasskey from error
        await self._pool.execute(
            "update passkey set sign_count = $2, used_at = clock_timestamp() where credential = $1",
            known.credential,
            used.new_sign_count,
        )
        return known.account

    # Those there are

    async def of(self, account: UUID) -> list[bytes]:
        rows = await self._pool.fetch("select credential from passkey where account = $1 order by made_at", account)
        return [row["credential"] for row in rows]

    async def remove(self, account: UUID, credential: bytes) -> None:
        await self._pool.execute("delete from passkey where account = $1 and credential = $2", account, credential)

    async def _known(self, credential: bytes) -> Passkey | None:
        row = await self._pool.fetchrow(
            "select credential, account, public_key, sign_count from passkey where credential = $1", credential
        )
        return None if row is None else Passkey(*row)

    async def _challenge(self, kind: str, browser: str, account: UUID | None) -> bytes:
        challenge = generate_challenge()
        await self._begun.keep(kind, bytes_to_base64url(challenge), browser, Challenge(account))
        return challenge

    async def _answered(self, kind: str, answer: str, browser: str, account: UUID | None) -> bytes:
        """The challenge that the answer is to: one of ours, to this browser, for this account, not answered before.
        Raises NoPasskey."""
        if len(answer) > ANSWER_MAX:
            raise NoPasskey
        try:
            data = msgspec.json.decode(answer, type=_Answer).response.client_data()
            challenge = parse_client_data_json(data).challenge
        except (WebAuthnException, msgspec.MsgspecError, ValueError, KeyError, TypeError) as error:
            raise NoPasskey from error
        begun = await self._begun.take(kind, bytes_to_base64url(challenge), browser, Challenge)
        if begun is None or begun.account != account:
            raise NoPasskey
        return challenge


class _Response(msgspec.Struct, frozen=True):
    clientDataJSON: str  # noqa: N815 - the standard's own name

    def client_data(self) -> bytes:
        from webauthn.helpers import base64url_to_bytes

        return base64url_to_bytes(self.clientDataJSON)


class _Answer(msgspec.Struct, frozen=True):
    response: _Response
