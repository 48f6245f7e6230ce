//! Offers on the web: still on sale, taken down, on sale again, and how long it takes.

use jiff::Timestamp;
use seamless_statistics::{End, Spell, kaplan_meier};

use crate::domain::{
    content::{Figure, Row, Section, Table, Text, Value},
    facts::{AlertFact, ListingFact, ListingReportFact, LookFact, NamedListing},
    figures::{
        Facts, Question,
        case::{Case, Way},
        reaction::{median_of, within},
        words::{Counts, count, text},
    },
    model::{ListingStatus, NotificationState},
};

/// An offer on the web that is followed.
struct Followed<'a> {
    /// When recipients reported it.
    reports: Vec<Timestamp>,
    /// What was found there before the cut, in the order of time.
    looks: Vec<&'a LookFact>,
    /// Whether the alert says that it is on sale.
    live: Option<bool>,
    /// Its alert is neither withdrawn nor taken from its recipient.
    stands: bool,
}

impl Followed<'_> {
    /// What looks could tell, in their order.
    fn told(&self) -> impl DoubleEndedIterator<Item = &LookFact> {
        self.looks.iter().copied().filter(|look| look.found != ListingStatus::Unknown)
    }

    /// Whether a look within the period found it so, of which the one before that could tell was another; where `again`, one that had
    /// found it taken down had come before.
    fn came_to(&self, question: &Question<'_>, found: ListingStatus, again: bool) -> bool {
        let (mut before, mut was_down) = (None, false);
        for look in self.told() {
            let is_new = before != Some(look.found) && (!again || was_down);
            if look.found == found && is_new && look.time >= question.start {
                return true;
            }
            was_down |= look.found == ListingStatus::TakenDown;
            before = Some(look.found);
        }
        false
    }

    /// How it stands: by the last look that could tell, or else as the alert says.
    fn state(&self) -> ListingStatus {
        let was_down = self.told().any(|look| look.found == ListingStatus::TakenDown);
        match (self.told().next_back().map(|look| look.found), self.live) {
            (Some(ListingStatus::Live), _) if was_down => ListingStatus::Relisted,
            (Some(found), _) => found,
            (None, Some(true)) => ListingStatus::Live,
            (None, Some(false)) => ListingStatus::TakenDown,
            (None, None) => ListingStatus::Unknown,
        }
    }

    /// From the first look that found it on sale to the first one after that found it taken down, or to the last that could tell; none
    /// where the first one is not of the period.
    fn spell(&self, question: &Question<'_>) -> Option<Spell> {
        let first = self.told().find(|look| look.found == ListingStatus::Live)?.time;
        if first < question.start {
            return None;
        }
        let down = self.told().find(|look| look.found == ListingStatus::TakenDown && look.time >= first);
        let last = self.told().next_back().map_or(first, |look| look.time);
        let until = down.map_or(last, |look| look.time);
        let duration = until.duration_since(first).as_micros().max(0);
        Some(Spell {
            duration: i64::try_from(duration).unwrap_or(i64::MAX),
            end: if down.is_some() { End::Event } else { End::Censored },
        })
    }
}

/// The section on alerts that went one way.
pub(in crate::domain::figures) fn section(
    question: &Question<'_>,
    facts: &Facts,
    cases: &[Case<'_>],
    way: Way,
) -> Section {
    let (id, title) = match way {
        Way::Sent => ("listings_sent", text("Offers on the web of alerts sent", "发出通报所涉网络商品链接")),
        Way::Received => {
            ("listings_received", text("Offers on the web of alerts received", "收到通报所涉网络商品链接"))
        }
    };
    let basis = text(
        "Offers that alerts name, as the newest version that the owner of the report is shown says, and those that their recipients reported; \
         by the looks of the two sides in each sending, up to its withdrawal or the end of the right to it.",
        "通报（以报告所有者可见的最新版本为准）所列及其接收方报告的网络商品链接；按双方在各次发送中的查看结果，计至撤回或权利终止。",
    );
    figures(question, (id, title), &basis, &of_cases(question, facts, cases))
}

/// The section on all alerts that the owner is shown, whoever looked.
pub(in crate::domain::figures) fn of_alerts(question: &Question<'_>, facts: &Facts) -> Section {
    let mut alerts: Vec<&AlertFact> = facts.alerts.values().collect();
    alerts.sort_by(|one, other| one.name.cmp(&other.name));
    let followed: Vec<Followed<'_>> = alerts
        .into_iter()
        .flat_map(|alert| {
            let withdrawn = alert.withdrawn.filter(|time| *time < question.cut);
            let stands = !(alert.state == NotificationState::Withdrawn && withdrawn.is_some());
            let is_of = move |time: Timestamp| withdrawn.is_none_or(|end| time <= end);
            let known = facts.exchange.listings.get(&alert.name);
            let known = known.map(|fact| fact.listings.as_slice()).unwrap_or_default();
            followed(question, alert, known, stands, |look, _| is_of(look.time), |_| Some(true))
        })
        .collect();
    let title = text("Offers on the web", "网络商品链接");
    let basis = text(
        "Offers that alerts name, as the newest version that the owner of the report is shown says, and those that recipients reported; by all \
         looks that the owner is shown, up to the withdrawal of the alert.",
        "通报（以报告所有者可见的最新版本为准）所列及接收方报告的网络商品链接；按报告所有者可见的全部查看结果，计至通报撤回。",
    );
    figures(question, ("listings", title), &basis, &followed)
}

fn of_cases<'a>(question: &Question<'_>, facts: &'a Facts, cases: &[Case<'a>]) -> Vec<Followed<'a>> {
    let mut all = Vec::new();
    for case in cases {
        let Some(alert) = case.alert else { continue };
        let known = facts.exchange.listings.get(&alert.name);
        let known = known.map(|fact| fact.listings.as_slice()).unwrap_or_default();
        let recipient = &case.sending.recipient;
        let members = question.partner.map(|partner| partner.members.as_slice()).unwrap_or_default();
        let is_of_sides =
            |look: &LookFact| members.contains(&look.by) || question.owner.members.contains(&look.by);
        all.extend(followed(
            question,
            alert,
            known,
            case.taken_back().is_none_or(|end| end >= question.cut),
            // A recipient is not told of looks from before it reported the offer itself.
            |look, since| {
                is_of_sides(look) && case.holds(look.time) && since.is_none_or(|since| look.time >= since)
            },
            |report| {
                let counts = report.by == *recipient && case.is_before_next(report.time);
                counts.then(|| case.is_of(report.time))
            },
        ));
    }
    all
}

/// The offers of an alert that it names, or that were reported; with the looks that `is_seen` holds of, which is told since when an
/// offer is followed that the alert does not name. What a report counts for says `counts`: nothing, that the offer is followed, or also
/// that it was reported then.
fn followed<'a>(
    question: &Question<'_>,
    alert: &AlertFact,
    known: &'a [ListingFact],
    stands: bool,
    is_seen: impl Fn(&LookFact, Option<Timestamp>) -> bool,
    counts: impl Fn(&ListingReportFact) -> Option<bool>,
) -> Vec<Followed<'a>> {
    let of = |named: Option<&NamedListing>, listing: Option<&'a ListingFact>| {
        let looks = listing.map(|listing| listing.looks.as_slice()).unwrap_or_default();
        let reports = listing.map(|listing| listing.reports.as_slice()).unwrap_or_default();
        let reports = reports.iter().filter(|one| one.time < question.cut);
        let reports: Vec<(Timestamp, bool)> =
            reports.filter_map(|one| Some((one.time, counts(one)?))).collect();
        let is_followed = named.is_some() || !reports.is_empty();
        let since = reports.iter().map(|(time, _)| *time).min().filter(|_| named.is_none());
        is_followed.then(|| Followed {
            reports: reports.iter().filter(|(_, is_new)| *is_new).map(|(time, _)| *time).collect(),
            looks: looks.iter().filter(|look| look.time < question.cut && is_seen(look, since)).collect(),
            live: named.and_then(|named| named.live),
            stands,
        })
    };
    let known_of = |named: &NamedListing| known.iter().find(|one| one.id == named.id);
    let named = alert.listings.iter().map(|named| of(Some(named), known_of(named)));
    let is_named = |one: &&ListingFact| alert.listings.iter().any(|named| named.id == one.id);
    let others = known.iter().filter(|one| !is_named(one)).map(|one| of(None, Some(one)));
    named.chain(others).flatten().collect()
}

fn figures(
    question: &Question<'_>,
    (id, title): (&'static str, Text),
    basis: &Text,
    all: &[Followed<'_>],
) -> Section {
    let of_period = |time: Timestamp| time >= question.start && time < question.cut;
    let how_many = |holds: &dyn Fn(&Followed<'_>) -> bool| all.iter().filter(|one| holds(one)).count();
    let spells: Vec<Spell> = all.iter().filter_map(|one| one.spell(question)).collect();
    let survival = kaplan_meier(&spells);
    let of = |english: &str, chinese: &str| {
        text(&format!("{english} {}", basis.english), &format!("{chinese}{}", basis.chinese))
    };
    let times = [
        "From the first look that found the offer on sale, within the period, to the first later one that found it taken down: it went at some \
         time between the two last looks. Those not found taken down count up to the last look that could tell. Kaplan–Meier; the interval \
         of 95 % is of the log-log kind; days of 24 hours.",
        "自报告期内首次查看发现在售，至其后首次查看发现已下架；实际下架时间在最后两次查看之间。未发现下架的，计至最后一次能够判断的查看。\
         采用 Kaplan–Meier 方法，95% 区间为双对数型；一天为 24 小时。",
    ];
    let figures = vec![
        count(
            "looked_at",
            text("Offers looked at", "已查看的链接"),
            of(
                "Offers at which somebody looked within the period, whatever was found.",
                "报告期内查看过的链接，不论结果。",
            ),
            how_many(&|one| one.looks.iter().any(|look| of_period(look.time))),
        ),
        count(
            "reported",
            text("Reported by recipients", "接收方报告的链接"),
            of("Offers that a recipient reported within the period.", "接收方在报告期内报告的链接。"),
            how_many(&|one| one.reports.iter().any(|time| of_period(*time))),
        ),
        count(
            "taken_down",
            text("Found taken down", "发现已下架"),
            of(
                "Offers that a look within the period found taken down, which the one before had not; each counts once.",
                "报告期内查看发现已下架、而此前查看并非如此的链接；每条计一次。",
            ),
            how_many(&|one| one.came_to(question, ListingStatus::TakenDown, false)),
        ),
        count(
            "relisted",
            text("Found on sale again", "发现重新上架"),
            of(
                "Offers that a look within the period found on sale after an earlier one had found them taken down; each counts once.",
                "此前查看已下架、报告期内查看又在售的链接；每条计一次。",
            ),
            how_many(&|one| one.came_to(question, ListingStatus::Live, true)),
        ),
        Figure {
            id: "takedown_median",
            title: text("Half are taken down after (days)", "半数下架所需天数"),
            definition: text(times[0], times[1]),
            value: median_of(&survival),
            cases: spells.len() as u64,
        },
        Figure {
            id: "takedown_within_7_days",
            title: text("Taken down within 7 days", "7 天内下架的比例"),
            definition: text(
                &format!("{} Not known while no offer was observed for so long.", times[0]),
                &format!("{}尚无链接观察满此时间的，不得而知。", times[1]),
            ),
            value: within(&survival, 7),
            cases: spells.len() as u64,
        },
    ];
    let mut states = Counts::new();
    for one in all.iter().filter(|one| one.stands) {
        let state = one.state();
        let (order, title) = called(state);
        states.add_row(order, state.into(), title);
    }
    let definition = of(
        "As each stands at the cut: by the last look that could tell, or else as the alert says. Offers of alerts that were withdrawn or taken \
         from their recipient by then are left out.",
        "统计截止时的状态：以最后一次能够判断的查看为准，否则以通报所述为准。届时已撤回或已收回的通报所涉链接不计。",
    );
    let title_of_table = text("How offers stand at the end", "期末链接状态");
    Section {
        id,
        title,
        figures,
        tables: vec![states.table("listings_by_state", title_of_table, definition, false)],
    }
}

/// How long it takes until offers are taken down, as a table like that of stages.
pub(in crate::domain::figures) fn takedown(
    question: &Question<'_>,
    facts: &Facts,
    cases: &[Case<'_>],
    days: &[i64],
    columns: Vec<Text>,
) -> Table {
    let all = of_cases(question, facts, cases);
    let spells: Vec<Spell> = all.iter().filter_map(|one| one.spell(question)).collect();
    let survival = kaplan_meier(&spells);
    let first = [Value::Count(survival.spells()), Value::Count(survival.events()), median_of(&survival)];
    let shares = days.iter().map(|days| within(&survival, *days));
    let row = Row {
        id: "taken_down".to_owned(),
        title: text("taken down", "下架"),
        values: first.into_iter().chain(shares).collect(),
    };
    Table {
        id: "takedown",
        title: text("How long offers on the web stay", "网络商品链接下架所需时间"),
        definition: text(
            "Offers on the web, however old their alerts, that a look first found on sale within the period, to the first later look that \
             found them taken down; the others count up to the last look that could tell, within the sending. The true time lies between two \
             looks. Kaplan–Meier with intervals of 95 % of the log-log kind; days of 24 hours. A share within a time for which no offer was \
             observed is not known yet.",
            "报告期内首次查看发现在售的网络商品链接，至其后首次查看发现已下架；其余计至该次发送内最后一次能够判断的查看。实际时间在两次查看之间。\
             采用 Kaplan–Meier 方法，95% 区间为双对数型；一天为 24 小时。尚无链接观察满的期限，其比例不得而知。",
        ),
        columns,
        rows: vec![row],
        cases: spells.len() as u64,
        overlapping: false,
    }
}

/// What a state is called, in its order.
fn called(state: ListingStatus) -> (i64, Text) {
    match state {
        ListingStatus::Live => (0, text("on sale", "在售")),
        ListingStatus::Relisted => (1, text("on sale again", "重新上架")),
        ListingStatus::TakenDown => (2, text("taken down", "已下架")),
        ListingStatus::Unknown => (3, text("not known", "不详")),
    }
}
