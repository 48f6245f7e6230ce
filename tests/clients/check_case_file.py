#!/usr/bin/env python3
"""Checks the file of a case, as `seamless evidence NAME --export FILE` saves it, with nothing of Seamless but its contracts.

It recomputes everything that the file says of itself: each item's digest and number, the ledgers' entries and chains, the
principals' digests, the digests of what the recipient was shown, every receipt, and the manifest. What each is made of, the
comments of evidence_service.proto say; no other knowledge is used here.

Needs grpcio-tools and protobuf. Exit code 0 where all holds; else 1, and a line for everything that does not.
"""

import argparse
import base64
import copy
import hashlib
import importlib
import json
import pathlib
import sys
import tempfile

PROTOS = pathlib.Path(__file__).resolve().parents[2] / "proto"
NAMED = 20


def contracts():
    """The messages, made from the contracts."""
    from grpc_tools import protoc

    out = tempfile.mkdtemp(prefix="seamless-contracts-")
    builtin = pathlib.Path(protoc.__file__).parent / "_proto"
    files = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.glob("seamless/**/*.proto"))
    if protoc.main(["protoc", f"-I{PROTOS}", f"-I{builtin}", f"--python_out={out}", *files]) != 0:
        sys.exit("the contracts were not compiled")
    sys.path.insert(0, out)
    modules = {file: importlib.import_module(file.removesuffix(".proto").replace("/", ".") + "_pb2") for file in files}
    return modules["seamless/notifications/v1/evidence_service.proto"], modules[
        "seamless/notifications/v1/notification.proto"
    ]


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).hexdigest()


def encoded(message):
    """The encoding that `EvidenceEntry.content_sha256` describes."""
    return message.SerializeToString(deterministic=True)


# Ed25519, verification alone [RFC 8032, section 5.1]; slow, and made of integers only.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(one, two):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, two
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    return result


def point(octets):
    """The point of 32 octets; None where they are none."""
    y = int.from_bytes(octets, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def is_signed(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    public, commitment, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if public is None or commitment is None or s >= L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = times(s, BASE), add(commitment, times(challenge, public))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def octets(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def receipt(text, keys):
    """What a receipt says; refuses one that none of the keys signed."""
    head, claims, signature = text.split(".")
    header = json.loads(octets(head))
    if (header.get("alg"), header.get("typ")) != ("EdDSA", "seamless-receipt+jwt"):
        raise ValueError(f"its receipt is of another kind: {header}")
    key = keys.get(header.get("kid"))
    if key is None:
        raise ValueError("its receipt is of a key that is not published")
    if not is_signed(key, f"{head}.{claims}".encode("ascii"), octets(signature)):
        raise ValueError("its receipt is not signed by the key that it names")
    return json.loads(octets(claims))


def micros(time):
    return time.seconds * 1_000_000 + time.nanos // 1_000


def number(value):
    return value.to_bytes(8, "big", signed=True)


def words(text):
    encoded_text = text.encode("utf-8")
    return number(len(encoded_text)) + encoded_text


def digest_octets(text):
    return bytes.fromhex(text) if text else bytes(32)


def entry_sha256(entry):
    return sha256(
        b"seamless.evidence.v1",
        digest_octets(entry.previous_sha256),
        words(entry.name),
        number(entry.kind),
        number(micros(entry.event_time)),
        words(entry.authority),
        digest_octets(entry.principal_sha256),
        number(entry.version),
        digest_octets(entry.content_sha256),
        number(entry.unreadable_reason),
        words(entry.note),
        number(entry.step),
        number(entry.status),
    )


def content_sha256(notification):
    """The digest of a version as it was shown."""
    content = copy.deepcopy(notification)
    for field in ["update_time", "etag", "state", "withdraw_reason"]:
        content.ClearField(field)
    if content.general.HasField("follow_up_to"):
        content.general.follow_up_to.ClearField("notification")
        if not content.general.follow_up_to.ListFields():
            content.general.ClearField("follow_up_to")
    return sha256(encoded(content))


class CaseFile:
    """A file that is read item by item."""

    def __init__(self, keys):
        self.keys, self.wrong, self.counts = keys, [], {"items": 0, "entries": 0, "receipts": 0, "contents": 0}
        self.digest, self.before, self.head, self.manifest = hashlib.sha256(), 0, None, None
        self.entries, self.ledgers, self.shown, self.version = [], {}, {}, 0

    def say(self, where, what):
        self.wrong.append(f"{where}: {what}")

    def read(self, item, notification_type, where):
        if self.manifest is not None:
            self.say(where, "stands behind the manifest")
        if item.number != self.before + 1:
            self.say(where, f"is item {item.number}, and stands behind item {self.before}")
        self.before = item.number
        unsealed = copy.deepcopy(item)
        unsealed.ClearField("item_sha256")
        if sha256(encoded(unsealed)) != item.item_sha256:
            self.say(where, "has not the digest that it says")
        kind = item.WhichOneof("item")
        if kind == "manifest":
            self.manifest = item.manifest
            return
        octets_of_item = encoded(item)
        self.digest.update(number(len(octets_of_item)) + octets_of_item)
        self.counts["items"] += 1
        if kind == "head":
            self.head = item.head
        elif kind == "notification":
            self.version = item.notification.version
            self.keep(item.notification)
        elif kind == "evidence":
            self.entries.append((where, item.evidence))
        elif kind == "keys" and not self.keys:
            self.keys = keys_of(item.keys.jwks)
        elif kind == "event":
            self.look_into(item.event.event, notification_type)

    def look_into(self, event, notification_type):
        """Keeps the notification that an event carries, if it carries one."""
        from google.protobuf import descriptor_pool, message_factory

        name = event.data.type_url.rpartition("/")[2]
        told = message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name))()
        if event.data.Unpack(told):
            for _, value in told.ListFields():
                if isinstance(value, notification_type):
                    self.keep(value)

    def keep(self, notification):
        self.shown.setdefault(notification.version, set()).add(content_sha256(notification))

    def check_entry(self, where, entry):
        self.counts["entries"] += 1
        last, before = self.ledgers.get(entry.transmission, (0, ""))
        if (entry.number, entry.previous_sha256) != (last + 1, before):
            self.say(where, f"{entry.name} does not follow entry {last} of its ledger")
        self.ledgers[entry.transmission] = (entry.number, entry.entry_sha256)
        if entry_sha256(entry) != entry.entry_sha256:
            self.say(where, f"{entry.name} has not the digest that it says")
        if entry.principal_salt:
            principal = sha256(bytes.fromhex(entry.principal_salt), entry.principal.encode("utf-8"))
            if principal != entry.principal_sha256:
                self.say(where, f"{entry.name} was made by another principal")
        recipient = entry.transmission.rpartition("/")[2]
        if self.head is not None and self.head.exporting_authority == recipient and entry.version in self.shown:
            self.counts["contents"] += 1
            if entry.content_sha256 not in self.shown[entry.version]:
                self.say(where, f"{entry.name} is about another content than the one in this file")
        claims = {
            "sub": entry.name,
            "jti": entry.entry_sha256,
            "authority": entry.authority,
            "version": entry.version,
            "recorded": micros(entry.event_time),
            "content_sha256": entry.content_sha256,
            "previous": entry.previous_sha256 or None,
        }
        self.check_receipt(where, entry.name, entry.receipt, claims)

    def check_receipt(self, where, name, text, claims):
        if not text:
            return self.say(where, f"{name} has no receipt yet")
        try:
            said = receipt(text, self.keys)
        except ValueError as error:
            return self.say(where, f"{name}: {error}")
        self.counts["receipts"] += 1
        for claim, value in claims.items():
            if said.get(claim) != value:
                self.say(where, f"{name} says {value!r} for {claim}, its receipt {said.get(claim)!r}")

    def finish(self):
        for where, entry in self.entries:
            self.check_entry(where, entry)
        if self.manifest is None or self.head is None:
            return self.say("the end", "there is no manifest, or no head: the file was cut off")
        if self.manifest.item_count != self.counts["items"]:
            self.say("the manifest", f"counts {self.manifest.item_count} items, there are {self.counts['items']}")
        if self.manifest.sha256 != self.digest.hexdigest():
            self.say("the manifest", "was made over other items")
        claims = {
            "kind": "exported",
            "sub": self.head.notification,
            "authority": self.head.exporting_authority,
            "jti": self.manifest.sha256,
            "content_sha256": self.manifest.sha256,
            "version": self.version,
            "recorded": micros(self.head.export_time),
        }
        self.check_receipt("the manifest", "the manifest", self.manifest.receipt, claims)


def keys_of(jwks):
    return {key["kid"]: octets(key["x"]) for key in json.loads(jwks)["keys"] if key.get("crv") == "Ed25519"}


def main():
    arguments = argparse.ArgumentParser(description="Checks the file of a case with the contracts alone.")
    arguments.add_argument("file", type=pathlib.Path)
    arguments.add_argument("--keys", type=pathlib.Path, help="the public keys, kept apart; else those in the file")
    arguments = arguments.parse_args()
    evidence, notification = contracts()
    from google.protobuf import json_format

    file = CaseFile(keys_of(arguments.keys.read_text()) if arguments.keys else {})
    for at, line in enumerate(arguments.file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            item = json_format.Parse(line, evidence.ExportEvidenceResponse())
        except (json_format.ParseError, ValueError) as error:
            file.say(f"line {at}", f"is no item of a case file: {error}")
            continue
        file.read(item, notification.Notification, f"line {at}")
    file.finish()
    for wrong in file.wrong[:NAMED]:
        print(wrong)
    if len(file.wrong) > NAMED:
        print(f"and {len(file.wrong) - NAMED} more")
    print(", ".join(f"{count} {what}" for what, count in file.counts.items()), "recomputed")
    sys.exit(1 if file.wrong else 0)


if __name__ == "__main__":
    main()
