"""The situation page of a real `seamless up`, HTML reports and a bulletin, in Debian's Chromium: content in both languages, with JavaScript and
without, live with it; no error on the console, nothing loaded from elsewhere, and no violation that axe-core finds.

check_browser.py SEAMLESS CHART_FILES REPORT_FILES [FOLDER FOR PICTURES]

CHART_FILES and REPORT_FILES are examples of services/reporting. The browser is driven by its DevTools protocol.
"""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

PATIENCE = 90
# On a screen, and on the smallest that pages are made for.
WIDTHS = (1000, 400)


def until(what, ask):
    """Waits for something that comes by itself; gives it."""
    end = time.monotonic() + PATIENCE
    while True:
        found = ask()
        if found:
            return found
        assert time.monotonic() < end, f"{what} within {PATIENCE} s"
        time.sleep(0.1)


class Browser:
    """Chromium without a window, with a profile of its own."""

    def __init__(self, folder):
        from websocket import create_connection

        program = shutil.which("chromium") or shutil.which("chromium-browser")
        assert program, "Chromium is installed"
        profile = Path(folder) / "profile"
        flags = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
            "--ignore-certificate-errors", f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank",
        ]
        self.process = subprocess.Popen([program, *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        told = profile / "DevToolsActivePort"
        until("the browser listens", lambda: told.exists() and told.read_text().strip())
        port = told.read_text().split()[0]
        pages = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list"))
        address = next(page for page in pages if page["type"] == "page")["webSocketDebuggerUrl"]
        self.socket = create_connection(address, timeout=PATIENCE, suppress_origin=True)
        self.number, self.events = 0, []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.do(f"{domain}.enable")

    def do(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                assert "error" not in answer, (method, answer)
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def run(self, expression):
        """The value of an expression, a promise included."""
        result = self.do("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def use(self, scripts=True, language="en", width=1000):
        self.scripts = scripts
        self.do("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.do("Network.setExtraHTTPHeaders", headers={"Accept-Language": language})
        self.do("Emulation.setDeviceMetricsOverride", width=width, height=1200, deviceScaleFactor=1, mobile=False)

    def open(self, address):
        self.do("Page.navigate", url=address)
        until(f"{address} is loaded", self.is_loaded)

    def is_loaded(self):
        return self.run("document.readyState") == "complete" and self.run("location.href") != "about:blank"

    def press(self, selector):
        """Presses a button as a person does, whose page then goes elsewhere."""
        before = self.run("performance.timeOrigin")
        place = self.run(
            f"(() => {{ const one = document.querySelector({selector!r}); one.scrollIntoView(); const box = one.getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.do("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)
        until("another page is there", lambda: self.run("performance.timeOrigin") != before and self.is_loaded())

    def complaints(self):
        """What stands on the console, and what was asked of others than this machine."""
        self.run("0")
        events, self.events = self.events, []
        said = []
        for event in events:
            given = event["params"]
            if event["method"] == "Log.entryAdded" and given["entry"]["level"] in ("error", "warning"):
                said.append(given["entry"]["text"] + " " + given["entry"].get("url", ""))
            elif event["method"] == "Runtime.exceptionThrown":
                said.append(given["exceptionDetails"]["text"])
            elif event["method"] == "Runtime.consoleAPICalled" and given["type"] in ("error", "warning", "assert"):
                said.append(str(given["args"]))
            elif event["method"] == "Network.requestWillBeSent":
                address = given["request"]["url"]
                if not address.startswith(("https://127.0.0.1:", "file:", "data:", "about:")):
                    said.append(f"it asks {address}")
        return said

    def picture(self, file):
        size = self.do("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 12_000), "scale": 1}
        data = self.do("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        file.write_bytes(base64.b64decode(data))

    def close(self):
        self.do("Browser.close")
        self.process.wait(PATIENCE)


def axe_source():
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


class Checks:
    def __init__(self, browser, pictures):
        self.browser, self.pictures, self.axe = browser, pictures, axe_source()
        self.seen = 0

    def page(self, name, language, texts):
        """The page that is open: its language and texts, on screens of each width, without complaint and violation."""
        browser = self.browser
        assert browser.run("document.documentElement.lang") == language, (name, language)
        text = browser.run("document.body.innerText")
        for wanted in texts:
            assert wanted in text, f"{name}: {wanted!r} is in {text!r}"
        for width in WIDTHS:
            browser.do("Emulation.setDeviceMetricsOverride", width=width, height=1200, deviceScaleFactor=1, mobile=False)
            wider = browser.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0, f"{name}: {wider} pixels wider than a screen of {width}"
            self.violations(f"{name} at {width}")
            if self.pictures:
                browser.picture(self.pictures / f"{name}-{language}-{width}.png".replace(" ", "-"))
        assert not browser.complaints(), f"{name}: {browser.complaints()}"
        self.seen += 1

    def violations(self, name):
        # The page was loaded as it is; axe-core needs timers.
        self.browser.do("Emulation.setScriptExecutionDisabled", value=False)
        self.browser.run(self.axe + "; 0")
        found = self.browser.run(
            "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map(one =>"
            " [one.id, one.help, one.nodes.map(node => node.html).slice(0, 3)]))"
        )
        self.browser.do("Emulation.setScriptExecutionDisabled", value=not self.browser.scripts)
        assert found == [], f"{name}: {json.dumps(found, indent=1, ensure_ascii=False)}"


class Up:
    """`seamless up` with its samples, of which those of Chinese origin went to GACC."""

    def __init__(self, seamless, folder):
        self.seamless, self.folder = str(Path(seamless).absolute()), Path(folder)
        greeting = self.folder / "greeting"
        with open(greeting, "w") as out, open(self.folder / "log", "w") as log:
            arguments = [self.seamless, "--data", "data", "up", "--port", "0"]
            self.server = subprocess.Popen(arguments, cwd=self.folder, stdout=out, stderr=log)

        def greets():
            assert self.server.poll() is None, (self.folder / "log").read_text()
            return "Ctrl-c stops it" in greeting.read_text()

        until("the services greet", greets)
        self.greeting = greeting.read_text()

    def says(self, authority, *arguments):
        ran = subprocess.run(
            [self.seamless, "--data", "data", "--json", "--as", authority, *arguments],
            cwd=self.folder, capture_output=True, text=True,
        )
        assert ran.returncode == 0, f"{arguments}: {ran.stderr}"
        return [json.loads(line) for line in ran.stdout.splitlines()]

    def link(self, authority):
        [made] = self.says(authority, "situation", "link")
        return made["url"]

    def stop(self):
        self.server.send_signal(signal.SIGINT)
        assert self.server.wait(PATIENCE) == 0


def tile(browser, title):
    """The number of a tile; none where it is not there."""
    return browser.run(
        f"[...document.querySelectorAll('.tile')].find(one => one.querySelector('dt').textContent === {title!r})"
        "?.querySelector('dd').textContent ?? null"
    )


def check_situation(checks, up):
    browser = checks.browser
    # The greeting has a link, which is good once.
    greeted = re.search(r"situation +(https://\S+)", up.greeting).group(1)
    browser.use()
    browser.open(greeted)
    checks.page("entrance", "en", ["This link is good once"])
    browser.press("main form button")
    checks.page("situation of eu-just", "en", ["Situation – ", "Open cases by age", "Feeds", "kept up to date"])
    browser.open(greeted)
    browser.press("main form button")
    assert "You are not signed in" in browser.run("document.body.innerText")
    said = browser.complaints()
    assert all("403" in one for one in said), said

    # GACC has received what the EU sent; the page shows it, and what comes while it is open.
    browser.open(up.link("cn-gacc"))
    browser.press("main form button")
    shown = lambda: tile(browser, "Received and open")
    origin = browser.run("location.origin")

    def opened_again():
        browser.open(origin + "/?lang=en")
        return shown() not in (None, "0")

    until("what was sent is shown", opened_again)
    received = int(shown())
    checks.page("situation", "en", ["Own deadlines", "Due within 7 days", "products sold online", "Still without a reaction"])
    browser.run("document.querySelector('details').open = true")
    identity = [name["name"] for name in up.says("cn-gacc", "clocks")][0].split("/transmissions/")[0]
    up.says("cn-gacc", "acknowledge", identity)
    before = tile(browser, "Of these not acknowledged")
    until("the open page shows what is new", lambda: tile(browser, "Of these not acknowledged") != before)
    assert tile(browser, "Of these not acknowledged") == str(received - 1)
    assert browser.run("document.querySelector('details').open"), "what was opened stays open"
    browser.open(origin + "/?lang=zh-Hans")
    checks.page("situation", "zh-Hans", ["态势", "本方期限", "收到未结", "页面打开期间自动更新"])

    # Without JavaScript the same is there, in the language of the browser, and one signs out.
    browser.use(scripts=False, language="zh-CN,zh;q=0.9")
    browser.open(origin + "/")
    checks.page("situation without scripts", "zh-Hans", ["态势", "本方期限", "收到未结"])
    browser.open(origin + "/?lang=en")
    checks.page("situation without scripts", "en", ["Own deadlines", "Open cases by age"])
    browser.press(".actions form button")
    browser.complaints()
    browser.use()
    browser.open(origin + "/?lang=en")
    assert all("403" in one for one in browser.complaints())
    checks.page("signed out", "en", ["You are not signed in", "seamless situation link"])
    browser.open(origin + "/?lang=zh-Hans")
    browser.complaints()
    checks.page("signed out", "zh-Hans", ["您尚未登录"])


def check_report(checks, name, file, language, scripts, texts):
    checks.browser.use(scripts=scripts, language=language)
    checks.browser.open("file://" + urllib.parse.quote(str(file)))
    checks.page(f"{name}{'' if scripts else ' without scripts'}", language, texts)
    charts = checks.browser.run(
        "[...document.querySelectorAll('svg')].map(one => [one.querySelector('title')?.textContent, one.querySelector('desc')?.textContent,"
        " one.getAttribute('aria-labelledby').split(' ').every(id => document.getElementById(id))])"
    )
    assert charts and all(title and description and named for title, description, named in charts), charts
    # No text of a chart is cut by its edge.
    cut = checks.browser.run(
        "[...document.querySelectorAll('svg text')].filter(one => { const text = one.getBoundingClientRect(),"
        " sheet = one.closest('svg').getBoundingClientRect(); return text.left < sheet.left - 1 || text.right > sheet.right + 1"
        " || text.top < sheet.top - 2 || text.bottom > sheet.bottom + 2; }).map(one => one.textContent)"
    )
    assert cut == [], cut
    return len(charts)


def main():
    seamless, chart_files, report_files = sys.argv[1:4]
    pictures = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
    os.environ.pop("SEAMLESS_DATA", None)
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(folder)
        checks = Checks(browser, pictures)
        up = None
        try:
            subprocess.run([chart_files, f"{folder}/charts"], check=True)
            subprocess.run([report_files, f"{folder}/report"], check=True)
            charts = 0
            for language, scripts in [("en", True), ("zh-Hans", True), ("en", False), ("zh-Hans", False)]:
                texts = {"en": ["By name"], "zh-Hans": ["By name（中文）"]}[language]
                check_report(checks, "report", f"{folder}/report/report-{language}.html", language, scripts, texts)
                texts = {"en": ["Charts", "Group"], "zh-Hans": ["图表", "分组"]}[language]
                charts += check_report(checks, "charts", f"{folder}/charts/charts-{language}.html", language, scripts, texts)
                # With what its alerts say in the other language where a text is there in no other.
                texts = {
                    "en": ["Hazard bulletin 2027-05", "Charger recalled", "Three incidents", "更换电池"],
                    "zh-Hans": ["2027-05月度危害通报", "充电器召回", "两起事故", "Sold at <b>markets</b> & online"],
                }[language]
                check_report(checks, "bulletin", f"{folder}/report/bulletin-{language}.html", language, scripts, texts)
            assert charts == 4 * 6, charts
            up = Up(seamless, folder)
            up.says("eu-just", "transmit", "--to", "cn-gacc", "--origin", "CN")
            check_situation(checks, up)
            up.stop()
            up = None
        finally:
            if up:
                print((Path(folder) / "log").read_text()[-3000:], file=sys.stderr)
                up.server.kill()
            if browser.process.poll() is None:
                browser.process.terminate()
                browser.process.wait(PATIENCE)
        print(f"{checks.seen} pages in the browser: both languages, with and without scripts, no complaint and no violation")


main()
