//! Writes a report with a chart of each type into a folder, for eyes and browsers: `chart_files FOLDER`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a program of tests: what fails, fails the test")]

#[path = "../tests/charts/tables.rs"]
mod tables;

use std::{fs, path::PathBuf};

use seamless_reporting::{
    domain::content::{Content, Section, Text},
    render::{DocumentFacts, MadeOf, render},
};
use seamless_typeset::Typesetter;

#[tokio::main]
async fn main() {
    #[allow(clippy::disallowed_methods, reason = "main reads the arguments")]
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder to write into"));
    fs::create_dir_all(&folder).unwrap();
    let facts = DocumentFacts {
        file_stem: "charts".to_owned(),
        date: "2027-06-30".parse().unwrap(),
        exercise: true,
        made_of: MadeOf::default(),
    };
    for document in render(&Typesetter::new(), &content(), &facts).await.unwrap() {
        fs::write(folder.join(document.file_name), document.bytes).unwrap();
    }
}

fn content() -> Content {
    let tables = vec![
        tables::bars(),
        tables::months(),
        tables::waiting(),
        tables::matrix(),
        tables::bodies(),
        tables::controls(),
    ];
    let title = Text::of("Charts", "图表");
    let section = Section { id: "charts", title: title.clone(), figures: Vec::new(), tables };
    Content { title, facts: Vec::new(), sections: vec![section] }
}
