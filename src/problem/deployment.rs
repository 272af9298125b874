//! The deployment set `D`: which distributions over situations may be met.

use crate::mdp::{Distribution, Mdp, Rational, StateId};

/// How the two sides of a linear constraint compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `≤`
    AtMost,
    /// `≥`
    AtLeast,
    /// `=`
    Equal,
}

/// `Σ coefficient · μ(state)  relation  bound`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinearConstraint {
    /// Coefficients by state, each state once.
    pub coefficients: Vec<(StateId, Rational)>,
    /// The comparison.
    pub relation: Relation,
    /// The right-hand side.
    pub bound: Rational,
}

/// The set of deployment distributions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeploymentSet {
    /// One distribution.
    Point(Distribution),
    /// Every distribution over these situations.
    Over(Vec<StateId>),
    /// Every distribution over `over` within total variation `radius` (half the L1 distance) of `center`.
    TotalVariation {
        /// The center of the ball.
        center: Distribution,
        /// Its radius.
        radius: Rational,
        /// Where mass may be.
        over: Vec<StateId>,
    },
    /// Every distribution `μ ≤ bound · center` over `over`.
    LikelihoodRatio {
        /// The center of the ball.
        center: Distribution,
        /// The largest ratio.
        bound: Rational,
        /// Where mass may be.
        over: Vec<StateId>,
    },
    /// Every distribution over `over` that satisfies the constraints.
    Polytope {
        /// Where mass may be.
        over: Vec<StateId>,
        /// The constraints besides nonnegativity and total mass 1.
        constraints: Vec<LinearConstraint>,
    },
}

impl DeploymentSet {
    /// Where mass may be, in the order of the file.
    #[must_use]
    pub fn over(&self) -> Vec<StateId> {
        match self {
            Self::Point(point) => point.support().collect(),
            Self::Over(over)
            | Self::TotalVariation { over, .. }
            | Self::LikelihoodRatio { over, .. }
            | Self::Polytope { over, .. } => over.clone(),
        }
    }

    /// What is wrong with the set, emptiness of a polytope aside.
    pub(super) fn defects(&self, mdp: &Mdp, situations: &[StateId]) -> Vec<String> {
        let mut defects = Vec::new();
        let mut mentioned = self.over();
        if let Self::TotalVariation { center, .. } | Self::LikelihoodRatio { center, .. } = self {
            mentioned.extend(center.support());
        }
        if let Self::Polytope { over, constraints } = self {
            for (state, _) in constraints.iter().flat_map(|constraint| &constraint.coefficients) {
                if situations.contains(state) && !over.contains(state) {
                    defects.push(format!("a constraint mentions `{}`, where no mass may be", mdp.state_name(*state)));
                }
                mentioned.push(*state);
            }
        }
        mentioned.sort_unstable();
        mentioned.dedup();
        for state in mentioned.into_iter().filter(|state| !situations.contains(state)) {
            defects.push(format!("the deployment set has `{}` in it, which is not a situation", mdp.state_name(state)));
        }
        match self {
            Self::Point(_) => {}
            Self::Over(over) | Self::Polytope { over, .. } => {
                if over.is_empty() {
                    defects.push("the deployment set is empty: no situation may have mass".into());
                }
            }
            Self::TotalVariation { center, radius, over } => {
                if radius < &Rational::ZERO {
                    defects.push(format!("the radius {radius} is negative"));
                } else {
                    let outside = Rational::ONE - mass_within(center, over);
                    if over.is_empty() || &outside > radius {
                        defects.push(format!(
                            "the deployment set is empty: mass {outside} must leave the center, the radius is {radius}"
                        ));
                    }
                }
            }
            Self::LikelihoodRatio { center, bound, over } => {
                let most = bound * mass_within(center, over);
                if most < Rational::ONE {
                    defects.push(format!("the deployment set is empty: at most mass {most} can be placed"));
                }
            }
        }
        defects
    }
}

fn mass_within(center: &Distribution, over: &[StateId]) -> Rational {
    center.iter().filter(|(state, _)| over.contains(state)).fold(Rational::ZERO, |sum, (_, mass)| sum + mass)
}
