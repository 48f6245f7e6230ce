//! The fonts of the program, in the order in which they are looked through.

use sha2::{Digest, Sha256};
use typst::foundations::Bytes;
use typst::text::Font;

/// The families as a template names them: Latin first, since the Chinese one lacks letters of European names.
pub(crate) const FAMILIES: &str = r#"("Noto Sans", "Noto Sans SC", "Noto Sans JP")"#;

const FILES: [&[u8]; 5] = [
    include_bytes!("../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../fonts/NotoSansSC-Regular.ttf"),
    include_bytes!("../fonts/NotoSansSC-Bold.ttf"),
    include_bytes!("../fonts/NotoSansJP-Regular.ttf"),
];

/// The fonts, read from the program.
pub(crate) fn all() -> Vec<Font> {
    FILES.into_iter().filter_map(|file| Font::new(Bytes::new(file), 0)).collect()
}

/// SHA-256 over all fonts in their order, in hexadecimal digits.
pub(crate) fn digest() -> String {
    let mut digest = Sha256::new();
    for file in FILES {
        digest.update(file);
    }
    hex::encode(digest.finalize())
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_font_of_the_program_can_be_read_and_all_stay_below_four_megabytes() {
        assert_eq!(super::all().len(), super::FILES.len());
        assert!(super::FILES.iter().map(|file| file.len()).sum::<usize>() <= 4_000_000);
    }
}
