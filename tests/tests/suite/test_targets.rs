//! What is built for tests: a library or program that holds none is not built once more, nor read for examples.

use crate::{
    assert_none,
    source::{Source, sources, workspace},
};

/// What begins a test within a source.
fn is_test(line: &str) -> bool {
    let dense: String = line.split_whitespace().collect();
    ["#[test]", "#[tokio::test", "proptest!"].iter().any(|mark| dense.starts_with(mark))
}

/// What begins an example within a comment; a text or a plan is none.
fn begins_example(line: &str) -> bool {
    let text = line.trim_start().trim_start_matches(['/', '!']).trim_start();
    text.strip_prefix("```").is_some_and(|kind| kind.is_empty() || kind.starts_with("rust"))
}

#[test]
fn a_target_is_built_for_tests_just_where_it_holds_some() {
    let workspace = workspace();
    let root = &workspace.workspace_root;
    let (mut findings, mut tested) = (Vec::new(), 0);
    for package in &workspace.packages {
        for target in
            package.targets.iter().filter(|target| target.src_path.parent() == Some(&source_folder(package)))
        {
            let folder = source_folder(package);
            let has_library = package.targets.iter().any(|target| target.is_lib());
            let files: Vec<Source> = sources(root, folder.strip_prefix(root).unwrap().as_str())
                .into_iter()
                // Beside a library, the program is a file alone.
                .filter(|file| match target.is_lib() {
                    true => !file.path.ends_with("/src/main.rs"),
                    false => !has_library || file.path.ends_with("/src/main.rs"),
                })
                .collect();
            let tests = files.iter().map(|file| file.lines_of_code(is_test).len()).sum::<usize>();
            let examples =
                files.iter().map(|file| file.lines_of_comment(begins_example).len()).sum::<usize>();
            tested += usize::from(target.test);
            let place = format!("{}: `{}`", package.manifest_path.strip_prefix(root).unwrap(), target.name);
            if target.test != (tests > 0) {
                findings.push(format!("{place} holds {tests} tests, and says `test = {}`", target.test));
            }
            if target.is_lib() && target.doctest != (examples > 0) {
                findings.push(format!(
                    "{place} holds {examples} examples, and says `doctest = {}`",
                    target.doctest
                ));
            }
        }
    }
    assert!(tested > 5, "{tested} targets with tests: look at this test");
    assert_none("a test is run, and nothing is built for none", &findings);
}

fn source_folder(package: &cargo_metadata::Package) -> cargo_metadata::camino::Utf8PathBuf {
    package.manifest_path.with_file_name("src")
}
