// What exactly is pointed at and said about it, where a line has more than one place for it.
struct S {
    a: i32,
}
struct T(u8);
enum E {
    V { x: u8 },
    W,
    X(u8),
}
mod inner {
    pub struct Far {
        pub near: u8,
    }
}
fn two(x: u8, y: bool) {}
fn literals() {
    S { b: 1 }; //~ ERROR E0560
    T { x: 1 }; //~ ERROR E0560
    E::W { z: 1 }; //~ ERROR E0559
    inner::Far { far: 1 }; //~ ERROR E0560 -- struct `Far` has no field named `far`
    let T { x } = T(1); //~ ERROR E0769 -- tuple variant `T` written as struct variant
    if let E::X { y } = E::W {} //~ ERROR E0769 -- tuple variant `E::X` written as struct variant
}
fn calls() {
    two();  //~ ERROR E0061
    two(true); //~ ERROR E0061
    1[2]; //~ ERROR E0608
}
trait Tr {
    fn asked(&self);
}
impl Tr for u8 {
    fn asked(&self) {}
}
impl<A> Tr for A {} //~ ERROR E0119 -- conflicting implementations of trait `Tr` for type `u8`
fn fields(s: S, far: inner::Far) {
    s.aa; //~ ERROR E0609 -- no field `aa` on type `S`
    far.zzzz; //~ ERROR E0609
}
