//! The attacks of `guests/evil/` that are too large, or too repetitive, to be kept as files: they are made here.
//!
//! Each says what it is, which limit meets it and what must be said, as the files' own heads do.

use std::io::{self, Write};

use crate::files::Noise;

const MODULE: &[u8] = b"\0asm\x01\0\0\0";
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

/// A LEB128 number.
fn leb(mut n: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (n & 0x7f) as u8;
        n >>= 7;
        if n == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id], leb(content.len()).as_slice(), content].concat()
}

/// Components inside each other, `depth` deep, with nothing in them. A thousand are read in no time; a hundred
/// thousand keep a validator busy for minutes, with 1.2 MB.
/// Ended by: cannot be invoked (it exports nothing), or compile-time.
pub fn nested_components(depth: usize) -> Vec<u8> {
    let mut heads = Vec::with_capacity(depth);
    let mut size = COMPONENT.len();
    for _ in 0..depth {
        let head = [COMPONENT, &[4], leb(size).as_slice()].concat();
        size += head.len();
        heads.push(head);
    }
    heads.reverse();
    let mut bytes = heads.concat();
    bytes.extend_from_slice(COMPONENT);
    bytes
}

/// A valid module that is small and compiles for ever: one function of `depth` nested loops, each of which changes many
/// of `depth` locals, so that each loop's head joins all of them. The time grows with the third power: 500 take
/// seconds, 3,000 a quarter of an hour.
/// Ended by: compile-time. Says: compile-time
pub fn slow_to_compile(depth: usize) -> Vec<u8> {
    let mut noise = Noise::new(1);
    let mut pick = || leb((noise.word() >> 16) as usize % depth);
    let mut body = [&[1], leb(depth).as_slice(), &[0x7e]].concat();
    for _ in 0..depth {
        body.extend_from_slice(&[0x03, 0x40]);
        for _ in 0..20 {
            let (one, other) = (pick(), pick());
            body.push(0x20);
            body.extend_from_slice(&one);
            body.push(0x20);
            body.extend_from_slice(&other);
            body.extend_from_slice(&[0x7c, 0x21]);
            body.extend_from_slice(&other);
        }
    }
    for _ in 0..depth {
        body.push(0x20);
        body.extend_from_slice(&pick());
        body.extend_from_slice(&[0xa7, 0x0d, 0x00, 0x0b]);
    }
    body.push(0x0b);
    [
        MODULE.to_vec(),
        section(1, b"\x01\x60\0\0"),
        section(3, b"\x01\0"),
        section(5, b"\x01\0\x01"),
        section(7, b"\x02\x06_start\0\0\x06memory\x02\0"),
        section(10, &[&[1], leb(body.len()).as_slice(), &body].concat()),
    ]
    .concat()
}

/// A component, as text, that instantiates one that instantiates a module with a memory `inner` times, `outer` times.
/// Ended by: instances, before it runs. Says: instances
pub fn many_instances(outer: usize, inner: usize) -> String {
    let mut text = String::from(
        "(component (component $c (core module $m (memory 1))\n\
         (core module $p (func (export \"run\") (result i32) (i32.const 0)))\n",
    );
    text.push_str(&"(core instance (instantiate $m))\n".repeat(inner));
    text.push_str(
        "(core instance $p (instantiate $p))\n\
         (func $run (result (result)) (canon lift (core func $p \"run\")))\n\
         (export \"run\" (func $run)))\n",
    );
    text.push_str(&"(instance (instantiate $c))\n".repeat(outer));
    text.push_str(
        "(instance $last (instantiate $c))\n\
         (instance $r (export \"run\" (func $last \"run\")))\n\
         (export \"wasi:cli/run@0.2.0\" (instance $r)))\n",
    );
    text
}

/// A module whose data segments hold `bytes` of noise.
/// Ended by: module-size. Says: module-size
pub fn huge_data(bytes: usize, to: &mut dyn Write) -> io::Result<()> {
    let head = [b"\x01\x01".as_slice(), &leb(bytes)].concat();
    to.write_all(MODULE)?;
    to.write_all(&section(5, b"\x01\0\x01"))?;
    to.write_all(&[11])?;
    to.write_all(&leb(head.len() + bytes))?;
    to.write_all(&head)?;
    Noise::new(2).write(bytes as u64, to)
}

/// Noise, with or without the magic number of a module before it.
/// Ended by: cannot be invoked. Says: what the file is not
pub fn junk(magic: bool, bytes: u64, to: &mut dyn Write) -> io::Result<()> {
    if magic {
        to.write_all(MODULE)?;
    }
    Noise::new(3).write(bytes, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_leb128() {
        assert_eq!((leb(0), leb(127), leb(128)), (vec![0], vec![127], vec![128, 1]));
    }

    #[test]
    fn components_nest_with_right_sizes() {
        assert_eq!(nested_components(0), COMPONENT);
        let two = nested_components(2);
        assert_eq!(two[8], 4);
        assert_eq!(usize::from(two[9]), two.len() - 10);
        assert!(nested_components(1000).len() < 20_000);
    }
}
