//! The site of the page: who may see it, how one signs in and out.
//!
//! Invariants: whoever is not signed in learns nothing, neither whether a link was good once nor of whom; a link is good for one form,
//! which a person sends, so that no program that looks at links uses it up; nothing stands in a log that would open the page.

use async_trait::async_trait;
use http::{
    HeaderName, HeaderValue, Method, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, SET_COOKIE, VARY,
    },
};
use seamless_service::pages::{Answer, Asked, Page, Site, Unavailable};

use super::{
    ENTRANCE, SituationRules, Standings, digest_of, new_secret,
    reader::{COOKIE_NAME, is_own_form, language, secret},
};
use crate::{
    commit::Decisions,
    domain::{
        DomainError, content::Language, error::Refusal, model::SituationAccess, records::Record,
        use_cases::SituationLinks,
    },
    render::situation::{self, Shown},
};

/// All comes from the site itself, and nothing else may hold it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const HTML: &str = "text/html; charset=utf-8";

/// What its listener serves.
pub struct SituationSite {
    pub standings: Standings,
    pub links: SituationRules,
    pub decisions: Decisions,
    /// How often a page that is open shows what is new, in seconds.
    pub refresh: u64,
}

#[async_trait]
impl Site for SituationSite {
    fn knows_readers(&self) -> bool {
        true
    }

    async fn answer(&self, asked: &Asked<'_>) -> Result<Option<Answer>, Unavailable> {
        let language = language(asked);
        let reads = *asked.method != Method::POST;
        let answered = match (reads, asked.path) {
            (true, "/") => self.shown(asked, language, situation::page).await,
            (true, "/fragment") => self.shown(asked, language, situation::fragment).await,
            (true, "/situation.css") => Ok(of_site("text/css; charset=utf-8", situation::STYLE.concat())),
            (true, "/situation.js") => {
                Ok(of_site("text/javascript; charset=utf-8", situation::SCRIPT.to_owned()))
            }
            (true, "/icon.svg") => Ok(of_site("image/svg+xml", situation::ICON.to_owned())),
            (false, "/leave") => self.left(asked, language).await,
            (reads, path) => match path.strip_prefix(ENTRANCE) {
                Some(secret) if is_secret(secret) && reads => {
                    Ok(html(StatusCode::OK, situation::entrance(path, language), language))
                }
                Some(secret) if !reads => self.entered(asked, secret, language).await,
                Some(_) => Ok(signed_out(language)),
                None => return Ok(None),
            },
        };
        answered.map(Some).map_err(|error| {
            tracing::warn!(%error, "the situation page cannot be shown at present");
            Unavailable
        })
    }
}

impl SituationSite {
    fn situation_links(&self) -> SituationLinks<'_> {
        let Standings { store, rules, .. } = &self.standings;
        SituationLinks { rules, records: store, limits: self.links.limits }
    }

    async fn signed_in(&self, asked: &Asked<'_>) -> Result<Option<SituationAccess>, DomainError> {
        let digest = digest_of(secret(asked).unwrap_or_default());
        self.situation_links().signed_in(&digest, self.links.clock.now()).await
    }

    /// The page, or what it is made anew from, for who is signed in.
    async fn shown(
        &self,
        asked: &Asked<'_>,
        language: Language,
        write: fn(&Shown<'_>) -> String,
    ) -> Result<Answer, DomainError> {
        let Some(access) = self.signed_in(asked).await? else { return Ok(signed_out(language)) };
        let Some((standing, lags)) = self.standings.of(&access.authority).await? else {
            return Ok(signed_out(language));
        };
        let zone = self.standings.rules.zones.get(&standing.quarter.zone);
        let zone = zone.map_err(|error| Refusal::Fault(error.to_string()))?;
        let feeds: Vec<_> = lags.iter().map(|lag| (lag.source.as_str(), lag.events, lag.seconds)).collect();
        let shown = Shown {
            names: &standing.names,
            quarter: &standing.quarter,
            time: standing.time,
            local_time: zone.to_datetime(standing.time),
            sections: &standing.sections,
            feeds: &feeds,
            language,
            refresh: self.refresh,
        };
        Ok(html(StatusCode::OK, write(&shown), language))
    }

    /// Signs in who has a link that was not opened yet.
    async fn entered(
        &self,
        asked: &Asked<'_>,
        link: &str,
        language: Language,
    ) -> Result<Answer, DomainError> {
        if !is_own_form(asked, &self.links.base_url) || !is_secret(link) {
            return Ok(signed_out(language));
        }
        let secret = new_secret().map_err(|error| Refusal::Fault(error.to_string()))?;
        let now = self.links.clock.now();
        let opened = self.situation_links().open(&digest_of(link), digest_of(&secret), now).await?;
        let Some(opened) = opened else { return Ok(signed_out(language)) };
        match self.decisions.commit(opened.changes, None).await {
            Ok(()) => {}
            // Somebody else opened it at this moment.
            Err(DomainError::Refused(Refusal::Conflict)) => return Ok(signed_out(language)),
            Err(error) => return Err(error),
        }
        let SituationAccess { authority, principal, .. } = &opened.outcome;
        tracing::info!(link = opened.outcome.name(), %authority, principal, "somebody opened the situation page");
        let life = self.links.limits.session.as_secs();
        let cookie =
            format!("{COOKIE_NAME}={secret}; Path=/; Max-Age={life}; Secure; HttpOnly; SameSite=Strict");
        Ok(sent_on(language, &cookie))
    }

    /// Signs out.
    async fn left(&self, asked: &Asked<'_>, language: Language) -> Result<Answer, DomainError> {
        if is_own_form(asked, &self.links.base_url)
            && let Some(access) = self.signed_in(asked).await?
        {
            let changes = self.situation_links().end(access, self.links.clock.now())?;
            match self.decisions.commit(changes, None).await {
                Ok(()) | Err(DomainError::Refused(Refusal::Conflict)) => {}
                Err(error) => return Err(error),
            }
        }
        let cookie = format!("{COOKIE_NAME}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict");
        Ok(sent_on(language, &cookie))
    }
}

/// Whether it has the form of a secret; anything else is none.
fn is_secret(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|octet| octet.is_ascii_hexdigit())
}

fn signed_out(language: Language) -> Answer {
    html(StatusCode::FORBIDDEN, situation::signed_out(language), language)
}

/// To the page, with a cookie.
fn sent_on(language: Language, cookie: &str) -> Answer {
    let mut answer = html(StatusCode::SEE_OTHER, String::new(), language);
    let location = format!("/?lang={}", language.tag());
    for (name, value) in [(LOCATION, location.as_str()), (SET_COOKIE, cookie)] {
        // Both are made of letters that headers have.
        answer.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
    }
    answer
}

fn html(status: StatusCode, content: String, language: Language) -> Answer {
    let mut headers = of_all("no-store");
    headers.extend([
        (CONTENT_LANGUAGE, HeaderValue::from_static(language.tag())),
        (VARY, HeaderValue::from_static("Cookie, Accept-Language")),
    ]);
    Answer { status, page: Page { media_type: HTML, content }, headers }
}

/// What is the same for everybody.
fn of_site(media_type: &'static str, content: String) -> Answer {
    Answer { status: StatusCode::OK, page: Page { media_type, content }, headers: of_all("no-cache") }
}

fn of_all(kept: &'static str) -> Vec<(HeaderName, HeaderValue)> {
    [
        (CACHE_CONTROL, kept),
        (CONTENT_SECURITY_POLICY, POLICY),
        // Forms say from where they come; other sites are told nothing.
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)))
    .into()
}
