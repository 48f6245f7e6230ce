//! Prints certificates and signs them: from what was decided to the bytes of a PDF in each language.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use jiff::{civil::Date, tz::TimeZone};
use seamless_files::{FileError, FileStore};
use seamless_identifiers::{LanguageTag, LocalizedText};
use seamless_receipts::{Signer, SigningError};
use seamless_service::error::ApiError;
use seamless_typeset::{Document, Language, Missing, Template, TypesetError, Typesetter};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::domain::{
    DomainError, Rules,
    error::Refusal,
    model::{Certificate, CertificateCode, CertificateDocument, CertificateFacts, EventStatus},
    use_cases::CertificateDraft,
};

/// The form of a certificate.
const TEMPLATE: Template = Template { name: "certificate", source: include_str!("certificate.typ") };

/// The languages that a certificate is printed in.
pub fn paper_languages() -> &'static [LanguageTag] {
    static LANGUAGES: LazyLock<Vec<LanguageTag>> =
        LazyLock::new(|| ["en", "zh-Hans"].iter().filter_map(|tag| LanguageTag::parse(tag).ok()).collect());
    &LANGUAGES
}

/// Prints and signs certificates. Clones share what they hold.
#[derive(Clone)]
pub struct Papers {
    typesetter: Typesetter,
    signer: Arc<Signer>,
    at_once: usize,
    verify_at: Arc<str>,
}

/// A document that was printed.
pub struct Paper {
    language: LanguageTag,
    digest: [u8; 32],
    pdf: Vec<u8>,
}

/// What the template finds.
#[derive(Serialize)]
struct Values {
    chinese: bool,
    name: String,
    title: String,
    dates: String,
    attended: String,
    languages: String,
    issuer: String,
    issued: String,
    code: String,
    verify_at: String,
    exercise: bool,
}

impl Papers {
    /// With the keys of this signer. `verify_at` is printed as the place where the code is verified.
    #[must_use]
    pub fn new(signer: Signer, at_once: usize, verify_at: &str) -> Self {
        Self { typesetter: Typesetter::new(), signer: Arc::new(signer), at_once, verify_at: verify_at.into() }
    }

    /// The most that are made in one call.
    pub(super) fn at_once(&self) -> usize {
        self.at_once
    }

    /// Prints a draft in every language. What cannot be printed, as a sentence without the name, is the inner error.
    ///
    /// # Errors
    /// `Fault` where the program is at fault.
    pub(super) async fn print(
        &self,
        rules: &Rules,
        draft: &CertificateDraft,
    ) -> Result<Result<Vec<Paper>, String>, DomainError> {
        let mut papers = Vec::new();
        for language in paper_languages() {
            match self.paper(rules, &draft.code, &draft.holder.printed_name, &draft.facts, language).await {
                Ok(paper) => papers.push(paper),
                Err(TypesetError::MissingGlyphs(missing)) => {
                    let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
                    return Ok(Err(format!("no font of the program has {}", missing.join(", "))));
                }
                Err(other) => return Err(fault(&other)),
            }
        }
        Ok(Ok(papers))
    }

    /// Prints again what was issued and is not in the file store, in the same bytes.
    ///
    /// # Errors
    /// `WantsFirst` where this version of the program prints other bytes; `Fault`.
    pub(super) async fn again(
        &self,
        rules: &Rules,
        certificate: &Certificate,
        document: &CertificateDocument,
    ) -> Result<Paper, DomainError> {
        let name = certificate.holder.as_ref().map(|one| one.printed_name.as_str()).unwrap_or_default();
        let facts = &certificate.facts;
        let paper = self.paper(rules, &certificate.code, name, facts, &document.language).await;
        let paper = paper.map_err(|error| fault(&error))?;
        if hex::encode(paper.digest) != document.sha256 {
            let remedy =
                "revoke it and issue another one: its document was lost, and this version prints other bytes";
            let name = crate::domain::records::Record::name(certificate);
            return Err(DomainError::wants_first(name, certificate.state, "downloading", remedy));
        }
        Ok(paper)
    }

    async fn paper(
        &self,
        rules: &Rules,
        code: &CertificateCode,
        name: &str,
        facts: &CertificateFacts,
        tag: &LanguageTag,
    ) -> Result<Paper, TypesetError> {
        let language = if tag.language() == "zh" { Language::Zh } else { Language::En };
        let zone = rules.cooperation.authority(&facts.issuer);
        let zone = zone.map_or(TimeZone::UTC, |authority| authority.time_zone.clone());
        let issued = zone.to_datetime(facts.issue_time).date();
        let dates = match facts.start == facts.end {
            true => day(language, facts.start),
            false => format!("{} – {}", day(language, facts.start), day(language, facts.end)),
        };
        let values = Values {
            chinese: language == Language::Zh,
            name: name.to_owned(),
            title: in_language(&facts.title, tag),
            dates,
            attended: length(language, facts.minutes),
            languages: names_of(language, &facts.languages),
            issuer: in_language(&facts.issuer_name, tag),
            issued: day(language, issued),
            code: code.grouped(),
            verify_at: self.verify_at.to_string(),
            exercise: facts.status != EventStatus::Actual,
        };
        let (template, missing) = (TEMPLATE, Missing::Refuse);
        let made =
            self.typesetter.set(Document { template, values, date: issued, language, missing }).await?;
        let digest = Sha256::digest(&made.pdf).into();
        Ok(Paper { language: tag.clone(), digest, pdf: made.pdf })
    }

    /// Signs what a certificate says.
    ///
    /// # Errors
    /// `Unavailable` while there is no key; `Fault` where it says more than can be signed.
    pub(super) fn sign(&self, token_type: &str, claims: &impl Serialize) -> Result<String, DomainError> {
        let signed = self.signer.sign_as(token_type, claims);
        Ok(signed.map_err(|error| match error {
            SigningError::Unavailable(error) => {
                Refusal::Unavailable(format!("certificates cannot be signed: {error}"))
            }
            error @ SigningError::TooLong { .. } => Refusal::Fault(error.to_string()),
        })?)
    }

    /// What was signed, after the signature was checked with the keys of this service.
    ///
    /// # Errors
    /// UNAVAILABLE without keys; INTERNAL where the signature is not one of this service.
    pub(super) fn signed<C: DeserializeOwned>(
        &self,
        token_type: &str,
        signature: &str,
    ) -> Result<C, ApiError> {
        let jwks = self.keys().map_err(ApiError::from)?;
        let verified = seamless_receipts::verify_as(token_type, signature, &jwks);
        verified.map(|verified| verified.claims).map_err(ApiError::internal)
    }

    /// The public keys, as a JWKS.
    ///
    /// # Errors
    /// `Unavailable` while they cannot be read.
    pub(super) fn keys(&self) -> Result<String, DomainError> {
        self.signer.jwks().map_err(|error| {
            Refusal::Unavailable(format!("the keys of certificates cannot be read: {error}")).into()
        })
    }
}

impl Paper {
    /// SHA-256 of the document.
    pub(super) fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// What is told of it.
    pub(super) fn document(&self) -> CertificateDocument {
        CertificateDocument {
            language: self.language.clone(),
            sha256: hex::encode(self.digest),
            size: u32::try_from(self.pdf.len()).unwrap_or(u32::MAX),
        }
    }

    /// Keeps it in the file store, under its digest; what two keep at once is kept once.
    ///
    /// # Errors
    /// Those of the file store.
    pub(super) async fn keep(self, files: &FileStore) -> Result<(), FileError> {
        files.keep(Bytes::from(self.pdf)).await.map(drop)
    }
}

fn fault(error: &TypesetError) -> DomainError {
    Refusal::Fault(format!("a certificate was not printed: {error}")).into()
}

/// The text to print in a language.
fn in_language(text: &LocalizedText, tag: &LanguageTag) -> String {
    text.in_language(tag).map(|version| version.text.clone()).unwrap_or_default()
}

/// A day, as it is written.
fn day(language: Language, day: Date) -> String {
    match language {
        Language::En => day.strftime("%-d %B %Y").to_string(),
        Language::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
    }
}

/// For how long, as it is written.
fn length(language: Language, minutes: u32) -> String {
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match (language, hours, minutes) {
        (Language::En, 0, _) => format!("{minutes} min"),
        (Language::En, _, 0) => format!("{hours} h"),
        (Language::En, ..) => format!("{hours} h {minutes} min"),
        (Language::Zh, 0, _) => format!("{minutes}分钟"),
        (Language::Zh, _, 0) => format!("{hours}小时"),
        (Language::Zh, ..) => format!("{hours}小时{minutes}分钟"),
    }
}

/// What languages are called; by their tag where neither name is known here.
fn names_of(language: Language, tags: &[LanguageTag]) -> String {
    const NAMES: [(&str, &str, &str); 8] = [
        ("en", "English", "英语"),
        ("zh", "Chinese", "中文"),
        ("fr", "French", "法语"),
        ("de", "German", "德语"),
        ("es", "Spanish", "西班牙语"),
        ("it", "Italian", "意大利语"),
        ("nl", "Dutch", "荷兰语"),
        ("pl", "Polish", "波兰语"),
    ];
    let name = |tag: &LanguageTag| {
        let known = NAMES.iter().find(|(known, ..)| *known == tag.language());
        match (known, language) {
            (Some((_, english, _)), Language::En) => (*english).to_owned(),
            (Some((_, _, chinese)), Language::Zh) => (*chinese).to_owned(),
            (None, _) => tag.to_string(),
        }
    };
    let names: Vec<String> = tags.iter().map(name).collect();
    names.join(if language == Language::Zh { "、" } else { ", " })
}
