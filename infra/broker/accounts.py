"""Who may say what to the broker, as accounts whose walls the broker keeps.

Each stream lives in an account of its own that nobody can log in to; each service, and the keeper, has an account
without any stream. Between them lies only what `calls_on` lists, and that list is the whole of the permissions: a
service may publish its own facts, ask for its stream to be rebuilt, look at its own stream, read those it hears, and
tell the keeper what it finds missing there. Only the keeper may create, update and delete streams. Replies come to an
inbox nobody else can listen to.

One account for all, with the same permissions per user, would not do. The broker checks what a client publishes to, but
not where the client asks the *answer* to be sent, so a service could have another's event, or the broker's own answer,
delivered into a third service's stream (`tests/service/test_broker_permissions.py` shows it). An answer that crosses a
wall can only come back to the account that asked.

Clients use JetStream's ordinary subjects (`$JS.API.…`). The broker answers those in every account for itself, so they
are mapped to a name of the stream's account (`review_stream.…`) first; permissions are checked on that name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from infra.estate import KEEPER, ServiceEstate

JETSTREAM = "$JS.API."
CONSUMERS_MAX = 256  # per stream; a reader has one at a time, and what it leaves behind expires
STREAMS_MAX = 1

KEEPER_VERBS = ("CREATE", "UPDATE", "DELETE", "MSG.GET")
HEARER_VERBS = ("CREATE", "INFO", "DELETE")


@dataclass(frozen=True)
class Call:
    """One subject that may cross a wall: into which account, under which name there, and from which accounts."""

    account: str
    subject: str
    callers: tuple[str, ...]
    answers: str = "singleton"

    @property
    def name_outside(self) -> str:
        """What the callers' accounts call it, and what their permissions are about."""
        if self.subject.startswith(JETSTREAM):
            return f"{self.account}.{self.subject.removeprefix(JETSTREAM)}"
        return self.subject


def stream_account(stream: str) -> str:
    return f"{stream}_stream"


def calls_on(service: ServiceEstate, estate: Sequence[ServiceEstate]) -> list[Call]:
    """Everything anybody may ask of a service's streams, and the service of the keeper."""
    hearers = tuple(other.name for other in estate if service.name in other.hears)
    calls = [Call(KEEPER, f"rebuild.{service.name}", (service.name,)), Call(KEEPER, f"missing.{service.name}", hearers)]
    for stream in service.streams:
        account = stream_account(stream)
        calls.append(Call(account, f"{stream}.>", (service.name,)))
        calls.append(Call(account, f"{JETSTREAM}STREAM.INFO.{stream}", (KEEPER, service.name, *hearers)))
        calls += [Call(account, f"{JETSTREAM}STREAM.{verb}.{stream}", (KEEPER,)) for verb in KEEPER_VERBS]
        calls += [Call(account, f"{JETSTREAM}CONSUMER.{verb}.{stream}.>", hearers) for verb in HEARER_VERBS]
        calls.append(Call(account, f"{JETSTREAM}CONSUMER.MSG.NEXT.{stream}.>", hearers, answers="stream"))
    return [call for call in calls if call.callers]


def accounts_block(estate: Sequence[ServiceEstate], passwords: Mapping[str, str]) -> str:
    """The `accounts` part of the broker's configuration; `passwords` is by broker user."""
    calls = [call for service in estate for call in calls_on(service, estate)]
    users = [KEEPER, *(service.name for service in estate)]
    streams = [stream_account(stream) for service in estate for stream in service.streams]
    lines = ["accounts: {"]
    for account in streams:
        lines += [f"  {account}: {{", *_jetstream(), *_exports(account, calls), "  }"]
    for user in users:
        lines += [f"  {user}: {{", *_user(user, passwords[user], calls), *_exports(user, calls)]
        lines += [*_imports(user, calls), "  }"]
    lines += ["  SYS: {", "  }", "}", "system_account: SYS", ""]
    return "\n".join(lines)


def _jetstream() -> list[str]:
    return ["    jetstream: {", f"      max_streams: {STREAMS_MAX}", f"      max_consumers: {CONSUMERS_MAX}", "    }"]


def _user(user: str, password: str, calls: Sequence[Call]) -> list[str]:
    publish = [call.name_outside for call in calls if user in call.callers]
    subscribe = [f"_INBOX_{user}.>"]
    if user == KEEPER:
        subscribe += ["rebuild.*", "missing.*"]
        publish += ["_R_.>"]  # one-time names by which an answer goes back through the wall to whoever asked
    return [
        "    users: [",
        "      {",
        f'        user: "{user}"',
        f'        password: "{password}"',
        "        permissions: {",
        f"          publish: {{\n            allow: {_list(publish)}\n          }}",
        f"          subscribe: {{\n            allow: {_list(subscribe)}\n          }}",
        "        }",
        "      }",
        "    ]",
    ]


def _exports(account: str, calls: Sequence[Call]) -> list[str]:
    lines = ["    exports: ["]
    for call in calls:
        if call.account == account:
            lines += ["      {", f'        service: "{call.subject}"', f"        accounts: {_list(call.callers)}"]
            lines += [f"        response_type: {call.answers}", "      }"]
    return [*lines, "    ]"]


def _imports(account: str, calls: Sequence[Call]) -> list[str]:
    imported = [call for call in calls if account in call.callers]
    lines = ["    imports: ["]
    for call in imported:
        lines += ["      {", "        service: {", f"          account: {call.account}"]
        lines += [f'          subject: "{call.subject}"', "        }"]
        lines += [f'        to: "{call.name_outside}"'] if call.name_outside != call.subject else []
        lines += ["      }"]
    lines += ["    ]", "    mappings: {"]
    mapped = [call for call in imported if call.name_outside != call.subject]
    lines += [f'      "{call.subject}": "{call.name_outside}"' for call in mapped]
    return [*lines, "    }"]


def _list(names: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"
