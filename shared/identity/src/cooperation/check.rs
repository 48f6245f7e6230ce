//! Judges the tables of a cooperation file and builds the cooperation from what is right.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use seamless_calendar::{Calendars, Zones};
use serde_spanned::Spanned;

use super::document::{AuthorityTable, Document, PrincipalTable};
use super::problems::Problems;
use super::{Authority, CertificateHolder, Cooperation, check_arrangement};
use crate::principal::{ScopeSet, is_scope};
use seamless_identifiers::{AuthorityId, InvalidId};

/// The authorities that a file names, also those whose table has a fault: to name them is right.
pub(super) struct KnownAuthorities {
    ids: HashMap<String, Option<AuthorityId>>,
    /// Authority → its contact point.
    contact_points: HashMap<String, String>,
    zones: HashMap<String, String>,
}

impl KnownAuthorities {
    /// The id, if the authority is known; otherwise a problem, unless another problem already says why it is not.
    pub(super) fn find(&self, name: &Spanned<String>, problems: &mut Problems) -> Option<AuthorityId> {
        let found = self.ids.get(name.get_ref());
        if found.is_none() {
            problems.add(name.span(), format!("unknown authority {:?}", name.get_ref()));
        }
        found.cloned().flatten()
    }

    pub(super) fn contact_point_of(&self, authority: &AuthorityId) -> Option<&str> {
        self.contact_points.get(authority.as_str()).map(String::as_str)
    }

    pub(super) fn time_zone_of(&self, authority: &AuthorityId) -> Option<&str> {
        self.zones.get(authority.as_str()).map(String::as_str)
    }
}

/// What could be built; it counts only if no problem was added.
pub(super) fn check(document: Document, calendars: &Calendars, problems: &mut Problems) -> Cooperation {
    let known = known_authorities(&document);
    let mut authorities = BTreeMap::new();
    let mut first_lines = Duplicates::new("authority");
    for table in document.authorities {
        first_lines.check(table.get_ref().id.get_ref(), table.get_ref().id.span(), problems);
        if let Some(authority) = authority(table.into_inner(), &known, calendars, problems) {
            authorities.insert(authority.id.clone(), authority);
        }
    }

    let arrangements = check_arrangement::check_all(document.arrangements, &known, calendars, problems);

    let mut certificate_holders = HashMap::new();
    let mut first_lines = Duplicates::new("principal");
    for table in document.principals {
        first_lines.check(table.get_ref().uri.get_ref(), table.get_ref().uri.span(), problems);
        if let Some(holder) = certificate_holder(table.into_inner(), &known, problems) {
            certificate_holders.insert(holder.uri.clone(), holder);
        }
    }
    Cooperation { authorities, arrangements, certificate_holders }
}

fn known_authorities(document: &Document) -> KnownAuthorities {
    let mut known =
        KnownAuthorities { ids: HashMap::new(), contact_points: HashMap::new(), zones: HashMap::new() };
    known.ids.extend(document.unread_authorities.iter().map(|id| (id.clone(), id.parse().ok())));
    for table in document.authorities.iter().map(Spanned::get_ref) {
        let id = table.id.get_ref();
        known.ids.insert(id.clone(), id.parse().ok());
        known.zones.insert(id.clone(), table.time_zone.get_ref().clone());
        if let Some(contact_point) = &table.contact_point {
            known.contact_points.insert(id.clone(), contact_point.get_ref().clone());
        }
    }
    known
}

fn authority(
    table: AuthorityTable,
    known: &KnownAuthorities,
    calendars: &Calendars,
    problems: &mut Problems,
) -> Option<Authority> {
    let id = id::<AuthorityId>(&table.id, problems);
    if table.names.get_ref().is_empty() {
        problems.add(table.names.span(), "an authority needs a name in at least one language");
    }
    for (language, name) in table.names.get_ref() {
        if !is_language(language) || name.trim().is_empty() {
            problems.add(
                table.names.span(),
                format!("expected a name for a language tag such as \"zh\", found {language:?} = {name:?}"),
            );
        }
    }
    if !is_country(table.jurisdiction.get_ref()) {
        problems.add(
            table.jurisdiction.span(),
            format!(
                "unknown form of jurisdiction {:?}, expected two capital letters",
                table.jurisdiction.get_ref()
            ),
        );
    }
    if let Err(error) = calendars.get(table.calendar.get_ref()) {
        problems.add(table.calendar.span(), error.to_string());
    }
    let time_zone = Zones::bundled().get(table.time_zone.get_ref());
    if time_zone.is_err() {
        problems.add(table.time_zone.span(), format!("unknown time zone {:?}", table.time_zone.get_ref()));
    }
    let contact_point = match &table.contact_point {
        None => None,
        Some(name) if name.get_ref() == table.id.get_ref() => {
            problems.add(name.span(), "an authority cannot be its own contact point");
            None
        }
        Some(name) => {
            let contact_point = known.find(name, problems);
            if let Some(next) = contact_point.as_ref().and_then(|id| known.contact_point_of(id)) {
                problems.add(
                    name.span(),
                    format!(
                        "the contact point {:?} stands behind a contact point itself: {next:?}",
                        name.get_ref()
                    ),
                );
            }
            contact_point
        }
    };
    Some(Authority {
        id: id?,
        names: table.names.into_inner(),
        jurisdiction: table.jurisdiction.into_inner(),
        time_zone: time_zone.ok()?,
        calendar: table.calendar.into_inner(),
        contact_point,
    })
}

fn certificate_holder(
    table: PrincipalTable,
    known: &KnownAuthorities,
    problems: &mut Problems,
) -> Option<CertificateHolder> {
    let uri = table.uri.get_ref();
    let has_scheme = uri.split_once(':').is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty());
    if !has_scheme || !uri.bytes().all(|byte| byte.is_ascii_graphic()) {
        problems.add(table.uri.span(), format!("not a uri: {uri:?}"));
    }
    let authority = known.find(&table.authority, problems);
    if table.scopes.get_ref().is_empty() {
        problems.add(table.scopes.span(), "a principal without scopes can do nothing");
    }
    for scope in table.scopes.get_ref() {
        if !is_scope(scope.get_ref()) {
            problems.add(
                scope.span(),
                format!(
                    "unknown form of scope {:?}, expected words with dots such as \"notifications.read\"",
                    scope.get_ref()
                ),
            );
        }
    }
    Some(CertificateHolder {
        authority: authority?,
        uri: table.uri.into_inner(),
        scopes: table.scopes.into_inner().into_iter().map(Spanned::into_inner).collect::<ScopeSet>(),
    })
}

/// Reads an id, or adds the problem.
pub(super) fn id<T: std::str::FromStr<Err = InvalidId>>(
    text: &Spanned<String>,
    problems: &mut Problems,
) -> Option<T> {
    match text.get_ref().parse() {
        Ok(id) => Some(id),
        Err(error) => {
            problems.add(text.span(), format!("bad id {:?}: {error}", text.get_ref()));
            None
        }
    }
}

/// Two capital letters: the form of ISO 3166-1 alpha-2, and of `EU`.
pub(super) fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The form of a BCP 47 tag: subtags of up to eight letters and digits.
pub(super) fn is_language(text: &str) -> bool {
    let subtag =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let language = text.split('-').next().unwrap_or_default();
    language.len() >= 2 && text.split('-').all(subtag)
}

/// Finds what stands twice.
pub(super) struct Duplicates {
    what: &'static str,
    first_lines: HashMap<String, usize>,
}

impl Duplicates {
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, first_lines: HashMap::new() }
    }

    pub(super) fn check(&mut self, name: &str, span: Range<usize>, problems: &mut Problems) {
        match self.first_lines.get(name) {
            Some(line) => {
                problems.add(span, format!("duplicate {} {name:?}, first in line {line}", self.what))
            }
            None => {
                self.first_lines.insert(name.to_owned(), problems.line(span.start));
            }
        }
    }
}
