#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Modules, visibility, imports, items in bodies, names that shadow each other.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

fn show(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}

mod shapes {
    pub mod flat {
        pub struct Square {
            pub side: i64,
            id: i64,
        }
        impl Square {
            pub fn new(side: i64) -> Square {
                Square { side, id: super::next() }
            }
            pub fn id(&self) -> i64 {
                self.id
            }
        }
        pub(crate) fn area(s: &Square) -> i64 {
            s.side * s.side
        }
    }
    static mut LAST: i64 = 0;
    pub fn next() -> i64 {
        unsafe {
            LAST += 1;
            LAST
        }
    }
    pub use self::flat::Square as Sq;
    pub const UNIT: i64 = 10;
}

mod deep {
    pub mod er {
        pub mod still {
            pub fn value() -> i64 {
                super::super::base() + crate::top()
            }
        }
    }
    fn base() -> i64 {
        7
    }
}

fn top() -> i64 {
    100
}

use deep::er::still::{self, value as v};
use shapes::flat::*;
use shapes::{next, Sq, UNIT};

trait Describe {
    fn describe(&self) -> i64;
}

impl Describe for i64 {
    fn describe(&self) -> i64 {
        *self + 1
    }
}

impl Describe for Sq {
    fn describe(&self) -> i64 {
        self.side * 2
    }
}

fn inner_items(n: i64) -> i64 {
    const K: i64 = 5;
    struct Local(i64);
    impl Local {
        fn get(&self) -> i64 {
            self.0 * K
        }
    }
    fn helper(x: i64) -> i64 {
        x + K
    }
    enum E {
        A,
        B(i64),
    }
    let e = if n > 0 { E::B(n) } else { E::A };
    let x = match e {
        E::A => 0,
        E::B(y) => y,
    };
    Local(helper(x)).get()
}

fn main() {
    let s = Sq::new(4);
    show(area(&s) + s.id());
    let t = Square::new(5);
    show(area(&t) * 10 + t.id());
    show(next() + UNIT);
    show(still::value() + v());
    show(5i64.describe() + s.describe());
    show(inner_items(3));
    show(inner_items(-3));
}
