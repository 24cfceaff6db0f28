//! Transactions.

use std::io;

use rustix::net::netlink::NETFILTER;

use super::attributes::Attributes;
use super::rule::Rule;
use super::{Type, Value};
use crate::NetworkError;
use crate::kernel::Kernel;

/// `NFNL_SUBSYS_NFTABLES`.
pub(crate) const NFTABLES: u16 = 10;
/// Both families of IP in one table: `NFPROTO_INET`.
const INET: u8 = 1;
const BEGIN: u16 = 0x10;
const END: u16 = 0x11;
pub(crate) const HEAD: usize = 16;
/// Elements of a set that are told in one message: an attribute has 64 KiB at most.
const ELEMENTS: usize = 400;

/// Changes of one table that become true together.
#[derive(Debug)]
pub struct Batch {
    table: String,
    bytes: Vec<u8>,
    messages: u32,
    rules: usize,
}

/// Where in the kernel packets come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
    /// All that comes, before it is known where it goes.
    Prerouting,
    /// What comes to this machine.
    Input,
    /// What goes through this machine.
    Forward,
    /// What this machine sends.
    Output,
    /// All that goes.
    Postrouting,
}

/// A chain of rules at a hook, whose policy is to let packets go on.
#[derive(Clone, Copy, Debug)]
pub struct Chain<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where it is.
    pub hook: Hook,
    /// Whether it translates addresses, or filters.
    pub translates: bool,
    /// Its place among chains at the hook.
    pub priority: i32,
}

/// A set, or with `values` a map.
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    /// Its name.
    pub name: &'a str,
    /// What its keys are made of.
    pub keys: &'a [Type],
    /// What its values are made of.
    pub values: &'a [Type],
}

impl Batch {
    /// Changes of a table of both families of IP.
    pub fn new(table: &str) -> Self {
        let mut batch = Self {
            table: table.to_owned(),
            bytes: Vec::new(),
            messages: 0,
            rules: 0,
        };
        batch.bracket(BEGIN);
        batch
    }

    fn head(&mut self, kind: u16, flags: i32, family: u8, resource: u16, length: usize) {
        let length = u32::try_from(HEAD + 4 + length).unwrap_or(u32::MAX);
        let flags = (libc::NLM_F_REQUEST | flags) as u16;
        self.bytes.extend(length.to_ne_bytes());
        self.bytes.extend(kind.to_ne_bytes());
        self.bytes.extend(flags.to_ne_bytes());
        self.bytes.extend(self.messages.to_ne_bytes());
        self.bytes.extend([0; 4]);
        self.bytes.extend([family, 0]);
        self.bytes.extend(resource.to_be_bytes());
        self.messages += 1;
    }

    fn bracket(&mut self, kind: u16) {
        self.head(kind, 0, 0, NFTABLES, 0);
    }

    fn message(&mut self, kind: u16, flags: i32, fill: impl FnOnce(&mut Attributes)) {
        let mut attributes = Attributes::default();
        // Every message begins with the table's name.
        attributes.text(1, &self.table);
        fill(&mut attributes);
        let flags = flags | libc::NLM_F_ACK;
        self.head((NFTABLES << 8) | kind, flags, INET, 0, attributes.len());
        self.bytes.extend(attributes.bytes());
    }

    /// Makes the table, where it is not there yet.
    pub fn add_table(&mut self) {
        self.message(0, libc::NLM_F_CREATE, |_| {});
    }

    /// Removes the table, which must be there, with all that is in it.
    pub fn remove_table(&mut self) {
        self.message(2, 0, |_| {});
    }

    /// Makes a chain.
    pub fn add_chain(&mut self, chain: &Chain<'_>) {
        let hook = match chain.hook {
            Hook::Prerouting => 0,
            Hook::Input => 1,
            Hook::Forward => 2,
            Hook::Output => 3,
            Hook::Postrouting => 4,
        };
        self.message(3, libc::NLM_F_CREATE, |message| {
            message.text(3, chain.name);
            message.nested(4, |place| {
                place.number(1, hook);
                place.number(2, chain.priority.cast_unsigned());
            });
            message.number(5, 1);
            message.text(7, if chain.translates { "nat" } else { "filter" });
        });
    }

    /// Makes a set.
    pub fn add_set(&mut self, set: &Set<'_>) {
        let number = self.messages;
        let told = |types: &[Type]| {
            let kind = types.iter().fold(0, |all, one| (all << 6) | one.number());
            (kind, types.iter().map(|one| one.size()).sum::<u32>())
        };
        self.message(9, libc::NLM_F_CREATE, |message| {
            message.text(2, set.name);
            message.number(3, if set.values.is_empty() { 0 } else { 8 });
            let (kind, length) = told(set.keys);
            message.number(4, kind);
            message.number(5, length);
            if !set.values.is_empty() {
                let (kind, length) = told(set.values);
                message.number(6, kind);
                message.number(7, length);
            }
            message.number(10, number);
            if let [Type::Interface] = set.keys {
                // For people: by this `nft` shows names as names. What they are compared with is as the kernel has it.
                let order = [0, 4, 1, 0, 0, 0];
                message.raw(13, &order);
            }
        });
    }

    /// Puts elements into a set or map. One that is there with the same value is as good.
    pub fn add(&mut self, set: &str, elements: &[(Value, Option<Value>)]) {
        self.elements(12, libc::NLM_F_CREATE, set, elements);
    }

    /// Takes elements away, all of which must be there.
    pub fn remove(&mut self, set: &str, elements: &[(Value, Option<Value>)]) {
        self.elements(14, 0, set, elements);
    }

    fn elements(&mut self, kind: u16, flags: i32, set: &str, elements: &[(Value, Option<Value>)]) {
        for some in elements.chunks(ELEMENTS) {
            self.message(kind, flags, |message| {
                message.text(2, set);
                message.nested(3, |list| {
                    for (key, value) in some {
                        list.element(|element| {
                            element.nested(1, |data| data.raw(1, &key.0));
                            if let Some(value) = value {
                                element.nested(2, |data| data.raw(1, &value.0));
                            }
                        });
                    }
                });
            });
        }
    }

    /// Puts a rule at the end of a chain.
    pub fn add_rule(&mut self, chain: &str, rule: &Rule) {
        self.rules += 1;
        self.message(6, libc::NLM_F_CREATE | libc::NLM_F_APPEND, |message| {
            message.text(2, chain);
            // The attribute is a list, as what is in it is already.
            message.raw(4 | (1 << 15), rule.expressions.bytes());
        });
    }

    /// How many rules were added.
    pub fn rules(&self) -> usize {
        self.rules
    }

    /// Makes it all true in the namespace of the calling thread.
    pub fn commit(mut self) -> Result<(), NetworkError> {
        self.bracket(END);
        self.send().map_err(NetworkError::at(format!(
            "change the table `{}` of nftables",
            self.table
        )))
    }

    fn send(&self) -> io::Result<()> {
        let kernel = Kernel::new(Some(NETFILTER))?;
        kernel.make_room(self.bytes.len())?;
        kernel.say(&self.bytes)?;
        // All messages between begin and end are answered; nothing was done where one of them was refused.
        let (mut left, mut buffer) = (self.messages.saturating_sub(2), Vec::new());
        while left > 0 {
            let mut heard = kernel.hear(&mut buffer)?;
            while let Some((length, code)) = answer(heard) {
                if code != 0 {
                    return Err(io::Error::from_raw_os_error(code.saturating_neg()));
                }
                left = left.saturating_sub(1);
                heard = heard.get(length.next_multiple_of(4)..).unwrap_or_default();
            }
        }
        Ok(())
    }
}

/// How many rules a table of both families of IP has, in the namespace of the calling thread. A table that is not there has
/// none.
pub fn rules(table: &str) -> Result<usize, NetworkError> {
    let mut question = Batch {
        table: table.to_owned(),
        bytes: Vec::new(),
        messages: 0,
        rules: 0,
    };
    // `NFT_MSG_GETRULE`, of all.
    question.message(7, libc::NLM_F_DUMP, |_| {});
    let ask = || {
        let kernel = Kernel::new(Some(NETFILTER))?;
        kernel.say(&question.bytes)?;
        let (mut count, mut buffer) = (0, Vec::new());
        loop {
            let mut heard = kernel.hear(&mut buffer)?;
            while let Some((length, kind)) = head_of(heard) {
                match kind {
                    NO_MORE => return Ok(count),
                    REFUSED => {
                        let code = answer(heard).map_or(0, |(_, code)| code);
                        // Without any table nobody answers for them.
                        return match code {
                            0 | ABSENT => Ok(count),
                            code => Err(io::Error::from_raw_os_error(code.saturating_neg())),
                        };
                    }
                    RULE => count += 1,
                    _ => {}
                }
                heard = heard.get(length.next_multiple_of(4)..).unwrap_or_default();
            }
        }
    };
    ask().map_err(NetworkError::at(format!(
        "look for the table `{table}` of nftables"
    )))
}

/// What the kernel calls its answers.
const NO_MORE: u16 = libc::NLMSG_DONE as u16;
const REFUSED: u16 = libc::NLMSG_ERROR as u16;
/// `NFT_MSG_NEWRULE`.
const RULE: u16 = (NFTABLES << 8) | 6;
const ABSENT: i32 = -libc::ENOENT;

/// The length of a message, and what it is.
pub(crate) fn head_of(bytes: &[u8]) -> Option<(usize, u16)> {
    let length = u32::from_ne_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
    let kind = u16::from_ne_bytes(bytes.get(4..6)?.try_into().ok()?);
    Some((length.max(HEAD), kind))
}

/// The length of an answer, and the number of what is wrong.
fn answer(bytes: &[u8]) -> Option<(usize, i32)> {
    let length = u32::from_ne_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
    let code = i32::from_ne_bytes(bytes.get(HEAD..HEAD + 4)?.try_into().ok()?);
    Some((length.max(HEAD), code))
}
