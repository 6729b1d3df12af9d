// Ends of ranges, and what stands before them.
fn ranges(x: &u8, y: u8) {
    match x {
        &0..=9 => {} //~ ERROR - -- the range pattern here has ambiguous interpretation
        _ => {}
    }
    match y {
        ...5 => {} //~ ERROR - -- range-to patterns with `...` are not allowed
        7..=(8) => {} //~ ERROR - -- range pattern bounds cannot have parentheses
        9..const { 10 } => {} //~ ERROR - -- const blocks cannot be used as patterns
        11..==12 => {} //~ ERROR - -- unexpected `=` after inclusive range
        _ => {}
    }
    let [_, ...] = [0, 1]; //~ ERROR - -- unexpected `...`
    let 1.. = y else { return };
}
