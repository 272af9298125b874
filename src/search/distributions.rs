//! Sets of distributions over situations, and linear functions on them.

use crate::decomposition::Family;
use crate::lp::{LinearProgram, Outcome, Relation, Row};
use crate::mdp::{Distribution, Rational, StateId, Value};
use crate::problem::{DeploymentSet, Problem};

/// A set of distributions: a base set, or its even mixtures with the training distribution.
#[derive(Debug, Clone)]
pub struct DistributionSet {
    base: DeploymentSet,
    blend: Option<Distribution>,
}

fn half() -> Rational {
    Rational::ONE / Rational::from(2)
}

/// A linear function `Σ weight · μ(state) + constant` of the base distribution.
#[derive(Debug, Clone)]
pub struct Functional {
    /// Weights by position in [`DistributionSet::over`].
    pub weights: Vec<Rational>,
    /// What the training half contributes.
    pub constant: Rational,
}

impl DistributionSet {
    /// The distributions of a family. Point masses of situations are represented by all mixtures of them:
    /// the two agree on whatever is linear.
    #[must_use]
    pub fn new(problem: &Problem, family: Family) -> Self {
        match family {
            Family::Train => Self::at_point(problem.train.clone()),
            Family::Deploy => Self::with_possible_mass(problem.deploy.clone(), None),
            Family::Encountered => Self::with_possible_mass(problem.deploy.clone(), Some(problem.train.clone())),
            Family::All | Family::Situations => {
                Self { base: DeploymentSet::Over(problem.situations.clone()), blend: None }
            }
        }
    }

    /// Leaves out the situations that no distribution of the set gives mass: what is optimal depends on the
    /// support, so a situation that is merely listed must not count.
    fn with_possible_mass(base: DeploymentSet, blend: Option<Distribution>) -> Self {
        let mut set = Self { base, blend };
        let over = set.over();
        let possible = |state: StateId| match &set.base {
            DeploymentSet::Point(_) | DeploymentSet::Over(_) => true,
            DeploymentSet::TotalVariation { center, radius, .. } => !radius.is_zero() || !center.mass(state).is_zero(),
            DeploymentSet::LikelihoodRatio { center, .. } => !center.mass(state).is_zero(),
            DeploymentSet::Polytope { .. } => {
                let mut program = set.program();
                let position = over.iter().position(|candidate| *candidate == state);
                program.objective = position.map(|index| (index, Rational::ONE)).into_iter().collect();
                matches!(program.solve(), Outcome::Optimal { value, .. } if !value.is_zero())
            }
        };
        let kept: Vec<StateId> = over.iter().copied().filter(|&state| possible(state)).collect();
        if let [only] = kept.as_slice() {
            set.base = DeploymentSet::Point(Distribution::point(*only));
        }
        match &mut set.base {
            DeploymentSet::Point(_) | DeploymentSet::Over(_) => {}
            DeploymentSet::TotalVariation { over, .. }
            | DeploymentSet::LikelihoodRatio { over, .. }
            | DeploymentSet::Polytope { over, .. } => *over = kept,
        }
        set
    }

    /// One distribution.
    #[must_use]
    pub fn at_point(point: Distribution) -> Self {
        Self { base: DeploymentSet::Point(point), blend: None }
    }

    /// As [`DistributionSet::new`], with one set for each point mass of the situations: what differs from
    /// all their mixtures when the policies in question depend on the distribution.
    #[must_use]
    pub fn pieces(problem: &Problem, family: Family) -> Vec<Self> {
        match family {
            Family::Situations => {
                problem.situations.iter().map(|&state| Self::at_point(Distribution::point(state))).collect()
            }
            _ => vec![Self::new(problem, family)],
        }
    }

    /// The situations where the base distribution may have mass, in a fixed order: for each of them some
    /// distribution of the set has.
    #[must_use]
    pub fn over(&self) -> Vec<StateId> {
        self.base.over()
    }

    /// Every situation that may have mass.
    #[must_use]
    pub fn support(&self) -> Vec<StateId> {
        let mut support = self.over();
        support.extend(self.blend.iter().flat_map(Distribution::support));
        support.sort_unstable();
        support.dedup();
        support
    }

    /// The one distribution, if there is just one.
    #[must_use]
    pub fn point(&self) -> Option<Distribution> {
        match &self.base {
            DeploymentSet::Point(point) => Some(self.blended(point.clone())),
            _ => None,
        }
    }

    /// The extreme points, where they are listed as easily as the set.
    #[must_use]
    pub fn extreme_points(&self) -> Option<Vec<Distribution>> {
        match &self.base {
            DeploymentSet::Over(over) => {
                Some(over.iter().map(|&state| self.blended(Distribution::point(state))).collect())
            }
            _ => self.point().map(|point| vec![point]),
        }
    }

    fn blended(&self, base: Distribution) -> Distribution {
        match &self.blend {
            Some(train) => base.mixed_with(train),
            None => base,
        }
    }

    /// The least value of `Σ ν(s) gain(s)` over the set, and where it is attained.
    #[must_use]
    pub fn minimise(&self, gain: impl Fn(StateId) -> Value) -> (Value, Distribution) {
        let over = self.over();
        let endless = over.iter().position(|&state| gain(state) == Value::MinusInfinity);
        if let Some(position) = endless {
            for candidate in position..over.len() {
                if gain(over[candidate]) == Value::MinusInfinity {
                    let mass: Vec<_> = (0..over.len())
                        .map(|index| if index == candidate { -Rational::ONE } else { Rational::ZERO })
                        .collect();
                    let base = self.minimise_base(&over, &mass);
                    if !base.mass(over[candidate]).is_zero() {
                        return (Value::MinusInfinity, self.blended(base));
                    }
                }
            }
        }
        let finite: Vec<Rational> =
            over.iter().map(|&state| gain(state).finite().cloned().unwrap_or(Rational::ZERO)).collect();
        let worst = self.blended(self.minimise_base(&over, &finite));
        (expectation(&worst, gain), worst)
    }

    /// The base distribution at which a finite linear function is least.
    fn minimise_base(&self, over: &[StateId], gain: &[Rational]) -> Distribution {
        let mut order: Vec<usize> = (0..over.len()).collect();
        order.sort_by(|&left, &right| gain[left].cmp(&gain[right]));
        let masses = match &self.base {
            DeploymentSet::Point(point) => return point.clone(),
            DeploymentSet::Over(_) => return Distribution::point(over[order[0]]),
            // Move mass from the highest gains to the lowest.
            DeploymentSet::TotalVariation { center, radius, .. } => {
                let mut masses: Vec<Rational> = over.iter().map(|&state| center.mass(state)).collect();
                let inside = masses.iter().fold(Rational::ZERO, |sum, mass| sum + mass);
                let forced = Rational::ONE - inside;
                let mut budget = radius - &forced;
                masses[order[0]] += forced;
                for &from in order.iter().skip(1).rev() {
                    let moved = masses[from].clone().min(budget.clone());
                    masses[from] -= &moved;
                    masses[order[0]] += &moved;
                    budget -= moved;
                }
                masses
            }
            // Fill the lowest gains first.
            DeploymentSet::LikelihoodRatio { center, bound, .. } => {
                let mut masses = vec![Rational::ZERO; over.len()];
                let mut left = Rational::ONE;
                for &index in &order {
                    let placed = (bound * center.mass(over[index])).min(left.clone());
                    left -= &placed;
                    masses[index] = placed;
                }
                masses
            }
            DeploymentSet::Polytope { .. } => {
                let mut program = self.program();
                program.objective = gain.iter().map(|gain| -gain).enumerate().collect();
                match program.solve() {
                    Outcome::Optimal { point, .. } => point.into_iter().take(over.len()).collect(),
                    Outcome::Infeasible | Outcome::Unbounded => Vec::new(),
                }
            }
        };
        from_masses(over, masses).unwrap_or_else(|| Distribution::point(over[order[0]]))
    }

    /// Whether no distribution is in the set. Polytopes alone can be empty: the others were checked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self.base, DeploymentSet::Polytope { .. }) && self.program().solve() == Outcome::Infeasible
    }

    /// Whether a distribution is in the set.
    #[must_use]
    pub fn contains(&self, at: &Distribution) -> bool {
        if let Some(point) = self.point() {
            return point == *at;
        }
        let (over, mut program) = (self.over(), self.program());
        let mixed = |state: StateId| match &self.blend {
            None => at.mass(state),
            Some(train) => at.mass(state) * Rational::from(2) - train.mass(state),
        };
        for (index, &state) in over.iter().enumerate() {
            let coefficients = vec![(index, Rational::ONE)];
            program.rows.push(Row { coefficients, relation: Relation::Equal, bound: mixed(state) });
        }
        let mut support = at.support().chain(self.blended_support());
        support.all(|state| over.contains(&state) || mixed(state).is_zero()) && program.solve() != Outcome::Infeasible
    }

    /// The set as a linear program without objective: the first variables are the masses of
    /// [`DistributionSet::over`], more may follow.
    #[must_use]
    pub fn program(&self) -> LinearProgram {
        let over = self.over();
        let count = over.len();
        let row = |coefficients, relation, bound| Row { coefficients, relation, bound };
        let total = row((0..count).map(|index| (index, Rational::ONE)).collect(), Relation::Equal, Rational::ONE);
        let mut program = LinearProgram { variables: count, rows: vec![total], objective: Vec::new() };
        match &self.base {
            DeploymentSet::Over(_) => {}
            DeploymentSet::Point(point) => {
                for (index, &state) in over.iter().enumerate() {
                    program.rows.push(row(vec![(index, Rational::ONE)], Relation::Equal, point.mass(state)));
                }
            }
            // A variable for how far each mass is above the center's; their sum is the total variation.
            DeploymentSet::TotalVariation { center, radius, .. } => {
                program.variables = 2 * count;
                for (index, &state) in over.iter().enumerate() {
                    let above = vec![(index, Rational::ONE), (count + index, -Rational::ONE)];
                    program.rows.push(row(above, Relation::AtMost, center.mass(state)));
                }
                let distance = (count..2 * count).map(|index| (index, Rational::ONE)).collect();
                program.rows.push(row(distance, Relation::AtMost, radius.clone()));
            }
            DeploymentSet::LikelihoodRatio { center, bound, .. } => {
                for (index, &state) in over.iter().enumerate() {
                    program.rows.push(row(vec![(index, Rational::ONE)], Relation::AtMost, bound * center.mass(state)));
                }
            }
            DeploymentSet::Polytope { constraints, .. } => {
                for constraint in constraints {
                    // States outside `over` have no mass.
                    let coefficients = constraint
                        .coefficients
                        .iter()
                        .filter_map(|(state, weight)| {
                            Some((over.iter().position(|candidate| candidate == state)?, weight.clone()))
                        })
                        .collect();
                    program.rows.push(row(coefficients, constraint.relation, constraint.bound.clone()));
                }
            }
        }
        program
    }

    /// A finite linear function of `ν`, as one of the base distribution.
    #[must_use]
    pub fn functional(&self, gain: impl Fn(StateId) -> Rational) -> Functional {
        let over = self.over();
        match &self.blend {
            None => Functional { weights: over.into_iter().map(gain).collect(), constant: Rational::ZERO },
            Some(train) => Functional {
                weights: over.into_iter().map(|state| gain(state) * half()).collect(),
                constant: train.iter().fold(Rational::ZERO, |sum, (state, mass)| sum + gain(state) * mass) * half(),
            },
        }
    }

    /// The distribution of the set with these base masses; `None` if they are no distribution.
    #[must_use]
    pub fn at(&self, masses: &[Rational]) -> Option<Distribution> {
        let over = self.over();
        Some(self.blended(from_masses(&over, masses[..over.len()].to_vec())?))
    }

    /// What share of a distribution of the set is free to be of the base set, and the mass that is fixed.
    pub(super) fn shares(&self) -> (Rational, Vec<(StateId, Rational)>) {
        match &self.blend {
            None => (Rational::ONE, Vec::new()),
            Some(train) => (half(), train.iter().map(|(state, mass)| (state, mass * half())).collect()),
        }
    }

    /// The situations of the training half of a mixture.
    #[must_use]
    pub fn blended_support(&self) -> Vec<StateId> {
        self.blend.iter().flat_map(Distribution::support).collect()
    }
}

fn from_masses(over: &[StateId], masses: Vec<Rational>) -> Option<Distribution> {
    Distribution::new(over.iter().copied().zip(masses).collect()).ok()
}

/// `Σ ν(s) gain(s)`, −∞ as soon as a state of positive mass has value −∞.
#[must_use]
pub fn expectation(distribution: &Distribution, gain: impl Fn(StateId) -> Value) -> Value {
    let mut sum = Rational::ZERO;
    for (state, mass) in distribution.iter() {
        match gain(state) {
            Value::MinusInfinity => return Value::MinusInfinity,
            Value::Finite(value) => sum += mass * value,
        }
    }
    Value::Finite(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fraction(numerator: i32, denominator: i32) -> Rational {
        Rational::from(numerator) / Rational::from(denominator)
    }

    #[test]
    fn situations_without_possible_mass_are_left_out() {
        let center = Distribution::point(2);
        let over = vec![0, 1, 2];
        let ratio =
            DeploymentSet::LikelihoodRatio { center: center.clone(), bound: Rational::from(3), over: over.clone() };
        let ball = |radius| DeploymentSet::TotalVariation { center: center.clone(), radius, over: over.clone() };
        let forced = DeploymentSet::Polytope {
            over: over.clone(),
            constraints: vec![crate::problem::LinearConstraint {
                coefficients: vec![(1, Rational::ONE)],
                relation: Relation::AtMost,
                bound: Rational::ZERO,
            }],
        };
        let over_of = |base| DistributionSet::with_possible_mass(base, None).over();
        assert_eq!(over_of(ratio), [2]);
        assert_eq!(over_of(ball(Rational::ZERO)), [2]);
        assert_eq!(over_of(ball(fraction(1, 9))), [0, 1, 2]);
        assert_eq!(over_of(forced), [0, 2]);
    }

    proptest! {
        /// The closed forms against the linear program of the same set.
        #[test]
        fn closed_forms_are_the_linear_programs(
            gains in proptest::collection::vec(-4i32..5, 4),
            masses in proptest::collection::vec(0i32..4, 4),
            inside in proptest::collection::vec(any::<bool>(), 4),
            step in 0i32..9,
            blended in any::<bool>(),
        ) {
            let total: i32 = masses.iter().sum();
            prop_assume!(total > 0);
            let center = Distribution::new(
                masses.iter().enumerate().map(|(state, &mass)| (state, fraction(mass, total))).collect()
            ).expect("sums to one");
            let over: Vec<StateId> = (0..4).filter(|&state| inside[state]).collect();
            let placed: i32 = over.iter().map(|&state| masses[state]).sum();
            let blend = blended.then(|| Distribution::point(1));
            for base in [
                DeploymentSet::TotalVariation { center: center.clone(), radius: fraction(step, 8), over: over.clone() },
                DeploymentSet::LikelihoodRatio { center: center.clone(), bound: fraction(step + 8, 8), over: over.clone() },
            ] {
                let possible = match &base {
                    DeploymentSet::TotalVariation { radius, .. } => &fraction(total - placed, total) <= radius,
                    _ => fraction(step + 8, 8) * fraction(placed, total) >= Rational::ONE,
                };
                let set = DistributionSet { base, blend: blend.clone() };
                if over.is_empty() || !possible {
                    continue;
                }
                let gain = |state: StateId| Rational::from(gains[state]);
                let (least, at) = set.minimise(|state| Value::Finite(gain(state)));
                let functional = set.functional(gain);
                let mut program = set.program();
                program.objective = functional.weights.iter().map(|weight| -weight).enumerate().collect();
                let Outcome::Optimal { value, .. } = program.solve() else { panic!("not empty") };
                prop_assert_eq!(&least, &Value::Finite(functional.constant - value));
                prop_assert_eq!(least, expectation(&at, |state| Value::Finite(gain(state))));
            }
        }
    }
}
