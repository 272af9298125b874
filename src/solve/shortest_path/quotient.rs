//! Solving by exact bisimulation: the model is made small first, and the values are lifted back.
//!
//! States in one class have, up to names, the same choices as far as rewards and the probabilities of classes go
//! (Givan, Dean and Greig, *Artificial Intelligence* 147, 2003). All states of a class have the value of the class in
//! the quotient, and choices that answer to those of a policy there are a policy of the same values here.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Mdp, Policy, Rational, RationalPool, RewardStructure, RowBuilder, StateSet};
use crate::solve::Sense;
use crate::solve::shortest_path::incoming::Incoming;
use crate::solve::shortest_path::partition::Partition;
use crate::solve::shortest_path::{Measure, Optimum, optimum};

/// What a choice comes to: the number of its reward, then classes in increasing order with the numbers of their
/// probabilities.
type Effect = Vec<u32>;

/// How choices are seen through a partition.
struct Lens<'a> {
    mdp: &'a Mdp,
    measure: Measure<'a>,
    pool: RationalPool,
    /// Sums of probabilities, by the numbers of the terms.
    sums: HashMap<Vec<u32>, u32, FxBuildHasher>,
}

impl<'a> Lens<'a> {
    fn new(mdp: &'a Mdp, measure: &Measure<'a>) -> Self {
        let mut pool = RationalPool::default();
        for probability in mdp.distinct_probabilities() {
            pool.intern(probability.clone());
        }
        Self { mdp, measure: *measure, pool, sums: HashMap::default() }
    }

    /// Whether what happens after the state does not matter, and which kind of end it is.
    fn end(&self, state: usize) -> u8 {
        match self.measure {
            Measure::Until { goal, .. } | Measure::RewardTo { goal, .. } if goal.contains(state) => 1,
            Measure::Until { stay, .. } if !stay.contains(state) => 2,
            _ if self.mdp.is_absorbing(state) => 3,
            _ => 0,
        }
    }

    fn reward(&self, choice: usize) -> u32 {
        match self.measure {
            Measure::Until { .. } | Measure::RewardTo { reward: None, .. } => 0,
            Measure::RewardTo { reward: Some(reward), .. } | Measure::Discounted { reward, .. } => {
                reward.indices()[choice]
            }
        }
    }

    fn effect(&mut self, choice: usize, class_of: &[u32]) -> Effect {
        let rows = self.mdp.compressed();
        let targets = rows.targets(choice).iter().map(|&target| class_of[target as usize]);
        let mut parts: Vec<(u32, u32)> = targets.zip(rows.probabilities(choice).iter().copied()).collect();
        parts.sort_unstable();
        let mut effect = vec![self.reward(choice)];
        for group in parts.chunk_by(|left, right| left.0 == right.0) {
            let sum = match group {
                [(_, single)] => *single,
                _ => {
                    let terms: Vec<u32> = group.iter().map(|&(_, probability)| probability).collect();
                    let pool = &mut self.pool;
                    let add = |terms: &[u32], pool: &RationalPool| {
                        terms.iter().fold(Rational::ZERO, |sum, &term| sum + pool.get(term))
                    };
                    match self.sums.get(&terms) {
                        Some(&known) => known,
                        None => {
                            let sum = pool.intern(add(&terms, pool));
                            self.sums.insert(terms, sum);
                            sum
                        }
                    }
                }
            };
            effect.extend([group[0].0, sum]);
        }
        effect
    }

    /// The distinct effects of the choices of a state; none where it ends.
    fn effects(&mut self, state: usize, class_of: &[u32]) -> Vec<Effect> {
        if self.end(state) != 0 {
            return Vec::new();
        }
        let mut effects: Vec<Effect> = self.mdp.choices_of(state).map(|choice| self.effect(choice, class_of)).collect();
        effects.sort_unstable();
        effects.dedup();
        effects
    }
}

/// As [`crate::solve::optimum`], through the quotient. The second number is how many states the quotient has.
///
/// # Errors
/// When the budget is exhausted.
pub fn quotient_optimum(
    mdp: &Mdp,
    measure: &Measure<'_>,
    sense: Sense,
    budget: &Budget,
) -> Result<(Optimum, usize), Exhausted> {
    let mut lens = Lens::new(mdp, measure);
    let incoming = Incoming::new(mdp);
    let keys: Vec<u8> = (0..mdp.states()).map(|state| lens.end(state)).collect();
    let mut partition = Partition::by_key(&keys);
    let owner = mdp.compressed().owner;
    partition.refine(
        |state, class_of| lens.effects(state as usize, class_of),
        |state| incoming.of(state as usize).iter().map(|&choice| owner[choice as usize]),
        budget,
    )?;
    let classes = partition.classes().len();
    let Some(quotient) = Quotient::new(&mut lens, &partition) else {
        // Rows of a model stay rows when successors are merged.
        return Ok((optimum(mdp, measure, sense, budget)?, mdp.states()));
    };
    let of_class = |states: &StateSet| -> StateSet {
        (0..classes).filter(|&class| states.contains(quotient.representatives[class] as usize)).collect()
    };
    let optimum = match *measure {
        Measure::Until { stay, goal } => {
            let (stay, goal) = (of_class(stay), of_class(goal));
            optimum(&quotient.mdp, &Measure::Until { stay: &stay, goal: &goal }, sense, budget)
        }
        Measure::RewardTo { reward, goal } => {
            let goal = of_class(goal);
            let reward = reward.map(|_| &quotient.reward);
            optimum(&quotient.mdp, &Measure::RewardTo { reward, goal: &goal }, sense, budget)
        }
        Measure::Discounted { discount, .. } => {
            optimum(&quotient.mdp, &Measure::Discounted { reward: &quotient.reward, discount }, sense, budget)
        }
    }?;
    Ok((lifted(&optimum, &mut lens, &quotient, &partition), classes))
}

struct Quotient {
    mdp: Mdp,
    reward: RewardStructure,
    /// A state of each class.
    representatives: Vec<u32>,
    /// The effect of each choice of the quotient.
    effects: Vec<Effect>,
}

impl Quotient {
    fn new(lens: &mut Lens<'_>, partition: &Partition) -> Option<Self> {
        let mut rows = RowBuilder::default();
        let mut effects = Vec::new();
        let mut of_choice = Vec::new();
        let mut representatives = Vec::new();
        for class in partition.classes() {
            let state = class[0];
            representatives.push(state);
            rows.state();
            for effect in lens.effects(state as usize, partition.class_of()) {
                rows.choice("class");
                let (reward, successors) = effect.split_first()?;
                of_choice.push(*reward);
                for successor in successors.chunks_exact(2) {
                    let probability = rows.probability(lens.pool.get(successor[1]).clone());
                    rows.transition(successor[0] as usize, probability);
                }
                rows.end_choice().ok()?;
                effects.push(effect);
            }
        }
        let rewards = match lens.measure {
            Measure::RewardTo { reward: Some(reward), .. } | Measure::Discounted { reward, .. } => {
                reward.distinct().to_vec()
            }
            Measure::Until { .. } | Measure::RewardTo { reward: None, .. } => vec![Rational::ZERO],
        };
        let reward = RewardStructure::new("class", rewards, of_choice);
        Some(Self { mdp: rows.finish()?, reward, representatives, effects })
    }
}

/// The values of the classes at their states, and choices that come to those of the classes.
fn lifted(optimum: &Optimum, lens: &mut Lens<'_>, quotient: &Quotient, partition: &Partition) -> Optimum {
    let mdp = lens.mdp;
    let class_of = partition.class_of();
    let choices = (0..mdp.states()).map(|state| {
        let wanted = optimum.policy.choice(class_of[state] as usize).map(|choice| &quotient.effects[choice]);
        let answering = wanted.and_then(|wanted| {
            let mut choices = mdp.choices_of(state);
            choices.find(|&choice| &lens.effect(choice, class_of) == wanted)
        });
        // Where it ends any choice will do.
        answering.or_else(|| mdp.choices_of(state).next())
    });
    Optimum {
        policy: Policy::new(choices.collect()),
        known: class_of.iter().map(|&class| optimum.known[class as usize]).collect(),
        numerators: class_of.iter().map(|&class| optimum.numerators[class as usize].clone()).collect(),
        denominators: optimum.denominators.clone(),
    }
}
