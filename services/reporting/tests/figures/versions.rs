//! The version of a template rises where what it says changes: what each says of the same histories is pinned by its version. See README.md
//! in this folder.

use std::collections::BTreeMap;

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use prost::Message;
use seamless_reporting::{
    contract::content_out,
    domain::{
        facts::Fact,
        figures::version_of,
        model::{EventStatus, ReportTemplate},
    },
};
use seamless_testkit::Golden;
use seamless_vocabulary::Vocabulary;
use sha2::{Digest, Sha256};

use crate::{
    CUT, control, history::History, hour, known, random::histories, report_of_status, reports, targeting,
    told::events_of, traces, training,
};

/// Histories of alerts that are told.
const HISTORIES: usize = 40;

/// One value of a strategy; the same in each run.
pub fn drawn<S: Strategy>(runner: &mut TestRunner, strategy: &S) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}

fn runner() -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// Of each section of a template the SHA-256 of all that it says of the same histories, texts and definitions in both languages included.
fn said(template: ReportTemplate) -> Vec<String> {
    use ReportTemplate::{
        AnnualStatistics, ImportControl, QuarterlyPartner, ResponseTimes, ReviewPack, TraceBack, Training,
    };
    let mut runner = runner();
    let mut sections: BTreeMap<String, Sha256> = BTreeMap::new();
    let mut add = |content: &_| {
        for section in content_out(content, hour(CUT)).sections {
            sections.entry(section.id.clone()).or_default().update(section.encode_to_vec());
        }
    };
    let of_histories = matches!(template, QuarterlyPartner | AnnualStatistics | ResponseTimes | ReviewPack);
    for _ in 0..if of_histories { HISTORIES } else { 0 } {
        let history: History = drawn(&mut runner, &histories());
        for pair in reports::PAIRS {
            let facts = known(&events_of(&history, pair.0), &pair.0.parse().unwrap());
            add(&reports::report(template, pair, facts, EventStatus::Actual));
        }
    }
    for _ in 0..HISTORIES {
        let facts: Vec<Fact> = match template {
            ImportControl => [control::drawn, targeting::drawn].map(|of| of(&mut runner)).concat(),
            Training => training::drawn(&mut runner),
            TraceBack => traces::drawn(&mut runner),
            ReviewPack => [control::drawn, targeting::drawn, training::drawn, traces::drawn]
                .map(|of| of(&mut runner))
                .concat(),
            _ => break,
        };
        add(&report_of_status(template, "eu-just", "cn-gacc", facts, EventStatus::Actual));
    }
    sections.into_iter().map(|(id, hash)| format!("{id} {}", hex::encode(hash.finalize()))).collect()
}

#[test]
fn what_a_template_says_changes_with_its_version_alone() {
    let mut golden = Golden::files_in(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/figures/versions"));
    let templates = (0..100).filter_map(ReportTemplate::from_number);
    for template in templates.filter(|one| *one != ReportTemplate::HazardBulletin) {
        let name: &str = template.into();
        golden.lines(&format!("{name}.{}.txt", version_of(template)), &said(template));
    }
    golden.finish();
}
