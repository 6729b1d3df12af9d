// Impls against their traits, and against each other.
trait Shape {
    type Unit;
    const SIDES: u32;
    fn area(&self) -> i32;
    fn name() -> char;
    fn given(&self) -> u8 {
        1
    }
    fn generic<T>(&self, t: T) -> T;
}
struct A;
struct B;
struct C;
struct D;
struct F;
struct H<T>(T);

impl Shape for A {} //~ ERROR E0046
impl Shape for B {
    type Unit = u8;
    const SIDES: u32 = 1;
    fn area(&self, extra: u8) -> i32 { //~ ERROR E0050
        1
    }
    fn name() -> u8 { //~ ERROR E0053
        1
    }
    fn generic<T>(&self, t: T) -> T {
        t
    }
    fn unknown() {} //~ ERROR E0407
    type Nothing = u8; //~ ERROR E0437
    const NONE: u8 = 1; //~ ERROR E0438
}
impl Shape for C {
    type Unit = u8;
    const SIDES: u32 = 1;
    fn area() -> i32 { //~ ERROR E0186
        1
    }
    fn name(&self) -> char { //~ ERROR E0185
        'a'
    }
    fn generic(&self, t: u8) -> u8 { //~ ERROR E0049
        t
    }
}
impl Shape for D {
    type Unit = u8;
    const SIDES: u8 = 1; //~ ERROR E0326
    fn area(&self) -> i32 {
        1
    }
    fn name() -> char {
        'a'
    }
    fn generic<T>(&self, t: T) -> T {
        t
    }
}
trait Plain {}
impl Plain for A {}
impl Plain for B {}
impl Plain for A {} //~ ERROR E0119
impl<T> Plain for H<T> {}
impl Plain for H<u8> {} //~ ERROR E0119
trait Every {}
impl<T> Every for T {}
impl Every for F {} //~ ERROR E0119
trait Copied {}
impl<T: Shape> Copied for T {}
impl Copied for F {}

impl<T> F {} //~ ERROR E0207
impl<T> Plain for F {} //~ ERROR E0207

impl A {
    fn twice(&self) {}
    fn twice(&self) {} //~ ERROR E0592
}
impl B {
    fn once(&self) {} //~ ERROR E0592
}
impl B {
    fn once(&self) {}
}
impl H<u8> {
    fn apart(&self) {}
}
impl H<u16> {
    fn apart(&self) {}
}
impl u8 { //~ ERROR E0390
    fn extra(&self) {}
}
