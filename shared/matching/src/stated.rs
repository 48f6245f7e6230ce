//! Evidence whose strength is set by hand, since the public training data have none of it: GTINs, manufacturers,
//! batches, categories, origins, and records that agree in all.
//!
//! Invariant: a field that either record leaves empty adds nothing.

use crate::{
    alignment,
    corpus::Corpus,
    likeness::{Reason, ReasonKind},
    prepared::{Prepared, Section, Token},
};

/// Two records with one GTIN hardly ever mean two products: GS1 forbids it, and copied numbers are left out. Even where
/// all else differs (base and learned reasons go down to about -9) a person is asked.
const SAME_GTIN: f64 = 9.0;
/// A number that a shop gives as it likes (GS1 prefixes 02, 04 and 2, and GTIN-8 that begin with 0 or 2): together with the
/// brand and a word of the name it is the shop's product; alone it is any product of any shop.
const SAME_RESTRICTED_GTIN: f64 = 5.0;
/// Colours and sizes of one product have GTINs of their own, so this is mild.
const DIFFERENT_GTIN: f64 = -0.8;
/// For a name that no other record has; less for usual ones.
const SAME_MANUFACTURER: f64 = 1.2;
/// Trading companies are often named in place of the factory.
const DIFFERENT_MANUFACTURER: f64 = -0.4;
/// Batches are often dates, which other products share.
const SAME_BATCH: f64 = 1.5;
/// Authorities put one product into different categories now and then.
const DIFFERENT_CATEGORY: f64 = -1.0;
const DIFFERENT_ORIGIN: f64 = -0.7;
const SAME_RECORD: f64 = 6.0;
/// What a model number that both have proves less for each doubling of the brands that have it, from eight on, where the two
/// records have no brand in common: numbers such as `A100` are given by many.
const MODEL_OF_MANY: f64 = -2.0;
/// By then it proves nothing.
const MOST_SPREAD: u32 = 3;
/// Shorter batch numbers are shared by accident.
const LEAST_BATCH: usize = 4;

/// The sum of what `evidence` finds, without its texts.
pub(crate) fn sum(one: &Prepared, two: &Prepared, corpus: &Corpus) -> f64 {
    let mut sum = 0.0;
    evidence(one, two, corpus, |_, contribution, _| sum += contribution);
    sum
}

/// The same as reasons.
pub(crate) fn reasons(one: &Prepared, two: &Prepared, corpus: &Corpus) -> Vec<Reason> {
    let mut reasons = Vec::new();
    evidence(one, two, corpus, |kind, contribution, texts| {
        let (left, right) = texts();
        reasons.push(Reason { kind, left, right, contribution });
    });
    reasons
}

type Texts<'t> = &'t dyn Fn() -> (String, String);

fn evidence(one: &Prepared, two: &Prepared, corpus: &Corpus, mut tell: impl FnMut(ReasonKind, f64, Texts)) {
    let (ours, theirs) = (one.gtins(), two.gtins());
    if !ours.is_empty() && !theirs.is_empty() {
        let shown = |gtin: Option<&u64>| gtin.map(|gtin| format!("{gtin:014}")).unwrap_or_default();
        match ours.iter().find(|gtin| theirs.binary_search(gtin).is_ok()) {
            Some(same) => tell(ReasonKind::SameGtin, SAME_GTIN, &|| (shown(Some(same)), shown(Some(same)))),
            None => tell(ReasonKind::DifferentGtin, DIFFERENT_GTIN, &|| {
                (shown(ours.first()), shown(theirs.first()))
            }),
        }
    }
    if let Some(same) = one.restricted().iter().find(|number| two.restricted().binary_search(number).is_ok())
        && one.shares_a_brand(two)
        && one.shares_a_name(two)
    {
        let shown = format!("{same:014}");
        tell(ReasonKind::SameGtin, SAME_RESTRICTED_GTIN, &|| (shown.clone(), shown.clone()));
    }
    if let Some((code, spread)) = shared_code(one, two, corpus)
        && spread > 0
        && !one.shares_a_brand(two)
    {
        let contribution = MODEL_OF_MANY * f64::from(spread.min(MOST_SPREAD));
        tell(ReasonKind::ModelOfManyBrands, contribution, &|| {
            (one.text(code).to_owned(), one.text(code).to_owned())
        });
    }
    manufacturers(one, two, corpus, &mut tell);
    let batch = one.section(Section::Batches).iter().find(|batch| {
        let is_theirs = two.section(Section::Batches).iter().any(|other| other.hash == batch.hash);
        is_theirs && one.text(batch).len() >= LEAST_BATCH
    });
    if let Some(batch) = batch {
        tell(ReasonKind::SameBatch, SAME_BATCH, &|| (one.text(batch).to_owned(), one.text(batch).to_owned()));
    }
    if let (Some(ours), Some(theirs)) = (one.category, two.category)
        && ours != theirs
    {
        tell(ReasonKind::DifferentCategory, DIFFERENT_CATEGORY, &|| (ours.to_string(), theirs.to_string()));
    }
    let (origins, others) = (one.section(Section::Origin), two.section(Section::Origin));
    if let ([ours, ..], [theirs, ..]) = (origins, others)
        && !origins.iter().any(|origin| others.iter().any(|other| other.hash == origin.hash))
    {
        let texts = || (one.text(ours).to_owned(), two.text(theirs).to_owned());
        tell(ReasonKind::DifferentOrigin, DIFFERENT_ORIGIN, &texts);
    }
    let has_identifier =
        |record: &Prepared| !record.gtins().is_empty() || !record.section(Section::Models).is_empty();
    if has_identifier(one) && one == two {
        tell(ReasonKind::SameRecord, SAME_RECORD, &|| {
            (one.words(Section::Models), two.words(Section::Models))
        });
    }
}

/// The model number that both have and the fewest brands, with how many.
fn shared_code<'p>(one: &'p Prepared, two: &Prepared, corpus: &Corpus) -> Option<(&'p Token, u32)> {
    let shared = one.codes().iter().filter(|code| two.codes().iter().any(|other| other.hash == code.hash));
    shared.map(|code| (code, corpus.spread(code.hash))).min_by_key(|(_, spread)| *spread)
}

fn manufacturers(
    one: &Prepared,
    two: &Prepared,
    corpus: &Corpus,
    tell: &mut impl FnMut(ReasonKind, f64, Texts),
) {
    let (ours, theirs) = (one.section(Section::Manufacturers), two.section(Section::Manufacturers));
    if ours.is_empty() || theirs.is_empty() {
        return;
    }
    let texts = || (one.words(Section::Manufacturers), two.words(Section::Manufacturers));
    let share = alignment::share_of_weight(ours, theirs, corpus);
    let shared = ours.iter().filter(|token| theirs.iter().any(|other| other.hash == token.hash));
    let rarest = shared.map(|token| corpus.weight(token.hash)).fold(0.0, f32::max);
    if share >= 0.6 {
        tell(ReasonKind::SameManufacturer, SAME_MANUFACTURER * f64::from(share * rarest), &texts);
    } else if share < 0.2 && is_one_script(one, two) {
        tell(ReasonKind::DifferentManufacturer, DIFFERENT_MANUFACTURER, &texts);
    }
}

/// Whether the names of the manufacturers are in one script; otherwise they may be one name.
fn is_one_script(one: &Prepared, two: &Prepared) -> bool {
    let ascii = |record: &Prepared| {
        record.section(Section::Manufacturers).iter().filter(|token| record.text(token).is_ascii()).count()
    };
    (ascii(one) == 0) == (ascii(two) == 0)
}
