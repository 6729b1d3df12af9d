// Suffixes and sizes of literals matter where the literal is used, not where a macro or `cfg` leaves it out.
const TOO_LARGE: u128 = 340282366920938463463374607431768211456; //~ ERROR - -- integer literal is too large
const WIDTH: u8 = 0u7; //~ ERROR - -- invalid width `7` for integer literal
const SUFFIX: u8 = 1_us; //~ ERROR - -- invalid suffix `us` for number literal

#[cfg(no)]
const LEFT_OUT: u8 = 0u7;

macro_rules! drop_expression {
    ($expression:expr) => {};
}
drop_expression!(1_us);
