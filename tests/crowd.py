"""Signed-in readers at one server, asking for a while; in between an editor adds a document.

`PYTHONPATH=.:tests python tests/crowd.py --readers 50 --seconds 600` starts a provider and a
server of its own on the checkout's index and prints what it saw as JSON; it ends with 1 when
anything went wrong. Each reader waits a few seconds between two questions, as people do.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from company import company, copied, free_port, provider, running, sign_in
from page_index import real_index
from small_corpus import NEW_DEPOSITS

#: questions of which each reader asks some, and words of the clause that answers
ASKED = (
    ("Are drills and grinding wheels expendable materials?", "abrasive tools"),
    ("Which codes apply when finished products leave the control area?", "5100"),
    ("When must domestic sales duties of the previous month be paid?", "15th day"),
    ("What does item 1 of GACC Announcement No. 68 of 2016 say?", "commissioned processing"),
    ("What does item 9 of GACC Announcement No. 67 of 2016 say?", "enter into force"),
)
#: seconds between two questions of one reader
_THINKING = (4.0, 12.0)


class Crowd:
    def __init__(self, url: str, seconds: float) -> None:
        self._url = url
        self._until = time.monotonic() + seconds
        self.took: list[float] = []
        self.errors: list[str] = []

    async def reader(self, cookies: dict[str, str], number: int) -> None:
        chance = random.Random(number)
        asked: list[str] = []
        where: str | None = None
        origin = {"Origin": self._url}
        async with httpx.AsyncClient(base_url=self._url, cookies=cookies, headers=origin, timeout=120) as client:  # fmt: skip
            await asyncio.sleep(chance.uniform(0, _THINKING[1]))
            while time.monotonic() < self._until:
                question, words = ASKED[chance.randrange(len(ASKED))]
                asked.append(question)
                path = f"/api/v1/conversations{f'/{where}/questions' if where else ''}"
                began = time.perf_counter()
                try:
                    told = await client.post(path, json={"question": question})
                    self.took.append(time.perf_counter() - began)
                    where = self._check(number, told, asked, words) or where
                except httpx.HTTPError as error:
                    self.errors.append(f"reader {number}: {type(error).__name__}")
                await asyncio.sleep(chance.uniform(*_THINKING))
            listed = (await client.get("/api/v1/conversations")).json()["conversations"]
            if [one["id"] for one in listed] != ([where] if where else []):
                self.errors.append(f"reader {number} sees conversations of others")

    def _check(self, number: int, told: httpx.Response, asked: list[str], words: str) -> str | None:
        if told.status_code != 201:
            self.errors.append(f"reader {number}: {told.status_code} {told.text[:200]}")
            asked.pop()
            return None
        body: dict[str, Any] = told.json()
        if [turn["question"] for turn in body["turns"]] != asked:
            self.errors.append(f"reader {number}: another conversation")
        if words not in json.dumps(body["turns"][-1]["answer"]["citations"]):
            self.errors.append(f"reader {number}: the answer to “{asked[-1]}” lacks “{words}”")
        return str(body["id"])

    async def editor(self, cookies: dict[str, str], after: float) -> float:
        """Seconds that adding a document took."""
        await asyncio.sleep(after)
        origin = {"Origin": self._url}
        began = time.perf_counter()
        async with httpx.AsyncClient(base_url=self._url, cookies=cookies, headers=origin, timeout=300) as client:  # fmt: skip
            octets = {"Content-Type": "application/octet-stream"}
            read = await client.post(
                "/api/v1/corpus/files",
                params={"name": "n.txt"},
                content=NEW_DEPOSITS,
                headers=octets,
            )
            card = await self._ended(client, read.json()["job"])
            entry = card["result"]["files"][0]["entry"]
            chosen = {"documents": [{"upload": read.json()["upload"], "entry": entry}]}
            added = await client.post("/api/v1/corpus/documents", json=chosen)
            card = await self._ended(client, added.json()["job"])
            if card["state"] != "done":
                self.errors.append(f"the document was not added: {card}")
            asked = await client.post("/api/v1/ask", json={"question": "What deposit does an exhibitor pay?"})  # fmt: skip
            if "4,500" not in asked.text:
                self.errors.append("the new document does not answer")
        return time.perf_counter() - began

    async def _ended(self, client: httpx.AsyncClient, job: str) -> dict[str, Any]:
        while True:
            card: dict[str, Any] = (await client.get(f"/api/v1/corpus/jobs/{job}")).json()
            if card["state"] != "running":
                return card
            await asyncio.sleep(1)


def cookies_of(url: str, issuer: str, person: str, role: str) -> dict[str, str]:
    claims = {"name": person, "roles": [role]}
    httpx.put(f"{issuer}/users/{person}", json=claims).raise_for_status()
    with httpx.Client(base_url=url, timeout=60) as client:
        assert sign_in(client, person).status_code == 200
        return dict(client.cookies)


async def crowd(url: str, issuer: str, readers: int, seconds: float) -> dict[str, Any]:
    people = [cookies_of(url, issuer, f"reader-{n}", "reader") for n in range(readers)]
    editor = cookies_of(url, issuer, "the-editor", "editor")
    with httpx.Client(
        base_url=url, cookies=people[0], headers={"Origin": url}, timeout=300
    ) as first:
        for question in ("Are drills expendable?", "哪些材料属于消耗性材料？"):
            first.post("/api/v1/ask", json={"question": question}).raise_for_status()
    found = Crowd(url, seconds)
    ingest, *_ = await asyncio.gather(
        found.editor(editor, seconds / 3),
        *(found.reader(cookies, n) for n, cookies in enumerate(people)),
    )
    cuts = statistics.quantiles(found.took, n=100)
    return {
        "readers": readers,
        "seconds": seconds,
        "answers": len(found.took),
        "median_s": round(cuts[49], 3),
        "p95_s": round(cuts[94], 3),
        "slowest_s": round(max(found.took), 3),
        "ingest_s": round(ingest, 1),
        "errors": found.errors,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=600)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, provider() as issuer:
        own = copied(real_index(), Path(folder) / "own")
        port = free_port()
        settings = company(own, Path(folder) / "company", port, issuer)
        with running(settings, port):
            url = f"http://127.0.0.1:{port}"
            told = asyncio.run(crowd(url, issuer, chosen.readers, chosen.seconds))
    print(json.dumps(told, indent=1))
    sys.exit(1 if told["errors"] else 0)


if __name__ == "__main__":
    main()
