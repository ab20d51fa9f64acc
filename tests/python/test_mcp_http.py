"""The ledger for assistants over streamable HTTP, at `/mcp` of `sayso serve`, asked by the official client."""

import asyncio
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess

import pytest
import sayso

mcp = pytest.importorskip("mcp")
streamable = pytest.importorskip("mcp.client.streamable_http")
http = pytest.importorskip("httpx2")

ROOT = pathlib.Path(__file__).parents[2]
FLOOD = sorted((ROOT / "examples" / "flood").glob("*.txt"))
PROGRAM = os.environ.get("SAYSO_PROGRAM") or shutil.which("sayso")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="SAYSO_PROGRAM does not name the program")

HELLO = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
TAKES = {"Accept": "application/json, text/event-stream"}


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "ledger.db"
    with sayso.Ledger(path, create=True) as ledger:
        ledger.add_files(FLOOD)
    return path


@contextlib.contextmanager
def serving(ledger, *options):
    """The address of a server on a ledger."""
    command = [PROGRAM, "serve", "--port", "0", "--by", "desk", "--ledger", str(ledger), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), address
        yield address.rstrip("/")
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0


def asked(address, questions, **headers):
    """What comes of questions to a server."""

    async def ask():
        async with (
            http.AsyncClient(headers=headers, timeout=30) as client,
            streamable.streamable_http_client(address + "/mcp", http_client=client) as streams,
            mcp.ClientSession(streams[0], streams[1]) as session,
        ):
            await session.initialize()
            return await questions(session)

    return asyncio.run(asyncio.wait_for(ask(), 60))


async def answer(session, tool, **given):
    """The structured answer of a tool; the client checks it against the tool's schema."""
    result = await session.call_tool(tool, given)
    assert not result.is_error, result.content
    return result.structured_content


def test_an_assistant_asks_for_a_chain(ledger):
    async def questions(session):
        tools = [tool.name for tool in (await session.list_tools()).tools]
        stories = await answer(session, "stories")
        figures = await answer(session, "figures", story=stories["items"][0]["story"], category="killed")
        chain = await answer(session, "chain", entry=figures["items"][0]["entry"])
        report = (await session.list_resources()).resources[0]
        return tools, chain, await session.read_resource(report.uri)

    with serving(ledger) as address:
        tools, chain, report = asked(address, questions)
    assert tools == ["search", "stories", "story", "figures", "chain", "brief", "read", "who"]
    assert [step["role"] for step in chain["steps"]][0] == "outlet" and chain["steps"][-1]["role"] == "origin"
    assert "untrusted" in chain["notice"] and "untrusted" in report.contents[0].text


def test_what_people_decide_meanwhile_is_seen(ledger):
    async def questions(session):
        before = (await answer(session, "figures"))["items"][0]
        with sayso.Ledger(ledger) as mine:
            mine.decide("correct", before["entry"], by="ida", value={"best": 4321})
        return before, (await answer(session, "figures"))["items"]

    with serving(ledger) as address:
        before, after = asked(address, questions)
    assert before["best"] != 4321 and [f["best"] for f in after if f["entry"] == before["entry"]] == [4321]


def test_nothing_can_be_written(ledger):
    async def questions(session):
        for tool in ("add", "decide"):
            with pytest.raises(mcp.MCPError):
                await session.call_tool(tool, {"text": "Nine people were hurt.", "decision": "accept", "entries": ["1:f0"]})

    with serving(ledger) as address:
        asked(address, questions)
    with sayso.Ledger(ledger) as mine:
        assert mine.decisions() == []


def test_other_sites_and_names_are_refused(ledger):
    with serving(ledger) as address:
        assert http.post(address + "/mcp", json=HELLO, headers=TAKES).status_code == 200
        for wrong in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            assert http.post(address + "/mcp", json=HELLO, headers={**TAKES, **wrong}).status_code == 403, wrong
        large = {**HELLO, "params": {**HELLO["params"], "more": "x" * 300_000}}
        assert http.post(address + "/mcp", json=large, headers=TAKES).status_code == 413


def test_with_users_a_token_is_asked_for(ledger, tmp_path):
    users = tmp_path / "users.tsv"
    made = subprocess.run([PROGRAM, "user", "robot", "--role", "reader", "--token", "--users", str(users)],
                          check=True, capture_output=True, text=True)
    token = made.stdout.split()[-1]

    async def questions(session):
        return await answer(session, "stories")

    with serving(ledger, "--users", str(users)) as address:
        refused = http.post(address + "/mcp", json=HELLO, headers=TAKES)
        assert refused.status_code == 401 and "token" in refused.json()["error"]
        assert asked(address, questions, Authorization=f"Bearer {token}")["items"]
