//! Training for alerts: the pairs, and varied forms of them in which fields are missing or say less.
//!
//! Alerts are not shop offers: brand and model have fields of their own, most fields may be empty, and many unlike
//! products share a plain name such as "electric kettle". The variants teach that.

use std::rc::Rc;

use crate::{
    corpus::Corpus,
    features,
    fit::{self, Examples},
    model::Model,
    product::{LabelledPair, Product},
    random::Random,
    text::{self, Kind},
    trees::Settings,
};

const SEED: u64 = 19_690_720;
/// Tokens that weigh less are usual.
const USUAL: f32 = 0.55;

/// Chosen by cross-validation within the public training data, also across sets: larger leaves than those of [`fit::fit`]
/// keep deeper trees from learning the habits of one shop.
const SETTINGS: Settings =
    Settings { trees: 200, depth: 6, rate: 0.06, rows: 0.7, features: 0.4, ridge: 10.0, least: 5.0 };

/// Trains a model on pairs of offers and on varied forms of them, so that it fits alerts with missing fields. Each of
/// `collections` holds the pairs of one source.
///
/// All are weighed by the words of all records, and those without variation again by the words of their own source: so the
/// model knows large mixed collections and small ones of one kind of goods.
pub fn fit_for_alerts(collections: &[Vec<LabelledPair>]) -> Model {
    let pairs = collections.concat();
    let corpus = fit::corpus_of(&pairs, &fit::prepared(&pairs));
    let mut random = Random::new(SEED);
    let (mut varied, mut origins) = (Vec::new(), Vec::new());
    for (group, pair) in pairs.iter().enumerate() {
        for (form, variant) in variants(pair, &corpus, &mut random) {
            varied.push(variant);
            origins.push((group, form));
        }
    }
    let prepared = fit::prepared(&varied);
    let corpus = fit::corpus_of(&varied, &prepared);
    let own = collections.iter().flat_map(|pairs| {
        let corpus = Rc::new(fit::corpus_of(pairs, &fit::prepared(pairs)));
        pairs.iter().map(move |_| Rc::clone(&corpus))
    });
    let own: Vec<Rc<Corpus>> = own.collect();
    let mut examples = Examples::default();
    for ((variant, (left, right)), (group, form)) in varied.iter().zip(&prepared).zip(origins) {
        let mut push = |corpus: &Corpus, decides| {
            examples.push(&features::compare(left, right, corpus), variant.same, group, decides);
        };
        // What is thinned by chance says little of where a person is worth asking.
        push(&corpus, form == Form::Fielded);
        if form == Form::Plain {
            push(&own[group], true);
        }
    }
    fit::learn(&examples, SETTINGS)
}

/// How a variant differs from its pair.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// In the price alone.
    Plain,
    /// Brand and model have their own fields, as in an alert.
    Fielded,
    /// Fields and words are left out.
    Reduced,
}

fn variants(pair: &LabelledPair, corpus: &Corpus, random: &mut Random) -> Vec<(Form, LabelledPair)> {
    let mut plain = pair.clone();
    // Alerts have no price.
    (plain.left.price, plain.right.price) = (None, None);
    let mut fielded = plain.clone();
    let glued = (together(&plain.left), together(&plain.right));
    for (product, other) in [(&mut fielded.left, &glued.1), (&mut fielded.right, &glued.0)] {
        put_into_fields(product, other, corpus, random);
    }
    let mut nameless = fielded.clone();
    match random.below(3) {
        0 => nameless.left.names.clear(),
        1 => nameless.right.names.clear(),
        _ => {
            nameless.left.names.clear();
            nameless.right.names.clear();
        }
    }
    let mut thinned = fielded.clone();
    for product in [&mut thinned.left, &mut thinned.right] {
        thin(product, random);
    }
    let mut variants = vec![(Form::Plain, plain), (Form::Fielded, fielded), (Form::Reduced, thinned)];
    // Where nothing is left to compare, nothing can be learnt.
    if !is_bare(&nameless.left) && !is_bare(&nameless.right) {
        variants.push((Form::Reduced, nameless));
    }
    if !pair.same && random.unit() < 0.5 {
        variants.extend(namesakes(pair, corpus, random).map(|namesakes| (Form::Reduced, namesakes)));
    }
    variants
}

fn is_bare(product: &Product) -> bool {
    product.names.is_empty() && product.models.is_empty()
}

fn together(product: &Product) -> String {
    let names: String = product.names.concat();
    text::compact(&text::normalised(&format!("{}{names}", product.brand)))
}

/// Brand and model into their own fields, as in an alert: the first word, if the other record has it too or by chance,
/// and the model number.
fn put_into_fields(product: &mut Product, other: &str, corpus: &Corpus, random: &mut Random) {
    let name = text::normalised(&product.names.join(" "));
    let found = text::pieces(&name);
    if product.brand.is_empty()
        && let Some(first) = found.pieces.first().filter(|piece| piece.kind == Kind::Word)
        && (other.contains(&first.text) || random.unit() < 0.2)
    {
        product.brand = first.text.clone();
    }
    if product.models.is_empty() {
        let rarest = found.codes.iter().map(|code| (corpus.weight(text::hash(code)), code));
        if let Some((_, code)) = rarest.reduce(|best, next| if next.0 > best.0 { next } else { best }) {
            product.models.push(code.clone());
        }
    }
}

/// Leaves out fields and words by chance.
fn thin(product: &mut Product, random: &mut Random) {
    if random.unit() < 0.4 {
        product.brand.clear();
    }
    if random.unit() < 0.4 {
        product.models.clear();
    }
    if random.unit() < 0.6 {
        product.description.clear();
    }
    let share = 0.3 + 0.6 * random.unit();
    for name in &mut product.names {
        let kept: Vec<&str> = name.split_whitespace().filter(|_| random.unit() < share).collect();
        if !kept.is_empty() {
            *name = kept.join(" ");
        }
    }
}

/// Two different products that share a plain name.
fn namesakes(pair: &LabelledPair, corpus: &Corpus, random: &mut Random) -> Option<LabelledPair> {
    let name = text::normalised(&pair.left.names.join(" "));
    let words = text::pieces(&name).pieces.into_iter().filter(|piece| piece.kind == Kind::Word);
    let usual: Vec<String> = words
        .filter(|piece| corpus.weight(text::hash_of(&piece.text, piece.kind)) < USUAL)
        .map(|piece| piece.text)
        .take(2 + random.below(3))
        .collect();
    if usual.len() < 2 {
        return None;
    }
    let mut namesakes = LabelledPair { left: Product::default(), right: Product::default(), same: false };
    for (product, source) in [(&mut namesakes.left, &pair.left), (&mut namesakes.right, &pair.right)] {
        product.names = vec![usual.join(" ")];
        let mut fielded = source.clone();
        put_into_fields(&mut fielded, "", corpus, random);
        if random.unit() < 0.6 {
            product.brand = fielded.brand;
        }
        if random.unit() < 0.5 {
            product.models = fielded.models;
        }
    }
    Some(namesakes)
}
