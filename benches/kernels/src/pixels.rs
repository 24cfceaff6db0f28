//! A photograph-sized picture made small.

use image::RgbImage;
use image::imageops::{self, FilterType};

use crate::data::{fold, noise};

pub fn resize(iterations: u64) -> u64 {
    let (width, height) = (1600, 1200);
    let picture =
        RgbImage::from_raw(width, height, noise((width * height * 3) as usize)).expect("exact size");
    (0..iterations).fold(0, |sum, _| {
        let small = imageops::resize(&picture, 400, 300, FilterType::Lanczos3);
        fold(sum, small.as_raw())
    })
}
