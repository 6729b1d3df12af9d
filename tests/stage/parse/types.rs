type A = (u8, [u8; N], [u8], &'a mut T, *const u8, *mut u8, !, (), (u8,), (u8), _);
type B = fn(u8, x: u16, ...) -> u8;
type C = for<'a> unsafe extern "C" fn(&'a u8);
type D = dyn A + Send + 'static;
type E = Box<dyn for<'a> Fn(&'a u8) -> u8 + 'a>;
type F = <Vec<u8> as IntoIterator>::Item;
type G = Foo<'a, u8, 3, { N }, -1, Item = u8, Other: Copy, N = 4>;
type H = impl Iterator<Item: Sized> + ?Sized + use<'a, T>;
type I = a::b::<u8>::C;
type J = &&'a &u8;
type K = m!(x);
fn f<'a: 'b, T: Clone + 'a = u8, const N: usize = { 1 }>(self: &Self, mut a: u8, (b, c): (u8, u8), &d: &u8) -> Result<Vec<Vec<u8>>, ()>
where
    T: Copy,
    for<'c> &'c T: Add<&'c T, Output = T>,
    'a: 'b,
{
}
pub(crate) const unsafe extern "C" fn g(&mut self, _: impl Fn(u8) -> u8, ...) {}
async fn h(&'a self) {}
struct S<T>(pub T, pub(in a::b) u8) where T: Copy;
union U { a: u8, b: u16 }
enum E2 { A = 1, B(u8) = 2, C { x: u8 } }
unsafe impl<T: ?Sized> !Send for Foo<T> where T: Copy {}
impl<T> Foo<T> {}
unsafe auto trait Tr: A + B where Self: Sized { type X<'a>: Copy where Self: 'a; const C: u8; fn f(); }
extern "C" { pub fn printf(fmt: *const u8, ...) -> i32; static X: u8; type T; }
static mut Y: u8 = 1;
fn bounded_objects() where dyn A + 'a: B, A + B: C {}
