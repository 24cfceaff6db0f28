//! Archives in the compressions that people send to be built from.

use std::io::{Read, Write};

use sampan_image::decompressed;
use sampan_image::unpack::UnpackLimits;

fn plain(bytes: &[u8], limits: &UnpackLimits) -> std::io::Result<Vec<u8>> {
    let mut all = Vec::new();
    decompressed(bytes, limits)?.read_to_end(&mut all)?;
    Ok(all)
}

fn bzip2(text: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    out.write_all(text).unwrap();
    out.finish().unwrap()
}

fn xz(text: &[u8]) -> Vec<u8> {
    let mut out = liblzma::write::XzEncoder::new(Vec::new(), 6);
    out.write_all(text).unwrap();
    out.finish().unwrap()
}

#[test]
fn bzip2_and_xz_are_told_by_their_first_bytes() {
    let text = b"what was packed ".repeat(1_000);
    for packed in [bzip2(&text), xz(&text)] {
        assert_eq!(plain(&packed, &UnpackLimits::default()).unwrap(), text);
        assert!(plain(&packed[..packed.len() / 2], &UnpackLimits::default()).is_err());
        let two = [packed.clone(), packed].concat();
        assert_eq!(
            plain(&two, &UnpackLimits::default()).unwrap().len(),
            2 * text.len()
        );
    }
}

#[test]
fn bombs_in_bzip2_and_xz_end_at_the_limits() {
    let zeros = vec![0; 80 << 20];
    for packed in [bzip2(&zeros), xz(&zeros)] {
        let error = plain(&packed, &UnpackLimits::default()).unwrap_err();
        assert!(error.to_string().contains("compression ratio"), "{error}");
    }
}
