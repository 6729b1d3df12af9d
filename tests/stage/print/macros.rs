fn main() {
    joint!(a += b, a + = b, >> > >, &&a & & a, ..= . . =, 'a 'b', r#fn #x # y, "s" "t", 1 .0, 1.. 2, -> - >, :: : :, $x $ y, a!b, <- < -);
    lines! {
        /// A doc comment.
        fn f() -> u8 {
            1 // left out
        }

        /** Another
            on two lines. */ struct S;
        call(a, {
            b
        }, [
            1,
            2
        ])
    }
    let x = vec![
        1, 2,
        3,
    ];
    println!("{}", x); print! ("{x}") ; a::b! [c]; empty!(); empty! {}
}
