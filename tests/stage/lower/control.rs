#![feature(no_core)]#![no_core]
struct P { x: i32, y: i32 }
fn conditions(a: i32, b: bool) -> i32 {
    if a < 1 && b || !b { 1 } else if let 2 = a { 2 } else { -a }
}
fn chain(o: E) -> i32 {
    if let E::Some(n) = o && n > 0 && let E::Some(m) = o { n + m } else { 0 }
}
enum E { Some(i32), None }
fn loops() -> i32 {
    let mut i = 0;
    'outer: loop {
        while i < 10 { i += 1; if i == 3 { continue 'outer; } if i == 5 { break; } }
        let v = loop { break i * 2; };
        let w = 'block: { if v > 3 { break 'block 1; } 2 };
        break 'outer;
    }
    i
}
fn places(p: &mut P, t: (i32, [u8; 3])) {
    p.x = t.0;
    p.y -= (t.1)[1] as i32;
    *p = P { x: 1, ..*p };
    _ = &raw mut p.x;
    let q = &mut *p;
    let f: fn(i32) -> i32 = |n| n + 1;
    return;
}
fn closures(k: i32) { let add = move |a: i32, (b, _)| -> i32 { a + b + k }; }
