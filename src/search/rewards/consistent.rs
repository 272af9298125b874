//! The weights for which given behaviour is optimal: a cone, found row by row from policies that do better.
//!
//! A behaviour is a set of choices, `used` in the states `within` that it visits. It is optimal from its sources
//! exactly where all of these choices are equally good and one policy of them is as good as any other from each
//! source: the normal cone of a face of the polytope of feature expectations. The polytope is never listed: an
//! exact solve for candidate weights either confirms them or gives a policy that cuts them off.

use std::collections::HashMap;

use crate::budget::Exhausted;
use crate::mdp::{Mask, Policy, Rational, StateId, StateSet};
use crate::search::rewards::class::{Expectations, Optimised, RewardClass};
use crate::search::rewards::cone::Cone;
use crate::search::rewards::region::{Side, WeightRegion, WeightRow, dot};

/// Generators beyond which a cone is given up.
const MOST_GENERATORS: usize = 400;

/// Choices that are used, from where, and where to.
#[derive(Debug, Clone)]
pub struct Conduct {
    /// Where episodes start.
    pub sources: Vec<StateId>,
    /// The choices.
    pub used: Mask,
    /// The states that they visit from the sources.
    pub within: StateSet,
}

/// All weights that explain a conduct.
#[derive(Debug, Clone)]
pub struct Consistent {
    /// What the weights are sums of, with nonnegative coefficients; each with what is optimal for it.
    pub generators: Vec<Optimised>,
    /// The same weights as conditions.
    pub region: WeightRegion,
}

impl Conduct {
    /// A deterministic policy of the used choices; in other states its first choice.
    fn policy(&self, class: &RewardClass<'_>) -> Policy {
        let mdp = &class.arena.problem.mdp;
        let used = |state: StateId| self.used.choices_of(mdp, state).next();
        let choice = |state: StateId| used(state).or_else(|| mdp.choices_of(state).next());
        Policy::new((0..mdp.states()).map(choice).collect())
    }

    /// Weights, not all 0, for which the conduct is optimal; `None` if there are none.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn explained_by(&self, class: &RewardClass<'_>) -> Result<Option<Optimised>, Exhausted> {
        let policy = self.policy(class);
        let expectations = class.expectations(&policy)?;
        let mut region = WeightRegion::all(class.size());
        region.rows = class.ties(&self.used, &self.within, &policy, &expectations);
        while let Some(weights) = region.find_nonzero() {
            class.arena.budget.check()?;
            let optimised = class.optimise(weights)?;
            if class.attains(&optimised, &expectations, &self.sources) {
                return Ok(Some(optimised));
            }
            for normal in self.better(class, &optimised, &expectations)? {
                region.rows.push(WeightRow::homogeneous(normal, Side::AtLeast));
            }
        }
        Ok(None)
    }

    /// All weights for which the conduct is optimal; `None` where their cone has too many generators.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn consistent(&self, class: &RewardClass<'_>) -> Result<Option<Consistent>, Exhausted> {
        let policy = self.policy(class);
        let expectations = class.expectations(&policy)?;
        let mut region = WeightRegion::all(class.size());
        let mut cone = Cone::space(class.size());
        for row in class.ties(&self.used, &self.within, &policy, &expectations) {
            cone.cut_to_plane(&row.normal);
            region.rows.push(row);
        }
        let mut confirmed: HashMap<Vec<Rational>, Optimised> = HashMap::new();
        loop {
            let generators = cone.generators();
            if generators.len() > MOST_GENERATORS {
                return Ok(None);
            }
            let mut complete = true;
            for weights in &generators {
                if confirmed.contains_key(weights) {
                    continue;
                }
                class.arena.budget.check()?;
                let optimised = class.optimise(weights.clone())?;
                if class.attains(&optimised, &expectations, &self.sources) {
                    confirmed.insert(weights.clone(), optimised);
                    continue;
                }
                for normal in self.better(class, &optimised, &expectations)? {
                    region.rows.push(WeightRow::homogeneous(normal.clone(), Side::AtLeast));
                    cone.cut(normal);
                }
                complete = false;
                break;
            }
            if complete {
                let generators = generators.iter().filter_map(|weights| confirmed.remove(weights)).collect();
                return Ok(Some(Consistent { generators, region }));
            }
        }
    }

    /// For each source at which the policy for the weights collects more, by how much the conduct collects more.
    fn better(
        &self,
        class: &RewardClass<'_>,
        optimised: &Optimised,
        expectations: &Expectations,
    ) -> Result<Vec<Vec<Rational>>, Exhausted> {
        let best = class.expectations(&optimised.best.policy)?;
        let row = |&state: &StateId| -> Vec<Rational> {
            expectations[state].iter().zip(&best[state]).map(|(own, other)| own - other).collect()
        };
        let mut rows: Vec<Vec<Rational>> = self.sources.iter().map(row).collect();
        rows.retain(|row| dot(row, &optimised.weights) < Rational::ZERO);
        rows.sort();
        rows.dedup();
        Ok(rows)
    }
}
