"""What an auditor takes along: a sample's page, and the pages that lie in a package, read from a folder by anybody."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from playwright.async_api import Browser

from tests.pages.findings import findings
from tests.pages.street import tab
from tests.system.running import RunningHouse

TOO_EARLY = 409
SAMPLED, PACKAGES = "**/audit/samples/*", "a[href$='/trail.zip']"


async def test_a8_a_sample_and_the_pages_of_a_package_can_be_read_by_everybody(
    house: RunningHouse, browser: Browser, tmp_path: Path
) -> None:
    auditor = await tab(browser, house.url, "auditor", language="en")
    await auditor.open("/audit/questions")
    await auditor.page.fill("#size", "2")
    await auditor.page.get_by_role("button", name="Draw cases").click()
    await auditor.page.wait_for_url(SAMPLED)
    while not await auditor.page.locator(PACKAGES).count():
        await auditor.page.reload()  # audit hears of it in its own time, and whoever is too early is told to look again
    wrong = [f"sample: {one}" for one in await findings(auditor)]
    package = await auditor.page.locator(PACKAGES).first.get_attribute("href")
    answer = await auditor.context.request.get(f"{house.url}{package}")
    while answer.status == TOO_EARLY:  # the signer signs within a minute
        answer = await auditor.context.request.get(f"{house.url}{package}")
    assert answer.status == 200
    zipfile.ZipFile(io.BytesIO(await answer.body())).extractall(tmp_path)

    for page in ("trail.sv.html", "trail.en.html"):
        await auditor.page.goto((tmp_path / page).as_uri())
        assert await auditor.page.locator("main h1").count() == 1, page
        wrong += [f"{page}: {one}" for one in await findings(auditor)]
    await auditor.close()

    assert "\n".join(wrong) == ""
