#!/usr/bin/env python3
"""Follows a feed of Seamless so that nothing is lost or done twice, even where the service is restored from a backup.

The rules, each of which is a few lines below:

1. An event and the place behind it (position and epoch) are stored in one transaction.
2. Every request names the epoch. Another one is refused with FEED_EPOCH_CHANGED.
3. Whenever it connects, it has the service prove by a digest that it still has the last event. So also a service that
   did not notice that its database was put back is found out.
4. Where the service was restored, it finds by halves how far both agree, undoes what lies behind, and reads on from
   there.
5. It acknowledges what is stored, naming the epoch: that is the evidence of delivery.
6. It asks for heartbeats: they say up to where it is complete, and at what time, also where nothing happens.

Needs grpcio, grpcio-tools and grpcio-status. The effect of an event is here that it is kept in a SQLite file; put your
own into the same transaction.
"""

import argparse
import hashlib
import importlib
import json
import pathlib
import sqlite3
import sys
import tempfile
import time

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

PROTOS = pathlib.Path(__file__).resolve().parents[2] / "proto"
FEED = "seamless/feed/v1/feed_service.proto"
PAGE = 500
# What passes: the service is away, starting, or stopping.
PASSING = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED}


def contracts():
    """The messages and the client, made from the contracts."""
    from grpc_tools import protoc

    out = tempfile.mkdtemp(prefix="seamless-contracts-")
    # With the options that stand on fields and methods.
    files = [FEED, "seamless/access/v1/access.proto", "seamless/disclosure/v1/disclosure.proto"]
    builtin = pathlib.Path(protoc.__file__).parent / "_proto"
    options = [f"-I{PROTOS}", f"-I{builtin}", f"--python_out={out}", f"--grpc_python_out={out}"]
    if protoc.main(["protoc", *options, *files]) != 0:
        sys.exit("the contracts were not compiled")
    sys.path.insert(0, out)
    name = "seamless.feed.v1.feed_service"
    return importlib.import_module(f"{name}_pb2"), importlib.import_module(f"{name}_pb2_grpc")


class Restored(Exception):
    """The service is another history than the one that was followed."""

    def __init__(self, epoch, head, last_common):
        super().__init__(epoch)
        self.epoch, self.head, self.last_common = epoch, head, last_common


def restored(error):
    """What a refusal says of a restored service; None for one of another kind."""
    status = rpc_status.from_call(error)
    for detail in status.details if status else []:
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info) and info.domain == "seamless" and "present_epoch" in info.metadata:
            told = info.metadata
            return Restored(
                told["present_epoch"], int(told["head_position"]), int(told["last_common_position"])
            )
    return None


def digest(events):
    """The digest of GetDigest over (position, event id) pairs in ascending position."""
    lines = "".join(f"{position} {event_id}\n" for position, event_id in events)
    return hashlib.sha256(lines.encode("ascii")).hexdigest()


def content_digest(events):
    """The content digest of GetDigest over (position, event id, bytes of data.value) in ascending position."""
    lines = "".join(
        f"{position} {event_id} {hashlib.sha256(data).hexdigest()}\n" for position, event_id, data in events
    )
    return hashlib.sha256(lines.encode("ascii")).hexdigest()


class Copy:
    """What is stored of a feed: the events, and the place behind the last of them."""

    def __init__(self, file):
        self.database = sqlite3.connect(file, isolation_level=None)
        self.database.execute("PRAGMA synchronous = FULL")
        self.database.execute(
            "CREATE TABLE IF NOT EXISTS event"
            " (position INTEGER PRIMARY KEY, event_id TEXT NOT NULL, type TEXT, subject TEXT, data BLOB)"
        )
        self.database.execute(
            "CREATE TABLE IF NOT EXISTS place"
            " (id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL, epoch TEXT NOT NULL)"
        )
        self.database.execute("INSERT OR IGNORE INTO place VALUES (1, 0, '')")

    @property
    def place(self):
        return self.database.execute("SELECT position, epoch FROM place").fetchone()

    def events(self):
        return self.database.execute("SELECT position, event_id FROM event ORDER BY position").fetchall()

    def contents(self):
        return self.database.execute("SELECT position, event_id, data FROM event ORDER BY position").fetchall()

    def store(self, events, position, epoch):
        """Keeps events, and the place behind them, all or nothing."""
        self.database.execute("BEGIN IMMEDIATE")
        with self.database:
            for event in events:
                row = (event.position, event.event_id, event.type, event.subject, event.data.value)
                self.database.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", row)
            self.database.execute("UPDATE place SET position = ?, epoch = ?", (position, epoch))

    def go_back(self, position, epoch):
        """Undoes what lies behind a position; gives how many events that were."""
        self.database.execute("BEGIN IMMEDIATE")
        with self.database:
            undone = self.database.execute("DELETE FROM event WHERE position > ?", (position,)).rowcount
            self.database.execute("UPDATE place SET position = ?, epoch = ?", (position, epoch))
        return undone


class Follower:
    """Keeps a copy of a feed."""

    def __init__(self, messages, client, copy):
        self.messages, self.client, self.copy = messages, client, copy

    def agrees(self, position, event_id, epoch):
        """Whether the service has this event at this position; None if it shows none there (a right may be lost)."""
        asked = self.messages.GetDigestRequest(from_position=position, to_position=position, epoch=epoch)
        answer = self.client.GetDigest(asked)
        return None if answer.count == 0 else answer.digest == digest([(position, event_id)])

    def check(self):
        """Has the service prove that it has the last event still."""
        events = self.copy.events()
        if not events:
            return
        (position, event_id), epoch = events[-1], self.copy.place[1]
        try:
            agrees = self.agrees(position, event_id, epoch)
        except grpc.RpcError as error:
            raise restored(error) or error
        if agrees is False:
            head = self.client.GetDigest(self.messages.GetDigestRequest(from_position=1, epoch=epoch))
            raise Restored(epoch, head.to_position, 0)

    def go_back(self, told):
        """Finds by halves how far the copy agrees with a restored service, and undoes what lies behind."""
        events = [event for event in self.copy.events() if event[0] <= told.head]
        agreeing, end = 0, len(events)
        while agreeing < end:
            middle = (agreeing + end) // 2
            if self.agrees(*events[middle], told.epoch):
                agreeing = middle + 1
            else:
                end = middle
        sure = min(told.last_common, self.copy.place[0])
        position = max(sure, events[agreeing - 1][0]) if agreeing else sure
        undone = self.copy.go_back(position, told.epoch)
        print(
            f"the service was restored from a backup: the copy agrees with it up to position {position}, "
            f"{undone} events behind that are lost; going on in the epoch {told.epoch}",
            flush=True,
        )

    def acknowledge(self):
        position, epoch = self.copy.place
        if self.copy.events():
            last = self.copy.events()[-1][0]
            request = self.messages.AcknowledgePositionRequest(position=min(last, position), epoch=epoch)
            try:
                self.client.AcknowledgePosition(request)
            except grpc.RpcError as error:
                # An earlier position than was acknowledged before: after a restore, until the copy has grown again.
                if error.code() != grpc.StatusCode.INVALID_ARGUMENT or restored(error):
                    raise restored(error) or error

    def read_to_the_end(self):
        """Reads what there is, page by page."""
        self.check()
        while True:
            position, epoch = self.copy.place
            request = self.messages.ReadEventsRequest(after_position=position, max=PAGE, epoch=epoch)
            page = self.client.ReadEvents(request)
            self.copy.store(page.events, page.next_after_position, page.epoch)
            if page.caught_up:
                return self.acknowledge()

    def follow(self):
        """Reads on as events come."""
        self.read_to_the_end()
        position, epoch = self.copy.place
        for event in self.client.FollowEvents(
            self.messages.FollowEventsRequest(after_position=position, epoch=epoch, heartbeats=True)
        ):
            if event.HasField("heartbeat"):
                told = event.heartbeat
                self.copy.store([], told.complete_to_position, event.epoch)
                print(f"complete up to {told.complete_to_position} at {told.head_time.ToJsonString()}", flush=True)
                continue
            self.copy.store([event], event.position, event.epoch)
            self.acknowledge()
            print(f"{event.position} {event.type} {event.subject}", flush=True)

    def run(self, once):
        while True:
            try:
                self.read_to_the_end() if once else self.follow()
                if once:
                    return
            except Restored as told:
                self.go_back(told)
            except grpc.RpcError as error:
                told = restored(error)
                if told:
                    self.go_back(told)
                elif error.code() in PASSING:
                    print(f"interrupted: {error.code().name}; trying again", file=sys.stderr, flush=True)
                    time.sleep(1)
                else:
                    raise

    def verify(self):
        """Whether the copy is all that the service has for its reader, and says what the service says, by digests.

        Where the first holds and the second does not, a field was made less public since: read that part again.
        """
        position, epoch = self.copy.place
        if position == 0:
            return True
        asked = self.messages.GetDigestRequest(from_position=1, to_position=position, epoch=epoch)
        answer, events = self.client.GetDigest(asked), self.copy.events()
        if (answer.count, answer.digest) != (len(events), digest(events)):
            return False
        return answer.content_digest == content_digest(self.copy.contents())


def connect(data, authority):
    """A channel to the notifications service of a local `seamless up`."""
    address = json.loads((data / "endpoints.json").read_text())["notifications"].removeprefix("https://")
    token = (data / "tokens" / f"{authority}.token").read_text().strip()
    credentials = grpc.composite_channel_credentials(
        grpc.ssl_channel_credentials((data / "issuer" / "ca.pem").read_bytes()),
        grpc.access_token_call_credentials(token),
    )
    return grpc.secure_channel(address, credentials)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=pathlib.Path, default="seamless-data", help="folder of `seamless up`")
    options.add_argument("--as", dest="authority", required=True, help="the authority whose feed is followed")
    options.add_argument("--copy", required=True, help="the SQLite file to keep it in")
    options.add_argument("--once", action="store_true", help="read to the end, and stop")
    options.add_argument("--verify", action="store_true", help="check the copy, and stop; exit code 4 if it is wrong")
    arguments = options.parse_args()
    messages, clients = contracts()
    with connect(arguments.data, arguments.authority) as channel:
        follower = Follower(messages, clients.FeedServiceStub(channel), Copy(arguments.copy))
        if not arguments.verify:
            follower.run(arguments.once)
        elif not follower.verify():
            sys.exit(4)
        print(f"{len(follower.copy.events())} events up to position {follower.copy.place[0]}")


if __name__ == "__main__":
    main()
