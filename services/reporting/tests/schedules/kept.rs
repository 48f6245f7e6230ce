//! What is kept of schedules: in memory, by the rules of the store. A record is written only in the revision behind the one that is
//! there.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock},
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use seamless_calendar::Zones;
use seamless_decision::{Refusal, parsed};
use seamless_identity::{Caller, Cooperation, SAMPLE_COOPERATION};
use seamless_reporting::domain::{
    ChangeSet, Rules,
    glossary::Glossary,
    model::{Report, ReportSchedule, ScheduleRun, ScheduleTerms},
    records::{Record, RecordQuery, RecordReader, StoredRecord},
    use_cases::{CreateSchedule, RunSchedule},
};

/// All records by kind and name.
#[derive(Default)]
pub struct Kept(Mutex<BTreeMap<(&'static str, String), StoredRecord>>);

/// The rules of the sample, with a feed that is followed for China's authority.
pub fn rules() -> &'static Rules {
    // Read once: reading the calendars takes longer than a story.
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(read)
}

fn read() -> Rules {
    let calendars = seamless_calendar::Calendars::embedded().unwrap();
    let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &calendars).unwrap();
    Rules {
        cooperation: Arc::new(cooperation),
        zones: Zones::bundled(),
        followed: ["cn-gacc".parse().unwrap()].into(),
        other_feeds: [].into(),
        cooperation_sha256: "".into(),
        zone_data_sha256: "".into(),
        most_queued: 10_000,
        most_schedules: 10,
        least_distance: SignedDuration::from_hours(20),
        small: seamless_suppression::Rule::of_least(5),
        glossary: Arc::new(Glossary::new(Vec::new(), String::new()).unwrap()),
        publish_with_findings: false,
    }
}

impl Kept {
    /// China's authority creates a schedule.
    pub async fn created(&self, rules: &Rules, terms: &ScheduleTerms, now: Timestamp) {
        self.created_by("cn-gacc", rules, terms, now).await;
    }

    /// An authority creates a schedule.
    pub async fn created_by(&self, owner: &str, rules: &Rules, terms: &ScheduleTerms, now: Timestamp) {
        let caller = Caller { authority: owner.parse().unwrap(), principal: format!("{owner}/test") };
        let create = CreateSchedule { rules, records: self };
        let decision = create.execute(&caller, terms, now).await.unwrap();
        self.commit(decision.changes);
    }

    /// A replica looks at what is due, and another one does at the same moment.
    pub async fn looked(&self, rules: &Rules, now: Timestamp) {
        let run = RunSchedule { rules, records: self };
        for due in run.due(100, now).await.unwrap() {
            let decided = run.execute(&due.name(), now).await.unwrap();
            let elsewhere = run.execute(&due.name(), now).await.unwrap();
            self.commit(decided);
            self.commit(elsewhere);
        }
    }

    /// The schedule, where there is one.
    pub fn schedule(&self) -> ReportSchedule {
        let kept = self.0.lock().unwrap();
        let schedule = kept.values().find(|record| record.kind == ReportSchedule::KIND).unwrap();
        parsed(&schedule.document).unwrap()
    }

    /// Somebody runs the schedule by hand, and somebody else does at the same moment, of whom one has to decide anew; gives the report of each.
    pub async fn run_by_hand(&self, rules: &Rules, intended: Timestamp, now: Timestamp) -> [Report; 2] {
        let (run, schedule) = (RunSchedule { rules, records: self }, self.schedule());
        let first = run.by_hand(&schedule, intended, now).await.unwrap();
        let unaware = run.by_hand(&schedule, intended, now).await.unwrap();
        self.commit(first.changes);
        let runs = self.all().len();
        self.commit(unaware.changes);
        assert_eq!(self.all().len(), runs, "somebody was faster");
        let aware = run.by_hand(&self.schedule(), intended, now).await.unwrap();
        assert!(aware.changes.is_empty());
        [first.outcome, aware.outcome]
    }

    /// What ran while the clock was ahead is looked for; gives how many were brought back.
    pub async fn checked(&self, rules: &Rules, now: Timestamp) -> usize {
        let run = RunSchedule { rules, records: self };
        let ahead = run.ahead(now).await.unwrap();
        for schedule in &ahead {
            self.commit(run.bring_back(&schedule.name(), now).await.unwrap());
        }
        ahead.len()
    }

    /// Whose schedules are looked at first where there is time for so many.
    pub async fn due_of(&self, rules: &Rules, most: u64, now: Timestamp) -> Vec<String> {
        let due = RunSchedule { rules, records: self }.due(most, now).await.unwrap();
        due.iter().map(|one| one.owner.to_string()).collect()
    }

    /// All runs.
    pub fn all(&self) -> Vec<ScheduleRun> {
        let kept = self.0.lock().unwrap();
        let runs = kept.values().filter(|record| record.kind == ScheduleRun::KIND);
        runs.map(|record| parsed(&record.document).unwrap()).collect()
    }

    /// Writes all of it, or nothing where somebody was faster.
    fn commit(&self, changes: ChangeSet) {
        let mut kept = self.0.lock().unwrap();
        let key = |record: &StoredRecord| (record.kind, record.name.clone());
        let fits = changes.records.iter().all(|write| {
            let present = kept.get(&key(&write.record)).map_or(0, |record| record.revision);
            write.record.revision == present + 1
        });
        if fits {
            kept.extend(changes.records.into_iter().map(|write| (key(&write.record), write.record)));
        }
    }
}

#[async_trait]
impl RecordReader<RecordQuery> for Kept {
    async fn record_document(&self, kind: &'static str, name: &str) -> Result<Option<String>, Refusal> {
        let kept = self.0.lock().unwrap();
        Ok(kept.get(&(kind, name.to_owned())).map(|record| record.document.clone()))
    }

    async fn record_documents(
        &self,
        kind: &'static str,
        query: &RecordQuery,
    ) -> Result<Vec<String>, Refusal> {
        let kept = self.0.lock().unwrap();
        let page = &query.page;
        let mut found: Vec<((i64, String), String)> = kept
            .values()
            .filter(|record| {
                let place = &record.place;
                record.kind == kind
                    && query.owners.contains(&place.owner)
                    && query.group.as_ref().is_none_or(|group| *group == place.group)
                    && (page.states.is_empty() || page.states.contains(&place.state))
            })
            .map(|record| ((record.place.order, record.name.clone()), record.document.clone()))
            .collect();
        found.sort();
        if page.descending {
            found.reverse();
        }
        found.retain(|(place, _)| match (&page.after, page.descending) {
            (None, _) => true,
            (Some(after), false) => place > after,
            (Some(after), true) => place < after,
        });
        Ok(found.into_iter().take(page.limit as usize).map(|(_, document)| document).collect())
    }
}
