// Discriminants of enums with fields need a type.
enum OnFields { //~ ERROR E0732
    A(i32) = 1,
    B,
}
enum BesideFields { //~ ERROR E0732
    A {},
    B = 2,
}
#[repr(C)]
enum OfC { //~ ERROR E0732
    A() = 1,
    B,
}
#[repr(u8)]
enum Given {
    A(i32) = 1,
    B = 4,
}
enum NoneGiven {
    A(i32),
    B,
}
enum Units {
    A = 1,
    B,
}
