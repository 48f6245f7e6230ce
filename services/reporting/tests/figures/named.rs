//! Bulletins name alerts to others who are told numbers as well: neither tells more of the other than the list itself.

use seamless_reporting::domain::{
    facts::{AlertFact, Fact},
    figures::{Facts, statistics::Notified},
    model::{EventStatus, PublishedBulletin, Release, RiskType, StatisticsDimension as By},
    small_counts::{Days, Naming, Released, described, name_alerts, news, release},
};
use seamless_suppression::{Budget, Rule};

use crate::{asked, by, plain_alert, published};

const LEAST: u64 = 3;

/// The months of 2027 from the first to the last.
fn months(first: i8, last: i8) -> Days {
    (jiff::civil::date(2027, first, 1), jiff::civil::date(2027, last, 1).last_of_month())
}

/// An alert of a month.
#[derive(Clone, Debug)]
struct Alert {
    month: i8,
    origins: Vec<&'static str>,
    risks: Vec<RiskType>,
}

impl Alert {
    fn fact(&self, id: usize) -> AlertFact {
        AlertFact {
            origins: self.origins.iter().map(|country| country.parse().unwrap()).collect(),
            risks: self.risks.clone(),
            confirmed: Some(format!("2027-0{}-11T08:00:00Z", self.month).parse().unwrap()),
            ..plain_alert(id)
        }
    }
}

/// Others who are told numbers, and given bulletins.
struct Others<'a> {
    alerts: &'a [Alert],
    before: Vec<Release>,
}

impl<'a> Others<'a> {
    fn of(alerts: &'a [Alert]) -> Self {
        Self { alerts, before: Vec::new() }
    }

    fn notified<T>(&self, days: Days, ask: impl FnOnce(&Notified<'_>) -> T) -> T {
        let facts = self.alerts.iter().enumerate().map(|(id, alert)| Fact::Alert(alert.fact(id)));
        let facts = Facts::of(facts, EventStatus::Actual);
        asked(days, |question, world| ask(&Notified::of(question, &facts, world)))
    }

    /// What they are told; none where they are told nothing.
    fn told(&mut self, days: Days, properties: &[By]) -> Option<Released> {
        let budget = Budget::default();
        let judged = by(&self.before, Rule::of_least(LEAST), &budget);
        let released = self
            .notified(days, |alerts| release(alerts, EventStatus::Actual, days, properties, judged))
            .ok()
            .flatten()?;
        let kept = news(published(released.draft.clone(), &released.verdict.withheld), &self.before);
        self.before.push(kept);
        Some(released)
    }

    /// What they are told by one property, and of all; `-` where it is withheld.
    fn rows(&mut self, days: Days, property: By) -> Vec<String> {
        let Some(released) = self.told(days, &[property]) else { return Vec::new() };
        let shown = |count: Option<u64>| count.map_or("-".to_owned(), |count| count.to_string());
        let rows = released.tables[0].rows.iter().flatten();
        let rows = rows.map(|(value, count)| format!("{} {}", value.id, shown(*count)));
        rows.chain([format!("all {}", shown(released.total))]).collect()
    }

    /// Which alerts a bulletin lists.
    fn listed(&self, month: i8, origin: &str) -> Vec<usize> {
        let is_of = |alert: &Alert| alert.month == month && alert.origins.contains(&origin);
        self.alerts.iter().enumerate().filter(|(_, alert)| is_of(alert)).map(|(id, _)| id).collect()
    }

    /// They are given the bulletin of a month; which tables that would undo where they must not be.
    fn given(&mut self, month: i8, origin: &str) -> Result<(), Vec<String>> {
        let listed = self.listed(month, origin);
        let mut alerts: Vec<String> = listed.iter().map(|id| format!("notifications/{id}")).collect();
        alerts.sort();
        let days = months(month, month);
        let bulletin = PublishedBulletin {
            status: EventStatus::Actual,
            origin: origin.parse().unwrap(),
            month: days.0,
            days,
            alerts,
        };
        let budget = Budget::default();
        let judged = by(&self.before, Rule::of_least(LEAST), &budget);
        let id = uuid::Uuid::from_u128(self.before.len() as u128 + 1);
        let draft = match self.notified(days, |alerts| name_alerts(alerts, &bulletin, id, judged)).unwrap() {
            Naming::Kept(draft) => *draft,
            Naming::Undoes(tables) => return Err(tables.iter().map(described).collect()),
        };
        let kept = Release { bulletin: Some(bulletin), ..published(draft, &[]) };
        self.before.push(news(kept, &self.before));
        Ok(())
    }
}

/// So many alerts of a month from these countries.
fn from(month: i8, count: usize, origins: &[&'static str], risks: &[RiskType]) -> Vec<Alert> {
    vec![Alert { month, origins: origins.to_vec(), risks: risks.to_vec() }; count]
}

#[test]
fn a_bulletin_does_not_undo_what_was_withheld() {
    let alerts = [from(5, 8, &["CN"], &[]), from(5, 2, &["VN"], &[])].concat();
    let mut others = Others::of(&alerts);
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN -", "VN -", "all 10"]);
    let undone = [
        "the numbers of alerts of 2027-05-01 to 2027-05-31".to_owned(),
        "the numbers of alerts by ORIGIN of 2027-05-01 to 2027-05-31".to_owned(),
    ];
    assert_eq!(others.given(5, "CN"), Err(undone.to_vec()), "ten less the eight that it lists are two");
    assert_eq!(others.given(5, "VN"), Err(undone[1..].to_vec()), "they were withheld, and so were the eight");
    // Of another month it tells nothing.
    let more = [alerts.clone(), from(6, 2, &["VN"], &[])].concat();
    others = Others { alerts: &more, ..others };
    assert_eq!(others.given(6, "VN"), Ok(()));
    // Nor where enough are left.
    let alerts = [from(5, 8, &["CN"], &[]), from(5, 5, &["VN"], &[])].concat();
    let mut others = Others::of(&alerts);
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN 8", "VN 5", "all 13"]);
    assert_eq!((others.given(5, "CN"), others.given(5, "VN")), (Ok(()), Ok(())));
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN 8", "VN 5", "all 13"], "what was told stays told");
    // By a longer time, too: two of the quarter would be left.
    let alerts = [from(4, 1, &["CN"], &[]), from(5, 9, &["CN"], &[]), from(6, 1, &["CN"], &[])].concat();
    let mut others = Others::of(&alerts);
    assert_eq!(others.rows(months(4, 6), By::RiskType), [" 11", "all 11"]);
    assert_eq!(others.given(5, "CN").unwrap_err().len(), 2);
}

#[test]
fn what_is_told_after_a_bulletin_keeps_what_it_does_not_list() {
    let alerts = [from(5, 8, &["CN"], &[]), from(5, 2, &["VN"], &[])].concat();
    let mut others = Others::of(&alerts);
    assert_eq!(others.given(5, "CN"), Ok(()));
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN 8", "VN -", "all -"]);
    // Those that are named are few for nobody: what everybody can count is told.
    assert_eq!(others.given(5, "VN").unwrap_err().len(), 2, "neither they nor all were told");
    let mut others = Others::of(&alerts);
    assert_eq!((others.given(5, "CN"), others.given(5, "VN")), (Ok(()), Ok(())));
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN 8", "VN 2", "all 10"]);
    // By another property as well: of the two that burn one is named.
    let burns = [RiskType::Burns];
    let alerts = [
        from(5, 6, &["CN"], &[]),
        from(5, 1, &["CN"], &burns),
        from(5, 6, &["VN"], &[]),
        from(5, 1, &["VN"], &burns),
    ]
    .concat();
    let mut others = Others::of(&alerts);
    assert_eq!(others.given(5, "CN"), Ok(()));
    assert_eq!(others.rows(months(5, 5), By::RiskType), ["BURNS -", " -", "all 14"]);
}

/// A later edition of a bulletin lists an alert that came since: it is named, so nobody need reckon it.
#[test]
fn a_later_edition_lists_what_came_since() {
    let at_first = [from(5, 8, &["CN"], &[]), from(5, 6, &["VN"], &[])].concat();
    let mut others = Others::of(&at_first);
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN 8", "VN 6", "all 14"]);
    assert_eq!(others.given(5, "CN"), Ok(()));
    let later = [at_first.clone(), from(5, 1, &["CN"], &[])].concat();
    others = Others { alerts: &later, ..others };
    assert_eq!(others.given(5, "CN"), Ok(()));
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN 9", "VN 6", "all 15"]);
    // One that is not named is few.
    let latest = [later.clone(), from(5, 1, &["VN"], &[])].concat();
    others = Others { alerts: &latest, ..others };
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN 9", "VN -", "all -"]);
}
