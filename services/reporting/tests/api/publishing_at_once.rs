//! Publications about the same that are decided at the same time, or in another order than they were asked for.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use seamless_calendar::{Calendars, Zones};
use seamless_decision::Refused;
use seamless_feed::FeedSignal;
use seamless_identity::{AuthorityId, Caller, Cooperation, SAMPLE_COOPERATION};
use seamless_reporting::{
    domain::{
        ChangeSet, Rules,
        event::EventKind,
        glossary::Glossary,
        model::{EventStatus, Manifest, Period, Report, ReportState, ReportTemplate},
        records::{Record, record},
        use_cases::{ChangeReport, FinishReport, Outcome, ReportStep},
    },
    store::{Store, migrations::Migrator},
};
use seamless_testkit::{TestDatabase, on_each_database};
use uuid::Uuid;

on_each_database!(of_two_at_once_one_takes_the_place_of_the_other, what_was_asked_for_earlier_is_left);

fn id(authority: &str) -> AuthorityId {
    authority.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn rules() -> Rules {
    let calendars = Calendars::embedded().unwrap();
    Rules {
        cooperation: Arc::new(Cooperation::parse(SAMPLE_COOPERATION, &calendars).unwrap()),
        zones: Zones::bundled(),
        zone_data_sha256: "".into(),
        followed: [id("cn-gacc")].into(),
        other_feeds: [].into(),
        cooperation_sha256: "".into(),
        most_queued: 10,
        most_schedules: 10,
        least_distance: SignedDuration::from_hours(20),
        small: seamless_suppression::Rule::of_least(5),
        glossary: Arc::new(Glossary::new(Vec::new(), String::new()).unwrap()),
        publish_with_findings: false,
    }
}

/// A report of China about alerts with the EU of the second quarter, asked for at this time.
fn quarter(create_time: &str, state: ReportState) -> Report {
    let create_time = at(create_time);
    let period = Period {
        first: "2027-04-01".parse().unwrap(),
        last: "2027-06-30".parse().unwrap(),
        zone: "Asia/Shanghai".to_owned(),
    };
    Report {
        id: Uuid::now_v7(),
        owner: id("cn-gacc"),
        template: ReportTemplate::QuarterlyPartner,
        template_version: 1,
        partner: Some(id("eu-just")),
        period,
        status: EventStatus::Actual,
        state,
        failure: String::new(),
        manifest: None,
        signature: String::new(),
        approve_time: None,
        approved_by: String::new(),
        publish_time: None,
        readers: Vec::new(),
        restates: None,
        schedule: None,
        intended: None,
        approve_automatically: false,
        publish_to: Vec::new(),
        for_others: false,
        published_before: None,
        create_time,
        update_time: create_time,
        revision: 1,
    }
}

struct Kept {
    // Held while the store is used.
    _test: TestDatabase,
    store: Store,
    rules: Rules,
}

impl Kept {
    async fn with(test: TestDatabase, reports: &[&Report]) -> Self {
        test.database.migrate::<Migrator>().await.unwrap();
        let store = Store::new(test.database.clone(), FeedSignal::new());
        let mut changes = ChangeSet::default();
        reports.iter().for_each(|report| changes.put_record(*report).unwrap());
        store.commit(changes, Vec::new(), None).await.unwrap();
        Self { _test: test, store, rules: rules() }
    }

    /// What publishing it to the EU comes to, by what stands now.
    async fn published(&self, name: &str) -> Result<(Report, ChangeSet), String> {
        let report: Report = record(&self.store, name).await.unwrap().unwrap();
        let change = ChangeReport {
            rules: &self.rules,
            records: &self.store,
            facts: &self.store,
            beside: |work| work(),
        };
        let caller = Caller { authority: id("cn-gacc"), principal: "cn-gacc/test".to_owned() };
        let step = ReportStep::Publish(vec![id("eu-just")]);
        let decided = change.execute(&caller, report, &step, None, at("2027-08-02T00:00:00Z")).await;
        decided.map(|decided| (decided.outcome, decided.changes)).map_err(|refused| refused.to_string())
    }
}

/// Two replicas publish two drafts about the same at the same moment: one of them decides anew, and takes the place of the other.
async fn of_two_at_once_one_takes_the_place_of_the_other(test: TestDatabase) {
    let [first, second] =
        ["2027-08-01T00:00:00Z", "2027-08-01T00:00:01Z"].map(|asked| quarter(asked, ReportState::Approved));
    let kept = Kept::with(test, &[&first, &second]).await;
    let (_, one) = kept.published(&first.name()).await.unwrap();
    let (unaware, other) = kept.published(&second.name()).await.unwrap();
    assert_eq!(unaware.restates, None, "neither knows of the other");
    kept.store.commit(one, Vec::new(), None).await.unwrap();
    let refused = kept.store.commit(other, Vec::new(), None).await.unwrap_err();
    assert!(refused.is_conflict(), "{refused}");

    let (aware, anew) = kept.published(&second.name()).await.unwrap();
    assert_eq!(aware.restates, Some(first.id));
    assert!(matches!(anew.events[0].kind, EventKind::ReportRestated(..)));
    kept.store.commit(anew, Vec::new(), None).await.unwrap();
}

/// What was asked for later is published already: an earlier one is not published in its place, by a person or as its schedule says.
async fn what_was_asked_for_earlier_is_left(test: TestDatabase) {
    let newer = quarter("2027-07-05T00:00:00Z", ReportState::Approved);
    let older = quarter("2027-07-01T00:00:00Z", ReportState::Approved);
    let scheduled = Report {
        schedule: Some(Uuid::now_v7()),
        approve_automatically: true,
        publish_to: vec![id("eu-just")],
        ..quarter("2027-07-01T00:00:00Z", ReportState::Queued)
    };
    let kept = Kept::with(test, &[&newer, &older, &scheduled]).await;
    let (_, changes) = kept.published(&newer.name()).await.unwrap();
    kept.store.commit(changes, Vec::new(), None).await.unwrap();
    let refused = kept.published(&older.name()).await.unwrap_err();
    assert!(refused.contains(&format!("{} about the same was asked for later", newer.name())), "{refused}");

    let manifest = Manifest {
        cut: at("2027-06-30T16:00:00Z"),
        inputs: Vec::new(),
        configuration: Vec::new(),
        program_version: String::new(),
        target: String::new(),
        zone_data_version: String::new(),
        documents: Vec::new(),
        missing_characters: Vec::new(),
        more_missing_characters: 0,
        lag: None,
    };
    let finish = FinishReport { rules: &kept.rules, records: &kept.store };
    let made = Outcome::Made(Box::new(manifest), String::new());
    let changes = finish.execute(&scheduled.name(), made, at("2027-08-02T00:00:00Z")).await.unwrap();
    kept.store.commit(changes, Vec::new(), None).await.unwrap();
    let stands: Report = record(&kept.store, &scheduled.name()).await.unwrap().unwrap();
    assert_eq!((stands.state, stands.readers.len()), (ReportState::Approved, 0));
}
