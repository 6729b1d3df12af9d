#!/usr/bin/env rscc
//! Inner documentation.
/* a /* nested */ comment */
/// Outer documentation.
fn main<'a>(x: &'a str) -> u8 {
    let r#fn = 0xff_u8 + 1_000u64 as u8 + 0b1 + 0o7;
    let f = 1.0 + 1. + 1e5 + 2.5E-3f32 + 1.max(2).0.1;
    let s = ("a\n\u{1F600}\
              b", r#"raw "x""#, b"bytes\xff", br"raw", c"c", cr#"c"#, 'c', '\'', b'\n');
    a <<= b >>= c ..= d ... e .. f -> g => h :: i <- j != k && l || m;
    'label: loop { break 'label; }
    étude /** doc */ _ _x $crate # ? ~ @
}
