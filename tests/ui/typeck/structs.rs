// Struct literals and struct patterns.
struct P {
    x: i32,
    y: i32,
}
struct T(i32, i32);
struct G<A> {
    a: A,
    n: u8,
}
enum E {
    A,
    B(i32),
    C { x: i32 },
}
mod m {
    pub struct Q {
        pub a: i32,
        b: i32,
    }
}
fn literals() {
    P { x: 1 }; //~ ERROR E0063
    P { }; //~ ERROR E0063
    P { x: 1, y: 2, z: 3 }; //~ ERROR E0560
    P { x: 1, x: 2, y: 3 }; //~ ERROR E0062
    P { x: 'a', y: 1 }; //~ ERROR E0308
    E::C { }; //~ ERROR E0063
    E::C { y: 1 }; //~ ERROR E0559
    T { 0: 1, 1: 2 };
    G { a: 1, n: 2 }.a;
    G::<u8> { a: 'a', n: 1 }; //~ ERROR E0308
    let g: G<u8> = G { a: 300u16, n: 1 }; //~ ERROR E0308
    let q = P { x: 1, ..P { x: 2, y: 3 } };
    let r = P { x: 1, ..1 }; //~ ERROR E0308
    E::C { x: 1, ..E::A }; //~ ERROR E0436
    m::Q { a: 1 }; //~ ERROR -
}
fn patterns(p: P, e: E) {
    let P { x } = p; //~ ERROR E0027
    let P { x: a, x: b, .. } = p; //~ ERROR E0025
    let P { z, .. } = p; //~ ERROR E0026
    let T(a) = T(1, 2); //~ ERROR E0023
    let T(a, b, c) = T(1, 2); //~ ERROR E0023
    let T { 0: a, .. } = T(1, 2);
    match e {
        E::C { z } => {} //~ ERROR E0026
        E::B(x, y) => {} //~ ERROR E0023
        _ => {}
    }
}
fn private_fields(q: m::Q) {
    let m::Q { a } = q; //~ ERROR -
}
struct Unit;
impl E {
    fn make() -> Self {
        Self::B(1);
        Self::C { x: 1 };
        Self::A
    }
    fn look(&self) -> i32 {
        match self {
            Self::A => 1,
            Self::B(x) => *x,
            Self::C { x } => *x,
        }
    }
}
impl T {
    fn make() -> Self {
        Self(1, 2)
    }
}
impl Unit {
    fn make() -> Unit {
        Self
    }
}
