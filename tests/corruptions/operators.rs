//! Ways to corrupt a text of tokens: numbers, tokens, lines, and what a certificate claims.

use crate::oracle::generate::Random;

use crate::explicit::number;

/// Words that mean something in one of the two files.
const WORDS: [&str; 53] = [
    "learn",
    "use",
    "take",
    "never",
    "visit",
    "avoid",
    "most",
    "arrive",
    "situation",
    "holds",
    "fails",
    "open",
    "forall",
    "exists",
    "given",
    "every",
    "some",
    "train",
    "deploy",
    "encountered",
    "all",
    "situations",
    "optimal",
    "specified",
    "intended",
    "good",
    "policies",
    "safe",
    "value",
    "reach",
    "free",
    "everywhere",
    "visited",
    "member",
    "policy",
    "rival",
    "break",
    "meet",
    "bound",
    "split",
    "subject",
    "x",
    "certain",
    "close",
    "pieces",
    "mixed",
    "by-every",
    "nothing",
    "pins",
    "refute",
    "-",
    "stationary",
    "deterministic",
];

/// What a corruption does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// Another number in the place of one.
    Number,
    /// Another entry in a vector, another choice or mass of a policy, another number in a proof.
    Entry,
    /// Another word in the place of a token.
    Token,
    /// A line is left out.
    Drop,
    /// A line stands twice.
    Double,
    /// Two lines change places.
    Swap,
    /// A token is left out.
    Cut,
    /// A line of another text of the kind in the place of one.
    Splice,
    /// A stronger or other claim with the same proof.
    Claim,
    /// The claim of one certificate with the proof of another.
    Proof,
    /// Two of these, one after the other.
    Twice,
}

impl Operator {
    /// Those that apply to every text.
    pub const OF_TEXTS: [Self; 7] =
        [Self::Number, Self::Token, Self::Drop, Self::Double, Self::Swap, Self::Cut, Self::Splice];
    /// Those that apply to certificates.
    pub const OF_CERTIFICATES: [Self; 13] = [
        Self::Entry,
        Self::Entry,
        Self::Entry,
        Self::Number,
        Self::Token,
        Self::Drop,
        Self::Double,
        Self::Swap,
        Self::Cut,
        Self::Splice,
        Self::Claim,
        Self::Proof,
        Self::Twice,
    ];
}

/// Corrupts a text; `other` is another one of its kind. The result may be the same text.
pub fn corrupted(text: &str, other: &str, operator: Operator, random: &mut Random) -> String {
    let mut lines: Vec<Vec<String>> =
        text.lines().map(|line| line.split_ascii_whitespace().map(str::to_owned).collect()).collect();
    let at = random.below(lines.len());
    match operator {
        Operator::Number => {
            let numbers = places(&lines, |token| number(token).is_some());
            if let Some(&(line, place)) = numbers.get(random.below(numbers.len().max(1))) {
                lines[line][place] = nudged(&lines[line][place], random);
            }
        }
        Operator::Entry => {
            let proofs = lines.iter().position(|line| line.first().is_some_and(|word| word == "proofs")).unwrap_or(0);
            // Not the counts with which vectors begin.
            let entries = |&(line, place): &(usize, usize)| match lines[line][0].as_str() {
                "dyadic" => place >= 3,
                "rational" => place >= 2,
                "policy" => place >= 2,
                _ => line > proofs,
            };
            let numbers =
                places(&lines, |token| number(token).is_some()).into_iter().filter(entries).collect::<Vec<_>>();
            if let Some(&(line, place)) = numbers.get(random.below(numbers.len().max(1))) {
                lines[line][place] = nudged(&lines[line][place], random);
            }
        }
        Operator::Token => {
            let all = places(&lines, |_| true);
            let (line, place) = random.pick(&all);
            lines[line][place] = if random.once_in(2) {
                random.pick(&WORDS).to_owned()
            } else {
                let (line, place) = random.pick(&all);
                lines[line][place].clone()
            };
        }
        Operator::Drop => drop(lines.remove(at)),
        Operator::Double => lines.insert(at, lines[at].clone()),
        Operator::Swap => {
            let other = if random.once_in(2) { (at + 1) % lines.len() } else { random.below(lines.len()) };
            lines.swap(at, other);
        }
        Operator::Cut => {
            let (line, place) = random.pick(&places(&lines, |_| true));
            lines[line].remove(place);
        }
        Operator::Splice => {
            let others: Vec<&str> = other.lines().collect();
            let first = |line: &str| line.split_ascii_whitespace().next().map(str::to_owned);
            // A line that begins alike, where there is one.
            let alike: Vec<&str> =
                others.iter().filter(|line| first(line) == lines[at].first().cloned()).copied().collect();
            let line = if alike.is_empty() { random.pick(&others) } else { random.pick(&alike) };
            lines[at] = line.split_ascii_whitespace().map(str::to_owned).collect();
        }
        Operator::Claim => return claiming(text, other, random),
        Operator::Proof => return with_proof_of(text, other),
        Operator::Twice => {
            let first = corrupted(text, other, random.pick(&Operator::OF_CERTIFICATES[..11]), random);
            return corrupted(&first, other, random.pick(&Operator::OF_CERTIFICATES[..11]), random);
        }
    }
    let lines: Vec<String> = lines.iter().map(|line| line.join(" ")).collect();
    lines.join("\n") + "\n"
}

fn places(lines: &[Vec<String>], kind: impl Fn(&str) -> bool) -> Vec<(usize, usize)> {
    let of_line =
        |(line, tokens): (usize, &Vec<String>)| (0..tokens.len()).map(|place| (line, place)).collect::<Vec<_>>();
    let all = lines.iter().enumerate().flat_map(of_line);
    all.filter(|&(line, place)| kind(&lines[line][place])).collect()
}

/// Another number.
fn nudged(token: &str, random: &mut Random) -> String {
    let Some(old) = number(token) else { return token.to_owned() };
    let step = |random: &mut Random| {
        random.pick(&["1", "-1", "1/2", "-1/2", "1/10", "-1/10", "1/1000000", "-1/1000000", "2", "7", "1000"])
    };
    let new = match random.below(6) {
        0 => -old,
        1 => &old + &old,
        2 => number(random.pick(&["0", "1", "-1", "2", "3", "1/2", "99/100", "-100", "4294967295"])).unwrap_or(old),
        _ => old + number(step(random)).unwrap_or_default(),
    };
    new.to_string()
}

/// A claim of another strength with the same proof: of other policies, other distributions, the opposite, or under another name.
fn claiming(text: &str, other: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let exchange = |line: &mut String, pairs: &[(&str, &str)], random: &mut Random| {
        let present: Vec<&(&str, &str)> =
            pairs.iter().filter(|(from, _)| line.split(' ').any(|word| word == *from)).collect();
        if !present.is_empty() {
            let (from, to) = random.pick(&present);
            let words: Vec<&str> = line.split(' ').map(|word| if word == *from { *to } else { word }).collect();
            *line = words.join(" ");
        }
    };
    let claim = lines.iter().position(|line| line.starts_with("claim "));
    let question = lines.iter().position(|line| line.starts_with("questions ")).map(|line| line + 1);
    let (Some(claim), Some(question)) = (claim, question.filter(|line| *line < lines.len())) else {
        return text.to_owned();
    };
    match random.below(5) {
        // The opposite.
        0 => {
            for line in [claim, question] {
                exchange(&mut lines[line], &[("holds", "fails"), ("fails", "holds")], &mut Random::new(0));
            }
        }
        // The same of other policies.
        1 => {
            exchange(&mut lines[claim], &[("forall", "exists"), ("exists", "forall")], random);
            exchange(&mut lines[question], &[("every", "some"), ("some", "every")], random);
        }
        // The same name and question as another certificate.
        2 => {
            let others: Vec<&str> = other.lines().collect();
            let place = others.iter().position(|line| line.starts_with("questions "));
            if let (Some(line), Some(place)) = (others.iter().find(|line| line.starts_with("claim ")), place) {
                lines[claim] = (*line).to_owned();
                if let Some(line) = others.get(place + 1) {
                    lines[question] = (*line).to_owned();
                }
            }
        }
        // Another question under a name of its own: whatever it is, it is what is claimed.
        _ => {
            let words: Vec<&str> = lines[claim].split(' ').collect();
            if let [_, _, reading, status] = words[..] {
                lines[claim] = format!("claim own.outer {reading} {status}");
            }
            let pairs = [
                ("train", "deploy"),
                ("train", "all"),
                ("deploy", "all"),
                ("deploy", "situations"),
                ("deploy", "encountered"),
                ("encountered", "deploy"),
                ("all", "situations"),
                ("situations", "all"),
                ("every", "some"),
                ("some", "every"),
                ("good", "safe"),
                ("safe", "good"),
                ("specified", "intended"),
                ("intended", "specified"),
                ("good", "policies"),
                ("good", "value intended 1/2"),
                ("good", "most intended 1"),
                ("safe", "arrive 1/2"),
                ("safe", "reach 1/4"),
                ("situations", "situation 0"),
                ("train", "situation 0"),
                ("value", "most"),
                ("reach", "arrive"),
            ];
            for _ in 0..=random.below(2) {
                exchange(&mut lines[question], &pairs, random);
            }
        }
    }
    lines.join("\n") + "\n"
}

/// The head of one certificate on the lists and proofs of another.
fn with_proof_of(text: &str, other: &str) -> String {
    let split = |text: &str| text.find("vectors ").map(|at| (text[..at].to_owned(), text[at..].to_owned()));
    match (split(text), split(other)) {
        (Some((head, _)), Some((_, proof))) => head + &proof,
        _ => text.to_owned(),
    }
}
