#![feature(no_core, rustc_attrs, intrinsics)] // rscc only
#![no_core] // rscc only
extern crate minicore; // rscc only
use minicore::*; // rscc only

// Size, alignment and size with one more variant (is there a niche?) of many types.
// rustc: use std::mem::{size_of, align_of};
#[rustc_intrinsic] fn size_of<T>() -> usize; // rscc only
#[rustc_intrinsic] fn align_of<T>() -> usize; // rscc only

extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

enum Opt<T> {
    None,
    Some(T),
}

fn show<T>(name: &str) {
    unsafe {
        printf(
            "%s: size %d align %d, Opt %d, Opt Opt %d\n\0" as *const str as *const u8,
            name as *const str as *const u8,
            size_of::<T>() as i32,
            align_of::<T>() as i32,
            size_of::<Opt<T>>() as i32,
            size_of::<Opt<Opt<T>>>() as i32,
        );
    }
}

macro_rules! show_all {
    ($($name:literal $t:ty;)*) => { $(show::<$t>($name);)* };
}

struct Unit;
struct One(u8);
struct Mixed {
    a: u8,
    b: u32,
    c: u16,
    d: u64,
    e: u8,
}
#[repr(C)]
struct MixedC {
    a: u8,
    b: u32,
    c: u16,
    d: u64,
    e: u8,
}
#[repr(packed)]
struct Packed {
    a: u8,
    b: u32,
    c: u16,
}
#[repr(align(16))]
struct Aligned(u8, u32);
#[repr(C, align(8))]
struct AlignedC(u8, u16);
#[repr(transparent)]
struct Transparent(&'static u8, ());
struct Generic<A, B> {
    a: A,
    b: B,
    c: A,
}
struct WithBool {
    a: u32,
    b: bool,
}
struct WithRef<'a> {
    a: u8,
    b: &'a u16,
    c: char,
}
struct Ends {
    a: u8,
    b: u64,
    c: Unit,
    d: [u16; 0],
}

enum Empty {}
enum Single {
    Only,
}
enum SingleWith {
    Only(u8, u32),
}
enum Few {
    A,
    B,
    C,
}
enum Wide {
    A = 1000,
    B = -1,
}
enum Signed {
    A = -128,
    B = 127,
}
enum Huge {
    A = 0x1_0000_0000,
}
#[repr(u8)]
enum Small {
    A,
    B = 255,
}
#[repr(i64)]
enum Long {
    A,
    B,
}
#[repr(C)]
enum AsC {
    A,
    B,
}
#[repr(C)]
enum AsCWith {
    A(u8),
    B(u64, u8),
}
#[repr(u16)]
enum TaggedWith {
    A(u8),
    B { x: u32, y: u8 },
}
#[repr(C, u8)]
enum TaggedC {
    A(u8),
    B { x: u32, y: u8 },
}
enum Data {
    A(u8),
    B(u32),
    C,
}
enum Niche {
    A(bool),
    B,
    C,
}
enum NicheMiddle {
    A,
    B(u8, bool, u32),
    C,
}
enum NicheOther {
    A(u64, bool),
    B(u32),
    C(u8, u16),
}
enum TwoData {
    A(u8, bool),
    B(bool, u8),
}
enum Many {
    A(u8),
    B(u16),
    C(u32),
    D(u64),
    E(u128),
}
enum Refs<'a> {
    A(&'a u8),
    B(&'a u8),
}
enum Uninhabited {
    A(u32),
    B(Empty),
}
enum UninhabitedToo {
    A,
    B(Empty, u32),
}
enum NeverSum {
    A(Empty),
    B(Empty),
}

fn primitives() {
    show_all! {
        "u8\0" u8; "u16\0" u16; "u32\0" u32; "u64\0" u64; "u128\0" u128; "usize\0" usize;
        "i8\0" i8; "i16\0" i16; "i32\0" i32; "i64\0" i64; "i128\0" i128; "isize\0" isize;
        "bool\0" bool; "char\0" char; "f32\0" f32; "f64\0" f64; "()\0" ();
        "&u8\0" &'static u8; "*const u8\0" *const u8; "&str\0" &'static str; "&[u8]\0" &'static [u8];
        "*mut [u8]\0" *mut [u8]; "*const str\0" *const str; "fn\0" fn(u8) -> u8; "extern fn\0" unsafe extern "C" fn(u8, ...);
        "&mut\0" &'static mut u64; "&&\0" &'static &'static u8;
    }
}

fn arrays_and_tuples() {
    show_all! {
        "[u8; 0]\0" [u8; 0]; "[u64; 0]\0" [u64; 0]; "[u32; 3]\0" [u32; 3]; "[bool; 4]\0" [bool; 4];
        "[&u8; 2]\0" [&'static u8; 2]; "[(u8, u16); 5]\0" [(u8, u16); 5]; "[[u8; 3]; 2]\0" [[u8; 3]; 2];
        "(u8,)\0" (u8,); "(u8, u32)\0" (u8, u32); "(u8, u32, u8)\0" (u8, u32, u8); "(u64, u8, u16, u8)\0" (u64, u8, u16, u8);
        "((), u8)\0" ((), u8); "(bool, u32)\0" (bool, u32); "(u32, bool, u8)\0" (u32, bool, u8); "(char, char)\0" (char, char);
        "((u8, u32), u8)\0" ((u8, u32), u8); "(u128, u8)\0" (u128, u8); "(&u8, u8)\0" (&'static u8, u8);
        "(&str, bool)\0" (&'static str, bool); "([u8; 3], u16)\0" ([u8; 3], u16); "(f32, f64, u8)\0" (f32, f64, u8);
    }
}

fn structs() {
    show_all! {
        "Unit\0" Unit; "One\0" One; "Mixed\0" Mixed; "MixedC\0" MixedC; "Packed\0" Packed; 
        "Aligned\0" Aligned; "AlignedC\0" AlignedC; "Transparent\0" Transparent; "Generic<u8, u32>\0" Generic<u8, u32>;
        "Generic<bool, u64>\0" Generic<bool, u64>; "Generic<(), ()>\0" Generic<(), ()>; "WithBool\0" WithBool;
        "WithRef\0" WithRef<'static>; "Ends\0" Ends; "Generic<Packed, u16>\0" Generic<Packed, u16>;
        "Generic<Aligned, u8>\0" Generic<Aligned, u8>; 
    }
}

fn enums() {
    show_all! {
        "Empty\0" Empty; "Single\0" Single; "SingleWith\0" SingleWith; "Few\0" Few; "Wide\0" Wide; "Signed\0" Signed; "Huge\0" Huge;
        "Small\0" Small; "Long\0" Long; "AsC\0" AsC; "AsCWith\0" AsCWith; "TaggedWith\0" TaggedWith; "TaggedC\0" TaggedC;
        "Data\0" Data; "Niche\0" Niche; "NicheMiddle\0" NicheMiddle; "NicheOther\0" NicheOther; "TwoData\0" TwoData; "Many\0" Many;
        "Refs\0" Refs<'static>; "Uninhabited\0" Uninhabited; "UninhabitedToo\0" UninhabitedToo; "NeverSum\0" NeverSum;
        "Opt<u8>\0" Opt<u8>; "Opt<&str>\0" Opt<&'static str>; "Opt<(u8, bool)>\0" Opt<(u8, bool)>; "Opt<Few>\0" Opt<Few>;
        "Opt<Mixed>\0" Opt<Mixed>; "Opt<NicheOther>\0" Opt<NicheOther>; "Opt<[Opt<&u8>; 2]>\0" Opt<[Opt<&'static u8>; 2]>;
        "(Opt<u8>, u8)\0" (Opt<u8>, u8); "(Opt<u32>, bool)\0" (Opt<u32>, bool); "Generic<Opt<u16>, Few>\0" Generic<Opt<u16>, Few>;
        "Opt<Empty>\0" Opt<Empty>; "Opt<()>\0" Opt<()>; "Opt<Unit>\0" Opt<Unit>; "Opt<fn()>\0" Opt<fn()>; "Opt<char>\0" Opt<char>;
        "Opt<u128>\0" Opt<u128>; "Opt<Small>\0" Opt<Small>; "Opt<Long>\0" Opt<Long>;
    }
}

fn main() {
    primitives();
    arrays_and_tuples();
    structs();
    enums();
}
