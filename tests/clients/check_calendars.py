"""Reads the calendar objects of shared/icalendar with two other programs' readers, and compares what they understand.

check_calendars.py PROGRAM

PROGRAM is the example `calendar_files` of shared/icalendar. PyPI's `icalendar` resolves a zone by its name and ignores the
VTIMEZONE that an object carries; `vobject` knows nothing but the VTIMEZONE. Both must see the same instants. vobject keeps the
zones that it has read for the whole process, so each file has a process of its own.

Where a series leaves the meetings to a rule, python-dateutil gives them: on the zone of either reader.
"""

import os
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

os.environ["PYTHONTZPATH"] = ""  # The zones of the package tzdata, not those of the machine.

LENGTH = timedelta(minutes=90)
PLACE = "Room 1, Brussels; 线上"
# Meetings of a series that are longer and elsewhere, by the day that the rule gives.
OTHERWISE = {"2026-11-03": "Room 7; 七号厅", "2026-12-01": "Laboratory"}
LONGER = timedelta(hours=2)
LONGEST_LINE = 75


def utc(at):
    return at.astimezone(timezone.utc)


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def of_rule(start, rule, left_out):
    """The instants of a rule on the clocks of its start, as a program gives them that knows of no skipped times: one is moved by the
    hour that the clocks skip, and counted. UNTIL is an instant."""
    from dateutil.rrule import rrulestr

    local = start.replace(tzinfo=None)
    parts = dict(part.split("=") for part in rule.split(";"))
    until = parts.pop("UNTIL", None)
    until = until and datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    rule = ";".join(f"{key}={value}" for key, value in parts.items())
    for at in rrulestr(rule, dtstart=local):
        instant = utc(at.replace(tzinfo=start.tzinfo))
        if until and instant > until:
            return
        if instant not in left_out:
            yield instant


def by_icalendar(text):
    import icalendar

    calendar = icalendar.Calendar.from_ical(text)
    for event in calendar.walk("VEVENT"):
        rule = event.get("RRULE")
        moved_from = event.get("RECURRENCE-ID")
        left_out = [utc(it.dt) for line in as_list(event.get("EXDATE")) for it in line.dts]
        yield {
            "method": str(calendar["METHOD"]), "uid": str(event["UID"]), "sequence": int(event["SEQUENCE"]),
            "status": str(event["STATUS"]), "summary": str(event["SUMMARY"]), "start": event["DTSTART"].dt,
            "duration": event["DURATION"].dt, "rule": rule.to_ical().decode() if rule else None, "left_out": left_out,
            "moved_from": utc(moved_from.dt) if moved_from else None, "location": str(event["LOCATION"]),
            "attendees": len(as_list(event.get("ATTENDEE"))),
        }


def by_vobject(text):
    import vobject

    calendar = vobject.readOne(text)
    for event in calendar.vevent_list:
        line = lambda name: getattr(event, name, None)  # noqa: E731
        left_out = [utc(it) for line in event.contents.get("exdate", []) for it in line.value]
        yield {
            "method": calendar.method.value, "uid": event.uid.value, "sequence": int(event.sequence.value),
            "status": event.status.value, "summary": event.summary.value, "start": event.dtstart.value,
            "duration": event.duration.value, "rule": line("rrule").value if line("rrule") else None, "left_out": left_out,
            "moved_from": utc(event.recurrence_id.value) if line("recurrence_id") else None, "location": event.location.value,
            "attendees": len(event.contents.get("attendee", [])),
        }


def understood(events):
    """What a reader shows: the first of each thing that is said of all events, and every instant."""
    instants, moved = [], set()
    for event in events:
        if event["moved_from"]:
            moved.add(event["moved_from"])
            instants.append(utc(event["start"]))
        elif not event["rule"]:
            instants.append(utc(event["start"]))
    for event in events:
        if event["rule"]:
            instants += of_rule(event["start"], event["rule"], {*event["left_out"], *moved})
    return sorted(instants)


def check_file(reader, path, method, uid, sequence, status, told):
    data = Path(path).read_bytes()
    for line in data.split(b"\r\n"):
        line.decode()  # No character is cut.
        assert len(line) <= LONGEST_LINE, f"a line of {len(line)} octets"
    assert b"\n" not in data.replace(b"\r\n", b"") and data.endswith(b"END:VCALENDAR\r\n")
    events = list({"icalendar": by_icalendar, "vobject": by_vobject}[reader](data.decode()))
    assert events
    for event in events:
        assert event["method"] == method, event["method"]
        assert (event["uid"], event["sequence"]) == (uid, int(sequence)), event
        assert event["status"].lower() == status, event["status"]
        place = OTHERWISE.get(event["moved_from"].strftime("%Y-%m-%d")) if event["moved_from"] else None
        assert event["duration"] == (LONGER if place else LENGTH), event["duration"]
        assert event["location"] == (place or PLACE), event["location"]
        assert event["attendees"] == (0 if method == "PUBLISH" else 1), event["attendees"]
        assert event["summary"].startswith("化妆品安全研讨会：标签、成分；与检测 – “workshop”; part 1, \\ all 🧪 of it"), event["summary"]
    told = sorted(datetime.fromisoformat(it.replace("Z", "+00:00")) for it in told.split())
    if any(event["rule"] for event in events) and not uid.startswith("skipped-"):
        moved = {event["moved_from"].strftime("%Y-%m-%d") for event in events if event["moved_from"]}
        assert moved >= set(OTHERWISE), moved
    seen = understood(events)
    assert seen == told, f"{len(seen)} instants, {len(told)} told; first: {[p for p in zip(seen, told) if p[0] != p[1]][:1]}"


def main():
    if len(sys.argv) == 8:
        return check_file(*sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run([sys.argv[1], folder], capture_output=True, text=True, check=True)
        rows = [line.split("\t") for line in ran.stdout.splitlines()]
        wrong = 0
        for name, *expected in rows:
            for reader in ["icalendar", "vobject"]:
                read = [sys.executable, __file__, reader, os.path.join(folder, name), *expected]
                read = subprocess.run(read, capture_output=True, text=True)
                if read.returncode:
                    wrong += 1
                    print(f"{name}, read by {reader}: {read.stderr.strip().splitlines()[-1]}")
    print(f"{len(rows)} calendar objects, read by icalendar and vobject: {wrong} readings differ")
    if wrong or not rows:
        sys.exit("FAILED")


main()
