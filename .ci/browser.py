#!/usr/bin/env python3
"""Goes through `sayso serve` in a real Chromium, by way of chromedriver; needs nothing but the standard library.

    .ci/browser.py [SAYSO] [--pictures FOLDER] [--only NAME]

SAYSO is the program; without it, the one that the tests have built. A ledger is made of examples/flood and tests/stories/ferry in a scratch folder
and thrown away. Chromium and chromedriver are those of CHROME and CHROMEDRIVER, else those on the PATH, else Debian's, which
are installed where that can be done; where there are none this is said and nothing is checked. Every page is checked with
axe-core (npm, used here only) for what keeps people out. With --pictures every page is drawn into FOLDER.
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
        options = {"args": arguments, "binary": driver.browser}
        if not script:
            options["prefs"] = {"profile.managed_default_content_settings.javascript": 2}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = f"/session/{made['sessionId']}"
        driver.windows.append(self)
        # Headless windows do not become narrower than 500 pixels by themselves.
        self.devtools("Emulation.setDeviceMetricsOverride",
                      {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                    {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"}]
        self.devtools("Emulation.setEmulatedMedia", {"features": features})

    def call(self, method, path, body=None):
        data = json.dumps(body if body is not None else {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.driver.address + path, data, {"Content-Type": "application/json"}, method=method)
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
        # Chromium throws away what is pressed before a page has been painted.
        self.run("return new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
        actions = [action for key in keys for action in ({"type": "keyDown", "value": key}, {"type": "keyUp", "value": key})]
        self.call("POST", self.session + "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def wait(self, what, script, seconds=5):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if self.run(script):
                    return
            except AssertionError:
                pass  # The page is just being left.
            time.sleep(0.05)
        raise AssertionError(f"{what} did not come; the page is {self.address()}")

    def expect(self, what, selector, count=1):
        """Waits until so many elements are there; by no script of the page, so that it does without."""
        until = time.monotonic() + 20
        while self.count(selector) != count:
            assert time.monotonic() < until, f"{what} did not come; the page is {self.address()}"
            time.sleep(0.05)

    def picture(self, path):
        width, height = self.run("const all = document.documentElement; return [all.clientWidth, all.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, 2600), "scale": 1}
        drawn = self.devtools("Page.captureScreenshot",
                              {"format": "png", "captureBeyondViewport": True, "clip": clip})
        pathlib.Path(path).write_bytes(base64.b64decode(drawn["data"]))

    def complaints(self):
        """What the browser had to say: scripts and styles that the page's policy forbids, errors."""
        said = self.call("POST", self.session + "/se/log", {"type": "browser"})
        return [line["message"] for line in said if line["level"] in ("SEVERE", "WARNING")]

    def close(self):
        self.driver.windows.remove(self)
        self.call("DELETE", self.session)


class Driver:
    """chromedriver, and the browser that it drives."""

    def __init__(self, program, browser):
        self.browser, self.windows = browser, []
        self.process = subprocess.Popen([program, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        said = ""
        for line in self.process.stdout:
            said += line
            if found := re.search(r"started successfully on port (\d+)", line):
                self.address = f"http://127.0.0.1:{found[1]}"
                return
        sys.exit(f"{program} did not start:\n{said}")

    def stop(self):
        """Ends every window, which chromedriver leaves open when it is ended itself."""
        for window in list(self.windows):
            try:
                window.close()
            except (AssertionError, OSError) as error:
                print(f"  a window did not close: {error}")
        self.process.terminate()
        self.process.wait(timeout=10)

    @staticmethod
    def found():
        """Paths of chromedriver and Chromium, each None where there is none."""
        driver = os.environ.get("CHROMEDRIVER") or shutil.which("chromedriver") or shutil.which("/usr/lib/chromium/chromedriver")
        names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
        browser = os.environ.get("CHROME") or next(filter(None, map(shutil.which, names)), None)
        return driver, browser

    @classmethod
    def install(cls):
        """Gets Debian's where there is none."""
        if not all(cls.found()) and os.geteuid() == 0 and shutil.which("apt-get"):
            print("installing chromium and chromium-driver", flush=True)
            for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"]):
                try:
                    subprocess.run(["apt-get", "-qq", *command], timeout=100, check=True, stdout=subprocess.DEVNULL,
                                   env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
                except (subprocess.SubprocessError, OSError) as error:
                    print(f"  {error}")

    @classmethod
    def start(cls):
        """None where no browser can be had."""
        cls.install()
        driver, browser = cls.found()
        return cls(driver, browser) if driver and browser else None


def axe_core(folder):
    """The script of axe-core: from `folder`, else from npm; None where it cannot be had."""
    script = folder / "package" / "axe.min.js"
    if not script.exists() and shutil.which("npm"):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(["npm", "pack", "--silent", "axe-core@4"], cwd=folder, timeout=60, check=True, stdout=subprocess.DEVNULL)
            subprocess.run(["sh", "-c", "tar xzf axe-core-*.tgz"], cwd=folder, timeout=60, check=True)
        except (subprocess.SubprocessError, OSError) as error:
            print(f"  {error}")
    return script.read_text(encoding="utf-8") if script.exists() else None


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


# Story 1 and reports 1 to 4 are of examples/flood, story 5 and reports 5 to 16 of tests/stories/ferry.
PAGES = ["/", "/search?q=ferry&category=killed", "/story/1", "/story/5", "/story/5?as_of=2025-08-11", "/story/1/speakers", "/report/1", "/report/1?correct=f0#f0",
         "/report/5?add=f", "/figures", "/queue", "/speakers", "/speaker?name=Civil%20Defence%20Agency", "/search?q=dam", "/add",
         "/add/1", "/audit", "/agreement", "/export", "/export?what=figures&list=%2Ffigures%3Fcategory%3Dkilled", "/words", "/api/v1", "/nothing"]

# The story of the report that is added without script.
MAPPED = "/story/17"

DROP = """
    const all = new DataTransfer();
    for (const [name, text] of arguments[0]) all.items.add(new File([text], name, {type: 'text/plain'}));
    const at = document.querySelector('main');
    for (const type of ['dragover', 'drop'])
        at.dispatchEvent(new DragEvent(type, {dataTransfer: all, bubbles: true, cancelable: true}));
"""


def name_of(path):
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "stories"


def whole_way(server, browser):
    """From twelve files that are dropped to a corrected figure in the brief that is saved."""
    browser.open(server.address + "/")
    browser.click("nav a[href='/add']")
    browser.expect("the form", "form.adding")
    files = sorted((ROOT / "tests" / "stories" / "ferry").glob("*.txt"))
    browser.run(DROP, [[file.name, file.read_text(encoding="utf-8")] for file in files])
    assert browser.text("output.chosen").startswith("12 files"), browser.text("form.adding")
    browser.click("form.adding div.buttons button")
    browser.wait("the twelve reports", "return document.querySelector('#job:not([data-running])') !== null", seconds=60)
    assert "12 added" in browser.text("#job"), browser.text("#job")
    browser.click("#job td a[href='/story/5']")
    browser.expect("the story", "table.matrix")
    assert "12 reports" in browser.text("form.filter") and "Who says how many" in browser.text()
    # A value of the matrix leads to its words, and these to their entry, which is corrected in its form. The newest report
    # that bears it is taken: what it says is what the matrix shows.
    browser.click("table.matrix td a.mark:last-of-type")
    browser.expect("the words that the value leads to", "mark#mark")
    browser.click("mark#mark")
    entry = browser.run("return document.activeElement.id")
    assert re.fullmatch(r"f\d+", entry), f"the words lead to their entry, not to '{entry}'"
    browser.click(f"#{entry} a.correct")
    browser.expect("the form", f"#{entry} form.fields input[name='field.best']")
    browser.write(f"#{entry} form.fields input[name='field.best']", "4321")
    for bound in ("low", "high"):
        browser.write(f"#{entry} form.fields input[name='field.{bound}']", "")
    browser.write(f"#{entry} form.fields input[name='note']", "the harbour office says so")
    browser.click(f"#{entry} form.fields button[value='correct']")
    browser.wait("the corrected entry", f"return document.querySelector('#{entry} .decided') !== null")
    assert "the harbour office says so" in browser.text(f"#{entry}")
    browser.open(server.address + "/audit")
    assert "4321" in browser.text("table")
    browser.click("header a.brand")
    browser.expect("the story in the list", "td a[href='/story/5']")
    browser.click("td a[href='/story/5']")
    browser.expect("the story", "table.matrix")
    assert "4,321" in browser.text("table.matrix"), browser.text("table.matrix")
    saved = browser.run("""
        const ask = new XMLHttpRequest();
        ask.open("GET", document.querySelector("a[download][href*='form=md']").href, false);
        ask.send();
        return ask.getResponseHeader("Content-Disposition") + "\\n" + ask.responseText;""")
    assert saved.startswith("attachment") and "4,321" in saved, "the correction is in the brief that is saved\n" + saved
    assert "4,321" in server.command("brief", "5"), "and in that of the command line"


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
    # A rejected entry is no longer shown: the page says so, the entry in its place is chosen, and `u` takes it back.
    browser.open(server.address + "/report/3")
    browser.press("j")
    first = browser.run("return document.activeElement.id")
    browser.press("r")
    browser.wait("what was done", "return document.querySelector('.done form.undo') !== null")
    assert f"reject 3:{first}" in browser.text(".done"), browser.text(".done")
    following = browser.run("return document.activeElement.id")
    assert following and following != first, f"the next entry is chosen, not '{following}'"
    browser.press("u")
    browser.wait("the entry again", f"return document.getElementById('{first}') !== null")
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
    browser.press(TAB)
    browser.wait("the link past the navigation", "return document.activeElement.matches('a.skip')")
    browser.press(ENTER)
    browser.wait("the content", "return location.hash === '#content'")


# What is too small to read in a page's pictures, and which of their texts lie over each other.
PICTURES = """
    const small = [], over = [];
    for (const svg of document.querySelectorAll("figure.chart svg")) {
        if (!svg.getClientRects().length) continue;
        const scale = svg.getScreenCTM().a;
        const texts = Array.from(svg.querySelectorAll("text"));
        for (const text of texts) {
            const size = parseFloat(getComputedStyle(text).fontSize) * scale;
            if (size < 11) small.push(text.textContent + " " + size.toFixed(1));
        }
        const boxes = texts.map((text) => text.getBoundingClientRect());
        boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b, j) => {
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 2 && high > 4) over.push(texts[i].textContent + " / " + texts[i + 1 + j].textContent);
        }));
    }
    return {small, over};"""


def pictures(server, browser):
    """Text in pictures can be read and lies over no other; a value's words come with the focus."""
    for path in ("/story/1", "/story/5"):
        browser.open(server.address + path)
        found = browser.run(PICTURES)
        assert not found["small"] and not found["over"], f"{path}: {found}"
        assert browser.count("figure.chart svg .dot") > 0, path
        assert browser.run("return [...document.querySelectorAll('.charts svg')].every((svg) => svg.querySelector('.dot'))"), path
    browser.run("document.querySelector('.charts svg a').focus()")
    told = browser.text(".charts p.told")
    assert "“" in told and "[" in told, f"the value's words and its report, not '{told}'"
    # The slider stands at the newest day that counts.
    browser.open(server.address + "/story/5?as_of=2025-08-11")
    assert browser.run("return document.querySelector('output.day').textContent") <= "2025-08-11"


def narrow(server, browser, pages):
    """Nothing sticks out on a telephone but what can be scrolled."""
    for path in pages:
        browser.open(server.address + path)
        assert (browser.text("h1") == "Not done") == (path == "/nothing"), f"{path}: {browser.text('main')}"
        wide = browser.run("return document.documentElement.scrollWidth")
        assert wide <= 360, f"{path} is {wide} pixels wide on a telephone"


def without_script(server, browser):
    """Everything is there and can be decided."""
    browser.open(server.address + "/report/4")
    browser.click("#f0 button[value='accept']")
    browser.expect("the accepted entry", "#f0 .decided")
    browser.click("#f0 form.undo button")
    browser.expect("the entry without a decision", "#f0 .decided", 0)
    browser.open(server.address + "/add")
    browser.write("textarea[name='text']", "published: 2025-07-01\n\nTwo people were hurt at the mill in Lviv on Monday, police in Odesa said.")
    browser.click("form.adding div.buttons button")
    # The page loads itself again until it is done.
    browser.expect("the end of the upload", "#job:not([data-running])")
    assert "1 added" in browser.text("#job"), browser.text("#job")
    # Its story has a map, each place leads to its entries.
    browser.open(server.address + MAPPED)
    browser.click("svg.map a")
    browser.expect("the entries of the place", "details.place:target, details.place")
    # A search is saved, found again, says what is new and is forgotten.
    browser.open(server.address + "/search?q=mill")
    browser.click("form[action='/saved'] button")
    browser.open(server.address + "/search")
    browser.expect("the saved search", "ul.saved a[href='/search?q=mill']")
    late = pathlib.Path(server.ledger).with_name("late.txt")
    late.write_text("published: 2025-07-02\n\nNobody else was hurt at the mill, police said on Wednesday.", encoding="utf-8")
    server.command("add", str(late))
    browser.open(server.address + "/search")
    assert "1 new" in browser.text("ul.saved"), browser.text("ul.saved")
    browser.click("ul.saved a")
    browser.click("form[action='/saved'] button")
    assert "nothing new since you last looked" in browser.text("main"), browser.text("main")
    # What is new in stories since the last visit.
    browser.open(server.address + "/")
    browser.click("form[action='/seen'] button")
    browser.expect("nothing new", "form[action='/seen']", 0)


def accessible(server, browser, pages, axe):
    """axe-core finds nothing serious."""
    wrong = []
    for path in pages:
        browser.open(server.address + path)
        browser.run(axe + "\nwindow.axe = axe;")
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
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    arguments.add_argument("sayso", nargs="?", default=target / "debug" / "sayso", type=pathlib.Path)
    arguments.add_argument("--pictures", type=pathlib.Path)
    arguments.add_argument("--only", help="checks whose name has this in it")
    arguments.add_argument("--prepare", action="store_true", help="only get Chromium and axe-core")
    asked = arguments.parse_args()
    if asked.prepare:
        Driver.install()
        axe_core(target / "axe")
        return
    if not asked.sayso.exists():
        sys.exit(f"there is no program at {asked.sayso}; build it with `cargo build -p sayso`")
    driver = Driver.start()
    if driver is None:
        print("no Chromium with chromedriver can be had here (CHROME, CHROMEDRIVER, PATH, apt-get): "
              "the pages are NOT tried in a browser")
        return
    axe = axe_core(target / "axe")
    scratch = tempfile.mkdtemp(prefix="sayso-browser-")
    failed, server = [], None

    def check(name, test, *browsers):
        if asked.only and asked.only not in name:
            return
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

    def draw(browser, path, name):
        if asked.pictures:
            asked.pictures.mkdir(parents=True, exist_ok=True)
            browser.open(server.address + path)
            browser.picture(asked.pictures / f"{name}-{name_of(path)}.png")

    try:
        server = Server(asked.sayso.resolve(), scratch)
        plain = Browser(driver, scratch)
        check("whole way", lambda b: whole_way(server, b), plain)
        check("pictures", lambda b: pictures(server, b), plain)
        other = Browser(driver, scratch, calm=True)
        check("two reviewers", lambda a, b: two_reviewers(server, a, b), plain, other)
        check("keyboard only, reduced motion", lambda b: keyboard(server, b), other)
        other.close()
        phone = Browser(driver, scratch, width=360, height=740)
        check("360 pixels", lambda b: narrow(server, b, PAGES), phone)
        check("pictures on a telephone", lambda b: pictures(server, b), phone)
        for path in PAGES:
            draw(phone, path, "phone")
        phone.close()
        bare = Browser(driver, scratch, script=False)
        check("script off", lambda b: without_script(server, b), bare)
        bare.close()
        night = Browser(driver, scratch, dark=True)
        for name, browser in (("light", plain), ("dark", night)):
            if axe:
                check(f"axe-core, {name}", lambda b: accessible(server, b, [*PAGES, MAPPED, "/search"], axe), browser)
            for path in [*PAGES, MAPPED, "/search"]:
                draw(browser, path, name)
        if not axe:
            print("  axe-core cannot be had from npm: the pages are NOT checked for what keeps people out")
        check("stopping", lambda: stopped(server))
    finally:
        if server:
            server.process.kill()
        driver.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


def stopped(server):
    """It ends at once and without complaint when it is asked to."""
    begun = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - begun < 6


if __name__ == "__main__":
    main()
