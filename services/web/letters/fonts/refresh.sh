#!/bin/sh
# Fetches the typeface of the letters anew: Atkinson Hyperlegible Next (SIL Open Font License, see OFL.txt), as the
# static TrueType files that typst reads, and writes down which characters all three faces have.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
package=@expo-google-fonts/atkinson-hyperlegible-next@0.4.1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "$package" >/dev/null
tar xzf ./*.tgz
for face in 400Regular 400Regular_Italic 700Bold; do
    cp "package/$face/AtkinsonHyperlegibleNext_$face.ttf" "$here/"
done
cp package/LICENSE_FONT "$here/OFL.txt"
python3 -m venv env
env/bin/pip --quiet install fonttools
env/bin/python - "$here" <<'PYTHON'
import sys
from pathlib import Path
from fontTools.ttLib import TTFont

folder = Path(sys.argv[1])
faces = [set(TTFont(file).getBestCmap()) for file in sorted(folder.glob("*.ttf"))]
covered = sorted(set.intersection(*faces))
ranges = []
for point in covered:
    if ranges and ranges[-1][1] == point - 1:
        ranges[-1][1] = point
    else:
        ranges.append([point, point])
lines = [f"{first:04x}-{last:04x}" for first, last in ranges]
(folder / "covered.txt").write_text("\n".join(lines) + "\n", encoding="ascii")
PYTHON
chmod 644 "$here"/*.ttf "$here/OFL.txt" "$here/covered.txt"
