"""How often somebody may try: counted in the database, so that all replicas count together.

By account or address, which slows down guessing at one person; and by network, which slows down trying many. Both are
keyed digests. A count begins with the first try and is forgotten when its time is over.
"""

from __future__ import annotations

from typing import Any

import msgspec

from shared.refused import Refused
from shared.words import Text

MINUTE_S = 60
HOUR_S = 3_600
DAY_S = 86_400


class Limit(msgspec.Struct, frozen=True):
    times: int
    within_s: int


LIMITS: dict[str, Limit] = {
    "code.address": Limit(5, HOUR_S),
    "code.address.day": Limit(10, DAY_S),
    "code.network": Limit(30, HOUR_S),
    "code.tried.network": Limit(60, HOUR_S),
    "password.account": Limit(10, 15 * MINUTE_S),
    "password.account.day": Limit(50, DAY_S),
    "password.network": Limit(60, 15 * MINUTE_S),
    "passkey.network": Limit(60, 15 * MINUTE_S),
    "passkey.asked": Limit(600, 15 * MINUTE_S),
    "provider.network": Limit(60, 15 * MINUTE_S),
    "invitation.network": Limit(60, HOUR_S),
    "invitation.sent": Limit(50, HOUR_S),
    "signing.account": Limit(10, 15 * MINUTE_S),
    "signing.letter": Limit(5, DAY_S),
    "feedback.network": Limit(10, HOUR_S),
    "token.made": Limit(20, HOUR_S),
}
"""Each by what is tried and by whom it is counted."""

COUNT = """
insert into attempt as had (what, who, opened_at, times)
select what, who, clock_timestamp(), 1 from unnest($1::text[], $2::bytea[]) as asked (what, who) order by what, who
on conflict (what, who) do update set
    times = case when had.opened_at < clock_timestamp() - make_interval(secs => ($3::jsonb ->> had.what)::integer)
        then 1 else least(had.times + 1, 1000000) end,
    opened_at = case when had.opened_at < clock_timestamp() - make_interval(secs => ($3::jsonb ->> had.what)::integer)
        then clock_timestamp() else had.opened_at end
returning what, times, extract(epoch from clock_timestamp() - opened_at)::integer as open_s
"""

FORGET = """
delete from attempt where (what, who) in (
    select what, who from attempt where opened_at < clock_timestamp() - make_interval(secs => $1)
    limit 20 for update skip locked
)
"""


class TooMany(Refused):
    """`again_s`: how long until it is worth trying again."""

    status = 429
    title = Text("Vänta en stund", "Wait a while")

    def __init__(self, again_s: int) -> None:
        self.again_s = max(1, again_s)
        minutes = -(-self.again_s // MINUTE_S)
        sv, en = f"{minutes} minuter", f"{minutes} minutes"
        if minutes == 1:
            sv, en = "en minut", "a minute"
        elif minutes > 2 * MINUTE_S:
            hours = -(-minutes // MINUTE_S)
            sv, en = f"{hours} timmar", f"{hours} hours"
        super().__init__(
            f"Det har varit många försök på kort tid. Vänta {sv} och försök igen. Inget är förlorat.",
            f"There have been many attempts in a short time. Wait {en} and try again. Nothing is lost.",
        )


async def count(pool: Any, *tries: tuple[str, bytes]) -> None:
    """Counts one try against each limit named. Raises TooMany where one of them is used up."""
    await pool.execute(FORGET, DAY_S)
    names = [what for what, _ in tries]
    lengths = msgspec.json.encode({what: LIMITS[what].within_s for what in names}).decode()
    rows = await pool.fetch(COUNT, names, [who for _, who in tries], lengths)
    waits = [LIMITS[row["what"]].within_s - row["open_s"] for row in rows if row["times"] > LIMITS[row["what"]].times]
    if waits:
        raise TooMany(max(waits))


async def forgive(pool: Any, what: str, who: bytes) -> None:
    """The person has shown who they are: their earlier mistakes count no more."""
    await pool.execute("delete from attempt where what = $1 and who = $2", what, who)
