"""`python -m tests.events`: an example for every event that has none yet. Those that are there are never touched."""

from __future__ import annotations

from tests.events import examples
from tests.events.made_up import made_up, text_of


def main() -> None:
    for kind in examples.PUBLISHED.values():
        if not examples.of(kind):
            examples.folder(kind).mkdir(exist_ok=True)
            path = examples.folder(kind) / f"{kind.type}.json"
            path.write_text(text_of(made_up(kind)) + "\n", encoding="utf-8")
            print(path.relative_to(examples.HERE))


if __name__ == "__main__":
    main()
