// Representation hints that contradict each other or their item.
#[repr(u8, u16)] //~ ERROR E0566
enum R1 {
    A,
    B,
}
#[repr(C, u8, i8)] //~ ERROR E0566
enum R2 {
    A(u8),
    B,
}
#[repr(transparent, C)] //~ ERROR E0692 -- transparent struct cannot have other repr hints
struct R3(u8);
#[repr(packed, align(8))]
struct R5(u8); //~ ERROR E0587
#[repr(C)] //~ ERROR E0566
#[repr(u8)]
enum R7 {
    A,
}
#[repr(C, u8)] //~ ERROR E0566
enum R8 {
    A,
}
#[repr(C, u8)]
enum R9 {
    A(u8),
    B,
}
#[repr(transparent, align(8))] //~ ERROR E0692
struct R14(u8);
#[repr(u8)] //~ ERROR E0084
enum R22 {}
#[repr(C, C)]
struct R25(u8);
#[repr(C, align(8))]
struct R26(u8);
