// Blocks, branches, loops and the ways out of them.
fn if_without_else(c: bool) -> i32 {
    if c { 1 } //~ ERROR E0317
}
fn if_against_return(c: bool) -> i32 {
    if c { 1 } else { "a" } //~ ERROR E0308
}
fn branches(c: bool) {
    let x = if c {
        1
    } else {
        "a" //~ ERROR E0308
    };
    let y = match 1 {
        1 => 1,
        _ => "a", //~ ERROR E0308
    };
}
fn no_tail() -> i32 { //~ ERROR E0308
    1;
}
fn empty_return() -> i32 {
    return; //~ ERROR E0069
}
fn wrong_return() -> i32 {
    return 'a'; //~ ERROR E0308
}
fn never_returns() -> ! { //~ ERROR E0308
}
fn break_values() {
    while true {
        break 1; //~ ERROR E0571
    }
    let x: i32 = loop {
        break; //~ ERROR E0308
    };
    let y = loop {
        break 1;
        break 'a'; //~ ERROR E0308
    };
}
fn statements() {
    if true { 1 } else { 2 } //~ ERROR E0308 E0308
    loop { 1 } //~ ERROR E0308
}
fn block_without_value() {
    let x: i32 = { 1; }; //~ ERROR E0308
    let y: i32 = { }; //~ ERROR E0308
}
fn condition(x: i32) {
    if x { } //~ ERROR E0308
    while x { } //~ ERROR E0308
}
const IN_CONST: i32 = return 1; //~ ERROR E0572
fn unit_tail() {
    1 //~ ERROR E0308
}
fn let_else(x: (i32, bool)) -> i32 {
    let (1, y) = x else { 2 }; //~ ERROR E0308
    let (2, z) = x else { return 3 };
    if z { 1 } else { 2 }
}
fn fine(c: bool) -> i32 {
    let a = if c { return 1 } else { 2 };
    let b = match a { 1 => loop {}, 2 => 'x', _ => return 5 };
    let d = 'outer: loop {
        loop {
            if c { break 'outer 3u8 }
            continue 'outer;
        }
    };
    let e: u8 = d;
    let f = 'block: {
        if c { break 'block 1i64; }
        2
    };
    let g: i64 = f;
    let never = if c { loop {} } else { return 4 };
}
fn diverging_block() -> i32 {
    let x: i32 = { return 1; };
    loop { }
}
fn while_is_unit(c: bool) {
    let x: () = while c { };
    x
}
