//! The head of a certificate: what it claims (FORMAT.md, section 2.2).

use crate::condition::{Broken, Condition};
use crate::lists::{Rejection, Rejects};
use crate::model::Model;
use crate::question::{Question, Reading, built_in, is_built_in};
use crate::read::Reader;

/// How a claim comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The question is answered with yes.
    Holds,
    /// The question is answered with no.
    Fails,
}

/// Part of a postfix formula over questions.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Token {
    Question(usize),
    Not,
    And,
    Or,
}

/// What a certificate says that it proves.
#[derive(Debug)]
pub struct Claim {
    pub(crate) digest: String,
    pub(crate) name: String,
    pub(crate) reading: Reading,
    pub(crate) status: Status,
    /// Each question with its answer; `None` where it is open.
    pub(crate) questions: Vec<(Question, Option<Status>)>,
    pub(crate) formula: Vec<Token>,
}

const ANSWERS: [(&str, Option<Status>); 3] =
    [("holds", Some(Status::Holds)), ("fails", Some(Status::Fails)), ("open", None)];

impl Claim {
    /// The head; with a model it is rejected at once if it is for another one.
    pub(crate) fn parse(r: &mut Reader<'_>, model: Option<&Model>) -> Result<Self, Rejection> {
        let text = |token: &[u8]| token.iter().map(|byte| char::from(*byte)).collect::<String>();
        r.expect("lavaproof-certificate")?;
        r.expect("1")?;
        r.expect("model")?;
        let digest = text(r.token()?);
        if let Some(model) = model.filter(|model| model.digest != digest) {
            return Err(r.reject(model, Condition::Digest));
        }
        r.expect("claim")?;
        let name = text(r.token()?);
        if !name.split_once('.').is_some_and(|(id, part)| !id.is_empty() && !part.is_empty()) {
            return Err(r.unreadable("expected a name `decomposition.part`").into());
        }
        let readings = [("forall", Reading::Forall), ("exists", Reading::Exists), ("given", Reading::Given)];
        let reading = r.one_of(&readings)?;
        let status = r.one_of(&[("holds", Status::Holds), ("fails", Status::Fails)])?;
        r.expect("questions")?;
        let mut questions = Vec::new();
        for _ in 0..r.count()? {
            questions.push((Question::read(r)?, r.one_of(&ANSWERS)?));
        }
        r.expect("combine")?;
        let mut formula = Vec::new();
        for _ in 0..r.count()? {
            formula.push(match r.token()? {
                b"not" => Token::Not,
                b"and" => Token::And,
                b"or" => Token::Or,
                token => Token::Question(r.index_from(token, questions.len(), "question")?),
            });
        }
        Ok(Self { digest, name, reading, status, questions, formula })
    }

    /// That the model has what the claim speaks of, that a built-in name stands for the question, and that the answers combine to the status.
    pub(crate) fn is_about(&self, model: &Model) -> Result<(), Broken> {
        self.questions.iter().try_for_each(|(question, _)| question.is_about(model))?;
        if is_built_in(&self.name) {
            let meant = built_in(&self.name, self.reading, model.given.is_some());
            let single = matches!(self.formula.as_slice(), [Token::Question(0)]);
            match (self.questions.as_slice(), meant) {
                ([(question, _)], Some(meant)) if single && *question == meant => {}
                _ => return Err(Condition::AnotherQuestion.into()),
            }
        }
        if self.combined() == Some(Some(self.status)) { Ok(()) } else { Err(Condition::Combination.into()) }
    }

    /// The three-valued formula over the answers; `None` if it is no formula.
    fn combined(&self) -> Option<Option<Status>> {
        use Status::{Fails, Holds};
        let mut stack: Vec<Option<Status>> = Vec::new();
        for token in &self.formula {
            let value = match token {
                Token::Question(index) => self.questions.get(*index)?.1,
                Token::Not => stack.pop()?.map(|answer| if answer == Holds { Fails } else { Holds }),
                Token::And | Token::Or => {
                    let decisive = if matches!(token, Token::And) { Fails } else { Holds };
                    let (right, left) = (stack.pop()?, stack.pop()?);
                    // One decisive answer settles it; otherwise an open one leaves it open.
                    if left == Some(decisive) || right == Some(decisive) { Some(decisive) } else { left.and(right) }
                }
            };
            stack.push(value);
        }
        let result = stack.pop()?;
        stack.is_empty().then_some(result)
    }
}

#[cfg(test)]
mod tests {
    use super::{Claim, Status};
    use crate::read::Reader;

    fn combined(answers: &[&str], formula: &str) -> Option<Option<Status>> {
        let question = |answer: &&str| format!(" policy every policies 0 {answer}");
        let questions: String = answers.iter().map(question).collect();
        let text = format!(
            "lavaproof-certificate 1 model 0 claim a.b forall holds questions {}{questions} combine {} {formula}",
            answers.len(),
            formula.split_whitespace().count()
        );
        Claim::parse(&mut Reader::new(text.as_bytes()).expect("characters"), None).expect("a head").combined()
    }

    #[test]
    fn three_values() {
        let (holds, fails, open) = (Some(Some(Status::Holds)), Some(Some(Status::Fails)), Some(None));
        let table = [
            (["holds", "holds"], holds, holds),
            (["holds", "fails"], fails, holds),
            (["fails", "fails"], fails, fails),
            (["holds", "open"], open, holds),
            (["fails", "open"], fails, open),
            (["open", "open"], open, open),
        ];
        for (answers, and, or) in table {
            for formulas in [["0 1 and", "0 1 or"], ["1 0 and", "1 0 or"]] {
                assert_eq!(formulas.map(|formula| combined(&answers, formula)), [and, or], "{answers:?}");
            }
        }
        assert_eq!(combined(&["holds"], "0 not"), fails);
        assert_eq!(combined(&["fails"], "0 not not not"), holds);
        assert_eq!(combined(&["open"], "0 not"), open);
    }

    #[test]
    fn what_is_no_formula() {
        for formula in ["", "and", "not", "0 and", "0 0"] {
            assert_eq!(combined(&["holds"], formula), None, "{formula}");
        }
    }

    #[test]
    fn names_have_two_parts() {
        for (name, good) in [("a.b", true), ("a.b.c", true), ("a", false), (".b", false), ("a.", false)] {
            let text = format!("lavaproof-certificate 1 model 0 claim {name} forall holds questions 0 combine 0");
            let head = Claim::parse(&mut Reader::new(text.as_bytes()).expect("characters"), None);
            assert_eq!(head.is_ok(), good, "{name}");
        }
    }
}
