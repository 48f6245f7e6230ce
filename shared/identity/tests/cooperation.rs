//! The cooperation file: what it says, and what is said about a wrong one.
#![allow(clippy::unwrap_used, clippy::expect_used)] // the helpers of the stories as well as the stories

use jiff::Timestamp;
use proptest::prelude::*;
use seamless_calendar::{Calendars, DeadlineUnit};
use seamless_identity::{
    ArrangementId, AuthorityId, Commitment, CommitmentKind, Cooperation, Exchange, FieldGroup, Per,
    SAMPLE_COOPERATION,
};

fn authority(id: &str) -> AuthorityId {
    id.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn calendars() -> Calendars {
    Calendars::embedded().unwrap()
}

fn ids<'a>(arrangements: impl Iterator<Item = &'a seamless_identity::Arrangement>) -> Vec<&'a str> {
    arrangements.map(|arrangement| arrangement.id.as_str()).collect()
}

#[test]
fn the_sample_is_the_cooperation_of_the_domain() {
    let cooperation =
        Cooperation::parse(SAMPLE_COOPERATION, &calendars()).unwrap_or_else(|errors| panic!("{errors}"));
    let (eu, cn, ca, us, nl) = ("eu-just", "cn-gacc", "ca-hc", "us-cpsc", "nl-nvwa");
    assert_eq!(cooperation.authorities().count(), 10);
    for member in [nl, "nl-customs", "de-baua", "fr-dgccrf", "it-mimit", "pl-uokik"] {
        assert!(cooperation.stands_behind(&authority(member), &authority(eu)), "{member}");
        assert_eq!(cooperation.contact_point_of(&authority(member)), &authority(eu));
    }
    assert!(!cooperation.stands_behind(&authority(eu), &authority(eu)));
    assert_eq!(cooperation.contact_point_of(&authority(cn)), &authority(cn));
    assert_eq!(cooperation.authority(&authority(cn)).unwrap().names["zh"], "中华人民共和国海关总署");

    let between = |a: &str, b: &str, when: &str| {
        ids(cooperation.arrangements_between(&authority(a), &authority(b), at(when))).join(" ")
    };
    let today = "2026-11-21T12:00:00Z";
    assert_eq!(between(eu, cn, today), "eu-cn");
    assert_eq!(between(cn, nl, today), "eu-cn", "a member state is represented by its contact point");
    assert_eq!(between(eu, ca, today), "eu-ca");
    assert_eq!(between(cn, us, today), "");
    assert_eq!(between(nl, "de-baua", today), "", "no border lies between those behind one contact point");
    assert_eq!(between(eu, cn, "2025-12-31T23:59:59.999999Z"), "");
    assert_eq!(between(eu, cn, "2026-01-01T00:00:00Z"), "eu-cn");

    let arrangement = cooperation.arrangement(&"eu-cn".parse::<ArrangementId>().unwrap()).unwrap();
    let eu_cn = arrangement.terms_at(at(today));
    assert_eq!(arrangement.versions().count(), 1, "the plain form is one version");
    assert_eq!(eu_cn.exchange, Exchange::Systematic);
    assert_eq!(arrangement.field_groups.len(), FieldGroup::WORDS.len());
    let goes = |from: &str, to: &str, origin| {
        eu_cn.criteria.iter().any(|criterion| criterion.covers(&authority(from), &authority(to), origin))
    };
    assert!(goes(eu, cn, Some("CN")));
    assert!(!goes(eu, cn, Some("VN")) && !goes(eu, cn, None) && !goes(cn, eu, Some("CN")));

    let deadline = &eu_cn.deadlines[0];
    assert_eq!((deadline.acting.as_str(), deadline.rule.time_zone.as_str()), (cn, "Asia/Shanghai"));
    assert_eq!((deadline.rule.length, &deadline.rule.unit), (21, &DeadlineUnit::CalendarDays));
    assert!(deadline.rule.pauses);
    let due = deadline.rule.due(at("2026-03-02T09:00:00Z"), &calendars()).unwrap().due;
    assert_eq!(due, at("2026-03-23T16:00:00Z"), "the end of the 21st day in Beijing");
    let commitments: Vec<_> =
        eu_cn.commitments.iter().map(|c| (c.kind, c.per, c.count, c.due_within_days)).collect();
    assert_eq!(
        commitments,
        [
            (CommitmentKind::Workshop, Per::CalendarYear, 2, 0),
            (CommitmentKind::Review, Per::Months(24), 1, 0),
            (CommitmentKind::QuarterlyReport, Per::CalendarQuarter, 1, 30),
        ]
    );

    let eu_ca = cooperation.arrangement(&"eu-ca".parse::<ArrangementId>().unwrap()).unwrap();
    assert!(eu_ca.terms_at(at(today)).criteria.iter().any(|criterion| criterion.covers(
        &authority(ca),
        &authority(eu),
        None
    )));
    let holder = cooperation.certificate_holder("urn:seamless:authority:cn-gacc:backend").unwrap();
    assert_eq!(holder.authority.as_str(), cn);
    assert!(holder.scopes.contains("notifications.read"));
    let member_state = cooperation.certificate_holder("urn:seamless:authority:nl-nvwa:backend").unwrap();
    assert!(
        member_state.scopes.contains("notifications.write")
            && !member_state.scopes.contains("notifications.validate")
    );
    let customs = cooperation.certificate_holder("urn:seamless:authority:nl-customs:backend").unwrap();
    assert!(customs.scopes.contains("screenings.write") && !customs.scopes.contains("trust.decide"));
}

#[test]
fn an_arrangement_ends_before_its_last_date_and_another_may_follow() {
    let text = FILE.replace("ends = 2031-01-01", "ends = 2027-01-01")
        + "\n[[arrangement]]\nid = 'eu-cn-2'\nparties = ['cn-gacc', 'eu-just']\nlegal_basis = 'x'\nexchange = 'case-by-case'\n\
           languages = ['en']\nfield_groups = ['general']\neffective = 2027-01-01\n";
    let cooperation = Cooperation::parse(&text, &calendars()).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(ids(cooperation.in_force(at("2026-12-31T23:59:59Z"))), ["eu-cn"]);
    assert_eq!(ids(cooperation.in_force(at("2027-01-01T00:00:00Z"))), ["eu-cn-2"]);
}

/// A version from 2028 on, below the arrangement.
const VERSION: &str = "[[arrangement.version]]\neffective = 2028-01-01\nlegal_basis = 'renewed'\n\
    exchange = 'case-by-case'\nlanguages = ['en']\n[[arrangement.version.commitment]]\nkind = 'quarterly-report'\n\
    per = 'calendar-quarter'\ncount = 1\ndue_within_days = 30\n";

#[test]
fn what_was_agreed_at_a_time_is_found_later_too() {
    let text = FILE.replace("[[principal]]", &format!("{VERSION}\n[[principal]]"));
    let cooperation = Cooperation::parse(&text, &calendars()).unwrap_or_else(|errors| panic!("{errors}"));
    let eu_cn = cooperation.arrangement(&"eu-cn".parse::<ArrangementId>().unwrap()).unwrap();
    let kinds = |when: &str| {
        let commitments = &eu_cn.terms_at(at(when)).commitments;
        commitments.iter().map(|commitment| commitment.kind).collect::<Vec<_>>()
    };
    let (workshop, report) = (vec![CommitmentKind::Workshop], vec![CommitmentKind::QuarterlyReport]);
    assert_eq!(kinds("2020-01-01T00:00:00Z"), workshop, "before it takes effect, what is agreed first");
    assert_eq!(kinds("2027-12-31T23:59:59.999999Z"), workshop);
    assert_eq!(kinds("2028-01-01T00:00:00Z"), report, "a version says all that holds");
    assert_eq!(kinds("2040-01-01T00:00:00Z"), report, "after its end, what was last");
    let (then, now) =
        (eu_cn.terms_at(at("2026-06-01T00:00:00Z")), eu_cn.terms_at(at("2028-06-01T00:00:00Z")));
    assert_eq!((then.criteria.len(), then.deadlines.len(), then.exchange), (1, 1, Exchange::Systematic));
    assert_eq!((now.criteria.len(), now.deadlines.len(), now.exchange), (0, 0, Exchange::CaseByCase));
    assert_eq!(eu_cn.effective, then.effective);
    assert_eq!(
        eu_cn.versions().map(|terms| terms.legal_basis.as_str()).collect::<Vec<_>>(),
        ["GPSR Article 40", "renewed",]
    );
}

#[test]
fn what_is_due_after_a_period_is_due_so_many_days_after_its_end() {
    let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
    let commitment =
        |per, due_within_days| Commitment { kind: CommitmentKind::Review, per, count: 1, due_within_days };
    let effective = day("2026-01-31");
    let cases = [
        (Per::CalendarQuarter, 30, "2026-02-14", Some("2026-04-30")),
        (Per::CalendarQuarter, 0, "2026-12-31", Some("2026-12-31")),
        (Per::CalendarYear, 1, "2027-01-01", Some("2028-01-01")),
        // From the 31st: the months are counted from there, and end where they do.
        (Per::Months(1), 0, "2026-02-27", Some("2026-02-27")),
        (Per::Months(1), 0, "2026-02-28", Some("2026-03-30")),
        (Per::Months(24), 10, "2026-01-31", Some("2028-02-09")),
        (Per::Months(24), 0, "2026-01-30", Some("2026-01-30")),
        (Per::Months(u32::MAX), 0, "2026-01-31", None),
        (Per::CalendarYear, 30, "9999-06-01", None),
    ];
    for (per, within, of, due) in cases {
        assert_eq!(commitment(per, within).due(day(of), effective), due.map(day), "{per:?} {of}");
    }
}

/// Line 1 is the first line of text.
const FILE: &str = r#"[[authority]]
id = "eu-just"
names = { en = "DG JUST" }
jurisdiction = "EU"
time_zone = "Europe/Brussels"
calendar = "EU"

[[authority]]
id = "cn-gacc"
names = { zh = "海关总署" }
jurisdiction = "CN"
time_zone = "Asia/Shanghai"
calendar = "CN"

[[authority]]
id = "nl-nvwa"
names = { nl = "NVWA" }
jurisdiction = "NL"
time_zone = "Europe/Amsterdam"
calendar = "NL"
contact_point = "eu-just"

[[arrangement]]
id = "eu-cn"
parties = ["eu-just", "cn-gacc"]
legal_basis = "GPSR Article 40"
exchange = "systematic"
languages = ["en", "zh-Hans"]
field_groups = ["general", "product"]
effective = 2026-01-01
ends = 2031-01-01
[[arrangement.criterion]]
from = "eu-just"
to = "cn-gacc"
countries_of_origin = ["CN"]
[[arrangement.deadline]]
id = "online-reaction"
acting = "cn-gacc"
applies_to = "sold-online"
start = "transmitted"
stop = "first-substantive-reaction"
length = 21
unit = { working-days = { calendar = "CN" } }
pause = "question-open"
legal_basis = "action plan"
[[arrangement.commitment]]
kind = "workshop"
per = "calendar-year"
count = 2

[[principal]]
uri = "urn:seamless:cn-gacc"
authority = "cn-gacc"
scopes = ["notifications.read"]
"#;

const SECOND_ARRANGEMENT: &str = "[[arrangement]]\nid = \"ID\"\nparties = [\"cn-gacc\", \"eu-just\"]\nlegal_basis = \"x\"\n\
    exchange = \"case-by-case\"\nlanguages = [\"en\"]\nfield_groups = [\"risk\"]\neffective = 2030-12-31\n";

/// The file with some lines replaced, and what is said about it.
fn problems_with(changes: &[(usize, &str)]) -> Vec<String> {
    let mut lines: Vec<&str> = FILE.lines().collect();
    for (line, text) in changes {
        lines[line - 1] = text;
    }
    match Cooperation::parse(&lines.join("\n"), &calendars()) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.0.iter().map(|problem| format!("{}: {}", problem.line, problem.what)).collect(),
    }
}

#[test]
fn each_mistake_is_reported_with_its_line_and_reason() {
    assert_eq!(problems_with(&[]), Vec::<String>::new());
    let twice = SECOND_ARRANGEMENT.replace("ID", "eu-cn");
    let overlapping = SECOND_ARRANGEMENT.replace("ID", "eu-cn-2");
    #[rustfmt::skip]
    let mistakes: &[(usize, &str, &[&str])] = &[
        (2, "id = 'EU'", &["2: bad id \"EU\": an id has 2 to 32", "21: unknown authority \"eu-just\"", "25: unknown authority \"eu-just\""]),
        (3, "names = {}", &["3: an authority needs a name"]),
        (3, "names = { en = ' ' }", &["3: expected a name for a language tag"]),
        (4, "jurisdiction = 'Europe'", &["4: unknown form of jurisdiction \"Europe\""]),
        (5, "time_zone = 'Europe/Bruxelles'", &["5: unknown time zone \"Europe/Bruxelles\""]),
        (6, "calendar = 'XX'", &["6: no calendar \"XX\", known are"]),
        (6, "", &["1: the key calendar is missing"]),
        (7, "surprise = 1", &["7: the key surprise is not known"]),
        (9, "id = 'eu-just'", &["9: duplicate authority \"eu-just\", first in line 2", "25: unknown authority \"cn-gacc\"", "53: unknown authority"]),
        (21, "contact_point = 'eu-nobody'", &["21: unknown authority \"eu-nobody\""]),
        (21, "contact_point = 'nl-nvwa'", &["21: an authority cannot be its own contact point"]),
        (7, "contact_point = 'nl-nvwa'", &["7: the contact point \"nl-nvwa\" stands behind a contact point itself: \"eu-just\"",
            "21: the contact point \"eu-just\" stands behind", "25: the party eu-just stands behind \"nl-nvwa\""]),
        (24, "id = 'eu cn'", &["24: bad id \"eu cn\""]),
        (25, "parties = ['eu-just', 'cn-gacc', 'jp-caa']", &["25: unknown authority \"jp-caa\""]),
        (25, "parties = ['eu-just', 'cn-gacc', 'nl-nvwa']", &["25: the party nl-nvwa stands behind \"eu-just\""]),
        (25, "parties = ['eu-just', 'cn-gacc', 'cn-gacc']", &["25: duplicate party \"cn-gacc\""]),
        (26, "legal_basis = ''", &["26: legal_basis is empty"]),
        (27, "exchange = 'case-by-case'", &["32: a criterion has no effect"]),
        (27, "exchange = 'sometimes'", &["27: a word is not known: wanted is "]),
        (28, "languages = ['english language']", &["28: not a language tag"]),
        (29, "field_groups = ['general', 'prices']", &["29: unknown field group \"prices\", expected general, product, traceability, online, risk, measures"]),
        (30, "effective = 2026-01-01T00:00:00Z", &["30: expected a date without a time"]),
        (31, "ends = 2026-01-01", &["31: ends 2026-01-01, not after it takes effect on 2026-01-01"]),
        (33, "from = 'nl-nvwa'", &["33: from is \"nl-nvwa\", which is not a party"]),
        (34, "to = 'eu-just'", &["34: a criterion leads from one party to another"]),
        (35, "countries_of_origin = ['CHN']", &["35: unknown form of country \"CHN\""]),
        (38, "acting = 'us-cpsc'", &["38: acting is \"us-cpsc\", which is not a party"]),
        (42, "length = 0", &["42: a deadline has at least one day"]),
        (43, "unit = { working-days = { calendar = 'XX' } }", &["43: no calendar \"XX\""]),
        (43, "unit = { working-days = { calendar = 'CN', half-days = true } }", &["43: the key half-days is not known"]),
        (44, "grace = 2", &["44: the key grace is not known"]),
        (44, "pause = 'lunch'", &["44: unknown pause \"lunch\""]),
        (48, "per = { months = 0 }", &["48: a period has at least one month"]),
        (49, "count = 0", &["49: a commitment counts at least one"]),
        (49, "count = 1\ndue_within_days = 0", &["50: due_within_days is 1 to 731"]),
        (50, VERSION, &[]),
        (50, &VERSION.replace("2028", "2026"), &["51: a version takes effect after the one before it: 2026-01-01 is not after 2026-01-01"]),
        (50, &format!("{VERSION}{}", VERSION.replace("2028", "2027")), &["61: a version takes effect after the one before it"]),
        (50, &VERSION.replace("2028", "2031"), &["51: a version takes effect before the arrangement ends: 2031-01-01 is not before 2031-01-01"]),
        (50, &VERSION.replace("case-by-case", "systematic"), &["53: systematic exchange needs"]),
        (50, &VERSION.replace("languages", "field_groups"), &["54: the key field_groups is not known"]),
        (50, &twice, &["51: duplicate arrangement \"eu-cn\", first in line 24", "51: overlaps with arrangement eu-cn"]),
        (50, &overlapping, &["51: overlaps with arrangement eu-cn of the same parties in line 24"]),
        (50, "[[principals]]\nx = 1", &["50: unknown table \"principals\""]),
        (50, "[[principal]]\nuri = 'urn:seamless:cn-gacc'\nauthority = 'cn-gacc'\nscopes = ['feed.read']", &["55: duplicate principal \"urn:seamless:cn-gacc\", first in line 51"]),
        (52, "uri = 'backend'", &["52: not a uri: \"backend\""]),
        (53, "authority = 'us-cpsc'", &["53: unknown authority \"us-cpsc\""]),
        (54, "scopes = ['notifications.read', 'everything']", &["54: unknown form of scope \"everything\""]),
        (54, "scopes = []", &["54: a principal without scopes"]),
        (54, "scopes = 5", &["54: a value is not as it should be: wanted is a list; got a whole number"]),
        (54, "scopes = [", &["54: is no TOML: "]),
    ];
    for (line, text, expected) in mistakes {
        let found = problems_with(&[(*line, text)]);
        let as_expected = found.len() == expected.len()
            && found.iter().zip(*expected).all(|(found, expected)| found.starts_with(expected));
        assert!(as_expected, "line {line} as {text:?}: {found:#?}");
    }
}

#[test]
fn mistakes_in_several_tables_are_reported_together_and_blame_nobody_else() {
    let found = problems_with(&[
        (5, "time_zone = 7"),
        (13, "calendar = 'XX'"),
        (29, "field_groups = ['prices']"),
        (31, "ends = 2025-01-01"),
        (53, "autority = 'cn-gacc'"),
    ]);
    let lines: Vec<&str> = found.iter().map(|problem| problem.split(':').next().unwrap()).collect();
    assert_eq!(lines, ["5", "13", "29", "31", "53"], "{found:#?}");
}

proptest! {
    /// Whatever an editor does to a file, it is refused with lines of that file or understood, never a panic.
    #[test]
    fn a_mangled_file_never_panics(start in 0..FILE.len(), length in 0usize..40, insert in "[\\[\\]{}=\"a-z0-9\n 海]{0,8}") {
        let floor = |index: usize| (0..=index.min(FILE.len())).rev().find(|i| FILE.is_char_boundary(*i)).unwrap();
        let text = format!("{}{insert}{}", &FILE[..floor(start)], &FILE[floor(start + length)..]);
        if let Err(errors) = Cooperation::parse(&text, &calendars()) {
            prop_assert!(!errors.0.is_empty());
            let lines = text.lines().count() + 1;
            prop_assert!(errors.0.iter().all(|problem| (1..=lines).contains(&problem.line)), "{errors}");
        }
    }
}
