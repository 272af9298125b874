//! The z3 backend.
//!
//! z3 keeps its objects in a context per thread, so a solver stays on the thread that made it.

use z3::ast::{Bool, Real};
use z3::{Params, SatResult};

use super::watchdog::guarded;
use super::{
    Answer, BoolVar, Formula, LinConstraint, LinExpr, Literal, Model, Rational, RealVar, Relation, SmtUnavailable,
    Solver, UnknownReason, numeral,
};
use crate::budget::Budget;

/// The oldest libz3 whose interface the bindings fit.
const OLDEST: (&str, [u32; 3]) = ("4.13.3", [4, 13, 3]);

/// A z3 solver with the assertions and variables it was given.
pub(super) struct Z3Solver {
    z3: z3::Solver,
    booleans: Vec<Bool>,
    reals: Vec<Real>,
    /// What z3 was told, to hold its models against.
    asserted: Vec<Formula>,
    /// How many assertions there were at each mark.
    marks: Vec<usize>,
}

impl Z3Solver {
    pub(super) fn new() -> Result<Self, SmtUnavailable> {
        refuse_if_older(z3::full_version())?;
        Ok(Self {
            z3: z3::Solver::new(),
            booleans: Vec::new(),
            reals: Vec::new(),
            asserted: Vec::new(),
            marks: Vec::new(),
        })
    }

    fn literal(&self, literal: Literal) -> Bool {
        let variable = &self.booleans[literal.variable.0];
        if literal.positive { variable.clone() } else { variable.not() }
    }

    fn literals(&self, literals: &[Literal]) -> Vec<Bool> {
        literals.iter().map(|literal| self.literal(*literal)).collect()
    }

    fn formula(&self, formula: &Formula) -> Bool {
        let parts = |parts: &[Formula]| -> Vec<Bool> { parts.iter().map(|part| self.formula(part)).collect() };
        match formula {
            Formula::Literal(literal) => self.literal(*literal),
            Formula::Linear(constraint) => self.constraint(constraint),
            Formula::All(conjuncts) => Bool::and(&parts(conjuncts)),
            Formula::Any(disjuncts) => Bool::or(&parts(disjuncts)),
            Formula::AtMostOne(literals) => at_most_one(&self.literals(literals)),
            Formula::ExactlyOne(literals) => {
                let literals = self.literals(literals);
                Bool::and(&[at_most_one(&literals), Bool::or(&literals)])
            }
        }
    }

    fn constraint(&self, constraint: &LinConstraint) -> Bool {
        let left = self.sum(&constraint.expression);
        let right = number(&-constraint.expression.constant());
        match constraint.relation {
            Relation::Le => left.le(right),
            Relation::Lt => left.lt(right),
            Relation::Ge => left.ge(right),
            Relation::Gt => left.gt(right),
            Relation::Eq => left.eq(right),
        }
    }

    /// The terms, without the constant.
    fn sum(&self, expression: &LinExpr) -> Real {
        let products: Vec<Real> =
            expression.terms().map(|(variable, c)| Real::mul(&[&number(c), &self.reals[variable.0]])).collect();
        if products.is_empty() { number(&Rational::ZERO) } else { Real::add(&products) }
    }

    /// z3's own limits, as far as it has the notion; the watchdog holds the rest.
    fn limit(&self, budget: &Budget) {
        let mut params = Params::new();
        // Ctrl-C is the program's to handle, and reaches z3 through the budget.
        params.set_bool("ctrl_c", false);
        let milliseconds = budget
            .remaining()
            .and_then(|left| u32::try_from(left.as_millis()).ok())
            .map_or(u32::MAX, |left| left.max(1));
        params.set_u32("timeout", milliseconds);
        self.z3.set_params(&params);
    }

    /// The model that z3 has found, if it holds for everything that was asked.
    fn model(&self, assumptions: &[Literal]) -> Result<Model, UnknownReason> {
        let found = self.z3.get_model().ok_or_else(|| gave_up("no model"))?;
        let booleans = self.booleans.iter().map(|variable| {
            let value = found.eval(variable, true).and_then(|value| value.as_bool());
            value.ok_or_else(|| gave_up("a Boolean variable without a value"))
        });
        let reals = self.reals.iter().map(|variable| {
            let value = found.eval(variable, true).map(|value| value.to_string());
            let value = value.ok_or_else(|| gave_up("a real variable without a value"))?;
            numeral::read(&value).ok_or_else(|| gave_up(&format!("not a rational: {value}")))
        });
        let model = Model::new(booleans.collect::<Result<_, _>>()?, reals.collect::<Result<_, _>>()?);
        let holds = self.asserted.iter().all(|formula| formula.holds(&model))
            && assumptions.iter().all(|literal| model.is_true(*literal));
        if holds { Ok(model) } else { Err(gave_up("its model does not satisfy the assertions")) }
    }

    fn reason_unknown(&self, budget: &Budget) -> UnknownReason {
        if let Some(exhausted) = budget.exhausted() {
            return exhausted.into();
        }
        match self.z3.get_reason_unknown() {
            // z3's clock may be ahead of ours by the millisecond that it counts in.
            Some(reason) if reason == "timeout" || reason == "canceled" => UnknownReason::Timeout,
            Some(reason) => gave_up(&reason),
            None => gave_up("no reason given"),
        }
    }
}

impl Solver for Z3Solver {
    fn bool_var(&mut self) -> BoolVar {
        let index = self.booleans.len();
        self.booleans.push(Bool::new_const(format!("b{index}")));
        BoolVar(index)
    }

    fn real_var(&mut self) -> RealVar {
        let index = self.reals.len();
        self.reals.push(Real::new_const(format!("x{index}")));
        RealVar(index)
    }

    fn assert(&mut self, formula: Formula) {
        self.z3.assert(self.formula(&formula));
        self.asserted.push(formula);
    }

    fn push(&mut self) {
        self.z3.push();
        self.marks.push(self.asserted.len());
    }

    fn pop(&mut self) {
        let mark = self.marks.pop();
        assert!(mark.is_some(), "pop without a push");
        self.asserted.truncate(mark.unwrap_or_default());
        self.z3.pop(1);
    }

    fn check_assuming(&mut self, assumptions: &[Literal], budget: &Budget) -> Answer {
        if let Some(exhausted) = budget.exhausted() {
            return Answer::Unknown(exhausted.into());
        }
        self.limit(budget);
        let literals = self.literals(assumptions);
        let handle = self.z3.get_context().handle();
        let result = guarded(budget, move || handle.interrupt(), || self.z3.check_assumptions(&literals));
        match result {
            SatResult::Sat => self.model(assumptions).map_or_else(Answer::Unknown, Answer::Sat),
            SatResult::Unsat => Answer::Unsat,
            SatResult::Unknown => Answer::Unknown(self.reason_unknown(budget)),
        }
    }
}

fn gave_up(words: &str) -> UnknownReason {
    UnknownReason::Incomplete(words.to_owned())
}

/// z3's count wants at least one literal.
fn at_most_one(literals: &[Bool]) -> Bool {
    if literals.is_empty() { Bool::from_bool(true) } else { z3::ast::atmost(literals, 1) }
}

/// The number, handed over as text: z3's other ways in are 64 bits wide.
fn number(q: &Rational) -> Real {
    let (numerator, denominator) = (q.numerator().to_string(), q.denominator().to_string());
    Real::from_rational_str(&numerator, &denominator).expect("z3 reads every fraction of two whole numbers")
}

/// `found` is the library's full version: `5.4.1.0`, or `Z3 4.13.0.0` in some releases.
fn refuse_if_older(found: &str) -> Result<(), SmtUnavailable> {
    let numbers: Vec<u32> =
        found.trim_start_matches("Z3 ").split(['.', ' ']).map_while(|part| part.parse().ok()).collect();
    if numbers.as_slice() >= OLDEST.1.as_slice() {
        return Ok(());
    }
    Err(SmtUnavailable::TooOld { found: found.to_owned(), oldest: OLDEST.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_library_is_refused() {
        assert_eq!(refuse_if_older(z3::full_version()), Ok(()));
        for new in ["4.13.3.0", "Z3 4.13.4.0", "4.15.0.0", "5.4.1.0 0123abcd"] {
            assert_eq!(refuse_if_older(new), Ok(()), "{new}");
        }
        for old in ["4.8.12.0", "Z3 4.13.2.0", "3.9.9.9", "unreadable"] {
            assert!(refuse_if_older(old).is_err(), "{old}");
        }
    }
}
