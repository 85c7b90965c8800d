TEST_CASE("ports") {
  listen("127.0.0.1:7000");  // expect: a fixed port
  listen_on(loop, "[::1]:7000");  // expect: a fixed port
  tcp::endpoint fixed(address, 7000);  // expect: a fixed port
  address.sin_port = htons(7000);  // expect: a fixed port
  listen("127.0.0.1:0");
  tcp::endpoint chosen_by_the_kernel(address, 0);
  CHECK(parse_address("127.0.0.1:7000").port == 7000);
}
