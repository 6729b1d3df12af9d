// `pub use` of what is not visible that far.
mod a {
    pub(crate) fn g() {}
    pub(crate) struct S;
    pub(crate) struct T(pub u8);
    pub(super) mod m {}
    pub(crate) const C: u8 = 1;
    pub struct P;
    pub(crate) use self::P as Q;
    pub(crate) enum E {
        V,
    }
    pub struct W(u8);
    pub mod both {
        pub fn n() {}
        pub(crate) mod n {}
    }
}
pub use a::g; //~ ERROR E0364 -- `g` is only public within the crate, and cannot be re-exported outside
pub use a::S; //~ ERROR E0364
pub use a::m; //~ ERROR E0365
pub use a::C; //~ ERROR E0364
pub use a::Q; //~ ERROR E0364
pub use a::E; //~ ERROR E0365
pub use a::E::V; //~ ERROR E0364
pub use a::W;
pub use a::T; //~ ERROR E0364
pub use a::both::n;
pub use a::*;
pub(crate) use a::g as g2;
mod b {
    struct Private;
    pub use self::Private as Public; //~ ERROR E0364 -- `Private` is private, and cannot be re-exported
    mod inner {}
    pub use self::inner as outer; //~ ERROR E0365 -- `inner` is private, and cannot be re-exported
    pub use super::b as c; //~ ERROR E0365
}
macro_rules! mac {
    () => {};
}
pub use mac as public_mac; //~ ERROR E0364
pub(crate) use mac as crate_mac;
pub use a::{self as aa, g as gg}; //~ ERROR E0365 E0364
