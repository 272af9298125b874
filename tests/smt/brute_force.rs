//! Decides small formulas by trying every assignment and eliminating the reals one by one.

use lavaproof::smt::{BoolVar, Formula, LinConstraint, LinExpr, Literal, Rational, RealVar, Relation};

/// Whether some assignment of the variables satisfies every formula.
pub fn satisfiable(booleans: &[BoolVar], reals: &[RealVar], formulas: &[Formula]) -> bool {
    (0..1_usize << booleans.len()).any(|bits| {
        let is_true = |literal: &Literal| {
            let index = booleans.iter().position(|b| *b == literal.variable);
            let index = index.expect("only known variables");
            (bits >> index & 1 == 1) == literal.positive
        };
        cases(&Formula::All(formulas.to_vec()), &is_true).iter().any(|constraints| feasible(reals, constraints))
    })
}

/// The formula as a disjunction of conjunctions of constraints, once the literals are settled.
fn cases(formula: &Formula, is_true: &dyn Fn(&Literal) -> bool) -> Vec<Vec<LinConstraint>> {
    let settled = |truth: bool| if truth { vec![vec![]] } else { vec![] };
    let count = |literals: &[Literal]| literals.iter().filter(|l| is_true(l)).count();
    match formula {
        Formula::Literal(literal) => settled(is_true(literal)),
        Formula::AtMostOne(literals) => settled(count(literals) <= 1),
        Formula::ExactlyOne(literals) => settled(count(literals) == 1),
        Formula::Linear(constraint) => vec![vec![constraint.clone()]],
        Formula::Any(parts) => parts.iter().flat_map(|part| cases(part, is_true)).collect(),
        Formula::All(parts) => parts.iter().fold(vec![vec![]], |so_far, part| {
            let more = cases(part, is_true);
            let join =
                |left: &Vec<_>| -> Vec<Vec<_>> { more.iter().map(|right| [&left[..], right].concat()).collect() };
            so_far.iter().flat_map(join).collect()
        }),
    }
}

/// `expression ≤ 0`, or `< 0` if strict.
type Bound = (LinExpr, bool);

/// Fourier–Motzkin elimination.
fn feasible(reals: &[RealVar], constraints: &[LinConstraint]) -> bool {
    let bounds = constraints.iter().flat_map(|LinConstraint { expression: e, relation }| {
        let (weak, strict) = (false, true);
        match relation {
            Relation::Le => vec![(e.clone(), weak)],
            Relation::Lt => vec![(e.clone(), strict)],
            Relation::Ge => vec![(-e.clone(), weak)],
            Relation::Gt => vec![(-e.clone(), strict)],
            Relation::Eq => vec![(e.clone(), weak), (-e.clone(), weak)],
        }
    });
    let rest = reals.iter().fold(bounds.collect(), |bounds, x| eliminate(*x, bounds));
    rest.iter().all(|(expression, strict)| {
        let constant = expression.constant();
        *constant < Rational::ZERO || (constant.is_zero() && !strict)
    })
}

/// The bounds that remain without `x`: each that limits it below with each that limits it above.
fn eliminate(x: RealVar, bounds: Vec<Bound>) -> Vec<Bound> {
    let (mut below, mut above, mut without) = (vec![], vec![], vec![]);
    for (expression, strict) in bounds {
        let c = expression.terms().find(|(variable, _)| *variable == x);
        let Some(c) = c.map(|(_, c)| c.clone()) else {
            without.push((expression, strict));
            continue;
        };
        let side = if c > Rational::ZERO { &mut above } else { &mut below };
        let size = if c > Rational::ZERO { c } else { -c };
        side.push((expression * &(Rational::ONE / size), strict));
    }
    for (low, low_strict) in &below {
        for (high, high_strict) in &above {
            without.push((low.clone() + high.clone(), *low_strict || *high_strict));
        }
    }
    without
}
