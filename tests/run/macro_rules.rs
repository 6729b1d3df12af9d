#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Macros by example: repetitions, fragments, hygiene, macros that make macros, items and statements.
extern "C" {
    fn printf(f: *const u8, ...) -> i32;
}
fn p(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}
macro_rules! max { ($x:expr) => { $x }; ($x:expr, $($r:expr),+ $(,)?) => {{ let a = $x; let b = max!($($r),+); if a > b { a } else { b } }}; }
macro_rules! st { ($(#[$m:meta])* $v:vis struct $n:ident { $($f:ident : $t:ty = $d:expr),* $(,)? }) => { $(#[$m])* $v struct $n { $($f: $t),* } impl $n { fn new() -> $n { $n { $($f: $d),* } } $(fn $f(&self) -> $t { self.$f })* } }; }
st! { #[allow(dead_code)] pub struct Conf { a: i32 = 1 + 2, b: u8 = 7, c: bool = true, } }
macro_rules! swap {
    ($a:ident, $b:ident) => {
        let tmp = $a;
        $a = $b;
        $b = tmp;
    };
}
macro_rules! hyg {
    ($e:expr) => {{
        let x = 10;
        $e + x
    }};
}
macro_rules! en2 { ($n:ident { $($v:ident $(= $d:literal)?),* $(,)? }) => { enum $n { $($v $(= $d)?),* } impl $n { const COUNT: usize = 0 $(+ { let _ = $n::$v as u8; 1 })*; fn id(&self) -> i64 { match *self { $($n::$v => $n::$v as i64,)* } } } }; }
en2! { Col { Red, Green = 5, Blue, } }
macro_rules! fns { ($($n:ident($($a:ident),*) => $e:expr;)*) => { $(fn $n($($a: i64),*) -> i64 { $e })* }; }
fns! { add2(a, b) => a + b; three() => 3; sq(x) => x * x; }
macro_rules! nest { ($([$($x:expr),*]),*) => { [$([$($x * 2),*]),*] }; }
macro_rules! cnt { () => { 0 }; ($h:tt $($t:tt)*) => { 1 + cnt!($($t)*) }; }
macro_rules! rev { ([] $($r:expr),*) => { [$($r),*] }; ([$h:expr $(, $t:expr)*] $($r:expr),*) => { rev!([$($t),*] $h $(, $r)*) }; }
macro_rules! mm { ($e:expr; $($p:pat => $r:expr),+) => { match $e { $($p => $r),+ } }; }
macro_rules! blk { ($b:block $l:lifetime $s:stmt; $i:item $lit:literal) => { { $i $s let v = $b; $l: loop { break $l v + $lit } } }; }
macro_rules! callback { ($m:ident ! ($($a:tt)*)) => { $m!($($a)*) }; }
macro_rules! prec {
    ($a:expr, $b:expr) => {
        $a * $b
    };
}
macro_rules! neg {
    ($a:literal) => {
        $a
    };
    (-$a:expr) => {
        -$a
    };
}
macro_rules! ty {
    ($t:ty, $e:expr) => {
        $e as $t
    };
}
macro_rules! path {
    ($p:ty) => {
        <$p>::new()
    };
}
macro_rules! pt {
    ($p:path, $e:expr) => {
        if let O::S(x) = $e {
            x
        } else {
            -1
        }
    };
}
macro_rules! outer { ($($n:ident),*) => { $( macro_rules! $n { ($x:expr) => { $x + 1000 }; } )* }; }
outer!(ta, tb);
mod m {
    macro_rules! local {
        () => {
            5
        };
    }
    pub(crate) use local;
    pub fn f() -> i64 { local!() }
    pub mod deep {
        #[macro_export]
        macro_rules! exported {
            () => {
                $crate::m::f() + $crate::three()
            };
        }
    }
}
enum O {
    S(i64),
    N,
}
use O::S;
macro_rules! opt { ($($k:ident)? $(; $v:expr)*) => { 0 $(+ $v)* }; }
macro_rules! two { ($($a:ident = $b:expr),* ; $($c:ident),*) => { $( let $a = $b; )* $( p($c); )* }; }
macro_rules! imp { ($tr:ident for $($t:ty),+ => $e:expr) => { $( impl $tr for $t { fn v(&self) -> i64 { $e } } )+ }; }
trait V {
    fn v(&self) -> i64;
}
imp!(V for u8, &str, [i32; 2], (u8, bool), fn(i32) -> i32 => 4);
fn main() {
    p(max!(3));
    p(max!(1, 9, 4,));
    let c = Conf::new();
    p(c.a() as i64 + c.b() as i64 + c.c() as i64);
    let mut a = 1;
    let mut b = 2;
    let tmp = 7;
    swap!(a, b);
    p(a * 100 + b * 10 + tmp);
    let x = 1;
    p(hyg!(x));
    p(hyg!(
        x * {
            let x = 3;
            x
        }
    ));
    p(Col::Red.id() + Col::Green.id() * 10 + Col::Blue.id() * 100);
    p(Col::COUNT as i64);
    p(add2(1, 2) + three() + sq(5));
    p(nest!([1, 2], [3, 4])[1][0]);
    p(cnt!(a b (c d) [e] 1 + "x"));
    p(rev!([1, 2, 3])[0]);
    p(mm!(5; 0 => 1, 1..=4 => 2, _ => 4));
    p(blk!({ 3 } 'l let k = 4; const Z: i64 = 1; 10));
    p(callback!(max!(3, 4)));
    p(prec!(1 + 2, 3 + 4));
    p(neg!(-5));
    p(neg!(-5 + 1));
    p(ty!(i64, 300i32 as u8));
    p(path!(Conf).a as i64);
    p(pt!(O::S, S(8)));
    p(pt!(S, O::N));
    p(ta!(1) + tb!(2));
    p(m::f() + m::local!() + exported!());
    p(opt!(a; 1; 2));
    p(opt!(; 3));
    p(opt!());
    two!(q = 1, r = 2; r, q);
    p(7u8.v() + "s".v() + [1, 2].v() + (1u8, true).v());
}
