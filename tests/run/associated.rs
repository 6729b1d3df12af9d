#![feature(no_core)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Associated constants and types, default methods, supertraits, impls for references, method lookup.
extern "C" {
    fn printf(f: *const u8, ...) -> i32;
}
fn p(x: i64) {
    unsafe {
        printf("%lld\n\0" as *const str as *const u8, x);
    }
}
trait Shape {
    const SIDES: u32;
    type Unit: Named;
    fn area(&self) -> i64;
    fn name(&self) -> i64 { Self::SIDES as i64 * 100 + self.area() }
    fn make(x: i64) -> Self
    where
        Self: Sized;
    fn unit() -> Self::Unit;
    fn twice(&self) -> i64 { self.area() + Self::unit().id() }
}
trait Named {
    fn id(&self) -> i64;
    fn sid() -> i64 { 77 }
}
struct Sq(i64);
struct Rc {
    w: i64,
    h: i64,
}
struct Cm;
struct Inch(u8);
impl Named for Cm {
    fn id(&self) -> i64 { 1 }
    fn sid() -> i64 { 78 }
}
impl Named for Inch {
    fn id(&self) -> i64 { self.0 as i64 }
}
impl Shape for Sq {
    const SIDES: u32 = 4;
    type Unit = Cm;
    fn area(&self) -> i64 { self.0 * self.0 }
    fn make(x: i64) -> Self { Sq(x) }
    fn unit() -> Cm { Cm }
}
impl Shape for Rc {
    const SIDES: u32 = Sq::SIDES + 1;
    type Unit = Inch;
    fn area(&self) -> i64 { self.w * self.h }
    fn name(&self) -> i64 { -1 }
    fn make(x: i64) -> Rc { Rc { w: x, h: x + 1 } }
    fn unit() -> Self::Unit { Inch(9) }
}
fn total<S: Shape>(n: i64) -> i64 {
    let s = S::make(n);
    s.area() + s.name() + s.twice() + <S::Unit as Named>::sid() + <S as Shape>::unit().id() + S::SIDES as i64
}
fn both<A, B>(a: &A, b: B) -> i64
where
    A: Shape + ?Sized,
    B: Shape<Unit = A::Unit>,
{
    a.twice() * b.area()
}
impl<T: Shape> Shape for &T {
    const SIDES: u32 = T::SIDES * 2;
    type Unit = T::Unit;
    fn area(&self) -> i64 { (**self).area() + 1 }
    fn make(_: i64) -> Self { loop {} }
    fn unit() -> T::Unit { T::unit() }
}
struct Pair<A, B = A>(A, B);
impl<A: Shape, B: Shape> Pair<A, B> {
    const N: i64 = (A::SIDES + B::SIDES) as i64;
    fn sum(&self) -> i64 { self.0.area() + self.1.area() + Self::N }
    fn swap(self) -> Pair<B, A> { Pair(self.1, self.0) }
}
impl Pair<Sq> {
    fn only(&self) -> i64 { self.0 .0 - self.1 .0 }
}
trait Super {
    fn s(&self) -> i64;
}
trait Mid: Super {
    fn m(&self) -> i64 { self.s() * 2 }
}
trait Sub: Mid + Named {
    fn b(&self) -> i64 { self.m() + self.id() + Self::sid() }
}
impl Super for u8 {
    fn s(&self) -> i64 { *self as i64 }
}
impl Mid for u8 {}
impl Named for u8 {
    fn id(&self) -> i64 { 1000 }
}
impl Sub for u8 {}
fn sub<T: Sub>(t: T) -> i64 { t.s() + t.m() + t.b() }
fn sub2<TT: Sub>(t: &TT) -> i64 { t.b() }
trait Conv<T> {
    fn conv(self) -> T;
}
impl Conv<i64> for u8 {
    fn conv(self) -> i64 { self as i64 }
}
impl Conv<bool> for u8 {
    fn conv(self) -> bool { self != 0 }
}
impl<T> Conv<Option2<T>> for T {
    fn conv(self) -> Option2<T> { Option2::So(self) }
}
enum Option2<T> {
    So(T),
    #[allow(dead_code)]
    No,
}
impl<T> Option2<T> {
    fn or(self, t: T) -> T {
        match self {
            Option2::So(x) => x,
            Option2::No => t,
        }
    }
    fn map<U: Conv<V>, V>(self, f: fn(T) -> U) -> Option2<V> {
        match self {
            Option2::So(x) => Option2::So(f(x).conv()),
            Option2::No => Option2::No,
        }
    }
}
trait Ext {
    fn ext(self) -> i64;
    fn rf(&self) -> i64;
    fn mt(&mut self) -> i64;
}
impl Ext for i32 {
    fn ext(self) -> i64 { self as i64 }
    fn rf(&self) -> i64 { 2 }
    fn mt(&mut self) -> i64 {
        *self += 1;
        *self as i64
    }
}
impl Ext for &i32 {
    fn ext(self) -> i64 { 100 }
    fn rf(&self) -> i64 { 200 }
    fn mt(&mut self) -> i64 { 300 }
}
struct Arr<T, const N: usize>([T; N]);
impl<T: Copy + Add<Output = T>, const N: usize> Arr<T, N> {
    const LEN: usize = N;
    fn sum(&self) -> T {
        let mut i = 1;
        let mut s = self.0[0];
        while i < N {
            s = s + self.0[i];
            i += 1;
        }
        s
    }
    fn first<const M: usize>(&self) -> Arr<T, M> {
        let mut r = [self.0[0]; M];
        let mut i = 0;
        while i < M {
            r[i] = self.0[i];
            i += 1
        }
        Arr(r)
    }
}
// rustc: use std::ops::Add;
struct V(i64, i64);
impl Add for V {
    type Output = V;
    fn add(self, o: V) -> V { V(self.0 + o.0, self.1 + o.1) }
}
impl Add<i64> for V {
    type Output = i64;
    fn add(self, o: i64) -> i64 { self.0 + self.1 + o }
}
fn id<T>(t: T) -> T { t }
fn apply<A, R>(f: fn(A) -> R, a: A) -> R { f(a) }
fn rec<T: Depth>(n: u32) -> i64 {
    if n == 0 {
        T::D
    } else {
        rec::<T>(n - 1) + 1
    }
}
trait Depth {
    const D: i64;
}
impl Depth for () {
    const D: i64 = 0;
}
impl<T: Depth> Depth for (T,) {
    const D: i64 = T::D + 10;
}
impl<A: Depth, B: Depth> Depth for (A, B) {
    const D: i64 = A::D * 2 + B::D;
}
fn main() {
    p(total::<Sq>(3));
    p(total::<Rc>(4));
    p(both(&Sq(2), Sq(3)));
    p(both(&&Sq(2), &Sq(3)));
    p(Pair(Sq(2), Rc { w: 3, h: 4 }).swap().sum());
    p(Pair(Sq(9), Sq(4)).only());
    p(Pair::<Sq, Rc>::N);
    p(<Pair<&Sq, Sq>>::N);
    p(sub(5u8));
    p(sub2(&7));
    let x: i64 = 9u8.conv();
    p(x);
    p(if 1u8.conv() { 1 } else { 0 });
    let o: Option2<u8> = 3u8.conv();
    p(o.map::<u8, i64>(id).or(5));
    p(Conv::<i64>::conv(7u8));
    p(<u8 as Conv<Option2<u8>>>::conv(8).or(1) as i64);
    let mut i = 5i32;
    p(i.ext());
    p((&i).ext());
    p((&&i).ext());
    p(i.rf());
    p((&i).rf());
    p(i.mt());
    p((&mut i).mt());
    p((&i).mt());
    p(Ext::rf(&i));
    p(<&i32 as Ext>::rf(&&i));
    p(i as i64);
    let a = Arr([1, 2, 3, 4]);
    p(a.sum());
    p(a.first::<2>().sum());
    p(Arr::<u8, 7>::LEN as i64);
    let b: Arr<i64, 3> = a.first();
    p(b.sum());
    let v = V(1, 2) + V(3, 4);
    p(v + 10);
    p(apply(id::<i64>, 5));
    p(apply(Sq::make, 6).0);
    p(apply(<Rc as Shape>::make, 6).h);
    p(rec::<((), ((((),),), ((),)))>(3));
    p(apply(Sq, 3).area());
}
