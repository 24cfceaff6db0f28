//! Kernels of the Computer Language Benchmarks Game, as plain Rust.

use crate::data::fold;

const SOLAR_MASS: f64 = 4.0 * std::f64::consts::PI * std::f64::consts::PI;
const YEAR: f64 = 365.24;

#[derive(Clone, Copy)]
struct Body {
    at: [f64; 3],
    speed: [f64; 3],
    mass: f64,
}

const BODIES: [Body; 5] = [
    Body {
        at: [0.0; 3],
        speed: [0.0; 3],
        mass: SOLAR_MASS,
    },
    Body {
        at: [
            4.841_431_442_464_721,
            -1.160_320_044_027_428_4,
            -0.103_622_044_471_123_11,
        ],
        speed: [
            0.001_660_076_642_744_037 * YEAR,
            0.007_699_011_184_197_404 * YEAR,
            -0.000_069_046_001_697_206_3 * YEAR,
        ],
        mass: 0.000_954_791_938_424_326_6 * SOLAR_MASS,
    },
    Body {
        at: [
            8.343_366_718_244_58,
            4.124_798_564_124_305,
            -0.403_523_417_114_321,
        ],
        speed: [
            -0.002_767_425_107_268_624 * YEAR,
            0.004_998_528_012_349_172 * YEAR,
            0.000_023_041_729_757_376_393 * YEAR,
        ],
        mass: 0.000_285_885_980_666_130_8 * SOLAR_MASS,
    },
    Body {
        at: [
            12.894_369_562_139_13,
            -15.111_151_401_698_631,
            -0.223_307_578_892_655_73,
        ],
        speed: [
            0.002_964_601_375_647_616 * YEAR,
            0.002_378_471_739_594_809_4 * YEAR,
            -0.000_029_658_956_854_023_756 * YEAR,
        ],
        mass: 0.000_043_662_440_433_515_63 * SOLAR_MASS,
    },
    Body {
        at: [
            15.379_697_114_850_917,
            -25.919_314_609_987_964,
            0.179_258_772_950_371_18,
        ],
        speed: [
            0.002_680_677_724_903_893_2 * YEAR,
            0.001_628_241_700_382_423 * YEAR,
            -0.000_095_159_225_451_971_59 * YEAR,
        ],
        mass: 0.000_051_513_890_204_661_145 * SOLAR_MASS,
    },
];

pub fn nbody(steps: u64) -> u64 {
    let mut bodies = BODIES;
    for _ in 0..steps {
        for i in 0..bodies.len() {
            for j in i + 1..bodies.len() {
                let apart: [f64; 3] = std::array::from_fn(|d| bodies[i].at[d] - bodies[j].at[d]);
                let square = apart.iter().map(|d| d * d).sum::<f64>();
                let pull = 0.01 / (square * square.sqrt());
                let (of_i, of_j) = (bodies[i].mass * pull, bodies[j].mass * pull);
                for (d, apart) in apart.into_iter().enumerate() {
                    bodies[i].speed[d] -= apart * of_j;
                    bodies[j].speed[d] += apart * of_i;
                }
            }
        }
        for body in &mut bodies {
            for d in 0..3 {
                body.at[d] += 0.01 * body.speed[d];
            }
        }
    }
    bodies
        .iter()
        .fold(0, |sum, body| fold(sum, &body.at[0].to_le_bytes()))
}

pub fn spectral_norm(size: u64) -> u64 {
    let n = size as usize;
    let a = |i: usize, j: usize| 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1) as f64;
    let times = |v: &[f64]| -> Vec<f64> { (0..n).map(|i| (0..n).map(|j| a(i, j) * v[j]).sum()).collect() };
    let turned = |v: &[f64]| -> Vec<f64> { (0..n).map(|i| (0..n).map(|j| a(j, i) * v[j]).sum()).collect() };
    let (mut u, mut v) = (vec![1.0; n], Vec::new());
    for _ in 0..10 {
        v = turned(&times(&u));
        u = turned(&times(&v));
    }
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    fold(0, &(dot(&u, &v) / dot(&v, &v)).sqrt().to_le_bytes())
}

pub fn fannkuch(iterations: u64) -> u64 {
    (0..iterations).fold(0, |sum, _| fold(sum, &fannkuch_of(10).to_le_bytes()))
}

fn fannkuch_of(n: usize) -> u64 {
    let mut order: Vec<usize> = (0..n).collect();
    let mut turns = vec![0; n];
    let (mut sum, mut most, mut sign, mut left) = (0i64, 0i64, 1i64, n);
    let mut copy = vec![0; n];
    loop {
        while left != 1 {
            turns[left - 1] = left;
            left -= 1;
        }
        copy.copy_from_slice(&order);
        let mut flips = 0;
        while copy[0] != 0 {
            let first = copy[0];
            copy[..=first].reverse();
            flips += 1;
        }
        most = most.max(flips);
        sum += sign * flips;
        sign = -sign;
        loop {
            if left == n {
                return fold(fold(0, &sum.to_le_bytes()), &most.to_le_bytes());
            }
            order[..=left].rotate_left(1);
            turns[left] -= 1;
            if turns[left] > 0 {
                break;
            }
            left += 1;
        }
    }
}

pub fn mandelbrot(size: u64) -> u64 {
    let mut row = vec![0u8; size as usize];
    (0..size).fold(0, |sum, y| {
        for (x, point) in row.iter_mut().enumerate() {
            let (cr, ci) = (
                2.0 * x as f64 / size as f64 - 1.5,
                2.0 * y as f64 / size as f64 - 1.0,
            );
            let (mut r, mut i, mut steps) = (0.0f64, 0.0f64, 0u8);
            while steps < 50 && r * r + i * i <= 4.0 {
                (r, i) = (r * r - i * i + cr, 2.0 * r * i + ci);
                steps += 1;
            }
            *point = steps;
        }
        fold(sum, &row)
    })
}
