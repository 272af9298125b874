//! POWER and optimality probability, after Turner, Smith, Shah, Critch, Tadepalli, *Optimal Policies Tend to Seek
//! Power* (2021).

use crate::budget::{Budget, Exhausted};
use crate::mdp::Rational;
use crate::rewards::linear::solution;
use crate::rewards::{HalfSpace, Options, PiecewisePolynomial, volume};

/// The largest value among some options under a reward of each state that is drawn from `[0, 1]`, uniformly and independently.
///
/// Options that share no state are independent. Within a group of options that share states, the probability that none is worth more than `x`
/// is the volume of a polytope, and as a function of `x` a polynomial between the values at which the polytope changes its shape. The
/// distribution of the largest value is the product of these; expectations and probabilities are integrals of piecewise polynomials.
#[derive(Debug, Clone)]
pub struct Power {
    groups: Vec<Group>,
}

/// Options that share states, directly or through others, and how probable it is that none is worth more than `x`.
#[derive(Debug, Clone)]
struct Group {
    options: Vec<usize>,
    below: PiecewisePolynomial,
}

impl Power {
    /// Prepares the computation. Each option is a visit distribution: non-negative entries by state, with the sum 1. Takes time exponential in the number of
    /// states of a group.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub fn new(options: &Options, budget: &Budget) -> Result<Self, Exhausted> {
        let vectors = options.vectors();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for option in 0..vectors.len() {
            let (touching, apart): (Vec<_>, Vec<_>) = groups
                .into_iter()
                .partition(|group| group.iter().any(|&other| overlap(&vectors[option], &vectors[other])));
            groups = apart;
            let mut joined: Vec<usize> = touching.concat();
            joined.push(option);
            joined.sort_unstable();
            groups.push(joined);
        }
        groups.sort();
        let groups = groups.into_iter().map(|options| {
            let members: Vec<&[Rational]> = options.iter().map(|&option| vectors[option].as_slice()).collect();
            Ok(Group { below: probability_below(&members, budget)?, options })
        });
        Ok(Self { groups: groups.collect::<Result<_, Exhausted>>()? })
    }

    /// The expected largest value, `E max`: the POWER of a state whose options these are (definition 5.2).
    #[must_use]
    pub fn expected_maximum(&self) -> Rational {
        let all = self.groups.iter().fold(PiecewisePolynomial::one(), |product, group| product.times(&group.below));
        Rational::ONE - all.integral()
    }

    /// The probability that one of some options is worth as much as every option (definition 4.3). `None` if some of them share
    /// a state with an option that is not among them: then this is no integral over one variable.
    #[must_use]
    pub fn optimality_probability(&self, options: &[usize]) -> Option<Rational> {
        let (mut own, mut others) = (PiecewisePolynomial::one(), PiecewisePolynomial::one());
        for group in &self.groups {
            let chosen = group.options.iter().filter(|option| options.contains(option)).count();
            if chosen == group.options.len() {
                own = own.times(&group.below);
            } else if chosen == 0 {
                others = others.times(&group.below);
            } else {
                return None;
            }
        }
        if options.is_empty() {
            return Some(Rational::ZERO);
        }
        Some(own.derivative().times(&others).integral())
    }
}

fn overlap(left: &[Rational], right: &[Rational]) -> bool {
    left.iter().zip(right).any(|(a, b)| *a != Rational::ZERO && *b != Rational::ZERO)
}

/// The probability that no option of a group is worth more than `x`.
fn probability_below(options: &[&[Rational]], budget: &Budget) -> Result<PiecewisePolynomial, Exhausted> {
    let visited: Vec<usize> = (0..options.first().map_or(0, |option| option.len()))
        .filter(|&state| options.iter().any(|option| option[state] != Rational::ZERO))
        .collect();
    let dimension = visited.len();
    let unit = |at: usize, entry: Rational| -> Vec<Rational> {
        (0..dimension).map(|other| if other == at { entry.clone() } else { Rational::ZERO }).collect()
    };
    let cube: Vec<HalfSpace> = (0..dimension)
        .flat_map(|at| {
            [
                HalfSpace { normal: unit(at, Rational::ONE), bound: Rational::ONE },
                HalfSpace { normal: unit(at, -Rational::ONE), bound: Rational::ZERO },
            ]
        })
        .collect();
    let normals: Vec<Vec<Rational>> =
        options.iter().map(|option| visited.iter().map(|&state| option[state].clone()).collect()).collect();
    PiecewisePolynomial::interpolated(changes(&normals, dimension, budget)?, dimension, |x| {
        let mut half_spaces = cube.clone();
        half_spaces.extend(normals.iter().map(|normal| HalfSpace { normal: normal.clone(), bound: x.clone() }));
        volume(dimension, &half_spaces, budget)
    })
}

/// Every `x` at which the shape of `{r ∈ [0, 1]ⁿ : option·r ≤ x for all options}` can change.
///
/// The shape is the same while the vertices keep lying on the same hyperplanes and no further one. It changes only where `n + 1` of the
/// hyperplanes meet whose equations determine both the point and `x`.
fn changes(options: &[Vec<Rational>], dimension: usize, budget: &Budget) -> Result<Vec<Rational>, Exhausted> {
    // Unknowns are the point and x; the last entry of an equation is its right-hand side.
    let mut equations: Vec<Vec<Rational>> = Vec::new();
    for option in options {
        let mut equation = option.clone();
        equation.extend([-Rational::ONE, Rational::ZERO]);
        equations.push(equation);
    }
    for at in 0..dimension {
        for side in [Rational::ZERO, Rational::ONE] {
            let mut equation = vec![Rational::ZERO; dimension + 2];
            equation[at] = Rational::ONE;
            equation[dimension + 1] = side;
            equations.push(equation);
        }
    }
    let mut found = Vec::new();
    let mut chosen = Vec::new();
    meetings(&equations, 0, dimension + 1, &mut chosen, &mut found, budget)?;
    found.sort();
    found.dedup();
    Ok(found)
}

/// Goes through all choices of `unknowns` equations and collects the last unknown of those with one solution.
fn meetings(
    equations: &[Vec<Rational>],
    from: usize,
    unknowns: usize,
    chosen: &mut Vec<usize>,
    found: &mut Vec<Rational>,
    budget: &Budget,
) -> Result<(), Exhausted> {
    if chosen.len() == unknowns {
        let system: Vec<Vec<Rational>> = chosen.iter().map(|&at| equations[at].clone()).collect();
        found.extend(solution(system).and_then(|mut solved| solved.pop()));
        return budget.check();
    }
    for at in from..equations.len() {
        chosen.push(at);
        meetings(equations, at + 1, unknowns, chosen, found, budget)?;
        chosen.pop();
    }
    Ok(())
}
