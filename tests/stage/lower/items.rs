#![feature(no_core, lang_items, negative_impls, never_type)]#![no_core]
#[lang = "sized"]
trait Sized {}
#[repr(u8)]
enum Level { Low = 1, Mid, High = LOW + 8 }
const LOW: u8 = 1;
static mut TABLE: [u16; 2 * 2] = [1; 4];
#[inline] #[no_mangle] pub extern "C" fn exported(x: u64) -> u64 { x }
#[track_caller] #[cold] unsafe fn careful() -> ! { loop {} }
type Alias<T> = Wrapper<T>;
#[repr(C, align(8))]
pub struct Wrapper<T: ?Sized> { pub len: usize, pub(crate) data: *mut T }
trait Shape: Sized { const SIDES: u32 = 0; type Unit: Sized; fn area(self: &Self) -> f64; fn name() {} }
impl<T> Shape for Wrapper<T> { const SIDES: u32 = 4; type Unit = (); fn area(&self) -> f64 { 1.5e3 } }
impl<T> Wrapper<T> { fn grow(&mut self, by: usize) -> &mut Self { self.len += by; self } }
impl !Sized for Level {}
fn literals() { 0xff_u8; 1_000i64; 'x'; b'\n'; "a\tb\u{e9}"; b"by\x00"; c"c"; r#"raw"#; 1f32; 2.5; true; 340282366920938463463374607431768211455; }
fn pointers(f: unsafe extern "C" fn(i32, ...) -> u8, s: &[i32], n: !, t: (u8,), u: ()) {}
