//! Generates the bulletins that wait, as reports are generated: once all is known that was told when they were asked for.

use jiff::{Timestamp, tz::TimeZone};
use prost::Message;
use seamless_program::{each_due, every};
use tokio_util::sync::CancellationToken;

use super::{
    abandoned::Abandoned,
    report_writer::{BATCH, ReportWriter, TAKEN_BACK, data, or_fault, signature},
};
use crate::{
    contract::{REPORT_TYPE, bulletin_claims, bulletin_content_out},
    domain::{
        DomainError,
        awaited::awaited,
        bulletins::{BulletinQuestion, Said, bulletin},
        error::Refusal,
        figures::Party,
        model::{
            Bulletin, ConfigurationDigest, EventStatus, GenerationStage, Manifest, PublishedBulletin, Report,
            ReportState,
        },
        ports::{KnownRecalls, RecallReader},
        records::{Record, RecordPage, RecordQuery, all_records},
        source::Source,
        use_cases::{FinishReport, Outcome, prepared},
    },
    render::{DocumentFacts, MadeOf, render_telling},
};

/// The most findings that are kept with a bulletin; all are in its content. While there are more it is not published.
const MOST_FINDINGS: usize = 1_000;

/// The worker, with what it shares with that of reports.
pub struct BulletinWriter(pub ReportWriter);

/// What came of it: the signed manifest, and what was found.
struct Made {
    manifest: Manifest,
    signature: String,
    said: Said,
}

impl BulletinWriter {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.0.interval, &token, "bulletins not generated", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        let due = async |limit| self.waiting(limit).await;
        let each = async |bulletin: Bulletin| self.write(bulletin).await;
        let done = each_due(BATCH, token, "a bulletin was not generated", Bulletin::name, due, each).await?;
        if done.count > 0 {
            tracing::info!(bulletins = done.count, "bulletins were generated");
        }
        let ReportWriter { decisions, store, rules, clock, .. } = &self.0;
        let waiting = Abandoned { decisions, store, rules, now: clock.now() };
        waiting.end::<Bulletin>(token, |_| &[Source::Notifications]).await
    }

    /// The bulletins that wait, of which all is known that was told when they were asked for. An alert of a month is often told later.
    async fn waiting(&self, limit: u64) -> Result<Vec<Bulletin>, DomainError> {
        let page = RecordPage { states: vec![ReportState::Queued as i32], ..RecordPage::default() };
        let owners = self.0.rules.followed.to_vec();
        let queued = RecordQuery { owners, page, ..RecordQuery::default() };
        let mut waiting: Vec<Bulletin> = all_records(&self.0.store, queued).await?;
        let (rules, reached) = (&self.0.rules, &self.0.reached);
        waiting.retain(|bulletin| awaited(rules, reached, &bulletin.report).is_empty());
        waiting.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(waiting)
    }

    async fn write(&self, bulletin: Bulletin) -> Result<bool, DomainError> {
        let (outcome, said) = match or_fault(bulletin.name(), self.made(&bulletin).await)? {
            Ok(Made { manifest, signature, said }) => {
                (Outcome::Made(Box::new(manifest), signature), Some(said))
            }
            Err(why) => (Outcome::Failed(why), None),
        };
        let now = self.0.clock.now();
        let enter = |bulletin: &mut Bulletin| {
            let said = said?;
            let named = named(bulletin, &said);
            bulletin.alerts = said.clusters.iter().map(|cluster| cluster.alerts.len() as u64).sum();
            bulletin.more_findings = said.findings.len().saturating_sub(MOST_FINDINGS) as u64;
            bulletin.findings = said.findings.into_iter().take(MOST_FINDINGS).collect();
            Some(prepared(&bulletin.report, named, now))
        };
        let finish = FinishReport { rules: &self.0.rules, records: &self.0.store };
        let changes = finish.enter(&bulletin.name(), outcome, enter, now).await?;
        self.0.decisions.settle(changes).await
    }

    /// The bulletin; why it cannot be made is the inner error, for its owner.
    async fn made(&self, asked: &Bulletin) -> Result<Result<Made, String>, DomainError> {
        let (writer, report) = (&self.0, &asked.report);
        // Without a key nothing is begun that could not be finished.
        let unsigned = |error| Refusal::Unavailable(format!("bulletins cannot be signed: {error}"));
        writer.signer.check().map_err(unsigned)?;
        let recalling = report.partner.as_ref().and_then(|partner| writer.rules.party(partner));
        let Some((owner, recalling)) = writer.rules.party(&report.owner).zip(recalling) else {
            return Ok(Err("owner or recalling authority is not in the cooperation any more".to_owned()));
        };
        let Ok(zone) = writer.rules.zones.get(&report.period.zone) else {
            return Ok(Err(format!("the time zone {} is not known any more", report.period.zone)));
        };
        let question = |cut: Timestamp| question(asked, &owner, &recalling, &zone, cut);
        let is_wanted = |alert: &_| question(Timestamp::UNIX_EPOCH).lists(alert).is_some();
        let telling = writer.telling(asked);
        telling.step(GenerationStage::Reading).await;
        let KnownRecalls { recalls, inputs } = writer.store.recalls(&report.owner, &is_wanted).await?;
        let cut = inputs.iter().filter_map(|input| input.last_event_time).max();
        let question = question(cut.unwrap_or(Timestamp::UNIX_EPOCH));
        let glossary = &writer.rules.glossary;
        telling.step(GenerationStage::Calculating).await;
        let said = tokio::task::block_in_place(|| bulletin(&question, recalls, glossary));
        let lag = writer.lag(&report.owner, &[Source::Notifications]);
        let mut manifest = Manifest { lag, ..writer.manifest(question.cut, inputs) };
        let sha256 = glossary.sha256().to_owned();
        manifest.configuration.push(ConfigurationDigest { name: "glossary".to_owned(), sha256 });
        let documents = DocumentFacts {
            file_stem: file_stem(asked),
            date: report.period.last,
            exercise: report.status != EventStatus::Actual,
            made_of: MadeOf::of(report, &manifest),
        };
        let rendered =
            render_telling(&writer.typesetter, &said.head, &said.chapters, &documents, &telling).await;
        let rendered = match rendered {
            Ok(Some(rendered)) => rendered,
            Ok(None) => return Ok(Err(TAKEN_BACK.to_owned())),
            Err(error) => {
                tracing::error!(bulletin = asked.name(), %error, "a bulletin cannot be written");
                return Ok(Err("it could not be written; the log of the service says why".to_owned()));
            }
        };
        let content = bulletin_content_out(&said, question.cut).encode_to_vec();
        let files = std::iter::once(data(&documents.file_stem, content)).chain(rendered).collect();
        let manifest = writer.kept(manifest, files).await?;
        let signed = writer.signer.sign_as(REPORT_TYPE, &bulletin_claims(asked, &manifest));
        Ok(signature("bulletins", signed)?.map(|signature| Made { manifest, signature, said }))
    }
}

fn question<'a>(
    asked: &Bulletin,
    owner: &'a Party,
    recalling: &'a Party,
    zone: &'a TimeZone,
    cut: Timestamp,
) -> BulletinQuestion<'a> {
    let (month, status) = (asked.month(), asked.report.status);
    BulletinQuestion { owner, recalling, origin: asked.origin, month, zone, status, cut }
}

/// Which alerts it names.
fn named(bulletin: &Bulletin, said: &Said) -> PublishedBulletin {
    let Report { status, period, .. } = &bulletin.report;
    let listed = said.clusters.iter().flat_map(|cluster| &cluster.alerts);
    let mut alerts: Vec<String> = listed.map(|listed| listed.alert.name.clone()).collect();
    alerts.sort();
    PublishedBulletin {
        status: *status,
        origin: bulletin.origin,
        month: period.first,
        days: (period.first, period.last),
        alerts,
    }
}

/// What its files are called, without ending.
fn file_stem(asked: &Bulletin) -> String {
    let recalling = asked.report.partner.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("hazard-bulletin_{recalling}_{}_{}", asked.origin, asked.month())
}
