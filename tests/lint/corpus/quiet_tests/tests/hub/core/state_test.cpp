TEST_CASE("a test that sleeps") {
  std::this_thread::sleep_for(10ms);  // expect: sleeps
  usleep(10);  // expect: sleeps
  ::sleep (1);  // expect: sleeps
  clock.sleeps(1);
  // sleep_for(10ms) in a comment, and "sleep(1)" in a string:
  CHECK(text == "sleep(1)");
}
