//! Legal moves of chess, counted from the position that engine authors call Kiwipete.

use shakmaty::fen::Fen;
use shakmaty::{CastlingMode, Chess};

pub fn perft(iterations: u64) -> u64 {
    let fen: Fen = "r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq - 0 1"
        .parse()
        .expect("a valid position");
    let position: Chess = fen
        .into_position(CastlingMode::Standard)
        .expect("a legal position");
    (0..iterations).fold(0, |sum: u64, _| sum.wrapping_add(shakmaty::perft(&position, 5)))
}
