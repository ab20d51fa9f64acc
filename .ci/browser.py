#!/usr/bin/env python3
"""Goes through `sayso serve` in a real Chromium, by way of chromedriver; needs nothing but the standard library.

    .ci/browser.py SAYSO [--pictures FOLDER] [--axe FILE]

SAYSO is the program. A ledger is made of examples/flood in a scratch folder and thrown away. With --pictures every page is
drawn into FOLDER. With --axe FILE (axe.min.js of the npm package axe-core) every page is checked for what keeps people out.
"""

import argparse
import base64
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER, TAB, ESCAPE = "\ue007", "\ue004", "\ue00c"


class Browser:
    """One window of Chromium."""

    def __init__(self, driver, scratch, *, width=1280, height=900, dark=False, calm=False, script=True):
        self.driver = driver
        arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                     f"--window-size={width},{height}", f"--user-data-dir={tempfile.mkdtemp(dir=scratch)}"]
        if calm:
            arguments.append("--force-prefers-reduced-motion")
        if dark:
            arguments.append("--force-dark-mode")
        options = {"args": arguments, "binary": shutil.which("chromium") or shutil.which("google-chrome")}
        if not script:
            options["prefs"] = {"profile.managed_default_content_settings.javascript": 2}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = f"/session/{made['sessionId']}"
        # Headless windows do not become narrower than 500 pixels by themselves.
        self.devtools("Emulation.setDeviceMetricsOverride",
                      {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                    {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"}]
        self.devtools("Emulation.setEmulatedMedia", {"features": features})

    def call(self, method, path, body=None):
        data = json.dumps(body if body is not None else {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.driver + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {json.load(error)['value'].get('message', '')[:600]}") from None

    def devtools(self, command, parameters):
        return self.call("POST", self.session + "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, address):
        self.call("POST", self.session + "/url", {"url": address})

    def address(self):
        return self.call("GET", self.session + "/url")

    def run(self, script, *arguments):
        return self.call("POST", self.session + "/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector):
        return self.call("POST", self.session + "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def count(self, selector):
        return len(self.call("POST", self.session + "/elements", {"using": "css selector", "value": selector}))

    def text(self, selector="body"):
        return self.call("GET", f"{self.session}/element/{self.find(selector)}/text")

    def click(self, selector):
        self.call("POST", f"{self.session}/element/{self.find(selector)}/click")

    def write(self, selector, text):
        element = self.find(selector)
        self.call("POST", f"{self.session}/element/{element}/clear")
        self.call("POST", f"{self.session}/element/{element}/value", {"text": text})

    def press(self, keys):
        actions = [action for key in keys for action in ({"type": "keyDown", "value": key}, {"type": "keyUp", "value": key})]
        self.call("POST", self.session + "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def wait(self, what, script):
        for _ in range(100):
            try:
                if self.run(script):
                    return
            except AssertionError:
                pass  # The page is just being left.
            time.sleep(0.05)
        raise AssertionError(f"{what} did not come; the page is {self.address()}")

    def picture(self, path):
        width, height = self.run("const all = document.documentElement; return [all.clientWidth, all.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, 2600), "scale": 1}
        drawn = self.devtools("Page.captureScreenshot",
                              {"format": "webp", "quality": 60, "captureBeyondViewport": True, "clip": clip})
        pathlib.Path(path).write_bytes(base64.b64decode(drawn["data"]))

    def complaints(self):
        """What the browser had to say: scripts and styles that the page's policy forbids, errors."""
        said = self.call("POST", self.session + "/se/log", {"type": "browser"})
        return [line["message"] for line in said if line["level"] in ("SEVERE", "WARNING")]

    def close(self):
        self.call("DELETE", self.session)


class Server:
    """`sayso serve` on a ledger of the example."""

    def __init__(self, sayso, scratch):
        self.sayso = sayso
        self.ledger = str(pathlib.Path(scratch) / "ledger.db")
        reports = sorted(str(path) for path in (ROOT / "examples" / "flood").glob("*.txt"))
        subprocess.run([sayso, "add", "--ledger", self.ledger, *reports], check=True, capture_output=True)
        self.process = subprocess.Popen([sayso, "serve", "--ledger", self.ledger, "--port", "0", "--by", "desk"],
                                        stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip().rstrip("/")
        assert self.address.startswith("http://127.0.0.1:"), self.address

    def command(self, *arguments):
        done = subprocess.run([self.sayso, *arguments, "--ledger", self.ledger], check=True, capture_output=True, text=True)
        return done.stdout

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=15)


PAGES = ["/", "/story/1", "/story/1/speakers", "/report/1", "/report/1?correct=f0#f0", "/figures", "/queue", "/speakers",
         "/speaker?name=Civil%20Defence%20Agency", "/search?q=dam", "/audit", "/export", "/words", "/api/v1"]


def name_of(path):
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "stories"


def whole_way(server, browser):
    """From the list of stories to a corrected figure in the brief that the command line prints."""
    browser.open(server.address + "/")
    browser.click("td a[href^='/story/']")
    assert "Who says how many" in browser.text()
    browser.click("section.brief a.mark")
    assert browser.count("mark#mark") == 1, "the line leads to its words"
    found = json.loads(server.command("figures", "--json").splitlines()[0])
    entry = f"f{found['figure']}" if isinstance(found["figure"], int) else found["figure"]
    report = found["report"]
    browser.open(f"{server.address}/report/{report}?correct={entry}#{entry}")
    browser.write(f"#{entry} form.fields input[name='field.best']", "4321")
    browser.write(f"#{entry} form.fields input[name='field.low']", "")
    browser.write(f"#{entry} form.fields input[name='note']", "the agency says so")
    browser.click(f"#{entry} form.fields button[value='correct']")
    browser.wait("the corrected entry", f"return document.querySelector('#{entry} .decided') !== null")
    assert "the agency says so" in browser.text(f"#{entry}")
    browser.open(server.address + "/audit")
    assert "4321" in browser.text("table")
    brief = server.command("brief", "1")
    assert "4321" in brief, "the correction is in the brief of the command line\n" + brief


def two_reviewers(server, browser, other):
    """Whoever has not seen what the other has decided decides nothing over it."""
    for one in (browser, other):
        one.open(server.address + "/report/2")
    browser.click("#f0 button[value='accept']")
    browser.wait("the accepted entry", "return document.querySelector('#f0 .decided') !== null")
    other.click("#f0 button[value='reject']")
    other.wait("the refusal", "return document.querySelector('p.failed') !== null")
    assert "has decided about 2:f0" in other.text("p.failed")


def keyboard(server, browser):
    """Accepting, undoing, correcting, adding and asking for help without a mouse."""
    browser.open(server.address + "/report/3")
    browser.press("j")
    first = browser.run("return document.activeElement.id")
    assert first, "an entry is chosen"
    browser.press("jk")
    assert browser.run("return document.activeElement.id") == first
    browser.press("a")
    browser.wait("the accepted entry", f"return document.querySelector('#{first} .decided') !== null")
    browser.press("u")
    browser.wait("the entry without a decision",
                 f"return document.readyState === 'complete' && document.querySelector('#{first} .decided') === null")
    browser.press("c")
    browser.wait("the form", f"return document.querySelector('#{first} form.fields') !== null")
    browser.press(ESCAPE)
    browser.press("?")
    browser.wait("the help", "return document.querySelector('dialog.help[open]') !== null")
    browser.press(ESCAPE)
    # Words selected in the text go into the form by which an entry is added.
    chosen = browser.run("""
        const walker = document.createTreeWalker(document.querySelector('article.text .words'), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode;
            const found = /[A-Za-z]{6,}/.exec(node.data);
            if (found) {
                const range = document.createRange();
                range.setStart(node, found.index);
                range.setEnd(node, found.index + found[0].length);
                getSelection().removeAllRanges();
                getSelection().addRange(range);
                return found[0];
            }
        }""")
    browser.press("f")
    assert browser.run("return document.querySelector('details.add[open] input[name=words]').value") == chosen
    # Only with the keyboard: the first stop leads past the navigation.
    browser.open(server.address + "/")
    browser.press(TAB + ENTER)
    browser.wait("the content", "return location.hash === '#content'")


def narrow(server, browser, pages):
    """Nothing sticks out on a telephone but what can be scrolled."""
    for path in pages:
        browser.open(server.address + path)
        wide = browser.run("return document.documentElement.scrollWidth")
        assert wide <= 360, f"{path} is {wide} pixels wide on a telephone"


def without_script(server, browser):
    """Everything is there and can be decided."""
    browser.open(server.address + "/report/4")
    browser.click("#f0 button[value='accept']")
    assert browser.count("#f0 .decided") == 1
    browser.click("#f0 form.undo button")
    assert browser.count("#f0 .decided") == 0


def accessible(server, browser, pages, axe):
    """axe-core finds nothing serious."""
    source = pathlib.Path(axe).read_text(encoding="utf-8")
    wrong = []
    for path in pages:
        browser.open(server.address + path)
        browser.run(source + "\nwindow.axe = axe;")
        found = browser.call("POST", browser.session + "/execute/async", {"args": [], "script": """
            const done = arguments[arguments.length - 1];
            axe.run(document, {resultTypes: ['violations']}).then(
                (result) => done(result.violations.filter((v) => ['serious', 'critical'].includes(v.impact))
                    .map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ') +
                        ' ' + (v.nodes[0].any[0] || v.nodes[0].all[0] || v.nodes[0].none[0] || {}).message)),
                (error) => done(['axe: ' + error]));"""})
        wrong += [f"{path}: {line}" for line in found]
    assert not wrong, "\n" + "\n".join(wrong)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("sayso")
    arguments.add_argument("--pictures")
    arguments.add_argument("--axe")
    asked = arguments.parse_args()
    scratch = tempfile.mkdtemp(prefix="sayso-browser-")
    driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
    port = None
    for line in driver.stdout:
        if found := re.search(r"started successfully on port (\d+)", line):
            port = found[1]
            break
    at = f"http://127.0.0.1:{port}"
    server = Server(os.path.abspath(asked.sayso), scratch)
    failed = []

    def check(name, test, *browsers):
        begun = time.monotonic()
        try:
            test(*browsers)
            for browser in browsers:
                # A refused decision and a missing page are answers, which Chromium logs as errors.
                said = [line for line in browser.complaints() if "status of 4" not in line]
                assert not said, said
            print(f"  {name}: {time.monotonic() - begun:.1f} s", flush=True)
        except Exception as error:  # Each of the others is still tried.
            failed.append(name)
            print(f"  {name}: FAILED: {type(error).__name__} {error}", flush=True)

    try:
        plain = Browser(at, scratch)
        check("whole way", lambda b: whole_way(server, b), plain)
        other = Browser(at, scratch, calm=True)
        check("two reviewers", lambda a, b: two_reviewers(server, a, b), plain, other)
        check("keyboard only, reduced motion", lambda b: keyboard(server, b), other)
        other.close()
        phone = Browser(at, scratch, width=360, height=740)
        check("360 pixels", lambda b: narrow(server, b, PAGES), phone)
        if asked.pictures:
            for path in ("/story/1", "/report/1"):
                phone.open(server.address + path)
                phone.picture(pathlib.Path(asked.pictures) / f"phone-{name_of(path)}.webp")
        phone.close()
        bare = Browser(at, scratch, script=False)
        check("script off", lambda b: without_script(server, b), bare)
        bare.close()
        night = Browser(at, scratch, dark=True)
        for name, browser in (("light", plain), ("dark", night)):
            if asked.axe:
                check(f"axe-core, {name}", lambda b: accessible(server, b, PAGES, asked.axe), browser)
            if asked.pictures:
                os.makedirs(asked.pictures, exist_ok=True)
                for path in PAGES:
                    browser.open(server.address + path)
                    browser.picture(pathlib.Path(asked.pictures) / f"{name}-{name_of(path)}.webp")
        if not asked.axe:
            print("  axe-core is not here: not checked")
        check("stopping", lambda: stopped(server))
    finally:
        server.process.kill()
        driver.terminate()
        shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


def stopped(server):
    """It ends at once and without complaint when it is asked to."""
    begun = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - begun < 6


if __name__ == "__main__":
    main()
