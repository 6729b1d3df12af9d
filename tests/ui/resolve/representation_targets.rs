// Representation hints on what they cannot be for, and alignments that are none.
#[repr(align(3))] //~ ERROR E0589 -- not a power of two
struct A(i32);
#[repr(align(0))] //~ ERROR E0589 -- not a power of two
struct B(i32);
#[repr(align(1073741824))] //~ ERROR E0589 -- larger than 2^29
struct C(i32);
#[repr(align)] //~ ERROR E0589
struct D(i32);
#[repr(align(8))]
struct E(i32);

#[repr(C)] //~ ERROR E0517 -- should be applied to a struct, enum, or union
fn f() {}
#[repr(packed)] //~ ERROR E0517 -- should be applied to a struct or union
enum G {
    A,
}
#[repr(i32)] //~ ERROR E0517 -- should be applied to an enum
struct H;
#[repr(C)] //~ ERROR E0517
trait J {}
#[repr(align(8))] //~ ERROR E0517
const K: i32 = 1;
#[repr(transparent)] //~ ERROR E0517
type L = i32;
#[repr(i32)] //~ ERROR E0517
impl H {}
