//! What the policy does, as Booleans: exactly one action an observation.

use crate::mdp::{ChoiceId, Mask, Mdp, Policy, StateId};
use crate::search::arena::Arena;
use crate::smt::{BoolVar, Formula, Literal, Model, Solver};
use crate::solve::reachable_under;

/// Whether a policy takes a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// No policy in question does.
    Never,
    /// Every policy in question does.
    Surely,
    /// Those where this is true do.
    If(BoolVar),
}

impl Taken {
    /// The variable, if it depends on one.
    pub(super) fn variable(self) -> Option<BoolVar> {
        match self {
            Self::If(variable) => Some(variable),
            Self::Never | Self::Surely => None,
        }
    }

    /// What can be added to a clause to make it hold only for policies that take the choice.
    pub(super) fn unless(self) -> Option<Literal> {
        self.variable().map(|variable| !variable)
    }
}

/// One variable for each action of each observation that may be met.
pub(super) struct PolicyVariables {
    /// The choices that were not excluded beforehand.
    pub(super) mask: Mask,
    /// By choice; choices of states that look alike share variables.
    taken: Vec<Taken>,
}

impl PolicyVariables {
    pub(super) fn new(arena: &Arena<'_>, mask: Mask, sources: &[StateId], solver: &mut dyn Solver) -> Self {
        let mdp = &arena.problem.mdp;
        let mut taken = vec![Taken::Never; mdp.choices()];
        let mut done = vec![false; arena.observation.count()];
        for state in reachable_under(mdp, &mask, sources.iter().copied()).ones() {
            let observation = arena.observation.of(state);
            if mdp.is_absorbing(state) || std::mem::replace(&mut done[observation], true) {
                continue;
            }
            let own: Vec<ChoiceId> = mask.choices_of(mdp, state).collect();
            let variables: Vec<Taken> = match own.len() {
                1 => vec![Taken::Surely],
                _ => own.iter().map(|_| Taken::If(solver.bool_var())).collect(),
            };
            if own.len() > 1 {
                let literals = variables.iter().filter_map(|taken| taken.variable()).map(Literal::from).collect();
                solver.assert(Formula::ExactlyOne(literals));
            }
            for (&choice, &variable) in own.iter().zip(&variables) {
                for &member in arena.observation.members(observation) {
                    if let Some(same) = mdp.same_action_at(member, choice) {
                        taken[same] = variable;
                    }
                }
            }
        }
        Self { mask, taken }
    }

    /// Whether a choice of a state that may be met is taken.
    pub(super) fn taken(&self, choice: ChoiceId) -> Taken {
        self.taken[choice]
    }

    /// The choices of a state that some policy in question takes.
    pub(super) fn choices_of(&self, mdp: &Mdp, state: StateId) -> Vec<(ChoiceId, Taken)> {
        let all = mdp.choices_of(state).map(|choice| (choice, self.taken[choice]));
        all.filter(|(_, taken)| *taken != Taken::Never).collect()
    }

    /// The policy of a model; the first choice left where nothing depends on it.
    pub(super) fn read(&self, arena: &Arena<'_>, model: &Model) -> Policy {
        let mdp = &arena.problem.mdp;
        let chosen = |state| {
            mdp.choices_of(state).find(|&choice| match self.taken[choice] {
                Taken::Never => false,
                Taken::Surely => true,
                Taken::If(variable) => model.is_true(variable),
            })
        };
        // States that look alike have the same actions, but not always in the same order.
        let anyhow = |state: StateId| {
            let members = arena.observation.members(arena.observation.of(state));
            let first = members.first().and_then(|&first| self.mask.choices_of(mdp, first).next());
            first.and_then(|first| mdp.same_action_at(state, first))
        };
        Policy::new((0..mdp.states()).map(|state| chosen(state).or_else(|| anyhow(state))).collect())
    }
}
