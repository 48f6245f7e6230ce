"""Has a real `seamless up` send its mails to a real mail server, over refusals, cut and silent connections, and `kill -9` of the
service at each point of a dialogue: nobody gets a mail twice by itself, and nobody who should have one gets none without that
being shown; a meeting that is called off while the server is down leaves the calendar once it is up. Every calendar object that came is read by two other programs, as in check_calendars.py.

Then `seamless-training`, from beside SEAMLESS, goes on alone in the place of `up`, over TLS and with a login. A server that the
configured authority does not vouch for, that protects no connection, or that knows no such password is told of no mail; the mail
waits, and goes once that is mended.

check_mails.py SEAMLESS
"""

import base64
import email
import email.policy
import json
import logging
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from datetime import datetime, timezone
from pathlib import Path

PATIENCE = 90


class MailServer:
    """Does what the address of the recipient says; `hold` is where it stops until it is let go on: `rcpt` or `content`."""

    def __init__(self):
        from aiosmtpd.controller import Controller

        self.taken, self.tried, self.hold, self.held, self.go_on = [], {}, None, threading.Event(), threading.Event()
        # Idle connections are closed after a while; each mail has a connection of its own.
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.begin = lambda: Controller(self, hostname="127.0.0.1", port=self.port, timeout=2 * PATIENCE)
        self.up()

    def up(self):
        self.controller = self.begin()
        self.controller.start()

    def down(self):
        """Nobody listens until it is up again."""
        self.controller.stop()

    async def stopped(self, at):
        import asyncio

        if self.hold == at:
            self.held.set()
            while not self.go_on.is_set():
                await asyncio.sleep(0.05)

    async def handle_RCPT(self, server, session, envelope, address, options):
        import asyncio

        count = self.tried[address] = self.tried.get(address, 0) + 1
        who = address.split("@")[0]
        await self.stopped("rcpt")
        if who == "refused":
            return "550 5.1.1 no such person here: " + address
        if who == "later" and count == 1:
            return "451 4.3.0 come later, " + address
        if who == "silent" and count == 1:
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        [recipient] = envelope.rcpt_tos
        self.taken.append((recipient, envelope.content))
        await self.stopped("content")
        if recipient.startswith("cut") and self.tried[recipient] == 1:
            server.transport.abort()
        return "250 taken"

    def taken_for(self, who):
        return [content for recipient, content in list(self.taken) if recipient.split("@")[0] == who]


PASSWORD = "kettles+boil=over/100"


class ProtectedServer:
    """Wants a login, and TLS as `tls` says: `starttls`, `implicit`, or `none`, where it offers none and takes what comes. It keeps
    what it is told."""

    def __init__(self, tls, certificate, password=PASSWORD):
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult

        self.greetings, self.passwords, self.senders, self.taken = 0, [], [], []

        def login(_server, _session, _envelope, _mechanism, data):
            self.passwords.append(data.password.decode())
            is_good = (data.login, data.password) == (b"training", password.encode())
            return AuthResult(success=is_good, handled=False)

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.with_suffix(".pem"), certificate.with_suffix(".key"))
        how = {
            "starttls": {"tls_context": context, "require_starttls": True, "auth_required": True},
            # The library does not know that TLS is there from the first byte on.
            "implicit": {"ssl_context": context, "auth_required": True, "auth_require_tls": False},
            "none": {"auth_require_tls": False},
        }[tls]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, authenticator=login, **how)
        # To see that it listens, a connection is enough; the library would open it with a context that is the server's.
        self.controller._trigger_server = lambda: socket.create_connection(("127.0.0.1", self.port)).close()
        self.controller.start()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self.greetings += 1
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        is_protected = server.transport.get_extra_info("ssl_object") is not None
        self.senders.append((is_protected, bool(session.authenticated)))
        envelope.mail_from = address
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(*envelope.rcpt_tos)
        return "250 taken"

    def stop(self):
        self.controller.stop()


def vouched_for(folder, name):
    """Where the certificate and key of a server on localhost are, of an authority of its own: NAME.pem, NAME.key, NAME-ca.pem."""

    def openssl(*arguments):
        ran = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True)
        assert ran.returncode == 0, f"{arguments}: {ran.stderr}"

    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *new, "-keyout", f"{name}-ca.key", "-out", f"{name}-ca.pem", "-days", "2", "-subj", f"/CN={name}")
    openssl("req", *new, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", "/CN=localhost")
    Path(folder, "server.ext").write_text("basicConstraints = critical, CA:FALSE\nsubjectAltName = DNS:localhost\n")
    vouch = ["-CA", f"{name}-ca.pem", "-CAkey", f"{name}-ca.key", "-CAcreateserial", "-extfile", "server.ext"]
    openssl("x509", "-req", "-in", f"{name}.csr", *vouch, "-days", "2", "-out", f"{name}.pem")
    return Path(folder, name)


class Service:
    def __init__(self, seamless, folder, mail_port):
        self.seamless, self.folder, self.mail_port, self.server = seamless, Path(folder), mail_port, None

    def start(self):
        greeting = self.folder / "greeting"
        arguments = ["--data", "data", "up", "--port", "0", "--empty", "--mail-port", str(self.mail_port), "--log", "debug"]
        with open(greeting, "w") as out, open(self.folder / "log", "a") as log:
            self.server = subprocess.Popen([self.seamless, *arguments], cwd=self.folder, stdout=out, stderr=log)
        until("the service greets", lambda: "Ctrl-c stops it" in greeting.read_text())

    def start_alone(self, server, tls, ca):
        """The training service by itself, in the place of `up`, with the settings of an operator."""
        [port] = re.findall(r":(\d+)", json.loads((self.folder / "data/endpoints.json").read_text())["training"])
        (self.folder / "training.toml").write_text(f"""
            database.url = "sqlite://data/training.db"
            files.url = "data/training-files"
            certificates.keys = "data/certificate-keys"
            telemetry.log_filter = "debug"
            [server]
            listen = "127.0.0.1:{port}"
            drain = {{ lame_duck = "0s" }}
            tls = {{ certificate = "data/issuer/server.pem", key = "data/issuer/server.key", client_ca = "data/issuer/ca.pem" }}
            [identity]
            cooperation = "data/cooperation.toml"
            jwt = {{ issuer = "urn:seamless:local-issuer", audience = "seamless", jwks = "data/issuer/jwks.json", max_lifetime = "26352h" }}
            [mail]
            transport = "smtp"
            sender = "training@seamless.example"
            time_limit = "5s"
            first_pause = "500ms"
            longest_pause = "500ms"
            attempts = 100
            smtp = {{ host = "localhost", port = {server.port}, tls = "{tls}", ca = "{ca}", user = "training" }}
        """)
        program = str(Path(self.seamless).with_name("seamless-training"))
        environment = {**os.environ, "SEAMLESS_TRAINING__MAIL__SMTP__PASSWORD": PASSWORD}
        with open(self.folder / "log", "w") as log:
            self.server = subprocess.Popen(
                [program, "--config", "training.toml", "serve"], cwd=self.folder, stdout=log, stderr=log, env=environment
            )
        asks = [self.seamless, "--data", "data", "--as", "eu-just", "activities", "list"]

        def answers():
            assert self.server.poll() is None, self.log()
            return subprocess.run(asks, cwd=self.folder, capture_output=True).returncode == 0

        until("the training service answers", answers)

    def log(self):
        """What it said, without the colours."""
        return re.sub(r"\x1b\[[0-9;]*m", "", (self.folder / "log").read_text())

    def kill(self):
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()

    def says(self, authority, *arguments):
        ran = subprocess.run(
            [self.seamless, "--data", "data", "--json", "--as", authority, *arguments],
            cwd=self.folder, capture_output=True, text=True,
        )
        assert ran.returncode == 0, f"{arguments}: {ran.stderr}"
        return [json.loads(line) for line in ran.stdout.splitlines()]

    def register(self, activity, who):
        person = ["--name", f"{who.title()} Person", "--email", f"{who}@example.cn", "--country", "CN"]
        [made] = self.says("cn-gacc", "register", activity, *person, "--audience", "manufacturer", "--lang", "zh-Hans", "--zone", "Asia/Shanghai")
        return made["name"]

    def states(self, registration):
        """Of the mails about a registration, the first first."""
        mails = self.says("eu-just", "mails", "list", registration)
        return [mail["state"].removeprefix("MAIL_STATE_").lower() for mail in reversed(mails)]


def until(what, is_so):
    last = None
    for _ in range(PATIENCE * 5):
        last = is_so()
        if last:
            return last
        time.sleep(0.2)
    raise AssertionError(f"not so within {PATIENCE} s: {what}; {last!r}")


def calendars(content):
    mail = email.message_from_bytes(content, policy=email.policy.default)
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            text = part.get_payload(decode=True).decode()
            yield part.get_param("method"), text


def read(method, text):
    """What both programs read of an object: UID, SEQUENCE, and the instant of the start."""
    import icalendar
    import vobject

    assert f"METHOD:{method}\r\n" in text, f"the type says {method}"
    known = icalendar.Calendar.from_ical(text)
    [event] = known.walk("VEVENT")
    assert str(known["METHOD"]) == method
    by_name = (str(event["UID"]), int(event.get("SEQUENCE", 0)), event["DTSTART"].dt.timestamp())
    getattr(vobject.icalendar, "__tzidMap").clear()
    other = vobject.readOne(text).vevent
    by_rules = (other.uid.value, int(other.sequence.value), other.dtstart.value.timestamp())
    assert by_name == by_rules, f"icalendar reads {by_name}, vobject {by_rules}"
    return by_name


def refusals(service, server, activity):
    wanted = {"one": ["sent"], "refused": ["refused"], "later": ["sent"], "cut": ["unknown"], "silent": ["sent"]}
    names = {who: service.register(activity, who) for who in wanted}
    until("each mail is where it ends", lambda: {who: service.states(name) for who, name in names.items()} == wanted)
    for who in ["one", "later", "cut", "silent"]:
        assert len(server.taken_for(who)) == 1, f"{who} got {len(server.taken_for(who))}"
    return names


def kills(service, server, activity):
    for window, wanted in [("begun", ["sent"]), ("rcpt", ["sent"]), ("content", ["unknown"])]:
        server.held.clear(), server.go_on.clear()
        server.hold = window
        name = service.register(activity, window)
        if window != "begun":
            assert server.held.wait(PATIENCE), f"{window}: nothing came"
        service.kill()
        server.hold = None
        server.go_on.set()
        service.start()
        until(f"killed at {window}: {wanted}", lambda: service.states(name) == wanted)
        assert len(server.taken_for(window)) == 1, f"{window}: {len(server.taken_for(window))} came"
    [unknown] = service.says("eu-just", "mails", "list", name)
    service.says("eu-just", "mails", "resend", unknown["name"])
    until("it goes again", lambda: service.states(name) == ["sent"])
    first, second = server.taken_for("content")
    assert first == second and unknown["messageId"].encode() in first, "the same bytes go again"


def chain(service, server, activity, name):
    for start in ["2036-03-17T09:00", "2036-04-02T10:00"]:
        before = len(server.taken_for("one"))
        service.says("eu-just", "activities", "reschedule", activity, "--session", "day-1", "--start", start, "--reason", "Moved.")
        until("the move is told", lambda: len(server.taken_for("one")) == before + 1)
    service.says("eu-just", "activities", "cancel", activity, "--reason", "The speaker is ill.")
    mails = until("all four came", lambda: len(server.taken_for("one")) == 4 and server.taken_for("one"))
    seen = []
    for mail in mails:
        objects = [(method, read(method, text)) for method, text in calendars(mail)]
        assert objects and all(one == objects[0] for one in objects), objects
        seen.append(objects[0])
    assert len({uid for _, (uid, _, _) in seen}) == 1, seen
    assert [(method, sequence) for method, (_, sequence, _) in seen] == [("REQUEST", 0), ("REQUEST", 1), ("REQUEST", 2), ("CANCEL", 3)], seen
    assert service.states(name) == ["sent"] * 4


def outage(service, server, webinar):
    """While the server is down a session is dropped, and then the other one moved: both reach the calendar, in whatever order."""
    second = {"id": "day-2", "start": {"local": "2036-03-18T09:00", "zone": "Europe/Brussels"}, "minutes": 90}
    Path(service.folder, "two-days.json").write_text(json.dumps({**webinar, "sessions": [*webinar["sessions"], second]}))
    [made] = service.says("eu-just", "activities", "create", "two-days.json", "--publish")
    activity = made["name"].removeprefix("activities/")
    name = service.register(activity, "both")
    until("both invitations came", lambda: service.states(name) == ["sent"] * 2)
    server.down()
    moves = [("2036-03-17T09:00", ["--without", "day-2"], 4), ("2036-03-19T11:00", [], 5)]
    for start, more, count in moves:
        move = ["activities", "reschedule", activity, "--session", "day-1", "--start", start, "--reason", "Moved.", *more]
        service.says("eu-just", *move)
        until(f"it is told of {start}", lambda: len(service.states(name)) == count)
    assert service.states(name)[2:] == ["superseded", "queued", "queued"], service.states(name)
    server.up()
    until("what is left goes", lambda: service.states(name)[2:] == ["superseded", "sent", "sent"])
    has = {}
    for mail in server.taken_for("both"):
        for method, text in calendars(mail):
            uid, sequence, start = read(method, text)
            if sequence >= has.get(uid, (0,))[0]:
                has[uid] = (sequence, method, start)
    first, second = sorted(has.values(), key=lambda one: one[1])[::-1]
    start = datetime(2036, 3, 19, 10, tzinfo=timezone.utc).timestamp()
    assert first == (2, "REQUEST", start) and second[:2] == (1, "CANCEL"), has


def quiet(service):
    """The log at `debug` has no recipient, and no password, also in the forms that go over the wire."""
    log = service.log()
    named = re.findall(r"[\w.+-]+@example\.cn", log)
    assert log and not named, f"the log at debug names {len(named)} addresses: {named[:1]}"
    on_the_wire = [base64.b64encode(one).decode() for one in [PASSWORD.encode(), f"\0training\0{PASSWORD}".encode()]]
    assert not any(form.rstrip("=") in log for form in [PASSWORD, *on_the_wire]), "the log at debug has the password"


def goes(service, server, tls, ca, names):
    """What waited goes, over TLS and after a login."""
    service.start_alone(server, tls, ca)
    until(f"all go by {tls}", lambda: all(service.states(name) == ["sent"] for name in names))
    assert set(server.senders) == {(True, True)} and len(server.taken) == len(names), (server.senders, server.taken)
    quiet(service)
    service.kill()
    server.stop()


def waits(service, activity, server, tls, ca, shown, told):
    """The server is told nothing of a mail, however often it is tried; why is shown, and told once. Gives the registration."""
    service.start_alone(server, tls, ca)
    name = service.register(activity, f"waits-{server.port}")
    tried = lambda: [mail for mail in service.says("eu-just", "mails", "list", name) if mail.get("attempts", 0) >= 3]
    [mail] = until(f"it is tried: {told}", tried)
    assert (mail["state"], mail.get("status", "")) == ("MAIL_STATE_QUEUED", shown), mail
    assert not server.senders and not server.taken, (server.senders, server.taken)
    warned = [line for line in service.log().splitlines() if "WARN" in line and told in line]
    assert len(warned) == 1, f"{told}: {warned}"
    quiet(service)
    service.kill()
    server.stop()
    return name


def protected(service, activity):
    known, unknown = vouched_for(service.folder, "known"), vouched_for(service.folder, "unknown")
    ca, count = f"{known}-ca.pem", 0
    for tls in ["starttls", "implicit"]:
        stranger = ProtectedServer(tls, unknown)
        names = [waits(service, activity, stranger, tls, ca, "", "invalid peer certificate: UnknownIssuer")]
        assert not stranger.passwords, "nobody is told the password for whom nobody vouches"
        other = ProtectedServer(tls, known, password="another")
        names.append(waits(service, activity, other, tls, ca, "535 5.7.8", "does not let us log in"))
        assert set(other.passwords) == {PASSWORD}, "it was tried"
        if tls == "starttls":
            clear = ProtectedServer("none", known)
            names.append(waits(service, activity, clear, tls, ca, "", "STARTTLS is not supported"))
            assert clear.greetings and not clear.passwords, "it was greeted, and no more"
        goes(service, ProtectedServer(tls, known), tls, ca, names)
        count += len(names)
    return count


def main():
    # The library complains of what this server is there for: TLS that is given up, logins over what it does not know as TLS.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", message="Requiring AUTH")
    seamless = os.path.realpath(sys.argv[1])
    server = MailServer()
    with tempfile.TemporaryDirectory() as folder:
        service = Service(seamless, folder, server.port)
        service.start()
        try:
            title = {"versions": [{"languageCode": "en", "text": "Kettles"}, {"languageCode": "zh-Hans", "text": "电热水壶"}]}
            session = {"id": "day-1", "start": {"local": "2036-03-15T09:00", "zone": "Europe/Brussels"}, "minutes": 90}
            webinar = {
                "kind": "ACTIVITY_KIND_WEBINAR", "format": "ACTIVITY_FORMAT_ONLINE", "visibility": "ACTIVITY_VISIBILITY_PUBLIC",
                "title": title, "sessions": [session], "registration": {"capacity": 20},
            }
            Path(folder, "webinar.json").write_text(json.dumps(webinar))
            [made] = service.says("eu-just", "activities", "create", "webinar.json", "--publish")
            activity = made["name"].removeprefix("activities/")
            names = refusals(service, server, activity)
            kills(service, server, activity)
            chain(service, server, activity, names["one"])
            outage(service, server, webinar)
            quiet(service)
            [other] = service.says("eu-just", "activities", "create", "webinar.json", "--publish")
            service.kill()
            late = protected(service, other["name"].removeprefix("activities/"))
        finally:
            service.kill()
    objects = sum(1 for _, content in server.taken for method, text in calendars(content) if read(method, text))
    print(f"{len(server.taken)} mails over refusals, cuts, silence, an outage and three kills; {objects} calendar objects read by icalendar and vobject")
    print(f"{late} mails over TLS and with a login, which were told to nobody else before")


if __name__ == "__main__":
    main()
