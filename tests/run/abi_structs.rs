#![feature(no_core, intrinsics)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Structs of many shapes by value to and from C (abi_structs.c), and C calling back with them.
// rustc: #![allow(improper_ctypes, improper_ctypes_definitions)] use std::mem::transmute;
#[rustc_intrinsic] unsafe fn transmute<A, B>(a: A) -> B; // rscc only

extern "C" {
    fn printf(format: *const u8, ...) -> i32;
    fn dlopen(path: *const u8, flags: i32) -> *mut u8;
    fn dlsym(library: *mut u8, name: *const u8) -> *const u8;
    fn abort() -> !;
}

fn c(text: &str) -> *const u8 {
    text as *const str as *const u8
}

fn find(library: *mut u8, name: &str) -> *const u8 {
    let address = unsafe { dlsym(library, c(name)) };
    if address as usize == 0 {
        unsafe {
            printf(c("no function %s\n\0"), c(name));
            abort()
        }
    }
    address
}

// What C does to every field.
trait Step {
    fn step(&mut self);
    fn is(&self, other: &Self) -> bool;
}

macro_rules! step_scalars {
    ($($t:ty = $one:literal)*) => {
        $(
            impl Step for $t {
                fn step(&mut self) {
                    *self += $one;
                }
                fn is(&self, other: &$t) -> bool {
                    *self == *other
                }
            }
        )*
    };
}
step_scalars! { u8 = 1 u16 = 1 i8 = 1 i32 = 1 i64 = 1 i128 = 1 f32 = 1.0 f64 = 1.0 }

impl Step for *const u8 {
    fn step(&mut self) {
        *self = (*self as usize + 1) as *const u8;
    }
    fn is(&self, other: &*const u8) -> bool {
        *self as usize == *other as usize
    }
}

impl<T: Step, const N: usize> Step for [T; N] {
    fn step(&mut self) {
        let mut i = 0;
        while i < N {
            self[i].step();
            i += 1;
        }
    }
    fn is(&self, other: &[T; N]) -> bool {
        let mut i = 0;
        while i < N && self[i].is(&other[i]) {
            i += 1;
        }
        i == N
    }
}

macro_rules! shapes {
    ($($name:ident $test:ident $step:literal $late:literal $back:literal $varied:literal { $($f:ident: $t:ty = $v:expr),* })*) => {
        $(
            #[repr(C)]
            struct $name {
                $($f: $t),*
            }
            impl Step for $name {
                fn step(&mut self) {
                    $(self.$f.step();)*
                }
                fn is(&self, other: &$name) -> bool {
                    true $(&& self.$f.is(&other.$f))*
                }
            }
            fn $test(library: *mut u8) {
                type Late = extern "C" fn(i64, i64, i64, i64, i64, f64, f64, f64, f64, f64, f64, f64, $name, i32, f32) -> $name;
                extern "C" fn callback(mut v: $name, seven: i32) -> $name {
                    if seven == 7 {
                        v.step();
                    }
                    v
                }
                unsafe {
                    let step: extern "C" fn($name) -> $name = transmute(find(library, $step));
                    let late: Late = transmute(find(library, $late));
                    let back: extern "C" fn(extern "C" fn($name, i32) -> $name, $name) -> $name = transmute(find(library, $back));
                    let varied: unsafe extern "C" fn(i32, ...) -> $name = transmute(find(library, $varied));
                    let mut once = $name { $($f: $v),* };
                    once.step();
                    let mut twice = $name { $($f: $v),* };
                    twice.step();
                    twice.step();
                    let a = step($name { $($f: $v),* });
                    let b = late(1, 2, 3, 4, 5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, $name { $($f: $v),* }, -9, 2.5);
                    let d = back(callback, $name { $($f: $v),* });
                    let e = varied(1, $name { $($f: $v),* }, 1.5f64);
                    let f = varied(6, 1, 2, 3, 4, 5, $name { $($f: $v),* }, 1.5f64);
                    printf(c("%s: %d %d %d %d %d\n\0"), c($step), a.is(&once) as i32, b.is(&once) as i32, d.is(&twice) as i32,
                        e.is(&once) as i32, f.is(&once) as i32);
                }
            }
        )*
        fn all_shapes(library: *mut u8) {
            $($test(library);)*
        }
    };
}

shapes! {
    Byte byte "step_Byte\0" "late_Byte\0" "back_Byte\0" "varied_Byte\0" { a: u8 = 200 }
    Short short "step_Short\0" "late_Short\0" "back_Short\0" "varied_Short\0" { a: u16 = 40000, b: u8 = 3 }
    Ints ints "step_Ints\0" "late_Ints\0" "back_Ints\0" "varied_Ints\0" { a: i32 = -5, b: i32 = 2000000000 }
    ThreeInts three_ints "step_ThreeInts\0" "late_ThreeInts\0" "back_ThreeInts\0" "varied_ThreeInts\0" { a: i32 = 1, b: i32 = -2, c: i32 = 3 }
    LongInt long_int "step_LongInt\0" "late_LongInt\0" "back_LongInt\0" "varied_LongInt\0" { a: i64 = -6000000000, b: i32 = 4 }
    Pointer pointer "step_Pointer\0" "late_Pointer\0" "back_Pointer\0" "varied_Pointer\0" { a: *const u8 = 77 as *const u8, b: u8 = 9 }
    Float float "step_Float\0" "late_Float\0" "back_Float\0" "varied_Float\0" { a: f32 = 1.25 }
    Floats floats "step_Floats\0" "late_Floats\0" "back_Floats\0" "varied_Floats\0" { a: f32 = 1.25, b: f32 = -3.5 }
    ThreeFloats three_floats "step_ThreeFloats\0" "late_ThreeFloats\0" "back_ThreeFloats\0" "varied_ThreeFloats\0" { a: f32 = 1.25, b: f32 = -3.5, c: f32 = 8.0 }
    Doubles doubles "step_Doubles\0" "late_Doubles\0" "back_Doubles\0" "varied_Doubles\0" { a: f64 = 1.25, b: f64 = -3.5 }
    DoubleInt double_int "step_DoubleInt\0" "late_DoubleInt\0" "back_DoubleInt\0" "varied_DoubleInt\0" { a: f64 = 1.25, b: i32 = 6 }
    IntDouble int_double "step_IntDouble\0" "late_IntDouble\0" "back_IntDouble\0" "varied_IntDouble\0" { a: i8 = -100, b: f64 = 0.5 }
    FloatInt float_int "step_FloatInt\0" "late_FloatInt\0" "back_FloatInt\0" "varied_FloatInt\0" { a: f32 = 1.25, b: i32 = 6 }
    FloatIntFloat float_int_float "step_FloatIntFloat\0" "late_FloatIntFloat\0" "back_FloatIntFloat\0" "varied_FloatIntFloat\0" { a: f32 = 1.25, b: i32 = 6, c: f32 = 9.0 }
    Large large "step_Large\0" "late_Large\0" "back_Large\0" "varied_Large\0" { a: i64 = 1, b: i64 = -2, c: i64 = 3 }
    LargeFloats large_floats "step_LargeFloats\0" "late_LargeFloats\0" "back_LargeFloats\0" "varied_LargeFloats\0" { a: f32 = 1.0, b: f32 = 2.0, c: f32 = 3.0, d: f32 = 4.0, e: f32 = 5.0 }
    Wide wide "step_Wide\0" "late_Wide\0" "back_Wide\0" "varied_Wide\0" { a: i128 = -170141183460469231731687303715884105000 }
    Bytes bytes "step_Bytes\0" "late_Bytes\0" "back_Bytes\0" "varied_Bytes\0" { a: [u8; 3] = [1, 2, 3] }
    Nine nine "step_Nine\0" "late_Nine\0" "back_Nine\0" "varied_Nine\0" { a: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8], b: u8 = 9 }
    FloatArray float_array "step_FloatArray\0" "late_FloatArray\0" "back_FloatArray\0" "varied_FloatArray\0" { a: [f32; 4] = [1.0, 2.0, 3.0, 4.0] }
    Nested nested "step_Nested\0" "late_Nested\0" "back_Nested\0" "varied_Nested\0" { a: Floats = Floats { a: 4.0, b: 5.0 }, b: Short = Short { a: 6, b: 7 } }
    NestedFloat nested_float "step_NestedFloat\0" "late_NestedFloat\0" "back_NestedFloat\0" "varied_NestedFloat\0" { a: Float = Float { a: 4.0 }, b: f32 = 5.0, c: Float = Float { a: 6.0 } }
}

fn scalars(library: *mut u8) {
    unsafe {
        let scalars: extern "C" fn(i8, u8, i16, u16, i32, u32, bool, f32, f64, bool) -> i64 = transmute(find(library, "scalars\0"));
        let minus_byte: extern "C" fn(i8) -> i8 = transmute(find(library, "minus_byte\0"));
        let invert: extern "C" fn(bool) -> bool = transmute(find(library, "invert\0"));
        let low_half: extern "C" fn(u32) -> u16 = transmute(find(library, "low_half\0"));
        let shifted: extern "C" fn(i128, i32) -> i128 = transmute(find(library, "shifted\0"));
        let sum = scalars(-128, 255, -32768, 65535, -2147483648, 4294967295, true, 1e9, -4e9, false);
        let wide = shifted(-3, 100);
        printf(c("%ld %d %d %d %lx %lx\n\0"), sum, minus_byte(100) as i32, invert(true) as i32, low_half(0x12348765) as i32,
            (wide >> 64) as u64, wide as u64);
    }
}

fn main() {
    let library = unsafe { dlopen(c("./libprogram.so\0"), 2) };
    all_shapes(library);
    scalars(library);
}
