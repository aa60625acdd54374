"""Who may say what to the broker.

Only the keeper may create, update and delete streams. A service may publish its own facts, ask for its stream to be
rebuilt, and read the streams it hears; its replies come to an inbox nobody else can listen to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from infra.estate import KEEPER, ServiceEstate

ACCOUNT = "BIFALL"
CONSUMER_CALLS = ("CREATE", "INFO", "DELETE", "MSG.NEXT")
STREAM_CALLS = ("CREATE", "UPDATE", "DELETE", "INFO")


def accounts_block(estate: Sequence[ServiceEstate], passwords: Mapping[str, str]) -> str:
    """The `accounts` part of the broker's configuration; `passwords` is by broker user."""
    users = [_user(KEEPER, passwords[KEEPER], keeper_may_publish(estate), keeper_may_subscribe(estate))]
    users += [
        _user(service.name, passwords[service.name], service_may_publish(service), [f"_INBOX_{service.name}.>"])
        for service in estate
    ]
    return (
        "accounts: {\n"
        f"  {ACCOUNT}: {{\n"
        "    jetstream: enabled\n"
        "    users: [\n" + "".join(users) + "    ]\n"
        "  }\n"
        "  SYS: {\n"
        "  }\n"
        "}\n"
        "system_account: SYS\n"
    )


def service_may_publish(service: ServiceEstate) -> list[str]:
    """Its facts, its plea for a rebuild, and what reading the streams it hears takes."""
    subjects = [f"{stream}.>" for stream in service.streams]
    subjects += [f"rebuild.{service.name}", f"$JS.API.STREAM.INFO.{service.name}"]
    for source in service.hears:
        subjects.append(f"$JS.API.STREAM.INFO.{source}")
        subjects += [f"$JS.API.CONSUMER.{call}.{source}.>" for call in CONSUMER_CALLS]
    return subjects


def keeper_may_publish(estate: Sequence[ServiceEstate]) -> list[str]:
    """The life of the streams, and answers to whoever asked for a rebuild; no fact of anybody's."""
    streams = [stream for service in estate for stream in service.streams]
    subjects = [f"$JS.API.STREAM.{call}.{stream}" for stream in streams for call in STREAM_CALLS]
    return subjects + [f"_INBOX_{service.name}.>" for service in estate]


def keeper_may_subscribe(estate: Sequence[ServiceEstate]) -> list[str]:
    return [f"_INBOX_{KEEPER}.>", "rebuild.*"]


def _user(name: str, password: str, publish: Sequence[str], subscribe: Sequence[str]) -> str:
    return (
        "      {\n"
        f'        user: "{name}"\n'
        f'        password: "{password}"\n'
        "        permissions: {\n"
        f"          publish: {{\n            allow: {_list(publish)}\n          }}\n"
        f"          subscribe: {{\n            allow: {_list(subscribe)}\n          }}\n"
        "        }\n"
        "      }\n"
    )


def _list(subjects: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{subject}"' for subject in subjects) + "]"
