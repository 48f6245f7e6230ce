"""Subscribes to a calendar of a running `seamless up` over HTTPS, and has two other programs read it.

check_subscription.py URL CA

Both readers must see the same meetings at the same instants, of at least one, and nobody who takes part. The second reading brings
the tag of the first, and must find nothing new.
"""

import os
import ssl
import sys
import urllib.error
import urllib.request

from datetime import timezone

os.environ["PYTHONTZPATH"] = ""  # The zones of the package tzdata, not those of the machine.


def read(url, authority, tag=None):
    request = urllib.request.Request(url, headers={"If-None-Match": tag} if tag else {})
    https = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=authority))
    # No proxy stands between.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), https)
    with opener.open(request) as answer:
        return answer.headers, answer.read().decode()


def by_icalendar(text):
    import icalendar

    calendar = icalendar.Calendar.from_ical(text)
    assert str(calendar["METHOD"]) == "PUBLISH"
    for event in calendar.walk("VEVENT"):
        assert "ATTENDEE" not in event and "ORGANIZER" not in event
        yield str(event["UID"]), event["DTSTART"].dt.astimezone(timezone.utc), str(event["SUMMARY"]), str(event["STATUS"])


def by_vobject(text):
    import vobject

    calendar = vobject.readOne(text)
    for event in calendar.vevent_list:
        yield event.uid.value, event.dtstart.value.astimezone(timezone.utc), event.summary.value, event.status.value


def main(url, authority):
    headers, text = read(url, authority)
    assert headers["Content-Type"] == "text/calendar; charset=utf-8", headers["Content-Type"]
    meetings = sorted(by_icalendar(text))
    assert meetings, "the calendar is empty"
    assert meetings == sorted(by_vobject(text)), "the two readers understand other meetings"
    try:
        read(url, authority, headers["ETag"])
        sys.exit("what is the same was sent again")
    except urllib.error.HTTPError as answer:
        assert answer.code == 304, answer.code
    print(f"{len(meetings)} meetings of a subscribed calendar, as icalendar and vobject read them over HTTPS")


main(*sys.argv[1:])
