#[path = "../../../tests/load/src/matching/pairs.rs"] mod pairs;
use seamless_matching::*;
type Failure = Box<dyn std::error::Error + Send + Sync>;
pub const SETS: [(&str, &str); 7] = [("Abt-Buy","train"),("Amazon-Google","train"),("Walmart-Amazon","train"),("wdc_cameras","train.small"),("wdc_computers","train.small"),("wdc_shoes","train.small"),("wdc_watches","train.small")];
fn corpus(p: &[LabelledPair]) -> Corpus {
    let mut seen = std::collections::HashSet::new();
    let mut c = Corpus::default();
    for r in p.iter().flat_map(|p| [&p.left, &p.right]) { if seen.insert(format!("{r:?}")) { c.add(&Prepared::new(r)) } }
    c
}
fn main() -> Result<(), Failure> {
    let dir = std::path::Path::new("/work/shared/data/matching");
    let mode = std::env::args().nth(1).unwrap_or("cv".into());
    let mut all = vec![];
    let mut mean = 0.0;
    for (s, t) in SETS {
        let p = pairs::read(&dir.join(format!("{s}_{t}.txt.gz")))?;
        if mode == "cv" {
            // outer folds over train only
            let mut f1s = 0.0; let st = std::time::Instant::now(); let mut brier = 0.0;
            for f in 0..4 {
                let (mut te, mut tr) = (vec![], vec![]);
                for (i, x) in p.iter().enumerate() { if i.wrapping_mul(2654435761) % 1009 % 4 == f { te.push(x.clone()) } else { tr.push(x.clone()) } }
                let m = fit(&tr); let c = corpus(&tr);
                let (mut tp, mut pp, mut rr) = (0.0, 0.0, 0.0);
                for x in &te { let q = m.probability(&Prepared::new(&x.left), &Prepared::new(&x.right), &c);
                    brier += (q - if x.same {1.0} else {0.0}).powi(2) / p.len() as f64;
                    let y = q >= m.threshold();
                    if y { pp += 1.0 } if x.same { rr += 1.0 } if y && x.same { tp += 1.0 } }
                f1s += 2.0 * tp / (pp + rr) / 4.0;
            }
            mean += f1s / 7.0;
            println!("{s:16} outer cv {f1s:.4} brier {brier:.4} {:?}", st.elapsed());
        }
        all.extend(p);
    }
    println!("mean {mean:.4}");
    if mode == "embed" {
        let st = std::time::Instant::now();
        let m = fit_for_alerts(&all);
        println!("fit {:?} threshold {}", st.elapsed(), m.threshold());
        std::fs::write("/work/main/shared/matching/data/weights.bin", m.to_bytes())?;
    }
    Ok(())
}
