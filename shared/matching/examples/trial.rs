#[path = "../../../tests/load/src/matching/pairs.rs"] mod pairs;
type Failure = Box<dyn std::error::Error + Send + Sync>;
pub const SETS: [(&str, &str); 7] = [("Abt-Buy","train"),("Amazon-Google","train"),("Walmart-Amazon","train"),("wdc_cameras","train.small"),("wdc_computers","train.small"),("wdc_shoes","train.small"),("wdc_watches","train.small")];
fn main() -> Result<(), Failure> {
    let dir = std::path::Path::new("/work/shared/data/matching");
    let skip: Vec<String> = std::env::args().skip(1).collect();
    let skip: Vec<&str> = skip.iter().map(String::as_str).collect();
    let (mut a, mut b) = (0.0, 0.0);
    for (s, t) in SETS {
        let p = pairs::read(&dir.join(format!("{s}_{t}.txt.gz")))?;
        let st = std::time::Instant::now();
        let (f, g) = seamless_matching::trial::cv(&p, &skip);
        a += f / 7.0; b += g / 7.0;
        println!("{s:16} cv {f:.4} pooled-best {g:.4} {:?}", st.elapsed());
    }
    println!("mean cv {a:.4} pooled-best {b:.4}");
    Ok(())
}
