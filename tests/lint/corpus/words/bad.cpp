// TODO later  // expect: left for later: do it
// FIXME later  // expect: left for later: do it
int a = 1;  // simplified for now  // expect: left for later
int b = 2;  // not implemented  // expect: left for later
const char* c = "/work/tree";  // expect: a path of one machine
// see issue 12  // expect: an issue's number
// https://crates.example/index  // expect: a registry's host
