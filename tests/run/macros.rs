#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Macros that make items, statements and expressions.
extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

macro_rules! show {
    ($($x:expr),*) => {
        $(unsafe {
            printf("%lld\n\0" as *const str as *const u8, $x as i64);
        })*
    };
}

macro_rules! getters {
    ($name:ident { $($field:ident : $t:ty = $v:expr),* }) => {
        struct $name {
            $($field: $t),*
        }
        impl $name {
            fn new() -> Self {
                $name { $($field: $v),* }
            }
            $(fn $field(&self) -> $t {
                self.$field
            })*
        }
    };
}
getters! { Config { width: i64 = 80, height: i32 = 24, deep: bool = true } }

macro_rules! max {
    ($x:expr) => { $x };
    ($x:expr, $($rest:expr),+) => {{
        let a = $x;
        let b = max!($($rest),+);
        if a > b { a } else { b }
    }};
}

macro_rules! count {
    () => { 0 };
    ($head:tt $($tail:tt)*) => { 1 + count!($($tail)*) };
}

macro_rules! hygiene {
    ($e:expr) => {{
        let x = 100;
        $e + x
    }};
}

macro_rules! enums {
    ($($name:ident => $value:literal),*) => {
        enum Code { $($name),* }
        fn code(c: Code) -> i64 {
            match c {
                $(Code::$name => $value),*
            }
        }
    };
}
enums! { Red => 10, Green => 20, Blue => 30 }

macro_rules! op {
    ($a:expr, plus, $b:expr) => { $a + $b };
    ($a:expr, times, $b:expr) => { $a * $b };
}

fn main() {
    let c = Config::new();
    show!(c.width(), c.height(), c.deep());
    show!(max!(3), max!(3, 9, 4), max!(1 + 1, 1));
    show!(count!(a b c d e));
    let x = 5;
    show!(hygiene!(x));
    show!(code(Code::Red) + code(Code::Green) * 10 + code(Code::Blue) * 100);
    show!(op!(2, plus, 3), op!(2, times, op!(4, plus, 1)));
}
