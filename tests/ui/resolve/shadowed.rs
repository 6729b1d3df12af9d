// Bindings that would take the name of a constructor, a constant or a static.
struct Unit;
struct Tup(u8);
static ST: u8 = 1;
static mut SM: u8 = 2;
const CO: u8 = 1;
enum E {
    A,
    B(u8),
    C { x: u8 },
}
use E::*;
fn parameters(Unit: Unit, ST: u8) {} //~ ERROR E0530 -- function parameters cannot shadow statics
fn parameter(Tup: Tup) {} //~ ERROR E0530 -- function parameters cannot shadow tuple structs
fn variants() {
    let B = 5; //~ ERROR E0530 -- let bindings cannot shadow tuple variants
    B(1); //~ ERROR E0618
    let C = 1;
}
fn statics() {
    let ST = 1; //~ ERROR E0530 -- let bindings cannot shadow statics
    let (SM, _) = (1, ST); //~ ERROR E0530 -- let bindings cannot shadow statics
    match 1 {
        ST => {}
    }
}
fn conditions() {
    if let Tup = 1 {} //~ ERROR E0530 -- let bindings cannot shadow tuple structs
    while let B = 1 {} //~ ERROR E0530 -- let bindings cannot shadow tuple variants
    match 1 {
        Tup => {} //~ ERROR E0530 -- match bindings cannot shadow tuple structs
    }
    match 1 {
        CO @ 1 => {} //~ ERROR E0530 -- match bindings cannot shadow constants
        ref CO => {} //~ ERROR E0530 -- match bindings cannot shadow constants
        _ => {}
    }
    match 1 {
        A @ 1 => {} //~ ERROR E0530 -- match bindings cannot shadow unit variants
        mut Unit => {} //~ ERROR E0530 -- match bindings cannot shadow unit structs
    }
}
fn others() {
    let conditions = 1;
    let u8 = conditions;
    let E = u8;
}
