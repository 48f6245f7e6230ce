//! Folders of zone data, written by the tests: zones whose clocks follow one rule for ever.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

/// A folder that says a version, with zones by name: the offset in hours without daylight saving, and the rule [POSIX TZ].
pub fn folder(version: &str, zones: &[(&str, i32, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tzdata.zi"), format!("# version {version}\n# more\n")).unwrap();
    for (name, hours, rule) in zones {
        write(folder.path(), name, *hours, rule);
    }
    folder
}

/// Writes a zone [TZif, RFC 9636]: no change is listed, all follow from the rule in the footer.
pub fn write(folder: &Path, name: &str, hours: i32, rule: &str) {
    let block = |version: u8| {
        let mut bytes = b"TZif".to_vec();
        bytes.push(version);
        bytes.extend([0; 15]);
        // Of UT indicators, standard indicators, leap seconds and changes there are none; one kind of time, its name in 4 bytes.
        for count in [0_u32, 0, 0, 0, 1, 4] {
            bytes.extend(count.to_be_bytes());
        }
        bytes.extend((hours * 3_600).to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(b"STD\0");
        bytes
    };
    let file = folder.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, [block(b'2'), block(b'2'), format!("\n{rule}\n").into_bytes()].concat()).unwrap();
}
