// What is missing at the end of a line is read as if it were there.
enum Maybe {
    Some(u8),
    None,
}

struct Fields {
    a: u8 //~ ERROR - -- expected `,`, or `}`, found keyword `pub`
    pub b: u8,
}

fn statement() -> u8 {
    let x = 1 //~ ERROR - -- expected `;`, found keyword `let`
    let y = 2;
    x + y
}

fn arms(x: Maybe) -> u8 {
    match x {
        Maybe::Some(y) => y //~ ERROR - -- expected `,` following `match` arm
        Maybe::None => 0,
    }
}
