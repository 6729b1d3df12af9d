// A module named like a primitive type takes nothing from the type.
mod u8 {
    pub const OWN: u16 = 7;
    pub mod inner {}
    pub struct Held(pub u16);
    fn hidden() {}
}
mod i32 {}
mod items {
    #[allow(non_camel_case_types)]
    pub struct u32;
    #[allow(non_camel_case_types)]
    pub enum bool {
        No,
    }
}
trait Counted {
    const COUNT: u16;
    fn own(self) -> u8;
}
impl Counted for u8 {
    const COUNT: u16 = u8::OWN;
    fn own(self) -> u8 {
        self
    }
}
fn types(x: u8, y: i32) -> (u8, i32) {
    let held: u8::Held = u8::Held(1);
    let _: u16 = held.0 + u8::COUNT + <u8>::COUNT;
    let _: [u8; 1] = [u8::own(x)];
    u8::hidden(); //~ ERROR E0603
    u8::nope(); //~ ERROR E0599
    let _: u32 = 1;
    (x, y)
}
fn not_types() {
    let _: u8::inner = 1; //~ ERROR E0223
}
fn shadowed() {
    use items::{bool, u32};
    let _: u32 = 1; //~ ERROR E0308
    let _: bool = true; //~ ERROR E0308
    let _: bool = bool::Nope; //~ ERROR E0599
    let _ = (u32, bool::No);
}
