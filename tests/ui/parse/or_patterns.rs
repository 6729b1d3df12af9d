// `|` between patterns.
enum E {
    A,
    B,
}

fn parameter(E::A | E::B: E) {} //~ ERROR - -- function parameters require top-level or-patterns in parentheses
fn leading(| x: u8) {} //~ ERROR - -- function parameters require top-level or-patterns in parentheses
fn parenthesized((E::A | E::B): E) {}

fn arms(e: E) {
    match e {
        E::A || E::B => {} //~ ERROR - -- unexpected token `||` in pattern
        E::A | => {} //~ ERROR - -- a trailing `|` is not allowed in an or-pattern
    }
}
