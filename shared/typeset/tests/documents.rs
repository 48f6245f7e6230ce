//! Documents are set and read back: what a reader of the PDF finds is what was given.
#![allow(clippy::expect_used)] // the helpers of the stories as well as the stories

use std::process::Command;
use std::time::Instant;

use jiff::civil::date;
use lopdf::{Document as Pdf, Object};
use seamless_typeset::{Document, Language, Made, Missing, Template, TypesetError, Typesetter};
use serde_json::{Value, json};

const NAMES: Template = Template {
    name: "names",
    source: r#"
#set page(width: 148mm, height: 105mm, margin: 12mm)
#set document(title: "Names")
#for name in sys.inputs.names [
  #par[#name]
]
"#,
};

fn of(names: &[&str]) -> Document<Value> {
    Document {
        template: NAMES,
        values: json!({ "names": names }),
        date: date(2026, 3, 29),
        language: Language::Zh,
        missing: Missing::Refuse,
    }
}

async fn set(document: Document<Value>) -> Made {
    Typesetter::new().set(document).await.expect("the document is set")
}

/// The text of all pages as a reader copies it, without the breaks of lines.
fn text(pdf: &[u8]) -> String {
    let pdf = Pdf::load_mem(pdf).expect("a PDF");
    let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
    pdf.extract_text(&pages).expect("text").replace('\n', "")
}

#[tokio::test]
async fn names_of_europe_and_china_can_be_copied_from_the_document() {
    let names = [
        "Urząd Łódź",
        "Țepeș",
        "Česká",
        "Ελλάδα",
        "България",
        "堃远",
        "喆珺镕昇祎玥骉",
        "𠮷野家",
        "（深圳）",
    ];
    let found = text(&set(of(&names)).await.pdf);
    for name in names {
        assert!(found.contains(name), "{name} is not in {found:?}");
    }
}

#[tokio::test]
async fn markup_in_a_name_stays_text() {
    let names = [
        r#"#eval("1+1")"#,
        "*bold*",
        "$x$",
        "@ref",
        "<label>",
        r"a\b",
        "= heading",
        "#pagebreak()",
        "//gone",
    ];
    let made = set(of(&names)).await;
    let found = text(&made.pdf);
    for name in names {
        assert!(found.contains(name), "{name} is not in {found:?}");
    }
    assert_eq!(made.facts.pages, 1);
}

#[tokio::test]
async fn characters_that_no_font_holds_are_refused_all_at_once_or_shown_by_code_point() {
    let mut document = of(&["fine", "龖x龖", "\u{200d}"]);
    document.values["holder"] = json!({ "name": "𡃁" });
    let Err(TypesetError::MissingGlyphs(missing)) = Typesetter::new().set(document.clone()).await else {
        panic!("a document with boxes was set");
    };
    let mut told: Vec<_> =
        missing.iter().map(|glyph| format!("{} {}", glyph.path, glyph.code_point())).collect();
    told.sort();
    assert_eq!(told, ["holder.name U+210C1", "names[1] U+9F96", "names[2] U+200D"]);

    document.missing = Missing::ShowCodePoint;
    let made = set(document).await;
    assert_eq!(made.facts.shown_as_code_points, missing);
    assert!(text(&made.pdf).contains("U+9F96xU+9F96"));
}

#[tokio::test]
async fn a_character_that_bold_lacks_is_set_in_the_regular_weight_of_its_family() {
    let mut document = of(&["堃远"]);
    document.template.source = "#set document(title: \"Bold\")\n#strong(sys.inputs.names.first())";
    let made = set(document).await;
    assert!(text(&made.pdf).contains("堃远"));
    let fonts = fonts(&made.pdf);
    assert!(fonts.iter().any(|name| name.ends_with("NotoSansSC-Regular")), "{fonts:?}");
    assert!(fonts.iter().any(|name| name.ends_with("NotoSansSC-Bold")), "{fonts:?}");
}

/// The names of the fonts that the file embeds.
fn fonts(pdf: &[u8]) -> Vec<String> {
    let pdf = Pdf::load_mem(pdf).expect("a PDF");
    let descriptors = pdf.objects.values().filter_map(|object| object.as_dict().ok());
    descriptors
        .filter(|dict| {
            dict.get(b"Type").and_then(Object::as_name).is_ok_and(|kind| kind == b"FontDescriptor")
        })
        .map(|dict| {
            assert!(dict.has(b"FontFile2") || dict.has(b"FontFile3"), "a font is not embedded: {dict:?}");
            String::from_utf8_lossy(dict.get(b"FontName").and_then(Object::as_name).expect("a name"))
                .into_owned()
        })
        .collect()
}

#[tokio::test]
async fn a_template_reaches_nothing_outside_the_program_and_its_mistakes_name_it() {
    for source in [r#"#read("/etc/passwd")"#, r#"#import "@preview/cetz:0.3.0""#, "#sys.inputs.absent", "龖"]
    {
        let mut document = of(&["fine"]);
        document.template.source = source;
        let refused = Typesetter::new().set(document).await;
        assert!(
            matches!(refused, Err(TypesetError::Template { template: "names", .. })),
            "{source}: {refused:?}"
        );
    }
}

/// The other process is this program with one test, told where to write.
#[tokio::test]
#[allow(clippy::disallowed_methods)] // the environment is how the other process is told
async fn the_same_inputs_give_the_same_bytes_in_two_processes() {
    const ASKED: &str = "SEAMLESS_TYPESET_WRITE_TO";
    let pdf = set(of(&["Urząd Łódź", "堃远"])).await.pdf;
    if let Ok(file) = std::env::var(ASKED) {
        std::fs::write(file, &pdf).expect("written");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("other.pdf");
    let other = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "the_same_inputs_give_the_same_bytes_in_two_processes"])
        .env(ASKED, &file)
        .output()
        .expect("the other process");
    assert!(other.status.success(), "{other:?}");
    assert!(std::fs::read(&file).expect("the other's document") == pdf, "two processes gave different bytes");
    let mut later = of(&["Urząd Łódź", "堃远"]);
    later.date = date(2026, 3, 30);
    assert!(set(later).await.pdf != pdf, "the date is not in the document");
}

#[tokio::test]
async fn documents_one_after_another_stay_below_the_memory_of_a_small_machine() {
    let typesetter = Typesetter::new();
    let all = (0..6).map(|_| typesetter.set(of(&["Urząd Łódź", "堃远", "𠮷"])));
    let begun = Instant::now();
    for made in futures::future::join_all(all).await {
        assert_eq!(made.expect("set").facts.pages, 1);
    }
    let spent = begun.elapsed() / 6;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("one document: {spent:?}; the process at most: {peak:?}");
    let kilobytes = peak.and_then(|line| line.trim().strip_suffix(" kB")).map(|number| number.parse::<u64>());
    if let Some(kilobytes) = kilobytes {
        assert!(kilobytes.expect("a number") < 500 * 1024, "{peak:?}");
    }
}
