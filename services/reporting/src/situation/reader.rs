//! Who reads the page: which language is wanted, which secret is brought, from which page a form comes.

use http::header::{ACCEPT_LANGUAGE, COOKIE, ORIGIN};
use seamless_service::pages::Asked;

use crate::domain::content::Language;

/// The cookie of who is signed in. Browsers take it over HTTPS alone, for this host, and all of its paths.
pub(super) const COOKIE_NAME: &str = "__Host-seamless-situation";

/// The language that the address wants, or else the one that the browser likes best.
pub(super) fn language(asked: &Asked<'_>) -> Language {
    let wanted = asked.query.split('&').find_map(|pair| pair.strip_prefix("lang="));
    wanted.and_then(of_tag).unwrap_or_else(|| preferred(asked.header(ACCEPT_LANGUAGE).unwrap_or_default()))
}

/// The first of the languages that are liked best [RFC 9110, 12.5.4]; English where none is spoken here.
fn preferred(header: &str) -> Language {
    let mut best: Option<(u32, Language)> = None;
    for range in header.split(',').take(20) {
        let mut parts = range.split(';').map(str::trim);
        let Some(language) = parts.next().and_then(of_tag) else { continue };
        let weight =
            parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0_f32), |text| text.parse().ok());
        let weight = weight
            .filter(|weight| (0.0..=1.0).contains(weight))
            .map_or(0, |weight| (weight * 1_000.0) as u32);
        if weight > best.map_or(0, |(least, _)| least) {
            best = Some((weight, language));
        }
    }
    best.map_or(Language::English, |(_, language)| language)
}

fn of_tag(tag: &str) -> Option<Language> {
    let main = tag.split('-').next().unwrap_or_default();
    if main.eq_ignore_ascii_case("zh") {
        Some(Language::Chinese)
    } else if main.eq_ignore_ascii_case("en") {
        Some(Language::English)
    } else {
        None
    }
}

/// The secret of who is signed in, as the browser brings it.
pub(super) fn secret<'a>(asked: &Asked<'a>) -> Option<&'a str> {
    let pairs = asked.header(COOKIE)?.split(';').map(str::trim);
    let mut named = pairs.filter_map(|pair| pair.split_once('=')).filter(|(name, _)| *name == COOKIE_NAME);
    named.next().map(|(_, secret)| secret)
}

/// Whether a form comes from a page of this site: every browser says from where it sends one.
pub(super) fn is_own_form(asked: &Asked<'_>, base_url: &str) -> bool {
    asked.header(ORIGIN) == Some(base_url)
}
