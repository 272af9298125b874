//! Where executions may go, and ranks (`proofs/FORMAT.md`, section 1.2).

use crate::mdp::{ChoiceId, StateId, StateSet};
use crate::query::proof::shape::Shape;

/// What may be chosen.
pub(super) enum Options<'a> {
    /// Everything.
    All,
    /// What a policy does.
    Policy(&'a dyn Fn(StateId) -> Option<ChoiceId>),
}

impl Options<'_> {
    pub(super) fn of(&self, shape: &Shape<'_>, state: StateId) -> std::ops::Range<ChoiceId> {
        let all = shape.choices(state);
        match self {
            Options::All => all,
            Options::Policy(_) if all.is_empty() => all,
            Options::Policy(policy) => policy(state).map_or(0..0, |choice| choice..choice + 1),
        }
    }
}

/// The states that are reached from some states; nothing is followed beyond those that `ends` names.
pub(super) fn reached(
    shape: &Shape<'_>,
    sources: &[StateId],
    options: &Options<'_>,
    ends: &dyn Fn(StateId) -> bool,
) -> StateSet {
    let mdp = shape.mdp();
    let mut seen = StateSet::with_capacity(mdp.states());
    let mut open: Vec<StateId> = Vec::new();
    for &state in sources {
        if !seen.put(state) {
            open.push(state);
        }
    }
    while let Some(state) = open.pop() {
        if ends(state) {
            continue;
        }
        for choice in options.of(shape, state) {
            for successor in mdp.successors(choice) {
                if !seen.put(successor) {
                    open.push(successor);
                }
            }
        }
    }
    seen
}

/// Ranks under which each option of each state of a domain that is not in `base` has a successor of smaller rank; `None` if there
/// are none: then one may stay outside `base` for ever.
pub(super) fn ranks(
    shape: &Shape<'_>,
    domain: &StateSet,
    options: &Options<'_>,
    base: &dyn Fn(StateId) -> bool,
) -> Option<Vec<u32>> {
    let mdp = shape.mdp();
    let incoming = Incoming::new(shape, domain, options, base);
    let mut ranks = vec![0_u32; mdp.states()];
    let mut ranked = StateSet::with_capacity(mdp.states());
    let mut led = StateSet::with_capacity(mdp.choices());
    // How many options do not yet lead to a ranked state.
    let mut waiting = vec![0_u32; mdp.states()];
    let mut queue = Vec::new();
    let mut inside = 0;
    for state in domain.ones() {
        inside += 1;
        if base(state) {
            ranked.insert(state);
            queue.push(state);
        } else {
            waiting[state] = u32::try_from(options.of(shape, state).len()).unwrap_or(u32::MAX);
        }
    }
    let mut next = 0;
    while let Some(&state) = queue.get(next) {
        next += 1;
        for &choice in incoming.of(state) {
            let owner = mdp.state_of(choice as usize);
            if ranked.contains(owner) || led.put(choice as usize) {
                continue;
            }
            waiting[owner] -= 1;
            if waiting[owner] == 0 {
                ranks[owner] = ranks[state] + 1;
                ranked.insert(owner);
                queue.push(owner);
            }
        }
    }
    (queue.len() == inside).then_some(ranks)
}

/// The options that lead to each state.
struct Incoming {
    ends: Vec<u32>,
    choices: Vec<u32>,
}

impl Incoming {
    fn new(shape: &Shape<'_>, domain: &StateSet, options: &Options<'_>, base: &dyn Fn(StateId) -> bool) -> Self {
        let mdp = shape.mdp();
        let mut ends = vec![0_u32; mdp.states() + 1];
        let edges = |act: &mut dyn FnMut(ChoiceId, StateId)| {
            for state in domain.ones().filter(|&state| !base(state)) {
                for choice in options.of(shape, state) {
                    mdp.successors(choice).for_each(|successor| act(choice, successor));
                }
            }
        };
        edges(&mut |_, successor| ends[successor + 1] += 1);
        for state in 0..mdp.states() {
            ends[state + 1] += ends[state];
        }
        let mut place = ends.clone();
        let mut choices = vec![0_u32; ends[mdp.states()] as usize];
        edges(&mut |choice, successor| {
            choices[place[successor] as usize] = u32::try_from(choice).unwrap_or(u32::MAX);
            place[successor] += 1;
        });
        Self { ends, choices }
    }

    fn of(&self, state: StateId) -> &[u32] {
        &self.choices[self.ends[state] as usize..self.ends[state + 1] as usize]
    }
}
