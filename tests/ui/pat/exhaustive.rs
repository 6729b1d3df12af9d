// Exhaustiveness, with the witnesses.
enum E {
    A,
    B(i32),
    C { x: i32 },
}
enum Maybe<T> {
    Some(T),
    None,
}
enum Void {}

fn variants(e: E, m: Maybe<i32>) {
    match e { //~ ERROR E0004 -- `E::B(_)` and `E::C { .. }` not covered
        E::A => {}
    }
    match m { //~ ERROR E0004 -- `Maybe::None` not covered
        Maybe::Some(_) => {}
    }
    match m { //~ ERROR E0004 -- `Maybe::Some(_)` not covered
        Maybe::Some(x) if x > 1 => {}
        Maybe::None => {}
    }
}
fn numbers(x: u8, y: usize, z: i128, w: i32) {
    match x { //~ ERROR E0004 -- `101_u8` not covered
        0..=100 => {}
        102..=255 => {}
    }
    match x {
        0..=255 => {}
    }
    match y { //~ ERROR E0004 -- `11_usize` not covered
        0..=10 => {}
        12.. => {}
    }
    match z { //~ ERROR E0004 -- `i128::MIN..=-1_i128` not covered
        0.. => {}
    }
    match w { //~ ERROR E0004 -- `i32::MIN..=0_i32` and `2_i32..=i32::MAX` not covered
        1 => {}
    }
    match w {} //~ ERROR E0004 -- type `i32` is non-empty
}
fn pairs(x: u8, b: bool, e: E) {
    match (x, b) { //~ ERROR E0004 -- `(1_u8..=u8::MAX, true)` not covered
        (0, true) => {}
        (_, false) => {}
    }
    match (e, b) { //~ ERROR E0004 -- `(E::C { .. }, _)` not covered
        (E::A, _) => {}
        (E::B(_), true | false) => {}
    }
    match b { //~ ERROR E0004 -- `false` not covered
        true => {}
    }
}
fn nested(x: E, y: E) {
    match (x, y) { //~ ERROR E0004 -- `(E::A, E::B(_))`, `(E::A, E::C { .. })`, `(E::C { x: i32::MIN..=0_i32 }, _)` and 1 more not covered
        (E::A, E::A) => {}
        (E::B(_), _) => {}
        (E::C { x: 1..=3 }, _) => {}
    }
}
fn references(x: &&i32, y: &(i32, bool)) {
    match x { //~ ERROR E0004 -- `&&i32::MIN..=0_i32` and `&&2_i32..=i32::MAX` not covered
        1 => {}
    }
    match y { //~ ERROR E0004 -- `&(_, false)` not covered
        (a, true) => {}
    }
}
fn slices(x: &[bool], a: [bool; 2]) {
    match x { //~ ERROR E0004 -- `&[false, ..]` not covered
        [] => {}
        [true, ..] => {}
    }
    match x { //~ ERROR E0004 -- `&[]` not covered
        [a] => {}
        [a, b, ..] => {}
    }
    match a { //~ ERROR E0004 -- `[true, false]` not covered
        [true, true] => {}
        [false, _] => {}
    }
}
fn texts(s: &str, f: f64, c: char) {
    match s { //~ ERROR E0004 -- `&_` not covered
        "a" => {}
    }
    match f { //~ ERROR E0004 -- `_` not covered
        1.0 => {}
    }
    match c {
        '\0'..='\u{d7ff}' | '\u{e000}'.. => {}
    }
}
fn empty(v: Void, r: &Void, m: Maybe<Void>) {
    match v {}
    match m {
        Maybe::None => {}
    }
    match r {} //~ ERROR E0004 -- type `&Void` is non-empty
}
fn refutable(m: Maybe<i32>, n: Maybe<u8>, e: E, x: i32) {
    let Maybe::Some(y) = m; //~ ERROR E0005 -- refutable pattern in local binding
    let 1 = x; //~ ERROR E0005
    let Maybe::Some(z) = n else { return };
}
fn argument(E::A: E) {} //~ ERROR E0005 -- refutable pattern in function argument
