type T = (_, !, A, ::a::B<C, 'a, 1, -1, { N }, D = E, F: G + 'a, H<'b> = I, J = 1, K<L>: M>, <A as B>::C, <[T]>::D, Self, r#fn::G, a::b<>);
type Pointers<'a> = (&A, &mut A, &'a A, &'a mut &&B, *const A, *mut *const A, &(dyn A + B), &dyn A, &pin mut A, &'a pin const B, *const (dyn A + 'a), &(impl A + B));
type Sequences = ([A; 1 + 2], [A], (A,), (A, B), (A), (), ([A; { 1 }]));
type Functions = (fn(), fn(A, b: B, _: C) -> D, unsafe extern "C" fn(A, ...), extern fn(), for<'a, 'b> fn(&'a A) -> &'b B, fn(#[a] A), fn() -> (dyn A + B), unsafe fn() -> fn() -> A);
type Objects = (dyn A, dyn A + B + 'a, dyn for<'a> A<'a> + Send, A + B, 'a + A, A +, ?Sized, for<'a> A<'a>, for<'a> A<'a> + B, impl A, impl A + ?B + !C, impl use<'a, T> + A, dyn (::a::B) + C, dyn A<'a>, Box<dyn Fn(A, B) -> C + Send>, dyn Fn() -> (dyn A + B));
type Bounds = (impl [const] A, impl const A, impl async Fn(), impl for<'a> [const] A<'a>, impl A::B<C>, dyn ?Sized, impl A<b(..): Send>, impl A<B: [const] C>);
type Others = (typeof(a + b), unsafe<'a> &'a A, unsafe<> A, builtin # pattern_type(u32 is 1..=5 | 7), builtin # field_of(A, b.c), m!(x), a::m![y], m! { z });
fn generics<'a: 'b + 'c, #[a] 'b, T: A + 'a = B, const N: usize = 3, const M: i8 = -1, const O: u8 = { 1 + 1 }, U = V>() where 'a: 'b, T: A, for<'x> &'x T: B<'x>, #[cfg(x)] U:, dyn A + 'a: C, [(); N]: {}
fn output() -> impl A + B where Self: Sized {}
