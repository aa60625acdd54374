"""`python -m infra.broker DIR`: print the broker's configuration for the secrets in DIR, made if they are not there."""

from __future__ import annotations

import sys
from pathlib import Path

from infra.secrets import make_secrets

if len(sys.argv) != 2:
    print("Usage: python -m infra.broker DIR\nExample: python -m infra.broker ./secrets", file=sys.stderr)
    raise SystemExit(2)
print(make_secrets(Path(sys.argv[1])).path("nats.conf").read_text(encoding="utf-8"), end="")
