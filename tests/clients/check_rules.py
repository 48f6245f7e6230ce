"""Compares what rules of recurrence give here with what python-dateutil reads from them, and the instants with zoneinfo.

check_rules.py PROGRAM [HOW_MANY [SEED]]

PROGRAM is the example `rule_times` of shared/calendar. The rules are drawn at random from a fixed seed, over the parts that
RFC 5545 allows together. Where dateutil reads the standard otherwise than it is written, no rule is drawn:

- BYWEEKNO without a day: dateutil gives the whole week, the standard the weekday of the start.
- Weekdays with and without a place in one list: dateutil gives what is both, the standard what is either.
- BYSETPOS in a week that begins before the start: dateutil counts from the start, the standard from the beginning of the week.
- The weeks -52 and -53: dateutil does not find them in the last days of December.

Local times that the clocks skip are left out here (RFC 5545, 3.3.10); dateutil knows no zones, so they are taken out of what it
gives.
"""

import os
import random
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from itertools import islice

os.environ["PYTHONTZPATH"] = ""  # The zones of the package tzdata, not those of the machine.
from zoneinfo import ZoneInfo  # noqa: E402

import tzdata  # noqa: E402
from dateutil.rrule import rrulestr  # noqa: E402

ZONES = ["UTC", "Europe/Brussels", "Asia/Shanghai", "America/Toronto", "America/New_York", "America/Winnipeg"]
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
MOST = 30
# What comes later is not compared. A rule that gives nothing is followed by dateutil up to the year 9999, which takes most of the time.
LAST_YEAR = 2050


def some(chance, values, most=3):
    """A few of the values, or none of them at all."""
    values = list(values)
    return random.sample(values, random.randint(1, min(most, len(values)))) if random.random() < chance else []


def either_end(*values):
    return [*values, *(-value for value in values)]


def draw_rule(start):
    frequency = random.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    week_start = random.choice(DAYS)
    parts = {"BYMONTH": some(0.3, range(1, 13))}
    places = []
    if frequency == "YEARLY":
        parts["BYWEEKNO"] = some(0.2, [*range(1, 54), *range(-51, 0)])
        if not parts["BYWEEKNO"]:
            parts["BYYEARDAY"] = some(0.2, either_end(1, 31, 60, 100, 200, 365, 366))
            places = either_end(1, 2, 5, 20, 53) if not parts["BYMONTH"] else either_end(1, 2, 4, 5)
    if frequency == "MONTHLY":
        places = either_end(1, 2, 3, 4, 5)
    if frequency != "WEEKLY":
        parts["BYMONTHDAY"] = some(0.25, either_end(1, 2, 13, 15, 28, 29, 30, 31))
    if places and random.random() < 0.3:
        parts["BYDAY"] = [f"{random.choice(places)}{day}" for day in some(1, DAYS)]
    else:
        parts["BYDAY"] = some(1 if parts.get("BYWEEKNO") else 0.4, DAYS, 5)
    parts["BYHOUR"] = some(0.25, range(24))
    parts["BYMINUTE"] = some(0.15, [0, 15, 30, 45])
    parts["BYSECOND"] = some(0.05, [0, 59])
    whole_weeks = frequency != "WEEKLY" or DAYS[start.weekday()] == week_start
    if whole_weeks and any(parts.values()):
        parts["BYSETPOS"] = some(0.2, either_end(1, 2, 3, 10))
    rule = [f"FREQ={frequency}"]
    if random.random() < 0.5:
        rule.append(f"INTERVAL={random.randint(1, 5)}")
    rule += [f"{part}={','.join(map(str, values))}" for part, values in parts.items() if values]
    if random.random() < 0.5:
        rule.append(f"WKST={week_start}")
    elif week_start != "MO" and frequency == "WEEKLY":
        rule = [part for part in rule if not part.startswith("BYSETPOS")]
    return ";".join(rule)


def instant_of(local, zone):
    """The instant of a local time, the first of two; none where the clocks skip it."""
    instant = local.replace(tzinfo=zone).astimezone(timezone.utc)
    return instant if instant.astimezone(zone).replace(tzinfo=None) == local else None


def of_dateutil(start, zone, rule):
    for local in rrulestr(f"{rule};UNTIL={LAST_YEAR}1231T235959", dtstart=start):
        instant = instant_of(local, zone)
        if instant:
            yield local, instant


def draw(zone_name):
    zone = ZoneInfo(zone_name)
    while True:
        start = datetime(2024, 1, 1, 0, random.choice([0, 30])) + timedelta(hours=random.randint(0, 5 * 365 * 24))
        twice = start.replace(fold=0, tzinfo=zone).utcoffset() != start.replace(fold=1, tzinfo=zone).utcoffset()
        if not twice:  # Neither skipped nor shown twice.
            break
    rule = draw_rule(start)
    expected = list(islice(of_dateutil(start, zone, rule), MOST))
    end, last = random.choice(["", "COUNT", "UNTIL", "UNTIL in UTC"]), random.randint(1, MOST)
    if end and expected:
        expected = expected[:last]
        local, instant = expected[-1]
        rule += {
            "COUNT": f";COUNT={len(expected)}",
            "UNTIL": f";UNTIL={local:%Y%m%dT%H%M%S}",
            "UNTIL in UTC": f";UNTIL={instant:%Y%m%dT%H%M%SZ}",
        }[end]
    return start, zone_name, rule, expected


def read(answer):
    if answer.startswith("!"):
        return answer
    pairs = (pair.split("/") for pair in answer.split())
    times = [(datetime.fromisoformat(local), datetime.fromisoformat(instant.replace("Z", "+00:00"))) for local, instant in pairs]
    return [(local, instant) for local, instant in times if local.year <= LAST_YEAR]


def main():
    program = sys.argv[1]
    how_many = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    random.seed(int(sys.argv[3]) if len(sys.argv) > 3 else 5545)
    drawn = [draw(random.choice(ZONES)) for _ in range(how_many)]
    asked = "".join(f"{zone} {start.isoformat()} {rule} {MOST}\n" for start, zone, rule, _ in drawn)
    ran = subprocess.run([program], input=asked, capture_output=True, text=True, check=True)
    version, *answers = ran.stdout.splitlines()
    if version != tzdata.IANA_VERSION:
        sys.exit(f"FAILED: zone data {version} here, {tzdata.IANA_VERSION} in the package tzdata: compare the same version")
    wrong = 0
    for (start, zone, rule, expected), answer in zip(drawn, answers, strict=True):
        given = read(answer)
        if given != expected:
            wrong += 1
            print(f"{zone} {start} {rule}\n  here:     {given if isinstance(given, str) else [str(it[0]) for it in given]}")
            print(f"  dateutil: {[str(it[0]) for it in expected]}")
    times = sum(len(expected) for *_, expected in drawn)
    empty = sum(not expected for *_, expected in drawn)
    print(f"{how_many} rules, {times} times, {empty} rules that give none, zone data {version}: {wrong} differ")
    if wrong or not times:
        sys.exit("FAILED")


main()
