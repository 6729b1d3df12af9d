// Patterns: types, default binding modes, ranges, slices.
enum E {
    A,
    B(i32),
    C { x: i32 },
}
const K: i32 = 1;

fn modes(x: &E, y: &mut E) {
    match x {
        E::B(y) => {
            let z: i32 = y; //~ ERROR E0308
            let w: &i32 = y;
        }
        _ => {}
    }
    match y {
        E::B(n) => *n = 1,
        E::C { x: ref m } => {}
        _ => {}
    }
    match *x {
        E::B(ref y) => {
            let z: &i32 = y;
        }
        _ => {}
    }
}
fn literals(x: i32) {
    match x {
        1..=5 => {}
        'a' => {} //~ ERROR E0308
        "x" => {} //~ ERROR E0308
        true => {} //~ ERROR E0308
        1.0 => {} //~ ERROR E0308
        K => {}
        -1 => {}
        1u8 => {} //~ ERROR E0308
        _ => {}
    }
}
fn tuples(x: (i32, bool)) {
    let (a, b): (i32, i32) = x; //~ ERROR E0308
    let (a, ..) = x;
    let (.., d) = x;
    let (a, .., b, c) = x; //~ ERROR E0308
    let &a = 1; //~ ERROR E0308
    let &b = &1;
    let c: i32 = b;
}
fn alternatives(x: i32) {
    match x {
        1 | 'a' => {} //~ ERROR E0308
        _ => {}
    }
    match (x, 'c') {
        (a, _) | (_, a) => {} //~ ERROR E0308
    }
}
fn slices(x: [i32; 3], s: &[i32], y: i32) {
    let [a, b, c] = x;
    let [a, b] = x; //~ ERROR E0527
    let [a, .., b] = x;
    let [a, b, c, d, ..] = x; //~ ERROR E0528
    match s {
        [a, b] => {}
        [first, ..] => {
            let f: &i32 = first;
        }
        [] => {}
    }
    let [a, b] = y; //~ ERROR E0529
    let [a, rest @ ..] = x;
    let r: [i32; 2] = rest;
}
fn ranges(x: &str, c: char, y: u8) {
    match x {
        "a"..="b" => {} //~ ERROR E0029
        _ => {}
    }
    match c {
        'a'..='z' => {}
        'A'..=90 => {} //~ ERROR E0308
        _ => {}
    }
    match y {
        0..=9 | 200.. => {}
        _ => {}
    }
}
fn bytes(x: &[u8], y: &[u8; 2]) {
    match x {
        b"ab" => {} //~ RSCC0001
        _ => {}
    }
    match y {
        b"ab" => {} //~ RSCC0001
        _ => {}
    }
}
fn bindings(mut e: E) -> i32 {
    match e {
        n @ E::A => 1,
        E::B(m @ 1..=3) => m,
        E::B(ref mut k) => {
            *k = 2;
            *k
        }
        E::C { x } => x,
        _ => 0,
    }
}
fn in_conditions(e: E) -> i32 {
    if let E::B(n) = e {
        n
    } else {
        0
    }
}
