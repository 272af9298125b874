//! The open components, one after the other.

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Mdp, Policy, Rational, StateSet};
use crate::solve::Sense;
use crate::solve::meter::metered;
use crate::solve::shortest_path::enclosure::Enclosure;
use crate::solve::shortest_path::evaluate::{Positions, Progress, evaluate};
use crate::solve::shortest_path::float_block::Floats;
use crate::solve::shortest_path::fractions::Fraction;
use crate::solve::shortest_path::incoming::Incoming;
use crate::solve::shortest_path::limit::{Limit, Stopped};
use crate::solve::shortest_path::prepare::{Judge, Known, Prepared, prepare};
use crate::solve::shortest_path::propose::propose;
use crate::solve::shortest_path::qualitative::{Graph, NONE};
use crate::solve::shortest_path::values::Values;
use crate::solve::shortest_path::weights::Weights;
use crate::solve::shortest_path::{Measure, Optimum};

/// Why a component has no values.
enum Failure<O> {
    Stopped(Stopped<O>),
    /// These states form a cycle of negative reward before the goal.
    Unbounded(Vec<u32>),
}

impl<O> From<Exhausted> for Failure<O> {
    fn from(exhausted: Exhausted) -> Self {
        Self::Stopped(exhausted.into())
    }
}

impl<O> From<Stopped<O>> for Failure<O> {
    fn from(stopped: Stopped<O>) -> Self {
        Self::Stopped(stopped)
    }
}

/// The optimum of a measure, unless its values are longer than a limit says: then the policy that was being improved. Where the limit is
/// settled by graph analysis, the other values are not computed.
pub(super) fn solve<L: Limit>(
    mdp: &Mdp,
    measure: &Measure<'_>,
    sense: Sense,
    limit: &L,
    budget: &Budget,
) -> Result<Result<Optimum, (L::Over, Policy)>, Exhausted> {
    let incoming = Incoming::new(mdp);
    let graph = Graph { mdp, incoming: &incoming };
    let weights = Weights::new(mdp, measure);
    let mut unbounded = StateSet::with_capacity(mdp.states());
    loop {
        budget.check()?;
        let prepared = prepare(graph, measure, sense, &unbounded);
        if limit.is_settled(&prepared) {
            let Prepared { known, policy: choices, .. } = prepared;
            let (numerators, denominators) = Values::new(mdp.compressed(), &weights, mdp.states()).into_parts();
            return Ok(Ok(Optimum { known, numerators, denominators, policy: policy(choices) }));
        }
        let ends = measure.ends(sense);
        let mut solver = Solver {
            policy: prepared.policy.clone(),
            values: Values::new(mdp.compressed(), &weights, mdp.states()),
            positions: Positions::new(mdp.states()),
            floats: None,
            prepared: &prepared,
            sense,
            ends,
            may_gain: !ends
                && sense == Sense::Min
                && weights.rewards.iter().any(|reward| reward.exact < Rational::ZERO),
            limit,
            budget,
        };
        match solver.run(mdp) {
            Ok(()) => {
                let (numerators, denominators) = solver.values.into_parts();
                let policy = policy(solver.policy);
                return Ok(Ok(Optimum { known: prepared.known, numerators, denominators, policy }));
            }
            Err(Failure::Stopped(Stopped::Exhausted(exhausted))) => return Err(exhausted),
            Err(Failure::Stopped(Stopped::Over(over))) => return Ok(Err((over, policy(solver.policy)))),
            Err(Failure::Unbounded(states)) => {
                // Whoever can get there can repeat the cycle and go on to the goal after it.
                let cycle: StateSet = states.into_iter().map(|state| state as usize).collect();
                let open: StateSet = (0..mdp.states()).filter(|&state| prepared.is_open(state)).collect();
                unbounded.union_with(&graph.possibly(&cycle, &open, |choice| prepared.allows(choice)).states);
            }
        }
    }
}

fn policy(choices: Vec<u32>) -> Policy {
    Policy::new(choices.into_iter().map(|choice| (choice != NONE).then_some(choice as usize)).collect())
}

struct Solver<'a, L> {
    prepared: &'a Prepared,
    values: Values<'a>,
    policy: Vec<u32>,
    positions: Positions,
    /// Made when the first block needs a proposal.
    floats: Option<Floats>,
    sense: Sense,
    /// Whether every policy ends.
    ends: bool,
    /// Whether there may be a cycle of negative reward to be repeated.
    may_gain: bool,
    limit: &'a L,
    budget: &'a Budget,
}

impl<L: Limit> Solver<'_, L> {
    fn judge(&self) -> Judge<'_> {
        Judge { prepared: self.prepared, sense: self.sense }
    }

    fn run(&mut self, mdp: &Mdp) -> Result<(), Failure<L::Over>> {
        let prepared = self.prepared;
        for (state, _) in (0u32..).zip(&prepared.known).filter(|(_, known)| **known == Known::One) {
            self.values.set(state, Fraction::ONE);
        }
        let blocks = prepared.blocks(mdp);
        for (count, block) in blocks.iter().enumerate() {
            if count % 256 == 0 {
                self.budget.check()?;
                self.limit.check(self.values.stored_bits).map_err(Stopped::Over)?;
            }
            match block {
                [state] => metered(|| self.single(*state))?,
                _ => self.block(block)?,
            }
        }
        Ok(())
    }

    /// A state that is not come back to but by staying: its best choice, taken until it leaves.
    fn single(&mut self, state: u32) -> Result<(), Failure<L::Over>> {
        let choices = self.values.rows.choices(state as usize);
        let mut best: Option<(Fraction, u32)> = None;
        if choices.len() > 1
            && let Some(choice) = self.clear_winner(state)
        {
            let value = self.values.repeated(choice, state);
            best = value.zip(u32::try_from(choice).ok());
        } else {
            for choice in choices.filter(|&choice| self.prepared.allows(choice)) {
                let Some(value) = self.values.repeated(choice, state) else {
                    if self.sense == Sense::Min && self.gains(choice) {
                        return Err(Failure::Unbounded(vec![state]));
                    }
                    continue;
                };
                let better = best.as_ref().is_none_or(|(best, _)| {
                    let ordering = self.values.denominators.compare(&value, best);
                    self.judge().prefers(ordering)
                });
                if better {
                    best = Some((value, u32::try_from(choice).unwrap_or(NONE)));
                }
            }
        }
        if let Some((value, choice)) = best {
            self.values.set(state, value);
            self.policy[state as usize] = choice;
        }
        Ok(())
    }

    /// Whether staying for ever by this choice has a negative reward in every step.
    fn gains(&self, choice: usize) -> bool {
        self.values.weights.reward(choice).exact < Rational::ZERO
    }

    /// The choice whose enclosure is better than all others, if no choice stays and there is one.
    fn clear_winner(&mut self, state: u32) -> Option<usize> {
        let rows = self.values.rows;
        let mut enclosures: Vec<(usize, Enclosure)> = Vec::new();
        for choice in rows.choices(state as usize).filter(|&choice| self.prepared.allows(choice)) {
            if rows.targets(choice).contains(&state) {
                return None;
            }
            enclosures.push((choice, self.values.enclosure(choice)?));
        }
        let middle = |(_, enclosure): &&(usize, Enclosure)| enclosure.middle();
        let (winner, best) = match self.sense {
            Sense::Max => enclosures.iter().max_by_key(middle),
            Sense::Min => enclosures.iter().min_by_key(middle),
        }?;
        let clear = enclosures.iter().all(|(choice, enclosure)| choice == winner || !enclosure.overlaps(best));
        clear.then_some(*winner)
    }

    /// Policy iteration from what floating point proposes.
    fn block(&mut self, block: &[u32]) -> Result<(), Failure<L::Over>> {
        for (index, &state) in block.iter().enumerate() {
            self.positions.in_block[state as usize] = u32::try_from(index).unwrap_or(NONE);
        }
        let result = self.iterate(block);
        for &state in block {
            self.positions.in_block[state as usize] = NONE;
        }
        result
    }

    fn iterate(&mut self, block: &[u32]) -> Result<(), Failure<L::Over>> {
        let rows = self.values.rows;
        if block.iter().any(|&state| rows.choices(state as usize).len() > 1) {
            let kind = (self.sense, self.ends);
            let floats = self.floats.get_or_insert_with(|| Floats::new(self.values.weights));
            propose(
                (&mut self.values, floats),
                self.prepared,
                block,
                &self.positions,
                kind,
                &mut self.policy,
                self.budget,
            )?;
        }
        metered(|| {
            let mut progress = Progress::new(block.len());
            let judge = Judge { prepared: self.prepared, sense: self.sense };
            loop {
                let (values, positions) = (&mut self.values, &mut self.positions);
                let limits = (self.limit, self.budget);
                evaluate(values, Some(judge), &mut self.policy, block, positions, &mut progress, limits)?;
                if !self.improve(block, &mut progress)? {
                    return Ok(());
                }
                if self.may_gain
                    && let Some(cycle) = self.recurrent(block)
                {
                    return Err(Failure::Unbounded(cycle));
                }
            }
        })
    }

    /// Switches to strictly better choices; whether there were any.
    fn improve(&mut self, block: &[u32], progress: &mut Progress) -> Result<bool, Exhausted> {
        let rows = self.values.rows;
        let mut changed = false;
        for (count, &state) in block.iter().enumerate() {
            if count % 1024 == 0 {
                self.budget.check()?;
            }
            let choices = rows.choices(state as usize);
            if choices.len() < 2 {
                continue;
            }
            let own = self.policy[state as usize] as usize;
            let mut best: Option<(usize, i128)> = None;
            for choice in choices.filter(|&choice| choice != own && self.prepared.allows(choice)) {
                let inside = rows.targets(choice).iter().map(|&target| self.positions.in_block[target as usize]);
                if !progress.is_open(count, inside) {
                    continue;
                }
                let ordering = self.values.compare_with_own(choice, state);
                if !self.judge().prefers(ordering) {
                    continue;
                }
                let middle = self.values.enclosure(choice).map_or(0, |enclosure| enclosure.middle());
                let better = best.is_none_or(|(_, sofar)| match self.sense {
                    Sense::Max => middle > sofar,
                    Sense::Min => middle < sofar,
                });
                if better {
                    best = Some((choice, middle));
                }
            }
            if let Some((choice, _)) = best {
                self.policy[state as usize] = u32::try_from(choice).unwrap_or(NONE);
                progress.switch(count);
                changed = true;
            }
        }
        Ok(changed)
    }

    /// States of the block that the policy never leaves. After strict improvements of a minimal reward these are a
    /// cycle of negative mean reward (average the improvement over its stationary distribution); for the other
    /// measures there are none.
    fn recurrent(&self, block: &[u32]) -> Option<Vec<u32>> {
        let rows = self.values.rows;
        let inside = |state: u32| self.positions.in_block[state as usize];
        let targets = |position: usize| rows.targets(self.policy[block[position] as usize] as usize);
        let mut sources: Vec<(u32, u32)> = Vec::new();
        let mut leaving = vec![false; block.len()];
        let mut queue = Vec::new();
        for (position, leaves) in leaving.iter_mut().enumerate() {
            for &target in targets(position) {
                match inside(target) {
                    NONE if !*leaves => {
                        *leaves = true;
                        queue.push(u32::try_from(position).unwrap_or(NONE));
                    }
                    NONE => {}
                    target => sources.push((target, u32::try_from(position).unwrap_or(NONE))),
                }
            }
        }
        sources.sort_unstable();
        while let Some(position) = queue.pop() {
            let from = sources.partition_point(|&(target, _)| target < position);
            for &(_, source) in sources[from..].iter().take_while(|&&(target, _)| target == position) {
                if !std::mem::replace(&mut leaving[source as usize], true) {
                    queue.push(source);
                }
            }
        }
        let staying: Vec<u32> =
            (0..block.len()).filter(|&position| !leaving[position]).map(|position| block[position]).collect();
        (!staying.is_empty()).then_some(staying)
    }
}
