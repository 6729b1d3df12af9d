fn f() {
    "a
b" // x
}
