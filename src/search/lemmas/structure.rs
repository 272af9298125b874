//! What a policy does as variables, and the clauses that say what it visits then.

use std::collections::BTreeMap;

use crate::mdp::{ChoiceId, Mask, StateId, StateSet};
use crate::search::arena::Arena;
use crate::search::lemmas::Fact;
use crate::search::lemmas::clauses::Clauses;
use crate::search::lemmas::record::Literal;
use crate::solve::reachable_under;

/// Which variable stands for what.
pub(super) struct Structure {
    facts: Vec<Fact>,
    /// By observation and action, where more than one is left.
    takes: BTreeMap<(usize, usize), Literal>,
    visits: BTreeMap<StateId, Literal>,
}

impl Structure {
    pub(super) fn new() -> Self {
        Self { facts: Vec::new(), takes: BTreeMap::new(), visits: BTreeMap::new() }
    }

    /// What a literal says, and whether of the policy or of its opposite.
    pub(super) fn meaning(&self, literal: Literal) -> (Fact, bool) {
        (self.facts[literal.variable()], literal.holds())
    }

    pub(super) fn takes(&self, arena: &Arena<'_>, choice: ChoiceId) -> Option<Literal> {
        let mdp = &arena.problem.mdp;
        let observation = arena.observation.of(mdp.state_of(choice));
        self.takes.get(&(observation, mdp.action_id(choice))).copied()
    }

    /// The states of which it matters whether they are visited.
    pub(super) fn visits(&self) -> impl Iterator<Item = (StateId, Literal)> + '_ {
        self.visits.iter().map(|(&state, &literal)| (state, literal))
    }

    fn variable(&mut self, clauses: &mut Clauses, fact: Fact) -> Literal {
        self.facts.push(fact);
        Literal::new(clauses.variable(), true)
    }

    /// Variables for what is done in an observation, unless there are some or one action is left. Whether there are new ones.
    pub(super) fn observe(&mut self, arena: &Arena<'_>, root: &Mask, clauses: &mut Clauses, state: StateId) -> bool {
        let mdp = &arena.problem.mdp;
        let observation = arena.observation.of(state);
        let own: Vec<ChoiceId> = root.choices_of(mdp, state).collect();
        if own.len() < 2 || self.takes(arena, own[0]).is_some() {
            return false;
        }
        let mut literals = Vec::new();
        if let [first, second] = own.as_slice() {
            let one = self.variable(clauses, Fact::Takes(*first));
            literals.extend([(*first, one), (*second, one.negated())]);
        } else {
            literals.extend(own.iter().map(|&choice| (choice, self.variable(clauses, Fact::Takes(choice)))));
            clauses.structure(literals.iter().map(|(_, literal)| *literal).collect());
            for (index, (_, left)) in literals.iter().enumerate() {
                for (_, right) in &literals[index + 1..] {
                    clauses.structure(vec![left.negated(), right.negated()]);
                }
            }
        }
        for (choice, literal) in literals {
            self.takes.insert((observation, mdp.action_id(choice)), literal);
        }
        true
    }

    /// What is visited from the support, and that visited states take pinned choices.
    pub(super) fn pin(
        &mut self,
        arena: &Arena<'_>,
        root: &Mask,
        clauses: &mut Clauses,
        support: &[StateId],
        pinned: &Mask,
    ) {
        let mdp = &arena.problem.mdp;
        let mut narrowed = root.clone();
        for state in 0..mdp.states() {
            narrowed.restrict_at(mdp, state, pinned);
        }
        let region: StateSet = reachable_under(mdp, &narrowed, support.iter().copied());
        for state in region.ones() {
            self.observe(arena, root, clauses, state);
            let literal = self.variable(clauses, Fact::Visits(state));
            self.visits.insert(state, literal);
        }
        // What is done where training does not come is left open.
        for (&state, &visited) in &self.visits {
            clauses.matters_if(visited.variable(), Vec::new());
            for choice in root.choices_of(mdp, state) {
                if let Some(taken) = self.takes(arena, choice) {
                    clauses.matters_if(taken.variable(), vec![visited]);
                }
            }
        }
        for state in support {
            clauses.structure(vec![self.visits[state]]);
        }
        for state in region.ones() {
            for choice in root.choices_of(mdp, state) {
                let unless = [Some(self.visits[&state].negated()), self.takes(arena, choice).map(Literal::negated)];
                let unless: Vec<Literal> = unless.into_iter().flatten().collect();
                if !pinned.allows(choice) {
                    clauses.structure(unless);
                    continue;
                }
                for successor in mdp.successors(choice).filter(|&successor| successor != state) {
                    clauses.structure(unless.iter().copied().chain([self.visits[&successor]]).collect());
                }
            }
        }
    }

    /// What is left of a mask by the values that variables have.
    pub(super) fn mask(&self, arena: &Arena<'_>, root: &Mask, clauses: &Clauses) -> Mask {
        let mut mask = root.clone();
        for (&(observation, action), &literal) in &self.takes {
            if clauses.value(literal) == Some(false) {
                forbid(arena, &mut mask, observation, action);
            }
        }
        mask
    }
}

/// Forbids an action in all states of an observation.
pub(super) fn forbid(arena: &Arena<'_>, mask: &mut Mask, observation: usize, action: usize) {
    let mdp = &arena.problem.mdp;
    for &state in arena.observation.members(observation) {
        for choice in mdp.choices_of(state).filter(|&choice| mdp.action_id(choice) == action) {
            mask.forbid(choice);
        }
    }
}
