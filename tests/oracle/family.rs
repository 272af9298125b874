//! The families of distributions that definitions quantify over.

use lavaproof::mdp::{Distribution, Rational, StateId};
use lavaproof::problem::{DeploymentSet, LinearConstraint, Problem, Relation};

use super::exact::negated;
use super::region::{Region, Row, unit};

/// A family of distributions over the situations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// The training distribution alone.
    Training,
    /// The deployment set.
    Deployment,
    /// `½ μ_tr + ½ μ` for `μ` in the deployment set.
    Encountered,
    /// Every distribution over the situations.
    All,
    /// Every single situation.
    Situations,
    /// One of them, by its place.
    Situation(usize),
}

/// The masses of a distribution on the situations, in their order.
pub fn masses(problem: &Problem, distribution: &Distribution) -> Vec<Rational> {
    problem.situations.iter().map(|&situation| distribution.mass(situation)).collect()
}

/// The members of a family, as a union of closed polytopes.
pub fn members(problem: &Problem, family: Family) -> Vec<Region> {
    let size = problem.situations.len();
    match family {
        Family::Training => vec![Region::point(&masses(problem, &problem.train))],
        Family::Deployment => vec![deployment(problem)],
        Family::Encountered => vec![deployment(problem).mixed_with(&masses(problem, &problem.train))],
        Family::All => vec![Region::simplex(size)],
        Family::Situation(x) => vec![Region::point(&unit(size, x))],
        Family::Situations => (0..size).map(|x| Region::point(&unit(size, x))).collect(),
    }
}

/// The deployment set.
pub fn deployment(problem: &Problem) -> Region {
    let size = problem.situations.len();
    match &problem.deploy {
        DeploymentSet::Point(point) => Region::point(&masses(problem, point)),
        DeploymentSet::Over(over) => within(problem, over),
        // Half the L1 distance is the largest `μ(A) − center(A)` over the events `A`.
        DeploymentSet::TotalVariation { center, radius, over } => {
            let center = masses(problem, center);
            (1_u32..1 << size).fold(within(problem, over), |region, event| {
                let inside = |x: usize| event >> x & 1 == 1;
                let allowed = (0..size).filter(|&x| inside(x)).fold(radius.clone(), |sum, x| sum + &center[x]);
                let row: Row =
                    (0..size).map(|x| if inside(x) { &allowed - Rational::ONE } else { allowed.clone() }).collect();
                region.at_least(&row)
            })
        }
        DeploymentSet::LikelihoodRatio { center, bound, over } => {
            let center = masses(problem, center);
            (0..size).fold(within(problem, over), |region, x| {
                let most = bound * &center[x];
                region.at_least(&unit(size, x).iter().map(|entry| &most - entry).collect::<Row>())
            })
        }
        DeploymentSet::Polytope { over, constraints } => {
            constraints.iter().fold(within(problem, over), |region, constraint| {
                let row = excess(problem, constraint);
                match constraint.relation {
                    Relation::AtLeast => region.at_least(&row),
                    Relation::AtMost => region.at_least(&negated(&row)),
                    Relation::Equal => region.at_least(&row).at_least(&negated(&row)),
                }
            })
        }
    }
}

/// The distributions with no mass outside `over`.
fn within(problem: &Problem, over: &[StateId]) -> Region {
    let size = problem.situations.len();
    let outside = (0..size).filter(|&x| !over.contains(&problem.situations[x]));
    outside.fold(Region::simplex(size), |region, x| region.at_least(&negated(&unit(size, x))))
}

/// Left minus right side of a constraint.
fn excess(problem: &Problem, constraint: &LinearConstraint) -> Row {
    let coefficient = |situation: &StateId| {
        let of_state = constraint.coefficients.iter().filter(|(state, _)| state == situation);
        of_state.fold(-&constraint.bound, |sum, (_, coefficient)| sum + coefficient)
    };
    problem.situations.iter().map(coefficient).collect()
}
