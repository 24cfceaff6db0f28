//! Rules about devices as a program for the kernel's machine (`BPF_PROG_TYPE_CGROUP_DEVICE`).
//!
//! It is given what is wanted, and answers 1 for yes. It goes through the rules and gathers what they grant for this device;
//! what a later rule says of one access counts more than an earlier one, as with v1.

use libcontainer::oci_spec::runtime::{LinuxDeviceCgroup, LinuxDeviceType};

/// One instruction as the kernel has it: operation, registers (destination in the lower half), jump, number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub(super) struct Step {
    code: u8,
    registers: u8,
    jump: i16,
    number: i32,
}

// Operations of the kernel's `include/uapi/linux/bpf.h`, put together from class, width and source.
const LOAD: u8 = 0x61;
const SET: u8 = 0xb7;
const COPY: u8 = 0xbf;
const AND: u8 = 0x57;
const AND_REGISTER: u8 = 0x5f;
const OR: u8 = 0x47;
const SHIFT_RIGHT: u8 = 0x77;
const UNLESS_EQUAL: u8 = 0x55;
const IF_EQUAL_REGISTER: u8 = 0x1d;
const EXIT: u8 = 0x95;

// Registers: the answer, what the kernel gives, and what is taken out of it.
const ANSWER: u8 = 0;
const GIVEN: u8 = 1;
const WANTED: u8 = 2;
const KIND: u8 = 3;
const MAJOR: u8 = 4;
const MINOR: u8 = 5;
const GRANTED: u8 = 6;

// `BPF_DEVCG_DEV_*` and `BPF_DEVCG_ACC_*`.
const BLOCK: i32 = 1;
const CHARACTER: i32 = 2;
const MAKE: i32 = 1;
const READ: i32 = 2;
const WRITE: i32 = 4;
const ALL: i32 = MAKE | READ | WRITE;

fn step(code: u8, to: u8, from: u8, jump: i16, number: i32) -> Step {
    Step {
        code,
        registers: to | from << 4,
        jump,
        number,
    }
}

/// The program. Without rules it refuses everything.
pub(super) fn of(rules: &[LinuxDeviceCgroup]) -> Vec<Step> {
    // `struct bpf_cgroup_dev_ctx`: what is wanted above the kind of device, major, minor.
    let mut steps = vec![
        step(LOAD, WANTED, GIVEN, 0, 0),
        step(COPY, KIND, WANTED, 0, 0),
        step(AND, KIND, 0, 0, 0xffff),
        step(SHIFT_RIGHT, WANTED, 0, 0, 16),
        step(LOAD, MAJOR, GIVEN, 4, 0),
        step(LOAD, MINOR, GIVEN, 8, 0),
        step(SET, GRANTED, 0, 0, 0),
    ];
    for rule in rules {
        steps.extend(one(rule));
    }
    steps.extend([
        step(COPY, ANSWER, GRANTED, 0, 0),
        step(AND_REGISTER, ANSWER, WANTED, 0, 0),
        step(IF_EQUAL_REGISTER, ANSWER, WANTED, 2, 0),
        step(SET, ANSWER, 0, 0, 0),
        step(EXIT, 0, 0, 0, 0),
        step(SET, ANSWER, 0, 0, 1),
        step(EXIT, 0, 0, 0, 0),
    ]);
    steps
}

fn one(rule: &LinuxDeviceCgroup) -> Vec<Step> {
    let kind = match rule.typ() {
        Some(LinuxDeviceType::B) => Some(BLOCK),
        Some(LinuxDeviceType::C | LinuxDeviceType::U) => Some(CHARACTER),
        // A pipe is nothing that the kernel asks for.
        Some(LinuxDeviceType::P) => return Vec::new(),
        Some(LinuxDeviceType::A) | None => None,
    };
    // Negative means any, in the specification and in v1 alike.
    let number = |number: Option<i64>| {
        number
            .and_then(|number| i32::try_from(number).ok())
            .filter(|n| *n >= 0)
    };
    let tests: Vec<(u8, i32)> = [
        (KIND, kind),
        (MAJOR, number(rule.major())),
        (MINOR, number(rule.minor())),
    ]
    .into_iter()
    .filter_map(|(register, wanted)| Some((register, wanted?)))
    .collect();
    let letters = rule.access().as_deref().unwrap_or("rwm");
    let access = letters.chars().fold(0, |all, letter| {
        all | match letter {
            'm' => MAKE,
            'r' => READ,
            'w' => WRITE,
            _ => 0,
        }
    });
    let mut steps = Vec::with_capacity(tests.len() + 1);
    for (done, (register, wanted)) in tests.iter().enumerate() {
        // Over the tests that are left, and what follows them.
        let over = i16::try_from(tests.len() - done).unwrap_or(i16::MAX);
        steps.push(step(UNLESS_EQUAL, *register, 0, over, *wanted));
    }
    steps.push(match rule.allow() {
        true => step(OR, GRANTED, 0, 0, access),
        false => step(AND, GRANTED, 0, 0, ALL & !access),
    });
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the program answers: the few operations that it is made of, done here.
    fn allowed(program: &[Step], kind: i32, major: i64, minor: i64, access: i32) -> bool {
        let mut registers = [0_i64; 11];
        let mut at = 0;
        loop {
            let Step {
                code,
                registers: both,
                jump,
                number,
            } = program[at];
            let (to, from) = (usize::from(both & 15), usize::from(both >> 4));
            let (number, from) = (i64::from(number), registers[from]);
            at += 1;
            match code {
                LOAD => {
                    registers[to] = match jump {
                        0 => i64::from(access << 16 | kind),
                        4 => major,
                        8 => minor,
                        other => panic!("nothing is at {other}"),
                    }
                }
                SET => registers[to] = number,
                COPY => registers[to] = from,
                AND => registers[to] &= number,
                AND_REGISTER => registers[to] &= from,
                OR => registers[to] |= number,
                SHIFT_RIGHT => registers[to] >>= number,
                UNLESS_EQUAL if registers[to] != number => at += usize::try_from(jump).unwrap(),
                IF_EQUAL_REGISTER if registers[to] == from => at += usize::try_from(jump).unwrap(),
                UNLESS_EQUAL | IF_EQUAL_REGISTER => {}
                EXIT => return registers[usize::from(ANSWER)] == 1,
                other => panic!("{other:#x} is no operation of ours"),
            }
        }
    }

    fn rules(json: serde_json::Value) -> Vec<LinuxDeviceCgroup> {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn what_no_rule_grants_is_refused() {
        let program = of(&rules(serde_json::json!([
            { "allow": false, "access": "rwm" },
            { "allow": true, "type": "c", "major": 1, "minor": 3, "access": "rw" },
            { "allow": true, "type": "c", "major": 136, "access": "rwm" },
            { "allow": true, "type": "b", "access": "m" },
        ])));
        assert!(allowed(&program, CHARACTER, 1, 3, READ));
        assert!(allowed(&program, CHARACTER, 1, 3, READ | WRITE));
        assert!(!allowed(&program, CHARACTER, 1, 3, MAKE));
        assert!(!allowed(&program, CHARACTER, 1, 4, READ));
        assert!(!allowed(&program, BLOCK, 1, 3, READ));
        assert!(allowed(&program, CHARACTER, 136, 77, ALL));
        assert!(allowed(&program, BLOCK, 8, 0, MAKE));
        assert!(!allowed(&program, BLOCK, 8, 0, MAKE | READ));
        assert!(!allowed(&of(&[]), CHARACTER, 1, 3, READ));
    }

    #[test]
    fn a_later_rule_counts_more() {
        let program = of(&rules(serde_json::json!([
            { "allow": true, "access": "rwm" },
            { "allow": false, "type": "b", "major": 8, "minor": -1, "access": "w" },
            { "allow": true, "type": "b", "major": 8, "minor": 5, "access": "w" },
        ])));
        assert!(allowed(&program, BLOCK, 8, 1, READ));
        assert!(!allowed(&program, BLOCK, 8, 1, READ | WRITE));
        assert!(allowed(&program, BLOCK, 8, 5, READ | WRITE));
        assert!(allowed(&program, CHARACTER, 8, 1, ALL));
    }
}
