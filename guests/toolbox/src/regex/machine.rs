//! Runs expressions: all ways through the program at once, a step for each byte of text.

use super::parse::{Node, Set};
use super::{Groups, word};

/// The largest program: `((a{255}){255}){255}` is an attack.
const LARGEST: usize = 50_000;

#[derive(Debug)]
enum Step {
    Byte(Box<Set>),
    Any,
    /// Goes on at both; the first is preferred.
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    Start,
    End,
    Edge(char),
    Match,
}

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Program {
    steps: Vec<Step>,
    groups: usize,
    /// Bytes with which a match may begin; none where it may begin with anything.
    first: Option<Box<Set>>,
}

impl Program {
    pub(super) fn new(node: &Node) -> Result<Self, String> {
        let mut program = Self {
            steps: Vec::new(),
            groups: 1,
            first: None,
        };
        program.compile(node)?;
        program.push(Step::Match)?;
        program.first = program.beginnings();
        Ok(program)
    }

    fn push(&mut self, step: Step) -> Result<usize, String> {
        if self.steps.len() >= LARGEST {
            return Err("the expression is too large".to_owned());
        }
        self.steps.push(step);
        Ok(self.steps.len() - 1)
    }

    fn compile(&mut self, node: &Node) -> Result<(), String> {
        match node {
            Node::Set(set) => {
                self.push(Step::Byte(set.clone()))?;
            }
            Node::Any => {
                self.push(Step::Any)?;
            }
            Node::Start => {
                self.push(Step::Start)?;
            }
            Node::End => {
                self.push(Step::End)?;
            }
            Node::Edge(kind) => {
                self.push(Step::Edge(*kind))?;
            }
            Node::Group(index, inner) => {
                self.groups = self.groups.max(index + 1);
                self.push(Step::Save(2 * index))?;
                self.compile(inner)?;
                self.push(Step::Save(2 * index + 1))?;
            }
            Node::All(nodes) => {
                for node in nodes {
                    self.compile(node)?;
                }
            }
            Node::Either(branches) => self.branches(branches)?,
            Node::Repeat(inner, least, most) => {
                for _ in 0..*least {
                    self.compile(inner)?;
                }
                match most {
                    None => {
                        let split = self.push(Step::Jump(0))?;
                        self.compile(inner)?;
                        self.push(Step::Jump(split))?;
                        self.steps[split] = Step::Split(split + 1, self.steps.len());
                    }
                    Some(most) => {
                        let mut splits = Vec::new();
                        for _ in *least..*most {
                            splits.push(self.push(Step::Jump(0))?);
                            self.compile(inner)?;
                        }
                        let end = self.steps.len();
                        for split in splits {
                            self.steps[split] = Step::Split(split + 1, end);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn branches(&mut self, branches: &[Node]) -> Result<(), String> {
        let mut jumps = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            if index + 1 == branches.len() {
                self.compile(branch)?;
            } else {
                let split = self.push(Step::Jump(0))?;
                self.compile(branch)?;
                jumps.push(self.push(Step::Jump(0))?);
                self.steps[split] = Step::Split(split + 1, self.steps.len());
            }
        }
        let end = self.steps.len();
        for jump in jumps {
            self.steps[jump] = Step::Jump(end);
        }
        Ok(())
    }

    /// With which bytes a match may begin; none if it may be empty or depends on its place.
    fn beginnings(&self) -> Option<Box<Set>> {
        let mut set = Box::new([false; 256]);
        let mut seen = vec![false; self.steps.len()];
        let mut todo = vec![0];
        while let Some(at) = todo.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            match &self.steps[at] {
                Step::Byte(bytes) => set
                    .iter_mut()
                    .zip(bytes.iter())
                    .for_each(|(to, from)| *to |= from),
                Step::Split(a, b) => todo.extend([*a, *b]),
                Step::Jump(to) => todo.push(*to),
                Step::Save(_) | Step::Edge(_) | Step::Start => todo.push(at + 1),
                Step::Any | Step::End | Step::Match => return None,
            }
        }
        Some(set)
    }

    pub(super) fn run(&self, text: &[u8], from: usize) -> Option<Groups> {
        let mut now = Threads::new(self.steps.len());
        let mut next = Threads::new(self.steps.len());
        let mut best: Option<Vec<usize>> = None;
        let mut at = from;
        loop {
            if now.list.is_empty() {
                if best.is_some() {
                    break;
                }
                if let Some(first) = &self.first {
                    now.clear();
                    at += text[at..].iter().position(|&byte| first[usize::from(byte)])?;
                }
            }
            if best.is_none() {
                let mut slots = vec![usize::MAX; 2 * self.groups];
                slots[0] = at;
                self.follow(&mut now, 0, slots, text, at);
            }
            next.clear();
            for (step, slots) in now.list.drain(..) {
                // A match that began earlier wins over one that is longer.
                if best.as_ref().is_some_and(|best| slots[0] > best[0]) {
                    continue;
                }
                let goes = match &self.steps[step] {
                    Step::Match => {
                        let longer = |best: &Vec<usize>| slots[0] < best[0] || at > best[1];
                        if best.as_ref().is_none_or(longer) {
                            let mut slots = slots;
                            slots[1] = at;
                            best = Some(slots);
                        }
                        continue;
                    }
                    Step::Byte(set) => text.get(at).is_some_and(|&byte| set[usize::from(byte)]),
                    Step::Any => at < text.len(),
                    _ => false,
                };
                if goes {
                    // The rest of a character of several bytes belongs to it.
                    let within = matches!(self.steps[step], Step::Any)
                        && text.get(at + 1).is_some_and(|byte| byte & 0xc0 == 0x80)
                        && text[at] >= 0x80;
                    self.follow(
                        &mut next,
                        if within { step } else { step + 1 },
                        slots,
                        text,
                        at + 1,
                    );
                }
            }
            std::mem::swap(&mut now, &mut next);
            if at >= text.len() {
                break;
            }
            at += 1;
        }
        let best = best?;
        Some(
            best.chunks(2)
                .map(|pair| (pair[1] != usize::MAX).then_some((pair[0], pair[1])))
                .collect(),
        )
    }

    /// Adds a thread at `step`, and all that it leads to without taking a byte.
    fn follow(&self, threads: &mut Threads, step: usize, slots: Vec<usize>, text: &[u8], at: usize) {
        let mut todo = vec![(step, slots)];
        while let Some((step, mut slots)) = todo.pop() {
            if std::mem::replace(&mut threads.seen[step], true) {
                continue;
            }
            threads.marked.push(step);
            let before = at > 0 && word(text[at - 1]);
            let after = text.get(at).is_some_and(|&byte| word(byte));
            match &self.steps[step] {
                Step::Split(a, b) => {
                    todo.push((*b, slots.clone()));
                    todo.push((*a, slots));
                }
                Step::Jump(to) => todo.push((*to, slots)),
                Step::Save(slot) => {
                    slots[*slot] = at;
                    if slot % 2 == 0 {
                        slots[slot + 1] = usize::MAX;
                    }
                    todo.push((step + 1, slots));
                }
                Step::Start if at == 0 => todo.push((step + 1, slots)),
                Step::End if at == text.len() => todo.push((step + 1, slots)),
                Step::Edge(kind) => {
                    let holds = match kind {
                        'b' => before != after,
                        'B' => before == after,
                        '<' => !before && after,
                        _ => before && !after,
                    };
                    if holds {
                        todo.push((step + 1, slots));
                    }
                }
                Step::Start | Step::End => {}
                Step::Byte(_) | Step::Any | Step::Match => threads.list.push((step, slots)),
            }
        }
    }
}

/// The places in the program that are alive, best first.
struct Threads {
    list: Vec<(usize, Vec<usize>)>,
    seen: Vec<bool>,
    marked: Vec<usize>,
}

impl Threads {
    fn new(steps: usize) -> Self {
        Self {
            list: Vec::new(),
            seen: vec![false; steps],
            marked: Vec::new(),
        }
    }

    fn clear(&mut self) {
        self.list.clear();
        for step in self.marked.drain(..) {
            self.seen[step] = false;
        }
    }
}
