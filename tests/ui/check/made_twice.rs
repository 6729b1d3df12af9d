// What a macro's repetition makes twice stands at one place of the program: one of the two is blamed.
struct A;
struct B;
trait Tr {
    fn f() -> u8;
}
macro_rules! impls {
    ($($a:expr),*) => { $( impl Tr for A { fn f() -> u8 { $a } } )* } //~ ERROR E0119
}
impls!(1, 2);

macro_rules! methods {
    ($($a:expr),*) => { $( impl B { fn g() -> u8 { $a } } )* } //~ ERROR E0592
}
methods!(1, 2);
