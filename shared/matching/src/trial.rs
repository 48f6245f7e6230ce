use crate::*;
use crate::trees::*;
use crate::random::Random;
pub fn f1(scores: &[(f32, bool)], t: f32) -> (f64, f64, f64) {
    let tp = scores.iter().filter(|s| s.0 >= t && s.1).count() as f64;
    let p = scores.iter().filter(|s| s.0 >= t).count() as f64;
    let r = scores.iter().filter(|s| s.1).count() as f64;
    (tp / p.max(1.0), tp / r, if tp == 0.0 { 0.0 } else { 2.0 * tp / (p + r) })
}
pub fn best(scores: &[(f32, bool)]) -> f32 {
    let mut s = scores.to_vec();
    s.sort_by(|a, b| b.0.total_cmp(&a.0));
    let r = s.iter().filter(|s| s.1).count() as f64;
    let (mut tp, mut b) = (0.0, (0.0, 0.0));
    for (i, x) in s.iter().enumerate() {
        if x.1 { tp += 1.0 }
        let f = 2.0 * tp / (i as f64 + 1.0 + r);
        if f > b.0 { b = (f, if i + 1 < s.len() { (x.0 + s[i+1].0) / 2.0 } else { x.0 }) }
    }
    b.1 as f32
}
pub fn rows(pairs: &[LabelledPair]) -> (Vec<Vec<f32>>, Vec<f32>) {
    let p: Vec<_> = pairs.iter().map(|p| (Prepared::new(&p.left), Prepared::new(&p.right))).collect();
    let mut seen = std::collections::HashSet::new();
    let mut corpus = Corpus::default();
    for r in p.iter().flat_map(|p| [&p.0, &p.1]) {
        if seen.insert(format!("{r:?}")) { corpus.add(r) }
    }
    (p.iter().map(|p| features::compare(&p.0, &p.1, &corpus).to_vec()).collect(), pairs.iter().map(|p| if p.same {1.0} else {0.0}).collect())
}
pub fn cv(pairs: &[LabelledPair], skip: &[&str]) -> (f64, f64) {
    let (mut rows, labels) = rows(pairs);
    for s in skip { let i = features::NAMES.iter().position(|n| n == s).unwrap(); for r in &mut rows { r[i] = 0.0; } }
    cv_rows(&rows, &labels, set())
}
pub fn set() -> Vec<f32> {
    let v = std::env::var("SET").unwrap_or("300 4 0.06 0.7 0.4 3 2".into());
    v.split(' ').map(|x| x.parse().unwrap()).collect()
}
pub fn settings(v: Vec<f32>) -> Settings {
    Settings { trees: v[0] as usize, depth: v[1] as usize, rate: v[2], rows: v[3], features: v[4], ridge: v[5], least: v[6] }
}
pub fn cv_rows(rows: &[Vec<f32>], labels: &[f32], v: Vec<f32>) -> (f64, f64) {
    let width = rows[0].len();
    let table = Table::new(rows, width);
    let weights = vec![1.0; labels.len()];
    let mut fold: Vec<usize> = (0..rows.len()).map(|i| i % 5).collect();
    let mut r = Random::new(7);
    for i in (1..fold.len()).rev() { fold.swap(i, r.below(i + 1)); }
    let mut out = vec![(0.0, false); rows.len()];
    let mut fs = 0.0;
    for f in 0..5 {
        let tr: Vec<usize> = (0..rows.len()).filter(|i| fold[*i] != f).collect();
        let fo: Vec<Forest> = (0..2).map(|s| grow(&table, &tr, labels, &weights, settings(v.clone()), 11 + s)).collect();
        for i in 0..rows.len() { if fold[i] == f {
            out[i] = (fo.iter().map(|f| f.score(&rows[i])).sum::<f32>() / fo.len() as f32, labels[i] == 1.0);
        } }
    }
    // threshold chosen on the other folds
    for f in 0..5 {
        let o: Vec<_> = (0..rows.len()).filter(|i| fold[*i] != f).map(|i| out[i]).collect();
        let m: Vec<_> = (0..rows.len()).filter(|i| fold[*i] == f).map(|i| out[i]).collect();
        fs += f1(&m, best(&o)).2 / 5.0;
    }
    (fs, f1(&out, best(&out)).2)
}
pub fn names() -> &'static [&'static str] { features::NAMES }
