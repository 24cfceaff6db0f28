//! Compression and encoding of one megabyte, there and back.

use base64::Engine as _;

use crate::data::{fold, noise, prose};

pub fn deflate(iterations: u64) -> u64 {
    let text = prose(1 << 20);
    (0..iterations).fold(0, |sum, _| {
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(text.as_bytes(), 6);
        let back = miniz_oxide::inflate::decompress_to_vec_zlib(&packed).expect("it was packed here");
        assert_eq!(back, text.as_bytes());
        fold(sum, &back[back.len() - 64..])
    })
}

pub fn lz4(iterations: u64) -> u64 {
    let text = prose(1 << 20);
    (0..iterations).fold(0, |sum, _| {
        let packed = lz4_flex::compress_prepend_size(text.as_bytes());
        let back = lz4_flex::decompress_size_prepended(&packed).expect("it was packed here");
        assert_eq!(back, text.as_bytes());
        fold(sum, &back[back.len() - 64..])
    })
}

pub fn snappy(iterations: u64) -> u64 {
    let text = prose(1 << 20);
    (0..iterations).fold(0, |sum, _| {
        let packed = snap::raw::Encoder::new()
            .compress_vec(text.as_bytes())
            .expect("memory takes it");
        let back = snap::raw::Decoder::new()
            .decompress_vec(&packed)
            .expect("it was packed here");
        assert_eq!(back, text.as_bytes());
        fold(sum, &back[back.len() - 64..])
    })
}

pub fn base64(iterations: u64) -> u64 {
    let data = noise(1 << 20);
    let engine = base64::engine::general_purpose::STANDARD;
    (0..iterations).fold(0, |sum, _| {
        let text = engine.encode(&data);
        let back = engine.decode(&text).expect("it was encoded here");
        assert_eq!(back, data);
        fold(sum, &text.as_bytes()[text.len() - 64..])
    })
}
