// Words that are reserved name no label and no lifetime.
fn label() {
    'break: loop { //~ ERROR - -- labels cannot use keyword names
        break;
    }
    'good: loop {
        break 'good;
    }
}

fn underscore() {
    '_: loop { //~ ERROR - -- labels cannot use keyword names
        break;
    }
}

fn lifetime<'let>() {} //~ ERROR - -- lifetimes cannot use keyword names

fn value() -> u8 {
    loop {
        break 'inner: loop { //~ ERROR - -- are required around this expression to avoid confusion
            break 'inner 1;
        };
    }
}
