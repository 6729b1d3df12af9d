// Blocks and struct literals behind conditions.
enum Maybe {
    Some(u8),
    None,
}

struct S {
    x: u8,
}

fn literal() -> bool {
    if S { x: 1 }.x == 1 { //~ ERROR - -- struct literals are not allowed here
        return true;
    }
    false
}

fn no_block(a: bool) {
    if a && {} //~ ERROR - -- this `if` expression is missing a block after the condition
}

fn attribute(a: bool) {
    if a { #![allow(unused)] } //~ ERROR - -- an inner attribute is not permitted in this context
}

fn strict(a: u8) -> bool {
    a === 1 //~ ERROR - -- invalid comparison operator `===`
}

fn bound(a: bool) {
    let true = a && a else { return }; //~ ERROR - -- a `&&` expression cannot be directly assigned in `let...else`
}

fn braces(a: Maybe) {
    let Maybe::Some(_) = match a { a => a } else { return }; //~ ERROR - -- right curly brace `}` before `else` in a `let...else` statement not allowed
}

fn guard(a: Maybe) -> u8 {
    match a {
        Maybe::Some(b) -> b, //~ ERROR - -- expected one of `=>`, `if`, or `|`, found `->`
        Maybe::None => 0,
    }
}
