//! Generates the reports that wait: reads what is known, calculates, writes every document into the file store, signs, and enters it all
//! at once. What is cut off in between leaves a report that waits, and files that nothing names.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use prost::Message;
use seamless_calendar::Clock;
use seamless_files::FileStore;
use seamless_identity::AuthorityId;
use seamless_program::{each_due, every};
use seamless_receipts::{Signer, SigningError};
use seamless_suppression::{Budget, SuppressionError};
use seamless_typeset::Typesetter;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::{abandoned::Abandoned, telling::TellingOf};
use crate::{
    commit::Decisions,
    contract::{REPORT_TYPE, claims, content_out},
    domain::{
        DomainError, Reached, Rules,
        awaited::{awaited, ended_before},
        content::Content,
        cut::cut,
        error::Refusal,
        figures::{
            Facts, Question, content, sources_of,
            statistics::{Notified, World},
        },
        model::{
            ConfigurationDigest, DocumentFile, EventStatus, GenerationStage, Input, Manifest, Publication,
            Release, Report, ReportFormat, ReportState,
        },
        ports::{FactReader, Known},
        records::{Record, RecordPage, RecordQuery, all_records},
        small_counts::{JudgedBy, PROPERTIES, Released, annual_for_others, judged_by, news, release},
        source::{Feed, Source},
        use_cases::{FinishReport, Outcome, ReportBasis, published},
    },
    render::{DocumentFacts, MadeOf, Rendered, render_telling},
    store::Store,
};

/// The most characters that are named in a manifest: what is signed is of a bounded length.
const MOST_MISSING: usize = 200;
/// Why nothing was made of what somebody took back meanwhile; nobody reads it, since a state that is not QUEUED any more stays.
pub(super) const TAKEN_BACK: &str = "it was taken back while it was generated";
/// Reports looked at in one go.
pub(super) const BATCH: u64 = 20;

/// The worker. Clones share what they hold.
#[derive(Clone)]
pub struct ReportWriter {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub files: FileStore,
    pub typesetter: Typesetter,
    pub signer: Arc<Signer>,
    pub reached: Reached,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

impl ReportWriter {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        every(self.interval, &token, "reports not generated", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), DomainError> {
        let due = async |limit| self.waiting(limit).await;
        let each = async |report: Report| self.write(report).await;
        let done = each_due(BATCH, token, "a report was not generated", Report::name, due, each).await?;
        if done.count > 0 {
            tracing::info!(reports = done.count, "reports were generated");
        }
        let Self { decisions, store, rules, clock, .. } = self;
        let waiting = Abandoned { decisions, store, rules, now: clock.now() };
        waiting.end::<Report>(token, |report| sources_of(report.template)).await
    }

    /// The reports that wait, of which all is known that belongs to them; those that wait for their feed keep none from its turn.
    async fn waiting(&self, limit: u64) -> Result<Vec<Report>, DomainError> {
        let page = RecordPage { states: vec![ReportState::Queued as i32], ..RecordPage::default() };
        let owners = self.rules.owners();
        let queued = RecordQuery { owners, page, ..RecordQuery::default() };
        let mut waiting: Vec<Report> = all_records(&self.store, queued).await?;
        waiting.retain(|report| awaited(&self.rules, &self.reached, report).is_empty());
        waiting.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(waiting)
    }

    async fn write(&self, report: Report) -> Result<bool, DomainError> {
        let outcome = match or_fault(report.name(), self.made(&report).await)? {
            Ok((manifest, signature, None)) => Outcome::Made(Box::new(manifest), signature),
            Ok((manifest, signature, Some((release, times)))) => {
                Outcome::MadeForOthers(Box::new(manifest), signature, Box::new(release), times)
            }
            Err(why) => Outcome::Failed(why),
        };
        self.finish(&report, outcome).await
    }

    async fn finish(&self, report: &Report, outcome: Outcome) -> Result<bool, DomainError> {
        let finish = FinishReport { rules: &self.rules, records: &self.store };
        let changes = finish.execute(&report.name(), outcome, self.clock.now()).await?;
        self.decisions.settle(changes).await
    }

    /// The report; why it cannot be made is the inner error, for its owner.
    async fn made(&self, report: &Report) -> Result<Result<Made, String>, DomainError> {
        // Without a key nothing is begun that could not be finished.
        let unsigned = |error| Refusal::Unavailable(format!("reports cannot be signed: {error}"));
        self.signer.check().map_err(unsigned)?;
        let telling = self.telling(report);
        telling.step(GenerationStage::Reading).await;
        let Known { facts, inputs } = self.store.known_of(&report.owner, sources_of(report.template)).await?;
        let basis = match ReportBasis::of(&self.rules, report) {
            Ok(basis) => basis,
            Err(why) => return Ok(Err(why)),
        };
        let (start, end) = basis.bounds;
        let question = basis.question(cut(start, end, ended_before(end, report), &inputs));
        // A large one is calculated beside everything else.
        telling.step(GenerationStage::Calculating).await;
        let facts = Facts::of(facts, report.status);
        let (content, told) = match report.for_others {
            false => (tokio::task::block_in_place(|| content(&question, facts)), None),
            true => match self.for_others(report, &question, &facts).await? {
                Ok((content, told)) => (content, Some(told)),
                Err(why) => return Ok(Err(why)),
            },
        };
        let (inputs, lag) = match report.for_others {
            true => (inputs.into_iter().map(Input::for_others).collect(), None),
            false => (inputs, self.lag(&report.owner, sources_of(report.template))),
        };
        let mut manifest = Manifest { lag, ..self.manifest(question.cut, inputs) };
        let told = told.map(|Told { release, times, sha256 }| {
            manifest.configuration.push(ConfigurationDigest { name: "small_counts".to_owned(), sha256 });
            (release, times)
        });
        let documents = DocumentFacts {
            file_stem: file_stem(report),
            date: report.period.last,
            exercise: report.status != EventStatus::Actual,
            made_of: MadeOf::of(report, &manifest),
        };
        let rendered = match render_telling(&self.typesetter, &content, &[], &documents, &telling).await {
            Ok(Some(rendered)) => rendered,
            Ok(None) => return Ok(Err(TAKEN_BACK.to_owned())),
            Err(error) => {
                tracing::error!(report = report.name(), %error, "a report cannot be written");
                return Ok(Err("it could not be written; the log of the service says why".to_owned()));
            }
        };
        let data = data(&documents.file_stem, content_out(&content, question.cut).encode_to_vec());
        let rendered = std::iter::once(data).chain(rendered).collect();
        let manifest = self.kept(manifest, rendered).await?;
        let signed = self.signer.sign_as(REPORT_TYPE, &claims(report, &manifest));
        Ok(signature("reports", signed)?.map(|signature| (manifest, signature, told)))
    }

    /// The content as others are told it, and what it tells; why there is none is the inner error.
    async fn for_others(
        &self,
        report: &Report,
        question: &Question<'_>,
        facts: &Facts,
    ) -> Result<Result<(Content, Told), String>, DomainError> {
        let published = published(&self.store, &self.rules, &report.owner).await?;
        if let Some(wanted) = published.wrong_zone(&report.period.zone) {
            return Ok(Err(format!("period.time_zone: {wanted}")));
        }
        let (rule, before) = (self.rules.small, published.before.as_slice());
        let world = World { zones: &self.rules.zones, jurisdictions: question.jurisdictions };
        let days = (report.period.first, report.period.last);
        let released = tokio::task::block_in_place(|| {
            let by = JudgedBy { before, rule, budget: &Budget::default() };
            release(&Notified::of(question, facts, world), report.status, days, &PROPERTIES, by)
        });
        let released = match released {
            Ok(Some(released)) => released,
            Ok(None) => {
                return Ok(Err("it would tell others of few alerts, whatever is withheld of it".to_owned()));
            }
            Err(error @ SuppressionError::TooLarge { .. }) => {
                return Ok(Err(format!("what it would tell others cannot be judged: {error}")));
            }
            Err(error) => return Err(Refusal::Fault(error.to_string()).into()),
        };
        let content = annual_for_others(question, &released, rule.least());
        let known = judged_by(before, rule);
        let known = known.map_err(|error| Refusal::Fault(error.to_string()))?;
        let Released { draft, verdict, .. } = released;
        let told = draft.published(&verdict.withheld, report.id, report.owner.clone(), report.create_time);
        let release = Release { published: false, ..news(told, before) };
        let told = Told { release, times: published.times(), sha256: hex::encode(Sha256::digest(known)) };
        Ok(Ok((content, told)))
    }

    /// Tells how far the generation of a report or a bulletin has come.
    pub(super) fn telling<'a, P: Publication>(&'a self, of: &'a P) -> TellingOf<'a, P> {
        let Self { decisions, store, clock, .. } = self;
        TellingOf { decisions, store, clock: &**clock, of }
    }

    /// How far what is known of these feeds lies behind at this moment: of several the furthest.
    pub(super) fn lag(&self, reader: &AuthorityId, sources: &[Source]) -> Option<SignedDuration> {
        let now = self.clock.now();
        let lag = |source: &Source| self.reached.lag(&Feed { source: *source, reader: reader.clone() }, now);
        sources.iter().filter_map(lag).max()
    }

    /// What documents are made of, before there are any.
    pub(super) fn manifest(&self, cut: Timestamp, inputs: Vec<Input>) -> Manifest {
        let fonts = self.typesetter.fonts_sha256().to_owned();
        let Rules { cooperation_sha256, zone_data_sha256, .. } = &self.rules;
        let configuration = [
            ("cooperation", cooperation_sha256.to_string()),
            ("fonts", fonts),
            ("zone_data", zone_data_sha256.to_string()),
        ];
        Manifest {
            cut,
            inputs,
            configuration: configuration
                .map(|(name, sha256)| ConfigurationDigest { name: name.to_owned(), sha256 })
                .into(),
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            target: format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
            zone_data_version: self.rules.zones.version().to_owned(),
            documents: Vec::new(),
            missing_characters: Vec::new(),
            more_missing_characters: 0,
            lag: None,
        }
    }

    /// Keeps the documents, and names them.
    pub(super) async fn kept(
        &self,
        manifest: Manifest,
        rendered: Vec<Rendered>,
    ) -> Result<Manifest, DomainError> {
        let (mut documents, mut missing) = (Vec::new(), BTreeSet::new());
        for one in rendered {
            missing.extend(one.missing_characters.iter().cloned());
            documents.push(self.keep(one).await?);
        }
        let more_missing_characters = missing.len().saturating_sub(MOST_MISSING) as u64;
        let missing_characters = missing.into_iter().take(MOST_MISSING).collect();
        Ok(Manifest { documents, missing_characters, more_missing_characters, ..manifest })
    }

    /// Keeps a file under its digest.
    async fn keep(&self, one: Rendered) -> Result<DocumentFile, DomainError> {
        let size = one.bytes.len() as u64;
        let digest = self.files.keep(Bytes::from(one.bytes)).await;
        let digest =
            digest.map_err(|error| Refusal::Unavailable(format!("a report was not kept: {error}")))?;
        Ok(DocumentFile {
            format: one.format,
            language: one.language.map(|language| language.tag().to_owned()).unwrap_or_default(),
            file_name: one.file_name,
            media_type: one.media_type.to_owned(),
            size,
            sha256: hex::encode(digest),
        })
    }
}

/// Why a publication cannot be made, where that is a fault that trying again would not mend; the log says which.
pub(super) fn or_fault<T>(
    name: String,
    made: Result<Result<T, String>, DomainError>,
) -> Result<Result<T, String>, DomainError> {
    match made {
        Err(DomainError::Refused(Refusal::Fault(error))) => {
            tracing::error!(name, error, "what was asked for cannot be made");
            Ok(Err("it could not be made; the log of the service says why".to_owned()))
        }
        made => made,
    }
}

/// The signature of a manifest; why there will never be one is the inner error.
pub(super) fn signature(
    what: &str,
    signed: Result<String, SigningError>,
) -> Result<Result<String, String>, DomainError> {
    match signed {
        Ok(signature) => Ok(Ok(signature)),
        Err(SigningError::Unavailable(error)) => {
            Err(Refusal::Unavailable(format!("{what} cannot be signed: {error}")).into())
        }
        Err(error @ SigningError::TooLong { .. }) => {
            Ok(Err(format!("its manifest cannot be signed: {error}")))
        }
    }
}

/// A report with its signature; one for others with what it tells, and how often its owner had published before.
type Made = (Manifest, String, Option<(Release, i64)>);

/// What a report for others tells.
struct Told {
    release: Release,
    /// How often its owner had published before.
    times: i64,
    /// Over what it was judged by, in hexadecimal digits.
    sha256: String,
}

/// What it says, as data.
pub(super) fn data(file_stem: &str, bytes: Vec<u8>) -> Rendered {
    Rendered {
        format: ReportFormat::Protobuf,
        language: None,
        file_name: format!("{file_stem}.binpb"),
        media_type: "application/x-protobuf",
        bytes,
        missing_characters: Vec::new(),
    }
}

/// What its files are called, without ending.
fn file_stem(report: &Report) -> String {
    let template: &'static str = report.template.into();
    let template = template.to_lowercase().replace('_', "-");
    let (owner, period) = (&report.owner, &report.period);
    let partner = report.partner.as_ref().map(|partner| format!("_{partner}")).unwrap_or_default();
    format!("{template}_{owner}{partner}_{}_{}", period.first, period.last)
}
